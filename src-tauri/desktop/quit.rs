//! The end: what is under way is finished, within bounds; what is not, is on disk and counts as interrupted.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use outtray::ending::Endings;
use tauri::{AppHandle, Manager};
use tokio::time::{Instant, timeout, timeout_at};

use crate::{notification, opened::Opened, tray, window, words::Words};

/// How long the end waits for a file on its way. A part of 8 MiB takes that long on a slow line.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the end may take once the system has asked for it; it does not wait longer itself.
const GRACE: Duration = Duration::from_secs(10);
/// Shells and service managers ask twice for one end: the second one within this time is the same.
const SAME: Duration = Duration::from_millis(500);

/// Whether somebody has asked for the end.
#[derive(Default)]
pub(crate) struct Quitting(AtomicBool);

/// Ends the program when nothing is under way any more; asked for twice, at once.
pub(crate) fn request(handle: &AppHandle) {
    if handle.state::<Quitting>().0.swap(true, Ordering::Relaxed) {
        return handle.exit(0);
    }
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        finish(&handle).await;
        handle.exit(0);
    });
}

/// Hears from now on when the session, the service or a person at a terminal ends the program: that waits for nothing, and what is left
/// half-way is written down as interrupted. Windows and macOS tell a window of a log-off by an event instead, which comes as
/// [`tauri::RunEvent::Exit`].
pub(crate) fn listen(handle: &AppHandle) {
    // Within the runtime, and before anything else happens.
    let mut endings = match tauri::async_runtime::block_on(async { Endings::listen() }) {
        Ok(endings) => endings,
        Err(error) => return tracing::warn!(%error, "the program cannot hear when it is asked to end"),
    };
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let ending = endings.next().await;
        tracing::info!(?ending, "the program is asked to end");
        handle.exit(ending.exit_code().into());
        let same = Instant::now() + SAME;
        while timeout_at(same, endings.next()).await.is_ok() {}
        let last = timeout(GRACE, endings.next()).await.unwrap_or(ending);
        tracing::warn!("the end has taken too long, or was asked for twice");
        std::process::exit(last.exit_code().into());
    });
}

/// The window's close button: into the tray where there is one and nobody has turned that off, otherwise the end.
pub(crate) async fn close(handle: AppHandle) {
    let opened = handle.state::<Opened>();
    let Ok(app) = opened.app() else {
        return request(&handle);
    };
    let settings = app.get_settings().await.unwrap_or_default();
    if !tray::is_there(&handle) || !settings.close_to_tray {
        return request(&handle);
    }
    window::hide(&handle);
    if app.explain_close_to_tray().await.unwrap_or(false) {
        notification::show(&handle, Words::of(settings.language).close_to_tray);
    }
}

async fn finish(handle: &AppHandle) {
    let Ok(app) = handle.state::<Opened>().app() else {
        return;
    };
    if app.under_way() == 0 {
        return;
    }
    let settings = app.get_settings().await.unwrap_or_default();
    let words = Words::of(settings.language);
    tracing::info!(count = app.under_way(), "the end waits for what is under way");
    window::say_in_title(handle, words.finishing);
    if settings.notifications && !window::is_seen(handle) {
        notification::show(handle, words.finishing);
    }
    if !app.finish(PATIENCE).await {
        tracing::warn!("something is still under way; it is taken up or sent again the next time");
    }
}
