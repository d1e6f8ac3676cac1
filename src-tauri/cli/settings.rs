//! `outtray settings`: Administrator Options.

use outtray::{
    App, Error,
    error::Field,
    secret::Secret,
    settings::{self, ChosenSettings, Settings},
};

use crate::{
    arguments::{Language, ProxyMode, RedirectHost, Settings as SettingsCommand, SettingsFields, Switch},
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
    Settings {
        interface_to_dropbox: is_on(fields.interface_to_dropbox, now.interface_to_dropbox),
        report_output_root: now.report_output_root,
        redirect_host: match fields.redirect_host {
            Some(RedirectHost::Ipv4) => settings::RedirectHost::Ipv4,
            Some(RedirectHost::Localhost) => settings::RedirectHost::Localhost,
            None => now.redirect_host,
        },
        redirect_ports: fields.redirect_ports.unwrap_or(now.redirect_ports),
        connect_timeout_seconds: fields.connect_timeout_seconds.unwrap_or(now.connect_timeout_seconds),
        idle_timeout_seconds: fields.idle_timeout_seconds.unwrap_or(now.idle_timeout_seconds),
        history_retention_days: fields.history_retention_days.unwrap_or(now.history_retention_days),
        language: match fields.language {
            Some(Language::System) => settings::Language::System,
            Some(Language::En) => settings::Language::En,
            Some(Language::De) => settings::Language::De,
            Some(Language::Es) => settings::Language::Es,
            None => now.language,
        },
        notifications: is_on(fields.notifications, now.notifications),
        close_to_tray: is_on(fields.close_to_tray, now.close_to_tray),
        proxy: match fields.proxy {
            Some(ProxyMode::System) => settings::ProxyMode::System,
            Some(ProxyMode::None) => settings::ProxyMode::None,
            Some(ProxyMode::Manual) => settings::ProxyMode::Manual,
            None if fields.proxy_address.is_some() => settings::ProxyMode::Manual,
            None => now.proxy,
        },
        proxy_address: fields.proxy_address.or(now.proxy_address),
        proxy_user: fields.proxy_user.or(now.proxy_user),
        proxy_password_stored: now.proxy_password_stored,
    }
}

fn is_on(chosen: Option<Switch>, now: bool) -> bool {
    chosen.map_or(now, |switch| switch == Switch::On)
}
