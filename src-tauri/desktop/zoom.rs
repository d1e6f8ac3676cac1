//! How large everything in the window is: in steps, as browsers have them. It is remembered beside the window's place, at every step.

use std::{
    fs, io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use serde::Deserialize;
use tauri::{AppHandle, Manager};

use crate::window;

/// What can be chosen, in percent.
const SIZES: [u32; 12] = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200, 250, 300];
const USUAL: u32 = 100;
/// In the folder in which the window's place is.
const FILE: &str = ".window-zoom";

/// The size, in percent.
pub(crate) struct Zoom(Mutex<u32>);

/// From one size to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Step {
    /// To the next larger one.
    In,
    /// To the next smaller one.
    Out,
    /// Back to the usual one.
    Reset,
}

impl Step {
    fn from(self, size: u32) -> u32 {
        let found = match self {
            Self::In => SIZES.into_iter().find(|&larger| larger > size),
            Self::Out => SIZES.into_iter().rfind(|&smaller| smaller < size),
            Self::Reset => Some(USUAL),
        };
        found.unwrap_or(size)
    }
}

/// Gives the window the size that it had last.
pub(crate) fn restore(handle: &AppHandle) {
    let size = remembered(handle).unwrap_or(USUAL);
    handle.manage(Zoom(Mutex::new(size)));
    window::zoom(handle, size);
}

/// Goes one step; how large everything is then, in percent.
pub(crate) fn step(handle: &AppHandle, step: Step) -> u32 {
    let zoom = handle.state::<Zoom>();
    let mut size = zoom.0.lock().unwrap_or_else(PoisonError::into_inner);
    *size = step.from(*size);
    window::zoom(handle, *size);
    if let Err(error) = remember(handle, *size) {
        tracing::info!(%error, "the size of the window's content is not remembered");
    }
    *size
}

/// Nothing the first time, and where somebody has written something else there.
fn remembered(handle: &AppHandle) -> Option<u32> {
    let text = fs::read_to_string(file(handle).ok()?).ok()?;
    text.trim().parse().ok().filter(|size| SIZES.contains(size))
}

fn remember(handle: &AppHandle, size: u32) -> io::Result<()> {
    let file = file(handle).map_err(io::Error::other)?;
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    fs::write(file, size.to_string())
}

fn file(handle: &AppHandle) -> tauri::Result<PathBuf> {
    Ok(handle.path().app_config_dir()?.join(FILE))
}
