//! What is printed: a line for each thing measured, and whether it keeps within its bound.

use std::time::Duration;

/// Several runs of the same thing.
#[derive(Clone, Copy)]
pub(crate) struct Runs {
    pub(crate) min: Duration,
    pub(crate) median: Duration,
}

impl Runs {
    pub(crate) fn of(mut took: Vec<Duration>) -> Self {
        took.sort();
        Self {
            min: took[0],
            median: took[took.len() / 2],
        }
    }
}

/// What a command or a use case has cost.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) runs: Runs,
    /// How long a processor worked for one run, in milliseconds: less than the time that it took where the machine does other things.
    pub(crate) processor_ms: Option<f64>,
    /// What it has printed, where it prints.
    pub(crate) bytes: Option<u64>,
    /// The most that it had in memory, in KiB.
    pub(crate) peak_kib: Option<u64>,
}

pub(crate) fn heading(of: &str) {
    println!("\n{of}");
    println!(
        "{:<46} {:>8} {:>8} {:>7} {:>10} {:>9} {:>8} {:>8}",
        "", "min ms", "median", "cpu ms", "beyond ms", "bytes", "peak MiB", "at most"
    );
}

/// Prints a line. `beyond` is what the start with an empty database costs, where only what is added to it has a bound (milliseconds).
pub(crate) fn line(what: &str, cost: Cost, beyond: Option<Runs>, bound_ms: Option<u32>) {
    let (min, median) = (millis(cost.runs.min), millis(cost.runs.median));
    let added = beyond.map(|start| median - millis(start.median));
    let judged = bound_ms.map(|bound| verdict(added.unwrap_or(median), f64::from(bound)));
    println!(
        "{what:<46} {min:>8.1} {median:>8.1} {:>7} {:>10} {:>9} {:>8} {:>8}  {}",
        shown(cost.processor_ms.map(|ms| format!("{ms:.1}"))),
        shown(added.map(|ms| format!("{ms:.1}"))),
        shown(cost.bytes),
        shown(cost.peak_kib.map(|kib| format!("{:.1}", kib as f64 / 1024.0))),
        shown(bound_ms),
        shown(judged),
    );
}

/// Prints a figure that is no time of several runs.
pub(crate) fn figure(what: &str, value: f64, unit: &str, bound: Option<f64>) {
    let judged = bound.map(|bound| format!("  at most {bound:.0}  {}", verdict(value, bound)));
    println!("{what:<46} {value:>8.1} {unit}{}", shown(judged));
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn verdict(value: f64, bound: f64) -> &'static str {
    if value <= bound { "met" } else { "MISSED" }
}

fn shown(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
