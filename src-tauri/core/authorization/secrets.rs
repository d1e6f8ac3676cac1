//! All secrets at once, to search for them where none may be.

use super::{Authorizations, slot};
use crate::{error::Error, secret::Secret};

impl Authorizations {
    /// Every secret that the database and the memory hold. A database without any needs no keychain.
    pub(crate) async fn all_secrets(&self) -> Result<Vec<Secret>, Error> {
        let sealed = self.parts.store.sealed_secrets().await?;
        let mut secrets = self.access_tokens().await;
        // The environment may have one too.
        let proxy = self.parts.dropbox.way().ok().and_then(|way| way.proxy);
        secrets.extend(proxy.and_then(|(proxy, _)| proxy.credentials).map(|credentials| credentials.password));
        if sealed.is_empty() {
            return Ok(secrets);
        }
        self.unlock().await?;
        let vault = self.parts.vault.clone();
        // Tens of thousands are opened one after the other, and nothing else waits for that.
        let opened = tokio::task::spawn_blocking(move || {
            for (column, row, sealed) in sealed {
                secrets.push(vault.open(slot(column, row), &sealed)?);
            }
            Ok(secrets)
        });
        opened.await.unwrap_or_else(|error| Err(Error::Fault(error.to_string())))
    }

    async fn access_tokens(&self) -> Vec<Secret> {
        let all: Vec<_> = self.all_held().values().cloned().collect();
        let mut tokens = Vec::new();
        for held in all {
            tokens.extend(held.access_token.lock().await.iter().map(|token| token.access.token.clone()));
        }
        tokens
    }
}
