//! `outtray settings` and `outtray authorize` as they are run: options that change alone, the wait with its advice, what is asked for.

use std::process::Stdio;

use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStdout},
};

use crate::support::{ACCESS_EMAIL, Computer, begin_elsewhere, browser::Browser, text, within};

#[tokio::test]
async fn only_the_named_settings_change() {
    let computer = Computer::new().await;
    let set = [
        "--json",
        "settings",
        "set",
        "--redirect-ports",
        "40001,40002",
        "--redirect-host",
        "localhost",
        "--idle-timeout-seconds",
        "60",
    ];
    let settings: Value = serde_json::from_str(&computer.said(&set).await).unwrap();
    assert_eq!(settings["redirectPorts"], serde_json::json!([40001, 40002]));
    computer.said(&["settings", "set", "--history-retention-days", "30"]).await;

    let said = computer.said(&["settings", "get"]).await;
    for row in [
        "Interface to Dropbox: on",
        "Redirect host:        localhost",
        "Redirect ports:       40001, 40002",
        "Time to connect:      20 seconds",
        "Time of silence:      60 seconds",
        "History kept:         30 days",
    ] {
        assert!(said.lines().any(|line| line == row), "{row} is missing: {said}");
    }
    let settings: Value = serde_json::from_str(&computer.said(&["--json", "settings", "get"]).await).unwrap();
    // What nothing reads is not offered.
    assert_eq!(settings.get("reportOutputRoot"), None);
    assert!(!said.contains("output root"), "{said}");
    let refused = computer.run(&["settings", "set", "--report-output-root", "/srv"]).await;
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(settings["historyRetentionDays"], 30);
}

#[tokio::test]
async fn a_setting_that_cannot_be_is_refused_at_its_field() {
    let computer = Computer::new().await;
    for (option, value, field) in [
        ("--redirect-ports", "80", "redirectPorts"),
        ("--redirect-ports", "20001,20001", "redirectPorts"),
        ("--connect-timeout-seconds", "0", "connectTimeoutSeconds"),
        ("--idle-timeout-seconds", "1", "idleTimeoutSeconds"),
        ("--history-retention-days", "9999", "historyRetentionDays"),
    ] {
        let output = computer.run(&["--json", "settings", "set", option, value]).await;
        assert_eq!(output.status.code(), Some(3), "{option} {value}");
        let answer: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
        assert_eq!(answer["problem"]["field"], field);
    }
    for arguments in [
        &["settings", "set"][..],
        &["settings", "set", "--redirect-host", "example.com"],
        &["settings", "set", "--redirect-ports", "many"],
    ] {
        assert_eq!(computer.run(arguments).await.status.code(), Some(2), "{arguments:?}");
    }
}

/// `authorize begin`, and what it prints, line by line.
async fn begin(computer: &Computer, more: &[&str]) -> (Child, tokio::io::Lines<BufReader<ChildStdout>>) {
    let app = computer.another_app();
    let mut command = computer.command(&["authorize", "begin", "AB", "--app-key", &app.key]);
    let mut child = command
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", app.secret).as_bytes()).await.unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    (child, lines)
}

/// The first line that begins like this.
async fn line_of(lines: &mut tokio::io::Lines<BufReader<ChildStdout>>, start: &str) -> String {
    let find = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("the line did not come");
            if line.starts_with(start) {
                return line;
            }
        }
    };
    within(find, "the line did not come").await
}

