//! `outtray operator import` and `export`: CSV with a header; good rows are kept, and every bad one says why.

use std::{
    io::{Read, stdin, stdout},
    path::Path,
    process::ExitCode,
};

use outtray::{
    App, Error,
    operator::{ConflictRule, Operator, OperatorFields, OperatorId},
};
use serde::{Deserialize, Serialize};

use crate::output::Output;

/// One row.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    id: String,
    name: String,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    destination: Option<String>,
    #[serde(default)]
    active: Option<String>,
    #[serde(default)]
    conflict_rule: Option<String>,
}

impl Row {
    fn fields(&self) -> Result<OperatorFields, Error> {
        let conflict_rule = self.conflict_rule.as_deref().filter(|rule| !rule.trim().is_empty());
        let active = self.active.as_deref().unwrap_or_default().trim().to_lowercase();
        Ok(OperatorFields {
            name: self.name.clone(),
            email: self.email.clone(),
            active: !["no", "off", "false", "0"].contains(&active.as_str()),
            destination: self.destination.clone().unwrap_or_default(),
            conflict_rule: conflict_rule.map(ConflictRule::parse).transpose()?,
        })
    }
}

/// Adds what can be added; success means every row.
pub(crate) async fn run(app: &App, output: &Output, file: &Path, preview: bool) -> Result<ExitCode, Error> {
    let text = read(file)?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let (mut good, mut bad) = (0_u64, 0_u64);
    for (at, row) in reader.deserialize::<Row>().enumerate() {
        // The header is line 1.
        let line = at + 2;
        let result = match row {
            Ok(row) => add(app, &row, preview).await.map(|()| row.id),
            Err(error) => Err(unreadable(file, &error)),
        };
        match result {
            Ok(id) => {
                good += 1;
                output.imported(line, &id, preview);
            }
            Err(error) => {
                bad += 1;
                output.not_imported(line, &error);
            }
        }
    }
    output.import_ended(good, bad, preview);
    Ok(if bad == 0 { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

async fn add(app: &App, row: &Row, preview: bool) -> Result<(), Error> {
    if !preview {
        return app.add_operator(&row.id, row.fields()?).await.map(|_| ());
    }
    let id = OperatorId::parse(&row.id)?;
    row.fields()?.checked()?;
    match app.show_operator(id.as_str()).await {
        Ok(_) => Err(Error::OperatorExists(id.to_string())),
        Err(Error::OperatorNotFound(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn read(file: &Path) -> Result<String, Error> {
    let mut text = String::new();
    let read = match file.as_os_str() == "-" {
        true => stdin().read_to_string(&mut text).map(|_| text),
        false => std::fs::read_to_string(file),
    };
    // A spreadsheet program may begin with a byte order mark.
    read.map(|text| text.trim_start_matches('\u{feff}').to_owned())
        .map_err(|error| unreadable(file, &error))
}

fn unreadable(file: &Path, error: &dyn std::fmt::Display) -> Error {
    Error::FileUnreadable {
        path: file.display().to_string(),
        reason: error.to_string(),
    }
}

/// Writes every record as [`run`] reads it.
pub(crate) fn export(operators: &[Operator]) -> Result<(), Error> {
    let mut writer = csv::Writer::from_writer(stdout());
    let failed = |error: csv::Error| unreadable(Path::new("-"), &error);
    for operator in operators {
        let row = Row {
            id: operator.id.to_string(),
            name: operator.name.clone(),
            email: operator.email.clone(),
            destination: Some(operator.destination.clone()),
            active: Some(if operator.active { "yes" } else { "no" }.to_owned()),
            conflict_rule: Some(operator.conflict_rule.as_str().to_owned()),
        };
        writer.serialize(row).map_err(failed)?;
    }
    writer.flush().map_err(|error| unreadable(Path::new("-"), &error))
}
