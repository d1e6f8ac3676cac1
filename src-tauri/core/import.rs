//! Import: operators from CSV. Every row is judged by itself; good ones are added in one transaction, the others say why they are not.

use std::collections::{HashMap, HashSet};

use crate::{
    error::Error,
    operator::{OperatorFields, OperatorId},
    operator_csv::{self, Import, ImportedRow, Row},
    store::Store,
};

/// What an import would do. Nothing is written.
pub(crate) async fn preview(store: &Store, csv: &[u8]) -> Result<Import, Error> {
    let (unknown_columns, judged) = judge(store, csv).await?;
    Ok(Import::of(
        unknown_columns,
        judged.into_iter().map(|row| ended(row, true)).collect(),
    ))
}

/// Adds what can be added, in the name of `actor`, at `now` (milliseconds).
pub(crate) async fn run(store: &Store, csv: &[u8], actor: &str, now: i64) -> Result<Import, Error> {
    let (unknown_columns, judged) = judge(store, csv).await?;
    let good: Vec<&(OperatorId, OperatorFields)> = judged.iter().filter_map(|row| row.record.as_ref().ok()).collect();
    let mut added = store.add_operators(&good, actor, now).await?.into_iter();
    let rows = judged.into_iter().map(|row| {
        let is_added = row.record.is_ok() && added.next() == Some(true);
        ended(row, is_added)
    });
    Ok(Import::of(unknown_columns, rows.collect()))
}

/// Reads the file, and finds ids that are taken: by a record, or by a row further up.
async fn judge(store: &Store, csv: &[u8]) -> Result<(Vec<String>, Vec<Row>), Error> {
    let mut table = operator_csv::read(csv)?;
    let taken: HashSet<String> = store.operator_keys().await?.into_iter().collect();
    let mut lines: HashMap<String, u64> = HashMap::new();
    for row in &mut table.rows {
        let Ok((id, _)) = &row.record else { continue };
        if taken.contains(&id.key()) {
            row.record = Err(Error::OperatorExists(id.to_string()));
        } else if let Some(line) = lines.get(&id.key()) {
            row.record = Err(Error::OperatorTwice {
                id: id.to_string(),
                line: *line,
            });
        } else {
            lines.insert(id.key(), row.line);
        }
    }
    Ok((table.unknown_columns, table.rows))
}

/// A good row that was not added has lost against another program, which has taken the id meanwhile.
fn ended(row: Row, is_added: bool) -> ImportedRow {
    let problem = match row.record {
        Err(error) => Some(error.problem()),
        Ok(_) if is_added => None,
        Ok((id, _)) => Some(Error::OperatorExists(id.to_string()).problem()),
    };
    ImportedRow {
        line: row.line,
        id: row.id,
        name: row.name,
        problem,
    }
}
