//! Operators as CSV: what a spreadsheet program or another system has written is read row by row, and records are written the same way.
//!
//! Pure: bytes in, rows out, one at a time. `text` makes text of the bytes, `layout` finds separator and columns, `values` reads what stands in
//! a cell, `formula` keeps a spreadsheet program from computing what is only a name.

mod formula;
mod layout;
mod text;
mod values;

use std::borrow::Cow;

use serde::Serialize;

use self::layout::{Column, Layout};
pub use self::text::SIZE_MAX;
use crate::{
    error::{Error, Problem, both},
    operator::{OperatorFields, OperatorId},
};

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
    /// The rows, in the order of the file: of those that were added, and of those that were not, the first [`ROWS_KEPT`] each.
    pub rows: Vec<ImportedRow>,
}

/// How many rows of a kind an [`Import`] keeps. Whoever wants all hears them one by one.
pub const ROWS_KEPT: u64 = 500;

/// How far an import is, in bytes of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many are read.
    pub read: u64,
    /// How many there are.
    pub of: u64,
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
    /// Nothing has been read yet.
    pub(crate) fn begun() -> Self {
        Self {
            added: 0,
            refused: 0,
            unknown_columns: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Counts a row, and keeps it where there are not too many of its kind.
    pub(crate) fn note(&mut self, row: &ImportedRow) {
        let count = if row.problem.is_some() {
            &mut self.refused
        } else {
            &mut self.added
        };
        *count += 1;
        if *count <= ROWS_KEPT {
            self.rows.push(row.clone());
        }
    }
}

/// The text of a file. An error is about the file as a whole.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Error> {
    text::decode(bytes)
}

/// The rows of a file, read one by one, without empty ones. What is wrong with a row stands in the row; an error is about the file.
pub struct Rows<'a> {
    reader: csv::Reader<&'a [u8]>,
    lines: text::Lines<'a>,
    columns: layout::Columns,
    record: csv::StringRecord,
    size: u64,
}

impl<'a> Rows<'a> {
    /// Reads the header.
    pub fn of(text: &'a str) -> Result<Self, Error> {
        let layout = Layout::of(text)?;
        let mut reader = reader(&layout);
        let (mut header, mut lines) = (csv::StringRecord::new(), text::Lines::new(layout.body, layout.first_line));
        reader.read_record(&mut header).map_err(|error| unreadable(&error))?;
        lines.of_record(0);
        let mut columns = layout::Columns::of(&header)?;
        if let Some(at) = columns.place(Column::Active) {
            columns.active_is_ticked = is_ticked(&layout, at)?;
        }
        Ok(Self {
            reader,
            lines,
            columns,
            record: header,
            size: layout.body.len() as u64,
        })
    }

    /// Columns of the header that mean nothing here, and columns without a name in which something stood so far.
    pub fn unknown_columns(&self) -> &[String] {
        &self.columns.unknown
    }

    /// How far it is read.
    pub fn progress(&self) -> Progress {
        Progress {
            read: self.reader.position().byte(),
            of: self.size,
        }
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Row, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.reader.read_record(&mut self.record) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(unreadable(&error))),
            }
            let line = self.lines.of_record(self.record.position().map_or(0, csv::Position::byte));
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                self.columns.note_nameless(&self.record);
                return Some(Ok(row(&self.columns, &self.record, line)));
            }
        }
    }
}

impl std::fmt::Debug for Rows<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Rows").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

fn reader<'a>(layout: &Layout<'a>) -> csv::Reader<&'a [u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(layout.separator)
        .from_reader(layout.body.as_bytes())
}

/// Whether the cells of a column tick something, so that an empty one says no.
fn is_ticked(layout: &Layout<'_>, at: usize) -> Result<bool, Error> {
    let (mut reader, mut record) = (reader(layout), csv::ByteRecord::new());
    while reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
        if values::is_tick(&record, at) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn unreadable(error: &csv::Error) -> Error {
    Error::ImportRefused(format!("it could not be read ({error})"))
}

fn row(columns: &layout::Columns, record: &csv::StringRecord, line: u64) -> Row {
    let cell = |column| formula::unguarded(columns.cell(record, column).trim());
    Row {
        line,
        id: text::brief(&cell(Column::Id)),
        name: text::brief(&cell(Column::Name)),
        record: checked(columns, record, cell),
    }
}

fn checked<'a>(
    columns: &layout::Columns,
    record: &csv::StringRecord,
    cell: impl Fn(Column) -> Cow<'a, str>,
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
    let active = values::active(&cell(Column::Active), columns.active_is_ticked);
    let values = both(active, values::conflict_rule(&cell(Column::ConflictRule)));
    // Where they are refused, the others are looked at all the same.
    let (active, conflict_rule) = *values.as_ref().unwrap_or(&(true, None));
    let fields = OperatorFields {
        name: cell(Column::Name).into_owned(),
        email: Some(cell(Column::Email).into_owned()),
        active,
        destination: cell(Column::Destination).into_owned(),
        conflict_rule,
    };
    let record = both(OperatorId::parse(&cell(Column::Id)), fields.checked());
    Ok(both(record, values)?.0)
}

/// Who will read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Programs: UTF-8, separated by commas.
    Programs,
    /// Spreadsheet programs in every language: UTF-16 with a byte order mark, separated by tabs. Of UTF-8 and commas they make one column wherever
    /// the comma is the decimal sign.
    Spreadsheets,
}

/// Writes records as [`Rows`] reads them.
pub fn write(records: &[(OperatorId, OperatorFields)], reader: Reader) -> Vec<u8> {
    match reader {
        Reader::Programs => written(records, b',').into_bytes(),
        Reader::Spreadsheets => {
            let text = format!("{}{}", text::BYTE_ORDER_MARK, written(records, b'\t'));
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        }
    }
}

fn written(records: &[(OperatorId, OperatorFields)], separator: u8) -> String {
    // Lines end as spreadsheet programs end them.
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
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
