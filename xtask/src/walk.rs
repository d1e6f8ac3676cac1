//! The procedure, walked in the real window on a display of its own, with a picture of every step.

use std::{fs, path::PathBuf};

use crate::{Result, build::target, process::cargo, session};

/// Walks it; returns the folder of the pictures.
pub(crate) fn walk() -> Result<PathBuf> {
    let folder = target().join("walk");
    // Old pictures would be taken for new ones.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{} could not be emptied: {error}", folder.display()))?;
    }
    let mut test = cargo(&[
        "test",
        "--quiet",
        "--locked",
        "--features",
        "desktop",
        "--test",
        "integration",
        "--",
    ]);
    test.args([
        "--exact",
        "desktop::procedure::both_ways_from_empty_data_to_the_verified_file",
        "--nocapture",
    ]);
    test.env("OUTTRAY_WALK", &folder);
    session::succeed_in_session(&test)?;
    Ok(folder)
}
