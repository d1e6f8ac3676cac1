//! Requests that wait: several at once, and across a restart. And what the page knows of it all.

use super::{desk::Desk, messages, walk::Walk};
use crate::support::{STANDARD_PORTS, contains};

const HERE: &str = "#place-this-computer";

#[tokio::test]
async fn two_operators_wait_at_once_and_the_page_learns_no_secret() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let (anna, carl) = (desk.user("anna@example.com").await, desk.user("carl@example.com").await);
    desk.add_operator("AB", &anna).await;
    let to_anna = desk.generate_key(&anna, HERE).await;
    desk.window().click("#controls-close").await;
    desk.add_operator("CD", &carl).await;
    let to_carl = desk.generate_key(&carl, HERE).await;

    // Carl is faster, in his own browser.
    carl.browser.authorize(&to_carl).await;
    desk.save("CD").await;
    desk.window().until_text("main", "carl@example.com").await;
    anna.browser.authorize(&to_anna).await;
    desk.open_record("AB").await;
    desk.window().click("#open-controls").await;
    desk.save("AB").await;
    desk.window().until_text("main", "anna@example.com").await;
    desk.window().click("#send-test-file").await;
    desk.window().until_text("#test-result", "Dropbox’s content hash equals ours").await;
    Walk::default().picture(desk.window(), "two-operators").await;
    no_secret_reached_the_page(&desk, &[&anna.app.secret, &carl.app.secret]).await;
}

/// What was typed goes to the program, once and where it belongs; nothing comes back, and the process of the page never has the rest.
async fn no_secret_reached_the_page(desk: &Desk, typed: &[&str]) {
    let recorded = messages::recorded(desk.window()).await;
    assert!(recorded.iter().any(|message| message.command == "changed"), "events are recorded");
    assert!(
        recorded.iter().any(|message| message.command == "begin_authorization"),
        "messages are recorded"
    );
    let kept = messages::kept_by_the_page(desk.window()).await;
    let secrets = desk.simulator.issued_secrets();
    assert!(typed.iter().all(|secret| secrets.iter().any(|issued| issued == secret)));
    for secret in &secrets {
        for message in &recorded {
            let is_typed = message.command == "begin_authorization" && typed.contains(&secret.as_str());
            assert!(
                is_typed || !contains(message.sent.as_bytes(), secret.as_bytes()),
                "a secret was sent with {}",
                message.command
            );
            assert!(
                !contains(message.answered.as_bytes(), secret.as_bytes()),
                "a secret was answered to {}",
                message.command
            );
        }
        assert!(!contains(kept.as_bytes(), secret.as_bytes()), "the page keeps a secret");
    }
    let page = desk.session.process("WebKitWebProcess").expect("the process of the page");
    let memory = messages::Memory::of(page);
    assert!(!memory.found(&["anna@example.com"]).is_empty(), "what is shown is found");
    let never_typed: Vec<&str> = secrets.iter().map(String::as_str).filter(|secret| !typed.contains(secret)).collect();
    assert!(never_typed.len() >= 4, "a code and a refresh token for each");
    let found = memory.found(&never_typed);
    assert!(
        found.is_empty(),
        "{} of the secrets were found in the memory of the page",
        found.len()
    );
}

#[tokio::test]
async fn a_restart_in_the_middle_goes_on_where_it_stood() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user("anna@example.com").await;
    desk.add_operator("AB", &user).await;
    let url = desk.generate_key(&user, HERE).await;
    let desk = desk.restart().await;
    desk.window().until_text("main", "Waiting for Allow").await;
    Walk::default().picture(desk.window(), "restarted").await;
    desk.open_record("AB").await;
    desk.window().click("#open-controls").await;
    desk.window().until_text("dialog h1", "Controls").await;
    assert_eq!(desk.window().value("#authorization-url").await, url);
    user.browser.authorize(&url).await;
    desk.save("AB").await;
}
