//! The one row that ties the database to its master key.

use sqlx::Row;

use super::{Result, Store};

/// What the database knows of its master key: never the key.
#[derive(Clone, Debug)]
pub struct KeyRow {
    /// The key's name in the keychain. It is made with the database, so that no two databases share a key.
    pub key_name: String,
    /// A sealed constant; nothing until the first secret was stored.
    pub key_check: Option<Vec<u8>>,
}

impl Store {
    /// The row; `new_name` is taken when there is none yet. Two programs that start at once agree on one name.
    pub async fn key_row(&self, new_name: &str) -> Result<KeyRow> {
        sqlx::query("INSERT INTO vault (id, key_name) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
            .bind(new_name)
            .execute(&self.pool)
            .await?;
        let row = sqlx::query("SELECT key_name, key_check FROM vault WHERE id = 1").fetch_one(&self.pool).await?;
        Ok(KeyRow {
            key_name: row.try_get("key_name")?,
            key_check: row.try_get("key_check")?,
        })
    }

    /// Keeps the first check that is written, and returns the one that holds.
    pub async fn keep_key_check(&self, key_check: &[u8]) -> Result<Vec<u8>> {
        sqlx::query("UPDATE vault SET key_check = $1 WHERE id = 1 AND key_check IS NULL")
            .bind(key_check)
            .execute(&self.pool)
            .await?;
        Ok(sqlx::query_scalar("SELECT key_check FROM vault WHERE id = 1").fetch_one(&self.pool).await?)
    }
}
