//! A spreadsheet program computes a cell that begins like a formula (OWASP, "CSV Injection"). Such a cell is written with an apostrophe
//! before the sign, which makes it a text, and read without it.
//!
//! Which separator begins a cell depends on the language of the computer that opens the file, not on the one that wrote it: so the same holds
//! behind every separator and line end within a cell.

use std::borrow::Cow;

/// What makes a formula of a cell. Spreadsheet programs for Japanese and Chinese take the wide forms too.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What begins a cell for somebody who reads the file.
const SEPARATORS: [char; 6] = [',', ';', '\t', '|', '\r', '\n'];
/// What may stand before the sign of a formula: some programs skip it.
const SKIPPED: [char; 4] = [' ', '\u{a0}', '"', GUARD];
const GUARD: char = '\'';

/// The cell as it is written. One that has our own mark before such a sign gets another, so that reading it gives back what was there.
pub(super) fn guarded(cell: &str) -> Cow<'_, str> {
    rewritten(cell, |text, before| {
        text.push_str(before);
        text.push(GUARD);
    })
}

/// The cell as it was meant.
pub(super) fn unguarded(cell: &str) -> Cow<'_, str> {
    rewritten(cell, |text, before| text.push_str(before.strip_suffix(GUARD).unwrap_or(before)))
}

/// Writes anew what stands between the beginning of a cell and the sign of a formula, each time that there is one.
fn rewritten(cell: &str, mut write: impl FnMut(&mut String, &str)) -> Cow<'_, str> {
    if !cell.contains(FORMULA) {
        return Cow::Borrowed(cell);
    }
    let mut text = String::with_capacity(cell.len() + 1);
    let mut rest = cell;
    loop {
        let start = rest.find(|c| !SKIPPED.contains(&c)).unwrap_or(rest.len());
        let (before, behind) = rest.split_at(start);
        match behind.starts_with(FORMULA) {
            true => write(&mut text, before),
            false => text.push_str(before),
        }
        let Some(at) = behind.find(SEPARATORS) else {
            text.push_str(behind);
            return Cow::Owned(text);
        };
        // Every separator is one byte.
        let (cell, next) = behind.split_at(at + 1);
        text.push_str(cell);
        rest = next;
    }
}
