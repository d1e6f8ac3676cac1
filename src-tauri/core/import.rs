//! Import: operators from CSV. Every row is judged by itself; good ones are added, the others say why they are not. A file may have a million
//! rows: they are read, judged and added in pieces, and none is kept longer than its piece.

use std::collections::{HashMap, HashSet};

use crate::{
    error::Error,
    operator::{OperatorFields, OperatorId},
    operator_csv::{self, Import, ImportedRow, Progress, Row, Rows},
    store::{Store, activity::Author},
};

/// How many rows are added in one transaction, so that other programs wait for no longer than that takes.
const PIECE: usize = 1_000;

/// Who hears of every row, in the order of the file, and of how far the reading is.
pub(crate) type Heard<'a> = dyn FnMut(ImportedRow, Progress) + Send + 'a;

/// Who adds, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Adding<'a> {
    /// In whose name.
    pub(crate) by: Author<'a>,
    /// In milliseconds since 1970.
    pub(crate) now: i64,
}

/// Adds what can be added. Without `adding` it is a preview: it says the same and writes nothing.
pub(crate) async fn run(store: &Store, csv: &[u8], adding: Option<Adding<'_>>, heard: &mut Heard<'_>) -> Result<Import, Error> {
    let text = operator_csv::decode(csv)?;
    let mut rows = Rows::of(&text)?;
    let mut ids = Ids::new(store).await?;
    let mut import = Import::begun();
    loop {
        let piece = rows.by_ref().take(PIECE).collect::<Result<Vec<Row>, Error>>()?;
        if piece.is_empty() {
            break;
        }
        let progress = rows.progress();
        for row in ended(store, adding, ids.judge(piece)).await? {
            import.note(&row);
            heard(row, progress);
        }
        // A preview never waits for anything otherwise, and Ctrl+C would not be heard.
        tokio::task::yield_now().await;
    }
    import.unknown_columns = rows.unknown_columns().to_vec();
    Ok(import)
}

/// The ids that are taken: by a record, or by a row further up.
struct Ids {
    taken: HashSet<String>,
    lines: HashMap<Box<str>, u64>,
}

impl Ids {
    async fn new(store: &Store) -> Result<Self, Error> {
        Ok(Self {
            taken: store.operator_keys().await?.into_iter().collect(),
            lines: HashMap::new(),
        })
    }

    fn judge(&mut self, mut piece: Vec<Row>) -> Vec<Row> {
        for row in &mut piece {
            let Ok((id, _)) = &row.record else { continue };
            let key = id.key();
            if self.taken.contains(&key) {
                row.record = Err(Error::OperatorExists(id.to_string()));
            } else if let Some(line) = self.lines.get(key.as_str()) {
                row.record = Err(Error::OperatorTwice {
                    id: id.to_string(),
                    line: *line,
                });
            } else {
                self.lines.insert(key.into(), row.line);
            }
        }
        piece
    }
}

/// What becomes of the rows of a piece. A good row that was not added has lost against another program, which has taken the id meanwhile.
async fn ended(store: &Store, adding: Option<Adding<'_>>, piece: Vec<Row>) -> Result<Vec<ImportedRow>, Error> {
    let good: Vec<&(OperatorId, OperatorFields)> = piece.iter().filter_map(|row| row.record.as_ref().ok()).collect();
    let added = match adding {
        Some(Adding { by, now }) if !good.is_empty() => store.add_operators(&good, by, now).await?,
        _ => vec![true; good.len()],
    };
    let mut added = added.into_iter();
    Ok(piece.into_iter().map(|row| imported(row, &mut added)).collect())
}

fn imported(row: Row, added: &mut impl Iterator<Item = bool>) -> ImportedRow {
    let problem = match row.record {
        Err(error) => Some(error.problem()),
        Ok(_) if added.next() == Some(true) => None,
        Ok((id, _)) => Some(Error::OperatorExists(id.to_string()).problem()),
    };
    ImportedRow {
        line: row.line,
        id: row.id,
        name: row.name,
        problem,
    }
}
