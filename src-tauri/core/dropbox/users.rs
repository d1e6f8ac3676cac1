//! Routes of the namespace `users`.

use serde::Deserialize;

use super::{Client, Error};
use crate::{operator::Account, secret::Secret};

#[derive(Deserialize)]
struct FullAccount {
    account_id: String,
    name: Name,
    email: String,
}

#[derive(Deserialize)]
struct Name {
    display_name: String,
}

impl Client {
    /// `users/get_current_account`: whose Dropbox the token opens.
    pub async fn get_current_account(&self, token: &Secret) -> Result<Account, Error> {
        let account: FullAccount = self.rpc("users/get_current_account", token, &()).await?;
        Ok(Account {
            account_id: account.account_id,
            display_name: account.name.display_name,
            email: account.email,
        })
    }
}
