//! `cargo xtask test --platforms`: what users have, Windows and macOS, seen from this Linux computer.
//!
//! Everything is compiled and linted for the four targets, the window included; the tests of the library, the command line and the
//! simulator are built for Windows and run under Wine. Debian's own compiler does it: its standard library comes as source and can be built
//! for any target, offline.

mod compilers;
mod standard_library;
mod wine;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Result,
    build::target,
    packages,
    process::{command, stage, succeed},
};

/// What Debian has to bring: its compiler with the source of the standard library, the C compiler for Windows, Wine, and Python for zig.
const PACKAGES: [&str; 10] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "libstd-rust-web-dev",
    "rust-web-clippy",
    "gcc-mingw-w64-x86-64-posix",
    "g++-mingw-w64-x86-64-posix",
    "wine",
    "wine64",
    "python3-venv",
];

/// The target whose programs Wine runs.
const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// What users have. MSVC is what the installers for Windows are built with; GNU is what can be linked here.
const TARGETS: [&str; 4] = [WINDOWS, "x86_64-pc-windows-msvc", "aarch64-apple-darwin", "x86_64-apple-darwin"];

/// Installs what is missing, lints for every target, and runs the tests under Wine. The test runner's closing line comes last.
///
/// With a filter, only the tests under Wine whose names contain it.
pub(crate) fn test(filter: &[String]) -> Result {
    if !cfg!(target_os = "linux") {
        return Err("the checks for other platforms need Debian Linux; on this system `cargo xtask test` checks its own".to_owned());
    }
    packages::install_named(&PACKAGES)?;
    let folder = Folder::new()?;
    stage("compilers", || compilers::install(&folder))?;
    stage("standard library", || standard_library::build(&folder))?;
    if filter.is_empty() {
        for target in TARGETS {
            stage(&format!("lint for {target}"), || lint(&folder, target))?;
        }
    }
    stage("Wine", || wine::prepare(&folder))?;
    println!("\n== test for Windows");
    wine::test(&folder, filter)
}

fn lint(folder: &Folder, target: &str) -> Result {
    let mut clippy = folder.cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--features", "desktop"]);
    clippy.args(["--target", target, "--", "--deny", "warnings"]);
    succeed(clippy)
}

/// Where compilers, Wine's Windows and what is built for other platforms lie: `platforms` in the target folder.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let path = target().join("platforms");
        make(&path.join("bin"))?;
        Ok(Self(path))
    }

    fn join(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A tool of ours, such as a compiler that takes other arguments than cargo's crates hand to it.
    fn tool(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }

    /// Debian's cargo, for other targets, with a target folder of its own.
    ///
    /// Debug information is left out: it is what takes the room, and nothing is debugged here.
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = debian("/usr/bin/cargo", arguments);
        cargo
            .env("CARGO_TARGET_DIR", self.join("build"))
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0");
        compilers::settings(self, &mut cargo);
        wine::settings(self, &mut cargo);
        cargo
    }
}

/// A command that meets Debian's compiler first, and nothing of the toolchain that runs this program.
fn debian(program: &str, arguments: &[&str]) -> Command {
    let mut command = command(program, arguments);
    let path = env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("/usr/bin:{path}"));
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let ours = name.starts_with("CARGO_") && name != "CARGO_HOME" && !name.ends_with("_PROXY");
        if ours || ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"].contains(&name.as_ref()) {
            command.env_remove(name.as_ref());
        }
    }
    command
}

fn make(folder: &Path) -> Result {
    fs::create_dir_all(folder).map_err(|error| format!("{} could not be made: {error}", folder.display()))
}

/// Writes a file, only where it differs: what is newer is built anew.
fn write(path: &Path, content: &str) -> Result {
    if fs::read_to_string(path).is_ok_and(|there| there == content) {
        return Ok(());
    }
    fs::write(path, content).map_err(|error| format!("{} could not be written: {error}", path.display()))
}

/// Writes a program that a shell runs.
#[cfg(unix)]
fn write_program(path: &Path, content: &str) -> Result {
    write(path, content)?;
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(path, mode).map_err(|error| format!("{} could not be made a program: {error}", path.display()))
}

#[cfg(not(unix))]
fn write_program(path: &Path, content: &str) -> Result {
    write(path, content)
}

/// Returns what a command prints; where it fails, its standard error is the reason.
fn output(mut command: Command) -> Result<String> {
    let output = command
        .output()
        .map_err(|error| format!("{} could not be started: {error}", command.get_program().display()))?;
    if !output.status.success() {
        return Err(format!(
            "{} failed ({}): {}",
            command.get_program().display(),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
