//! Start at login. Only the system knows whether it is on: somebody may have changed it there.

use outtray::Error;
use tauri::AppHandle;
use tauri_plugin_autostart::ManagerExt;

/// Whether the system starts the program at a login; nothing where the system does not say.
pub(crate) fn get(handle: &AppHandle) -> Option<bool> {
    handle.autolaunch().is_enabled().ok()
}

/// Changes it, where it is not so already.
pub(crate) fn set(handle: &AppHandle, on: bool) -> Result<(), Error> {
    if get(handle) == Some(on) {
        return Ok(());
    }
    let login = handle.autolaunch();
    let result = if on { login.enable() } else { login.disable() };
    result.map_err(|error| Error::StartAtLogin(error.to_string()))
}
