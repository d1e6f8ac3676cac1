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
    store::operators::OperatorRow,
};

/// An access token is renewed when less than this is left of it.
const MARGIN: Duration = Duration::from_secs(300);

#[derive(Clone, Debug)]
pub(super) struct AccessToken {
    pub(super) access: Access,
    expires_at: Timestamp,
}

impl Authorizations {
    /// An access token that still lives for a while.
    pub async fn access_token(&self, row: OperatorRow, id: &OperatorId) -> Result<Secret, AccessError> {
        Ok(self.access(row, id).await?.token)
    }

    /// What a call about files is made with.
    pub async fn access(&self, row: OperatorRow, id: &OperatorId) -> Result<Access, AccessError> {
        let held = self.held(row);
        let mut current = held.access_token.lock().await;
        let soon = self.parts.clock.now() + MARGIN;
        if let Some(held) = current.as_ref().filter(|held| held.expires_at > soon) {
            return Ok(held.access.clone());
        }
        let fresh = self.refresh(row, id).await?;
        let access = fresh.access.clone();
        *current = Some(fresh);
        Ok(access)
    }

    /// Dropbox did not accept this token: the next caller gets another. A token that was replaced meanwhile is left alone.
    pub async fn forget_token(&self, row: OperatorRow, used: &Secret) {
        let held = self.held(row);
        let mut current = held.access_token.lock().await;
        if current.as_ref().is_some_and(|held| held.access.token.expose() == used.expose()) {
            *current = None;
        }
    }

    /// Dropbox says that the account's paths begin elsewhere now: joined, left or changed a team. Whoever comes next begins there.
    pub async fn move_root(&self, row: OperatorRow, root: &RootInfo) -> Result<(), Error> {
        self.parts.store.set_path_root(row, root.path_root()).await?;
        if let Some(held) = self.held(row).access_token.lock().await.as_mut() {
            held.access.path_root = root.path_root().map(str::to_owned);
        }
        Ok(())
    }

    /// Notes that Dropbox has ended the authorization, and says so.
    pub async fn ended(&self, row: OperatorRow, id: &OperatorId) -> Error {
        if let Err(error) = self.parts.store.mark_revoked(row).await {
            return error.into();
        }
        tracing::warn!(operator = %id, "Dropbox has ended the authorization");
        self.changed(id);
        Error::AuthorizationRevoked(id.to_string())
    }

    /// Ends an authorization at Dropbox, then here. One that Dropbox has ended already is only forgotten.
    pub async fn revoke(&self, row: OperatorRow, id: &OperatorId) -> Result<(), Error> {
        let grant = self.parts.store.sealed_grant(row).await?.ok_or_else(|| Error::NotAuthorized(id.to_string()))?;
        if !grant.revoked {
            match self.revoke_at_dropbox(row, id).await {
                // It has ended meanwhile: that is what was wanted.
                Ok(())
                | Err(AccessError::Final(Error::AuthorizationRevoked(_)) | AccessError::Dropbox(dropbox::Error::InvalidAccessToken(_))) => {
                }
                Err(error) => return Err(error.into()),
            }
        }
        self.parts.store.remove_authorization(row).await?;
        *self.held(row).access_token.lock().await = None;
        self.changed(id);
        Ok(())
    }

    /// A token that has expired is renewed once: the refresh token behind it is still alive.
    async fn revoke_at_dropbox(&self, row: OperatorRow, id: &OperatorId) -> Result<(), AccessError> {
        let token = self.access_token(row, id).await?;
        let result = match self.parts.dropbox.revoke(&token).await {
            Err(dropbox::Error::ExpiredAccessToken(_)) => {
                self.forget_token(row, &token).await;
                let fresh = self.access_token(row, id).await?;
                self.parts.dropbox.revoke(&fresh).await
            }
            result => result,
        };
        result.map_err(AccessError::Dropbox)
    }

    async fn refresh(&self, row: OperatorRow, id: &OperatorId) -> Result<AccessToken, AccessError> {
        let grant = self.parts.store.sealed_grant(row).await.map_err(Error::from)?;
        let grant = grant.ok_or_else(|| Error::NotAuthorized(id.to_string()))?;
        if grant.revoked {
            return Err(Error::AuthorizationRevoked(id.to_string()).into());
        }
        self.unlock().await?;
        let app = self.app_of(row, &grant.app_key, grant.app_secret.as_deref(), "authorizations.app_secret")?;
        let refresh_token = self
            .parts
            .vault
            .open(slot("authorizations.refresh_token", row), &grant.refresh_token)
            .map_err(Error::from)?;
        match self.parts.dropbox.refresh(&app, &refresh_token).await {
            Ok(refreshed) => Ok(AccessToken {
                access: Access {
                    token: refreshed.access_token,
                    path_root: grant.path_root,
                },
                expires_at: self.parts.clock.now() + refreshed.expires_in,
            }),
            // Only this one means "authorize again"; an outage must never discard a refresh token.
            Err(dropbox::Error::InvalidGrant(_)) => Err(self.ended(row, id).await.into()),
            Err(error) => Err(AccessError::Dropbox(error)),
        }
    }
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

impl From<Error> for AccessError {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}
