//! The one row that says when it was looked what can be deleted, and what a clock that was wrong has left in other rows.

use super::{Result, Store};

/// What was noted, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Upkeep {
    /// When it was looked last by a clock that could be believed.
    pub believed_at: Option<i64>,
    /// When it was looked first by a clock that is far ahead of that.
    pub doubtful_at: Option<i64>,
    /// The first start after the last migration.
    pub good_since: Option<i64>,
    /// When the file was read through last.
    pub checked_at: Option<i64>,
}

impl Store {
    /// The row.
    pub async fn get_upkeep(&self) -> Result<Upkeep> {
        let sql = "SELECT believed_at, doubtful_at, good_since, checked_at FROM upkeep WHERE id = 1";
        Ok(sqlx::query_as(sql).fetch_one(self.readers()?).await?)
    }

    /// Changes the row.
    pub async fn set_upkeep(&self, upkeep: Upkeep) -> Result<()> {
        sqlx::query("UPDATE upkeep SET believed_at = $1, doubtful_at = $2, good_since = $3 WHERE id = 1")
            .bind(upkeep.believed_at)
            .bind(upkeep.doubtful_at)
            .bind(upkeep.good_since)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// Notes that the file was read through and is sound.
    pub(super) async fn set_checked_at(&self, now: i64) -> Result<()> {
        sqlx::query("UPDATE upkeep SET checked_at = $1 WHERE id = 1")
            .bind(now)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// A migration has run: its copy is kept until a start after this one was good.
    pub(super) async fn begin_copies_anew(&self) -> Result<()> {
        sqlx::query("UPDATE upkeep SET good_since = NULL WHERE id = 1").execute(self.writer()?).await?;
        Ok(())
    }

    /// Keeps those that were removed between two times (milliseconds) as if they were removed now: the clock of then may have been behind.
    pub async fn keep_removed_operators_from(&self, now: i64, (since, until): (i64, i64)) -> Result<()> {
        sqlx::query("UPDATE operators SET removed_at = $1 WHERE removed_at >= $2 AND removed_at < $3")
            .bind(now)
            .bind(since)
            .bind(until)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// Brings what a clock that was ahead has written back to now (milliseconds): it would be kept, and a request would live, for years.
    pub async fn bring_back_to(&self, now: i64, request_lives: i64) -> Result<()> {
        let mut transaction = self.writer()?.begin().await?;
        for (sql, latest) in [
            ("UPDATE operators SET removed_at = $1 WHERE removed_at > $1", now),
            ("UPDATE deliveries SET finished_at = $1 WHERE finished_at > $1", now),
            (
                "UPDATE authorization_requests SET expires_at = $1 WHERE expires_at > $1",
                now + request_lives,
            ),
        ] {
            sqlx::query(sql).bind(latest).execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}
