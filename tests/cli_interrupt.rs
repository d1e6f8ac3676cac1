//! Ctrl+C during what takes long, and profiles: what is left behind, and what is said about it.
#![cfg(unix)]

use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::Child,
};

use crate::{
    simulator::Moment,
    support::{ACCESS_EMAIL, Computer, browser::Browser, output, outtray, text, within},
};

async fn interrupt(child: &Child) {
    let pid = child.id().unwrap().to_string();
    let sent = tokio::process::Command::new("kill").args(["-INT", &pid]).status().await.unwrap();
    assert!(sent.success());
}

/// What it had said, and how it ended.
async fn ended(child: Child) -> (Option<i32>, String) {
    let output = within(child.wait_with_output(), "it should have ended").await.unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[tokio::test]
async fn a_sending_that_was_interrupted_is_written_down_and_can_be_repeated() {
    let computer = Computer::new().await;
    let file = computer.file("ledger.xlsx", &vec![7; 18 << 20]);
    let send = ["send", "--operator", "AB", &file, &file];
    let gate = computer.simulator.hold(Moment::Before, "files/upload_session/append_v2");
    let child = computer.command(&send).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    within(gate.reached(), "the call did not come").await;
    interrupt(&child).await;
    let (code, said) = ended(child).await;
    gate.release();
    assert_eq!(code, Some(130), "{said}");
    assert!(
        said.contains("ledger.xlsx: not delivered.") && said.contains("[interrupted]"),
        "{said}"
    );

    let row: Value = serde_json::from_str(&computer.said(&["--json", "deliveries", "AB"]).await).unwrap();
    assert_eq!(
        (&row["state"], &row["problem"]["code"]),
        (&"needsAttention".into(), &"interrupted".into())
    );
    computer.said(&["send", "--operator", "AB", &file]).await;
    assert_eq!(computer.simulator.files(&computer.account).len(), 1);
}

/// A request under way on this computer, until its URL was said.
async fn begin(computer: &Computer, more: &[&str]) -> (Child, String) {
    let app = computer.another_app();
    let mut command = computer.command(&["authorize", "begin", "AB", "--app-key", &app.key]);
    command.args(more).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", app.secret).as_bytes()).await.unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let find = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("the URL did not come");
            if line.starts_with("http") || line.starts_with('{') {
                return line;
            }
        }
    };
    let line = within(find, "the URL did not come").await;
    (child, line)
}

#[tokio::test]
async fn a_wait_that_was_interrupted_says_how_to_go_on_and_the_address_of_the_failed_page_completes_it() {
    let computer = Computer::new().await;
    let (child, url) = begin(&computer, &[]).await;
    interrupt(&child).await;
    let (code, said) = ended(child).await;
    assert_eq!(code, Some(130), "{said}");
    assert!(
        said.contains("the request lives until ") && said.contains("outtray authorize complete AB"),
        "{said}"
    );
    assert!(!said.contains("left. Ctrl+C"), "no clock where there is no terminal: {said}");

    // The user clicks Allow although nobody waits: the browser ends at an address that does not load.
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    let address = browser.redirect_of(&url).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &address).await;
    let said = text(&done.stdout);
    assert!(done.status.success() && said.contains("authorized"), "{said}{}", text(&done.stderr));
    computer.said(&["test", "AB"]).await;
}

#[tokio::test]
async fn programs_hear_until_when_an_interrupted_request_lives() {
    let computer = Computer::new().await;
    let (mut child, request) = begin(&computer, &["--json"]).await;
    let request: Value = serde_json::from_str(&request).unwrap();
    interrupt(&child).await;
    let mut rest = String::new();
    within(child.stdout.as_mut().unwrap().read_to_string(&mut rest), "it should have ended")
        .await
        .unwrap();
    let said: Value = serde_json::from_str(&rest).unwrap();
    assert_eq!(said["interrupted"]["operatorId"], "AB");
    assert_eq!(said["interrupted"]["expiresAt"], request["expiresAt"]);
}

#[tokio::test]
async fn profiles_know_nothing_of_each_other() {
    let home = tempfile::TempDir::new().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = outtray();
        command.env("HOME", home.path()).env_remove("XDG_DATA_HOME").args(arguments);
        output(command)
    };
    assert!(run(&["--profile", "Test_1", "operator", "add", "AB", "--name", "Anna"]).await.status.success());
    assert!(text(&run(&["operator", "list", "--profile", "test_1"]).await.stdout).contains("Anna"));
    for other in [&["operator", "list"][..], &["--profile", "other", "operator", "list"]] {
        assert_eq!(text(&run(other).await.stdout), "None.\n", "{other:?}");
    }
    for name in ["", "../x", "a b", "ä", &"x".repeat(33)] {
        let refused = run(&["--profile", name, "operator", "list"]).await;
        assert_eq!(refused.status.code(), Some(3), "{name}");
        assert!(
            text(&refused.stderr).contains("name of a profile"),
            "{name}: {}",
            text(&refused.stderr)
        );
    }
    let both = run(&["--profile", "x", "--data-folder", "y", "operator", "list"]).await;
    assert_eq!(both.status.code(), Some(2));
}

#[tokio::test]
async fn the_first_file_that_fails_decides_how_it_ends() {
    let computer = Computer::new().await;
    let good = computer.file("invoice.pdf", b"%PDF-1.7");
    let sent = computer.run(&["send", "--operator", "AB", "missing.pdf", &good, "another.pdf"]).await;
    assert_eq!(sent.status.code(), Some(3), "{}", text(&sent.stderr));
    assert!(text(&sent.stdout).contains("invoice.pdf: delivered"));
    assert!(
        sent.stderr.starts_with(b"missing.pdf: not delivered"),
        "nothing but problems: {}",
        text(&sent.stderr)
    );
}
