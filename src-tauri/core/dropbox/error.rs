//! What Dropbox, or the way to it, can answer. Decided once, from status and tag, never from text later.

use std::time::Duration;

use super::RootInfo;

/// Why a proxy connects nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyTrouble {
    /// Its host is not there, or takes no connection; how far it came.
    Unreachable(String),
    /// 407, and it was sent no user name and no password.
    CredentialsMissing,
    /// 407 all the same.
    CredentialsWrong,
    /// 407 with other ways to log in than Basic (RFC 7617): their names.
    Login(String),
    /// A page for people: an answer with a body, a redirect, or 511 (RFC 6585 section 6).
    LogInPage,
    /// It could not connect; what it says.
    Refused(String),
    /// It does not connect to Dropbox: 4xx.
    Forbidden(u16),
}

/// A call that did not succeed. Everything that came as an answer carries Dropbox's number for the call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No answer: no network, no name, no connection, or a connection that broke.
    #[error("{}", network_words(.0))]
    Network(#[source] Box<reqwest::Error>),
    /// A proxy stands in the way.
    #[error("the proxy {proxy}: {trouble:?}")]
    Proxy {
        /// Its address, without credentials.
        proxy: String,
        /// What is the matter with it.
        trouble: ProxyTrouble,
    },
    /// The system names a proxy that cannot be used.
    #[error("the proxy in {origin} cannot be used: {reason}")]
    ProxyUnusable {
        /// Where it is set.
        origin: String,
        /// Why, as a sentence.
        reason: String,
    },
    /// No connection, where a script that is not read decides about proxies; its address.
    #[error("no connection, and the script {0} is not read")]
    ProxyScript(String),
    /// Nothing moved for as long as the time-outs allow.
    #[error("no answer in time")]
    Silent,
    /// 429: too many calls, or another writer in the same Dropbox.
    #[error("{refusal}")]
    RateLimited {
        /// How long to wait, where Dropbox says so.
        retry_after: Option<Duration>,
        /// The answer.
        refusal: Box<Refusal>,
    },
    /// 5xx.
    #[error("{refusal}")]
    Server {
        /// How long to wait, where Dropbox says so (RFC 9110 section 10.2.3).
        retry_after: Option<Duration>,
        /// The answer.
        refusal: Box<Refusal>,
    },
    /// 401 `expired_access_token`: refresh, then call again.
    #[error("{0}")]
    ExpiredAccessToken(Box<Refusal>),
    /// 401 `invalid_access_token`: the authorization has ended.
    #[error("{0}")]
    InvalidAccessToken(Box<Refusal>),
    /// The token, or the app itself, lacks a permission.
    #[error("the permission {scope} is missing ({})", number(.request_id.as_deref()))]
    MissingScope {
        /// The permission, in Dropbox's name.
        scope: String,
        /// Dropbox's number for the call; none where the grant itself did not have it.
        request_id: Option<String>,
    },
    /// `invalid_grant`: a code or refresh token that does not work, or no longer.
    #[error("{0}")]
    InvalidGrant(Box<Refusal>),
    /// `invalid_client`, or `check/app` refused key and secret.
    #[error("the app key or the app secret is wrong: {0}")]
    InvalidClient(Box<Refusal>),
    /// 422 `invalid_root`: paths begin in another namespace now.
    #[error("{refusal}")]
    InvalidRoot {
        /// Where they begin now.
        root: RootInfo,
        /// The answer.
        refusal: Box<Refusal>,
    },
    /// Anything else that Dropbox refuses, by tag.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// An answer that is not Dropbox's: the page of a proxy, or of a network that wants a sign-in.
    #[error("an answer that is not Dropbox’s, {0}")]
    NotDropbox(Box<Refusal>),
    /// A success that makes no sense here.
    #[error("an answer that was not understood: {what} ({})", number(.request_id.as_deref()))]
    Unexpected {
        /// What is wrong with it.
        what: &'static str,
        /// Dropbox's number for the call.
        request_id: Option<String>,
    },
    /// More than one call can carry; nothing was sent.
    #[error("a batch of {given} {what} is too large: one call carries at most {most}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many there are.
        given: usize,
        /// How many there may be.
        most: usize,
    },
    /// An address that is neither Dropbox's nor a loopback address.
    #[error("{0} is not an address of Dropbox or of this computer")]
    Address(String),
}

/// An answer that is no success, flattened to its tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status. An entry of a batch is refused within a 200.
    pub status: u16,
    /// The tags from outside to inside, `path/conflict/file`. Empty where there are none.
    pub tags: String,
    /// What stands there in words: the text of a 400, the description of a token error. For people only.
    pub text: Option<String>,
    /// What Dropbox wants the user to read.
    pub user_message: Option<String>,
    /// `incorrect_offset` says how much the session has.
    pub correct_offset: Option<u64>,
    /// Dropbox's number for the call.
    pub request_id: Option<String>,
}

impl Refusal {
    /// Whether a tag occurs, at any depth.
    pub fn has(&self, tag: &str) -> bool {
        self.tags.split('/').any(|part| part == tag)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (status, number) = (self.status, number(self.request_id.as_deref()));
        match (self.tags.as_str(), &self.text) {
            ("", None) => write!(formatter, "HTTP {status} ({number})"),
            ("", Some(text)) => write!(formatter, "{text} (HTTP {status}, {number})"),
            (tags, None) => write!(formatter, "{tags} (HTTP {status}, {number})"),
            (tags, Some(text)) => write!(formatter, "{tags}: {text} (HTTP {status}, {number})"),
        }
    }
}

