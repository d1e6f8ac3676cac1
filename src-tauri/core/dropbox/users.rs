//! Routes about the user: `check/user` and the namespace `users`.

use serde::{Deserialize, Serialize};

use super::{Client, Error, RootInfo};
use crate::{operator::Account, secret::Secret};

#[derive(Deserialize)]
struct FullAccount {
    account_id: String,
    name: Name,
    email: String,
    root_info: RootInfo,
}

#[derive(Deserialize)]
struct Name {
    display_name: String,
}

/// How full a Dropbox is (`SpaceUsage`), in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct SpaceUsage {
    /// What this user has in it.
    pub used: u64,
    allocation: Allocation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum Allocation {
    Individual {
        allocated: u64,
    },
    /// What the whole team has in it, and may have.
    Team {
        used: u64,
        allocated: u64,
    },
    #[serde(other)]
    Other,
}

impl SpaceUsage {
    /// How much room is left; nothing where Dropbox does not say.
    pub fn free(&self) -> Option<u64> {
        match self.allocation {
            Allocation::Individual { allocated } => Some(allocated.saturating_sub(self.used)),
            Allocation::Team { used, allocated } => Some(allocated.saturating_sub(used)),
            Allocation::Other => None,
        }
    }
}

/// What `check/app` and `check/user` send back.
const ECHO: &str = "outtray";

#[derive(Serialize)]
pub(super) struct EchoArg {
    query: &'static str,
}

impl EchoArg {
    pub(super) fn new() -> Self {
        Self { query: ECHO }
    }
}

#[derive(Deserialize)]
pub(super) struct EchoResult {
    result: String,
}

impl EchoResult {
    /// An answer from somewhere else has another echo.
    pub(super) fn checked(self) -> Result<(), Error> {
        match self.result.as_str() {
            ECHO => Ok(()),
            _ => Err(Error::unexpected("the echo was expected")),
        }
    }
}

impl Client {
    /// `check/user`: whether this access token works.
    pub async fn check_user(&self, token: &Secret) -> Result<(), Error> {
        self.rpc::<_, EchoResult>("check/user", token, &EchoArg::new()).await?.checked()
    }

    /// `users/get_current_account`: whose Dropbox the token opens. The path root is the one that a Full Dropbox app needs.
    pub async fn get_current_account(&self, token: &Secret) -> Result<Account, Error> {
        let account: FullAccount = self.rpc("users/get_current_account", token, &()).await?;
        Ok(Account {
            account_id: account.account_id,
            display_name: account.name.display_name,
            email: account.email,
            path_root: account.root_info.path_root().map(str::to_owned),
        })
    }

    /// `users/get_current_account`: where the account's paths can begin.
    pub async fn get_root_info(&self, token: &Secret) -> Result<RootInfo, Error> {
        let account: FullAccount = self.rpc("users/get_current_account", token, &()).await?;
        Ok(account.root_info)
    }

    /// `users/get_space_usage`: how full the Dropbox is.
    pub async fn get_space_usage(&self, token: &Secret) -> Result<SpaceUsage, Error> {
        self.rpc("users/get_space_usage", token, &()).await
    }
}
