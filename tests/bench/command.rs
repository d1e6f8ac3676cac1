//! The command line as a process, from its start to its end.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{
    peak_memory_kib,
    table::{Cost, Runs},
};

/// How often each command is measured, after one run that warms the caches of the system.
const RUNS: usize = 9;

/// A data folder of its own, with its key file.
pub(crate) struct Folder(TempDir);

impl Folder {
    /// Makes one with an empty database.
    pub(crate) fn new() -> Self {
        let folder = Self(TempDir::new().unwrap());
        folder.run(&["settings", "get"]);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("outtray.db")
    }

    /// Starts a command whose output is not read.
    pub(crate) fn spawn(&self, words: &[&str]) -> Child {
        self.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Runs a command that has to succeed, and tells how long it took.
    pub(crate) fn run(&self, words: &[&str]) -> Duration {
        let start = Instant::now();
        let status = self.spawn(words).wait().unwrap();
        assert!(status.success(), "outtray {words:?}");
        start.elapsed()
    }

    /// Runs a command several times; once more for its output, and once more for its memory, which are looked at meanwhile.
    pub(crate) fn cost(&self, words: &[&str]) -> Cost {
        let bytes = self.command(words).output().unwrap().stdout.len();
        let before = processor_of_children();
        let runs = Runs::of((0..RUNS).map(|_| self.run(words)).collect());
        let processor = processor_of_children().zip(before).map(|(after, before)| after - before);
        let (_, peak_kib) = watched(self.spawn(words));
        Cost {
            runs,
            processor_ms: processor.map(|ms| ms / RUNS as f64),
            bytes: Some(bytes as u64),
            peak_kib,
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_outtray"));
        command.arg("--data-folder").arg(self.data()).arg("--key-file").arg(self.0.path().join("key"));
        command.args(words);
        command
    }
}

/// How long a processor has worked for programs that this one has started and that have ended, in milliseconds (proc_pid_stat(5), `cutime`
/// and `cstime`, in hundredths of a second).
fn processor_of_children() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let times = after_name.split_whitespace().skip(13).take(2);
    Some(times.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0)
}

/// Waits for a process that has to succeed; how long it took, and the most that it had in memory, in KiB.
pub(crate) fn watched(mut process: Child) -> (Duration, Option<u64>) {
    let (start, mut peak) = (Instant::now(), None);
    loop {
        peak = peak_memory_kib(&process.id().to_string()).max(peak);
        if let Some(status) = process.try_wait().unwrap() {
            assert!(status.success());
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
