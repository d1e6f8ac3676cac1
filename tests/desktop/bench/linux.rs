//! How fast the window is and what it takes, against an empty Tauri window on the same machine. Printed; nothing here fails by a figure.
//!
//! `cargo xtask bench-window` runs this in a session of its own.

#[path = "../../bench/large/fill.rs"]
mod fill;
#[path = "../webdriver.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod webdriver;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;
use tempfile::TempDir;

use self::webdriver::WebDriver;

const OURS: &str = env!("CARGO_BIN_EXE_outtray-desktop");
/// Nobody listens there: nothing is asked of Dropbox here.
const SIMULATOR: &str = "http://127.0.0.1:9";
/// Each start is measured this often, in turn, so that whatever else the machine does meets both; the median counts.
const STARTS: usize = 9;
/// After this long a window has settled.
const SETTLE: Duration = Duration::from_secs(4);
/// For so long the use of the processor is counted.
const IDLE: Duration = Duration::from_secs(20);

#[tokio::main]
pub(crate) async fn main() {
    let empty_program = std::env::var("OUTTRAY_EMPTY_WINDOW").expect("the empty window, which `cargo xtask bench-window` builds");
    let (thousand, ten_thousand, years) = (operators(1_000), operators(10_000), years().await);
    let list = "return document.querySelector('main')?.innerText.includes('OP00001') ? 'ready' : '';";
    let (arguments_of_ours, arguments_of_years) = (arguments(thousand.path()), arguments(years.path()));
    let programs = [
        Program {
            path: &empty_program,
            arguments: &[],
            is_ready: "return document.readyState === 'complete' ? 'ready' : '';",
        },
        Program {
            path: OURS,
            arguments: &arguments_of_ours,
            is_ready: list,
        },
        Program {
            path: OURS,
            arguments: &arguments_of_years,
            is_ready: list,
        },
    ];
    let [(empty, empty_memory), (ours, memory), (after_years, memory_after_years)] = starts(programs).await;
    println!(
        "start to usable list, 1,000 operators  {ours:>8.0} ms, empty window {empty:.0} ms, ratio {:.2}",
        ours / empty
    );
    println!(
        "memory of all processes (PSS)          {memory:>8.1} MiB, empty window {empty_memory:.1} MiB, ratio {:.2}",
        memory / empty_memory
    );
    println!(
        "the same after years                   {after_years:>8.0} ms, {memory_after_years:.1} MiB ({} operators, {} deliveries)",
        fill::OPERATORS,
        fill::ROWS
    );
    let window = start(Program {
        path: OURS,
        arguments: &arguments(ten_thousand.path()),
        is_ready: list,
    })
    .await;
    println!("opening Controls                       {:>8.1} ms", controls(&window).await);
    match filter(&window).await {
        Some((slowest, frame)) => println!("filtering 10,000 operators, slowest key {slowest:>7.1} ms, until the next frame {frame:.1} ms"),
        None => println!("filtering 10,000 operators              there is no search field"),
    }
    let ours = idle(&window).await;
    drop(window);
    let empty = idle(&start(programs[0]).await).await;
    println!("processor while idle                   {ours:>8.3} % of one, empty window {empty:.3} %");
}

fn arguments(folder: &Path) -> Vec<String> {
    ["--simulator", SIMULATOR, "--data-folder"]
        .map(str::to_owned)
        .into_iter()
        .chain([folder.display().to_string()])
        .collect()
}

/// A data folder with so many operators, and the interface on, so that the list is what is shown first.
fn operators(count: u32) -> TempDir {
    let folder = TempDir::new().unwrap();
    let rows = (1..=count).map(|number| format!("OP{number:05},Operator {number},operator{number}@example.com\n"));
    let file = folder.path().join("operators.csv");
    fs::write(&file, format!("id,name,email\n{}", rows.collect::<String>())).unwrap();
    run(&folder, &["settings", "set", "--interface-to-dropbox", "on"]);
    run(&folder, &["operator", "import", &file.display().to_string()]);
    folder
}

/// A data folder as it is after years.
async fn years() -> TempDir {
    let folder = TempDir::new().unwrap();
    run(&folder, &["settings", "set", "--interface-to-dropbox", "on"]);
    fill::fill(&folder.path().join("outtray.db")).await;
    folder
}

fn run(folder: &TempDir, words: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_outtray"));
    let output = command.args(arguments(folder.path())).args(words).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What is started, and the script that says “ready”.
#[derive(Clone, Copy)]
struct Program<'a> {
    path: &'a str,
    arguments: &'a [String],
    is_ready: &'a str,
}

