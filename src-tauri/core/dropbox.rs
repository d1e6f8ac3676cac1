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

use std::time::Duration;

pub use self::{
    endpoints::Endpoints,
    error::{Error, Refusal},
    files::{CommitInfo, FileMetadata, SessionKind},
    oauth::{App, AuthorizeUrl, Grant, RefreshedToken},
};

/// How long a connection may take to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(20);
/// How long Dropbox may stay silent. There is no limit on the whole: the commit of a large file takes its time.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);
const USER_AGENT: &str = concat!("Outtray/", env!("CARGO_PKG_VERSION"));

/// A client for one set of endpoints. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    endpoints: Endpoints,
}

impl Client {
    /// A client that uses the system's certificate store and proxy, and follows no redirects: none of our calls has one.
    pub fn new(endpoints: Endpoints) -> Result<Self, Error> {
        // Fails only when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none());
        if endpoints.is_simulator() {
            // A proxy has no business with this computer's own addresses.
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build().map_err(Error::from)?,
            endpoints,
        })
    }

    /// Where this client's Dropbox is.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}
