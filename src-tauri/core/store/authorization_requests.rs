//! What Generate Key began: at most one request for an operator, on disk at every step.

mod rows;

use sqlx::Row;

pub(super) use self::rows::from_row;
pub use self::rows::{AwaitedRedirect, NewRequest, SealedRequest, SealedTwice, Takeover};
use self::rows::{phase_text, place_text, sealed};
use super::{OperatorRow, Result, Store, WIPED, revocations};
use crate::store::sqlite::Connection;
use crate::{
    error::Problem,
    operator::{Account, OperatorId, RequestPhase},
};

/// What [`rows::sealed`] reads.
const SEALED_REQUEST: &str = "state, redirect_uri, app_key, app_secret, code_verifier, authorization_code, refresh_token,
     account_id AS r_account_id, display_name AS r_display_name, email AS r_email, path_root AS r_path_root,
     scopes, phase, owner, expires_at";

impl Store {
    /// Keeps a new request in place of the one before, whose grant is to be revoked, and the app key and secret with the operator.
    pub async fn replace_request(&self, row: OperatorRow, new: &NewRequest) -> Result<()> {
        let mut transaction = self.writer()?.begin().await?;
        let app_secret = new.app_secret.as_ref();
        sqlx::query("UPDATE operators SET app_key = $2, app_secret = $3 WHERE id = $1")
            .bind(row.0)
            .bind(&new.app_key)
            .bind(app_secret.map(|sealed| &sealed.operator))
            .execute(&mut *transaction)
            .await?;
        delete(&mut transaction, row).await?;
        sqlx::query(
            "INSERT INTO authorization_requests
                 (operator, state, place, redirect_uri, url, app_key, app_secret, code_verifier, phase, created_at, expires_at, owner)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(row.0)
        .bind(&new.state)
        .bind(place_text(new.place))
        .bind(&new.redirect_uri)
        .bind(&new.url)
        .bind(&new.app_key)
        .bind(app_secret.map(|sealed| &sealed.request))
        .bind(&new.code_verifier)
        .bind(phase_text(RequestPhase::AwaitingCode))
        .bind(new.created_at)
        .bind(new.expires_at)
        .bind(&new.owner)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// What an exchange needs; nothing when no request is under way.
    pub async fn sealed_request(&self, row: OperatorRow) -> Result<Option<SealedRequest>> {
        let sql = format!("SELECT {SEALED_REQUEST} FROM authorization_requests WHERE operator = $1");
        let found = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(row.0).fetch_optional(self.readers()?).await?;
        found.as_ref().map(sealed).transpose()
    }

    /// Takes a request over for an exchange, from whoever had it before; a code that has come is kept, sealed, until it is exchanged.
    /// `false` when this request is no longer there, is granted, or was taken over by somebody else meanwhile.
    pub async fn begin_exchange(&self, state: &str, takeover: &Takeover, authorization_code: Option<&[u8]>) -> Result<bool> {
        let result = sqlx::query(
            "UPDATE authorization_requests
                SET authorization_code = COALESCE($2, authorization_code), phase = $3, owner = $4, problem = NULL
              WHERE state = $1 AND phase <> $5 AND owner IS NOT DISTINCT FROM $6",
        )
        .bind(state)
        .bind(authorization_code)
        .bind(phase_text(RequestPhase::Exchanging))
        .bind(&takeover.owner)
        .bind(phase_text(RequestPhase::Granted))
        .bind(&takeover.before)
        .execute(self.writer()?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Takes a request over to await its redirect. `false` when it is no longer awaited, or was taken over by somebody else meanwhile.
    pub async fn begin_waiting(&self, state: &str, takeover: &Takeover) -> Result<bool> {
        let result =
            sqlx::query("UPDATE authorization_requests SET owner = $2 WHERE state = $1 AND phase = $3 AND owner IS NOT DISTINCT FROM $4")
                .bind(state)
                .bind(&takeover.owner)
                .bind(phase_text(RequestPhase::AwaitingCode))
                .bind(&takeover.before)
                .execute(self.writer()?)
                .await?;
        Ok(result.rows_affected() == 1)
    }

    /// The code was exchanged: the refresh token takes its place. Whose account it is comes next. `false` when this request is no
    /// longer there.
    pub async fn keep_grant(&self, state: &str, refresh_token: &[u8], scopes: &[String]) -> Result<bool> {
        let result =
            sqlx::query("UPDATE authorization_requests SET refresh_token = $2, scopes = $3, authorization_code = NULL WHERE state = $1")
                .bind(state)
                .bind(refresh_token)
                .bind(scopes.join(" "))
                .execute(self.writer()?)
                .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Dropbox has named the account: everything that Save needs is here. `false` when this request is no longer there.
    pub async fn grant_request(&self, state: &str, account: &Account) -> Result<bool> {
        let result = sqlx::query(
            "UPDATE authorization_requests
                SET account_id = $2, display_name = $3, email = $4, path_root = $5, phase = $6, problem = NULL,
                    authorization_code = NULL, code_verifier = $7 WHERE state = $1",
        )
        .bind(state)
        .bind(&account.account_id)
        .bind(&account.display_name)
        .bind(&account.email)
        .bind(&account.path_root)
        .bind(phase_text(RequestPhase::Granted))
        .bind(WIPED)
        .execute(self.writer()?)
        .await?;
        Ok(result.rows_affected() == 1)
    }

    /// Dropbox could not be reached: what has come so far is kept for another try.
    pub async fn note_request_delay(&self, state: &str, problem: &Problem) -> Result<()> {
        sqlx::query("UPDATE authorization_requests SET phase = $2, problem = $3 WHERE state = $1 AND phase <> 'granted'")
            .bind(state)
            .bind(phase_text(RequestPhase::AwaitingCode))
            .bind(serde_json::to_string(problem).ok())
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// What has come does not work: another code may come.
    pub async fn drop_code(&self, state: &str) -> Result<()> {
        sqlx::query(
            "UPDATE authorization_requests SET phase = $2, authorization_code = NULL, refresh_token = NULL
              WHERE state = $1 AND phase <> 'granted'",
        )
        .bind(state)
        .bind(phase_text(RequestPhase::AwaitingCode))
        .execute(self.writer()?)
        .await?;
        Ok(())
    }

    /// The request cannot succeed any more; what it was granted is to be revoked.
    pub async fn fail_request(&self, state: &str, problem: &Problem) -> Result<()> {
        let mut transaction = self.writer()?.begin().await?;
        let failed = sqlx::query(
            "UPDATE authorization_requests SET phase = $2, problem = $3, authorization_code = NULL WHERE state = $1 AND phase <> 'granted'",
        )
        .bind(state)
        .bind(phase_text(RequestPhase::Failed))
        .bind(serde_json::to_string(problem).ok())
        .execute(&mut *transaction)
        .await?;
        if failed.rows_affected() == 1 {
            revocations::revoke_request(&mut *transaction, state).await?;
            sqlx::query("UPDATE authorization_requests SET refresh_token = NULL WHERE state = $1")
                .bind(state)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Gives up the secrets of requests whose hour is over without a code; what they were about is still told.
    pub async fn purge_requests(&self, now: i64) -> Result<()> {
        sqlx::query(
            "UPDATE authorization_requests SET code_verifier = $2, app_secret = NULL
              WHERE expires_at <= $1 AND authorization_code IS NULL AND refresh_token IS NULL AND code_verifier <> $2",
        )
        .bind(now)
        .bind(WIPED)
        .execute(self.writer()?)
        .await?;
        Ok(())
    }

    /// The operators whose code has come but whose account is not known yet: the exchange was interrupted or put off.
    pub async fn interrupted_exchanges(&self) -> Result<Vec<OperatorId>> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT o.operator_id FROM authorization_requests r JOIN operators o ON o.id = r.operator
              WHERE o.removed_at IS NULL AND r.phase IN ($1, $2) AND (r.authorization_code IS NOT NULL OR r.refresh_token IS NOT NULL)",
        )
        .bind(phase_text(RequestPhase::Exchanging))
        .bind(phase_text(RequestPhase::AwaitingCode))
        .fetch_all(self.readers()?)
        .await?;
        Ok(ids.into_iter().map(OperatorId::stored).collect())
    }

    /// Ends a request without a result; what it was granted is to be revoked.
    pub async fn remove_request(&self, row: OperatorRow) -> Result<()> {
        let mut transaction = self.writer()?.begin().await?;
        delete(&mut transaction, row).await?;
        Ok(transaction.commit().await?)
    }

    /// The requests that wait for a redirect to this computer and whose hour is not over.
    pub async fn awaited_redirects(&self, now: i64) -> Result<Vec<AwaitedRedirect>> {
        let rows = sqlx::query(
            "SELECT o.operator_id, r.state, r.redirect_uri, r.owner
               FROM authorization_requests r JOIN operators o ON o.id = r.operator
              WHERE o.removed_at IS NULL AND r.redirect_uri IS NOT NULL AND r.phase = $1 AND r.expires_at > $2
                AND r.authorization_code IS NULL AND r.refresh_token IS NULL ORDER BY r.created_at",
        )
        .bind(phase_text(RequestPhase::AwaitingCode))
        .bind(now)
        .fetch_all(self.readers()?)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(AwaitedRedirect {
                    operator_id: OperatorId::stored(row.try_get("operator_id")?),
                    state: row.try_get("state")?,
                    redirect_uri: row.try_get("redirect_uri")?,
                    owner: row.try_get("owner")?,
                })
            })
            .collect()
    }
}

/// Deletes a request, within a transaction: what it was granted is to be revoked, and what another program has put in force meanwhile is
/// not taken for that.
async fn delete(connection: &mut Connection, row: OperatorRow) -> Result<()> {
    let state: Option<String> = sqlx::query_scalar("UPDATE authorization_requests SET owner = NULL WHERE operator = $1 RETURNING state")
        .bind(row.0)
        .fetch_optional(&mut *connection)
        .await?;
    let Some(state) = state else {
        return Ok(());
    };
    revocations::revoke_request(&mut *connection, &state).await?;
    sqlx::query("DELETE FROM authorization_requests WHERE state = $1")
        .bind(state)
        .execute(connection)
        .await?;
    Ok(())
}
