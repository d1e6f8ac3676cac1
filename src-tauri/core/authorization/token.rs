//! Access tokens: in memory only, renewed before they expire, one refresh shared by all who wait for it. With each goes the place in
//! which the account's paths begin.

use std::time::Duration;

use jiff::Timestamp;

use super::{Authorizations, slot};
use crate::{
    dropbox::{self, Access, RootInfo},
    error::Error,
    operator::OperatorId,
    secret::Secret,
    store::{OperatorRow, authorizations::SealedGrant},
};

/// An access token is renewed when less than this is left of it.
const MARGIN: Duration = Duration::from_secs(300);

/// An access token, and the grant that it came from.
#[derive(Clone, Debug)]
pub struct AccessToken {
    /// What a call about files is made with.
    pub access: Access,
    pub(super) expires_at: Timestamp,
    /// The sealed refresh token: no two grants have the same, because each sealing has a nonce of its own.
    grant: Vec<u8>,
}

impl AccessToken {
    fn token(&self) -> &Secret {
        &self.access.token
    }
}

impl Authorizations {
    /// An access token that still lives for a while, of the grant that is in force now: another program may have put a new one in
    /// force, or have removed it, since the last call.
    pub async fn access_token(&self, row: OperatorRow, id: &OperatorId) -> Result<AccessToken, AccessError> {
        let held = self.held(row);
        let mut current = held.access_token.lock().await;
        loop {
            let grant = self.grant_in_force(row, id).await?;
            let soon = later(self.parts.clock.now(), MARGIN);
            if let Some(held) = current.as_ref().filter(|held| held.grant == grant.refresh_token && held.expires_at > soon) {
                let mut held = held.clone();
                held.access.path_root = grant.path_root;
                return Ok(held);
            }
            *current = None;
            if let Some(fresh) = self.refresh(row, id, grant).await? {
                return Ok(current.insert(fresh).clone());
            }
        }
    }

    /// Dropbox did not accept this token: the next caller gets another. A token that was replaced meanwhile is left alone.
    pub async fn forget_token(&self, row: OperatorRow, used: &AccessToken) {
        let held = self.held(row);
        let mut current = held.access_token.lock().await;
        if current.as_ref().is_some_and(|held| held.token().expose() == used.token().expose()) {
            *current = None;
        }
    }

    /// Dropbox says that the account's paths begin elsewhere now: joined, left or changed a team. Whoever comes next begins there.
    pub async fn move_root(&self, row: OperatorRow, used: &AccessToken, root: &RootInfo) -> Result<(), Error> {
        Ok(self.parts.store.set_path_root(row, &used.grant, root.path_root()).await?)
    }

    /// Notes that Dropbox has ended the grant that this token came from, and says so. A newer grant is not touched.
    pub async fn ended(&self, row: OperatorRow, id: &OperatorId, used: &AccessToken) -> Error {
        match self.grant_ended(row, id, &used.grant).await {
            Ok(_) => Error::AuthorizationRevoked(id.to_string()),
            Err(error) => error,
        }
    }

    /// Whether it was this grant that was in force.
    async fn grant_ended(&self, row: OperatorRow, id: &OperatorId, grant: &[u8]) -> Result<bool, Error> {
        let was_in_force = self.parts.store.mark_revoked(row, grant).await?;
        if was_in_force {
            tracing::warn!(operator = %id, "Dropbox has ended the authorization");
            self.changed(id);
        }
        Ok(was_in_force)
    }

    /// Makes a call with an access token. One that Dropbox does not take is renewed once: the refresh token behind it may be alive.
    pub(super) async fn call<T, F>(&self, row: OperatorRow, id: &OperatorId, call: impl Fn(Secret) -> F) -> Result<T, AccessError>
    where
        F: Future<Output = Result<T, dropbox::Error>>,
    {
        let used = self.repeat(|| self.access_token(row, id)).await?;
        let first = self.repeat(|| call(used.token().clone())).await;
        if !matches!(&first, Err(AccessError::Dropbox(error)) if error.is_about_token()) {
            return first;
        }
        self.forget_token(row, &used).await;
        let fresh = self.repeat(|| self.access_token(row, id)).await?;
        match self.repeat(|| call(fresh.token().clone())).await {
            Err(AccessError::Dropbox(dropbox::Error::InvalidAccessToken(_))) => Err(self.ended(row, id, &fresh).await.into()),
            result => result,
        }
    }

