//! What stands in a cell, in the languages in which spreadsheet programs and people write it: English, German, Spanish, and French.

use csv::ByteRecord;

use crate::{
    error::{Error, Field},
    operator::ConflictRule,
    unicode::folded,
};

/// What stands for yes and for no, folded. Spreadsheet programs write TRUE and FALSE in the language of the computer.
const YES: &[&str] = &[
    "yes",
    "y",
    "on",
    "true",
    "t",
    "1",
    "active",
    "enabled",
    "ja",
    "j",
    "ein",
    "an",
    "wahr",
    "aktiv",
    "si",
    "s",
    "verdadero",
    "activo",
    "activa",
    "oui",
    "o",
    "vrai",
    "actif",
    "active",
];
const NO: &[&str] = &[
    "no",
    "n",
    "off",
    "false",
    "f",
    "0",
    "inactive",
    "disabled",
    "nein",
    "aus",
    "falsch",
    "inaktiv",
    "falso",
    "inactivo",
    "inactiva",
    "non",
    "faux",
    "inactif",
    "notactive",
    "nichtaktiv",
    "noactivo",
    "noactiva",
];
/// What people put into a list to tick something. In a column with one of them an empty cell is not ticked.
const MARKS: &[&str] = &["x", "✓", "✔", "☑", "✅", "[x]"];
/// A box that is not ticked.
const NO_MARKS: &[&str] = &["☐", "[]"];

/// The conflict rules as the window and other languages name them, folded and without spaces.
const RULES: &[(&str, ConflictRule)] = &[
    ("keepboth", ConflictRule::KeepBoth),
    ("beidebehalten", ConflictRule::KeepBoth),
    ("conservarambos", ConflictRule::KeepBoth),
    ("replace", ConflictRule::Replace),
    ("replacetheoldone", ConflictRule::Replace),
    ("ersetzen", ConflictRule::Replace),
    ("diealteersetzen", ConflictRule::Replace),
    ("reemplazar", ConflictRule::Replace),
    ("reemplazarelantiguo", ConflictRule::Replace),
    ("stop", ConflictRule::Stop),
    ("stopandask", ConflictRule::Stop),
    ("anhalten", ConflictRule::Stop),
    ("anhaltenundfragen", ConflictRule::Stop),
    ("detener", ConflictRule::Stop),
    ("detenerse", ConflictRule::Stop),
    ("detenerseypreguntar", ConflictRule::Stop),
];

/// Whether a record is active. An empty cell says yes, except in a column that is ticked. What means neither is refused, never guessed.
pub(super) fn active(cell: &str, is_ticked_column: bool) -> Result<bool, Error> {
    let text = together(cell);
    let is_in = |words: &[&str]| words.contains(&text.as_str());
    match text.as_str() {
        "" => Ok(!is_ticked_column),
        _ if is_in(YES) || is_in(MARKS) => Ok(true),
        _ if is_in(NO) || is_in(NO_MARKS) => Ok(false),
        _ => Err(Error::invalid(Field::Active, "Active has to be yes or no; an empty field is yes.")),
    }
}

/// Whether a cell ticks something.
pub(super) fn is_tick(record: &ByteRecord, at: usize) -> bool {
    let cell = record.get(at).unwrap_or_default().trim_ascii();
    // Most cells are longer, and are not read as text for this.
    cell.len() <= 4 && std::str::from_utf8(cell).is_ok_and(|cell| MARKS.contains(&together(cell).as_str()))
}

/// What happens when a name is taken; an empty cell leaves it to the default.
pub(super) fn conflict_rule(cell: &str) -> Result<Option<ConflictRule>, Error> {
    let text: String = together(cell).replace(['-', '_'], "");
    match RULES.iter().find(|(word, _)| *word == text) {
        _ if text.is_empty() => Ok(None),
        Some((_, rule)) => Ok(Some(*rule)),
        None => ConflictRule::parse(cell).map(Some),
    }
}

/// Folded, and without spaces.
fn together(cell: &str) -> String {
    folded(cell).split_whitespace().collect()
}
