//! The Dropbox client: the few routes that the product needs, typed, over one HTTP client. It retries nothing; whoever calls decides.
//!
//! `endpoints` says where Dropbox is, `oauth` speaks RFC 6749 with PKCE, `call` knows the two request styles and reads every error
//! from status and tag, `users` and `files` are routes.

mod call;
mod endpoints;
mod error;
mod files;
mod oauth;
mod users;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

pub use self::{
    endpoints::Endpoints,
    error::{Error, Refusal},
    files::{CommitInfo, FileMetadata, SessionKind},
    oauth::{App, AuthorizeUrl, Grant, RefreshedToken},
};
use crate::settings::Settings;

const USER_AGENT: &str = concat!("Outtray/", env!("CARGO_PKG_VERSION"));

/// How long Dropbox is waited for. There is no limit on the whole: the commit of a large file takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// How long a connection may take to stand.
    pub connect: Duration,
    /// How long Dropbox may stay silent.
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

/// A client for one set of endpoints. Cloning it shares the connections and the time-outs.
#[derive(Clone, Debug)]
pub struct Client {
    http: Arc<RwLock<(Timeouts, reqwest::Client)>>,
    endpoints: Endpoints,
}

impl Client {
    /// A client that uses the system's certificate store and proxy, and follows no redirects: none of our calls has one.
    pub fn new(endpoints: Endpoints, timeouts: Timeouts) -> Result<Self, Error> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            http: Arc::new(RwLock::new((timeouts, http_client(&endpoints, timeouts)?))),
            endpoints,
        })
    }

    /// Takes other time-outs for every call from now on; a call that is on its way keeps its own.
    pub fn set_timeouts(&self, timeouts: Timeouts) -> Result<(), Error> {
        if self.http.read().unwrap_or_else(PoisonError::into_inner).0 != timeouts {
            let fresh = http_client(&self.endpoints, timeouts)?;
            *self.http.write().unwrap_or_else(PoisonError::into_inner) = (timeouts, fresh);
        }
        Ok(())
    }

    /// The HTTP client of the next call. Cloning it shares its connections.
    fn http(&self) -> reqwest::Client {
        self.http.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Where this client's Dropbox is.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}

fn http_client(endpoints: &Endpoints, timeouts: Timeouts) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.idle)
        .redirect(reqwest::redirect::Policy::none());
    if endpoints.is_simulator() {
        // A proxy has no business with this computer's own addresses.
        builder = builder.no_proxy();
    }
    Ok(builder.build()?)
}
