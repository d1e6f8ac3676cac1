//! `outtray operator import` and `export`: files in and out. What they mean is the library's business.

use std::{
    fs::File,
    io::{self, Read, stdin},
    path::Path,
    process::ExitCode,
};

use outtray::{
    App, Error,
    error::Problem,
    operator_csv::{ImportedRow, Progress, Reader, SIZE_MAX},
    output_file,
};

use crate::{
    exit,
    output::{Output, write},
};

/// Adds what can be added; success means every row, and every column. Ctrl+C ends it; what was added until then stays.
pub(crate) async fn import(app: &App, output: &Output, file: &Path, preview: bool) -> Result<ExitCode, Error> {
    let named = file.to_owned();
    // On a thread of its own: a pipe that nobody writes to must not keep the program from ending.
    let csv = match tokio::task::spawn_blocking(move || read(&named)).await {
        Ok(csv) => csv.map_err(|error| unusable(file, &error))?,
        Err(error) => return Err(unusable(file, &error)),
    };
    let mut refused: Option<Problem> = None;
    let progress = output.import_progress(file);
    let heard = |row: ImportedRow, Progress { read, of }| {
        progress.set(read, of);
        output.imported(&row, preview, &progress);
        if refused.is_none() {
            refused = row.problem;
        }
    };
    let import = match preview {
        true => app.preview_import_heard(&csv, heard).await?,
        false => app.import_operators_heard(&csv, heard).await?,
    };
    drop(progress);
    output.import(&import, preview);
    Ok(match refused {
        Some(problem) => exit::code(&problem),
        None if import.unknown_columns.is_empty() => ExitCode::SUCCESS,
        None => exit::COLUMN_LEFT_OUT.into(),
    })
}

/// Writes every record: to a file as spreadsheet programs open it, to the standard output as programs read it.
pub(crate) async fn export(app: &App, output: &Output, file: Option<&Path>) -> Result<(), Error> {
    let Some(file) = file.filter(|file| file.as_os_str() != "-") else {
        write(&app.export_operators(&[], Reader::Programs).await?);
        return Ok(());
    };
    output_file::write(file, &app.export_operators(&[], Reader::Spreadsheets).await?)?;
    output.exported(file);
    Ok(())
}

/// The bytes of a file, or of the standard input. No more than are looked at: a file may have no end.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let (mut bytes, most) = (Vec::new(), SIZE_MAX as u64 + 1);
    match file.as_os_str() == "-" {
        true => stdin().lock().take(most).read_to_end(&mut bytes)?,
        false => File::open(file)?.take(most).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

fn unusable(file: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::FileUnreadable {
        path: file.display().to_string(),
        reason: error.to_string(),
    }
}
