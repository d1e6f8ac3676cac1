//! The tray of Windows and macOS.

use tauri::{
    AppHandle,
    menu::{Menu, MenuBuilder, MenuItemBuilder},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use super::{Choice, Choose, Shown};

const ID: &str = "tray";

/// Puts the icon there.
pub(crate) async fn start(handle: &AppHandle, shown: Shown, choose: Choose) {
    if let Err(error) = build(handle, shown, choose) {
        tracing::info!(%error, "this system has no tray");
    }
}

/// Whether there is an icon that a person can find.
pub(crate) fn is_there(handle: &AppHandle) -> bool {
    handle.tray_by_id(ID).is_some()
}

/// Shows something else.
pub(crate) async fn show(handle: &AppHandle, shown: Shown) {
    if let Err(error) = update(handle, shown) {
        tracing::debug!(%error, "the tray could not be changed");
    }
}

fn build(handle: &AppHandle, shown: Shown, choose: Choose) -> tauri::Result<()> {
    TrayIconBuilder::with_id(ID)
        .icon(shown.icon())
        .tooltip(shown.tooltip())
        .menu(&menu(handle, shown)?)
        // On Windows a click shows the window and the other button the menu; macOS always shows the menu.
        .show_menu_on_left_click(cfg!(target_os = "macos"))
        .on_menu_event(move |handle, event| {
            if let Some(choice) = chosen(event.id().as_ref()) {
                choose(handle, choice);
            }
        })
        .on_tray_icon_event(move |icon, event| {
            let clicked = matches!(
                event,
                TrayIconEvent::Click {
                    button: MouseButton::Left,
                    button_state: MouseButtonState::Up,
                    ..
                }
            );
            if clicked && !cfg!(target_os = "macos") {
                choose(icon.app_handle(), Choice::Open);
            }
        })
        .build(handle)
        .map(drop)
}

fn update(handle: &AppHandle, shown: Shown) -> tauri::Result<()> {
    let Some(icon) = handle.tray_by_id(ID) else {
        return Ok(());
    };
    icon.set_icon(Some(shown.icon()))?;
    icon.set_tooltip(Some(shown.tooltip()))?;
    icon.set_menu(Some(menu(handle, shown)?))
}

fn menu(handle: &AppHandle, shown: Shown) -> tauri::Result<Menu<tauri::Wry>> {
    let mut menu = MenuBuilder::new(handle);
    for line in shown.lines() {
        let item = MenuItemBuilder::new(line.text.replace('&', "&&")).enabled(line.choice.is_some());
        let item = match line.choice {
            Some(choice) => item.id(id(choice)),
            None => item,
        };
        menu = menu.item(&item.build(handle)?);
    }
    menu.build()
}

fn id(choice: Choice) -> &'static str {
    match choice {
        Choice::Open => "tray-open",
        Choice::Status => "tray-status",
        Choice::Quit => "tray-quit",
    }
}

fn chosen(name: &str) -> Option<Choice> {
    [Choice::Open, Choice::Status, Choice::Quit].into_iter().find(|choice| id(*choice) == name)
}
