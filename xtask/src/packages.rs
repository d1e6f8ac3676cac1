//! What the system has to have. On Linux with apt it is installed; elsewhere it is named. What is there is never asked for.

use std::{path::Path, process::Command};

use crate::{
    Result,
    process::{command, is_there, succeed},
};

/// What the window is built with and needs to run.
const WINDOW: [&str; 5] = [
    "build-essential",
    "pkg-config",
    "libwebkit2gtk-4.1-dev",
    "xdg-utils",
    "fonts-dejavu-core",
];
/// What it is tested with: a display, a WebDriver, a bus and a keychain of their own; for the pages by themselves, another browser; and two
/// proxies.
const TESTS: [&str; 7] = [
    "xvfb",
    "webkit2gtk-driver",
    "dbus",
    "gnome-keyring",
    "chromium-headless-shell",
    "squid",
    "tinyproxy-bin",
];
/// What a test is skipped without, saying so: the database on which every statement is prepared.
const OPTIONAL: &str = "postgresql";

/// Installs what the window needs, and what the tests need on top of it.
pub(crate) fn install(with_tests: bool) -> Result {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    let wanted = WINDOW.iter().chain(if with_tests { TESTS.iter() } else { [].iter() });
    if !is_there("dpkg-query") || !is_there("apt-get") {
        return elsewhere(&wanted.copied().collect::<Vec<_>>());
    }
    install_wanted(&wanted.copied().collect::<Vec<_>>(), with_tests)?;
    if with_tests {
        install_optional();
    }
    Ok(())
}

fn install_wanted(wanted: &[&'static str], with_tests: bool) -> Result {
    // Node may have come from elsewhere than apt.
    let node = [("node", "nodejs"), ("npm", "npm")]
        .into_iter()
        .filter(|(program, _)| with_tests && !is_there(program));
    let wanted = wanted.iter().copied().filter(|package| !is_installed(package));
    let missing: Vec<&str> = wanted.chain(node.map(|(_, package)| package)).collect();
    install_missing(&missing)
}

/// Installs these where they are missing. Only Debian has them under these names.
pub(crate) fn install_named(wanted: &[&str]) -> Result {
    if !is_there("dpkg-query") || !is_there("apt-get") {
        return Err(format!("this system has no apt. Debian has what is needed: {}", wanted.join(", ")));
    }
    let missing: Vec<&str> = wanted.iter().copied().filter(|package| !is_installed(package)).collect();
    install_missing(&missing)
}

fn install_missing(missing: &[&str]) -> Result {
    match missing.is_empty() {
        true => Ok(()),
        false => apt_install(missing),
    }
}

/// Goes on where it cannot be had.
fn install_optional() {
    // From Debian or from elsewhere, its programs lie there.
    if Path::new("/usr/lib/postgresql").exists() {
        return;
    }
    if let Err(error) = apt_install(&[OPTIONAL]) {
        println!("The tests that need {OPTIONAL} will be skipped: {error}");
    }
}

fn apt_install(packages: &[&str]) -> Result {
    if !is_root() && !is_there("sudo") {
        return Err(format!(
            "packages are missing, and there is no sudo to install them with. As root: apt-get install {}",
            packages.join(" ")
        ));
    }
    println!("Installing {}", packages.join(" "));
    succeed(as_root(&["apt-get", "update"]))?;
    let install = ["apt-get", "install", "--yes", "--no-install-recommends"];
    succeed(as_root(&[&install, packages].concat()))
}

fn is_installed(package: &str) -> bool {
    let output = Command::new("dpkg-query").args(["--show", "--showformat=${db:Status-Status}", package]).output();
    output.is_ok_and(|output| output.stdout == b"installed")
}

/// A command with the rights of the administrator.
pub(crate) fn as_root(words: &[&str]) -> Command {
    let words = if is_root() { words.to_vec() } else { [&["sudo"], words].concat() };
    let mut command = command(words[0], &words[1..]);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("--user").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// Without apt the packages have other names; the libraries tell whether they are there.
fn elsewhere(packages: &[&str]) -> Result {
    let library = Command::new("pkg-config").args(["--exists", "webkit2gtk-4.1"]).status();
    if library.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    Err(format!(
        "this system has no apt. Install what Debian calls {}, then try again.",
        packages.join(", ")
    ))
}

/// Installs the parts of the Rust toolchain that checks need.
pub(crate) fn install_components() -> Result {
    for (program, component) in [("cargo-fmt", "rustfmt"), ("cargo-clippy", "clippy")] {
        if !is_there(program) {
            succeed(command("rustup", &["component", "add", component]))?;
        }
    }
    Ok(())
}
