//! The command line as it is run: arguments in, text or JSON out, exit codes.

use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::{
    simulator::{AccountId, Fault},
    support::{ACCESS_EMAIL, Computer, browser::Browser, output, outtray, text},
};

#[tokio::test]
async fn send_delivers_and_says_where() {
    let computer = Computer::new().await;
    let (small, large) = (
        computer.file("invoice.pdf", b"%PDF-1.7 small"),
        computer.file("ledger.xlsx", &vec![7; 20 << 20]),
    );
    let output = computer.run(&["send", "--operator", "ab", &small, &large]).await;
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
    assert!(said.contains("invoice.pdf: delivered to /Reports/AB/invoice.pdf"), "{said}");
    assert!(said.contains("Dropbox's content hash equals ours"), "{said}");
    let files = computer.simulator.files(&computer.account);
    assert_eq!(files.len(), 2);
    assert!(files.iter().any(|file| file.size == 20 << 20));
}

#[tokio::test]
async fn json_is_one_object_a_line() {
    let computer = Computer::new().await;
    let small = computer.file("invoice.pdf", b"%PDF-1.7 small");
    let output = computer.run(&["--json", "send", "--operator", "AB", &small, "missing.pdf"]).await;
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["delivery"]["state"], "delivered");
    assert_eq!(lines[0]["delivery"]["dropboxPath"], "/Reports/AB/invoice.pdf");
    assert_eq!(lines[1]["problem"]["code"], "file_unreadable");
}

#[tokio::test]
async fn a_problem_is_a_sentence_with_what_to_do_and_a_code() {
    let computer = Computer::new().await;
    let small = computer.file("invoice.pdf", b"%PDF-1.7 small");
    let output = computer.run(&["send", "--operator", "XY", &small]).await;
    assert_eq!(output.status.code(), Some(3));
    let said = text(&output.stderr);
    assert!(
        said.contains("There is no operator “XY”. [operator_not_found]") && said.contains("Setup › Operator"),
        "{said}"
    );
}

/// The true keychain of a system without one: no bus, nobody logged in.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_there_is_no_keychain_it_says_so_and_names_the_key_file() {
    let computer = Computer::new().await;
    let small = computer.file("invoice.pdf", b"%PDF-1.7 small");
    let mut command = outtray();
    command
        .args(["--simulator", &computer.simulator.base_url(), "--data-folder"])
        .arg(computer.data_folder());
    command.args(["send", "--operator", "AB", &small]);
    command
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("HOME", computer.folder.path());
    let output = output(command).await;
    assert_eq!(output.status.code(), Some(6));
    let said = text(&output.stderr);
    assert!(said.contains("[keychain_missing]") && said.contains("--key-file"), "{said}");
    assert!(computer.simulator.files(&computer.account).is_empty());
}

#[tokio::test]
async fn only_a_simulator_on_this_computer_is_accepted() {
    let computer = Computer::new().await;
    for address in [
        "http://dropbox.example:80",
        "https://127.0.0.1:8080",
        "http://localhost:8080",
        "127.0.0.1:8080",
        "http://127.0.0.1:8080/x",
    ] {
        let mut command = outtray();
        command.args(["--simulator", address, "--data-folder"]).arg(computer.data_folder());
        command.args(["send", "--operator", "AB", "a.pdf"]);
        let output = output(command).await;
        assert_eq!(output.status.code(), Some(3), "{address}");
        assert!(
            text(&output.stderr).contains("address_refused"),
            "{address}: {}",
            text(&output.stderr)
        );
    }
}

#[tokio::test]
async fn help_and_wrong_arguments_are_told_apart() {
    let mut help = outtray();
    help.args(["send", "--help"]);
    let help = output(help).await;
    assert!(
        help.status.success() && text(&help.stdout).contains("--operator <ID>"),
        "{}",
        text(&help.stdout)
    );
    let mut wrong = outtray();
    wrong.args(["send", "a.pdf"]);
    assert_eq!(output(wrong).await.status.code(), Some(2));
}

/// Authorizes operator `cd` in two invocations, as one does whose user is elsewhere; the first is tried with a wrong secret too.
async fn authorize_from_elsewhere(computer: &Computer, account: &AccountId) {
    let app = computer.simulator.create_app(account.clone(), "Carl's reports");
    let begin = [
        "--json",
        "authorize",
        "begin",
        "CD",
        "--app-key",
        &app.key,
        "--place",
        "users-computer",
    ];
    let wrong = computer.run_with(&begin, "wrongsecret1234").await;
    assert_eq!(wrong.status.code(), Some(3), "{}", text(&wrong.stdout));
    let begun = computer.run_with(&begin, &app.secret).await;
    assert!(begun.status.success(), "{}", text(&begun.stdout));
    let request: Value = serde_json::from_str(&text(&begun.stdout)).unwrap();
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), "carl@example.com").await;
    let code = browser.access_code(request["url"].as_str().unwrap()).await;

    // Another invocation, later.
    let done = computer.run_with(&["authorize", "complete", "cd"], &code).await;
    let said = text(&done.stdout);
    assert!(
        done.status.success() && said.contains("authorized") && said.contains("carl@example.com"),
        "{said}{}",
        text(&done.stderr)
    );
}

