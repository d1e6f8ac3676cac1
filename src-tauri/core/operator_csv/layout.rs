//! How a file is laid out: its separator, and which column holds what.

use csv::StringRecord;

use super::text;
use crate::{
    error::{Error, Field},
    unicode::folded,
};

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

    /// What a header may say too, folded and letters only: the words on the screen in its languages, and what other systems call it.
    fn others(self) -> &'static [&'static str] {
        match self {
            Self::Id => &[
                "operator",
                "operatorid",
                "operatorinitials",
                "initials",
                "kurzel",
                "operador",
                "iniciales",
                "operateur",
            ],
            Self::Name => &["nombre", "nom"],
            Self::Email => &[
                "mail",
                "emailaddress",
                "emailofthedropboxaccount",
                "emailadresse",
                "emaildesdropboxkontos",
                "correo",
                "correoelectronico",
                "correodelacuentadedropbox",
                "courriel",
            ],
            Self::Destination => &[
                "dropboxfolder",
                "folder",
                "dropboxordner",
                "ordner",
                "ziel",
                "carpetadedropbox",
                "carpeta",
                "destino",
            ],
            Self::Active => &["aktiv", "activo", "activa", "actif"],
            Self::ConflictRule => &[
                "conflictrule",
                "nameistaken",
                "whenanotherfilealreadyhasthisname",
                "konfliktregel",
                "namevergeben",
                "wennschoneineanderedateisoheisst",
                "regladeconflicto",
                "nombreocupado",
                "cuandootroarchivoyatieneestenombre",
            ],
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
        let cell: String = folded(cell).chars().filter(|c| c.is_alphanumeric()).collect();
        Self::ALL
            .into_iter()
            .find(|column| column.name() == cell || column.others().contains(&cell.as_str()))
    }
}

/// The separators that are known; the first of them wins a tie. German Excel writes the second, "Unicode Text" the third.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
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
    /// The places of columns without a name.
    nameless: Vec<usize>,
    width: usize,
    /// The columns that are left out.
    pub(super) unknown: Vec<String>,
    /// Whether people have ticked who is active, so that an empty cell says no.
    pub(super) active_is_ticked: bool,
}

impl Columns {
    /// Reads the header: any order, any case, the languages of the program.
    pub(super) fn of(header: &StringRecord) -> Result<Self, Error> {
        let mut columns = Self {
            places: Default::default(),
            nameless: Vec::new(),
            width: header.len(),
            unknown: Vec::new(),
            active_is_ticked: false,
        };
        for (at, cell) in header.iter().enumerate() {
            match Column::named(cell) {
                Some(column) if columns.places[column as usize].is_some() => {
                    return Err(Error::ImportRefused(format!("its header has the column “{}” twice", column.name())));
                }
                Some(column) => columns.places[column as usize] = Some(at),
                None if cell.trim().is_empty() => columns.nameless.push(at),
                None => columns.unknown.push(text::brief(cell)),
            }
        }
        match [Column::Id, Column::Name].into_iter().find(|column| columns.places[*column as usize].is_none()) {
            Some(missing) => Err(Error::ImportRefused(format!("its header has no column “{}”", missing.name()))),
            None => Ok(columns),
        }
    }

    /// Where a column stands in a row, if the file has it.
    pub(super) fn place(&self, column: Column) -> Option<usize> {
        self.places[column as usize]
    }

    /// The cell of a column; empty where the row or the file has none.
    pub(super) fn cell<'a>(&self, record: &'a StringRecord, column: Column) -> &'a str {
        self.place(column).and_then(|at| record.get(at)).unwrap_or_default()
    }

    /// Whether something stands in a row where the header has no column any more.
    pub(super) fn has_more_cells(&self, record: &StringRecord) -> bool {
        record.iter().skip(self.width).any(|cell| !cell.trim().is_empty())
    }

    /// A column without a name is left out like an unknown one, as soon as a row has something in it. It is named by its number.
    pub(super) fn note_nameless(&mut self, record: &StringRecord) {
        let unknown = &mut self.unknown;
        self.nameless.retain(|at| {
            let is_empty = record.get(*at).is_none_or(|cell| cell.trim().is_empty());
            if !is_empty {
                unknown.push(format!("#{}", at + 1));
            }
            is_empty
        });
    }
}
