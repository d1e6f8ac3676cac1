//! What other programs on the database have changed, by the change number that stands in it (`change`).

use super::{Result, Store, activity::activity, deliveries::delivery};
use crate::store::sqlite::DatabaseRow;
use crate::{activity::Activity, store::deliveries::Delivery};

/// What other programs have changed since a change number.
#[derive(Debug)]
pub struct Changes {
    /// The newest change number: where to go on the next time.
    pub number: i64,
    /// Deliveries that went on, as they are now.
    pub deliveries: Vec<Delivery>,
    /// What was done, oldest first.
    pub activity: Vec<Activity>,
    /// Whether there was more than was asked for.
    pub is_cut: bool,
}

impl Store {
    /// Reads the newest change number.
    pub async fn change_number(&self) -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT number FROM changes WHERE id = 1").fetch_one(self.readers()?).await?)
    }

    /// Reads what other programs than `own` have changed since a change number, at most `limit` of each kind.
    pub async fn changes_since(&self, number: i64, own: &str, limit: u32) -> Result<Changes> {
        let newest = self.change_number().await?;
        let mut changes = Changes {
            number: newest,
            deliveries: Vec::new(),
            activity: Vec::new(),
            is_cut: false,
        };
        // Nearly always there is nothing new, and one short query says so.
        if newest <= number {
            return Ok(changes);
        }
        let since = async |sql: &'static str| -> Result<Vec<DatabaseRow>> {
            let query = sqlx::query(sql).bind(number).bind(newest).bind(own).bind(i64::from(limit) + 1);
            Ok(query.fetch_all(self.readers()?).await?)
        };
        let deliveries = since(
            "SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator
              WHERE d.change_number > $1 AND d.change_number > 0 AND d.change_number <= $2 AND d.changed_by <> $3
              ORDER BY d.change_number LIMIT $4",
        );
        changes.deliveries = deliveries.await?.iter().map(delivery).collect::<Result<_>>()?;
        let done = since(
            "SELECT id, at, actor, action, operator_id, detail FROM activity
              WHERE change_number > $1 AND change_number > 0 AND change_number <= $2 AND changed_by <> $3
              ORDER BY change_number LIMIT $4",
        );
        changes.activity = done.await?.iter().map(activity).collect::<Result<_>>()?;
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        changes.is_cut = changes.deliveries.len() > most || changes.activity.len() > most;
        Ok(changes)
    }
}
