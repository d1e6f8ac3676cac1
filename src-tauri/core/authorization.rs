//! Dropbox Authorization: begin → await code → complete → save in force → refresh. A state machine on disk (see
//! `store/authorization_requests.rs`): a restart at any step finds everything that had come.
//!
//! `request` is Generate Key and its end, `exchange` turns a code into a grant, `redirect` awaits the browser, `token` hands out
//! access tokens, `repeat` makes a call again where that may help, `revocation` ends grants that are no longer wanted, `proxy` is the way
//! that Administrator Options choose, `pasted` reads what a person pastes into Temporary Authorization Key, `secrets` lists all secrets
//! for a search.

mod exchange;
pub(crate) mod pasted;
mod proxy;
mod redirect;
mod repeat;
mod request;
mod revocation;
mod secrets;
mod token;

pub use self::token::{AccessError, AccessToken};

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::{broadcast, watch};

use crate::{
    clock::Clock,
    dropbox,
    error::Error,
    event::Event,
    instance::Instance,
    operator::{Account, Operator, OperatorId},
    recorder::Recorder,
    secret::Secret,
    store::{OperatorRow, Store},
    under_way::UnderWay,
    vault::{Slot, Vault},
};

/// The permission without which no file can be delivered (App Console, Permissions tab).
pub const REQUIRED_SCOPE: &str = "files.content.write";

/// Everything that authorizing uses, and what it remembers while the program runs.
#[derive(Clone, Debug)]
pub struct Authorizations {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    store: Store,
    vault: Vault,
    dropbox: dropbox::Client,
    clock: Clock,
    events: broadcast::Sender<Event>,
    instance: Arc<Instance>,
    under_way: UnderWay,
    recorder: Recorder,
    /// Who awaits a redirect. Held across a bind, so that two requests at once share one port.
    waits: tokio::sync::Mutex<HashMap<OperatorRow, redirect::Wait>>,
    /// One lock and one access token for each operator who has used one lately.
    held: Mutex<HashMap<OperatorRow, Arc<Held>>>,
}

/// What authorizing touches outside itself.
#[derive(Debug)]
pub struct Edges {
    /// The database.
    pub store: Store,
    /// Where secrets are sealed.
    pub vault: Vault,
    /// The client.
    pub dropbox: dropbox::Client,
    /// This program among those on the same database.
    pub instance: Arc<Instance>,
}

/// What is held in memory for one operator.
#[derive(Debug, Default)]
struct Held {
    /// One exchange at a time: a code works once.
    exchange: tokio::sync::Mutex<()>,
    /// One refresh at a time, shared by whoever waits for it.
    access_token: tokio::sync::Mutex<Option<token::AccessToken>>,
    /// Each check of key and secret listens here; a value ends them all.
    checks: watch::Sender<()>,
}

impl Held {
    /// Whether it has a token that has not expired, or a check listens to it.
    fn is_needed(&self, now: Timestamp) -> bool {
        let has_token = self
            .access_token
            .try_lock()
            .is_ok_and(|token| token.as_ref().is_some_and(|token| token.expires_at > now));
        has_token || self.checks.receiver_count() > 0
    }
}

impl Authorizations {
    /// Nothing starts by itself.
    pub fn new(edges: Edges, clock: Clock, events: broadcast::Sender<Event>, under_way: UnderWay, recorder: Recorder) -> Self {
        let Edges {
            store,
            vault,
            dropbox,
            instance,
        } = edges;
        Self {
            parts: Arc::new(Parts {
                store,
                vault,
                dropbox,
                clock,
                events,
                instance,
                under_way,
                recorder,
                waits: tokio::sync::Mutex::default(),
                held: Mutex::default(),
            }),
        }
    }

    /// Dropbox Authorization in the clear: the refresh token of the granted request, or else of what is in force.
    pub async fn reveal(&self, row: OperatorRow, id: &OperatorId) -> Result<Secret, Error> {
        self.unlock().await?;
        let (store, vault) = (&self.parts.store, &self.parts.vault);
        if let Some(sealed) = store.sealed_request(row).await?.and_then(|request| request.refresh_token) {
            return Ok(vault.open(slot("authorization_requests.refresh_token", row), &sealed)?);
        }
        let grant = store.sealed_grant(row).await?.ok_or_else(|| Error::NotAuthorized(id.to_string()))?;
        Ok(vault.open(slot("authorizations.refresh_token", row), &grant.refresh_token)?)
    }

