//! The record of who did what. There is no way to change a row.

use sqlx::{Row, SqliteExecutor, sqlite::SqliteRow};

use super::{Result, Store};
use crate::{
    activity::{Action, Activity},
    operator::OperatorId,
};

impl Store {
    /// Adds a row.
    pub async fn add_activity(&self, actor: &str, action: Action, operator_id: Option<&str>, detail: Option<&str>, now: i64) -> Result<()> {
        let id = insert(&self.pool, actor, action, operator_id, detail, now).await?;
        self.own_activity().insert(id);
        Ok(())
    }

    /// The highest number that a row of the activity has, the highest that a delivery has, and whether a delivery is on its way: one whose
    /// program is gone (`now`, milliseconds) is not.
    pub async fn newest(&self, now: i64) -> Result<(i64, i64, bool)> {
        let sql = "SELECT (SELECT COALESCE(MAX(id), 0) FROM activity), (SELECT COALESCE(MAX(id), 0) FROM deliveries),
                          EXISTS (SELECT 1 FROM deliveries WHERE state = 'uploading' AND lease_until > $1)";
        Ok(sqlx::query_as(sql).bind(now).fetch_one(&self.pool).await?)
    }

    /// The rows with a higher number that other programs have added, oldest first.
    pub async fn activity_of_others(&self, above: i64) -> Result<Vec<Activity>> {
        let rows = sqlx::query("SELECT id, at, actor, action, operator_id, detail FROM activity WHERE id > $1 ORDER BY id")
            .bind(above)
            .fetch_all(&self.pool)
            .await?;
        let mut rows: Vec<Activity> = rows.iter().map(activity).collect::<Result<_>>()?;
        let own = self.own_activity();
        rows.retain(|row| !own.contains(&row.id));
        Ok(rows)
    }

    /// The newest rows, newest first; of one operator, whatever the case of the id, or of all.
    pub async fn list_activity(&self, operator_id: Option<&str>, limit: u32) -> Result<Vec<Activity>> {
        let rows = sqlx::query(
            "SELECT id, at, actor, action, operator_id, detail FROM activity
              WHERE $1 IS NULL OR operator_key = $1 ORDER BY id DESC LIMIT $2",
        )
        .bind(operator_id.map(key))
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
) -> Result<i64> {
    let sql = "INSERT INTO activity (at, actor, action, operator_id, operator_key, detail) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id";
    Ok(sqlx::query_scalar(sql)
        .bind(now)
        .bind(actor)
        .bind(action.as_str())
        .bind(operator_id)
        .bind(operator_id.map(key))
        .bind(detail)
        .fetch_one(executor)
        .await?)
}

/// The form in which two ids are compared, as in `operators.operator_key`; SQLite's `LOWER` knows the letters of ASCII alone.
fn key(operator_id: &str) -> String {
    OperatorId::key_of(operator_id)
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
