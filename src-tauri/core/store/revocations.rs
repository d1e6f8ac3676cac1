//! Grants that are no longer wanted: kept, sealed, until Dropbox says that they have ended. A grant comes here in the transaction that
//! takes it away from where it was, so that there is none at Dropbox that nobody knows.

use sqlx::Row;

use super::{OperatorRow, Result, Store};
use crate::store::sqlite::{DatabaseRow, Executor};

/// How many are worked off at a time.
const AT_A_TIME: i64 = 50;

/// A grant that has to be revoked.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// Its number.
    pub id: i64,
    /// Which place its blobs are sealed for.
    pub sealed_for: SealedFor,
    /// Of which row there.
    pub operator: OperatorRow,
    /// The app key under which it was given.
    pub app_key: String,
    /// Sealed; none for an app that uses PKCE alone.
    pub app_secret: Option<Vec<u8>>,
    /// Sealed.
    pub refresh_token: Vec<u8>,
    /// The program that is at it, if that one still runs.
    pub owner: Option<String>,
    /// How often it was tried.
    pub tries: u32,
}

/// The place that the blobs of a revocation are sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedFor {
    /// It was in force.
    Authorization,
    /// It was granted and never put in force.
    Request,
}

impl Store {
    /// What has to be revoked now, oldest first. `now` in milliseconds.
    pub async fn due_revocations(&self, now: i64) -> Result<Vec<Revocation>> {
        let rows = sqlx::query(
            "SELECT id, sealed_for, operator, app_key, app_secret, refresh_token, owner, tries FROM revocations
              WHERE next_at <= $1 ORDER BY id LIMIT $2",
        )
        .bind(now)
        .bind(AT_A_TIME)
        .fetch_all(self.readers()?)
        .await?;
        rows.iter().map(revocation).collect()
    }

    /// Makes a revocation this program's own; `false` when another one was first, or it is done.
    pub async fn claim_revocation(&self, revocation: &Revocation, owner: &str) -> Result<bool> {
        let done = sqlx::query("UPDATE revocations SET owner = $2 WHERE id = $1 AND owner IS NOT DISTINCT FROM $3")
            .bind(revocation.id)
            .bind(owner)
            .bind(&revocation.owner)
            .execute(self.writer()?)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    /// It did not succeed: not before `next_at`, in milliseconds, again.
    pub async fn put_off_revocation(&self, id: i64, next_at: i64) -> Result<()> {
        sqlx::query("UPDATE revocations SET owner = NULL, tries = tries + 1, next_at = $2 WHERE id = $1")
            .bind(id)
            .bind(next_at)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// It has ended; nothing of it is left.
    pub async fn end_revocation(&self, id: i64) -> Result<()> {
        sqlx::query("DELETE FROM revocations WHERE id = $1").bind(id).execute(self.writer()?).await?;
        Ok(())
    }

    /// A grant that has come for a request which is gone; the app's secret and the refresh token are sealed.
    pub async fn revoke_grant(&self, row: OperatorRow, app_key: &str, app_secret: Option<&[u8]>, refresh_token: &[u8]) -> Result<()> {
        sqlx::query(
            "INSERT INTO revocations (sealed_for, operator, app_key, app_secret, refresh_token)
             VALUES ('authorization_requests', $1, $2, $3, $4)",
        )
        .bind(row.0)
        .bind(app_key)
        .bind(app_secret)
        .bind(refresh_token)
        .execute(self.writer()?)
        .await?;
        Ok(())
    }
}

/// The grant of the request with this `state`, if it has one. Within the transaction that ends the request.
pub(super) async fn revoke_request(executor: impl Executor<'_>, state: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO revocations (sealed_for, operator, app_key, app_secret, refresh_token)
         SELECT 'authorization_requests', operator, app_key, app_secret, refresh_token FROM authorization_requests
          WHERE state = $1 AND refresh_token IS NOT NULL",
    )
    .bind(state)
    .execute(executor)
    .await?;
    Ok(())
}

/// The grant in force, unless Dropbox has ended it, or it is of this app and account. Within the transaction that replaces it.
pub(super) async fn revoke_authorization(executor: impl Executor<'_>, row: OperatorRow, except: Option<(&str, &str)>) -> Result<()> {
    let (app_key, account_id) = except.unzip();
    sqlx::query(
        "INSERT INTO revocations (sealed_for, operator, app_key, app_secret, refresh_token)
         SELECT 'authorizations', operator, app_key, app_secret, refresh_token FROM authorizations
          WHERE operator = $1 AND revoked = 0 AND (app_key IS DISTINCT FROM $2 OR account_id IS DISTINCT FROM $3)",
    )
    .bind(row.0)
    .bind(app_key)
    .bind(account_id)
    .execute(executor)
    .await?;
    Ok(())
}

fn revocation(row: &DatabaseRow) -> Result<Revocation> {
    Ok(Revocation {
        id: row.try_get("id")?,
        sealed_for: match row.try_get("sealed_for")? {
            "authorizations" => SealedFor::Authorization,
            _ => SealedFor::Request,
        },
        operator: OperatorRow(row.try_get("operator")?),
        app_key: row.try_get("app_key")?,
        app_secret: row.try_get("app_secret")?,
        refresh_token: row.try_get("refresh_token")?,
        owner: row.try_get("owner")?,
        tries: row.try_get("tries")?,
    })
}
