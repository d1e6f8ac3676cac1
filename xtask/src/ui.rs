//! The pages by themselves: types, words and every state, in a real browser over a fake program (`tests/ui`).

use std::path::PathBuf;

use crate::{
    Result,
    process::{command, root, succeed},
};

/// Installs what package-lock.json names, checks the types, and runs the tests.
pub(crate) fn test() -> Result {
    // Scripts of packages are not run: none of ours needs one.
    succeed(npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    succeed(npm(&["run", "--silent", "check"]))?;
    succeed(npm(&["run", "--silent", "test"]))
}

fn npm(arguments: &[&str]) -> std::process::Command {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let mut npm = command(program, arguments);
    npm.current_dir(folder());
    npm
}

fn folder() -> PathBuf {
    root().join("tests").join("ui")
}
