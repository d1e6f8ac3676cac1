//! `cargo xtask fuzz`: the fuzz targets of `tests/fuzz`, one after the other.

use std::{fs, process::Command};

use crate::{
    Result,
    process::{command, root, succeed},
    tools::FUZZ,
};

/// What reads the bytes of strangers.
const TARGETS: [&str; 6] = ["loopback_request", "api_arg", "import", "pasted", "printed", "names"];
/// How long each runs where nothing else is said, in seconds.
const SECONDS: &str = "60";

/// Runs one target or all of them. What it finds stays in `tests/fuzz/artifacts`, and its corpus in `tests/fuzz/corpus`.
pub(crate) fn fuzz(arguments: &[String]) -> Result {
    let (targets, seconds) = read(arguments)?;
    if !has_nightly() {
        return Err("fuzzing needs a nightly toolchain: rustup toolchain install nightly --profile minimal".to_owned());
    }
    FUZZ.install()?;
    // The same versions of everything as in the product.
    let (ours, theirs) = (root().join("Cargo.lock"), root().join("tests/fuzz/Cargo.lock"));
    fs::copy(ours, &theirs).map_err(|error| format!("{}: {error}", theirs.display()))?;
    targets.into_iter().try_for_each(|target| run(target, &seconds))
}

fn read(arguments: &[String]) -> Result<(Vec<&str>, String)> {
    let (mut targets, mut seconds) = (Vec::new(), SECONDS.to_owned());
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--seconds" => seconds = words.next().filter(|word| word.parse::<u32>().is_ok()).ok_or("--seconds needs a number")?.clone(),
            target if TARGETS.contains(&target) => targets.push(target),
            other => return Err(format!("there is no fuzz target {other}. There are {}", TARGETS.join(", "))),
        }
    }
    Ok((if targets.is_empty() { TARGETS.to_vec() } else { targets }, seconds))
}

fn has_nightly() -> bool {
    let list = Command::new("rustup").args(["toolchain", "list"]).output();
    list.is_ok_and(|list| String::from_utf8_lossy(&list.stdout).lines().any(|line| line.starts_with("nightly")))
}

fn run(target: &str, seconds: &str) -> Result {
    println!("\n== fuzz {target}, {seconds} s");
    let (corpus, seeds) = (format!("tests/fuzz/corpus/{target}"), format!("tests/fuzz/seeds/{target}"));
    fs::create_dir_all(root().join(&corpus)).map_err(|error| format!("{corpus}: {error}"))?;
    // No sanitizer: there is no unsafe code to watch.
    let words = [
        "run",
        "nightly",
        &FUZZ.path(),
        "run",
        "--fuzz-dir",
        "tests/fuzz",
        "--sanitizer",
        "none",
    ];
    let mut fuzz = command("rustup", &words);
    fuzz.args([
        target,
        &corpus,
        &seeds,
        "--",
        "-print_final_stats=1",
        &format!("-max_total_time={seconds}"),
    ]);
    // Both name the toolchain that runs this.
    fuzz.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    succeed(fuzz)
}
