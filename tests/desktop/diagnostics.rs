//! Diagnostics in the window: what was looked at is what is written, however often.

use std::{fs, io::Read};

use serde_json::{Value, json};

use super::{desktop_session::DesktopSession, webdriver::WebDriver};
use crate::support::STANDARD_PORTS;

/// Nobody listens there: nothing is asked of Dropbox here.
const ARGUMENTS: [&str; 2] = ["--simulator", "http://127.0.0.1:9"];
const HISTORY: &str = "activity.json";

#[tokio::test]
async fn what_was_looked_at_is_written_also_a_second_time_and_after_a_failure() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&ARGUMENTS).await;
    let window = &session.window;
    window.until_text("main", "Interface to Dropbox").await;
    let looked_at = invoke(window, "collect_diagnostics", json!({})).await;
    let seen = looked_at["files"].as_array().unwrap().iter().find(|file| file["name"] == HISTORY).unwrap()["text"].clone();
    add_operator(window, "AB").await;

    // The folder of the person is no folder for a while: nothing can be saved.
    let (home, away) = (session.home(), session.folder().join("away"));
    fs::rename(&home, &away).unwrap();
    fs::write(&home, b"").unwrap();
    assert_eq!(invoke(window, "export_diagnostics", json!({})).await, json!("file_unwritable"));
    fs::remove_file(&home).unwrap();
    fs::rename(&away, &home).unwrap();

    for _ in 0..2 {
        let exported = invoke(window, "export_diagnostics", json!({})).await;
        assert_eq!(
            (&exported["leftOut"], &exported["notSearched"]),
            (&json!([]), &Value::Null),
            "{exported}"
        );
        assert_eq!(json!(history(&exported)), seen);
    }

    // A page that begins anew has shown nothing yet.
    window.script("location.reload();", json!([])).await;
    window.until_text("main", "Interface to Dropbox").await;
    let exported = invoke(window, "export_diagnostics", json!({})).await;
    assert!(history(&exported).contains("add_operator"));
}

#[tokio::test]
async fn the_page_says_what_it_has_saved() {
    let _one = STANDARD_PORTS.lock().await;
    let session = DesktopSession::start(&ARGUMENTS).await;
    let window = &session.window;
    window.until_text("main", "Interface to Dropbox").await;
    window.click("#nav-about").await;
    // Nobody saves what nobody could see.
    window.click("#export-diagnostics").await;
    assert!(!window.text("#diagnostics").await.contains("Saved as"));
    window.click("#collect-diagnostics").await;
    window.until_text("#diagnostics", HISTORY).await;
    window
        .until_script("return document.getElementById('export-diagnostics').ariaDisabled;", |disabled| {
            disabled.as_str() != Some("true")
        })
        .await;
    window.click("#export-diagnostics").await;
    let said = window.until_text("#diagnostics", "Outtray diagnostics.zip").await;
    assert!(said.contains("Saved as"), "{said}");
}

/// What a command answers, or the code of its refusal.
async fn invoke(window: &WebDriver, command: &str, arguments: Value) -> Value {
    let script = "return window.__TAURI__.core.invoke(...arguments).catch((problem) => problem.code);";
    window.script(script, json!([command, arguments])).await
}

async fn add_operator(window: &WebDriver, id: &str) {
    let operator = json!({ "id": id, "name": "Anna Berg", "email": null, "active": true, "destination": "", "conflictRule": null });
    let added = invoke(window, "add_operator", json!({ "operator": operator })).await;
    assert_eq!(added["id"], id, "{added}");
}

/// The history in a bundle that was saved.
fn history(exported: &Value) -> String {
    let path = exported["path"].as_str().unwrap_or_else(|| panic!("{exported} names no file"));
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    archive.by_name(HISTORY).unwrap().read_to_string(&mut text).unwrap();
    text
}
