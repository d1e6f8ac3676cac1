//! The program is killed, for real, at each step: afterwards nothing is lost and nothing doubled.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::{Child, Command};

use crate::{
    simulator::{Gate, Moment},
    support::{ACCESS_EMAIL, Computer, browser::Browser, text, within},
};

/// Starts a command, and kills it when its call has come to the gate.
async fn kill_at(gate: &Gate, mut command: Command, input: Option<&str>) {
    let mut child: Child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    if let Some(input) = input {
        let mut stdin = child.stdin.take().unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stdin, format!("{input}\n").as_bytes()).await.unwrap();
    }
    within(gate.reached(), "the call did not come").await;
    child.kill().await.unwrap();
    gate.release();
}

#[tokio::test]
async fn a_large_upload_that_was_killed_is_sent_again_and_there_once() {
    let steps = [
        "oauth2/token",
        "files/upload_session/start",
        "files/upload_session/append_v2",
        "files/upload_session/finish",
    ];
    for route in steps {
        for moment in [Moment::Before, Moment::After] {
            let computer = Computer::new().await;
            let content: Vec<u8> = (0..18 << 20).map(|at: u32| (at % 241) as u8).collect();
            let file = computer.file("ledger.xlsx", &content);
            let send = ["send", "--operator", "AB", &file];
            let gate = computer.simulator.hold(moment, route);
            kill_at(&gate, computer.command(&send), None).await;

            let said = computer.said(&send).await;
            assert!(said.contains("/Reports/AB/ledger.xlsx"), "{moment:?} {route}: {said}");
            let files = computer.simulator.files(&computer.account);
            assert_eq!(files.len(), 1, "{moment:?} {route}");
            assert!(files[0].content == content, "{moment:?} {route}: it arrived changed");
            let rows = computer.said(&["--json", "deliveries", "AB"]).await;
            let states: Vec<Value> = rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["state"].clone()).collect();
            assert_eq!(
                states,
                ["delivered", "uploading"],
                "{moment:?} {route}: both attempts are in the history"
            );
        }
    }
}

/// Begins an authorization on the user's computer, and returns the Access code.
async fn access_code(computer: &Computer) -> String {
    let app = computer.simulator.create_app(computer.account.clone(), "Another app");
    let begin = [
        "--json",
        "authorize",
        "begin",
        "AB",
        "--app-key",
        &app.key,
        "--place",
        "users-computer",
    ];
    let begun = computer.run_with(&begin, &app.secret).await;
    let request: Value = serde_json::from_str(&text(&begun.stdout)).unwrap();
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    browser.access_code(request["url"].as_str().unwrap()).await
}

#[tokio::test]
async fn an_authorization_that_was_killed_goes_on_where_it_stood() {
    let steps = [
        (Moment::Before, "oauth2/token"),
        (Moment::Before, "users/get_current_account"),
        (Moment::After, "users/get_current_account"),
    ];
    for (moment, route) in steps {
        let computer = Computer::new().await;
        let code = access_code(&computer).await;
        let gate = computer.simulator.hold(moment, route);
        kill_at(&gate, computer.command(&["authorize", "complete", "AB"]), Some(&code)).await;
        computer.said(&["test", "AB"]).await;

        let said = computer.said(&["authorize", "complete", "AB", "--retry"]).await;
        assert!(said.contains("authorized"), "{moment:?} {route}: {said}");
        computer.said(&["test", "AB"]).await;
    }
}

#[tokio::test]
async fn a_code_that_was_used_up_unheard_is_said_so_and_what_works_stays() {
    let computer = Computer::new().await;
    let code = access_code(&computer).await;
    let gate = computer.simulator.hold(Moment::After, "oauth2/token");
    kill_at(&gate, computer.command(&["authorize", "complete", "AB"]), Some(&code)).await;

    let retry = computer.run(&["authorize", "complete", "AB", "--retry"]).await;
    assert!(text(&retry.stderr).contains("[invalid_code]"), "{}", text(&retry.stderr));
    computer.said(&["test", "AB"]).await;
    let code = access_code_again(&computer).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &code).await;
    assert!(done.status.success(), "{}", text(&done.stderr));
}

/// Generate Key again, with the key and the secret that are stored.
async fn access_code_again(computer: &Computer) -> String {
    let operator: Value = serde_json::from_str(&computer.said(&["--json", "operator", "show", "AB"]).await).unwrap();
    let key = operator["appKey"].as_str().unwrap();
    let begin = [
        "--json",
        "authorize",
        "begin",
        "AB",
        "--app-key",
        key,
        "--keep-app-secret",
        "--place",
        "users-computer",
    ];
    let request: Value = serde_json::from_str(&computer.said(&begin).await).unwrap();
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    browser.access_code(request["url"].as_str().unwrap()).await
}
