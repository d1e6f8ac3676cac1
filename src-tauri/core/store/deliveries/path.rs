//! Paths as the database keeps them: without loss, since names that are no text exist on every system.

use std::path::{Path, PathBuf};

/// Returns a path as it is stored.
#[cfg(not(windows))]
pub(super) fn stored(path: &Path) -> Vec<u8> {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str()).to_vec()
}

/// Returns the path that was stored.
#[cfg(not(windows))]
pub(super) fn of(bytes: &[u8]) -> PathBuf {
    let path: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(bytes);
    PathBuf::from(path)
}

/// Returns a path as it is stored: as UTF-16, little endian.
#[cfg(windows)]
pub(super) fn stored(path: &Path) -> Vec<u8> {
    std::os::windows::ffi::OsStrExt::encode_wide(path.as_os_str()).flat_map(u16::to_le_bytes).collect()
}

/// Returns the path that was stored.
#[cfg(windows)]
pub(super) fn of(bytes: &[u8]) -> PathBuf {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    let path: std::ffi::OsString = std::os::windows::ffi::OsStringExt::from_wide(&units);
    PathBuf::from(path)
}
