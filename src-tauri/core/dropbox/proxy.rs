//! By which way the next call goes: what Administrator Options choose, or what the system says at that moment.

use std::sync::{Arc, PoisonError, RwLock};

use super::{
    Client, Error, Timeouts,
    connection::{Connections, Making},
};
use crate::proxy::{Chosen, SystemProxy, Way};

/// What there is to choose from, and what is chosen.
#[derive(Debug)]
pub(super) struct Proxies {
    system: SystemProxy,
    chosen: RwLock<Chosen>,
    /// The practice mode's Dropbox runs on this computer: a proxy has no business with it.
    is_local: bool,
}

impl Proxies {
    pub(super) fn new(system: SystemProxy, is_local: bool) -> Self {
        Self {
            system,
            chosen: RwLock::default(),
            is_local,
        }
    }

    pub(super) fn way(&self) -> Result<Way, Error> {
        if self.is_local {
            return Ok(Way::default());
        }
        let chosen = self.chosen.read().unwrap_or_else(PoisonError::into_inner).clone();
        Way::of(&chosen, || self.system.ask()).map_err(|(origin, reason)| Error::ProxyUnusable {
            origin: origin.to_string(),
            reason,
        })
    }
}

impl Client {
    /// Asks this about the proxy before every call for which no other is chosen.
    pub fn asking(self, system: SystemProxy) -> Self {
        Self {
            proxies: Arc::new(Proxies::new(system, self.proxies.is_local)),
            ..self
        }
    }

    /// Chooses the proxy and the time-outs of every call from now on; a call that is on its way keeps its own.
    pub fn choose_proxy(&self, chosen: Chosen, timeouts: Timeouts) -> Result<(), Error> {
        *self.proxies.chosen.write().unwrap_or_else(PoisonError::into_inner) = chosen;
        self.connections.change(|making| making.timeouts = timeouts)
    }

    /// The way that the next call takes.
    pub fn way(&self) -> Result<Way, Error> {
        self.proxies.way()
    }

    /// Lets the next call go by the way that holds now. Connections stay while it is the same.
    pub(super) fn take_way(&self) -> Result<(), Error> {
        let way = self.way()?;
        self.connections.change(|making| making.way = way)
    }

    /// The way that the next call takes, in words, without credentials.
    pub fn described_way(&self) -> Result<String, Error> {
        if self.endpoints.is_simulator() {
            return Ok("none: the practice Dropbox runs on this computer".to_owned());
        }
        let urls = [self.endpoints.rpc("")?, self.endpoints.content("")?];
        let hosts: Vec<String> = urls.iter().filter_map(|url| url.host_str().map(str::to_owned)).collect();
        Ok(self.way()?.described(&hosts))
    }

    /// Whether both hosts of Dropbox answer by this way, with connections of its own; returns it in words.
    pub async fn test_proxy(&self, chosen: Chosen, timeouts: Timeouts) -> Result<String, Error> {
        let proxies = Proxies::new(self.proxies.system.clone(), self.proxies.is_local);
        *proxies.chosen.write().unwrap_or_else(PoisonError::into_inner) = chosen;
        let making = Making {
            timeouts,
            way: proxies.way()?,
        };
        let client = Self {
            connections: Arc::new(Connections::new(making)?),
            proxies: Arc::new(proxies),
            endpoints: self.endpoints.clone(),
        };
        client.reach().await?;
        client.reach_content().await?;
        client.described_way()
    }
}
