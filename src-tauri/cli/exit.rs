//! Exit codes, by kind of failure: what a script can do about it.

use std::process::ExitCode;

use outtray::{
    ending::Ending,
    error::{Problem, ProblemKind},
};

/// The exit code of a command that was asked to end: 128 and the number of the signal, as shells have it.
pub(crate) fn interrupted(ending: Ending) -> ExitCode {
    ExitCode::from(ending.exit_code())
}

/// Every row of a CSV file was taken, but not every column.
pub(crate) const COLUMN_LEFT_OUT: u8 = 9;

/// The exit code of a problem; `--help` lists them.
pub(crate) fn code(problem: &Problem) -> ExitCode {
    ExitCode::from(number(problem.kind))
}

fn number(kind: ProblemKind) -> u8 {
    match kind {
        ProblemKind::Other => 1,
        ProblemKind::Input => 3,
        ProblemKind::Authorization => 4,
        ProblemKind::Unreachable => 5,
        ProblemKind::Keychain => 6,
        ProblemKind::Data => 7,
        ProblemKind::InterfaceOff => 8,
    }
}
