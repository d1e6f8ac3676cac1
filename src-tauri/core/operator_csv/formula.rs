//! A spreadsheet program computes a cell that begins like a formula (OWASP, "CSV Injection"). Such a cell is written with an apostrophe
//! before it, which spreadsheet programs hide, and read without it.

use std::borrow::Cow;

/// What makes a formula of a cell, at its beginning.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
const GUARD: char = '\'';

/// The cell as it is written. One that begins with our own mark gets another, so that reading it gives back what was there.
pub(super) fn guarded(cell: &str) -> Cow<'_, str> {
    match is_formula(cell.trim_start_matches(GUARD)) {
        true => Cow::Owned(format!("{GUARD}{cell}")),
        false => Cow::Borrowed(cell),
    }
}

/// The cell as it was meant.
pub(super) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(rest) if is_formula(rest.trim_start_matches(GUARD)) => rest,
        _ => cell,
    }
}

fn is_formula(cell: &str) -> bool {
    cell.starts_with(FORMULA)
}
