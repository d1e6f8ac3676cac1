//! The one row that ties the database to its master key.

use sqlx::Row;

use super::{OperatorRow, Result, Store};
use crate::store::sqlite::DatabaseRow;

/// Every sealed column, and how to read it. A test holds this to the tables.
const SEALED: [(&str, &str); 8] = [
    (
        "operators.app_secret",
        "SELECT id, app_secret FROM operators WHERE app_secret IS NOT NULL",
    ),
    (
        "authorizations.app_secret",
        "SELECT operator, app_secret FROM authorizations WHERE app_secret IS NOT NULL",
    ),
    (
        "authorizations.refresh_token",
        "SELECT operator, refresh_token FROM authorizations WHERE LENGTH(refresh_token) > 0",
    ),
    (
        "authorization_requests.app_secret",
        "SELECT operator, app_secret FROM authorization_requests WHERE app_secret IS NOT NULL",
    ),
    (
        "authorization_requests.code_verifier",
        "SELECT operator, code_verifier FROM authorization_requests WHERE LENGTH(code_verifier) > 0",
    ),
    (
        "authorization_requests.authorization_code",
        "SELECT operator, authorization_code FROM authorization_requests WHERE authorization_code IS NOT NULL",
    ),
    (
        "authorization_requests.refresh_token",
        "SELECT operator, refresh_token FROM authorization_requests WHERE refresh_token IS NOT NULL",
    ),
    (
        "settings.proxy_password",
        "SELECT id, proxy_password FROM settings WHERE proxy_password IS NOT NULL",
    ),
];

/// What the database knows of its master key: never the key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key's name in the keychain. It is made with the database, so that no two databases share a key.
    pub key_name: String,
    /// A sealed constant; nothing until the first secret was stored.
    pub key_check: Option<Vec<u8>>,
}

/// The same for what is sealed for another column than it lies in: where it lies, what it is sealed for, and how to read it.
const SEALED_ELSEWHERE: [(&str, &str, &str); 4] = [
    (
        "revocations.app_secret",
        "authorizations.app_secret",
        "SELECT operator, app_secret FROM revocations WHERE sealed_for = 'authorizations' AND app_secret IS NOT NULL",
    ),
    (
        "revocations.refresh_token",
        "authorizations.refresh_token",
        "SELECT operator, refresh_token FROM revocations WHERE sealed_for = 'authorizations'",
    ),
    (
        "revocations.app_secret",
        "authorization_requests.app_secret",
        "SELECT operator, app_secret FROM revocations WHERE sealed_for = 'authorization_requests' AND app_secret IS NOT NULL",
    ),
    (
        "revocations.refresh_token",
        "authorization_requests.refresh_token",
        "SELECT operator, refresh_token FROM revocations WHERE sealed_for = 'authorization_requests'",
    ),
];

const KEY_ROW: &str = "SELECT key_name, key_check FROM vault WHERE id = 1";

impl Store {
    /// The row; nothing in a database that has sealed nothing yet.
    pub async fn find_key_row(&self) -> Result<Option<KeyRow>> {
        let row = sqlx::query(KEY_ROW).fetch_optional(self.readers()?).await?;
        row.as_ref().map(key_row).transpose()
    }

    /// Makes the row with this name, and returns the one that holds: two programs that start at once agree on one name.
    pub async fn make_key_row(&self, new_name: &str) -> Result<KeyRow> {
        sqlx::query("INSERT INTO vault (id, key_name) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(new_name)
            .execute(self.writer()?)
            .await?;
        let row = sqlx::query(KEY_ROW).fetch_one(self.readers()?).await?;
        key_row(&row)
    }

    /// Everything that is sealed, with the column and the row that it is bound to.
    pub(crate) async fn sealed_secrets(&self) -> Result<Vec<(&'static str, OperatorRow, Vec<u8>)>> {
        let mut secrets = Vec::new();
        let elsewhere = SEALED_ELSEWHERE.map(|(_, column, select)| (column, select));
        for (column, select) in SEALED.into_iter().chain(elsewhere) {
            let rows = sqlx::query(select).fetch_all(self.readers()?).await?;
            for row in rows {
                secrets.push((column, OperatorRow(row.try_get(0)?), row.try_get(1)?));
            }
        }
        Ok(secrets)
    }

    /// Keeps the first check that is written, and returns the one that holds.
    pub async fn keep_key_check(&self, key_check: &[u8]) -> Result<Vec<u8>> {
        sqlx::query("UPDATE vault SET key_check = $1 WHERE id = 1 AND key_check IS NULL")
            .bind(key_check)
            .execute(self.writer()?)
            .await?;
        Ok(sqlx::query_scalar("SELECT key_check FROM vault WHERE id = 1").fetch_one(self.readers()?).await?)
    }

    /// Gives up everything that is sealed, and ties the database to a master key of another name. Whose authorizations there were is
    /// kept; they count as ended. Returns how many grants were still to be revoked, and cannot be any more.
    pub async fn replace_key(&self, new_name: &str) -> Result<u64> {
        let mut transaction = self.writer()?.begin().await?;
        sqlx::query("UPDATE vault SET key_name = $1, key_check = NULL WHERE id = 1")
            .bind(new_name)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE authorizations SET app_secret = NULL, refresh_token = $1, revoked = 1")
            .bind(super::WIPED)
            .execute(&mut *transaction)
            .await?;
        for given_up in [
            "UPDATE operators SET app_secret = NULL",
            "DELETE FROM authorization_requests",
            "UPDATE settings SET proxy_password = NULL",
        ] {
            sqlx::query(given_up).execute(&mut *transaction).await?;
        }
        let dropped = sqlx::query("DELETE FROM revocations").execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(dropped.rows_affected())
    }
}

fn key_row(row: &DatabaseRow) -> Result<KeyRow> {
    Ok(KeyRow {
        key_name: row.try_get("key_name")?,
        key_check: row.try_get("key_check")?,
    })
}
