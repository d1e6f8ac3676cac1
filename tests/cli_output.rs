//! Where what the command line prints goes: a reader that has enough, a disk without room, a system that gives too little.
#![cfg(unix)]

use std::process::Stdio;

use tokio::process::Command;

use crate::support::{Computer, outtray, text, within};

async fn ended(mut command: Command) -> (Option<i32>, String) {
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let output = within(child.wait_with_output(), "it should have ended").await.unwrap();
    (output.status.code(), text(&output.stderr))
}

/// What needs no library, what prints a table, and what prints for programs.
const PRINTS: [&[&str]; 7] = [
    &["--help"],
    &["operator", "--help"],
    &["--version"],
    &["completions", "bash"],
    &["operator", "list"],
    &["--json", "operator", "list"],
    &["operator", "export"],
];

#[tokio::test]
async fn a_reader_that_has_enough_is_no_fault() {
    let computer = Computer::new().await;
    for words in PRINTS {
        let mut command = computer.command(words);
        let (reader, writer) = std::io::pipe().unwrap();
        command.stdout(writer);
        // Before anything is written.
        drop(reader);
        assert_eq!(ended(command).await, (Some(0), String::new()), "{words:?}");
    }
    let mut command = computer.command(&["operator", "show", "XY"]);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let child = command.stderr(writer).stdout(Stdio::null()).spawn().unwrap();
    let status = within(child.wait_with_output(), "it should have ended").await.unwrap().status;
    assert_eq!(status.code(), Some(3), "what it says is lost, and what happened is not");
}

/// `/dev/full` is a disk without room.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_cannot_be_written_is_said_and_no_success() {
    let computer = Computer::new().await;
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for words in PRINTS {
        let mut command = computer.command(words);
        command.stdout(full());
        let (code, said) = ended(command).await;
        assert_eq!(code, Some(3), "{words:?}: {said}");
        assert!(
            said.starts_with("Writing to the standard output failed: the disk is full. [file_unwritable]"),
            "{words:?}: {said}"
        );
    }
    for words in [&["no-such-command"][..], &["operator", "show", "XY"]] {
        let mut command = computer.command(words);
        command.stdout(Stdio::null()).stderr(full());
        let status = within(command.status(), "it should have ended").await.unwrap();
        assert!(!status.success(), "{words:?}");
    }
}

/// `ulimit -n`: from what a shell itself needs to what the program needs.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn too_few_open_files_are_said_in_words() {
    let computer = Computer::new().await;
    for files in [8, 12, 16, 20, 32, 63] {
        let (code, said) = ended(limited(&computer, &format!("ulimit -n {files}"))).await;
        assert_eq!(code, Some(1), "{files}: {said}");
        assert!(
            said.contains(&format!("{files} open files")) && said.contains("[system_limit]"),
            "{files}: {said}"
        );
    }
    assert_eq!(ended(limited(&computer, "ulimit -n 64")).await, (Some(0), String::new()));
    assert_eq!(
        ended(limited(&computer, "ulimit -S -n 8")).await,
        (Some(0), String::new()),
        "it raises what it may"
    );
}

/// A limit of processes counts for everybody but root, who has none.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn too_few_threads_are_said_in_words() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let program = folder.path().join("outtray");
    std::fs::copy(env!("CARGO_BIN_EXE_outtray"), &program).unwrap();
    let mut command = Command::new("prlimit");
    command.arg("--nproc=1").kill_on_drop(true);
    command.arg(program).arg("--data-folder").arg(folder.path().join("data")).args(["operator", "list"]);
    if is_root() {
        // Somebody who runs nothing else.
        command.uid(64_321).gid(64_321);
    }
    let (code, said) = ended(command).await;
    assert_ne!(code, Some(0), "{said}");
    assert!(said.contains("[system_limit]") && !said.contains("panicked"), "{said}");
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0
}

/// Runs `operator list` after the shell has set a limit.
#[cfg(target_os = "linux")]
fn limited(computer: &Computer, limit: &str) -> Command {
    let list = computer.command(&["operator", "list"]);
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{limit} && exec \"$@\""), "sh"])
        .kill_on_drop(true)
        .stdout(Stdio::null());
    command.arg(list.as_std().get_program()).args(list.as_std().get_args());
    command
}

#[tokio::test]
async fn a_folder_that_is_gone_takes_nothing_with_it() {
    let computer = Computer::new().await;
    let (folder, list) = (tempfile::TempDir::new().unwrap(), computer.command(&["operator", "list"]));
    let mut command = Command::new("sh");
    command
        .args(["-c", "rmdir \"$PWD\" && exec \"$@\"", "sh"])
        .kill_on_drop(true)
        .current_dir(folder.path());
    command.arg(list.as_std().get_program()).args(list.as_std().get_args()).stdout(Stdio::null());
    assert_eq!(ended(command).await, (Some(0), String::new()));
}

#[tokio::test]
async fn a_closed_standard_stream_is_no_fault() {
    let computer = Computer::new().await;
    for (closed, words, expected) in [
        ("<&-", &["operator", "list"][..], 0),
        ("<&-", &["authorize", "complete", "AB"], 3),
        ("2>&-", &["operator", "show", "XY"], 3),
        (">&-", &["operator", "show", "XY"], 3),
    ] {
        let typed = computer.command(words);
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("exec \"$@\" {closed}"), "sh"])
            .kill_on_drop(true)
            .stdout(Stdio::null());
        command.arg(typed.as_std().get_program()).args(typed.as_std().get_args());
        let (code, said) = ended(command).await;
        assert_eq!(code, Some(expected), "{closed} {words:?}: {said}");
        assert!(!said.contains("[fault]"), "{said}");
    }
    // Nothing of it depends on where temporary files would go.
    let mut command = outtray();
    let folder = tempfile::TempDir::new().unwrap();
    command.arg("--data-folder").arg(folder.path()).args(["operator", "list"]);
    command.env("TMPDIR", "/nonexistent").stdout(Stdio::null());
    assert_eq!(ended(command).await, (Some(0), String::new()));
}
