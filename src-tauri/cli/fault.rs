//! What the program cannot go on with, in words: a panic is a fault of its own, or a limit of the system that a library cannot report.

use std::{
    io::{Write, stderr},
    panic::{self, PanicHookInfo},
};

use outtray::Error;

use crate::terminal;

/// How a runtime says that the system gives it no thread.
const NO_THREAD: &str = "OS can't spawn worker thread";

/// Ends the program with a sentence where it would panic. Its message could hold anything, so the place alone is said.
pub(crate) fn say_in_words() {
    panic::set_hook(Box::new(|info| {
        terminal::restore();
        let problem = error(info).problem();
        let hint = problem.hint.unwrap_or_default();
        // Where nothing can be written, the exit code says it.
        let _ = writeln!(stderr(), "{} [{}]\n  {hint}", problem.message, problem.code);
        std::process::exit(1);
    }));
}

fn error(info: &PanicHookInfo<'_>) -> Error {
    match info.payload_as_str() {
        Some(message) if message.contains(NO_THREAD) => Error::SystemLimit("it allows no more threads".to_owned()),
        _ => Error::Fault(info.location().map(ToString::to_string).unwrap_or_default()),
    }
}
