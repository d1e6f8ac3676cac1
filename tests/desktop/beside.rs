//! What an administrator does besides the straight way: ends a request, revokes, takes another account, loses the key, switches the
//! interface off, and uses the command line while the window is open.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use sqlx::{Connection, SqliteConnection};

use super::{desk::Desk, walk::Walk};
use crate::support::{STANDARD_PORTS, text};

const EMAIL: &str = "anna.berg@example.com";
const HERE: &str = "#place-this-computer";

/// `outtray` on the data of the window.
async fn outtray(desk: &Desk, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outtray"));
    command
        .args(["--simulator", &desk.simulator.base_url(), "--data-folder"])
        .arg(desk.session.data_folder())
        .args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    output
}

#[tokio::test]
async fn what_the_command_line_does_is_seen_without_a_click() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    desk.window().click("#nav-deliveries").await;
    desk.window().until_text("h1", "Deliveries").await;
    let report = desk.session.folder().join("Quarterly report.pdf");
    fs::write(&report, b"%PDF-1.7\nnot much of a report\n%%EOF\n").unwrap();
    outtray(&desk, &["send", "--operator", "AB", &report.display().to_string()]).await;
    desk.window().until_text("main", "Quarterly report.pdf").await;
    desk.window().until_text("main", "Delivered, verified").await;
    desk.window().click("#nav-operators").await;
    desk.window().until_text("main", "Anna Berg").await;
    outtray(&desk, &["operator", "add", "CD", "--name", "Carl Dahl"]).await;
    desk.window().until_text("main", "Carl Dahl").await;
    Walk::default().picture(desk.window(), "beside-the-command-line").await;
}

#[tokio::test]
async fn with_the_interface_off_every_way_to_dropbox_says_so_and_leads_to_the_option() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("CD", &user).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    outtray(&desk, &["settings", "set", "--interface-to-dropbox", "off"]).await;
    desk.window().until_text("main", "Interface to Dropbox is off").await;
    let calls = desk.simulator.calls().len();
    desk.window().click("#send-test-file").await;
    desk.window().until_text("main", "so nothing is sent to Dropbox").await;
    Walk::default().picture(desk.window(), "interface-off").await;
    desk.open_record("CD").await;
    desk.fill_controls(&user, HERE).await;
    desk.window().click("#generate-key").await;
    desk.window().until_text("dialog", "Interface to Dropbox is off").await;
    assert_eq!(desk.window().value("#app-key").await, user.app.key, "what was typed stays");
    assert_eq!(desk.simulator.calls().len(), calls, "something was asked of Dropbox");
}

#[tokio::test]
async fn a_request_is_ended_and_an_authorization_revoked() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.generate_key(&user, HERE).await;
    desk.window().click("#authorization-cancel").await;
    desk.window().until_text("dialog", "Not authorized").await;
    desk.window().click("#controls-close").await;
    desk.authorize("AB", &user).await;
    desk.window().click("#open-controls").await;
    desk.window().click("#revoke-authorization").await;
    desk.window().until_text("#ask-dialog", "Revoke the Dropbox authorization of AB?").await;
    desk.window().click("#ask-yes").await;
    desk.window().until_text("#controls-status", "Revoked").await;
    Walk::default().picture(desk.window(), "revoked-by-hand").await;
    assert_eq!(desk.simulator.alive_grants(&user.account), 0);
}

#[tokio::test]
async fn another_account_than_the_records_is_named_and_has_to_be_confirmed() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let (anna, carl) = (desk.user(EMAIL).await, desk.user("carl@example.com").await);
    desk.add_operator("AB", &anna).await;
    let url = desk.generate_key(&carl, HERE).await;
    carl.browser.authorize(&url).await;
    desk.window().until_text("dialog", "Confirmed, waiting for Save").await;
    desk.window().click("#controls-save").await;
    let asked = desk.window().until_text("[data-part=confirm]", "carl@example.com").await;
    assert!(asked.contains(EMAIL), "{asked}");
    Walk::default().picture(desk.window(), "another-account").await;
    // Without the tick it is asked again.
    desk.window().click("#controls-save").await;
    desk.window().until_text("[data-part=confirm]", "carl@example.com").await;
    desk.window().click("#account-confirmed").await;
    desk.window().click("#controls-save").await;
    desk.window().until_text("#controls-status", "Dropbox is authorized for AB").await;
}

/// The keychain has no key of that name: what a database finds that has come from another computer.
async fn lose_the_key(data: &Path) {
    let address = format!("sqlite://{}", data.join("outtray.db").display());
    let mut connection = SqliteConnection::connect(&address).await.unwrap();
    sqlx::query("UPDATE vault SET key_name = 'gone'").execute(&mut connection).await.unwrap();
}

#[tokio::test]
async fn a_lost_master_key_is_told_and_replaced() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    lose_the_key(&desk.session.data_folder()).await;
    let desk = desk.restart().await;
    desk.window().until_text("main", "Anna Berg").await;
    desk.open_record("AB").await;
    desk.window().click("#send-test-file").await;
    desk.window().until_text("main", "The master key is no longer in the system keychain").await;
    desk.window().click("#nav-about").await;
    desk.window().click("#diagnose").await;
    desk.window().until_text("main", "the master key can be replaced").await;
    Walk::default().picture(desk.window(), "lost-master-key").await;
    desk.window().click("#replace-master-key").await;
    desk.window().click("#ask-yes").await;
    desk.window().until_text("#diagnose-status", "The master key is replaced").await;
    desk.open_record("AB").await;
    desk.authorize("AB", &user).await;
    desk.window().click("#send-test-file").await;
    desk.window().until_text("#test-result", "Dropbox’s content hash equals ours").await;
}
