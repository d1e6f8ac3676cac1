//! What is on the screen, where the page is drawn as it is in an installed program.

use std::collections::HashSet;

use super::{desktop_session::DesktopSession, surroundings::until_drawn};
use crate::support::STANDARD_PORTS;

/// Text with smooth edges has that many colours; an empty window has a few.
const COLOURS_OF_A_PAGE: usize = 40;

fn colours(pixels: &[u8]) -> usize {
    pixels.chunks_exact(4).collect::<HashSet<_>>().len()
}

#[tokio::test]
async fn the_page_and_its_changes_are_on_the_screen() {
    let _one = STANDARD_PORTS.lock().await;
    // Nobody listens there: nothing is asked of Dropbox here.
    let session = DesktopSession::start_as_installed(&["--simulator", "http://127.0.0.1:9"]).await;
    session.window.until_text("main", "Interface to Dropbox").await;
    let before = until_drawn("a page", |pixels| colours(pixels) > COLOURS_OF_A_PAGE).await;
    session.window.click("#nav-about").await;
    session.window.until_text("h1", "About Outtray").await;
    until_drawn("another page", |pixels| pixels != before && colours(pixels) > COLOURS_OF_A_PAGE).await;
}
