//! Dropbox Authorizations that are in force.

use sqlx::Row;

use super::{OperatorRow, Result, Store, revocations};
use crate::store::sqlite::{DatabaseRow, Executor};
use crate::{
    error::Error,
    operator::{self, Account, Authorization, Confirmed},
};

/// What a refresh needs, sealed.
#[derive(Clone, Debug)]
pub struct SealedGrant {
    /// The app key under which it was given.
    pub app_key: String,
    /// Sealed; none for an app that uses PKCE alone.
    pub app_secret: Option<Vec<u8>>,
    /// Sealed.
    pub refresh_token: Vec<u8>,
    /// The namespace in which paths begin.
    pub path_root: Option<String>,
    /// Whether Dropbox has ended it.
    pub revoked: bool,
}

/// A grant that goes into force: sealed for its new place.
#[derive(Clone, Debug)]
pub struct NewAuthorization {
    /// The credentials, sealed for this table.
    pub grant: SealedGrant,
    /// Whose Dropbox.
    pub account: Account,
    /// What it permits.
    pub scopes: Vec<String>,
}

/// What became of a granted request that was to be put in force.
#[derive(Debug)]
pub enum Saved {
    /// It is in force. What was in force before, of another app or account, is to be revoked.
    InForce,
    /// The account has to be confirmed: each of these. Nothing was changed.
    Unconfirmed(Vec<Error>),
    /// It is no longer there, or is not granted: another program has saved, replaced or cancelled it meanwhile. Nothing was changed.
    Gone,
}

const GRANT: &str = "SELECT app_key, app_secret, refresh_token, path_root, revoked FROM authorizations WHERE operator = $1";

impl Store {
    /// Puts the granted request with this `state` in force and ends it, in one transaction: of two programs that save or replace it at
    /// once, one does, and whether the account has to be confirmed is asked of what is true at that moment.
    pub async fn put_in_force(
        &self,
        row: OperatorRow,
        state: &str,
        new: &NewAuthorization,
        confirmed: &Confirmed,
        now: i64,
    ) -> Result<Saved> {
        let mut transaction = self.writer()?.begin().await?;
        let ended = sqlx::query("DELETE FROM authorization_requests WHERE operator = $1 AND state = $2 AND phase = 'granted'")
            .bind(row.0)
            .bind(state)
            .execute(&mut *transaction)
            .await?;
        if ended.rows_affected() == 0 {
            return Ok(Saved::Gone);
        }
        let email: Option<String> = sqlx::query_scalar("SELECT email FROM operators WHERE id = $1")
            .bind(row.0)
            .fetch_one(&mut *transaction)
            .await?;
        let others = others_with(&mut *transaction, &new.account.account_id, row).await?;
        let mut warnings = operator::to_confirm(email.as_deref(), &new.account, others);
        warnings.retain(|warning| !confirmed.has(warning));
        if !warnings.is_empty() {
            transaction.rollback().await?;
            return Ok(Saved::Unconfirmed(warnings));
        }
        // One of the same account and app is forgotten: what works must not be disturbed.
        let same = (new.grant.app_key.as_str(), new.account.account_id.as_str());
        revocations::revoke_authorization(&mut *transaction, row, Some(same)).await?;
        sqlx::query(
            "INSERT INTO authorizations
                 (operator, app_key, app_secret, refresh_token, account_id, display_name, email, path_root, scopes, authorized_at, revoked)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)
             ON CONFLICT (operator) DO UPDATE SET
                 app_key = excluded.app_key, app_secret = excluded.app_secret, refresh_token = excluded.refresh_token,
                 account_id = excluded.account_id, display_name = excluded.display_name, email = excluded.email,
                 path_root = excluded.path_root, scopes = excluded.scopes, authorized_at = excluded.authorized_at, revoked = 0",
        )
        .bind(row.0)
        .bind(&new.grant.app_key)
        .bind(&new.grant.app_secret)
        .bind(&new.grant.refresh_token)
        .bind(&new.account.account_id)
        .bind(&new.account.display_name)
        .bind(&new.account.email)
        .bind(&new.account.path_root)
        .bind(new.scopes.join(" "))
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Saved::InForce)
    }

    /// What a refresh needs; nothing when the operator is not authorized.
    pub async fn sealed_grant(&self, row: OperatorRow) -> Result<Option<SealedGrant>> {
        let found = sqlx::query(GRANT).bind(row.0).fetch_optional(self.readers()?).await?;
        Ok(found.as_ref().map(grant).transpose()?)
    }

    /// Paths of this account begin elsewhere now. Only while the grant with this sealed refresh token is in force.
    pub async fn set_path_root(&self, row: OperatorRow, grant: &[u8], path_root: Option<&str>) -> Result<()> {
        sqlx::query("UPDATE authorizations SET path_root = $3 WHERE operator = $1 AND refresh_token = $2")
            .bind(row.0)
            .bind(grant)
            .bind(path_root)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// Notes that Dropbox has ended the grant with this sealed refresh token; whether it was the one in force. The record of whose it
    /// was is kept.
    pub async fn mark_revoked(&self, row: OperatorRow, grant: &[u8]) -> Result<bool> {
        let done = sqlx::query("UPDATE authorizations SET revoked = 1 WHERE operator = $1 AND refresh_token = $2")
            .bind(row.0)
            .bind(grant)
            .execute(self.writer()?)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes the grant with this sealed refresh token out of force; it is to be revoked as soon as Dropbox permits it.
    pub async fn give_up_authorization(&self, row: OperatorRow, grant: &[u8]) -> Result<()> {
        let mut transaction = self.writer()?.begin().await?;
        revocations::revoke_authorization(&mut *transaction, row, None).await?;
        let done = sqlx::query("DELETE FROM authorizations WHERE operator = $1 AND refresh_token = $2")
            .bind(row.0)
            .bind(grant)
            .execute(&mut *transaction)
            .await?;
        // Another one is in force by now, and stays.
        match done.rows_affected() {
            0 => transaction.rollback().await?,
            _ => transaction.commit().await?,
        }
        Ok(())
    }

    /// Deletes the grant with this sealed refresh token; nothing of it is left.
    pub async fn remove_authorization(&self, row: OperatorRow, grant: &[u8]) -> Result<()> {
        sqlx::query("DELETE FROM authorizations WHERE operator = $1 AND refresh_token = $2")
            .bind(row.0)
            .bind(grant)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// Whether an authorization in force was given to this app: then its key is right.
    pub async fn is_app_authorized(&self, app_key: &str) -> Result<bool> {
        let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM authorizations WHERE app_key = $1 AND revoked = 0 LIMIT 1")
            .bind(app_key)
            .fetch_optional(self.readers()?)
            .await?;
        Ok(found.is_some())
    }

    /// Lists the other operators whose authorization in force is of this Dropbox account.
    pub(super) async fn others_with_account(&self, row: OperatorRow, account: &Account) -> Result<Vec<String>> {
        others_with(self.readers()?, &account.account_id, row).await
    }
}

/// The ids of the other operators whose authorization in force is of this Dropbox account.
async fn others_with(executor: impl Executor<'_>, account_id: &str, row: OperatorRow) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "SELECT o.operator_id FROM authorizations a JOIN operators o ON o.id = a.operator
          WHERE a.account_id = $1 AND a.operator <> $2 AND a.revoked = 0 AND o.removed_at IS NULL ORDER BY o.operator_key",
    )
    .bind(account_id)
    .bind(row.0)
    .fetch_all(executor)
    .await?)
}

