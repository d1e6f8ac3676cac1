//! The one row of Administrator Options.

use super::{Result, Store};
use crate::settings::Settings;

impl Store {
    /// What is stored; a new database has everything off.
    pub async fn get_settings(&self) -> Result<Settings> {
        let interface_to_dropbox: i64 = sqlx::query_scalar("SELECT interface_to_dropbox FROM settings WHERE id = 1")
            .fetch_one(&self.pool)
            .await?;
        Ok(Settings {
            interface_to_dropbox: interface_to_dropbox != 0,
        })
    }

    /// Replaces what is stored.
    pub async fn set_settings(&self, settings: &Settings) -> Result<()> {
        sqlx::query("UPDATE settings SET interface_to_dropbox = $1 WHERE id = 1")
            .bind(i64::from(settings.interface_to_dropbox))
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
