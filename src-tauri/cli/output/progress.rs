//! Bars and clocks on the terminal, while something goes on.

use std::{
    io::{IsTerminal, stdout},
    path::Path,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use outtray::operator::AuthorizationRequest;

use super::{Output, text::name};

/// How far a file is.
pub(crate) struct Progress(pub(super) ProgressBar);

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

/// How many of many are done.
pub(crate) struct Count(ProgressBar);

impl Count {
    /// Moves the bar, and prints something above it.
    pub(crate) fn set(&self, done: usize, total: usize, print: impl FnOnce()) {
        self.0.suspend(print);
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        // The lines take its place.
        self.0.finish_and_clear();
    }
}

/// How long a request still lives.
pub(crate) struct Clock {
    bar: ProgressBar,
    until: i64,
}

impl Clock {
    /// Shows what is left.
    pub(crate) fn tick(&self) {
        let left = (self.until - Timestamp::now().as_millisecond()).max(0) / 1000;
        self.bar.set_message(format!(
            "Waiting for Allow, {:02}:{:02} left. Ctrl+C ends the waiting.",
            left / 60,
            left % 60
        ));
    }

    /// Prints something above it.
    pub(crate) fn above(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Output {
    /// A bar on the terminal; nothing where there is no terminal, or for programs.
    pub(crate) fn progress(&self, file: &Path) -> Progress {
        Progress(self.bar(
            "{msg}  {bar:30}  {decimal_bytes} of {decimal_total_bytes}  {decimal_bytes_per_sec}",
            name(file),
        ))
    }

    /// The hour of a request, as a clock.
    pub(crate) fn clock(&self, request: &AuthorizationRequest) -> Clock {
        Clock {
            bar: self.bar("{msg}", String::new()),
            until: request.expires_at,
        }
    }

    fn bar(&self, template: &str, message: String) -> ProgressBar {
        let bar = if self.json { ProgressBar::hidden() } else { ProgressBar::new(0) };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(message);
        bar
    }

    /// How many operators are checked.
    pub(crate) fn count(&self) -> Count {
        Count(self.bar("{bar:30}  {pos} of {len} operators checked", String::new()))
    }

    /// How far an import is. Where the rows themselves go to the terminal, they say so.
    pub(crate) fn import_progress(&self, file: &Path) -> Progress {
        let bar = self.bar("{msg}  {bar:30}  {percent} %", name(file));
        if stdout().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        Progress(bar)
    }
}
