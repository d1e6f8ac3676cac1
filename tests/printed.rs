//! What others have named is printed as text alone: no name ends a line, turns it around, or speaks to the terminal.
#![cfg_attr(windows, allow(dead_code, reason = "Windows takes no such names of files"))]

use serde_json::json;

use crate::{
    simulator::Fault,
    support::{Computer, output, text},
};

/// What a terminal obeys, and what moves or hides a text.
fn is_obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{feff}')
}

fn assert_text_alone(said: &str) {
    assert!(!said.contains(is_obeyed), "{said:?}");
}

/// The end of a line that never was, a title for the window of the terminal, a line taken back, letters turned around.
const NASTY: &str = "in\u{1b}]0;title\u{7}voice\n✓ all: delivered\r\u{202e}fdp.\u{9b}2J\u{7f}exe";
const SHOWN: &str = "in\\u{1b}]0;title\\u{7}voice\\n✓ all: delivered\\r\\u{202e}fdp.\\u{9b}2J\\u{7f}exe";

#[cfg(unix)]
#[tokio::test]
async fn a_name_of_a_file_forges_no_line() {
    let computer = Computer::new().await;
    let file = computer.file(NASTY, b"%PDF");
    let sent = computer.run(&["send", "--operator", "AB", &file]).await;
    let said = text(&sent.stdout);
    assert_text_alone(&said);
    assert!(said.starts_with(&format!("{SHOWN}: delivered to /")), "{said}");
    // The third says how the file is called in Dropbox.
    assert_eq!(said.lines().count(), 3, "{said}");

    let missing = computer.run(&["send", "--operator", "AB", &format!("{file}.gone")]).await;
    let said = text(&missing.stderr);
    assert_text_alone(&said);
    assert!(said.contains(&format!("{SHOWN}.gone")), "{said}");
    assert!(!said.lines().any(|line| line.starts_with('✓')), "{said}");

    for command in [&["deliveries"][..], &["activity"], &["deliveries", "AB"]] {
        let listed = text(&computer.run(command).await.stdout);
        assert_text_alone(&listed);
        assert!(!listed.lines().any(|line| line.starts_with('✓')), "{listed}");
    }
    // JSON means what it meant, and is text alone too.
    let json = computer.run(&["--json", "send", "--operator", "AB", &file]).await;
    let said = text(&json.stdout);
    assert_text_alone(&said);
    let value: serde_json::Value = serde_json::from_str(said.trim_end()).unwrap();
    assert_eq!(value["file"], file);
}

#[tokio::test]
async fn a_text_of_dropbox_forges_no_line_of_the_output_and_of_the_log() {
    let computer = Computer::new().await;
    let file = computer.file("report.pdf", b"%PDF");
    let refusal = json!({
        "error_summary": format!("path/{NASTY}/."), "error": { ".tag": NASTY }, "user_message": { "text": NASTY, "locale": "en" }
    });
    computer.simulator.inject(Fault::refuse_json(409, &refusal), 10, None);
    let refused = computer.run(&["send", "--operator", "AB", &file]).await;
    let said = text(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(said.contains(SHOWN), "{said}");
    assert_text_alone(&said);
    assert!(!said.lines().any(|line| line.starts_with('✓')), "{said}");
    let logs = std::fs::read_dir(computer.data_folder().join("logs")).unwrap();
    let log: String = logs.map(|log| std::fs::read_to_string(log.unwrap().path()).unwrap()).collect();
    assert!(log.contains("Dropbox refused a call"), "{log}");
    assert_text_alone(&log);
    assert!(log.lines().all(|line| line.starts_with("20")), "every line is an event: {log}");
}

#[tokio::test]
async fn the_name_of_an_account_forges_no_line() {
    let computer = Computer::new().await;
    // A page puts no line end into a field.
    let without = |text: &str, ends: [&str; 2]| ends.iter().fold(text.to_owned(), |text, end| text.replace(end, ""));
    let email = format!("anna{}@example.com", without(NASTY, ["\n", "\r"]));
    let account = computer.simulator.add_account(NASTY, &email);
    let app = computer.simulator.create_app(account, "Another");
    let code = computer.access_code(&app, &email).await;
    let completed = computer.run_with(&["authorize", "complete", "AB"], &code).await;
    let said = text(&completed.stdout) + &text(&completed.stderr);
    assert!(
        said.contains("account_differs") && said.contains(&without(SHOWN, ["\\n", "\\r"])),
        "{said}"
    );
    assert_text_alone(&said);
    let saved = computer.run(&["authorize", "save", "AB", "--confirm-account", &email]).await;
    let said = text(&saved.stdout) + &text(&saved.stderr) + &text(&computer.run(&["operator", "list"]).await.stdout);
    assert!(said.contains(&without(SHOWN, ["\\n", "\\r"])), "{said}");
    assert_text_alone(&said);
}

#[tokio::test]
async fn an_argument_forges_no_line() {
    let computer = Computer::new().await;
    for (arguments, code) in [
        (vec!["send", "--operator", NASTY, "a.pdf"], 3),
        (vec!["operator", "show", NASTY], 3),
        (vec!["operator", "add", NASTY, "--name", "Anna"], 3),
        (vec!["operator", "add", "XY", "--name", NASTY], 3),
        (vec!["operator", "import", NASTY], 3),
        (vec!["operator", "export", NASTY], 0),
        (vec![NASTY], 2),
        (vec!["deliveries", "AB", NASTY], 2),
        (vec!["settings", "set", "--language", NASTY], 2),
        (vec!["settings", "set", "--connect-timeout-seconds", NASTY], 2),
        (vec!["settings", "set", &format!("--{NASTY}"), "x"], 2),
    ] {
        // Windows has no such name of a file.
        if cfg!(windows) && arguments.contains(&"export") {
            continue;
        }
        let mut command = computer.command(&arguments);
        command.current_dir(computer.folder.path());
        let output = output(command).await;
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert_text_alone(&said);
        assert!(!said.lines().any(|line| line.starts_with('✓')), "{said}");
    }
}

#[tokio::test]
async fn the_name_of_who_uses_the_program_forges_no_line() {
    let computer = Computer::new().await;
    let mut command = computer.command(&["operator", "change", "AB", "--name", "Anna"]);
    command.env("USER", NASTY).env("USERNAME", NASTY);
    assert_eq!(output(command).await.status.code(), Some(0));
    let listed = text(&computer.run(&["activity"]).await.stdout);
    assert_text_alone(&listed);
    assert!(listed.contains(SHOWN), "{listed}");
}
