//! The HTTP client that calls are made with. It is made in one place, and made anew when what it was made from has changed.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use super::Error;
use crate::{
    proxy::{Proxy, Way},
    settings::Settings,
};

pub(super) const USER_AGENT: &str = concat!("Outtray/", env!("CARGO_PKG_VERSION"));

/// How long a call may stand still. There is no limit on the whole: a large part over a slow line, and the commit of a large file,
/// take their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// How long a connection may take to stand.
    pub connect: Duration,
    /// How long nothing may move: no byte of the request is taken, and none of the answer comes.
    pub idle: Duration,
}

impl From<&Settings> for Timeouts {
    fn from(settings: &Settings) -> Self {
        Self {
            connect: Duration::from_secs(settings.connect_timeout_seconds.into()),
            idle: Duration::from_secs(settings.idle_timeout_seconds.into()),
        }
    }
}

/// What an HTTP client is made from: a change of it makes another client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Making {
    pub(super) timeouts: Timeouts,
    pub(super) way: Way,
}

/// An HTTP client, and what it was made from. Cloning it shares its connections.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) http: reqwest::Client,
    pub(super) making: Making,
    /// Tells it from those before.
    number: u64,
}

/// The line of the next call.
#[derive(Debug)]
pub(super) struct Connections(RwLock<Line>);

impl Connections {
    pub(super) fn new(making: Making) -> Result<Self, Error> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self(RwLock::new(line(making, 0)?)))
    }

    /// The line of the call that begins now.
    pub(super) fn current(&self) -> Line {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes another line for every call from now on, where something it is made from has changed; a call that is on its way keeps its
    /// own.
    pub(super) fn change(&self, change: impl FnOnce(&mut Making)) -> Result<(), Error> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut making = current.making.clone();
        change(&mut making);
        if current.making != making {
            *current = line(making, current.number + 1)?;
        }
        Ok(())
    }

    /// Makes another line for every call from now on: nobody knows which connections of this one are dead. Whoever comes second finds
    /// that done.
    pub(super) fn leave(&self, silent: &Line) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if current.number == silent.number {
            match line(current.making.clone(), current.number + 1) {
                Ok(fresh) => *current = fresh,
                Err(error) => tracing::warn!(%error, "the connections could not be made anew"),
            }
        }
    }
}

fn line(making: Making, number: u64) -> Result<Line, Error> {
    Ok(Line {
        http: http_client(&making)?,
        making,
        number,
    })
}

/// A client that uses the system's certificate store and our own proxy, and follows no redirects: none of our calls has one. Silence is noticed
/// by `idle`: the crate's own read time-out also runs while a body is being sent.
fn http_client(making: &Making) -> Result<reqwest::Client, Error> {
    let builder = || {
        let builder = lively(reqwest::Client::builder(), making.timeouts.idle)
            .user_agent(USER_AGENT)
            .connect_timeout(making.timeouts.connect)
            .redirect(reqwest::redirect::Policy::none());
        through(builder, &making.way)
    };
    // Without a certificate store no call to Dropbox succeeds, but records can be kept, and the doctor says what is missing.
    Ok(builder().build().or_else(|_| builder().tls_certs_only([]).build())?)
}

/// How often it is asked at least whether the other end is still there: within a minute, after which routers begin to forget connections.
const PING: Duration = Duration::from_secs(20);
/// A connection that nothing has used for so long is not used again: the computer may be in another network.
const REUSE: Duration = Duration::from_secs(30);

/// Notices a connection that is dead without saying so. On a slow line an answer to a ping waits behind what is being sent, so half of
/// the time for silence is left to it.
fn lively(builder: reqwest::ClientBuilder, idle: Duration) -> reqwest::ClientBuilder {
    let builder = builder
        .pool_idle_timeout(REUSE)
        // With the wait for the answer it is less than the time for silence, which would end the call first.
        .http2_keep_alive_interval(PING.min(idle / 4))
        .http2_keep_alive_timeout(idle / 2)
        .http2_keep_alive_while_idle(true)
        .tcp_keepalive(PING)
        .tcp_keepalive_interval(PING);
    // Bytes that nobody takes are silence like any other; the crate would give up after 30 seconds, on a slow line too.
    #[cfg(target_os = "linux")]
    let builder = builder.tcp_user_timeout(idle);
    builder
}

/// Sends what a client will send by this way, and by no other that the crate would find.
fn through(builder: reqwest::ClientBuilder, way: &Way) -> reqwest::ClientBuilder {
    match way.proxy.is_some() {
        true => builder.no_proxy().proxy(proxy(way.clone())),
        false => builder.no_proxy(),
    }
}

fn proxy(way: Way) -> reqwest::Proxy {
    reqwest::Proxy::custom(move |target| way.proxy_for(target.host_str()?).and_then(address))
}

/// The address with the credentials in it, as the crate takes them.
fn address(proxy: &Proxy) -> Option<Url> {
    let credentials = proxy.credentials.as_ref();
    let userinfo = credentials.map(|credentials| {
        format!(
            "{}:{}@",
            utf8_percent_encode(&credentials.user, NON_ALPHANUMERIC),
            utf8_percent_encode(credentials.password.expose(), NON_ALPHANUMERIC)
        )
    });
    let (scheme, place) = (proxy.address.scheme(), proxy.address.to_string());
    let place = place.strip_prefix(scheme)?.strip_prefix("://")?;
    Url::parse(&format!("{scheme}://{}{place}", userinfo.unwrap_or_default())).ok()
}
