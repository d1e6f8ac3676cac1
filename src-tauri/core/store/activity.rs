//! The record of who did what. There is no way to change a row.

use sqlx::Row;

use super::{Page, Result, Store, change::Change};
use crate::store::sqlite::DatabaseRow;
use crate::{
    activity::{Action, Activity},
    operator::OperatorId,
};

impl Store {
    /// Adds a row.
    pub async fn add_activity(&self, by: Author<'_>, new: &NewActivity<'_>, now: i64) -> Result<()> {
        let mut change = self.begin_change().await?;
        insert(&mut change, by, new, now).await?;
        Ok(change.transaction.commit().await?)
    }

    /// Lists the newest rows before a page's end, newest first; of one operator, whatever the case of the id, or of all.
    pub async fn list_activity(&self, operator_id: Option<&str>, page: Page) -> Result<Vec<Activity>> {
        let rows = match operator_id {
            Some(operator_id) => {
                sqlx::query(
                    "SELECT id, at, actor, action, operator_id, detail FROM activity
                      WHERE operator_key = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
                )
                .bind(key(operator_id))
                .bind(page.end())
                .bind(i64::from(page.limit))
                .fetch_all(self.readers()?)
                .await?
            }
            None => {
                sqlx::query("SELECT id, at, actor, action, operator_id, detail FROM activity WHERE id < $1 ORDER BY id DESC LIMIT $2")
                    .bind(page.end())
                    .bind(i64::from(page.limit))
                    .fetch_all(self.readers()?)
                    .await?
            }
        };
        rows.iter().map(activity).collect()
    }
}

/// Who does something.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The person, and which program it is, in words.
    pub actor: &'a str,
    /// The id of the program.
    pub program: &'a str,
}

/// One thing that was done, before it is written down.
#[derive(Clone, Copy, Debug)]
pub struct NewActivity<'a> {
    /// What was done.
    pub action: Action,
    /// Whose record it is about.
    pub operator_id: Option<&'a str>,
    /// More about it.
    pub detail: Option<&'a str>,
}

/// Adds a row within a transaction.
pub(super) async fn insert(change: &mut Change, by: Author<'_>, new: &NewActivity<'_>, now: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO activity (at, actor, action, operator_id, operator_key, detail, change_number, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(now)
    .bind(by.actor)
    .bind(new.action.as_str())
    .bind(new.operator_id)
    .bind(new.operator_id.map(key))
    .bind(new.detail)
    .bind(change.number)
    .bind(by.program)
    .execute(&mut *change.transaction)
    .await?;
    Ok(())
}

/// The form in which two ids are compared, as in `operators.operator_key`; SQLite's `LOWER` knows the letters of ASCII alone.
fn key(operator_id: &str) -> String {
    OperatorId::key_of(operator_id)
}

/// Reads a row of `activity`.
pub(super) fn activity(row: &DatabaseRow) -> Result<Activity> {
    Ok(Activity {
        id: row.try_get("id")?,
        at: row.try_get("at")?,
        actor: row.try_get("actor")?,
        action: row.try_get("action")?,
        operator_id: row.try_get("operator_id")?,
        detail: row.try_get("detail")?,
    })
}
