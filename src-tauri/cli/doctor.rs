//! `outtray doctor`: everything that has to work, one line each.

use std::process::ExitCode;

use outtray::{App, error::Problem};

use crate::output::Output;

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
