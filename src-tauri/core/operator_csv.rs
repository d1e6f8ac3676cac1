//! Operators as CSV: what a spreadsheet program or another system has written is read row by row, and records are written the same way.
//!
//! Pure: bytes in, rows out. `text` makes text of the bytes, `layout` finds separator and columns, `formula` keeps a spreadsheet program
//! from computing what is only a name.

mod formula;
mod layout;
mod text;

use serde::Serialize;

use self::layout::{Column, Layout};
use crate::{
    error::{Error, Field, Problem},
    operator::{ConflictRule, OperatorFields, OperatorId},
};

/// What was read of a file.
#[derive(Debug)]
pub struct Table {
    /// Columns of the header that mean nothing here.
    pub unknown_columns: Vec<String>,
    /// The rows, without empty ones.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub struct Row {
    /// The line on which it begins; the first of the file is 1.
    pub line: u64,
    /// The operator id as it stands there.
    pub id: String,
    /// The name as it stands there.
    pub name: String,
    /// The record, or what is wrong with it.
    pub record: Result<(OperatorId, OperatorFields), Error>,
}

/// What an import did, or what its preview would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Import {
    /// How many records were added.
    pub added: u64,
    /// How many rows were not taken.
    pub refused: u64,
    /// Columns of the header that mean nothing here, so that they were left out.
    pub unknown_columns: Vec<String>,
    /// Every row, in the order of the file.
    pub rows: Vec<ImportedRow>,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportedRow {
    /// The line on which it begins; the first of the file is 1.
    pub line: u64,
    /// The operator id as it stands there.
    pub id: String,
    /// The name as it stands there.
    pub name: String,
    /// Why it was not taken; nothing when it was.
    pub problem: Option<Problem>,
}

impl Import {
    /// The sum of what became of the rows.
    pub(crate) fn of(unknown_columns: Vec<String>, rows: Vec<ImportedRow>) -> Self {
        let refused = rows.iter().filter(|row| row.problem.is_some()).count() as u64;
        Self {
            added: rows.len() as u64 - refused,
            refused,
            unknown_columns,
            rows,
        }
    }
}

/// Reads a file. An error is about the file as a whole; what is wrong with a row stands in the row.
pub fn read(bytes: &[u8]) -> Result<Table, Error> {
    let text = text::decode(bytes)?;
    let layout = Layout::of(&text)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(layout.separator)
        .from_reader(layout.body.as_bytes());
    let mut lines = text::Lines::new(layout.body, layout.first_line);
    let mut records = reader.records();
    let unreadable = |error: csv::Error| Error::ImportRefused(format!("it could not be read ({error})"));
    let header = records.next().transpose().map_err(unreadable)?.unwrap_or_default();
    let columns = layout::Columns::of(&header)?;
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(unreadable)?;
        let line = lines.of_record(record.position().map_or(0, csv::Position::byte));
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(row(&columns, &record, line));
        }
    }
    Ok(Table {
        unknown_columns: columns.unknown,
        rows,
    })
}

fn row(columns: &layout::Columns, record: &csv::StringRecord, line: u64) -> Row {
    let cell = |column| formula::unguarded(columns.cell(record, column).trim());
    Row {
        line,
        id: text::shown(cell(Column::Id)),
        name: text::shown(cell(Column::Name)),
        record: checked(columns, record, cell),
    }
}

fn checked<'a>(
    columns: &layout::Columns,
    record: &csv::StringRecord,
    cell: impl Fn(Column) -> &'a str,
) -> Result<(OperatorId, OperatorFields), Error> {
    for column in Column::ALL {
        if cell(column).contains(['\r', '\n']) {
            let reason = "The field goes on over the end of the line. A quotation mark that opens it may be missing where it should close.";
            return Err(Error::invalid(column.field(), reason));
        }
    }
    if columns.has_more_cells(record) {
        return Err(Error::RowTooLong);
    }
    let id = OperatorId::parse(cell(Column::Id))?;
    let fields = OperatorFields {
        name: cell(Column::Name).to_owned(),
        email: Some(cell(Column::Email).to_owned()),
        active: active(cell(Column::Active))?,
        destination: cell(Column::Destination).to_owned(),
        conflict_rule: match cell(Column::ConflictRule) {
            "" => None,
            rule => Some(ConflictRule::parse(rule)?),
        },
    };
    Ok((id, fields.checked()?))
}

/// A record is active unless the file says that it is not.
fn active(text: &str) -> Result<bool, Error> {
    match text.to_lowercase().as_str() {
        "" | "yes" | "on" | "true" | "1" => Ok(true),
        "no" | "off" | "false" | "0" => Ok(false),
        _ => Err(Error::invalid(Field::Active, "Active has to be yes or no; an empty field is yes.")),
    }
}

/// Writes records as [`read`] reads them.
pub fn write(records: &[(OperatorId, OperatorFields)]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail, and what is written is text.
    let _ = writer.write_record(Column::ALL.map(Column::name));
    for (id, fields) in records {
        let cells = Column::ALL.map(|column| formula::guarded(value(id, fields, column)));
        let _ = writer.write_record(cells.iter().map(|cell| cell.as_ref()));
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn value<'a>(id: &'a OperatorId, fields: &'a OperatorFields, column: Column) -> &'a str {
    match column {
        Column::Id => id.as_str(),
        Column::Name => &fields.name,
        Column::Email => fields.email.as_deref().unwrap_or_default(),
        Column::Destination => &fields.destination,
        Column::Active if fields.active => "yes",
        Column::Active => "no",
        Column::ConflictRule => fields.conflict_rule.unwrap_or_default().as_str(),
    }
}