/// As if the request had been made two minutes ago.
async fn made_two_minutes_ago(computer: &Computer) {
    let file = computer.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let changed = sqlx::query("UPDATE authorization_requests SET created_at = created_at - 120000");
    assert_eq!(changed.execute(&mut connection).await.unwrap().rows_affected(), 1);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn begin_says_once_what_may_be_wrong_while_no_redirect_comes_and_goes_on_waiting() {
    let computer = Computer::new().await;
    let (mut child, mut lines) = begin(&computer, &[]).await;
    let url = line_of(&mut lines, "http://").await;
    let mut advice = BufReader::new(child.stderr.take().unwrap());
    made_two_minutes_ago(&computer).await;

    let mut line = String::new();
    within(advice.read_line(&mut line), "no advice came").await.unwrap();
    let uri = format!("http://127.0.0.1:{}/dropbox", computer.ports[0]);
    assert!(
        line.contains("Invalid redirect_uri") && line.contains(&uri) && line.contains("[no_redirect]"),
        "{line}"
    );
    let status = computer.said(&["authorize", "status", "AB"]).await;
    assert!(status.contains("waiting for Allow") && status.contains(&uri), "{status}");
    assert!(status.contains("On the user’s computer"), "{status}");

    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    browser.authorize(&url).await;
    assert!(within(child.wait(), "it should have ended").await.unwrap().success());
    let mut rest = String::new();
    advice.read_to_string(&mut rest).await.unwrap();
    assert!(!rest.contains("no_redirect"), "it was said twice: {rest}");
}

#[tokio::test]
async fn programs_hear_the_advice_as_an_object_of_its_own() {
    let computer = Computer::new().await;
    let (mut child, mut lines) = begin(&computer, &["--json"]).await;
    assert!(line_of(&mut lines, "{").await.contains("\"url\":"));
    made_two_minutes_ago(&computer).await;
    let line = line_of(&mut lines, "{\"advice\"").await;
    let advice: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(advice["advice"]["code"], "no_redirect");
    child.kill().await.unwrap();
}

#[tokio::test]
async fn another_dropbox_account_can_be_asked_for() {
    let computer = Computer::new().await;
    let (mut child, mut lines) = begin(&computer, &["--force-reauthentication"]).await;
    let url = line_of(&mut lines, "http://").await;
    assert!(url.contains("force_reauthentication=true"), "{url}");
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    let page = browser.open(&url).await;
    assert!(page.text.contains("Sign in to the practice Dropbox"), "{}", page.text);
    child.kill().await.unwrap();
}

#[tokio::test]
async fn a_missing_permission_names_the_box_to_tick_and_the_way_back() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    computer.simulator.set_scopes(&app.key, &["account_info.read"]);
    let code = computer.access_code(&app, ACCESS_EMAIL).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &code).await;
    let said = text(&done.stderr);
    assert_eq!(done.status.code(), Some(4), "{said}");
    for words in [
        "files.content.write",
        "[missing_scope]",
        "Permissions tab",
        "Submit",
        "Generate Key to authorize again",
    ] {
        assert!(said.contains(words), "{words} is missing: {said}");
    }
    // What works stays in force.
    computer.said(&["test", "AB"]).await;
}

#[tokio::test]
async fn another_account_than_expected_says_how_to_confirm_it() {
    let computer = Computer::new().await;
    let email = "carl@example.com";
    let carl = computer.simulator.add_account("Carl Dahl", email);
    let app = computer.simulator.create_app(carl, "Reports of Carl");
    let code = computer.access_code(&app, email).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &code).await;
    let said = text(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(said.contains("[account_differs]") && said.contains(email), "{said}");
    let confirm = "outtray authorize save AB --confirm-account carl@example.com";
    assert!(said.contains(confirm), "{said}");
    let arguments: Vec<&str> = confirm.split(' ').skip(1).collect();
    computer.said(&arguments).await;
    computer.said(&["test", "AB"]).await;
}

