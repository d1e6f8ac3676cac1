//! Operator records. Reading one also reads how its authorization stands.

use std::collections::HashSet;

use sqlx::{Row, SqliteExecutor, sqlite::SqliteRow};

use super::{Result, Store, activity, authorization_requests, authorizations, deliveries};
use crate::{
    activity::Action,
    operator::{AppInUse, AuthorizationRequest, AuthorizationStatus, ConflictRule, Operator, OperatorFields, OperatorId, RequestPhase},
};

/// The row number of an operator: it never changes, while the id that people see may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperatorRow(pub(crate) i64);

impl std::fmt::Display for OperatorRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

const SELECT: &str = "
    SELECT o.id AS row, o.operator_id, o.name, o.email, o.active, o.destination, o.conflict_rule, o.removed_at,
           o.app_key, o.app_secret IS NOT NULL AS app_secret_stored,
           a.account_id AS a_account_id, a.display_name AS a_display_name, a.email AS a_email, a.path_root AS a_path_root,
           a.scopes AS a_scopes, a.authorized_at, a.revoked,
           (SELECT MAX(d.finished_at) FROM deliveries d WHERE d.operator = o.id AND d.state = 'delivered') AS last_delivered_at,
           r.url, r.place, r.redirect_uri, r.created_at AS r_created_at, r.expires_at, r.phase, r.problem,
           (r.authorization_code IS NOT NULL OR r.refresh_token IS NOT NULL) AS code_received,
           r.account_id AS r_account_id, r.display_name AS r_display_name, r.email AS r_email, r.path_root AS r_path_root,
           r.scopes AS r_scopes, d.state AS d_state, d.lease_until AS d_lease_until
      FROM operators o
      LEFT JOIN authorizations a ON a.operator = o.id
      LEFT JOIN authorization_requests r ON r.operator = o.id
      LEFT JOIN deliveries d ON d.id = (SELECT MAX(id) FROM deliveries WHERE operator = o.id)";

impl Store {
    /// Whether an operator is active; nothing when the record is removed.
    pub async fn is_active(&self, row: OperatorRow) -> Result<Option<bool>> {
        let active: Option<i64> = sqlx::query_scalar("SELECT active FROM operators WHERE id = $1 AND removed_at IS NULL")
            .bind(row.0)
            .fetch_optional(&self.pool)
            .await?;
        Ok(active.map(|active| active != 0))
    }

    /// All operators, by id. `now` (milliseconds) decides whether a request still waits.
    pub async fn list_operators(&self, now: i64) -> Result<Vec<Operator>> {
        self.list(" WHERE o.removed_at IS NULL ORDER BY o.operator_key", now).await
    }

    /// The operators whose authorization is under way, has failed, or has ended.
    pub async fn list_unsettled_operators(&self, now: i64) -> Result<Vec<Operator>> {
        let end = " WHERE o.removed_at IS NULL AND (r.operator IS NOT NULL OR a.revoked = 1) ORDER BY o.operator_key";
        self.list(end, now).await
    }

    async fn list(&self, end: &str, now: i64) -> Result<Vec<Operator>> {
        let rows = sqlx::query(sqlx::AssertSqlSafe(select(end))).fetch_all(&self.pool).await?;
        let mut operators = Vec::with_capacity(rows.len());
        for row in &rows {
            let (row, operator) = operator(row, now)?;
            operators.push(self.with_warnings(row, operator).await?);
        }
        Ok(operators)
    }

    /// Few have a granted request at any time, and only those are asked about.
    async fn with_warnings(&self, row: OperatorRow, mut operator: Operator) -> Result<Operator> {
        if let Some(request) = operator.request.as_mut().filter(|request| request.phase == RequestPhase::Granted)
            && let Some(account) = &request.account
        {
            request.warnings = self.warnings(row, operator.email.as_deref(), account).await?;
        }
        Ok(operator)
    }

    /// One operator, whatever the case and the Unicode form of the id.
    pub async fn find_operator(&self, id: &str, now: i64) -> Result<Option<(OperatorRow, Operator)>> {
        // The second is for ids from before they were composed.
        let sql = select(" WHERE o.operator_key IN ($1, $2) AND o.removed_at IS NULL");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(OperatorId::key_of(id))
            .bind(id.trim().to_lowercase())
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (row, operator) = operator(&row, now)?;
        Ok(Some((row, self.with_warnings(row, operator).await?)))
    }

    /// Adds a record; `false` when the id is taken.
    pub async fn add_operator(&self, id: &OperatorId, fields: &OperatorFields, now: i64) -> Result<bool> {
        insert(&self.pool, id, fields, now).await
    }

    /// Adds records in one transaction, each with who did it; for each, `false` when its id is taken.
    pub async fn add_operators(&self, records: &[&(OperatorId, OperatorFields)], actor: &str, now: i64) -> Result<Vec<bool>> {
        let (mut transaction, mut added) = (self.pool.begin().await?, Vec::with_capacity(records.len()));
        for (id, fields) in records {
            let is_added = insert(&mut *transaction, id, fields, now).await?;
            if is_added {
                let id = Some(id.as_str());
                activity::insert(&mut *transaction, actor, Action::AddOperator, id, Some("imported"), now).await?;
            }
            added.push(is_added);
        }
        transaction.commit().await?;
        Ok(added)
    }

