//! Where the window stands, and where else the system knows of it: what the next start finds.

use std::{fs, path::Path};

use serde_json::json;
use tempfile::TempDir;

use super::{
    desktop_session::DesktopSession,
    surroundings::{click_close, until_place},
};
use crate::support::STANDARD_PORTS;

/// Nobody listens there: nothing is asked of Dropbox here.
const ARGUMENTS: [&str; 2] = ["--simulator", "http://127.0.0.1:9"];
/// Where the place is remembered, below the home folder.
const STATE: &str = ".config/io.outtray.desktop/.window-state.json";

#[tokio::test]
async fn the_window_opens_where_it_was() {
    let _one = STANDARD_PORTS.lock().await;
    let folder = with_place(140, 90, 800, 600);
    let session = DesktopSession::start_in(folder, &ARGUMENTS).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    until_place("where it was", |place| place == (140, 90, 800, 600)).await;
    click_close();
    session.until_ended().await;
    let state = fs::read_to_string(session.home().join(STATE)).unwrap();
    assert!(state.contains("\"x\": 140") && state.contains("\"width\": 800"), "{state}");
}

#[tokio::test]
async fn a_window_from_a_larger_screen_opens_on_this_one_whole() {
    let _one = STANDARD_PORTS.lock().await;
    let folder = with_place(3000, -700, 2500, 2000);
    let session = DesktopSession::start_in(folder, &ARGUMENTS).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    let is_whole = |(x, y, width, height): (i32, i32, i32, i32)| x >= 0 && y >= 0 && x + width <= 1280 && y + height <= 900;
    until_place("on the screen", is_whole).await;
}

#[tokio::test]
async fn start_at_login_is_the_systems_to_say() {
    let _one = STANDARD_PORTS.lock().await;
    // Every sign that a registration may take for something else.
    let key_file = r#"/tmp/a key 100% "of" $HOME `id` \ 'x'"#;
    let arguments = [ARGUMENTS[0], ARGUMENTS[1], "--key-file", key_file];
    let session = DesktopSession::start(&arguments).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    let change = "
        const { invoke } = window.__TAURI__.core;
        return invoke('get_settings').then((settings) => invoke('set_settings', { settings: { ...settings, startAtLogin: arguments[0] } }))
            .then((settings) => settings.startAtLogin, (error) => error.code);";
    let autostart = session.home().join(".config/autostart");
    assert_eq!(session.window.script(change, json!([true])).await, json!(true));
    let registration = fs::read_dir(&autostart).unwrap().next().unwrap().unwrap().path();
    let data = session.data_folder().display().to_string();
    let expected = [
        "--hidden",
        ARGUMENTS[0],
        ARGUMENTS[1],
        "--data-folder",
        &data,
        "--key-file",
        key_file,
    ];
    let started = started_by(&registration);
    assert!(started[0].ends_with("outtray-desktop"), "{started:?}");
    assert_eq!(started[1..], expected);
    assert_eq!(session.window.script(change, json!([false])).await, json!(false));
    assert!(!registration.exists());

    // Somebody changes it in the system's own settings.
    assert_eq!(session.window.script(change, json!([true])).await, json!(true));
    fs::remove_file(&registration).unwrap();
    let read = "return window.__TAURI__.core.invoke('get_settings').then((settings) => settings.startAtLogin);";
    assert_eq!(session.window.script(read, json!([])).await, json!(false));
}

/// What the system starts by a desktop entry, as GLib reads it.
fn started_by(registration: &Path) -> Vec<String> {
    let entry = glib::KeyFile::new();
    entry.load_from_file(registration, glib::KeyFileFlags::NONE).unwrap();
    let line = entry.string("Desktop Entry", "Exec").unwrap();
    let words = glib::shell_parse_argv(line.as_str()).unwrap();
    // Field codes are found after that.
    words.into_iter().map(|word| word.into_string().unwrap().replace("%%", "%")).collect()
}

/// The page is as wide as the window divided by the zoom.
#[tokio::test]
async fn everything_is_enlarged_with_keys_and_stays_so() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&ARGUMENTS).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    until_zoom(&session, 1.0).await;
    // 110, 125, 150, 175, 200 %.
    for _ in 0..5 {
        session.window.press_with_ctrl("+").await;
    }
    until_zoom(&session, 2.0).await;
    session.window.press_with_ctrl("-").await;
    until_zoom(&session, 1.75).await;

    // Also after a crash, and for a page that begins anew.
    let session = DesktopSession::start_in(session.close(), &ARGUMENTS).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    until_zoom(&session, 1.75).await;
    session.window.script("location.reload();", json!([])).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    until_zoom(&session, 1.75).await;
    session.window.press_with_ctrl("0").await;
    until_zoom(&session, 1.0).await;
    for _ in 0..10 {
        session.window.press_with_ctrl("-").await;
    }
    until_zoom(&session, 0.5).await;
}

async fn until_zoom(session: &DesktopSession, zoom: f64) {
    let is_right = |ratio: &serde_json::Value| ratio.as_f64().is_some_and(|ratio| (ratio - zoom).abs() < 0.02);
    session.window.until_script("return outerWidth / innerWidth;", is_right).await;
}

#[tokio::test]
async fn a_refused_option_changes_nothing_in_the_system_and_the_system_holds_up_no_option() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&ARGUMENTS).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    let change = "
        const { invoke } = window.__TAURI__.core;
        return invoke('get_settings').then((settings) => invoke('set_settings', { settings: { ...settings, ...arguments[0] } }))
            .then(() => 'saved', (problem) => problem.code);";
    let autostart = session.home().join(".config/autostart");

    // What is refused changes nothing in the system either.
    let refused = json!([{ "redirectPorts": [1], "startAtLogin": true }]);
    assert_eq!(session.window.script(change, refused).await, "invalid_input");
    assert!(fs::read_dir(&autostart).map_or(0, Iterator::count) == 0, "something was registered");

    // A system that does not let itself be changed keeps nobody from the rest.
    fs::create_dir_all(autostart.parent().unwrap()).unwrap();
    fs::write(&autostart, b"not a folder").unwrap();
    let half = json!([{ "interfaceToDropbox": true, "startAtLogin": true }]);
    assert_eq!(session.window.script(change, half).await, "start_at_login_failed");
    let read = "return window.__TAURI__.core.invoke('get_settings').then((settings) => settings.interfaceToDropbox);";
    assert_eq!(session.window.script(read, json!([])).await, json!(true));
}

/// A home folder in which the window has stood here.
fn with_place(x: i32, y: i32, width: u32, height: u32) -> TempDir {
    let folder = TempDir::new().unwrap();
    let state = folder.path().join("home").join(STATE);
    fs::create_dir_all(state.parent().unwrap()).unwrap();
    let place = json!({ "main": {
        "x": x, "y": y, "width": width, "height": height, "prev_x": x, "prev_y": y,
        "maximized": false, "visible": true, "decorated": true, "fullscreen": false,
    } });
    fs::write(state, place.to_string()).unwrap();
    folder
}
