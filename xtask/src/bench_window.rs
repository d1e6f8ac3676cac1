//! `cargo xtask bench-window`.

use crate::{
    Result,
    build::target,
    packages,
    process::{cargo, succeed},
    session,
};

/// Measures the window against an empty one and prints the figures; `--dev` saves the long build, and measures what nobody installs.
pub(crate) fn bench_window(arguments: &[String]) -> Result {
    packages::install(true)?;
    let (profile, folder, features) = match arguments.iter().any(|argument| argument == "--dev") {
        true => ("dev", "debug", "desktop"),
        false => ("bench", "release", "desktop,custom-protocol"),
    };
    let with = ["--locked", "--features", features, "--profile", profile];
    let mut empty = cargo(&["build", "--example", "empty-window"]);
    empty.args(with);
    succeed(empty)?;
    let mut bench = cargo(&["bench", "--bench", "window"]);
    bench.args(with).env("OUTTRAY_EMPTY_WINDOW", target().join(folder).join("examples/empty-window"));
    session::succeed_in_session(&bench)
}
