//! Practice mode: the simulator beside the window, started and ended with it.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;
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
    // Each folder has its own log.
    let (real, practised) = (session.data_folder().join("logs"), session.data_folder().join("practice/logs"));
    assert!(logged(&practised) > 0, "practice wrote no log");
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
    let (before, practised_before) = (logged(&real), logged(&practised));
    window.click("#nav-operators").await;
    window.until_text("main", "No operators yet").await;
    until("the log should go on where it began", || logged(&real) > before).await;
    assert_eq!(logged(&practised), practised_before);
    window.click("#practice-start").await;
    window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    window.click("#nav-operators").await;
    window.until_text("main", "Anna Berg").await;
}

#[tokio::test]
async fn a_simulator_of_somebody_elses_has_no_way_back_from_it() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&["--simulator", "http://127.0.0.1:9"]).await;
    let said = session.window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    assert!(!said.contains("End practice"), "{said}");
}

#[tokio::test]
async fn practice_that_cannot_begin_leaves_everything_as_it_was() {
    let _one = STANDARD_PORTS.lock().await;
    let folder = TempDir::new().unwrap();
    let practice = folder.path().join("data/practice");
    fs::create_dir_all(&practice).unwrap();
    fs::write(
        practice.join("outtray.db"),
        b"somebody's letter, and long enough to have the header of a database in it",
    )
    .unwrap();
    let session = DesktopSession::start_in(folder, &[]).await;
    let window = &session.window;
    window.until_text("main", "Interface to Dropbox").await;
    window.click("#practice-start").await;
    window.until_text("#notice", "store_corrupt").await;
    until("the practice Dropbox should end", || simulator_of(&session.data_folder()).is_none()).await;
    assert_eq!(window.text("#practice-banner").await, "");
}

#[tokio::test]
async fn practice_begins_with_the_windows_own_options() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&[]).await;
    let window = &session.window;
    window.until_text("main", "Interface to Dropbox").await;
    let change = "
        const { invoke } = window.__TAURI__.core;
        return invoke('get_settings').then((settings) => invoke('set_settings', { settings: { ...settings, ...arguments[0] } }))
            .then(() => 'saved', (problem) => problem.code);";
    let own = json!({ "language": "de", "notifications": false, "closeToTray": false });
    assert_eq!(window.script(change, json!([own])).await, "saved");
    window.click("#practice-start").await;
    window.until_text("#practice-banner", "Übungsmodus").await;
    let read = "return window.__TAURI__.core.invoke('get_settings')
        .then(({ language, notifications, closeToTray }) => ({ language, notifications, closeToTray }));";
    assert_eq!(window.script(read, json!([])).await, own);
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

/// How much the logs of a folder hold, in bytes.
fn logged(folder: &Path) -> usize {
    crate::support::files_below(folder).into_iter().map(|(_, log)| log.len()).sum()
}

#[tokio::test]
async fn a_practice_dropbox_that_is_killed_is_begun_again_or_the_window_says_so() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&["--practice"]).await;
    let window = &session.window;
    window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    let folder = session.data_folder();
    window.click("#practice-console").await;
    let address = session.opened().await;
    for _ in 0..3 {
        let killed = kill_simulator_of(&folder).await;
        until("the practice Dropbox should begin again", || {
            simulator_of(&folder).is_some_and(|process| process != killed)
        })
        .await;
        until_answered(&address).await;
    }
    assert!(window.text("#practice-banner").await.contains("Nothing is sent to the real one"));

    // Again and again is no accident.
    kill_simulator_of(&folder).await;
    window.until_text("main", "The practice Dropbox has ended.").await;
    assert_eq!(simulator_of(&folder), None);
    window.click("[data-part=again]").await;
    window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    until_answered(&address).await;
}

#[tokio::test]
async fn what_happens_when_is_opened_from_the_banner_in_the_windows_language() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&["--practice"]).await;
    session.window.until_text("#practice-banner", "Nothing is sent to the real one").await;
    session.window.click("#practice-control").await;
    let page = session.opened().await;
    assert!(page.ends_with("/?language=system"), "{page}");
    let german = page.replace("language=system", "language=de");
    let said = reqwest::get(&german).await.unwrap().text().await.unwrap();
    assert!(said.contains("Ausprobieren, was geschieht, wenn…"), "{said}");
}

/// Ends it as the system would, and returns which it was.
async fn kill_simulator_of(folder: &Path) -> u32 {
    until("the practice Dropbox should run", || simulator_of(folder).is_some()).await;
    let process = simulator_of(folder).unwrap();
    let killed = Command::new("kill").args(["-9", &process.to_string()]).status().unwrap();
    assert!(killed.success());
    process
}

async fn until_answered(address: &str) {
    let start = Instant::now();
    while reqwest::get(address).await.is_err() {
        assert!(start.elapsed() < Duration::from_secs(30), "{address} should answer again");
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}
