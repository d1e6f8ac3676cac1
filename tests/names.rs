//! How a report is called in Dropbox, and that every change of its name is said.

use std::time::{Duration, SystemTime};

use outtray::{
    dropbox::{CommitInfo, WriteMode},
    operator::OperatorFields,
    store::deliveries::DeliveryState,
};
use serde_json::json;

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, Computer, TestApp, operator_fields, text},
};

fn malformed(test: &TestApp, times: u32, route: &str) {
    let reason = json!({ ".tag": "malformed_path" });
    let refusal = match route {
        "files/upload" => json!({ ".tag": "path", "reason": reason, "upload_session_id": "x" }),
        _ => json!({ ".tag": "path", "path": reason }),
    };
    test.simulator.inject(Fault::refuse(409, &refusal), times, Some(route));
}

#[tokio::test]
async fn a_name_that_dropbox_refuses_is_tried_once_more_without_what_it_may_not_like() {
    let (test, _) = TestApp::authorized().await;
    for (route, content) in [("files/upload", vec![1; 100]), ("files/upload_session/finish", vec![1; 9 << 20])] {
        malformed(&test, 1, route);
        let name = format!("Umsatz 😀 {}.pdf", content.len());
        let delivery = test.send("AB", &name, &content).await.unwrap();
        assert_eq!(
            delivery.dropbox_path.unwrap(),
            format!("/Reports/AB/Umsatz _ {}.pdf", content.len())
        );
        assert_eq!(delivery.renamed_from.as_deref(), Some(name.as_str()));
        let parts = test.simulator.calls().iter().filter(|call| call.route.ends_with("append_v2")).count();
        assert!(parts <= 2, "the bytes were sent once more");
    }
}

#[tokio::test]
async fn a_name_that_is_refused_all_the_same_is_named() {
    let (test, given) = TestApp::authorized().await;
    malformed(&test, 2, "files/upload");
    let error = test.send("AB", "Umsatz 😀.pdf", b"content").await.unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().contains("Umsatz 😀.pdf")),
        ("name_refused", true),
        "{error}"
    );
    // There is nothing in this one that could be mapped, so it is not tried again.
    malformed(&test, 1, "files/upload");
    let calls = test.simulator.calls().len();
    let error = test.send("AB", "report.pdf", b"content").await.unwrap_err();
    assert_eq!(error.code(), "name_refused");
    assert_eq!(test.simulator.calls().len() - calls, 1);
    assert!(test.simulator.files(&given.account).is_empty());
    assert!(
        test.app
            .list_deliveries("AB")
            .await
            .unwrap()
            .iter()
            .all(|delivery| delivery.state == DeliveryState::NeedsAttention)
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_line_says_that_a_name_was_changed() {
    let computer = Computer::new().await;
    for name in [
        "report.pdf ",
        "report.pdf.",
        "report .pdf",
        "\u{a0}report.pdf",
        "report.pdf\u{200b}",
    ] {
        let said = computer.said(&["send", "--operator", "AB", &computer.file(name, b"content")]).await;
        assert!(said.contains("delivered to /Reports/AB/report.pdf"), "{said}");
        assert!(
            said.contains("Its name was changed: “") && said.contains("“report.pdf” in Dropbox"),
            "{said}"
        );
    }
    let said = computer.said(&["send", "--operator", "AB", &computer.file("report.pdf", b"content")]).await;
    assert!(!said.contains("changed"), "{said}");
    let output = computer.run(&["--json", "deliveries"]).await;
    let lines: Vec<serde_json::Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["renamedFrom"], serde_json::Value::Null);
    assert_eq!(lines[1]["renamedFrom"], "report.pdf\u{200b}");
}

