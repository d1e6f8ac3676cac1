//! Operator records. Reading one also reads how its authorization stands.

use std::collections::HashSet;

use futures_util::TryStreamExt;
use sqlx::Row;

use super::{
    OperatorRow, Result, Store,
    activity::{self, Author, NewActivity},
    authorization_requests, authorizations, deliveries,
};
use crate::store::sqlite::{DatabaseRow, Executor};
use crate::{
    activity::Action,
    operator::{AppInUse, ConflictRule, OperatorFields, OperatorId, RequestPhase},
    standing::OperatorRecord,
};

const SELECT: &str = "
    SELECT o.id AS row, o.operator_id, o.name, o.email, o.active, o.destination, o.conflict_rule, o.removed_at,
           o.app_key, o.app_secret IS NOT NULL AS app_secret_stored,
           a.account_id AS a_account_id, a.display_name AS a_display_name, a.email AS a_email, a.path_root AS a_path_root,
           a.scopes AS a_scopes, a.authorized_at, a.revoked,
           o.waiting, o.open_failures, o.last_delivered_at,
           r.url, r.place, r.redirect_uri, r.created_at AS r_created_at, r.expires_at, r.phase, r.problem,
           (r.authorization_code IS NOT NULL OR r.refresh_token IS NOT NULL) AS code_received,
           r.account_id AS r_account_id, r.display_name AS r_display_name, r.email AS r_email, r.path_root AS r_path_root,
           r.scopes AS r_scopes
      FROM operators o
      LEFT JOIN authorizations a ON a.operator = o.id
      LEFT JOIN authorization_requests r ON r.operator = o.id";

impl Store {
    /// Whether an operator is active; nothing when the record is removed.
    pub async fn is_active(&self, row: OperatorRow) -> Result<Option<bool>> {
        let active: Option<i64> = sqlx::query_scalar("SELECT active FROM operators WHERE id = $1 AND removed_at IS NULL")
            .bind(row.0)
            .fetch_optional(self.readers()?)
            .await?;
        Ok(active.map(|active| active != 0))
    }

    /// Lists all operators, by id.
    pub async fn list_operators(&self) -> Result<Vec<OperatorRecord>> {
        self.list(format!("{SELECT} WHERE o.removed_at IS NULL ORDER BY o.operator_key")).await
    }

