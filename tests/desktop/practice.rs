//! Practice mode: the simulator beside the window, started and ended with it.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{
    desktop_session::{DesktopSession, until_no_window},
    walk::Walk,
};
use crate::support::STANDARD_PORTS;

/// The Dropbox account of somebody who practises.
const EMAIL: &str = "practice@example.com";

#[tokio::test]
async fn the_practice_dropbox_starts_and_ends_with_the_window() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&["--practice"]).await;
    session.window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    session.window.click("#practice-console").await;
    let address = session.opened().await;
    let page = reqwest::get(&address).await.unwrap().text().await.unwrap();
    assert!(page.contains("This is a practice Dropbox on this computer"), "{page}");

    let http = reqwest::Client::new();
    let form = [("name", "Somebody"), ("email", EMAIL)];
    http.post(address.replace("developers/apps", "login")).form(&form).send().await.unwrap();

    let folder = session.close();
    let start = Instant::now();
    while reqwest::get(&address).await.is_ok() {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the practice Dropbox should have ended with the window"
        );
        tokio::time::sleep(Duration::from_millis(40)).await;
    }

    // The next time it goes on where it stopped, at the same address.
    let session = DesktopSession::start_in(folder, &["--practice"]).await;
    session.window.click("#practice-console").await;
    assert_eq!(session.opened().await, address);
    let page = reqwest::get(&address).await.unwrap().text().await.unwrap();
    assert!(page.contains(EMAIL), "the account should be remembered: {page}");
}

#[tokio::test]
async fn practice_is_begun_and_ended_in_the_window_on_data_of_its_own() {
    let _one = STANDARD_PORTS.lock().await;
    // With the interface off, nothing goes to the real Dropbox.
    let session = DesktopSession::start(&[]).await;
    let window = &session.window;
    window.until_text("main", "Interface to Dropbox").await;
    assert_eq!(window.text("#practice-banner").await, "");
    window.click("#practice-start").await;
    window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    assert!(simulator_of(&session.data_folder()).is_some());
    window.click("#nav-operators").await;
    window.until_text("main", "No operators yet").await;
    window.click("#new-operator").await;
    window.fill("#operator-id", "AB").await;
    window.fill("#operator-name", "Anna Berg").await;
    window.click("#operator-save").await;
    window.until_text("#operator-status", "Saved.").await;
    Walk::default().picture(window, "practice").await;

    window.click("#practice-end").await;
    window.until_text("#practice-start", "Try it without a Dropbox account").await;
    assert_eq!(window.text("#practice-banner").await, "");
    until("the practice Dropbox should end", || simulator_of(&session.data_folder()).is_none()).await;
    window.click("#nav-operators").await;
    window.until_text("main", "No operators yet").await;
    window.click("#practice-start").await;
    window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    window.click("#nav-operators").await;
    window.until_text("main", "Anna Berg").await;
}

/// The simulator that belongs to a data folder, by what it was started with.
fn simulator_of(folder: &Path) -> Option<u32> {
    let is_ours = |process: &u32| {
        let arguments = fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
        let arguments = String::from_utf8_lossy(&arguments).into_owned();
        arguments.contains("outtray-simulator") && arguments.contains(&folder.display().to_string())
    };
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).find(is_ours)
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(30), "{what}");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

#[tokio::test]
async fn the_practice_dropbox_ends_with_a_window_that_is_killed() {
    let _one = STANDARD_PORTS.lock().await;
    until_no_window().await;
    let folder = TempDir::new().unwrap();
    let mut window = Command::new(env!("CARGO_BIN_EXE_outtray-desktop"))
        .args(["--practice", "--data-folder"])
        .arg(folder.path())
        .spawn()
        .unwrap();
    until("the practice Dropbox should start", || simulator_of(folder.path()).is_some()).await;
    window.kill().unwrap();
    window.wait().unwrap();
    until("the practice Dropbox should end with the window", || {
        simulator_of(folder.path()).is_none()
    })
    .await;
}
