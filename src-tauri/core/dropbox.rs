//! The Dropbox client: the few routes that the product needs, typed, over one HTTP client. It retries nothing; whoever calls decides.
//!
//! `endpoints` says where Dropbox is, `oauth` speaks RFC 6749 with PKCE. `call` knows the two request styles, `argument` writes JSON
//! that fits in a header, `idle` notices silence, and `answer` reads every answer, errors from status and tag. `users`, `files`,
//! `sessions` and `batch` are routes, `reach` is for the doctor.

mod answer;
mod argument;
mod batch;
mod call;
mod endpoints;
mod error;
mod files;
mod idle;
mod oauth;
mod reach;
mod sessions;
mod users;

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

pub use self::{
    argument::header_safe,
    batch::{APPEND_BATCH_MAX, AppendEntry, BATCH_MAX, FinishEntry},
    endpoints::Endpoints,
    error::{Error, Refusal},
    files::{CommitInfo, FILE_MAX, FileMetadata, Metadata, WriteMode},
    oauth::{App, AuthorizeUrl, Grant, RefreshedToken},
    reach::{Reached, check_certificates},
    sessions::{SessionKind, UploadSession},
    users::{RootInfo, SpaceUsage},
};
use crate::{secret::Secret, settings::Settings};

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

/// What a call about files is made with.
#[derive(Clone, Debug)]
pub struct Access {
    /// The access token.
    pub token: Secret,
    /// The namespace in which paths begin (`Dropbox-API-Path-Root`); none for the user's own folder, or the app's.
    pub path_root: Option<String>,
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

    /// How long nothing may move in the next call.
    fn idle(&self) -> Duration {
        self.http.read().unwrap_or_else(PoisonError::into_inner).0.idle
    }

    /// Where this client's Dropbox is.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}

/// Silence is noticed by `idle`: the crate's own read time-out also runs while a body is being sent.
fn http_client(endpoints: &Endpoints, timeouts: Timeouts) -> Result<reqwest::Client, Error> {
    let builder = || {
        let builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(timeouts.connect)
            .redirect(reqwest::redirect::Policy::none());
        // A proxy has no business with this computer's own addresses.
        if endpoints.is_simulator() { builder.no_proxy() } else { builder }
    };
    // Without a certificate store no call to Dropbox succeeds, but records can be kept, and the doctor says what is missing.
    Ok(builder().build().or_else(|_| builder().tls_certs_only([]).build())?)
}
