//! Builds the programs, and puts the simulator beside the window, where it looks for it.

use std::{env::consts::EXE_SUFFIX, fs, path::PathBuf};

use crate::{
    Result,
    process::{cargo, root, succeed},
};

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program of this project.
pub(crate) fn program(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{EXE_SUFFIX}"))
}

/// Builds what the terminal needs: no system package but a C compiler.
pub(crate) fn build_terminal() -> Result {
    succeed(cargo(&["build", "--locked", "--bin", "outtray", "--example", "simulator"]))
}

/// Builds both programs and the simulator.
pub(crate) fn build() -> Result {
    succeed(cargo(&[
        "build",
        "--locked",
        "--features",
        "desktop",
        "--bins",
        "--example",
        "simulator",
    ]))?;
    let (built, beside) = (program("examples/simulator"), program("outtray-simulator"));
    // A copy that runs cannot be written to, but it can be replaced.
    let copy = program("outtray-simulator.new");
    fs::copy(&built, &copy)
        .and_then(|_| fs::rename(&copy, &beside))
        .map_err(|error| format!("{} could not be put beside the window: {error}", built.display()))
}
