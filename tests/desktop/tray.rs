//! The window out of sight: the tray says how everything stands, notifications tell what nobody sees, and the end loses nothing.

use std::{
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};

use super::{
    desk::Desk,
    desktop_session::DesktopSession,
    surroundings::{Surroundings, click_close, is_on_screen, until_on_screen},
};
use crate::{
    simulator::Moment,
    support::{STANDARD_PORTS, within},
};

const EMAIL: &str = "anna.berg@example.com";

#[tokio::test]
async fn closed_to_the_tray_it_tells_what_happens_and_comes_back() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    around.until_menu("All is well").await;
    around.until_menu("Practice mode").await;
    let url = desk.generate_key(&user, "#place-this-computer").await;
    around.until_menu("1 operator is waiting").await;

    click_close();
    until_on_screen(false).await;
    around.until_notification("Outtray keeps running in the tray").await;

    // The answer of the browser brings it back, and the tray knows.
    user.browser.refuse(&url).await;
    around.until_notification("AB Anna Berg: the user did not allow access").await;
    until_on_screen(true).await;
    around.until_menu("1 operator needs attention").await;

    // Told once: closing again says nothing, and each result is one notification.
    click_close();
    until_on_screen(false).await;
    around.choose("Open Outtray").await;
    until_on_screen(true).await;
    let said = around.notifications();
    assert_eq!(said.len(), 2, "{said:?}");
    click_close();
    until_on_screen(false).await;

    // Started again, the first one comes to the front and the second one ends.
    let again = tokio::task::spawn_blocking(|| Command::new(env!("CARGO_BIN_EXE_outtray-desktop")).status());
    let status = within(again, "the second start should end at once").await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    until_on_screen(true).await;

    around.choose("Quit Outtray").await;
    desk.session.until_ended().await;
}

#[tokio::test]
async fn an_authorization_that_has_ended_is_told_once() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    around.until_menu("All is well").await;
    click_close();
    until_on_screen(false).await;
    desk.simulator.disconnect(&user.account, &user.app.key);
    let ask = "return window.__TAURI__.core.invoke(...arguments).then(() => 'done', (problem) => problem.code);";
    let send = json!(["send_test_file", { "operatorId": "AB" }]);
    assert_eq!(desk.window().script(ask, send).await, "authorization_revoked");
    around.until_notification("AB Anna Berg: Dropbox has ended the authorization").await;
    around.until_notification("was not delivered").await;

    // It has still ended while the next request waits.
    let key = &user.app.key;
    let begin = json!(["begin_authorization", { "operatorId": "AB", "appKey": key, "appSecret": null, "place": "thisComputer", "forceReauthentication": false }]);
    assert_eq!(desk.window().script(ask, begin).await, "done");
    around.until_menu("1 operator is waiting").await;
    let said = around.notifications();
    let told = said.iter().filter(|text| text.contains("has ended the authorization")).count();
    assert_eq!(told, 1, "{said:?}");
}

#[tokio::test]
async fn without_a_tray_closing_ends_it() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&["--simulator", "http://127.0.0.1:9"]).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    assert!(is_on_screen());
    click_close();
    session.until_ended().await;
}

#[tokio::test]
async fn the_end_waits_for_a_file_on_its_way() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.authorize("AB", &user).await;
    let gate = desk.simulator.hold(Moment::Before, "files/upload");
    desk.window().click("#send-test-file").await;
    within(gate.reached(), "the file should be on its way").await;
    click_close();
    until_on_screen(false).await;
    around.choose("Quit Outtray").await;
    // It is still there to finish, and says so although nobody sees its title.
    desk.session.until_log("the end waits for what is under way").await;
    around.until_notification("Outtray finishes what is under way").await;
    gate.release();
    desk.session.until_ended().await;
    assert_eq!(desk.simulator.files(&user.account).len(), 1, "the file has arrived");
    let desk = desk.restart().await;
    desk.open_record("AB").await;
    desk.window().until_text("main", "Delivered, verified").await;
}

#[tokio::test]
async fn started_hidden_it_stays_in_the_tray_until_somebody_wants_it() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let session = DesktopSession::start(&["--simulator", "http://127.0.0.1:9", "--hidden"]).await;
    around.until_menu("All is well").await;
    assert!(!is_on_screen());
    around.choose("Open Outtray").await;
    until_on_screen(true).await;
    session.window.until_text("main", "Interface to Dropbox").await;
}