fn number(request_id: Option<&str>) -> String {
    request_id.map_or_else(|| "no request id".to_owned(), |id| format!("request {id}"))
}

impl Error {
    /// A failure that is not Dropbox's.
    pub(super) fn unexpected(what: &'static str) -> Self {
        Self::Unexpected { what, request_id: None }
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Proxy { trouble, .. } => {
                matches!(
                    trouble,
                    ProxyTrouble::Unreachable(_) | ProxyTrouble::Refused(_) | ProxyTrouble::LogInPage
                )
            }
            Self::ProxyScript(_)
            | Self::Network(_)
            | Self::Silent
            | Self::RateLimited { .. }
            | Self::Server { .. }
            | Self::NotDropbox(_) => true,
            Self::Refused(refusal) => refusal.has("too_many_write_operations") || refusal.has("content_hash_mismatch"),
            _ => false,
        }
    }

    /// Whether Dropbox has done nothing for this call: it was not reached, or it said that the call should come again. After any other
    /// failure nobody knows.
    pub fn has_changed_nothing(&self) -> bool {
        match self {
            Self::Network(error) => error.is_connect(),
            Self::RateLimited { .. } => true,
            Self::Server { retry_after, .. } => retry_after.is_some(),
            _ => false,
        }
    }

    /// Whether the access token was not taken: another one may be.
    pub fn is_about_token(&self) -> bool {
        matches!(self, Self::ExpiredAccessToken(_) | Self::InvalidAccessToken(_))
    }

    /// How long Dropbox asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } | Self::Server { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether a refusal carries this tag.
    pub fn has_tag(&self, tag: &str) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.has(tag))
    }

    /// How much an upload session has, where Dropbox says so.
    pub fn correct_offset(&self) -> Option<u64> {
        match self {
            Self::Refused(refusal) => refusal.correct_offset,
            _ => None,
        }
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The address may carry a code or a state; a log or a message must not.
        Self::Network(Box::new(error.without_url()))
    }
}

/// What went wrong on the way, in words for a person.
fn network_words(error: &reqwest::Error) -> String {
    let cause = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    match innermost(error) {
        Some(detail) => format!("{cause} ({detail})"),
        None => cause.to_owned(),
    }
}

fn innermost(error: &dyn std::error::Error) -> Option<String> {
    let mut innermost = error.source()?;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    Some(innermost.to_string())
}

/// The general translation. What a refusal means for a code, a file or an operator is said by whoever made the call.
impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Proxy { proxy, trouble } => in_the_way(proxy, trouble),
            Error::ProxyUnusable { origin, reason } => Self::ProxyUnusable { origin, reason },
            Error::ProxyScript(script) => Self::ProxyScript(script),
            Error::Network(_) | Error::Silent => Self::Network(error.to_string()),
            Error::RateLimited { .. } | Error::Server { .. } => Self::DropboxBusy(error.to_string()),
            Error::NotDropbox(refusal) => Self::NotDropbox(refusal.to_string()),
            Error::MissingScope { scope, .. } => Self::MissingScope(scope),
            Error::InvalidClient(_) => Self::InvalidApp,
            Error::Address(address) => Self::AddressRefused(address),
            Error::Refused(refusal) => refused(&refusal),
            other => Self::DropboxRefused(other.to_string()),
        }
    }
}

/// What stands in the way to Dropbox.
fn in_the_way(proxy: String, trouble: ProxyTrouble) -> crate::Error {
    match trouble {
        ProxyTrouble::Unreachable(reason) => crate::Error::ProxyUnreachable { proxy, reason },
        ProxyTrouble::CredentialsMissing => crate::Error::ProxyCredentialsMissing(proxy),
        ProxyTrouble::CredentialsWrong => crate::Error::ProxyCredentialsWrong(proxy),
        ProxyTrouble::Login(schemes) => crate::Error::ProxyLogin { proxy, schemes },
        ProxyTrouble::LogInPage => crate::Error::NotDropbox(format!("a log-in page, by way of the proxy {proxy}")),
        ProxyTrouble::Refused(reason) => crate::Error::ProxyRefused { proxy, reason },
        ProxyTrouble::Forbidden(status) => crate::Error::ProxyRefused {
            proxy,
            reason: format!("HTTP {status}"),
        },
    }
}

/// Refusals that any route may have.
fn refused(refusal: &Refusal) -> crate::Error {
    let detail = match &refusal.user_message {
        Some(message) => format!("“{message}”, {refusal}"),
        None => refusal.to_string(),
    };
    match refusal.status {
        401 if refusal.has("user_suspended") => crate::Error::AccountSuspended,
        401 => crate::Error::AccessDenied(detail),
        403 if refusal.has("invalid_account_type") && refusal.has("feature") => crate::Error::TransportLimit(detail),
        403 => crate::Error::AccessDenied(detail),
        422 if refusal.has("no_permission") => crate::Error::TeamSpaceDenied(detail),
        _ if refusal.has("insufficient_space") => crate::Error::DropboxFull,
        _ if refusal.has("too_many_write_operations") => crate::Error::DropboxBusy(detail),
        _ => crate::Error::DropboxRefused(detail),
    }
}