async fn start(program: Program<'_>) -> WebDriver {
    let window = WebDriver::start(program.path, program.arguments, &[]).await;
    let start = Instant::now();
    while window.script(program.is_ready, json!([])).await != "ready" {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{} shows nothing: {}",
            program.path,
            window.text("body").await
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    window
}

/// Of each: the median of several starts in milliseconds, and the memory of the last one.
async fn starts<const N: usize>(programs: [Program<'_>; N]) -> [(f64, f64); N] {
    let (mut times, mut memory) = ([const { Vec::new() }; N], [0.0; N]);
    for _ in 0..STARTS {
        for (at, program) in programs.into_iter().enumerate() {
            let begin = Instant::now();
            let window = start(program).await;
            times[at].push(begin.elapsed().as_secs_f64() * 1000.0);
            tokio::time::sleep(SETTLE).await;
            memory[at] = proportional_memory(&window);
        }
    }
    std::array::from_fn(|at| {
        times[at].sort_by(f64::total_cmp);
        (times[at][STARTS / 2], memory[at])
    })
}

/// The memory of the program and of everything that it has started, shared parts counted once, in MiB.
fn proportional_memory(window: &WebDriver) -> f64 {
    let of = |process: u32| {
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find(|line| line.starts_with("Pss:"));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(0.0)
    };
    programs_of(window).map(of).sum::<f64>() / 1024.0
}

/// How much of one processor the program and everything that it has started use while nobody does anything, in percent.
async fn idle(window: &WebDriver) -> f64 {
    tokio::time::sleep(SETTLE).await;
    let before = on_processor(window);
    tokio::time::sleep(IDLE).await;
    // A thread that has ended meanwhile takes its time with it; a new one begins with none.
    let used = on_processor(window)
        .into_iter()
        .map(|(thread, now)| now.saturating_sub(before.get(&thread).copied().unwrap_or_default()));
    used.sum::<Duration>().as_secs_f64() / IDLE.as_secs_f64() * 100.0
}

/// The time on a processor of each thread of the program and of everything that it has started.
fn on_processor(window: &WebDriver) -> HashMap<PathBuf, Duration> {
    let threads = |process: u32| fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    // The first number of `schedstat` (Linux, Documentation/scheduler/sched-stats), in nanoseconds.
    let time = |thread: fs::DirEntry| {
        let state = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        Some((thread.path(), Duration::from_nanos(state.split_whitespace().next()?.parse().ok()?)))
    };
    programs_of(window).flat_map(threads).filter_map(time).collect()
}

/// All but the driver, which nobody has in use.
fn programs_of(window: &WebDriver) -> impl Iterator<Item = u32> {
    let is_driver = |process: &u32| {
        let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        name.starts_with("WebKitWebDriver")
    };
    window.processes().into_iter().filter(move |process| !is_driver(process))
}

/// From the click until Controls are on the screen, in milliseconds.
async fn controls(window: &WebDriver) -> f64 {
    window.script("location.hash = '#/operators/OP00001';", json!([])).await;
    window.until_text("h1", "OP00001").await;
    let script = "
        const start = performance.now();
        document.querySelector('#open-controls').click();
        const frame = () => new Promise(requestAnimationFrame);
        while (!document.querySelector('dialog[open] h1')) await frame();
        await frame();
        const time = performance.now() - start;
        document.querySelector('#controls-close').click();
        return time;";
    window.script(&promised(script), json!([])).await.as_f64().unwrap_or(f64::NAN)
}

/// The slowest of some keystrokes in the search field, with the layout that it causes, and the longest time until the next frame.
async fn filter(window: &WebDriver) -> Option<(f64, f64)> {
    window.script("location.hash = '#/operators';", json!([])).await;
    window.until_text("#operator-count", "10").await;
    let script = "
        const field = document.querySelector('#operator-search');
        if (!field) return null;
        const frame = () => new Promise(requestAnimationFrame);
        let slowest = 0, longest = 0;
        for (const text of ['o', 'op', 'op0', 'op09', 'op099', 'op0999', 'op09', 'op', '']) {
            const start = performance.now();
            field.value = text;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            document.body.getBoundingClientRect();
            slowest = Math.max(slowest, performance.now() - start);
            await frame();
            longest = Math.max(longest, performance.now() - start);
            await new Promise((done) => setTimeout(done, 300));
        }
        return [slowest, longest];";
    let times = window.script(&promised(script), json!([])).await;
    Some((times.get(0)?.as_f64()?, times.get(1)?.as_f64()?))
}

/// A script that waits for something (W3C WebDriver, section 13.2.1: a promise is waited for).
fn promised(script: &str) -> String {
    format!("return (async () => {{ {script} }})();")
}
