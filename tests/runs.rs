//! Several files that are sent together: none takes the place of another, whatever makes their names the same in Dropbox.

use std::{
    fs,
    path::{Path, PathBuf},
};

use outtray::{
    content_hash::content_hash,
    delivery::{Run, Sent},
    operator::{ConflictRule, OperatorFields},
};
use serde_json::{Value, json};

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, Computer, Given, TestApp, operator_fields, text},
};

async fn with_rule(rule: ConflictRule) -> (TestApp, Given) {
    let (test, given) = TestApp::authorized().await;
    let fields = OperatorFields {
        conflict_rule: Some(rule),
        ..operator_fields("Anna Berg", Some(ACCESS_EMAIL))
    };
    test.app.change_operator("AB", fields).await.unwrap();
    (test, given)
}

/// A file in a folder of its own.
fn write(test: &TestApp, folder: &str, name: impl AsRef<Path>, content: &[u8]) -> PathBuf {
    let folder = test.reports().join(folder);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

async fn send(test: &TestApp, files: &[PathBuf]) -> Vec<Sent> {
    let (mut run, mut sent) = (Run::of(files).await, Vec::new());
    for file in files {
        sent.push(test.app.send_file_of_run(&mut run, "AB", file).await.unwrap());
    }
    sent
}

/// Everything that is in Dropbox, once each.
fn contents(test: &TestApp, given: &Given) -> Vec<Vec<u8>> {
    let mut contents: Vec<Vec<u8>> = test.simulator.files(&given.account).into_iter().map(|file| file.content.to_vec()).collect();
    contents.sort();
    contents
}

/// Names that become one in Dropbox, one pair a line.
#[cfg(unix)]
const PAIRS: [(&str, &str); 10] = [
    ("report.pdf", "report.pdf"),
    ("report.pdf", "REPORT.PDF"),
    ("M\u{e4}rz.pdf", "Ma\u{308}rz.pdf"),
    ("\u{212b}ngstr\u{f6}m.pdf", "\u{c5}NGSTR\u{d6}M.pdf"),
    ("report.pdf", "report.pdf "),
    ("report.pdf", "report .pdf"),
    ("report.pdf", "\u{a0}report.pdf\u{200b}"),
    ("\u{39f}\u{394}\u{39f}\u{3a3}.pdf", "\u{3bf}\u{3b4}\u{3bf}\u{3c3}.pdf"),
    ("a:b.pdf", "a*b.pdf"),
    ("a\u{202e}b.pdf", "a\u{1}b.pdf"),
];

#[cfg(unix)]
#[tokio::test]
async fn two_reports_whose_names_become_one_are_both_kept() {
    for (one, other) in PAIRS {
        let (test, given) = with_rule(ConflictRule::Replace).await;
        for size in [100, 9 << 20] {
            let files = [
                write(&test, "a", one, &vec![1; size]),
                write(&test, "b", other, &vec![2; size]),
                write(&test, "c", one, &vec![3; size]),
            ];
            let sent = send(&test, &files).await;
            assert!(sent[0].beside.is_none());
            for (at, sent) in sent.iter().enumerate().skip(1) {
                assert_eq!(sent.beside.as_deref(), Some(files[0].as_path()), "{other:?}");
                let mark = &content_hash(&fs::read(&files[at]).unwrap())[..8];
                assert!(sent.delivery.dropbox_path.as_ref().unwrap().contains(mark), "{:?}", sent.delivery);
                assert!(sent.delivery.renamed_from.is_some(), "{:?}", sent.delivery);
            }
            assert!(
                contents(&test, &given).iter().filter(|content| content.len() == size).count() == 3,
                "{other:?}: one is lost"
            );
        }
    }
}

/// Bytes that are no text: each becomes the same sign.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn two_names_that_are_no_text_are_both_kept() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let (test, given) = with_rule(ConflictRule::Replace).await;
    let named = |byte: u8| {
        write(
            &test,
            "a",
            OsStr::from_bytes(&[b'M', byte, b'r', b'z', b'.', b'p', b'd', b'f']),
            &[byte],
        )
    };
    let sent = send(&test, &[named(0xe4), named(0xe5)]).await;
    assert_eq!(sent[0].delivery.dropbox_path.as_deref(), Some("/Reports/AB/M_rz.pdf"));
    assert_eq!(contents(&test, &given), [vec![0xe4], vec![0xe5]]);
}

