//! Everything that is printed: sentences for people, or with `--json` one object a line for programs.

use std::{
    io::{Write, stderr, stdout},
    path::Path,
};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use outtray::{Error, store::deliveries::Delivery};
use serde_json::{Value, json};

/// Where results go.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// For people, or for programs.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// A bar on the terminal; nothing where there is no terminal, or for programs.
    pub(crate) fn progress(&self, file: &Path) -> Progress {
        let bar = if self.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        if let Ok(style) = ProgressStyle::with_template("{msg}  {bar:30}  {bytes} of {total_bytes}  {binary_bytes_per_sec}") {
            bar.set_style(style);
        }
        bar.set_message(name(file));
        Progress(bar)
    }

    /// A file is in Dropbox, and the content hashes agree.
    pub(crate) fn delivered(&self, file: &Path, delivery: &Delivery) {
        if self.json {
            return line(&json!({ "file": file.display().to_string(), "delivery": delivery }));
        }
        print(&format!(
            "{}: delivered to {} ({}), verified: Dropbox's content hash equals ours\n  {}",
            name(file),
            delivery.dropbox_path.as_deref().unwrap_or_default(),
            HumanBytes(delivery.size_bytes),
            delivery.content_hash.as_deref().unwrap_or_default(),
        ));
    }

    /// A file is not in Dropbox.
    pub(crate) fn not_delivered(&self, file: &Path, error: &Error) {
        if self.json {
            return line(&json!({ "file": file.display().to_string(), "problem": error.problem() }));
        }
        complain(&format!("{}: not delivered. {}", name(file), sentences(error)));
    }

    /// Nothing could be done at all.
    pub(crate) fn error(&self, error: &Error) {
        if self.json {
            return line(&json!({ "problem": error.problem() }));
        }
        complain(&sentences(error));
    }
}

/// How far a file is.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Moves the bar.
    pub(crate) fn set(&self, bytes_sent: u64, size_bytes: u64) {
        self.0.set_length(size_bytes);
        self.0.set_position(bytes_sent);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // The result takes its place.
        self.0.finish_and_clear();
    }
}

/// What happened, what to do, and the code to look up.
fn sentences(error: &Error) -> String {
    let hint = error.hint().map(|hint| format!("\n  {hint}")).unwrap_or_default();
    format!("{error} [{}]{hint}", error.code())
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned()
}

fn line(value: &Value) {
    print(&value.to_string());
}

/// A reader that has gone away, such as `head`, is no reason to stop sending.
fn print(text: &str) {
    let _ = writeln!(stdout(), "{text}");
}

fn complain(text: &str) {
    let _ = writeln!(stderr(), "{text}");
}