    /// Lists the operators that have a request, whose authorization has ended, or of whom a delivery failed; by id.
    pub async fn list_unsettled_operators(&self) -> Result<Vec<OperatorRecord>> {
        // Three short indexes lead there: most operators are settled.
        self.list(format!(
            "{SELECT} WHERE o.removed_at IS NULL AND o.id IN (
                SELECT operator FROM authorization_requests
                UNION SELECT operator FROM authorizations WHERE revoked = 1
                UNION SELECT id FROM operators WHERE open_failures > 0)
              ORDER BY o.operator_key"
        ))
        .await
    }

    async fn list(&self, sql: String) -> Result<Vec<OperatorRecord>> {
        let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch(self.readers()?);
        let mut records = Vec::new();
        // Each as it comes, so that none is in memory twice.
        while let Some(row) = rows.try_next().await? {
            records.push((OperatorRow(row.try_get("row")?), record(&row)?));
        }
        // The connection is free again for what is asked next.
        drop(rows);
        for (row, record) in &mut records {
            self.add_others(*row, record).await?;
        }
        Ok(records.into_iter().map(|(_, record)| record).collect())
    }

    /// Completes a record. Few have a granted request at any time, and only those are asked about.
    async fn add_others(&self, row: OperatorRow, record: &mut OperatorRecord) -> Result<()> {
        if let Some(request) = record.request.as_mut().filter(|request| request.stored.phase == RequestPhase::Granted)
            && let Some(account) = &request.stored.account
        {
            request.others_with_account = self.others_with_account(row, account).await?;
        }
        Ok(())
    }

    /// Finds one operator, whatever the case and the Unicode form of the id.
    pub async fn find_operator(&self, id: &str) -> Result<Option<(OperatorRow, OperatorRecord)>> {
        // The second is for ids from before they were composed.
        let sql = format!("{SELECT} WHERE o.operator_key IN ($1, $2) AND o.removed_at IS NULL");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(OperatorId::key_of(id))
            .bind(id.trim().to_lowercase())
            .fetch_optional(self.readers()?)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (row, mut record) = (OperatorRow(row.try_get("row")?), record(&row)?);
        self.add_others(row, &mut record).await?;
        Ok(Some((row, record)))
    }

    /// Adds a record; `false` when the id is taken.
    pub async fn add_operator(&self, id: &OperatorId, fields: &OperatorFields, now: i64) -> Result<bool> {
        insert(self.writer()?, id, fields, now).await
    }

    /// Adds records in one transaction, each with who did it; for each, `false` when its id is taken.
    pub async fn add_operators(&self, records: &[&(OperatorId, OperatorFields)], by: Author<'_>, now: i64) -> Result<Vec<bool>> {
        let (mut change, mut added) = (self.begin_change().await?, Vec::with_capacity(records.len()));
        for (id, fields) in records {
            let is_added = insert(&mut *change.transaction, id, fields, now).await?;
            if is_added {
                let new = NewActivity {
                    action: Action::AddOperator,
                    operator_id: Some(id.as_str()),
                    detail: Some("imported"),
                };
                activity::insert(&mut change, by, &new, now).await?;
            }
            added.push(is_added);
        }
        change.transaction.commit().await?;
        Ok(added)
    }

    /// Every id that is taken, in the form in which two are compared.
    pub async fn operator_keys(&self) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar("SELECT operator_key FROM operators").fetch_all(self.readers()?).await?)
    }

    /// Changes the fields that an administrator types.
    pub async fn change_operator(&self, row: OperatorRow, fields: &OperatorFields, now: i64) -> Result<()> {
        sqlx::query(
            "UPDATE operators SET name = $2, email = $3, active = $4, destination = $5,
                    conflict_rule = COALESCE($6, conflict_rule), updated_at = $7 WHERE id = $1",
        )
        .bind(row.0)
        .bind(&fields.name)
        .bind(&fields.email)
        .bind(i64::from(fields.active))
        .bind(&fields.destination)
        .bind(fields.conflict_rule.map(ConflictRule::as_str))
        .bind(now)
        .execute(self.writer()?)
        .await?;
        Ok(())
    }

    /// Takes a record out of sight, and takes back what of it is queued. Its id is free again; everything else of it is kept until
    /// [`Store::purge_operators`].
    pub async fn remove_operator(&self, row: OperatorRow, own: &str, now: i64) -> Result<()> {
        let mut change = self.begin_change().await?;
        deliveries::cancel_queued(&mut change, row, own, now).await?;
        // A key that no id can have, because it has a space.
        sqlx::query("UPDATE operators SET removed_at = $2, operator_key = 'removed ' || id WHERE id = $1")
            .bind(row.0)
            .bind(now)
            .execute(&mut *change.transaction)
            .await?;
        Ok(change.transaction.commit().await?)
    }

    /// The records that can be brought back: of each id the one that was removed last, not before `since` (milliseconds), where nobody
    /// has taken its id meanwhile. Newest first.
    pub async fn list_removed_operators(&self, since: i64) -> Result<Vec<OperatorRecord>> {
        let sql = format!("{SELECT} WHERE o.removed_at >= $1 ORDER BY o.removed_at DESC, o.id DESC");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(since).fetch_all(self.readers()?).await?;
        let mut taken: HashSet<String> = self.operator_keys().await?.into_iter().collect();
        let mut removed = Vec::new();
        for row in &rows {
            let record = record(row)?;
            if taken.insert(record.id.key()) {
                removed.push(record);
            }
        }
        Ok(removed)
    }

    /// The record that was removed last under this id, not before `since` (milliseconds).
    pub async fn find_removed_operator(&self, id: &OperatorId, since: i64) -> Result<Option<OperatorRow>> {
        let removed: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, operator_id FROM operators WHERE removed_at >= $1 ORDER BY removed_at DESC, id DESC")
                .bind(since)
                .fetch_all(self.readers()?)
                .await?;
        // Compared here: LOWER of a database knows ASCII only.
        let found = removed.into_iter().find(|(_, removed)| OperatorId::stored(removed.clone()) == *id);
        Ok(found.map(|(row, _)| OperatorRow(row)))
    }

    /// Brings a removed record back; `false` when its id has been taken meanwhile.
    pub async fn restore_operator(&self, row: OperatorRow, id: &OperatorId, now: i64) -> Result<bool> {
        let result = sqlx::query(
            "UPDATE operators SET removed_at = NULL, operator_key = $2, updated_at = $3
              WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM operators WHERE operator_key = $2)",
        )
        .bind(row.0)
        .bind(id.key())
        .bind(now)
        .execute(self.writer()?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Deletes for good what was removed before this time (milliseconds): at most `limit` of the deliveries, and as many records that have
    /// none left. Returns how many rows there were.
    pub async fn purge_operators(&self, before: i64, limit: u32) -> Result<u64> {
        let deliveries = sqlx::query(
            "DELETE FROM deliveries WHERE id IN
                 (SELECT d.id FROM operators o JOIN deliveries d ON d.operator = o.id WHERE o.removed_at < $1 LIMIT $2)",
        )
        .bind(before)
        .bind(i64::from(limit))
        .execute(self.writer()?)
        .await?;
        let operators = sqlx::query(
            "DELETE FROM operators WHERE id IN
                 (SELECT o.id FROM operators o
                   WHERE o.removed_at < $1 AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.operator = o.id) LIMIT $2)",
        )
        .bind(before)
        .bind(i64::from(limit))
        .execute(self.writer()?)
        .await?;
        Ok(deliveries.rows_affected() + operators.rows_affected())
    }

    /// The apps whose secret is stored with other operators than this one: the one that most of them use first.
    pub async fn list_apps_in_use(&self, row: OperatorRow) -> Result<Vec<AppInUse>> {
        let apps: Vec<(String, u32)> = sqlx::query_as(
            "SELECT app_key, COUNT(*) AS operators FROM operators
              WHERE id <> $1 AND app_key IS NOT NULL AND app_secret IS NOT NULL AND removed_at IS NULL
              GROUP BY app_key ORDER BY operators DESC, app_key",
        )
        .bind(row.0)
        .fetch_all(self.readers()?)
        .await?;
        Ok(apps.into_iter().map(|(app_key, operators)| AppInUse { app_key, operators }).collect())
    }

    /// The sealed Password (App Secret) that is stored for an app key, and whose it is: this operator's own, or else that of another.
    pub async fn app_secret_of(&self, app_key: &str, row: OperatorRow) -> Result<Option<(OperatorRow, Vec<u8>)>> {
        let found: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT id, app_secret FROM operators WHERE app_key = $1 AND app_secret IS NOT NULL AND removed_at IS NULL
              ORDER BY CASE WHEN id = $2 THEN 0 ELSE 1 END, updated_at DESC, id DESC LIMIT 1",
        )
        .bind(app_key)
        .bind(row.0)
        .fetch_optional(self.readers()?)
        .await?;
        Ok(found.map(|(owner, sealed)| (OperatorRow(owner), sealed)))
    }
}

