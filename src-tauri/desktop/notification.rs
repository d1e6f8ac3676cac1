//! The system's notifications: results that arrive while nobody looks at the window, each change of state once.

use tauri::AppHandle;
use tauri_plugin_notification::NotificationExt;

use crate::window;

/// Shows one. Its text holds no secret: see `words.rs`.
pub(crate) fn show(handle: &AppHandle, text: &str) {
    if let Err(error) = handle.notification().builder().title("Outtray").body(text).show() {
        tracing::info!(%error, "the system shows no notifications");
    }
}

/// A click on one shows the window.
pub(crate) fn await_clicks(handle: &AppHandle) {
    let shown = handle.clone();
    let listening = handle.notification().on_action(move |_| window::to_front(&shown));
    if let Err(error) = listening {
        tracing::info!(%error, "clicks on notifications are not heard");
    }
}
