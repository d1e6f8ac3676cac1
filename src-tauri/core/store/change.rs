//! The change number: grows with every change that other programs on the database have to hear of, and stands in what has changed.
//!
//! The row of `changes` is the first thing that such a transaction writes, so that no lower number comes after a higher one.

use super::{Result, Store, sqlite::Transaction};

/// A transaction that other programs hear of once it is committed.
pub(super) struct Change {
    pub(super) transaction: Transaction,
    pub(super) number: i64,
}

impl Store {
    /// Begins a transaction with a change number of its own.
    pub(super) async fn begin_change(&self) -> Result<Change> {
        let mut transaction = self.writer()?.begin().await?;
        let number = sqlx::query_scalar("UPDATE changes SET number = number + 1 WHERE id = 1 RETURNING number")
            .fetch_one(&mut *transaction)
            .await?;
        Ok(Change { transaction, number })
    }
}
