//! The one window: where it stands, whether somebody sees it, and how it comes to the front.

use std::time::{Duration, Instant};

use outtray::error::Problem;
use tauri::{
    AppHandle, Emitter, Manager, PhysicalPosition, PhysicalSize, UserAttentionType, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    webview::PageLoadEvent,
};

use crate::collected;

/// The window's label, as in `capabilities/main.json`.
pub(crate) const MAIN: &str = "main";
/// The event with a problem that no command of the page has met.
const TOLD: &str = "told";
const TITLE: &str = "Outtray";
/// The first page; views are chosen behind `#`.
const PAGE: &str = "index.html";

/// Opens the window where it was last, hidden until [`show`].
pub(crate) fn build(handle: &AppHandle) -> tauri::Result<()> {
    WebviewWindowBuilder::new(handle, MAIN, WebviewUrl::App(PAGE.into()))
        .title(TITLE)
        .inner_size(1200.0, 800.0)
        .min_inner_size(480.0, 400.0)
        // Shown when it stands where it should, so that nobody sees it move.
        .visible(false)
        // Only our own pages: a link never replaces them, it is opened in the system browser.
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .on_page_load(|window, page| {
            if page.event() == PageLoadEvent::Started {
                collected::forget(window.app_handle());
            }
        })
        .build()?;
    handle.manage(Opening(Instant::now()));
    keep_on_screen(handle);
    Ok(())
}

/// Shows it for the first time.
pub(crate) fn show(handle: &AppHandle) -> tauri::Result<()> {
    handle.get_webview_window(MAIN).map_or(Ok(()), |window| window.show())
}

/// Forms and tables need no graphics processor. Software in its place, with which WebKitGTK composes the page, takes a quarter of the memory
/// of all processes, and with some drivers nothing is shown at all. To be called before anything else: WebKitGTK
/// reads this once, and only a program with a single thread may change its environment. What somebody has set stays.
#[cfg(target_os = "linux")]
pub(crate) fn draw_without_gpu() {
    // Where that fails, the page is drawn as the system likes it.
    let _ = glib::setenv("WEBKIT_DISABLE_COMPOSITING_MODE", "1", false);
}

/// When the window was opened.
struct Opening(Instant);

/// How long a window takes at most to get the size and place that it was given. On Linux it does not have them at once.
const SETTLE: Duration = Duration::from_secs(3);

/// The window has another size: while it opens, that is not somebody's choice, and is kept on the screen.
pub(crate) fn resized(handle: &AppHandle) {
    if handle.try_state::<Opening>().is_some_and(|opening| opening.0.elapsed() < SETTLE) {
        keep_on_screen(handle);
    }
}

/// A screen may be gone since the last time, or smaller: all of the window is brought onto the one that has most of it.
fn keep_on_screen(handle: &AppHandle) {
    with(handle, fit);
}

fn fit(window: &WebviewWindow) -> tauri::Result<()> {
    if window.is_maximized()? || window.is_fullscreen()? {
        return Ok(());
    }
    let (position, size) = (window.outer_position()?, window.outer_size()?);
    let screens = window.available_monitors()?;
    let areas = screens.iter().map(|screen| (screen.work_area().position, screen.work_area().size));
    let Some((place, room)) = areas.max_by_key(|area| overlap((position, size), *area)) else {
        return Ok(());
    };
    let (width, height) = (size.width.min(room.width), size.height.min(room.height));
    if (width, height) != (size.width, size.height) {
        let inner = window.inner_size()?;
        let frame = (size.width.saturating_sub(inner.width), size.height.saturating_sub(inner.height));
        window.set_size(PhysicalSize::new(width.saturating_sub(frame.0), height.saturating_sub(frame.1)))?;
    }
    let x = within(position.x, place.x, room.width, width);
    let y = within(position.y, place.y, room.height, height);
    if (x, y) != (position.x, position.y) {
        window.set_position(PhysicalPosition::new(x, y))?;
    }
    Ok(())
}

type Rectangle = (PhysicalPosition<i32>, PhysicalSize<u32>);

