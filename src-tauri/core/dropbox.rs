//! The Dropbox client: the few routes that the product needs, typed, over one HTTP client. It retries nothing; whoever calls decides, and
//! `tries` says after which wait.
//!
//! `endpoints` says where Dropbox is, `connection` makes the HTTP client, `oauth` speaks RFC 6749 with PKCE. `call` knows the two
//! request styles, `argument` writes JSON that fits in a header, `idle` notices silence, and `answer` reads every answer, errors from
//! status and tag, without the secrets that the call `carried`; `delay` is how long it asks to wait. `users`, `files`, `sessions` and
//! `batch` are routes, `reach` is for the doctor. `proxy` finds out by which way the next call goes, and `tunnel` what is the matter with
//! a proxy.

mod answer;
mod argument;
mod batch;
mod call;
mod carried;
mod connection;
mod delay;
mod endpoints;
mod error;
mod files;
mod idle;
mod oauth;
mod proxy;
mod reach;
mod root;
mod sessions;
mod tries;
mod tunnel;
mod users;

use std::sync::Arc;

pub use self::{
    argument::header_safe,
    batch::{APPEND_BATCH_MAX, AppendEntry, BATCH_MAX, FinishEntry},
    connection::Timeouts,
    endpoints::Endpoints,
    error::{Error, ProxyTrouble, Refusal},
    files::{CommitInfo, FILE_MAX, FileMetadata, Metadata, WriteMode},
    oauth::{App, AuthorizeUrl, Grant, RefreshedToken},
    reach::{Reached, check_certificates},
    root::RootInfo,
    sessions::{SessionKind, UploadSession},
    tries::{Patience, Tries},
    users::SpaceUsage,
};
use self::{
    connection::{Connections, Making},
    proxy::Proxies,
};
use crate::{
    proxy::{SystemProxy, SystemSays, Way},
    secret::Secret,
};

/// What a call about files is made with.
#[derive(Clone, Debug)]
pub struct Access {
    /// The access token.
    pub token: Secret,
    /// The namespace in which paths begin (`Dropbox-API-Path-Root`); none for the user's own folder, or the app's.
    pub path_root: Option<String>,
}

/// A client for one set of endpoints. Cloning it shares the connections, the proxy and the time-outs.
#[derive(Clone, Debug)]
pub struct Client {
    connections: Arc<Connections>,
    proxies: Arc<Proxies>,
    endpoints: Endpoints,
}

impl Client {
    /// Connects to nothing yet, and goes straight to Dropbox, until [`Client::asking`] and [`Client::choose_proxy`] say otherwise.
    pub fn new(endpoints: Endpoints, timeouts: Timeouts) -> Result<Self, Error> {
        let making = Making {
            timeouts,
            way: Way::default(),
        };
        Ok(Self {
            proxies: Arc::new(Proxies::new(SystemProxy::new(SystemSays::default), endpoints.is_simulator())),
            connections: Arc::new(Connections::new(making)?),
            endpoints,
        })
    }

    /// The HTTP client of the next call. Cloning it shares its connections.
    fn http(&self) -> reqwest::Client {
        self.connections.current().http
    }

    /// The tries of a call that begins now.
    pub fn tries(&self, patience: Patience) -> Tries {
        Tries::new(patience, self.connections.current().making.timeouts.idle)
    }

    /// Where this client's Dropbox is.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }
}
