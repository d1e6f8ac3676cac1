//! Proxy: how an address of one is read, what was chosen, what the system says, and which of it a call uses.

use std::{fmt, sync::Arc};

use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::{
    secret::Secret,
    unicode::{cleaned, code_point, hidden_in},
};

/// How a proxy is spoken to. Its address begins with the name.
const SCHEMES: [(&str, u16); 6] = [
    ("http", 80),
    ("https", 443),
    ("socks4", 1080),
    ("socks4a", 1080),
    ("socks5", 1080),
    ("socks5h", 1080),
];

/// Where a proxy is: how it is spoken to, its host, its port. It carries no user name and no password, so it can be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyAddress {
    scheme: &'static str,
    /// A name in ASCII, or an IP address; one of IPv6 in brackets.
    host: String,
    port: u16,
}

impl fmt::Display for ProxyAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl ProxyAddress {
    /// `http`, `https`, or one of SOCKS.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// The host as a name to look up, or an IP address without brackets.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is spoken to by HTTP, so that it answers `CONNECT` (RFC 9110 section 9.3.6).
    pub fn is_http(&self) -> bool {
        self.scheme.starts_with("http")
    }

    /// Whether its protocol has a password at all: SOCKS 4 has none.
    pub fn takes_credentials(&self) -> bool {
        !self.scheme.starts_with("socks4")
    }
}

/// What a proxy wants to know before it lets a call through.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The user name.
    pub user: String,
    /// The password; empty where there is none.
    pub password: Secret,
}

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        self.user == other.user && self.password.expose() == other.password.expose()
    }
}

impl Eq for Credentials {}

/// A proxy, ready for use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proxy {
    /// Where it is.
    pub address: ProxyAddress,
    /// What it is told about the user.
    pub credentials: Option<Credentials>,
}

impl Proxy {
    /// Reads an address as people, environments and systems write it: `http://user:password@host:port`, each part but the host optional.
    ///
    /// The last `@` ends the password, whatever the password holds. The error is a whole sentence, and repeats nothing that may be secret.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = cleaned(scheme);
        let Some(&(scheme, port)) = SCHEMES.iter().find(|(known, _)| scheme.eq_ignore_ascii_case(known)) else {
            return Err("A proxy is reached by http, https, socks4 or socks5, and its address begins so.".to_owned());
        };
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((userinfo, place)) => (credentials(userinfo), place),
            None => (None, rest),
        };
        // The password stays as it is.
        let place = cleaned(place);
        if let Some(c) = hidden_in(&place, false).filter(|c| !c.is_control()) {
            return Err(format!(
                "The address of a proxy has a character that cannot be seen, {}.",
                code_point(c)
            ));
        }
        let place = place.strip_suffix('/').unwrap_or(&place);
        let malformed = || "The address of a proxy has to be written like http://proxy.example.com:8080.".to_owned();
        if place.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(malformed());
        }
        if place.contains(['/', '?', '#']) {
            return Err("The address of a proxy ends with its port. A configuration script (PAC) is not read by Outtray.".to_owned());
        }
        // Read as one of HTTP, whose hosts are checked and may be written in any script (RFC 5891).
        let url = Url::parse(&format!("http://{place}")).map_err(|_| malformed())?;
        let host = match url.host().ok_or_else(malformed)? {
            Host::Domain(name) => name.trim_end_matches('.').to_owned(),
            ip => ip.to_string(),
        };
        if host.is_empty() {
            return Err(malformed());
        }
        let given = has_port(place).then(|| url.port_or_known_default()).flatten();
        Ok(Self {
            address: ProxyAddress {
                scheme,
                host,
                port: given.unwrap_or(port),
            },
            credentials,
        })
    }
}

/// Whether a port is named, be it the one that is usual.
fn has_port(place: &str) -> bool {
    place
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `user:password`, each in percent encoding where somebody has used it (RFC 3986 section 3.2.1).
fn credentials(userinfo: &str) -> Option<Credentials> {
    if userinfo.is_empty() {
        return None;
    }
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    Some(Credentials {
        user: decoded(user),
        password: Secret::new(decoded(password)),
    })
}

/// Without percent encoding. A percent sign that begins none stands for itself.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().map_or_else(|_| text.to_owned(), Into::into)
}

/// What was chosen in Administrator Options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Chosen {
    /// What the system says.
    #[default]
    System,
    /// None, whatever the system says.
    None,
    /// This one.
    Manual(Proxy),
}

/// Where a proxy, or an exception from it, is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// In Administrator Options.
    Options,
    /// In this variable of the environment.
    Variable(&'static str),
    /// In the settings of the system.
    System,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Options => "Administrator Options",
            Self::Variable(name) => name,
            Self::System => "the settings of this computer",
        })
    }
}

/// A configuration by script, which Outtray does not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Script {
    /// The script (PAC) at this address.
    At(String),
    /// One that the network is asked for (WPAD). On Windows this is on from the beginning, so it says little.
    Detected,
}

/// What this computer says about proxies at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SystemSays {
    /// The proxy for calls by HTTPS as it stands there, or why it cannot be used; and where it stands.
    pub proxy: Option<(Result<Proxy, String>, Origin)>,
    /// Which hosts are reached without it, and where that stands.
    pub exceptions: Option<(Exceptions, Origin)>,
    /// A configuration by script.
    pub script: Option<Script>,
}

/// Asks this computer, before every call: a VPN changes the answer while the program runs.
#[derive(Clone)]
pub struct SystemProxy(Arc<dyn Fn() -> SystemSays + Send + Sync>);

impl SystemProxy {
    /// Asks by this.
    pub fn new(ask: impl Fn() -> SystemSays + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    /// What it says now.
    pub fn ask(&self) -> SystemSays {
        (self.0)()
    }
}

impl fmt::Debug for SystemProxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SystemProxy")
    }
}

