//! Administrator Options: what holds for every operator.

use std::{
    collections::HashSet,
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Field, both},
    proxy::Proxy,
    secret::Secret,
    typed::check_seen,
    unicode::cleaned,
};

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
    /// Which proxy calls to Dropbox go through.
    pub proxy: ProxyMode,
    /// The address of the proxy that is set by hand, such as `http://proxy.example.com:8080`. It is kept while another mode holds.
    #[serde(deserialize_with = "Option::deserialize")]
    pub proxy_address: Option<String>,
    /// The user name for that proxy.
    #[serde(deserialize_with = "Option::deserialize")]
    pub proxy_user: Option<String>,
    /// Whether a password for that user is stored. It says how things are: what is sent here changes nothing.
    pub proxy_password_stored: bool,
}

/// What *Save* is given: the options, and the password of the proxy where another one was typed.
#[derive(Clone, Debug)]
pub struct ChosenSettings {
    /// The options.
    pub settings: Settings,
    /// Nothing keeps the password that is stored; an empty one takes it away.
    pub proxy_password: Option<Secret>,
}

impl From<Settings> for ChosenSettings {
    fn from(settings: Settings) -> Self {
        Self {
            settings,
            proxy_password: None,
        }
    }
}

impl ChosenSettings {
    /// Checks every field as [`Settings::checked`] does, and what becomes of the password of the proxy. A stored one is for one address and
    /// one user: neither is changed without it.
    pub fn checked(self, before: &Settings) -> Result<Self, Error> {
        let unseen = both(check_new_root(&self.settings, before), check_password(self.proxy_password.as_ref()));
        let (mut settings, _) = both(self.settings.checked(), unseen)?;
        let mut proxy_password = self.proxy_password;
        if settings.proxy_user.is_none() || settings.proxy_address.is_none() {
            if proxy_password.as_ref().is_some_and(|password| !password.is_empty()) {
                let reason = "A password for the proxy needs its address and its user name.";
                return Err(Error::invalid(Field::ProxyUser, reason));
            }
            // Without a user nobody would ever use it, or see it.
            proxy_password = before.proxy_password_stored.then(|| Secret::new(""));
        }
        let is_for_another = settings.proxy_address != before.proxy_address || settings.proxy_user != before.proxy_user;
        if proxy_password.is_none() && before.proxy_password_stored && is_for_another {
            let reason = "The password that is stored is for another address or another user. Type the password for this one.";
            return Err(Error::invalid(Field::ProxyPassword, reason));
        }
        settings.proxy_password_stored = match &proxy_password {
            Some(password) => !password.is_empty(),
            None => before.proxy_password_stored,
        };
        Ok(Self { settings, proxy_password })
    }

    /// What is other than before, in words. Of the password, that there is another one.
    pub fn changes_since(&self, before: &Settings) -> String {
        let changes = self.settings.changes_since(before);
        let replaced = before.proxy_password_stored && self.settings.proxy_password_stored && self.proxy_password.is_some();
        let parts = [
            Some(changes).filter(|changes| !changes.is_empty()),
            replaced.then(|| "Proxy password replaced".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Which proxy calls to Dropbox go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ProxyMode {
    /// The one that the system or the environment names.
    System,
    /// None.
    None,
    /// The one whose address is set by hand.
    Manual,
}

impl ProxyMode {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::System, Self::None, Self::Manual];

    /// As it is stored and chosen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::None => "none",
            Self::Manual => "manual",
        }
    }

    /// The mode of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name)
    }
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
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::System, Self::En, Self::De, Self::Es];

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
        Self::ALL.into_iter().find(|language| language.as_str() == name)
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
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Ipv4, Self::Localhost];

    /// As it stands in a redirect URI.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ipv4 => "127.0.0.1",
            Self::Localhost => "localhost",
        }
    }

    /// The host of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|host| host.as_str() == name)
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
            proxy: ProxyMode::System,
            proxy_address: None,
            proxy_user: None,
            proxy_password_stored: false,
        }
    }
}

