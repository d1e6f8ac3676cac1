//! `outtray operator import` and `export`: files in and out. What they mean is the library's business.

use std::{
    io::{self, Read, Write, stdin, stdout},
    path::Path,
    process::ExitCode,
};

use outtray::{App, Error};

use crate::{
    exit,
    output::{Output, noted},
};

/// What a spreadsheet program needs to see that a file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Adds what can be added; success means every row.
pub(crate) async fn import(app: &App, output: &Output, file: &Path, preview: bool) -> Result<ExitCode, Error> {
    let csv = read(file).map_err(|error| unusable(file, &error))?;
    let import = match preview {
        true => app.preview_import(&csv).await?,
        false => app.import_operators(&csv).await?,
    };
    output.import(&import, preview);
    let refused = import.rows.iter().find_map(|row| row.problem.as_ref());
    Ok(refused.map_or(ExitCode::SUCCESS, exit::code))
}

/// Writes every record, to a file or to the standard output.
pub(crate) async fn export(app: &App, output: &Output, file: Option<&Path>) -> Result<(), Error> {
    let csv = app.export_operators(&[]).await?;
    let Some(file) = file.filter(|file| file.as_os_str() != "-") else {
        noted(stdout().write_all(csv.as_bytes()));
        return Ok(());
    };
    std::fs::write(file, format!("{BYTE_ORDER_MARK}{csv}")).map_err(|error| Error::FileUnwritable {
        path: file.display().to_string(),
        reason: error.to_string(),
    })?;
    output.exported(file);
    Ok(())
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    stdin().read_to_end(&mut bytes).map(|_| bytes)
}

fn unusable(file: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::FileUnreadable {
        path: file.display().to_string(),
        reason: error.to_string(),
    }
}
