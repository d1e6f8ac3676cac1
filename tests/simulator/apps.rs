//! Apps: what is set in the App Console, who is connected, and who may connect. Source: Dropbox documentation, "Developer guide".

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::AccountId;

/// Most users of an app in development.
const USERS_MAX: usize = 500;
/// With this many users the time to apply for production begins.
const USERS_TO_APPLY: usize = 50;
/// How long that time is: two weeks. After it no new user can connect.
const TIME_TO_APPLY: Duration = Duration::from_secs(14 * 24 * 3600);

#[derive(Serialize, Deserialize)]
pub(super) struct App {
    pub(super) key: String,
    pub(super) secret: String,
    pub(super) name: String,
    pub(super) number: usize,
    pub(super) owner: AccountId,
    pub(super) folder_only: bool,
    pub(super) scopes: BTreeSet<String>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) additional_users: bool,
    /// Whether Dropbox has reviewed it.
    #[serde(default)]
    pub(super) production: bool,
    /// Who is connected, and what each has granted.
    #[serde(default)]
    pub(super) connected: BTreeMap<AccountId, BTreeSet<String>>,
    /// Who has ever been connected: disconnecting makes no room.
    #[serde(default)]
    pub(super) users: BTreeSet<AccountId>,
    #[serde(default)]
    pub(super) apply_until: Option<Timestamp>,
}

/// Why somebody cannot connect an app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NoUser {
    /// The owner has not pressed Enable additional users.
    OwnerOnly,
    /// 500 users, or 50 and the time to apply is over.
    Limit,
}

impl App {
    pub(super) fn may_connect(&self, account: &AccountId, now: Timestamp) -> Result<(), NoUser> {
        if self.production || self.users.contains(account) {
            return Ok(());
        }
        if *account != self.owner && !self.additional_users {
            return Err(NoUser::OwnerOnly);
        }
        let too_late = self.apply_until.is_some_and(|until| until < now);
        match self.users.len() >= USERS_MAX || too_late {
            true => Err(NoUser::Limit),
            false => Ok(()),
        }
    }

    pub(super) fn connect(&mut self, account: &AccountId, scopes: &BTreeSet<String>, now: Timestamp) {
        self.connected.entry(account.clone()).or_default().extend(scopes.iter().cloned());
        self.users.insert(account.clone());
        if self.users.len() >= USERS_TO_APPLY {
            self.apply_until.get_or_insert(now + TIME_TO_APPLY);
        }
    }

    /// What the user has granted, when the app is connected.
    pub(super) fn granted_by(&self, account: &AccountId) -> Option<&BTreeSet<String>> {
        self.connected.get(account)
    }
}
