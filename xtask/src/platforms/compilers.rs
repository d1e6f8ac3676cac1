//! C compilers for the other platforms: SQLite and the cryptography are C. mingw makes code for Windows, zig for macOS.

use std::process::Command;

use super::{Folder, output, write_program};
use crate::{Result, process::command};

/// The version of zig that was tried, as PyPI has it.
const ZIG: &str = "ziglang==0.17.1";

/// Takes the arguments that crates hand to Apple's clang.
const ZIG_CC: &str = include_str!("zig-cc.sh");
/// Takes the arguments of Microsoft's `lib`.
const MINGW_LIB: &str = include_str!("mingw-lib.sh");

/// The macOS targets, and what zig calls them.
const APPLE: [(&str, &str); 2] = [("aarch64", "aarch64-macos"), ("x86_64", "x86_64-macos")];

/// Installs zig, and writes the programs that stand between the crates and the compilers.
pub(super) fn install(folder: &Folder) -> Result {
    install_zig(folder)?;
    write_program(&folder.tool("zig-cc"), ZIG_CC)?;
    write_program(&folder.tool("mingw-lib"), MINGW_LIB)?;
    for (processor, target) in APPLE {
        let compiler = format!("#!/bin/bash\nZIG_TARGET={target} exec \"$(dirname \"$0\")/zig-cc\" \"$@\"\n");
        write_program(&folder.tool(&format!("cc-{processor}-apple")), &compiler)?;
    }
    let archiver = "#!/bin/bash\nexec \"$(dirname \"$0\")/../python/bin/python\" -m ziglang ar \"$@\"\n";
    write_program(&folder.tool("zig-ar"), archiver)
}

fn install_zig(folder: &Folder) -> Result {
    let python = folder.join("python").join("bin").join("python").to_string_lossy().into_owned();
    if output(command(&python, &["-m", "ziglang", "version"])).is_ok_and(|version| ZIG.ends_with(version.trim())) {
        return Ok(());
    }
    output(command("python3", &["-m", "venv", &folder.join("python").to_string_lossy()]))?;
    output(command(&python, &["-m", "pip", "--quiet", "install", ZIG])).map(drop)
}

/// Names the compilers to the crates that ask for one.
pub(super) fn settings(folder: &Folder, cargo: &mut Command) {
    for (processor, _) in APPLE {
        cargo
            .env(
                format!("CC_{processor}_apple_darwin"),
                folder.tool(&format!("cc-{processor}-apple")),
            )
            .env(format!("AR_{processor}_apple_darwin"), folder.tool("zig-ar"));
    }
    // A folder that does not exist keeps the `cc` crate from asking Xcode, which is not here.
    cargo.env("SDKROOT", "/nonexistent");
    // Nothing is linked for MSVC here; its linker and runtime are Microsoft's.
    cargo
        .env("CC_x86_64_pc_windows_msvc", "x86_64-w64-mingw32-gcc")
        .env("AR_x86_64_pc_windows_msvc", folder.tool("mingw-lib"));
}