#[tokio::test]
async fn a_newer_version_still_takes_the_place_of_the_older_one() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    let files = [
        write(&test, "a", "report.pdf", b"old"),
        write(&test, "b", "other.pdf", b"old other"),
    ];
    send(&test, &files).await;
    let files = [
        write(&test, "a", "report.pdf", b"new"),
        write(&test, "b", "other.pdf", b"new other"),
    ];
    send(&test, &files).await;
    assert_eq!(contents(&test, &given), [b"new".to_vec(), b"new other".to_vec()]);
}

/// Sends files of one run; those at these places find no room.
async fn send_failing(test: &TestApp, files: &[PathBuf], failing: &[usize]) -> Vec<i64> {
    let mut run = Run::of(files).await;
    for (at, file) in files.iter().enumerate() {
        if failing.contains(&at) {
            test.simulator.inject(Fault::InsufficientSpace, 1, Some("files/upload"));
        }
        assert_eq!(
            test.app.send_file_of_run(&mut run, "AB", file).await.is_err(),
            failing.contains(&at)
        );
    }
    let mut ids: Vec<i64> = test.app.list_deliveries("AB").await.unwrap().iter().map(|delivery| delivery.id).collect();
    ids.reverse();
    ids
}

#[tokio::test]
async fn what_is_sent_again_does_not_take_the_place_of_another_report() {
    for failing in [&[0, 1][..], &[0], &[1]] {
        let (test, given) = with_rule(ConflictRule::Replace).await;
        let files = [
            write(&test, "a", "report.pdf", b"first"),
            write(&test, "b", "Report.PDF", b"second"),
        ];
        let ids = send_failing(&test, &files, failing).await;
        for (at, failed) in failing.iter().enumerate() {
            let sent = test.app.send_again(ids[*failed]).await.unwrap();
            let other = (failing.len() == 1 || at == 1).then(|| files[1 - failed].clone());
            assert_eq!(sent.beside, other, "{failing:?}");
        }
        assert_eq!(contents(&test, &given), [b"first".to_vec(), b"second".to_vec()], "{failing:?}");
    }
}

/// Sending the file once more, instead of the delivery, queues the same delivery again.
#[tokio::test]
async fn a_file_that_failed_and_is_sent_later_does_not_take_the_place_of_a_newer_report() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    let monday = [write(&test, "monday", "report.pdf", b"monday")];
    send_failing(&test, &monday, &[0]).await;
    send(&test, &[write(&test, "tuesday", "report.pdf", b"tuesday")]).await;
    let sent = send(&test, &monday).await;
    assert_eq!(sent[0].beside, Some(test.reports().join("tuesday").join("report.pdf")));
    assert_eq!(contents(&test, &given), [b"monday".to_vec(), b"tuesday".to_vec()]);
}

#[tokio::test]
async fn what_is_sent_again_takes_the_place_of_its_own_older_version() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    send(&test, &[write(&test, "a", "report.pdf", b"old")]).await;
    let ids = send_failing(&test, &[write(&test, "a", "report.pdf", b"newer")], &[0]).await;
    let sent = test.app.send_again(ids[1]).await.unwrap();
    assert_eq!((sent.beside, contents(&test, &given)), (None, vec![b"newer".to_vec()]));
}

/// However a file is named, it is one source, and what is written into it between two sends is its newer version.
#[tokio::test]
async fn the_same_file_twice_is_one_source() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    let path = write(&test, "a", "report.pdf", b"old");
    let roundabout = test.reports().join("a").join("..").join("a").join("report.pdf");
    let mut others = vec![path.clone(), roundabout];
    fs::create_dir_all(test.reports().join("b")).unwrap();
    let hard = test.reports().join("b").join("report.pdf");
    fs::hard_link(&path, &hard).unwrap();
    others.push(hard);
    #[cfg(unix)]
    {
        fs::create_dir_all(test.reports().join("c")).unwrap();
        let soft = test.reports().join("c").join("report.pdf");
        std::os::unix::fs::symlink(&path, &soft).unwrap();
        others.push(soft);
    }
    let mut run = Run::default();
    test.app.send_file_of_run(&mut run, "AB", &path).await.unwrap();
    for (at, other) in others.iter().enumerate() {
        let content = format!("newer {at}");
        fs::write(&path, &content).unwrap();
        let sent = test.app.send_file_of_run(&mut run, "AB", other).await.unwrap();
        assert_eq!(
            (sent.beside, sent.delivery.dropbox_path.as_deref()),
            (None, Some("/Reports/AB/report.pdf")),
            "{other:?}"
        );
        assert_eq!(contents(&test, &given), [content.into_bytes()], "{other:?}");
    }
}