#[tokio::test]
async fn the_whole_procedure_can_be_done_in_a_terminal() {
    let computer = Computer::new().await;
    assert!(
        computer
            .said(&["settings", "set", "--interface-to-dropbox", "on"])
            .await
            .contains("Interface to Dropbox: on")
    );
    computer
        .said(&["operator", "add", "cd", "--name", "Carl Dahl", "--email", "carl@example.com"])
        .await;
    let account = computer.simulator.add_account("Carl Dahl", "carl@example.com");
    authorize_from_elsewhere(&computer, &account).await;
    assert!(computer.said(&["test", "cd"]).await.contains("Dropbox's content hash equals ours"));
    assert_eq!(computer.simulator.files(&account).len(), 1);
    assert!(computer.said(&["deliveries", "cd"]).await.contains("/Reports/cd/Outtray test "));

    let doctor = computer.run(&["doctor"]).await;
    let said = text(&doctor.stdout);
    for expected in [
        "✓ database",
        "✓ key file",
        "✓ network: Dropbox answers",
        "✓ operator cd: carl@example.com",
    ] {
        assert!(said.contains(expected), "{expected} is missing: {said}");
    }
    computer.said(&["authorize", "revoke", "cd"]).await;
    assert_eq!(computer.run(&["test", "cd"]).await.status.code(), Some(4));
    computer.said(&["operator", "remove", "cd"]).await;
    assert_eq!(computer.run(&["operator", "show", "cd"]).await.status.code(), Some(3));
    assert!(computer.said(&["operator", "list", "--removed"]).await.contains("cd"));
    assert!(computer.said(&["operator", "list", "--removed", "--search", "nobody"]).await.contains("None."));
    computer.said(&["operator", "restore", "CD"]).await;
    assert!(computer.said(&["activity", "--operator", "cd"]).await.contains("restore_operator"));
    computer.said(&["settings", "set", "--interface-to-dropbox", "off"]).await;
    assert_eq!(computer.run(&["test", "AB"]).await.status.code(), Some(8));
}

#[tokio::test]
async fn begin_waits_for_the_redirect_and_puts_it_in_force() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let mut command = computer.command(&["--json", "authorize", "begin", "AB", "--app-key", &app.key]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", app.secret).as_bytes()).await.unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let request: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();

    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    let page = browser.authorize(request["url"].as_str().unwrap()).await;
    assert!(page.text.contains("You can close this page"), "{}", page.text);
    let operator: Value = serde_json::from_str(&lines.next_line().await.unwrap().unwrap()).unwrap();
    assert_eq!(
        (operator["status"].as_str(), operator["appKey"].as_str()),
        (Some("authorized"), Some(app.key.as_str()))
    );
    assert!(child.wait().await.unwrap().success());
}

#[tokio::test]
async fn an_import_keeps_the_good_rows_and_says_why_the_others_are_not() {
    let computer = Computer::new().await;
    let csv = "\u{feff}id,name,email,destination,active\nCD,Carl Dahl,carl@example.com,/Out/{operator},yes\nAB,Again,,,\n,Nobody,,,\nEF,Eva Falk,,,no\n";
    let file = computer.file("operators.csv", csv.as_bytes());
    let preview = computer.run(&["operator", "import", "--preview", &file]).await;
    assert_eq!(preview.status.code(), Some(3));
    assert!(
        text(&preview.stdout).contains("2 would be added, 2 not"),
        "{}",
        text(&preview.stdout)
    );
    assert_eq!(computer.said(&["--json", "operator", "list"]).await.lines().count(), 1);

    let import = computer.run(&["operator", "import", &file]).await;
    let refused = text(&import.stderr);
    assert!(
        refused.contains("line 3: There is already an operator “AB”") && refused.contains("line 4: The operator id is missing"),
        "{refused}"
    );
    let exported = computer.said(&["operator", "export"]).await;
    assert!(
        exported.contains("CD,Carl Dahl,carl@example.com,/Out/{operator}/{name},yes"),
        "{exported}"
    );
    assert!(exported.contains("EF,Eva Falk,,/Reports/{operator}/{name},no"), "{exported}");
    assert!(computer.said(&["operator", "list", "--search", "falk"]).await.contains("not active"));
}

