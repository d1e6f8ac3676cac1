//! The system, or a person at a terminal, ends the window: it ends at once, and what was being sent is written down.

use super::desk::Desk;
use crate::{
    simulator::Moment,
    support::{STANDARD_PORTS, within},
};

async fn signal(desk: &Desk, name: &str) {
    let pid = desk.session.process("outtray-desktop").expect("the window runs").to_string();
    let sent = tokio::process::Command::new("kill").args([format!("-{name}"), pid]).status().await.unwrap();
    assert!(sent.success());
}

#[tokio::test]
async fn the_end_of_the_session_writes_down_what_was_being_sent() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user("anna@example.com").await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    let gate = desk.simulator.hold(Moment::Before, "files/upload");
    desk.window().click("#send-test-file").await;
    within(gate.reached(), "the file should be on its way").await;
    signal(&desk, "TERM").await;
    desk.session.until_ended().await;
    assert_eq!(desk.session.logged("the program is asked to end"), 1);
    gate.release();
    let desk = desk.restart().await;
    desk.open_record("AB").await;
    desk.window().until_text("main", "so it may not have arrived").await;
    // A terminal that closes, while nothing is under way.
    signal(&desk, "HUP").await;
    desk.session.until_ended().await;
}