#[tokio::test]
async fn the_same_content_of_two_files_is_there_once() {
    for rule in ConflictRule::ALL {
        let (test, given) = with_rule(rule).await;
        let files = [write(&test, "a", "report.pdf", b"same"), write(&test, "b", "report.pdf", b"same")];
        let sent = send(&test, &files).await;
        assert!(
            sent.iter().all(|sent| sent.beside.is_none() && sent.delivery.renamed_from.is_none()),
            "{rule:?}"
        );
        assert_eq!(test.simulator.files(&given.account).len(), 1, "{rule:?}");
    }
}

#[tokio::test]
async fn a_name_that_was_given_to_a_file_beside_is_not_taken_from_it() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    let marked = format!("report ({}).pdf", &content_hash(b"second")[..8]);
    let files = [
        write(&test, "a", "report.pdf", b"first"),
        write(&test, "b", "report.pdf", b"second"),
        write(&test, "c", &marked, b"third"),
    ];
    send(&test, &files).await;
    assert_eq!(contents(&test, &given), [b"first".to_vec(), b"second".to_vec(), b"third".to_vec()]);
}

#[tokio::test]
async fn two_names_that_are_mapped_after_a_refusal_are_both_kept() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    let files = [write(&test, "a", "a😀.pdf", b"first"), write(&test, "a", "a😎.pdf", b"second")];
    let mut run = Run::of(&files).await;
    for file in &files {
        let malformed = json!({ ".tag": "path", "reason": { ".tag": "malformed_path" }, "upload_session_id": "x" });
        test.simulator.inject(Fault::refuse(409, &malformed), 1, Some("files/upload"));
        test.app.send_file_of_run(&mut run, "AB", file).await.unwrap();
    }
    assert_eq!(contents(&test, &given), [b"first".to_vec(), b"second".to_vec()]);
}

#[tokio::test]
async fn stop_and_keep_both_stay_as_they_are() {
    let (test, given) = with_rule(ConflictRule::Stop).await;
    let files = [
        write(&test, "a", "report.pdf", b"first"),
        write(&test, "b", "Report.pdf", b"second"),
    ];
    let mut run = Run::of(&files).await;
    test.app.send_file_of_run(&mut run, "AB", &files[0]).await.unwrap();
    let error = test.app.send_file_of_run(&mut run, "AB", &files[1]).await.unwrap_err();
    assert_eq!(error.code(), "name_taken");
    assert_eq!(contents(&test, &given), [b"first".to_vec()]);

    let (test, given) = with_rule(ConflictRule::KeepBoth).await;
    let files = [
        write(&test, "a", "report.pdf", b"first"),
        write(&test, "b", "Report.pdf", b"second"),
    ];
    let sent = send(&test, &files).await;
    assert_eq!(sent[1].beside.as_deref(), Some(files[0].as_path()));
    assert_eq!(contents(&test, &given), [b"first".to_vec(), b"second".to_vec()]);
}

#[tokio::test]
async fn the_command_line_names_both() {
    let computer = Computer::new().await;
    computer.said(&["operator", "change", "AB", "--conflict-rule", "replace"]).await;
    for (folder, content) in [("a", "first"), ("b", "second"), ("c", "first")] {
        fs::create_dir_all(computer.folder.path().join(folder)).unwrap();
        computer.file(&format!("{folder}/report.pdf"), content.as_bytes());
    }
    let path = |folder: &str| computer.folder.path().join(folder).join("report.pdf").display().to_string();
    let (one, other) = (path("a"), path("b"));
    let said = computer.said(&["send", "--operator", "AB", &one, &other]).await;
    let name = format!("report ({}).pdf", &content_hash(b"second")[..8]);
    assert!(
        said.contains(&format!("Its name was changed: “report.pdf” is “{name}” in Dropbox.")),
        "{said}"
    );
    assert!(
        said.contains(&format!("Kept beside {one}, which has the same name in Dropbox.")),
        "{said}"
    );
    assert_eq!(computer.simulator.files(&computer.account).len(), 2);

    let output = computer.run(&["--json", "send", "--operator", "AB", &path("c"), &other]).await;
    assert!(output.status.success());
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["keptBeside"], Value::Null);
    assert_eq!(lines[0]["delivery"]["renamedFrom"], Value::Null);
    assert_eq!(lines[1]["keptBeside"], json!(path("c")));
    assert_eq!(lines[1]["delivery"]["renamedFrom"], "report.pdf");
}
