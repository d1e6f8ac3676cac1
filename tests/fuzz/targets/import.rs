//! Any bytes as a CSV file: never a panic, lines in order and within the file, and what was read is read again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::{
    operator::{OperatorFields, OperatorId},
    operator_csv::{Reader, Row, Rows, decode, write},
};

type Record = (OperatorId, OperatorFields);

/// The rows of a file, and whether a column was left out; nothing where it cannot be read.
fn read(bytes: &[u8]) -> Option<(Vec<Row>, bool)> {
    let text = decode(bytes).ok()?;
    let mut rows = Rows::of(&text).ok()?;
    let read = rows.by_ref().collect::<Result<_, _>>().ok()?;
    assert_eq!(rows.progress().read, rows.progress().of, "read to the end");
    Some((read, !rows.unknown_columns().is_empty()))
}

/// What begins a cell for a program that takes this for the separator.
fn cells_of(text: &str, separator: char) -> impl Iterator<Item = &str> {
    text.split([separator, '\r', '\n']).map(|cell| cell.trim_start_matches(['"', ' ', '\u{a0}']))
}

fn same(one: &OperatorFields, other: &OperatorFields) -> bool {
    let fields = |fields: &OperatorFields| {
        (
            fields.name.clone(),
            fields.email.clone(),
            fields.active,
            fields.destination.clone(),
            fields.conflict_rule.unwrap_or_default(),
        )
    };
    fields(one) == fields(other)
}

fn assert_no_formula(text: &str) {
    for cell in [',', ';', '\t', '|'].into_iter().flat_map(|separator| cells_of(text, separator)) {
        assert!(!cell.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "a formula: {cell}");
    }
}

/// What was written is read again as it was, row by row.
fn assert_read_again(written: &[u8], records: &[Record]) {
    let (again, left_out) = read(written).expect("what was written can be read");
    assert!(!left_out);
    assert_eq!(again.len(), records.len());
    for (at, (row, (id, fields))) in again.iter().zip(records).enumerate() {
        assert_eq!(row.line, at as u64 + 2);
        let (read_id, read_fields) = row.record.as_ref().expect("what was good stays good");
        assert!(
            read_id.as_str() == id.as_str() && same(read_fields, fields),
            "{row:?} was {fields:?}"
        );
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((rows, _)) = read(bytes) else { return };
    let ends = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() as u64;
    let mut last = 1;
    for row in &rows {
        assert!(row.line > last && row.line <= ends + 1, "line {} after {last} of {ends}", row.line);
        last = row.line;
    }
    let good = rows.iter().filter_map(|row| row.record.as_ref().ok());
    let records: Vec<Record> = good.map(|(id, fields)| (id.clone(), fields.clone())).collect();
    let written = write(&records, Reader::Programs);
    assert_no_formula(std::str::from_utf8(&written).expect("it is text"));
    assert_read_again(&written, &records);
    assert_read_again(&write(&records, Reader::Spreadsheets), &records);
});
