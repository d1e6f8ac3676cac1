//! `outtray doctor`: everything that has to work, one line each.

use std::process::ExitCode;

use outtray::{App, Error, Start, error::Problem};

use crate::{exit, output::Output};

/// Checks everything, and says each when it is known; success means that nothing is wrong.
pub(crate) async fn run(app: &App, output: &Output) -> Result<ExitCode, Problem> {
    let (count, mut is_well) = (output.count(), true);
    app.diagnose_each(|checked| {
        is_well &= checked.check.problem.is_none();
        count.set(checked.operators_done, checked.operators, || output.check(&checked.check));
    })
    .await?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Checks what can be checked although the data could not be opened; the exit code is that of the reason.
pub(crate) async fn run_closed(start: Start, error: Error, output: &Output) -> Result<ExitCode, Problem> {
    let code = exit::code(&error.problem());
    start.diagnose_closed(error, |checked| output.check(&checked.check)).await?;
    Ok(code)
}
