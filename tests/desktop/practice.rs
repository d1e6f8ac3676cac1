//! Practice mode: the simulator beside the window, started and ended with it.

use std::time::{Duration, Instant};

use super::desktop_session::DesktopSession;
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
