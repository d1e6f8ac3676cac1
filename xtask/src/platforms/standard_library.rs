//! Rust's standard library for the other platforms, built from Debian's source into the folder where Debian's compiler looks for it.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::Path,
};

use super::{Folder, TARGETS, debian, make, output, write, write_program};
use crate::{Result, packages::as_root, process::succeed};

/// A crate with nothing in it: what it depends on is what is wanted.
const MANIFEST: &str = "\
[package]
name = \"empty\"
version = \"0.0.0\"
edition = \"2024\"

[profile.dev]
debug = 0

[workspace]
";

/// Builds it for each target that has none of this compiler yet.
pub(super) fn build(folder: &Folder) -> Result {
    let version = output(debian("/usr/bin/rustc", &["--version", "--verbose"]))?;
    let mut hasher = DefaultHasher::new();
    version.hash(&mut hasher);
    let mark = format!(".outtray-{:016x}", hasher.finish());
    let project = folder.join("empty");
    make(&project.join("src"))?;
    write(&project.join("Cargo.toml"), MANIFEST)?;
    write(&project.join("src").join("lib.rs"), "")?;
    write_program(&folder.tool("standard-library"), include_str!("standard-library.sh"))?;
    for target in TARGETS {
        let place = Path::new("/usr/lib/rustlib").join(target);
        if !place.join(&mark).exists() {
            build_for(folder, target)?;
            install(&project.join("target").join(target).join("debug").join("deps"), &place, &mark)?;
        }
    }
    Ok(())
}

fn build_for(folder: &Folder, target: &str) -> Result {
    let parts = "-Zbuild-std=std,panic_unwind,panic_abort,test,proc_macro";
    let mut cargo = debian("/usr/bin/cargo", &["build", "--quiet", parts, "--target", target]);
    // Building the standard library is nothing that a stable compiler does unasked.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTC_WRAPPER", folder.tool("standard-library"));
    cargo.current_dir(folder.join("empty")).env("CARGO_TARGET_DIR", folder.join("empty").join("target"));
    succeed(cargo)
}

/// Puts what was built where the compiler looks; the mark comes last, so that what was cut off is done again.
fn install(built: &Path, place: &Path, mark: &str) -> Result {
    let libraries = place.join("lib").to_string_lossy().into_owned();
    succeed(as_root(&["rm", "-rf", &place.to_string_lossy()]))?;
    succeed(as_root(&["mkdir", "-p", &libraries]))?;
    let entries = fs::read_dir(built).map_err(|error| format!("{} could not be read: {error}", built.display()))?;
    let mut words = vec!["cp".to_owned(), "-t".to_owned(), libraries];
    for path in entries.flatten().map(|entry| entry.path()) {
        let is_library = path.extension().is_some_and(|extension| extension == "rlib" || extension == "rmeta");
        let is_ours = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libempty"));
        if is_library && !is_ours {
            words.push(path.to_string_lossy().into_owned());
        }
    }
    succeed(as_root(&words.iter().map(String::as_str).collect::<Vec<_>>()))?;
    succeed(as_root(&["touch", &place.join(mark).to_string_lossy()]))
}
