//! How a file is laid out: its separator, and which column holds what.

use csv::StringRecord;

use super::text;
use crate::error::{Error, Field};

/// The columns of a record. A new one needs a variant here, a name and a field, and a line in `value` and `checked`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Name,
    Email,
    Destination,
    Active,
    ConflictRule,
}

impl Column {
    pub(super) const ALL: [Self; 6] = [
        Self::Id,
        Self::Name,
        Self::Email,
        Self::Destination,
        Self::Active,
        Self::ConflictRule,
    ];

    /// The name in the header, as it is written.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Email => "email",
            Self::Destination => "destination",
            Self::Active => "active",
            Self::ConflictRule => "conflict_rule",
        }
    }

    /// The word on the screen, which a header may have too.
    fn label(self) -> &'static str {
        match self {
            Self::Id => "operator",
            Self::Name => "name",
            Self::Email => "e-mail",
            Self::Destination => "dropbox folder",
            Self::Active => "active",
            Self::ConflictRule => "name is taken",
        }
    }

    /// Where an error about it belongs.
    pub(super) fn field(self) -> Field {
        match self {
            Self::Id => Field::Id,
            Self::Name => Field::Name,
            Self::Email => Field::Email,
            Self::Destination => Field::Destination,
            Self::Active => Field::Active,
            Self::ConflictRule => Field::ConflictRule,
        }
    }

    fn named(cell: &str) -> Option<Self> {
        let cell = cell.trim().to_lowercase();
        Self::ALL.into_iter().find(|column| column.name() == cell || column.label() == cell)
    }
}

/// The separators that are known; the first of them wins a tie. German Excel writes the second, "Unicode Text" the third.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// How Excel may name the separator, in a line of its own before the header.
const SEPARATOR_LINE: &str = "sep=";

/// Where the records begin, and what separates their fields.
pub(super) struct Layout<'a> {
    pub(super) separator: u8,
    pub(super) body: &'a str,
    /// The number of the body's first line in the file.
    pub(super) first_line: u64,
}

impl<'a> Layout<'a> {
    pub(super) fn of(text: &'a str) -> Result<Self, Error> {
        let (first, rest) = text.split_once(['\r', '\n']).unwrap_or((text, ""));
        if let Some(separator) = named_separator(first) {
            return Ok(Self {
                separator,
                body: rest.strip_prefix('\n').unwrap_or(rest),
                first_line: 2,
            });
        }
        let header = text.split(['\r', '\n']).find(|line| !line.trim().is_empty());
        let header = header.ok_or_else(|| Error::ImportRefused("it is empty".to_owned()))?;
        // The last of equals is found, so the list is read backwards.
        let separator = SEPARATORS.into_iter().rev().max_by_key(|separator| columns_with(header, *separator));
        Ok(Self {
            separator: separator.unwrap_or(b','),
            body: text,
            first_line: 1,
        })
    }
}

fn named_separator(line: &str) -> Option<u8> {
    let line = line.trim_matches('"').to_lowercase();
    match line.strip_prefix(SEPARATOR_LINE)?.as_bytes() {
        [separator] if SEPARATORS.contains(separator) => Some(*separator),
        _ => None,
    }
}

fn columns_with(header: &str, separator: u8) -> usize {
    let cells = header.split(char::from(separator)).map(|cell| cell.trim().trim_matches('"'));
    cells.filter(|cell| Column::named(cell).is_some()).count()
}

/// Which cell of a row holds what.
pub(super) struct Columns {
    places: [Option<usize>; Column::ALL.len()],
    width: usize,
    pub(super) unknown: Vec<String>,
}

impl Columns {
    /// Reads the header: any order, any case.
    pub(super) fn of(header: &StringRecord) -> Result<Self, Error> {
        let mut columns = Self {
            places: Default::default(),
            width: header.len(),
            unknown: Vec::new(),
        };
        for (at, cell) in header.iter().enumerate() {
            match Column::named(cell) {
                Some(column) if columns.places[column as usize].is_some() => {
                    return Err(Error::ImportRefused(format!("its header has the column “{}” twice", column.name())));
                }
                Some(column) => columns.places[column as usize] = Some(at),
                None if cell.trim().is_empty() => {}
                None => columns.unknown.push(text::shown(cell)),
            }
        }
        match [Column::Id, Column::Name].into_iter().find(|column| columns.places[*column as usize].is_none()) {
            Some(missing) => Err(Error::ImportRefused(format!("its header has no column “{}”", missing.name()))),
            None => Ok(columns),
        }
    }

    /// The cell of a column; empty where the row or the file has none.
    pub(super) fn cell<'a>(&self, record: &'a StringRecord, column: Column) -> &'a str {
        self.places[column as usize].and_then(|at| record.get(at)).unwrap_or_default()
    }

    /// Whether something stands in a row where the header has no column any more.
    pub(super) fn has_more_cells(&self, record: &StringRecord) -> bool {
        record.iter().skip(self.width).any(|cell| !cell.trim().is_empty())
    }
}
