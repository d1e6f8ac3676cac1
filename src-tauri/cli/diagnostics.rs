//! `outtray diagnostics`: the bundle for whoever helps, or what would be in it.

use std::path::Path;

use outtray::{App, Error, diagnostics::Diagnostics};

use crate::output::Output;

/// Writes the bundle to a file; without one, says what it would hold.
pub(crate) async fn run(app: &App, output: &Output, file: Option<&Path>) -> Result<(), Error> {
    let diagnostics = app.collect_diagnostics().await?;
    if let Some(file) = file {
        write(&diagnostics, file)?;
    }
    output.diagnostics(&diagnostics, file);
    Ok(())
}

fn write(diagnostics: &Diagnostics, file: &Path) -> Result<(), Error> {
    std::fs::write(file, diagnostics.zip()?).map_err(|error| Error::FileUnwritable {
        path: file.display().to_string(),
        reason: error.to_string(),
    })
}
