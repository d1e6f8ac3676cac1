//! However a person or the system ends the program politely, it says so, leaves nothing half-way, and ends.
#![cfg(unix)]

use std::{process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

use crate::{
    simulator::Moment,
    support::{Computer, output, outtray, text, within},
};

/// How each end is named to `kill`, and what a shell gives as the exit code: 128 and the number of the signal.
const POLITE: [(&str, i32); 5] = [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131), ("XCPU", 143)];

async fn signal(child: &Child, name: &str) {
    let pid = child.id().unwrap().to_string();
    let sent = Command::new("kill").args([format!("-{name}"), pid]).status().await.unwrap();
    assert!(sent.success());
}

fn spawn(mut command: Command) -> Child {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// How it ended, and what it had said.
async fn ended(child: Child) -> (Option<i32>, String) {
    let output = within(child.wait_with_output(), "it should have ended").await.unwrap();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[tokio::test]
async fn every_polite_end_writes_down_what_was_being_sent_and_it_can_be_sent_again() {
    let computer = Computer::new().await;
    for (name, expected) in POLITE {
        let file = computer.file(&format!("{name}.xlsx"), &vec![7; 9 << 20]);
        let send = ["send", "--operator", "AB", &file];
        let gate = computer.simulator.hold(Moment::Before, "files/upload_session/append_v2");
        let child = spawn(computer.command(&send));
        within(gate.reached(), "the call did not come").await;
        signal(&child, name).await;
        let (code, said) = ended(child).await;
        gate.release();
        assert_eq!(code, Some(expected), "{name}: {said}");
        assert!(
            said.contains(&format!("{name}.xlsx: not delivered.")) && said.contains("[interrupted]"),
            "{said}"
        );

        let rows = computer.said(&["--json", "deliveries", "AB"]).await;
        let newest: Value = serde_json::from_str(rows.lines().next().unwrap()).unwrap();
        let stands = (&newest["state"], &newest["problem"]["code"]);
        assert_eq!(stands, (&"needsAttention".into(), &"interrupted".into()), "{name}");
        computer.said(&send).await;
    }
    assert_eq!(computer.simulator.files(&computer.account).len(), POLITE.len());
}

#[tokio::test]
async fn every_polite_end_of_a_wait_says_how_to_go_on() {
    for (name, expected) in POLITE {
        let computer = Computer::new().await;
        let app = computer.another_app();
        let mut child = spawn(computer.command(&["authorize", "begin", "AB", "--app-key", &app.key]));
        child.stdin.take().unwrap().write_all(format!("{}\n", app.secret).as_bytes()).await.unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let url = async { while !lines.next_line().await.unwrap().expect("the URL did not come").starts_with("http") {} };
        within(url, "the URL did not come").await;
        signal(&child, name).await;
        let (code, said) = ended(child).await;
        assert_eq!(code, Some(expected), "{name}: {said}");
        assert!(said.contains("outtray authorize complete AB"), "{name}: {said}");
    }
}

/// Whatever it waits for: Dropbox, a file that comes through a pipe, a secret that does.
#[tokio::test]
async fn every_command_ends_wherever_it_waits() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let call = "users/get_current_account";
    for (name, expected) in POLITE {
        for words in [&["doctor"][..], &["authorize", "check", "AB"], &["--json", "doctor"]] {
            let gate = computer.simulator.hold(Moment::Before, call);
            let child = spawn(computer.command(words));
            within(gate.reached(), "the call did not come").await;
            signal(&child, name).await;
            let (code, said) = ended(child).await;
            gate.release();
            assert_eq!(code, Some(expected), "{name}, {words:?}: {said}");
            let problem = if words.contains(&"--json") {
                "\"interrupted\""
            } else {
                "[interrupted]"
            };
            assert!(said.contains(problem), "{name}, {words:?}: {said}");
        }
    }
    for words in [
        &["operator", "import", "-"][..],
        &["authorize", "complete", "AB"],
        &["authorize", "begin", "AB", "--app-key", &app.key],
    ] {
        let mut child = spawn(computer.command(words));
        // It stays open, and nothing comes: whenever the end comes, there is nothing else to do.
        let input = child.stdin.take();
        until_listening(&child).await;
        signal(&child, "TERM").await;
        let (code, said) = ended(child).await;
        assert_eq!(code, Some(143), "{words:?}: {said}");
        assert!(said.contains("[interrupted]"), "{words:?}: {said}");
        drop(input);
    }
}

/// Until the program hears SIGTERM (signal 15) itself: before, the system ends it, and nothing has begun.
async fn until_listening(child: &Child) {
    let status = format!("/proc/{}/status", child.id().unwrap());
    let caught = || {
        let status = std::fs::read_to_string(&status).ok()?;
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:"))?.trim().to_owned();
        Some(u64::from_str_radix(&mask, 16).ok()? & (1 << 14) != 0)
    };
    let listening = async {
        while cfg!(target_os = "linux") && !caught().unwrap_or(true) {
            tokio::task::yield_now().await;
        }
    };
    within(listening, "it should listen").await;
}

/// `nohup` lets a program go on without its terminal.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_was_started_to_outlive_its_terminal_does() {
    let computer = Computer::new().await;
    let file = computer.file("report.pdf", b"%PDF-1.7");
    let gate = computer.simulator.hold(Moment::Before, "files/upload");
    let send = computer.command(&["send", "--operator", "AB", &file]);
    let mut without_terminal = Command::new("sh");
    without_terminal.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]).kill_on_drop(true);
    without_terminal.arg(send.as_std().get_program()).args(send.as_std().get_args());
    let child = spawn(without_terminal);
    within(gate.reached(), "the call did not come").await;
    signal(&child, "HUP").await;
    gate.release();
    let (code, said) = ended(child).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("report.pdf: delivered"), "{said}");
}

