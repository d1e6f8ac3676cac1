//! The one window: built here, brought to the front when the user has answered in the browser.

use outtray::{
    App,
    event::Event,
    operator::{Place, RequestPhase},
};
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};

/// The window's label, as in `capabilities/main.json`.
pub(crate) const MAIN: &str = "main";

/// Opens the window.
pub(crate) fn build(handle: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(handle, MAIN, WebviewUrl::App("index.html".into()))
        .title("Outtray")
        .inner_size(1080.0, 760.0)
        .min_inner_size(480.0, 400.0)
        // Only our own pages: a link never replaces them, it is opened in the system browser.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .build()?;
    Ok(())
}

/// Shows the window before all others.
pub(crate) fn to_front(handle: &AppHandle) {
    let Some(window) = handle.get_webview_window(MAIN) else {
        return;
    };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::debug!(%error, "the window could not be brought to the front");
    }
}

/// Comes to the front when the browser on this computer has brought the answer.
pub(crate) async fn follow(handle: &AppHandle, app: &App, event: &Event) {
    let Event::Authorization { operator_id } = event else {
        return;
    };
    let Ok(operator) = app.show_operator(operator_id.as_str()).await else {
        return;
    };
    let answered = operator.request.is_some_and(|request| {
        request.place == Place::ThisComputer && matches!(request.phase, RequestPhase::Granted | RequestPhase::Failed)
    });
    if answered {
        to_front(handle);
    }
}
