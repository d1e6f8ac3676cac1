//! `outtray settings`: Administrator Options.

use outtray::{
    App, Error,
    settings::{self, Settings},
};

use crate::{
    arguments::{Language, RedirectHost, Settings as SettingsCommand, SettingsFields, Switch},
    output::Output,
};

/// Runs one of its commands.
pub(crate) async fn run(app: &App, output: &Output, command: SettingsCommand) -> Result<(), Error> {
    let now = app.get_settings().await?;
    let settings = match command {
        SettingsCommand::Get => now,
        SettingsCommand::Set(fields) => app.set_settings(changed(now, fields)).await?,
    };
    output.settings(&settings);
    Ok(())
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
    }
}

fn is_on(chosen: Option<Switch>, now: bool) -> bool {
    chosen.map_or(now, |switch| switch == Switch::On)
}