/// How many pixels two rectangles share.
fn overlap(one: Rectangle, other: Rectangle) -> i64 {
    let shared = |a: i32, a_size: u32, b: i32, b_size: u32| {
        let end = (i64::from(a) + i64::from(a_size)).min(i64::from(b) + i64::from(b_size));
        (end - i64::from(a.max(b))).max(0)
    };
    let ((at, size), (other_at, other_size)) = (one, other);
    shared(at.x, size.width, other_at.x, other_size.width) * shared(at.y, size.height, other_at.y, other_size.height)
}

/// Where something of this size has to begin to lie within the room.
fn within(at: i32, start: i32, room: u32, size: u32) -> i32 {
    let last = start.saturating_add_unsigned(room.saturating_sub(size));
    at.clamp(start, last)
}

/// Shows the window before all others.
pub(crate) fn to_front(handle: &AppHandle) {
    with(handle, |window| {
        window.show()?;
        window.unminimize()?;
        window.set_focus()
    });
}

/// The same when the browser has brought an answer. Windows may refuse to let a program take the front by itself, and macOS may keep the
/// browser there: then the taskbar or the Dock shows that somebody is awaited. Where the window has the front, this does nothing.
pub(crate) fn to_front_for_an_answer(handle: &AppHandle) {
    to_front(handle);
    with(handle, |window| window.request_user_attention(Some(UserAttentionType::Critical)));
}

/// Brings the window back when nobody could find it otherwise: only on Linux can a tray go away while the program runs.
#[cfg(target_os = "linux")]
pub(crate) fn to_front_unless_seen(handle: &AppHandle) {
    let is_hidden = handle.get_webview_window(MAIN).is_some_and(|window| !window.is_visible().unwrap_or(true));
    if is_hidden {
        to_front(handle);
    }
}

/// In the task list, for a start that should not disturb.
pub(crate) fn minimize(handle: &AppHandle) {
    with(handle, |window| {
        window.minimize()?;
        window.show()
    });
}

/// Out of sight; the program goes on.
pub(crate) fn hide(handle: &AppHandle) {
    with(handle, WebviewWindow::hide);
}

/// Whether somebody who sits there sees what happens in it.
pub(crate) fn is_seen(handle: &AppHandle) -> bool {
    let Some(window) = handle.get_webview_window(MAIN) else {
        return false;
    };
    let yes = |answer: tauri::Result<bool>| answer.unwrap_or(false);
    yes(window.is_visible()) && !yes(window.is_minimized()) && yes(window.is_focused())
}

/// Shows another view; `address` is one of ours, never anybody's text.
pub(crate) fn go_to(handle: &AppHandle, address: &'static str) {
    with(handle, |window| window.eval(format!("location.hash = '{address}'")));
}

/// Begins again with the first view, on other data.
pub(crate) fn reload(handle: &AppHandle) {
    with(handle, |window| {
        // Without `#` the page is loaded anew, whatever view is shown.
        let mut page = window.url()?;
        page.set_fragment(None);
        window.navigate(page)
    });
}

/// Shows everything in it at so many percent of its usual size.
pub(crate) fn zoom(handle: &AppHandle, percent: u32) {
    with(handle, |window| window.set_zoom(f64::from(percent) / 100.0));
}

/// Says something where the page cannot.
pub(crate) fn say_in_title(handle: &AppHandle, text: &str) {
    with(handle, |window| window.set_title(&format!("{TITLE}: {text}")));
}

/// Shows a problem above whatever view is shown.
pub(crate) fn tell(handle: &AppHandle, problem: &Problem) {
    with(handle, |window| window.emit_to(MAIN, TOLD, problem));
}

/// A window that is gone, or a system that refuses, is no reason to stop.
fn with(handle: &AppHandle, action: impl FnOnce(&WebviewWindow) -> tauri::Result<()>) {
    let Some(window) = handle.get_webview_window(MAIN) else {
        return;
    };
    if let Err(error) = action(&window) {
        tracing::debug!(%error, "the window did not do what it was asked to");
    }
}
