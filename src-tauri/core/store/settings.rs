//! The one row of Administrator Options.

use std::path::PathBuf;

use sqlx::Row;

use super::{Result, Store};
use crate::settings::{Language, ProxyMode, RedirectHost, Settings};
use crate::store::sqlite::DatabaseRow;

impl Store {
    /// What is stored; a new database has the interface off and the defaults of [`Settings`].
    pub async fn get_settings(&self) -> Result<Settings> {
        let row = sqlx::query(
            "SELECT interface_to_dropbox, report_output_root, redirect_host, redirect_ports, connect_timeout_seconds,
                    idle_timeout_seconds, history_retention_days, language, notifications, close_to_tray,
                    proxy, proxy_address, proxy_user, proxy_password IS NOT NULL AS proxy_password_stored
               FROM settings WHERE id = 1",
        )
        .fetch_one(self.readers()?)
        .await?;
        let host: String = row.try_get("redirect_host")?;
        let ports: String = row.try_get("redirect_ports")?;
        let language: String = row.try_get("language")?;
        let proxy: String = row.try_get("proxy")?;
        Ok(Settings {
            interface_to_dropbox: switch(&row, "interface_to_dropbox")?,
            report_output_root: row.try_get::<Option<String>, _>("report_output_root")?.map(PathBuf::from),
            redirect_host: RedirectHost::named(&host).unwrap_or(RedirectHost::Ipv4),
            redirect_ports: ports.split(' ').filter_map(|port| port.parse().ok()).collect(),
            connect_timeout_seconds: number(&row, "connect_timeout_seconds")?,
            idle_timeout_seconds: number(&row, "idle_timeout_seconds")?,
            history_retention_days: number(&row, "history_retention_days")?,
            language: Language::named(&language).unwrap_or(Language::System),
            notifications: switch(&row, "notifications")?,
            close_to_tray: switch(&row, "close_to_tray")?,
            proxy: ProxyMode::named(&proxy).unwrap_or(ProxyMode::System),
            proxy_address: row.try_get("proxy_address")?,
            proxy_user: row.try_get("proxy_user")?,
            proxy_password_stored: switch(&row, "proxy_password_stored")?,
        })
    }

    /// Replaces what is stored, and the sealed password of the proxy where there is another one; an empty one takes it away.
    pub async fn set_settings(&self, settings: &Settings, proxy_password: Option<Vec<u8>>) -> Result<()> {
        let ports: Vec<String> = settings.redirect_ports.iter().map(u16::to_string).collect();
        sqlx::query(
            "UPDATE settings SET interface_to_dropbox = $1, report_output_root = $2, redirect_host = $3, redirect_ports = $4,
                    connect_timeout_seconds = $5, idle_timeout_seconds = $6, history_retention_days = $7,
                    language = $8, notifications = $9, close_to_tray = $10, proxy = $11, proxy_address = $12, proxy_user = $13,
                    proxy_password = CASE WHEN CAST($14 AS BIGINT) = 0 THEN proxy_password ELSE $15 END WHERE id = 1",
        )
        .bind(i64::from(settings.interface_to_dropbox))
        .bind(settings.report_output_root.as_ref().map(|root| root.to_string_lossy().into_owned()))
        .bind(settings.redirect_host.as_str())
        .bind(ports.join(" "))
        .bind(i64::from(settings.connect_timeout_seconds))
        .bind(i64::from(settings.idle_timeout_seconds))
        .bind(i64::from(settings.history_retention_days))
        .bind(settings.language.as_str())
        .bind(i64::from(settings.notifications))
        .bind(i64::from(settings.close_to_tray))
        .bind(settings.proxy.as_str())
        .bind(&settings.proxy_address)
        .bind(&settings.proxy_user)
        .bind(i64::from(proxy_password.is_some()))
        .bind(proxy_password.filter(|sealed| !sealed.is_empty()))
        .execute(self.writer()?)
        .await?;
        Ok(())
    }

    /// The sealed password of the proxy that is set by hand.
    pub async fn find_proxy_password(&self) -> Result<Option<Vec<u8>>> {
        Ok(sqlx::query_scalar("SELECT proxy_password FROM settings WHERE id = 1")
            .fetch_one(self.readers()?)
            .await?)
    }

    /// Notes that closing to the tray has been explained; whether this was the first time.
    pub async fn explain_close_to_tray(&self) -> Result<bool> {
        let done = sqlx::query("UPDATE settings SET close_to_tray_explained = 1 WHERE id = 1 AND close_to_tray_explained = 0")
            .execute(self.writer()?)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

fn switch(row: &DatabaseRow, column: &str) -> Result<bool> {
    Ok(row.try_get::<i64, _>(column)? != 0)
}

fn number(row: &DatabaseRow, column: &str) -> Result<u32> {
    Ok(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(u32::MAX))
}