#[tokio::test]
async fn two_forms_of_one_name_are_one_file() {
    let (test, given) = TestApp::authorized().await;
    let fields = OperatorFields {
        destination: "/Bu\u{308}ro/{name}".to_owned(),
        ..operator_fields("Anna Berg", Some(ACCESS_EMAIL))
    };
    test.app.change_operator("AB", fields).await.unwrap();
    for name in ["Ma\u{308}rz.pdf", "M\u{e4}rz.pdf"] {
        let delivery = test.send("AB", name, b"content").await.unwrap();
        assert_eq!(delivery.dropbox_path.as_deref(), Some("/B\u{fc}ro/M\u{e4}rz.pdf"));
        assert_eq!(delivery.renamed_from, None, "it looks the same");
    }
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[test]
fn a_time_that_dropbox_cannot_take_is_left_out() {
    let commit = |time: &str| CommitInfo::new("/a".to_owned(), WriteMode::Add, Some(time.parse().unwrap())).client_modified;
    for time in ["0000-12-31T23:59:59Z", "-000001-01-01T00:00:00Z", "-009999-01-02T01:59:59Z"] {
        assert_eq!(commit(time), None, "{time}");
    }
    for time in [
        "0001-01-01T00:00:00Z",
        "1601-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "9999-12-30T22:00:00Z",
    ] {
        assert_eq!(commit(time).as_deref(), Some(time));
    }
}

/// Where the file system keeps such a time; one that moves it into its own range is no harm.
#[tokio::test]
async fn a_file_of_any_time_arrives() {
    let (test, given) = TestApp::authorized().await;
    let years = |number: u64| Duration::from_secs(number * 366 * 24 * 3600);
    for (at, time) in [
        SystemTime::UNIX_EPOCH.checked_sub(years(1968)),
        SystemTime::UNIX_EPOCH.checked_sub(years(20_000)),
        SystemTime::UNIX_EPOCH.checked_add(years(20_000)),
    ]
    .into_iter()
    .flatten()
    .enumerate()
    {
        // In memory every time is kept.
        let memory = std::path::Path::new("/dev/shm");
        let folder = if memory.is_dir() { memory } else { test.reports() };
        let file = tempfile::NamedTempFile::with_prefix_in("report", folder).unwrap();
        std::fs::write(file.path(), [at as u8]).unwrap();
        if file.as_file().set_modified(time).is_err() {
            continue;
        }
        // Not open for writing any more.
        let path = file.into_temp_path();
        test.app.send_file("AB", &path).await.unwrap();
    }
    assert!(!test.simulator.files(&given.account).is_empty() || cfg!(windows));
}

/// Quotes, a scheduler, or the command prompt of Windows: no shell has replaced the pattern.
#[tokio::test]
async fn a_pattern_is_expanded_on_windows_and_named_elsewhere() {
    let computer = Computer::new().await;
    for name in ["one.pdf", "two.PDF", "three [1].pdf", "four.txt"] {
        computer.file(name, name.as_bytes());
    }
    std::fs::create_dir(computer.folder.path().join("folder.pdf")).unwrap();
    let pattern = computer.folder.path().join("*.pdf").display().to_string();
    let output = computer.run(&["send", "--operator", "AB", &pattern]).await;
    if cfg!(windows) {
        assert!(output.status.success(), "{}", text(&output.stderr));
        let mut files: Vec<String> = computer.simulator.files(&computer.account).into_iter().map(|file| file.path_display).collect();
        files.sort();
        assert_eq!(files, ["/Reports/AB/one.pdf", "/Reports/AB/three [1].pdf", "/Reports/AB/two.PDF"]);
    } else {
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains(&pattern) && said.contains("no shell has replaced"), "{said}");
    }
    // A name with brackets is a name.
    let bracketed = computer.folder.path().join("three [1].pdf").display().to_string();
    computer.said(&["send", "--operator", "AB", &bracketed]).await;
    // What exists under this very name is no pattern.
    if cfg!(unix) {
        let starred = computer.file("*.pdf", b"starred");
        assert!(
            computer
                .said(&["send", "--operator", "AB", &starred])
                .await
                .contains("Its name was changed: “*.pdf” is “_.pdf”")
        );
    }
}