    /// Ends an authorization at Dropbox, then here. One that Dropbox has ended already is only forgotten, and one that cannot be ended
    /// because Dropbox takes the app or the account no more is tried again later: the record of somebody who has left must not stay for
    /// ever.
    pub async fn revoke(&self, row: OperatorRow, id: &OperatorId) -> Result<(), Error> {
        let grant = self.parts.store.sealed_grant(row).await?.ok_or_else(|| Error::NotAuthorized(id.to_string()))?;
        if !grant.revoked {
            match self.end(row, id, grant.clone()).await.map_err(Error::from) {
                // It has ended meanwhile: that is what was wanted.
                Ok(()) | Err(Error::AuthorizationRevoked(_)) => {}
                Err(error @ (Error::InvalidApp | Error::AccountSuspended | Error::AccessDenied(_))) => {
                    tracing::warn!(operator = %id, code = error.code(), "the authorization could not be ended at Dropbox yet");
                    self.parts.store.give_up_authorization(row, &grant.refresh_token).await?;
                }
                Err(error) => return Err(error),
            }
        }
        self.parts.store.remove_authorization(row, &grant.refresh_token).await?;
        *self.held(row).access_token.lock().await = None;
        self.changed(id);
        Ok(())
    }

    /// Ends this grant at Dropbox, and no other: another program may have put a new one in force meanwhile.
    pub(super) async fn end(&self, row: OperatorRow, id: &OperatorId, grant: SealedGrant) -> Result<(), AccessError> {
        let held = self.held(row).access_token.lock().await.clone();
        if let Some(held) = held.filter(|held| held.grant == grant.refresh_token) {
            match self.repeat(|| self.parts.dropbox.revoke(held.token())).await {
                // It lives no more; the grant may.
                Err(AccessError::Dropbox(error)) if error.is_about_token() => {}
                result => return result,
            }
        }
        match self.try_to_end(row, id, grant.clone()).await {
            // One that counts as expired although it is fresh: once more, with another.
            Err(AccessError::Dropbox(error)) if error.is_about_token() => self.try_to_end(row, id, grant).await,
            result => result,
        }
    }

    /// With a token of its own.
    async fn try_to_end(&self, row: OperatorRow, id: &OperatorId, grant: SealedGrant) -> Result<(), AccessError> {
        match self.repeat(|| self.refresh(row, id, grant.clone())).await? {
            Some(fresh) => match self.repeat(|| self.parts.dropbox.revoke(fresh.token())).await {
                // Not even a fresh token lives: neither does the grant.
                Err(AccessError::Dropbox(dropbox::Error::InvalidAccessToken(_))) => Ok(()),
                result => result,
            },
            // Dropbox has ended it already.
            None => Ok(()),
        }
    }

    /// Refuses what needs an authorization that is in force, as far as is known here: Dropbox is not asked.
    pub async fn check_in_force(&self, row: OperatorRow, id: &OperatorId) -> Result<(), Error> {
        self.grant_in_force(row, id).await.map(|_| ())
    }

    async fn grant_in_force(&self, row: OperatorRow, id: &OperatorId) -> Result<SealedGrant, Error> {
        match self.parts.store.sealed_grant(row).await? {
            None => Err(Error::NotAuthorized(id.to_string())),
            Some(grant) if grant.revoked => Err(Error::AuthorizationRevoked(id.to_string())),
            Some(grant) => Ok(grant),
        }
    }

    /// A new access token; nothing when another grant came into force while Dropbox refused this one.
    async fn refresh(&self, row: OperatorRow, id: &OperatorId, grant: SealedGrant) -> Result<Option<AccessToken>, AccessError> {
        self.unlock().await?;
        let app = self.app_of(row, &grant.app_key, grant.app_secret.as_deref(), "authorizations.app_secret")?;
        let refresh_token = self
            .parts
            .vault
            .open(slot("authorizations.refresh_token", row), &grant.refresh_token)
            .map_err(Error::from)?;
        match self.parts.dropbox.refresh(&app, &refresh_token).await {
            Ok(refreshed) => Ok(Some(AccessToken {
                access: Access {
                    token: refreshed.access_token,
                    path_root: grant.path_root,
                },
                expires_at: later(self.parts.clock.now(), refreshed.expires_in),
                grant: grant.refresh_token,
            })),
            // Only this one means "authorize again"; an outage must never discard a refresh token.
            Err(dropbox::Error::InvalidGrant(_)) => match self.grant_ended(row, id, &grant.refresh_token).await? {
                true => Err(Error::AuthorizationRevoked(id.to_string()).into()),
                false => Ok(None),
            },
            Err(error) => Err(AccessError::Dropbox(error)),
        }
    }
}

/// A clock may be set to the end of time, beyond which a sum would end the program.
fn later(now: Timestamp, by: Duration) -> Timestamp {
    now.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// Why there is no access token: what Dropbox says may be worth another try, the rest is final.
#[derive(Debug)]
pub enum AccessError {
    /// The refresh did not succeed.
    Dropbox(dropbox::Error),
    /// Not authorized, ended, or trouble on this computer.
    Final(Error),
}

impl From<AccessError> for Error {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Dropbox(error) => error.into(),
            AccessError::Final(error) => error,
        }
    }
}

impl From<dropbox::Error> for AccessError {
    fn from(error: dropbox::Error) -> Self {
        Self::Dropbox(error)
    }
}

impl From<Error> for AccessError {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}
