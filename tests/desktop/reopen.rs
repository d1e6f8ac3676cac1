//! A library that could not be opened: the window says why, and goes on as soon as that is repaired.

use std::{fs, path::PathBuf, process::Command};

use tempfile::TempDir;

use super::{desktop_session::DesktopSession, surroundings::Surroundings};
use crate::support::{STANDARD_PORTS, within};

/// Nobody listens there: nothing is asked of Dropbox here.
const ARGUMENTS: [&str; 2] = ["--simulator", "http://127.0.0.1:9"];
const TRY_AGAIN: &str = "main [data-part=again]";

#[tokio::test]
async fn try_again_opens_what_has_been_repaired() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let session = damaged().await;
    around.until_menu("Outtray could not start").await;

    // Something else is wrong now: that is what it says.
    fs::remove_file(database(&session)).unwrap();
    fs::create_dir(database(&session)).unwrap();
    session.window.click(TRY_AGAIN).await;
    session.window.until_text("main .problem", "store_failed").await;
    around.until_menu("Outtray could not start").await;

    fs::remove_dir(database(&session)).unwrap();
    session.window.click(TRY_AGAIN).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    around.until_menu("All is well").await;
    session.window.click("#nav-operators").await;
    session.window.until_text("main", "No operators yet").await;
}

#[tokio::test]
async fn started_again_it_opens_what_has_been_repaired() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let session = damaged().await;
    around.until_menu("Outtray could not start").await;
    fs::remove_file(database(&session)).unwrap();
    let again = tokio::task::spawn_blocking(|| Command::new(env!("CARGO_BIN_EXE_outtray-desktop")).status());
    let status = within(again, "the second start should end at once").await.unwrap().unwrap();
    assert!(status.success(), "{status}");
    session.window.until_text("main", "Interface to Dropbox").await;
    around.until_menu("All is well").await;
}

/// Whoever names other data, the usual ones too, is told that they are not what the window shows.
#[tokio::test]
async fn a_second_start_on_other_data_is_told_which_are_open() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&ARGUMENTS).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    let start = async |words: Vec<String>| {
        let again = tokio::task::spawn_blocking(|| Command::new(env!("CARGO_BIN_EXE_outtray-desktop")).args(words).status());
        let status = within(again, "the second start should end at once").await.unwrap().unwrap();
        assert!(status.success(), "{status}");
    };
    let folder = session.data_folder().display().to_string();
    let same = [ARGUMENTS[0], ARGUMENTS[1], "--data-folder", &folder].map(str::to_owned).to_vec();
    start(same).await;
    // What the second start brings comes in order: nothing was told before this.
    start(vec!["--data-folder".to_owned(), "/somewhere/else".to_owned()]).await;
    session.window.until_text("#notice", "Outtray is open already, on the data folder").await;
    session.window.until_text("#notice", &folder).await;
    assert_eq!(session.logged("a second start named other data"), 1);
}

/// The ways to another view lead nowhere while nothing is open, but to another try.
#[tokio::test]
async fn whoever_goes_on_to_another_view_tries_again_too() {
    let _one = STANDARD_PORTS.lock().await;
    let around = Surroundings::start().await.unwrap();
    let session = damaged().await;
    fs::remove_file(database(&session)).unwrap();
    fs::create_dir(database(&session)).unwrap();
    session.window.click("#nav-operators").await;
    session.window.until_text("main .problem", "store_failed").await;
    assert_eq!(session.window.text("h1").await, "Outtray could not start");
    fs::remove_dir(database(&session)).unwrap();
    around.choose("Outtray could not start").await;
    session.window.until_text("main", "Interface to Dropbox").await;
}

/// The window on a database that cannot be read.
async fn damaged() -> DesktopSession {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(
        data.join("outtray.db"),
        b"somebody's letter, and long enough to have the header of a database in it",
    )
    .unwrap();
    let session = DesktopSession::start_in(folder, &ARGUMENTS).await;
    session.window.until_text("h1", "Outtray could not start").await;
    session.window.until_text("main .problem", "store_corrupt").await;
    session
}

fn database(session: &DesktopSession) -> PathBuf {
    session.data_folder().join("outtray.db")
}
