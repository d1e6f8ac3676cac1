//! `cargo xtask run`.

use std::fs;

use crate::{
    Result,
    build::{build, program, target},
    display, packages,
    process::{cargo, command, succeed},
    session,
};

/// Opens the window in practice mode, or walks the procedure where nothing can be seen.
pub(crate) fn run(arguments: &[String]) -> Result {
    packages::install(!display::is_there())?;
    build()?;
    if !display::is_there() {
        return walk();
    }
    let mut window = command(&program("outtray-desktop").to_string_lossy(), &["--practice"]);
    window.args(arguments);
    succeed(window)
}

fn walk() -> Result {
    let folder = target().join("walk");
    // Old pictures would be taken for new ones.
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{} could not be emptied: {error}", folder.display()))?;
    }
    println!("\nThere is no display, so the procedure is walked in the real window under Xvfb.\n");
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
    println!("\nThe screenshots are in {}", folder.display());
    Ok(())
}