/// Hosts that are reached without a proxy, as patterns in lower case: `*` stands for anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions(Vec<String>);

impl Exceptions {
    /// As `NO_PROXY` has them: commas between, a name stands for everything below it too, a dot before it changes nothing.
    pub fn of_environment(text: &str) -> Self {
        let below = |name: &str| match name.trim_start_matches("*.").trim_start_matches('.') {
            "*" => vec!["*".to_owned()],
            name => vec![name.to_owned(), format!("*.{name}")],
        };
        Self(parts(text, &[',', ' ']).iter().flat_map(|name| below(name)).collect())
    }

    /// As Windows (`ProxyOverride`) and macOS (`ExceptionsList`) have them: patterns.
    pub fn of_system(text: &str) -> Self {
        Self(parts(text, &[';', ',', ' ']))
    }

    /// Whether a host is among them.
    pub fn contain(&self, host: &str) -> bool {
        let host = host.to_lowercase();
        self.0.iter().any(|pattern| matches(pattern, &host))
    }
}

/// The patterns of a list, without what may stand around a name: the scheme before it, the port behind it.
fn parts(text: &str, between: &[char]) -> Vec<String> {
    let name = |part: &str| {
        let name = part.trim().to_lowercase();
        let name = name.split_once("://").map_or(name.as_str(), |(_, name)| name);
        name.strip_suffix(":443").unwrap_or(name).to_owned()
    };
    text.split(between).map(name).filter(|name| !name.is_empty()).collect()
}

/// Whether a text is what a pattern says.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, rest)) => text
            .strip_prefix(before)
            .is_some_and(|text| (0..=text.len()).filter_map(|at| text.get(at..)).any(|text| matches(rest, text))),
    }
}

/// The proxy that Windows (`ProxyServer`) names for calls by HTTPS: one for everything, or one for each protocol.
pub fn of_windows(text: &str) -> Option<String> {
    let entries = || text.split([';', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
    let named = |protocol: &str| {
        let found = entries()
            .filter_map(|entry| entry.split_once('='))
            .find(|(name, _)| name.eq_ignore_ascii_case(protocol));
        found.map(|(_, server)| server.to_owned())
    };
    let for_everything = || entries().find(|entry| !entry.contains('=')).map(str::to_owned);
    // Windows means SOCKS 4 by its third name.
    let socks = || {
        named("socks").map(|server| {
            if server.contains("://") {
                server
            } else {
                format!("socks4://{server}")
            }
        })
    };
    named("https").or_else(for_everything).or_else(socks)
}

/// The way that calls take at the moment; the default is straight to Dropbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    /// The proxy, and where it is set.
    pub proxy: Option<(Proxy, Origin)>,
    /// Which hosts are reached without it, and where that is set.
    pub exceptions: Option<(Exceptions, Origin)>,
    /// A configuration by script that is in force and not read.
    pub script: Option<Script>,
    /// Whether going without a proxy was chosen.
    pub is_chosen: bool,
}

impl Way {
    /// What comes of a choice. The error says what cannot be used, and where it is set.
    pub fn of(chosen: &Chosen, system: impl FnOnce() -> SystemSays) -> Result<Self, (Origin, String)> {
        let direct = Self {
            is_chosen: true,
            ..Self::default()
        };
        match chosen {
            Chosen::None => Ok(direct),
            Chosen::Manual(proxy) => Ok(Self {
                proxy: Some((proxy.clone(), Origin::Options)),
                ..direct
            }),
            Chosen::System => {
                let SystemSays { proxy, exceptions, script } = system();
                let proxy = match proxy {
                    Some((Ok(proxy), origin)) => Some((proxy, origin)),
                    Some((Err(why), origin)) => return Err((origin, why)),
                    None => None,
                };
                Ok(Self {
                    // Where both are set, systems try the script first; what it says is not known.
                    proxy,
                    exceptions,
                    script,
                    is_chosen: false,
                })
            }
        }
    }

    /// The proxy for this host.
    pub fn proxy_for(&self, host: &str) -> Option<&Proxy> {
        let excepted = self.exceptions.as_ref().is_some_and(|(exceptions, _)| exceptions.contain(host));
        self.proxy.as_ref().map(|(proxy, _)| proxy).filter(|_| !excepted)
    }

    /// In words, for calls to these hosts. No credentials are in it.
    pub fn described(&self, hosts: &[String]) -> String {
        let Some((proxy, origin)) = &self.proxy else {
            return match &self.script {
                _ if self.is_chosen => "none, as chosen in Administrator Options".to_owned(),
                Some(Script::At(address)) => {
                    format!("none: this computer is configured by the script {address}, which Outtray does not read")
                }
                Some(Script::Detected) => {
                    "none: this computer is set to ask the network for a script (WPAD), which Outtray does not do".to_owned()
                }
                // What desktops keep there has no form that all of them share.
                None if cfg!(target_os = "linux") => {
                    "none: the environment names none, and what is set in GNOME or KDE is not read by Outtray".to_owned()
                }
                None => "none".to_owned(),
            };
        };
        let address = &proxy.address;
        let without: Vec<&str> = hosts.iter().map(String::as_str).filter(|host| self.proxy_for(host).is_none()).collect();
        match &self.exceptions {
            Some((_, exception)) if without.len() == hosts.len() => format!("none: {exception} excepts Dropbox from {address}"),
            Some((_, exception)) if !without.is_empty() => {
                format!("{address}, from {origin}; {exception} excepts {}", without.join(", "))
            }
            _ => format!("{address}, from {origin}"),
        }
    }
}
