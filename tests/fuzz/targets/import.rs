//! Any bytes as a CSV file: never a panic, lines in order and within the file, and what was read is read again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use outtray::{
    operator::OperatorFields,
    operator_csv::{read, write},
};

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

fn cells(record: &csv::StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = read(bytes) else { return };
    let ends = bytes.iter().filter(|byte| matches!(byte, b'\r' | b'\n')).count() as u64;
    let mut last = 1;
    for row in &table.rows {
        assert!(row.line > last && row.line <= ends + 1, "line {} after {last} of {ends}", row.line);
        last = row.line;
    }
    let good: Vec<_> = table.rows.iter().filter_map(|row| row.record.as_ref().ok()).collect();
    let records: Vec<_> = good.iter().map(|(id, fields)| (id.clone(), fields.clone())).collect();
    let written = write(&records);
    for cell in csv::Reader::from_reader(written.as_bytes())
        .records()
        .flat_map(|record| cells(&record.expect("it is CSV")))
    {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {cell}");
    }
    let again = read(written.as_bytes()).expect("what was written can be read");
    assert!(again.unknown_columns.is_empty());
    assert_eq!(again.rows.len(), good.len());
    for (at, (row, (id, fields))) in again.rows.iter().zip(good).enumerate() {
        assert_eq!(row.line, at as u64 + 2);
        let (read_id, read_fields) = row.record.as_ref().expect("what was good stays good");
        assert!(
            read_id.as_str() == id.as_str() && same(read_fields, fields),
            "{row:?} was {fields:?}"
        );
    }
    assert_eq!(write(&records), written);
});
