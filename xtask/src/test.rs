//! `cargo xtask test`.

use crate::{
    Result,
    build::build,
    dependencies, packages, platforms,
    process::{cargo, stage, succeed},
    session, ui,
};

/// Runs everything for this system, or with `--platforms` what is checked for the others.
pub(crate) fn test(arguments: &[String]) -> Result {
    let (platforms, filter): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(|argument| argument == "--platforms");
    if platforms.is_empty() {
        test_here(&filter)
    } else {
        platforms::test(&filter)
    }
}

/// Runs everything, or with a filter only the tests whose names contain it. The test runner's closing line comes last.
fn test_here(filter: &[String]) -> Result {
    packages::install(true)?;
    packages::install_components()?;
    if filter.is_empty() {
        stage("format", || succeed(cargo(&["fmt", "--all", "--check"])))?;
        stage("lint without the window", || lint(&[]))?;
        stage("lint with the window", || lint(&["--features", "desktop"]))?;
        stage("documentation", documentation)?;
        stage("dependencies", dependencies::check)?;
        stage("pages", ui::test)?;
    }
    stage("build", build)?;
    println!("\n== test");
    let mut test = cargo(&["test", "--locked", "--features", "desktop", "--test", "integration", "--"]);
    test.arg("--include-ignored").args(filter);
    session::succeed_in_session(&test)
}

fn lint(features: &[&str]) -> Result {
    let mut clippy = cargo(&["clippy", "--workspace", "--all-targets", "--locked"]);
    clippy.args(features).args(["--", "--deny", "warnings"]);
    succeed(clippy)
}

fn documentation() -> Result {
    let mut doc = cargo(&["doc", "--no-deps", "--locked", "--lib"]);
    doc.env("RUSTDOCFLAGS", "--deny warnings");
    succeed(doc)
}
