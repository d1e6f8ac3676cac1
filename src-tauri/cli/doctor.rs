//! `outtray doctor`: everything that has to work, one line each.

use std::process::ExitCode;

use outtray::{App, error::Problem};

use crate::output::Output;

/// Checks everything; success means that nothing is wrong.
pub(crate) async fn run(app: &App, output: &Output) -> Result<ExitCode, Problem> {
    let checks = app.diagnose().await?;
    output.checks(&checks);
    Ok(if checks.iter().all(|check| check.problem.is_none()) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
