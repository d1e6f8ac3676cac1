//! The HTTP client that calls are made with. It is made in one place, and made anew when what it was made from has changed.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use super::Error;
use crate::settings::Settings;

const USER_AGENT: &str = concat!("Outtray/", env!("CARGO_PKG_VERSION"));

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
    /// The practice mode's Dropbox runs on this computer: a proxy has no business with it.
    pub(super) is_local: bool,
}

/// An HTTP client, and what it was made from. Cloning it shares its connections.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) http: reqwest::Client,
    pub(super) making: Making,
}

/// The line of the next call.
#[derive(Debug)]
pub(super) struct Connections(RwLock<Line>);

impl Connections {
    pub(super) fn new(making: Making) -> Result<Self, Error> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self(RwLock::new(line(making)?)))
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
            *current = line(making)?;
        }
        Ok(())
    }
}

fn line(making: Making) -> Result<Line, Error> {
    Ok(Line {
        http: http_client(&making)?,
        making,
    })
}

/// A client that uses the system's certificate store and proxy, and follows no redirects: none of our calls has one. Silence is noticed
/// by `idle`: the crate's own read time-out also runs while a body is being sent.
fn http_client(making: &Making) -> Result<reqwest::Client, Error> {
    let builder = || {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(making.timeouts.connect)
            .redirect(reqwest::redirect::Policy::none());
        if making.is_local { builder.no_proxy() } else { builder }
    };
    // Without a certificate store no call to Dropbox succeeds, but records can be kept, and the doctor says what is missing.
    Ok(builder().build().or_else(|_| builder().tls_certs_only([]).build())?)
}