#[tokio::test]
async fn a_second_start_at_a_login_disturbs_nobody() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let session = DesktopSession::start(&["--simulator", "http://127.0.0.1:9"]).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    around.until_menu("All is well").await;
    click_close();
    until_on_screen(false).await;
    let start = || Command::new(env!("CARGO_BIN_EXE_outtray-desktop")).arg("--hidden").status();
    let again = within(tokio::task::spawn_blocking(start), "the second start should end at once")
        .await
        .unwrap()
        .unwrap();
    assert!(again.success(), "{again}");
    // Whatever it was asked to do is done before it answers this.
    session.window.until_text("main", "Interface to Dropbox").await;
    assert!(!is_on_screen());
}

#[tokio::test]
async fn what_is_turned_off_in_the_options_does_not_happen() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    around.until_menu("All is well").await;
    change_settings(&desk, json!({ "notifications": false })).await;
    let url = desk.generate_key(&user, "#place-this-computer").await;
    click_close();
    until_on_screen(false).await;
    user.browser.refuse(&url).await;
    until_on_screen(true).await;
    around.until_menu("1 operator needs attention").await;
    let said = around.notifications();
    assert!(!said.iter().any(|text| text.contains("AB")), "{said:?}");

    change_settings(&desk, json!({ "closeToTray": false })).await;
    click_close();
    desk.session.until_ended().await;
}

async fn change_settings(desk: &Desk, change: Value) {
    let script = "
        const { invoke } = window.__TAURI__.core;
        return invoke('get_settings').then((settings) => invoke('set_settings', { settings: { ...settings, ...arguments[0] } }))
            .then(() => 'saved', (problem) => problem.code);";
    assert_eq!(desk.window().script(script, json!([change])).await, "saved");
}

/// Every request of an hour ends so many seconds from now.
async fn end_the_hour_in_seconds(desk: &Desk, seconds: i64) -> SqliteConnection {
    let database = format!("sqlite://{}", desk.session.data_folder().join("outtray.db").display());
    let mut database = SqliteConnection::connect(&database).await.unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let change =
        sqlx::query("UPDATE authorization_requests SET expires_at = $1").bind(i64::try_from(now.as_millis()).unwrap() + seconds * 1000);
    change.execute(&mut database).await.unwrap();
    database
}

#[tokio::test]
async fn an_hour_that_ends_is_seen_in_the_table_by_whoever_looks_at_it() {
    let _one = STANDARD_PORTS.lock().await;
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.generate_key(&user, "#place-this-computer").await;
    desk.window().click("#controls-close").await;
    desk.window().click("#nav-operators").await;
    desk.window().until_text("main", "Waiting for Allow").await;
    // The program hears of the new end as of anything that another one does.
    let mut database = end_the_hour_in_seconds(&desk, 6).await;
    for sql in [
        "UPDATE changes SET number = number + 1",
        "INSERT INTO activity (at, actor, action, operator_id, operator_key, change_number, changed_by)
         SELECT 1, 'Somebody', 'begin_authorization', 'AB', 'ab', number, 'another' FROM changes",
    ] {
        sqlx::query(sql).execute(&mut database).await.unwrap();
    }
    desk.window().until_text("main", "Request expired").await;
    desk.window().until_text("#operator-count", "1 needs you").await;
}

#[tokio::test]
async fn a_tray_that_cannot_be_brought_up_to_date_waits_before_it_tries_again() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let desk = Desk::with_interface_on().await;
    let user = desk.user(EMAIL).await;
    desk.add_operator("AB", &user).await;
    desk.generate_key(&user, "#place-this-computer").await;
    around.until_menu("1 operator is waiting").await;

    // The hour ends in some seconds; the tray knows that when it says the same in another language.
    let mut database = end_the_hour_in_seconds(&desk, 3).await;
    change_settings(&desk, json!({ "language": "de" })).await;
    around.until_menu("1 Operator wartet").await;

    // From now on nothing can be read, and the hour ends.
    sqlx::query("ALTER TABLE operators RENAME TO operators_away").execute(&mut database).await.unwrap();
    let failed = "the tray could not be brought up to date";
    desk.session.until_log(failed).await;
    for _ in 0..100 {
        desk.window().text("main").await;
    }
    let times = desk.session.logged(failed);
    assert!(times <= 2, "it tried {times} times in a moment");
}