/// Nobody reads what it prints, so it stands in the middle of that.
#[tokio::test]
async fn whoever_asks_once_more_ends_it_at_once() {
    let computer = Computer::new().await;
    let rows: String = (0..3000).map(|row| format!("X{row},An operator with a long name, number {row}\n")).collect();
    let file = computer.file(
        "operators.csv",
        format!("id,name\n{}", rows.replace(", number", " number")).as_bytes(),
    );
    assert!(computer.run(&["operator", "import", &file]).await.status.success());
    let mut child = spawn(computer.command(&["operator", "list"]));
    // The table is written in one piece, larger than a pipe holds.
    let mut first = [0; 1];
    within(child.stdout.as_mut().unwrap().read_exact(&mut first), "nothing came").await.unwrap();
    let insist = async {
        loop {
            signal(&child, "TERM").await;
            tokio::select! {
                status = child.wait() => return status.unwrap(),
                () = tokio::time::sleep(Duration::from_millis(100)) => {}
            }
        }
    };
    let status = within(insist, "it should have ended").await;
    assert_eq!(status.code(), Some(143));
}

#[tokio::test]
async fn an_end_while_nothing_waits_is_no_fault() {
    let home = tempfile::TempDir::new().unwrap();
    for _ in 0..20 {
        let mut command = outtray();
        command.arg("--data-folder").arg(home.path()).args(["operator", "list"]);
        let child = spawn(command);
        signal(&child, "TERM").await;
        let (code, said) = ended(child).await;
        // Before it listens the system ends it, and afterwards it may be done already.
        assert!(matches!(code, None | Some(0 | 143)), "{code:?} {said}");
    }
    let mut command = outtray();
    command.arg("--data-folder").arg(home.path()).args(["operator", "list"]);
    assert!(output(command).await.status.success());
}

/// `ulimit -f`: the system ends a program that goes on writing, unless it hears that.
#[tokio::test]
async fn a_limit_on_the_size_of_files_is_an_error_and_no_end_without_a_word() {
    let computer = Computer::new().await;
    let add = computer.command(&["operator", "add", "CD", "--name", "Bob"]);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\""]).arg(add.as_std().get_program());
    limited.args(add.as_std().get_args());
    let (code, said) = ended(spawn(limited)).await;
    assert!(code == Some(7) && said.contains("[store_failed]"), "{code:?}: {said}");
}