fn grant(row: &DatabaseRow) -> sqlx::Result<SealedGrant> {
    Ok(SealedGrant {
        app_key: row.try_get("app_key")?,
        app_secret: row.try_get("app_secret")?,
        refresh_token: row.try_get("refresh_token")?,
        path_root: row.try_get("path_root")?,
        revoked: row.try_get::<i64, _>("revoked")? != 0,
    })
}

/// The authorization part of an operator's row (columns `a_…`).
pub(super) fn from_row(row: &DatabaseRow) -> Result<Option<Authorization>> {
    let Some(account) = account(row, "a")? else {
        return Ok(None);
    };
    Ok(Some(Authorization {
        account,
        scopes: scopes(row, "a_scopes")?,
        authorized_at: row.try_get("authorized_at")?,
        revoked: row.try_get::<i64, _>("revoked")? != 0,
    }))
}

/// The account columns with a prefix, or nothing where they are empty.
pub(super) fn account(row: &DatabaseRow, prefix: &str) -> Result<Option<Account>> {
    let account_id: Option<String> = row.try_get(format!("{prefix}_account_id").as_str())?;
    let Some(account_id) = account_id else {
        return Ok(None);
    };
    Ok(Some(Account {
        account_id,
        display_name: row.try_get(format!("{prefix}_display_name").as_str())?,
        email: row.try_get(format!("{prefix}_email").as_str())?,
        path_root: row.try_get(format!("{prefix}_path_root").as_str())?,
    }))
}

/// A list of scopes, which is stored as Dropbox writes it: separated by spaces.
pub(super) fn scopes(row: &DatabaseRow, column: &str) -> Result<Vec<String>> {
    let text: Option<String> = row.try_get(column)?;
    Ok(text.unwrap_or_default().split_whitespace().map(str::to_owned).collect())
}