async fn insert(executor: impl Executor<'_>, id: &OperatorId, fields: &OperatorFields, now: i64) -> Result<bool> {
    let result = sqlx::query(
        "INSERT INTO operators (operator_id, operator_key, name, email, active, destination, conflict_rule, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT (operator_key) DO NOTHING",
    )
    .bind(id.as_str())
    .bind(id.key())
    .bind(&fields.name)
    .bind(&fields.email)
    .bind(i64::from(fields.active))
    .bind(&fields.destination)
    .bind(fields.conflict_rule.unwrap_or_default().as_str())
    .bind(now)
    .execute(executor)
    .await?;
    Ok(result.rows_affected() == 1)
}

fn record(row: &DatabaseRow) -> Result<OperatorRecord> {
    let count = |column| Ok::<_, sqlx::Error>(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0));
    Ok(OperatorRecord {
        id: OperatorId::stored(row.try_get("operator_id")?),
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        active: row.try_get::<i64, _>("active")? != 0,
        destination: row.try_get("destination")?,
        // Only what `as_str` writes is in the column.
        conflict_rule: ConflictRule::parse(row.try_get("conflict_rule")?).unwrap_or_default(),
        app_key: row.try_get("app_key")?,
        app_secret_stored: row.try_get::<i64, _>("app_secret_stored")? != 0,
        waiting: count("waiting")?,
        open_failures: count("open_failures")?,
        last_delivered_at: row.try_get("last_delivered_at")?,
        removed_at: row.try_get("removed_at")?,
        authorization: authorizations::from_row(row)?,
        request: authorization_requests::from_row(row)?,
    })
}