#[tokio::test]
async fn two_things_to_confirm_are_both_said_with_the_command_that_confirms_both() {
    let computer = Computer::new().await;
    computer
        .said(&["operator", "add", "CD", "--name", "Carl Dahl", "--email", "carl@example.com"])
        .await;
    let app = computer.another_app();
    let code = computer.access_code_of("CD", &app, ACCESS_EMAIL).await;
    let done = computer.run_with(&["authorize", "complete", "CD"], &code).await;
    let said = text(&done.stderr);
    assert_eq!(done.status.code(), Some(3), "{said}");
    assert!(said.contains("[account_differs]") && said.contains("[account_taken]"), "{said}");
    let confirm = format!("outtray authorize save CD --confirm-account {ACCESS_EMAIL} --confirm-shared-with AB");
    assert!(said.contains(&confirm), "{said}");
    let status = computer.said(&["authorize", "status", "CD"]).await;
    assert!(
        status.contains("[account_differs]") && status.contains("[account_taken]") && status.contains(&confirm),
        "{status}"
    );

    // Programs hear of each in an object of its own.
    let refused = computer.run(&["--json", "authorize", "save", "CD"]).await;
    let problems: Vec<Value> = text(&refused.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(problems[0]["problem"]["code"], "account_differs");
    assert_eq!(problems[1]["problem"]["code"], "account_taken");
    let status: Value = serde_json::from_str(&computer.said(&["--json", "authorize", "status", "CD"]).await).unwrap();
    assert_eq!(status["request"]["warnings"][1]["confirms"], serde_json::json!(["AB"]));

    let half = ["authorize", "save", "CD", "--confirm-account", ACCESS_EMAIL];
    assert_eq!(computer.run(&half).await.status.code(), Some(3));
    let arguments: Vec<&str> = confirm.split(' ').skip(1).collect();
    computer.said(&arguments).await;
    computer.said(&["test", "CD"]).await;
}

#[tokio::test]
async fn begin_ends_when_another_request_has_taken_its_place() {
    let computer = Computer::new().await;
    let (child, mut lines) = begin(&computer, &[]).await;
    line_of(&mut lines, "http://").await;
    let app = computer.another_app();
    let begun = computer.run_with(&begin_elsewhere(&app.key), &app.secret).await;
    assert!(begun.status.success(), "{}", text(&begun.stderr));
    let ended = within(child.wait_with_output(), "it waits for the other request").await.unwrap();
    let said = text(&ended.stderr);
    assert!(ended.status.code() == Some(3) && said.contains("[request_replaced]"), "{said}");
    let status = computer.said(&["--json", "authorize", "status", "AB"]).await;
    assert!(status.contains("usersComputer"), "the newer one goes on: {status}");
}

#[tokio::test]
async fn status_says_everything_that_is_needed_to_go_on() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let begin = ["authorize", "begin", "AB", "--app-key", &app.key, "--place", "users-computer"];
    let begun = computer.run_with(&begin, &app.secret).await;
    assert!(begun.status.success(), "{}", text(&begun.stderr));
    let said = computer.said(&["authorize", "status", "AB"]).await;
    let request: Value = serde_json::from_str(&computer.said(&["--json", "authorize", "status", "AB"]).await).unwrap();
    assert!(said.contains(request["request"]["url"].as_str().unwrap()), "{said}");
    assert!(said.contains("outtray authorize complete AB"), "{said}");

    // The code has come, but Dropbox is not to be reached.
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    let code = browser.access_code(request["request"]["url"].as_str().unwrap()).await;
    computer.simulator.unplug();
    assert_eq!(
        computer.run_with(&["authorize", "complete", "AB"], &code).await.status.code(),
        Some(5)
    );
    assert!(
        computer
            .said(&["authorize", "status", "AB"])
            .await
            .contains("outtray authorize complete AB --retry")
    );
    computer.simulator.plug_in();
    computer.said(&["authorize", "complete", "AB", "--retry"]).await;
}

#[tokio::test]
async fn an_empty_app_secret_is_no_choice() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let begin = begin_elsewhere(&app.key);
    let refused = computer.run_with(&begin, "").await;
    let answer: Value = serde_json::from_str(&text(&refused.stdout)).unwrap();
    assert_eq!(answer["problem"]["field"], "appSecret");
    assert!(answer["problem"]["message"].as_str().unwrap().contains("--no-app-secret"));
    let with = [&begin[..], &["--no-app-secret"]].concat();
    assert!(computer.run_with(&with, "").await.status.success());
}

#[tokio::test]
async fn an_authorization_can_be_checked_and_revealed() {
    let computer = Computer::new().await;
    assert!(computer.said(&["authorize", "check", "AB"]).await.contains("authorized"));
    let revealed: Value = serde_json::from_str(&computer.said(&["--json", "authorize", "reveal", "AB"]).await).unwrap();
    let secret = revealed["dropboxAuthorization"].as_str().unwrap().to_owned();
    assert!(computer.simulator.issued_secrets().contains(&secret));
    assert!(computer.said(&["activity"]).await.contains("reveal_authorization"));
}

#[tokio::test]
async fn a_lost_master_key_is_replaced_from_the_terminal() {
    let computer = Computer::new().await;
    assert_eq!(computer.run(&["master-key", "replace"]).await.status.code(), Some(6), "it works");
    std::fs::remove_file(computer.key_file()).unwrap();
    let said = computer.said(&["master-key", "replace"]).await;
    assert!(said.contains("Authorize again: AB"), "{said}");
    assert!(computer.said(&["authorize", "status", "AB"]).await.contains("authorize again"));
}
