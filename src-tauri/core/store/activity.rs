//! The record of who did what. There is no way to change a row.

use sqlx::{Row, SqliteExecutor, sqlite::SqliteRow};

use super::{Result, Store};
use crate::activity::{Action, Activity};

impl Store {
    /// Adds a row.
    pub async fn add_activity(&self, actor: &str, action: Action, operator_id: Option<&str>, detail: Option<&str>, now: i64) -> Result<()> {
        insert(&self.pool, actor, action, operator_id, detail, now).await
    }

    /// The newest rows, newest first; of one operator, whatever the case of the id, or of all.
    pub async fn list_activity(&self, operator_id: Option<&str>, limit: u32) -> Result<Vec<Activity>> {
        let rows = sqlx::query(
            "SELECT id, at, actor, action, operator_id, detail FROM activity
              WHERE $1 IS NULL OR LOWER(operator_id) = LOWER($1) ORDER BY id DESC LIMIT $2",
        )
        .bind(operator_id)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(activity).collect()
    }
}

/// Adds a row, also within a transaction.
pub(super) async fn insert(
    executor: impl SqliteExecutor<'_>,
    actor: &str,
    action: Action,
    operator_id: Option<&str>,
    detail: Option<&str>,
    now: i64,
) -> Result<()> {
    sqlx::query("INSERT INTO activity (at, actor, action, operator_id, detail) VALUES ($1, $2, $3, $4, $5)")
        .bind(now)
        .bind(actor)
        .bind(action.as_str())
        .bind(operator_id)
        .bind(detail)
        .execute(executor)
        .await?;
    Ok(())
}

fn activity(row: &SqliteRow) -> Result<Activity> {
    Ok(Activity {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        operator_id: row.try_get("operator_id")?,
        detail: row.try_get("detail")?,
    })
}
