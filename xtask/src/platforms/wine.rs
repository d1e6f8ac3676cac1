//! Windows programs on this computer.
//!
//! Wine has no WebView2, so the window does not open in it; what runs is the library, the command line and the simulator, with Wine's file
//! system, sockets, processes and Credential Manager. [`CANNOT`] is the one list of what Wine cannot do.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use super::{Folder, WINDOWS, debian, output, write};
use crate::{Result, process::succeed};

/// Wine without its loader for 32-bit programs, which would complain at each start that there is none.
const WINE: &str = "/usr/lib/wine/wine64";

/// Tests that Wine fails and Windows does not, each with the reason.
const CANNOT: [(&str, &str); 0] = [];

/// A library of Windows that the standard library needs and Wine 8 lacks.
const RANDOM: &str = include_str!("bcryptprimitives.c");

/// Makes Wine's Windows, with the library that it lacks.
pub(super) fn prepare(folder: &Folder) -> Result {
    let system = prefix(folder).join("drive_c").join("windows").join("system32");
    if !system.is_dir() {
        output(wine(folder, &["wineboot", "--init"]))?;
        succeed(server(folder, "--wait"))?;
    }
    let source = folder.join("bcryptprimitives.c");
    write(&source, RANDOM)?;
    let (library, source) = (system.join("bcryptprimitives.dll"), source.to_string_lossy().into_owned());
    let arguments = ["-shared", "-O2", "-o", &library.to_string_lossy(), &source, "-ladvapi32"];
    succeed(debian("x86_64-w64-mingw32-gcc", &arguments))
}

/// Builds the tests for Windows and runs them, the one of the system's keychain included.
pub(super) fn test(folder: &Folder, filter: &[String]) -> Result {
    succeed(folder.cargo(&[
        "build",
        "--locked",
        "--bin",
        "outtray",
        "--example",
        "simulator",
        "--target",
        WINDOWS,
    ]))?;
    let mut test = folder.cargo(&[
        "test",
        "--locked",
        "--test",
        "integration",
        "--target",
        WINDOWS,
        "--",
        "--include-ignored",
    ]);
    for (name, reason) in CANNOT {
        println!("left out under Wine: {name} ({reason})");
        test.args(["--skip", name]);
    }
    test.args(filter);
    // The server of the first program would speak on its output, after the closing line of the tests.
    let mut first = server(folder, "--persistent");
    first.stdout(Stdio::null()).stderr(Stdio::null());
    // One that runs already is as good.
    let _ = first.status();
    let tested = succeed(test);
    // It may have ended by itself.
    let _ = server(folder, "--kill").status();
    tested
}

/// Wine's server, which all its programs share: it goes on in the background until it is ended.
fn server(folder: &Folder, argument: &str) -> Command {
    let mut server = debian("/usr/lib/wine/wineserver", &[argument]);
    settings(folder, &mut server);
    server
}

fn prefix(folder: &Folder) -> PathBuf {
    folder.join("wine")
}

fn wine(folder: &Folder, arguments: &[&str]) -> Command {
    let mut wine = debian(WINE, arguments);
    settings(folder, &mut wine);
    wine
}

/// Says where Wine's Windows is, and that nothing of it goes into this desktop's menus or asks for what is not there.
pub(super) fn settings(folder: &Folder, command: &mut Command) {
    command
        .env("WINEPREFIX", prefix(folder))
        .env("WINEDEBUG", "-all")
        .env("WINEDLLOVERRIDES", "winemenubuilder.exe=d;mscoree=d;mshtml=d")
        .env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER", WINE);
}