impl Settings {
    /// Trims and checks every field; the error names the field.
    pub fn checked(self) -> Result<Self, Error> {
        let root = self.report_output_root.as_deref().map(checked_root).transpose();
        let others = both(root, self.check_redirect_and_limits());
        let ((root, ()), (proxy_address, proxy_user)) = both(others, checked_proxy(&self))?;
        Ok(Self {
            report_output_root: root.flatten(),
            proxy_address,
            proxy_user,
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
    pub fn described(&self) -> [(&'static str, String); 13] {
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
            ("Proxy", proxy_mode(self.proxy)),
            ("Proxy address", text_or_none(self.proxy_address.as_deref())),
            ("Proxy user", text_or_none(self.proxy_user.as_deref())),
            ("Proxy password", stored_or_none(self.proxy_password_stored)),
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

fn proxy_mode(mode: ProxyMode) -> String {
    match mode {
        ProxyMode::System => "as the system",
        ProxyMode::None => "none",
        ProxyMode::Manual => "set by hand",
    }
    .to_owned()
}

fn text_or_none(text: Option<&str>) -> String {
    text.unwrap_or("none").to_owned()
}

fn stored_or_none(stored: bool) -> String {
    if stored { "is stored" } else { "none" }.to_owned()
}

/// The longest user name, in bytes; SOCKS 5 has room for no longer one (RFC 1929 section 2).
const PROXY_USER_MAX: usize = 255;

/// Address and user name of the proxy that is set by hand, as they are kept. A user name or a password within the address has a field of
/// its own: the address is shown, and stored as it is.
fn checked_proxy(settings: &Settings) -> Result<(Option<String>, Option<String>), Error> {
    let (address, user) = both(
        checked_text(Field::ProxyAddress, settings.proxy_address.as_deref()),
        checked_text(Field::ProxyUser, settings.proxy_user.as_deref()),
    )?;
    let invalid = |field, reason: &str| Err(Error::invalid(field, reason));
    let Some(address) = address else {
        return match settings.proxy {
            ProxyMode::Manual => invalid(
                Field::ProxyAddress,
                "The address of the proxy is missing, such as http://proxy.example.com:8080.",
            ),
            _ => Ok((None, user)),
        };
    };
    let proxy = Proxy::parse(&address).map_err(|reason| Error::invalid(Field::ProxyAddress, reason))?;
    if proxy.credentials.is_some() {
        return invalid(
            Field::ProxyAddress,
            "The user name and the password of the proxy have fields of their own. Leave them out here.",
        );
    }
    if let Some(user) = &user {
        // In HTTP a colon ends the user name (RFC 7617 section 2).
        if user.len() > PROXY_USER_MAX || user.contains(|c: char| c == ':' || c.is_control()) {
            return invalid(
                Field::ProxyUser,
                "The user name of the proxy may have no colon and at most 255 characters.",
            );
        }
        if !proxy.address.takes_credentials() {
            return invalid(
                Field::ProxyUser,
                "SOCKS 4 knows no user names. Leave it empty, or choose an address that begins with socks5.",
            );
        }
    }
    Ok((Some(proxy.address.to_string()), user))
}

/// A text without what copying leaves in it, or nothing where none is typed.
fn checked_text(field: Field, text: Option<&str>) -> Result<Option<String>, Error> {
    let text = cleaned(text.unwrap_or_default());
    check_seen(field, &text, false)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// A password is taken as it was typed. While it is masked nobody sees what came with it.
fn check_password(password: Option<&Secret>) -> Result<(), Error> {
    password.map_or(Ok(()), |password| check_seen(Field::ProxyPassword, password.expose(), true))
}

/// A folder has the name that it has, so nothing is dropped. One that is stored already stays: no form shows it.
fn check_new_root(settings: &Settings, before: &Settings) -> Result<(), Error> {
    match settings.report_output_root.as_deref().and_then(Path::to_str) {
        Some(root) if settings.report_output_root != before.report_output_root => check_seen(Field::ReportOutputRoot, root.trim(), true),
        _ => Ok(()),
    }
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