    /// Every id that is taken, in the form in which two are compared.
    pub async fn operator_keys(&self) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar("SELECT operator_key FROM operators").fetch_all(&self.pool).await?)
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
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes a record out of sight. Its id is free again; everything else of it is kept until [`Store::purge_operators`].
    pub async fn remove_operator(&self, row: OperatorRow, now: i64) -> Result<()> {
        // A key that no id can have, because it has a space.
        sqlx::query("UPDATE operators SET removed_at = $2, operator_key = 'removed ' || id WHERE id = $1")
            .bind(row.0)
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The records that can be brought back: of each id the one that was removed last, not before `since` (milliseconds), where nobody
    /// has taken its id meanwhile. Newest first.
    pub async fn list_removed_operators(&self, since: i64, now: i64) -> Result<Vec<Operator>> {
        let sql = select(" WHERE o.removed_at >= $1 ORDER BY o.removed_at DESC, o.id DESC");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(since).fetch_all(&self.pool).await?;
        let mut taken: HashSet<String> = self.operator_keys().await?.into_iter().collect();
        let mut removed = Vec::new();
        for row in &rows {
            let (_, operator) = operator(row, now)?;
            if taken.insert(operator.id.key()) {
                removed.push(operator);
            }
        }
        Ok(removed)
    }

    /// The record that was removed last under this id, not before `since` (milliseconds).
    pub async fn find_removed_operator(&self, id: &OperatorId, since: i64) -> Result<Option<OperatorRow>> {
        let removed: Vec<(i64, String)> =
            sqlx::query_as("SELECT id, operator_id FROM operators WHERE removed_at >= $1 ORDER BY removed_at DESC, id DESC")
                .bind(since)
                .fetch_all(&self.pool)
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
        .execute(&self.pool)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Deletes for good what was removed before this time (milliseconds), with its deliveries.
    pub async fn purge_operators(&self, before: i64) -> Result<u64> {
        let result = sqlx::query("DELETE FROM operators WHERE removed_at < $1").bind(before).execute(&self.pool).await?;
        Ok(result.rows_affected())
    }

    /// The apps whose secret is stored with other operators than this one: the one that most of them use first.
    pub async fn list_apps_in_use(&self, row: OperatorRow) -> Result<Vec<AppInUse>> {
        let apps: Vec<(String, u32)> = sqlx::query_as(
            "SELECT app_key, COUNT(*) AS operators FROM operators
              WHERE id <> $1 AND app_key IS NOT NULL AND app_secret IS NOT NULL AND removed_at IS NULL
              GROUP BY app_key ORDER BY operators DESC, app_key",
        )
        .bind(row.0)
        .fetch_all(&self.pool)
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
        .fetch_optional(&self.pool)
        .await?;
        Ok(found.map(|(owner, sealed)| (OperatorRow(owner), sealed)))
    }
}

async fn insert(executor: impl SqliteExecutor<'_>, id: &OperatorId, fields: &OperatorFields, now: i64) -> Result<bool> {
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

fn select(end: &str) -> String {
    format!("{SELECT}{end}")
}

fn operator(row: &SqliteRow, now: i64) -> Result<(OperatorRow, Operator)> {
    let authorization = authorizations::from_row(row)?;
    let request = authorization_requests::from_row(row, now)?;
    let status = match (&request, &authorization) {
        (Some(request), _) if request.phase == RequestPhase::Granted => AuthorizationStatus::AwaitingSave,
        (Some(request), _) if request.phase != RequestPhase::Failed => AuthorizationStatus::AwaitingCode,
        (_, Some(authorization)) if authorization.revoked => AuthorizationStatus::AuthorizeAgain,
        (_, Some(_)) => AuthorizationStatus::Authorized,
        (_, None) => AuthorizationStatus::NotAuthorized,
    };
    let active = row.try_get::<i64, _>("active")? != 0;
    let last_delivery_failed = deliveries::has_failed(row, now)?;
    let operator = Operator {
        id: OperatorId::stored(row.try_get("operator_id")?),
        name: row.try_get("name")?,
        email: row.try_get("email")?,
        active,
        destination: row.try_get("destination")?,
        // Only what `as_str` writes is in the column.
        conflict_rule: ConflictRule::parse(row.try_get("conflict_rule")?).unwrap_or_default(),
        status,
        app_key: row.try_get("app_key")?,
        app_secret_stored: row.try_get::<i64, _>("app_secret_stored")? != 0,
        last_delivered_at: row.try_get("last_delivered_at")?,
        last_delivery_failed,
        needs_attention: active && needs_attention(status, request.as_ref(), last_delivery_failed),
        removed_at: row.try_get("removed_at")?,
        authorization,
        request,
    };
    Ok((OperatorRow(row.try_get("row")?), operator))
}

/// The rule of the overview's count (see `store/overview.rs`), for one operator.
fn needs_attention(status: AuthorizationStatus, request: Option<&AuthorizationRequest>, last_delivery_failed: bool) -> bool {
    match status {
        AuthorizationStatus::AwaitingSave | AuthorizationStatus::AwaitingCode => false,
        AuthorizationStatus::AuthorizeAgain => true,
        _ => request.is_some() || last_delivery_failed,
    }
}
