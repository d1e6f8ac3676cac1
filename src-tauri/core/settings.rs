//! Administrator Options: what holds for every operator.

use std::{
    collections::HashSet,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Field, both};

/// The ports of the redirect URIs where none are chosen. They lie below the ranges that Windows reserves for itself.
const REDIRECT_PORTS: [u16; 3] = [17653, 27653, 37653];
/// Ports that can be chosen: neither those of the system nor those that it hands out by itself (RFC 6335 section 6).
const PORTS: RangeInclusive<u16> = 1024..=49151;
/// How many ports can be chosen: each has to be registered in every app.
const PORTS_MAX: usize = 3;
const CONNECT_TIMEOUT_SECONDS: RangeInclusive<u32> = 1..=120;
/// Less would end an upload on a slow line.
const IDLE_TIMEOUT_SECONDS: RangeInclusive<u32> = 10..=3600;
const HISTORY_RETENTION_DAYS: RangeInclusive<u32> = 1..=3650;

/// System Administrator › Administration › Administrator Options › System › General. No field has a default when it is read: whoever
/// changes one sends the others as they were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// *Interface to Dropbox*. While it is off nothing leaves this computer, and every refusal says so.
    pub interface_to_dropbox: bool,
    /// The folder below which each operator's reports are looked for; nothing when none is watched. An absolute path. It is kept, and
    /// neither shown nor offered while no folder is watched.
    #[serde(deserialize_with = "Option::deserialize")]
    pub report_output_root: Option<PathBuf>,
    /// The host of the redirect URIs.
    pub redirect_host: RedirectHost,
    /// The ports of the redirect URIs, in order of preference: one to three.
    pub redirect_ports: Vec<u16>,
    /// How long a connection to Dropbox may take to stand.
    pub connect_timeout_seconds: u32,
    /// How long Dropbox may stay silent.
    pub idle_timeout_seconds: u32,
    /// How long deliveries that have ended stay in the history.
    pub history_retention_days: u32,
    /// The language of the window.
    pub language: Language,
    /// Whether results that arrive while the window is hidden are told by the system's notifications.
    pub notifications: bool,
    /// Whether closing the window leaves the program running in the tray, where there is one.
    pub close_to_tray: bool,
}

/// The language of the window and of what it tells the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// The system's, or English where we do not speak it.
    System,
    /// English (ISO 639-1).
    En,
    /// German.
    De,
    /// Spanish.
    Es,
}

impl Language {
    /// As it is stored and chosen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
        }
    }

    /// The language of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::System, Self::En, Self::De, Self::Es].into_iter().find(|language| language.as_str() == name)
    }
}

/// The host of the redirect URIs: two names of this computer, which Dropbox does not take for the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RedirectHost {
    /// `127.0.0.1`: IPv4 alone, and no name to look up (RFC 8252 section 8.3).
    #[serde(rename = "127.0.0.1")]
    Ipv4,
    /// `localhost`: IPv4 and, where the computer has it, IPv6.
    #[serde(rename = "localhost")]
    Localhost,
}

impl RedirectHost {
    /// As it stands in a redirect URI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "127.0.0.1",
            Self::Localhost => "localhost",
        }
    }

    /// The host of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Ipv4, Self::Localhost].into_iter().find(|host| host.as_str() == name)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            interface_to_dropbox: false,
            report_output_root: None,
            redirect_host: RedirectHost::Ipv4,
            redirect_ports: REDIRECT_PORTS.to_vec(),
            connect_timeout_seconds: 20,
            idle_timeout_seconds: 120,
            history_retention_days: 365,
            language: Language::System,
            notifications: true,
            close_to_tray: true,
        }
    }
}

impl Settings {
    /// Trims and checks every field; the error names the field.
    pub fn checked(self) -> Result<Self, Error> {
        let root = self.report_output_root.as_deref().map(checked_root).transpose();
        let (root, _) = both(root, self.check_redirect_and_limits())?;
        Ok(Self {
            report_output_root: root.flatten(),
            ..self
        })
    }

