//! Ending grants that are no longer wanted: cancelled, replaced, useless. Each is kept in the database until Dropbox says that it has ended,
//! and is tried again later where it cannot be ended now.

use std::time::Duration;

use super::{Authorizations, slot};
use crate::{
    dropbox,
    error::Error,
    store::revocations::{Revocation, SealedFor},
    vault,
};

/// How often the program that stays open looks for what has to be revoked: one short query.
const LOOK: Duration = Duration::from_secs(30);
/// How long after a try that did not succeed the next one comes; each time four times as long.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// What became of a try.
enum Tried {
    /// Dropbox has ended it, or knows it no more.
    Ended,
    /// Later.
    Failed(Error),
}

impl Authorizations {
    /// Revokes what is due, as far as Dropbox can be reached. While the interface is off nothing leaves, and everything is kept.
    pub async fn revoke_unwanted(&self) -> Result<(), Error> {
        let due = self.parts.store.due_revocations(self.parts.clock.now_ms()).await?;
        if due.is_empty() {
            return Ok(());
        }
        match self.check_interface().await {
            Err(Error::InterfaceOff) => return Ok(()),
            checked => checked?,
        }
        self.unlock().await?;
        let owner = self.instance_name()?;
        for revocation in due {
            if self.parts.instance.is_another(revocation.owner.as_deref())
                || !self.parts.store.claim_revocation(&revocation, &owner).await?
            {
                continue;
            }
            match self.try_to_revoke(&revocation).await? {
                Tried::Ended => self.parts.store.end_revocation(revocation.id).await?,
                Tried::Failed(error) => self.put_off(&revocation, &error).await?,
            }
        }
        Ok(())
    }

    /// As [`Authorizations::revoke_unwanted`], after something that has succeeded: what cannot be revoked now is kept for later.
    pub(super) async fn revoke_now(&self) {
        if let Err(error) = self.revoke_unwanted().await {
            tracing::warn!(code = error.code(), "a grant that is no longer wanted could not be revoked yet");
        }
    }

    /// Goes on until the database is closed.
    pub(super) async fn keep_revoking(self) {
        while !self.parts.store.is_closed() {
            self.revoke_now().await;
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn put_off(&self, revocation: &Revocation, error: &Error) -> Result<(), Error> {
        let pause = FIRST_PAUSE.saturating_mul(4_u32.saturating_pow(revocation.tries)).min(LONGEST_PAUSE);
        tracing::warn!(code = error.code(), "a grant that is no longer wanted could not be revoked yet");
        let next_at = self.parts.clock.now_ms().saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX));
        Ok(self.parts.store.put_off_revocation(revocation.id, next_at).await?)
    }

    async fn try_to_revoke(&self, revocation: &Revocation) -> Result<Tried, Error> {
        let (app_secret, refresh_token) = match revocation.sealed_for {
            SealedFor::Authorization => ("authorizations.app_secret", "authorizations.refresh_token"),
            SealedFor::Request => ("authorization_requests.app_secret", "authorization_requests.refresh_token"),
        };
        let row = revocation.operator;
        let opened = self.parts.vault.open(slot(refresh_token, row), &revocation.refresh_token);
        let refresh_token = match opened {
            // Nobody can open it any more: it is not known to anybody.
            Err(vault::Error::Damaged) => {
                tracing::warn!("a grant that is no longer wanted cannot be opened, and is dropped");
                return Ok(Tried::Ended);
            }
            opened => opened?,
        };
        let app = self.app_of(row, &revocation.app_key, revocation.app_secret.as_deref(), app_secret)?;
        let tried = match self.parts.dropbox.refresh(&app, &refresh_token).await {
            Ok(refreshed) => self.parts.dropbox.revoke(&refreshed.access_token).await,
            Err(error) => Err(error),
        };
        Ok(match tried {
            // Not even a fresh token lives: neither does the grant.
            Ok(()) | Err(dropbox::Error::InvalidGrant(_) | dropbox::Error::InvalidAccessToken(_)) => Tried::Ended,
            Err(error) => Tried::Failed(error.into()),
        })
    }
}