    /// Ends every wait for a redirect and gives the ports back. The requests stay: [`Authorizations::resume`] takes them up again.
    pub async fn close(&self) {
        let waits: Vec<_> = self.parts.waits.lock().await.drain().map(|(_, wait)| wait).collect();
        for wait in waits {
            wait.end().await;
        }
        self.parts.instance.end();
    }

    /// Whether the keychain can be used and holds the right key.
    pub async fn check_keychain(&self) -> Result<(), Error> {
        self.unlock().await
    }

    /// Asks Dropbox whether an authorization still works, and whose account it opens.
    pub async fn check(&self, row: OperatorRow, id: &OperatorId) -> Result<Account, Error> {
        let account = self.call(row, id, async |token| self.parts.dropbox.get_current_account(&token).await).await?;
        Ok(account)
    }

    /// Replaces a master key that is lost, or that does not fit: every secret that it sealed is given up, so each operator has to be
    /// authorized again. Records and history stay. A key that works, or that may only be locked, is not replaced.
    pub async fn replace_master_key(&self) -> Result<(), Error> {
        self.parts.vault.forget();
        match self.unlock().await {
            Ok(()) => return Err(Error::MasterKeyWorks),
            Err(Error::MasterKeyLost | Error::MasterKeyWrong | Error::KeyFileLost(_) | Error::KeyFileWrong(_)) => {}
            Err(error) => return Err(error),
        }
        for (_, wait) in self.parts.waits.lock().await.drain() {
            wait.abort();
        }
        let dropped = self.parts.store.replace_key(&Vault::new_key_name()?).await?;
        if dropped > 0 {
            tracing::warn!(
                dropped,
                "grants that were still to be revoked cannot be opened any more; their users can remove the app"
            );
        }
        self.unlock().await
    }

    /// Where the master key lives, when that is a file.
    pub(crate) fn key_file(&self) -> Option<&std::path::Path> {
        self.parts.vault.key_file()
    }

    /// Gets the master key; makes one for a database that has never used one. A key that another program has replaced is put away.
    async fn unlock(&self) -> Result<(), Error> {
        let (store, vault) = (&self.parts.store, &self.parts.vault);
        let row = match store.find_key_row().await? {
            Some(row) => row,
            None => store.make_key_row(&Vault::new_key_name()?).await?,
        };
        if vault.is_unlocked(&row.key_name) {
            return Ok(());
        }
        let check = vault.unlock(&row.key_name, row.key_check).await?;
        let kept = store.keep_key_check(&check).await?;
        Ok(vault.confirm(&kept)?)
    }

    async fn operator(&self, id: &OperatorId) -> Result<(OperatorRow, Operator), Error> {
        let found = self.parts.store.find_operator(id.as_str()).await?;
        let found = found.map(|(row, record)| (row, record.standing(self.parts.clock.now_ms())));
        found.ok_or_else(|| Error::OperatorNotFound(id.to_string()))
    }

    fn held(&self, row: OperatorRow) -> Arc<Held> {
        let mut all = self.all_held();
        // Now and then, so that it costs next to nothing however many there are.
        if !all.contains_key(&row) && all.len().is_power_of_two() {
            let now = self.parts.clock.now();
            all.retain(|_, held| Arc::strong_count(held) > 1 || held.is_needed(now));
        }
        Arc::clone(all.entry(row).or_default())
    }

    fn all_held(&self) -> MutexGuard<'_, HashMap<OperatorRow, Arc<Held>>> {
        self.parts.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of this program in the rows that it works on.
    fn instance_name(&self) -> Result<String, Error> {
        let held = self.parts.instance.hold().map(str::to_owned);
        held.map_err(|error| Error::DataFolder {
            path: self.parts.instance.folder().display().to_string(),
            reason: error.to_string(),
        })
    }

    fn changed(&self, id: &OperatorId) {
        // Nobody listening is fine.
        let _ = self.parts.events.send(Event::Authorization { operator_id: id.clone() });
    }
}

/// Where a secret of an operator is kept.
fn slot(column: &'static str, row: OperatorRow) -> Slot {
    Slot { column, row: row.0 }
}