    fn check_redirect_and_limits(&self) -> Result<(), Error> {
        let checks = [
            check_ports(&self.redirect_ports),
            check_number(
                Field::ConnectTimeoutSeconds,
                "The time to connect, in seconds,",
                self.connect_timeout_seconds,
                CONNECT_TIMEOUT_SECONDS,
            ),
            check_number(
                Field::IdleTimeoutSeconds,
                "The time that Dropbox may stay silent, in seconds,",
                self.idle_timeout_seconds,
                IDLE_TIMEOUT_SECONDS,
            ),
            check_number(
                Field::HistoryRetentionDays,
                "The time that deliveries are kept, in days,",
                self.history_retention_days,
                HISTORY_RETENTION_DAYS,
            ),
        ];
        let mut so_far = Ok(());
        for check in checks {
            so_far = both(so_far, check).map(|_| ());
        }
        so_far
    }

    /// Each setting in words: what it is called, and how it stands. What nothing reads yet is left out.
    pub fn described(&self) -> [(&'static str, String); 9] {
        let ports: Vec<String> = self.redirect_ports.iter().map(u16::to_string).collect();
        [
            ("Interface to Dropbox", on_or_off(self.interface_to_dropbox)),
            ("Redirect host", self.redirect_host.as_str().to_owned()),
            ("Redirect ports", ports.join(", ")),
            ("Time to connect", format!("{} seconds", self.connect_timeout_seconds)),
            ("Time of silence", format!("{} seconds", self.idle_timeout_seconds)),
            ("History kept", format!("{} days", self.history_retention_days)),
            ("Language", self.language.as_str().to_owned()),
            ("Notifications", on_or_off(self.notifications)),
            ("Close to tray", on_or_off(self.close_to_tray)),
        ]
    }

    /// What is other than before, in words.
    pub fn changes_since(&self, before: &Self) -> String {
        let pairs = self.described().into_iter().zip(before.described());
        let changed = pairs.filter(|(now, before)| now != before).map(|((name, value), _)| format!("{name} {value}"));
        changed.collect::<Vec<_>>().join(", ")
    }
}

fn on_or_off(on: bool) -> String {
    if on { "on" } else { "off" }.to_owned()
}

fn checked_root(root: &Path) -> Result<Option<PathBuf>, Error> {
    let invalid = |reason: &str| Err(Error::invalid(Field::ReportOutputRoot, reason));
    let Some(text) = root.to_str().map(str::trim) else {
        return invalid("The report output root has a name that is not text. Choose another folder.");
    };
    if text.is_empty() {
        return Ok(None);
    }
    let root = PathBuf::from(text);
    if !root.is_absolute() {
        return invalid("The report output root must be a whole path, from the drive or the root folder on, or empty.");
    }
    Ok(Some(root))
}

fn check_ports(ports: &[u16]) -> Result<(), Error> {
    let invalid = |reason: String| Err(Error::invalid(Field::RedirectPorts, reason));
    if ports.is_empty() || ports.len() > PORTS_MAX {
        return invalid(format!("There must be one to {PORTS_MAX} redirect ports."));
    }
    if let Some(port) = ports.iter().find(|port| !PORTS.contains(port)) {
        let (least, most) = (PORTS.start(), PORTS.end());
        return invalid(format!(
            "The redirect port {port} cannot be used. Choose one from {least} to {most}."
        ));
    }
    if ports.iter().collect::<HashSet<_>>().len() < ports.len() {
        return invalid("A redirect port stands there twice. Each must be another one.".to_owned());
    }
    Ok(())
}

fn check_number(field: Field, what: &str, number: u32, range: RangeInclusive<u32>) -> Result<(), Error> {
    if range.contains(&number) {
        return Ok(());
    }
    let reason = format!("{what} must be from {} to {}.", range.start(), range.end());
    Err(Error::invalid(field, reason))
}
