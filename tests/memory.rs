//! A secret is gone from memory after its last use. Read where the system lets a program read another one's memory as a file.
#![cfg(target_os = "linux")]

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    process::Stdio,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::support::{Computer, contains, within};

/// Everything that a program has written into its memory.
fn memory(process: u32) -> Vec<Vec<u8>> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let mut file = File::open(format!("/proc/{process}/mem")).unwrap();
    let written = maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw")));
    let mut found = Vec::new();
    for line in written {
        let (start, end) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let (start, end) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        file.seek(SeekFrom::Start(start)).unwrap();
        // What was taken away meanwhile cannot be read.
        if file.read_exact(&mut bytes).is_ok() {
            found.push(bytes);
        }
    }
    found
}

#[tokio::test]
async fn while_begin_waits_the_app_secret_is_in_no_form_in_its_memory() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let mut command = computer.command(&["authorize", "begin", "AB", "--app-key", &app.key]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", app.secret).as_bytes()).await.unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while let Some(line) = within(lines.next_line(), "no URL was printed").await.unwrap() {
        if line.starts_with("It works until") {
            break;
        }
    }
    let process = child.id().unwrap();
    let basic = STANDARD.encode(format!("{}:{}", app.key, app.secret));
    let is_there = |what: &str| memory(process).iter().any(|bytes| contains(bytes, what.as_bytes()));
    assert!(is_there(&app.key), "the search finds nothing");
    let gone = async {
        // The connection that it went out on is closed a moment later.
        while is_there(&app.secret) || is_there(&basic[..basic.len() - 4]) {
            tokio::task::yield_now().await;
        }
    };
    within(gone, "the secret stays in memory").await;
    child.kill().await.unwrap();
}
