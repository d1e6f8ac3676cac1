//! `outtray diagnostics`: the bundle for whoever helps, or what would be in it.

use std::path::Path;

use outtray::{App, Error, output_file};

use crate::output::Output;

/// Writes the bundle to a file; without one, says what it would hold.
pub(crate) async fn run(app: &App, output: &Output, file: Option<&Path>) -> Result<(), Error> {
    let diagnostics = app.collect_diagnostics().await?;
    if let Some(file) = file {
        output_file::write(file, &diagnostics.zip()?)?;
    }
    output.diagnostics(&diagnostics, file);
    Ok(())
}
