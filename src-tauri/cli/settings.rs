//! `outtray settings`: Administrator Options.

use outtray::{
    App, Error,
    error::Field,
    secret::Secret,
    settings::{ChosenSettings, ProxyMode, Settings},
};

use crate::{
    arguments::{Settings as SettingsCommand, SettingsFields},
    output::Output,
    prompt,
};

/// Runs one of its commands.
pub(crate) async fn run(app: &App, output: &Output, command: SettingsCommand) -> Result<(), Error> {
    let now = app.get_settings().await?;
    let settings = match command {
        SettingsCommand::Get => now,
        SettingsCommand::Set(fields) => {
            let proxy_password = proxy_password(&fields).await?;
            let settings = changed(now, *fields);
            let chosen = ChosenSettings { settings, proxy_password };
            app.set_settings(chosen).await?
        }
        SettingsCommand::TestProxy => {
            output.proxy_tested(&app.test_proxy(now).await?);
            return Ok(());
        }
    };
    output.settings(&settings);
    Ok(())
}

/// Nothing typed is no choice: it may be an empty variable of a script.
async fn proxy_password(fields: &SettingsFields) -> Result<Option<Secret>, Error> {
    if fields.no_proxy_password {
        return Ok(Some(Secret::new("")));
    }
    if !fields.proxy_password {
        return Ok(None);
    }
    let password = prompt::secret("Password of the proxy", Field::ProxyPassword).await?;
    match password.is_empty() {
        false => Ok(Some(password)),
        true => Err(Error::invalid(
            Field::ProxyPassword,
            "The password of the proxy is empty. Use --no-proxy-password to have none.",
        )),
    }
}

fn changed(now: Settings, fields: SettingsFields) -> Settings {
    let address_implies = fields.proxy_address.as_ref().map(|_| ProxyMode::Manual);
    Settings {
        interface_to_dropbox: fields.interface_to_dropbox.unwrap_or(now.interface_to_dropbox),
        report_output_root: now.report_output_root,
        redirect_host: fields.redirect_host.unwrap_or(now.redirect_host),
        redirect_ports: fields.redirect_ports.unwrap_or(now.redirect_ports),
        connect_timeout_seconds: fields.connect_timeout_seconds.unwrap_or(now.connect_timeout_seconds),
        idle_timeout_seconds: fields.idle_timeout_seconds.unwrap_or(now.idle_timeout_seconds),
        history_retention_days: fields.history_retention_days.unwrap_or(now.history_retention_days),
        language: fields.language.unwrap_or(now.language),
        notifications: fields.notifications.unwrap_or(now.notifications),
        close_to_tray: fields.close_to_tray.unwrap_or(now.close_to_tray),
        proxy: fields.proxy.or(address_implies).unwrap_or(now.proxy),
        proxy_address: fields.proxy_address.or(now.proxy_address),
        proxy_user: fields.proxy_user.or(now.proxy_user),
        proxy_password_stored: now.proxy_password_stored,
    }
}