#[tokio::test]
async fn a_column_that_is_left_out_shows_in_the_exit_code() {
    let computer = Computer::new().await;
    let file = computer.file(
        "operators.csv",
        "Operator;Name;Aktiviert?;Abteilung\nCD;Carl Dahl;nein;Lager\n".as_bytes(),
    );
    for arguments in [["operator", "import", "--preview", &file], ["--json", "operator", "import", &file]] {
        let import = computer.run(&arguments).await;
        let said = text(&import.stdout) + &text(&import.stderr);
        assert_eq!(import.status.code(), Some(9), "{said}");
        assert!(said.contains("Aktiviert?") && said.contains("Abteilung"), "{said}");
    }
    // A row that is refused weighs more.
    assert_eq!(computer.run(&["operator", "import", &file]).await.status.code(), Some(3));
    let file = computer.file("german.csv", "Operator;Name;Aktiv\nEF;Eva Falk;nein\n".as_bytes());
    assert_eq!(computer.run(&["operator", "import", &file]).await.status.code(), Some(0));
    assert!(computer.said(&["operator", "list", "--search", "falk EVA"]).await.contains("not active"));
}

#[tokio::test]
async fn a_file_of_operators_goes_through_a_spreadsheet_program_and_back() {
    let computer = Computer::new().await;
    computer
        .said(&[
            "operator",
            "add",
            "XY",
            "--name",
            "x;=HYPERLINK(\"http://evil.example\")",
            "--active",
            "off",
        ])
        .await;
    let file = computer.folder.path().join("operators.csv").display().to_string();
    computer.said(&["operator", "export", &file]).await;
    assert!(
        std::fs::read(&file).unwrap().starts_with(b"\xff\xfei\0d\0\t\0n\0"),
        "UTF-16 with tabs"
    );
    let exported = computer.said(&["operator", "export"]).await;
    assert!(
        exported.starts_with("id,name,email,") && exported.contains(";'=HYPERLINK"),
        "{exported}"
    );
    computer.said(&["operator", "remove", "XY"]).await;
    assert_eq!(
        computer.run(&["operator", "import", &file]).await.status.code(),
        Some(3),
        "AB is there"
    );
    assert_eq!(computer.said(&["operator", "export"]).await, exported);
}

/// A file without an end, and one that is too large: no more is read than is looked at.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_without_an_end_is_refused() {
    let computer = Computer::new().await;
    let import = computer.run(&["operator", "import", "--preview", "/dev/zero"]).await;
    assert_eq!(import.status.code(), Some(3));
    assert!(text(&import.stderr).contains("larger than"), "{}", text(&import.stderr));
}

#[tokio::test]
async fn shells_can_complete_its_words() {
    let mut command = outtray();
    command.args(["completions", "bash"]);
    let output = output(command).await;
    assert!(
        output.status.success() && text(&output.stdout).contains("--interface-to-dropbox"),
        "{}",
        text(&output.stderr)
    );
}

/// `/dev/full` is a disk without room.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_output_that_cannot_be_written_is_no_success() {
    let computer = Computer::new().await;
    for arguments in [&["--json", "operator", "list"][..], &["operator", "list"], &["operator", "export"]] {
        let mut command = computer.command(arguments);
        command
            .stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap())
            .stderr(Stdio::piped());
        let output = crate::support::within(command.spawn().unwrap().wait_with_output(), "it should have ended")
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        if !arguments.contains(&"--json") {
            assert!(text(&output.stderr).contains("[file_unwritable]"), "{}", text(&output.stderr));
        }
    }
}

/// In a form the sentence stands beside its field; on a terminal nothing does.
#[tokio::test]
async fn a_refused_field_is_named_where_the_sentence_does_not() {
    let computer = Computer::new().await;
    for (option, value) in [
        ("--name", "a\nb"),
        ("--email", "a\u{202e}@example.com"),
        ("--destination", "/a\tb/{name}"),
    ] {
        let refused = computer.run(&["operator", "change", "AB", option, value]).await;
        let said = text(&refused.stderr);
        assert!(said.starts_with(&format!("{}: The field ", &option[2..])), "{said}");
    }
    let list = computer.file("operators.csv", b"id,name\nCD,a\x07b\n");
    let said = text(&computer.run(&["operator", "import", &list]).await.stderr);
    assert!(said.contains("line 2: name: The field may not have"), "{said}");
}

#[tokio::test]
async fn what_was_not_delivered_is_seen_where_operators_are_listed() {
    let computer = Computer::new().await;
    let files = [computer.file("a.pdf", b"a"), computer.file("b.pdf", b"b")];
    for (file, said) in files
        .iter()
        .zip(["authorized; 1 delivery needs attention", "authorized; 2 deliveries need attention"])
    {
        computer.simulator.inject(Fault::InsufficientSpace, 1, Some("files/upload"));
        assert!(!computer.run(&["send", "--operator", "AB", file]).await.status.success());
        for words in [&["operator", "list"][..], &["operator", "show", "AB"]] {
            let shown = text(&computer.run(words).await.stdout);
            assert!(shown.contains(said), "{shown}");
        }
    }
    computer.said(&["dismiss-delivery", "1", "2"]).await;
    let shown = text(&computer.run(&["operator", "list"]).await.stdout);
    assert!(shown.contains("authorized") && !shown.contains("attention"), "{shown}");
}
