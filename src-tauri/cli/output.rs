//! Everything that is printed: sentences and tables for people, or with `--json` one object a line for programs.
//!
//! The JSON has the shapes of the library's own types, which the window reads too; a problem is `{"problem": {code, kind, message, hint, field, …}}`,
//! and advice while nothing has failed is `{"advice": {…}}` of the same shape.
//!
//! What others have named (files, people, accounts, Dropbox's texts) passes [`shown`] where it becomes part of a line, so that no name ends the
//! line or turns it around; whatever is printed passes [`shown_lines`], so that nothing but text reaches the terminal.

mod authorization;
mod deliveries;
mod operators;
mod print;
mod progress;
mod text;
mod upkeep;

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use comfy_table::{Table, presets::NOTHING};
use outtray::{Error, app::Page, error::Problem, unicode::shown};
use serde::Serialize;
use serde_json::json;

pub(crate) use self::{
    authorization::confirming,
    print::{noted, write},
    progress::{Clock, Progress},
};
use self::{
    print::{complain, json_shown, line, print, unwritable},
    text::sentences,
};
use crate::exit;

/// Where results go.
#[derive(Clone)]
pub(crate) struct Output {
    json: bool,
}

impl Output {
    /// For people, or for programs.
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Nothing could be done; the exit code that says so.
    pub(crate) fn failed(&self, problem: &Problem) -> ExitCode {
        self.problem(problem);
        exit::code(problem)
    }

    /// The end of the program: what could not be written is said, and is no success.
    pub(crate) fn ended(&self, code: ExitCode) -> ExitCode {
        noted(stdout().flush());
        match unwritable() {
            None => code,
            Some(error) => {
                let problem = error.problem();
                complain(&sentences(&problem));
                exit::code(&problem)
            }
        }
    }

    /// The program ends although something still goes on. The standard output may be what is stuck, so nothing is said there.
    pub(crate) fn ended_at_once(&self) {
        if !self.json {
            complain(&sentences(&Error::CommandEnded.problem()));
        }
    }

    /// Nothing could be done.
    pub(crate) fn problem(&self, problem: &Problem) {
        if self.json {
            return line(&json!({ "problem": problem }));
        }
        complain(&sentences(problem));
    }

    fn one<T: Serialize>(&self, value: &T, text: impl FnOnce() -> String) {
        match self.json {
            true => line(&json!(value)),
            false => print(&text()),
        }
    }

    fn list<T: Serialize>(&self, items: &[T], header: &[&str], row: impl Fn(&T) -> Vec<String>) {
        if self.json {
            let lines = items.iter().map(|item| json_shown(&serde_json::to_string(item).unwrap_or_default()) + "\n");
            // At once: a write for each of thousands takes its time.
            return write(lines.collect::<String>().as_bytes());
        }
        if items.is_empty() {
            return print("None.");
        }
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(header.iter().copied());
        items.iter().for_each(|item| {
            table.add_row(row(item).iter().map(|cell| shown(cell).into_owned()));
        });
        print(&table.trim_fmt());
    }

    /// A page that is full says how the next is had. Programs have the number in the last row.
    fn goes_on<T>(&self, items: &[T], page: Page, number: impl Fn(&T) -> i64) {
        let is_full = u32::try_from(items.len()).is_ok_and(|count| count == page.limit);
        if let Some(last) = items.last().filter(|_| is_full && !self.json) {
            complain(&format!("Older ones: --before {}", number(last)));
        }
    }
}
