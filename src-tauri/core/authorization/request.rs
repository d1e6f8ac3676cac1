//! Generate Key, Cancel, and the Save that puts a grant in force.

use super::{AccessError, Authorizations, slot};
use crate::{
    dropbox::{self, App},
    error::{Error, Field},
    operator::{Confirmed, Consent, OperatorId, Place, RequestPhase},
    secret::Secret,
    store::{
        OperatorRow,
        authorization_requests::{NewRequest, SealedTwice},
        authorizations::{NewAuthorization, Saved, SealedGrant},
    },
    typed,
    unicode::code_point,
};

/// How long a request lives: the hour of the procedure, in milliseconds.
const LIFETIME_MS: i64 = 60 * 60 * 1000;

impl Authorizations {
    /// Generate Key: checks key and secret with Dropbox, then makes the URL for the user. A request that was under way is replaced;
    /// an authorization that is in force stays in force.
    ///
    /// `app_secret`: `None` takes the one that is stored for this key, with this operator or with another; an empty one says that the app
    /// uses PKCE alone.
    pub async fn begin(&self, id: &OperatorId, app_key: &str, app_secret: Option<Secret>, consent: Consent) -> Result<(), Error> {
        let (row, _) = self.operator(id).await?;
        let app = self.checked_app(row, app_key, app_secret).await?;
        match consent.place {
            Place::ThisComputer => self.begin_here(row, id, &app, consent).await?,
            Place::UsersComputer => {
                self.stop_waiting(row).await;
                self.keep_request(row, &app, None, consent).await?;
            }
        }
        self.changed(id);
        self.revoke_now().await;
        Ok(())
    }

    /// Whether Dropbox knows this app key and app secret; `app_secret` as for [`Authorizations::begin`].
    pub async fn check_app(&self, id: &OperatorId, app_key: &str, app_secret: Option<Secret>) -> Result<(), Error> {
        let (row, _) = self.operator(id).await?;
        self.checked_app(row, app_key, app_secret).await.map(|_| ())
    }

    /// Ends the checks of key and secret that this program makes for an operator, those of [`Authorizations::begin`] included. Returns whether
    /// there was one.
    pub fn cancel_check(&self, row: OperatorRow) -> bool {
        let held = self.held(row);
        // Fails where nobody listens.
        held.checks.send(()).is_ok()
    }

    /// Tries key and secret with Dropbox (`check/app`) until [`Authorizations::cancel_check`] ends it.
    async fn checked_app(&self, row: OperatorRow, app_key: &str, app_secret: Option<Secret>) -> Result<App, Error> {
        let mut cancelled = self.held(row).checks.subscribe();
        tokio::select! {
            checked = self.tried_app(row, app_key, app_secret) => checked,
            _ = cancelled.changed() => Err(Error::CheckCancelled),
        }
    }

    async fn tried_app(&self, row: OperatorRow, app_key: &str, app_secret: Option<Secret>) -> Result<App, Error> {
        let key = checked_app_key(app_key)?;
        self.unlock().await?;
        let secret = match app_secret {
            Some(typed) => checked_app_secret(&typed)?,
            None => self.stored_app_secret(row, &key).await?,
        };
        if let Some(secret) = &secret {
            match self.repeat(|| self.parts.dropbox.check_app(&key, secret)).await {
                Err(AccessError::Dropbox(dropbox::Error::InvalidClient(_))) if self.parts.store.is_app_authorized(&key).await? => {
                    return Err(Error::InvalidAppSecret);
                }
                checked => checked?,
            }
        }
        Ok(App { key, secret })
    }

    /// Makes the request and keeps it in place of the one before; returns its `state`.
    pub(super) async fn keep_request(
        &self,
        row: OperatorRow,
        app: &App,
        redirect_uri: Option<String>,
        consent: Consent,
    ) -> Result<String, Error> {
        let vault = &self.parts.vault;
        let dropbox = &self.parts.dropbox;
        let authorize = dropbox.authorize_url(&app.key, redirect_uri.as_deref(), consent.force_reauthentication)?;
        let app_secret = app.secret.as_ref().map(|secret| {
            Ok::<_, Error>(SealedTwice {
                operator: vault.seal(slot("operators.app_secret", row), secret)?,
                request: vault.seal(slot("authorization_requests.app_secret", row), secret)?,
            })
        });
        let now = self.parts.clock.now_ms();
        let new = NewRequest {
            state: authorize.state.clone(),
            place: consent.place,
            redirect_uri,
            url: authorize.url.into(),
            app_key: app.key.clone(),
            app_secret: app_secret.transpose()?,
            code_verifier: vault.seal(slot("authorization_requests.code_verifier", row), &authorize.code_verifier)?,
            owner: self.instance_name()?,
            created_at: now,
            expires_at: now + LIFETIME_MS,
        };
        self.parts.store.replace_request(row, &new).await?;
        Ok(authorize.state)
    }

    /// Ends a request without a result. What is in force stays in force.
    pub async fn cancel(&self, id: &OperatorId) -> Result<(), Error> {
        let (row, _) = self.operator(id).await?;
        self.cancel_check(row);
        self.stop_waiting(row).await;
        self.parts.store.remove_request(row).await?;
        self.changed(id);
        self.revoke_now().await;
        Ok(())
    }

    /// Puts a granted request in force. Another account than the record's, or one that other operators have, must be confirmed, by its
    /// e-mail and their ids: while somebody makes up their mind, another program may have begun a request for yet another account, have
    /// changed the record, or have given the account to somebody else.
    pub async fn save(&self, id: &OperatorId, confirmed: &Confirmed) -> Result<(), Error> {
        let (row, _) = self.operator(id).await?;
        let request = self.parts.store.sealed_request(row).await?.ok_or_else(|| Error::NoRequest(id.to_string()))?;
        let (Some(refresh_token), Some(account), RequestPhase::Granted) = (request.refresh_token, request.account, request.phase) else {
            return Err(Error::NotGranted);
        };
        self.unlock().await?;
        let app_secret = request.app_secret.as_deref();
        let new = NewAuthorization {
            grant: SealedGrant {
                app_key: request.app_key,
                app_secret: app_secret
                    .map(|sealed| self.reseal(sealed, "authorization_requests.app_secret", "authorizations.app_secret", row))
                    .transpose()?,
                refresh_token: self.reseal(
                    &refresh_token,
                    "authorization_requests.refresh_token",
                    "authorizations.refresh_token",
                    row,
                )?,
                path_root: account.path_root.clone(),
                revoked: false,
            },
            account,
            scopes: request.scopes,
        };
        let now = self.parts.clock.now_ms();
        match self.parts.store.put_in_force(row, &request.state, &new, confirmed, now).await? {
            Saved::Gone => self.gone(row, id, &new).await,
            // All of them stand in the request; the first is the reason.
            Saved::Unconfirmed(warnings) => Err(warnings.into_iter().next().unwrap_or(Error::NotGranted)),
            Saved::InForce => {
                self.changed(id);
                self.revoke_now().await;
                Ok(())
            }
        }
    }

    /// Another program was first. When it has saved the same account, what was wanted is done.
    async fn gone(&self, row: OperatorRow, id: &OperatorId, new: &NewAuthorization) -> Result<(), Error> {
        if self.parts.store.sealed_request(row).await?.is_some() {
            return Err(Error::RequestReplaced(id.to_string()));
        }
        let (_, operator) = self.operator(id).await?;
        match operator.authorization {
            Some(now) if !now.revoked && now.account.account_id == new.account.account_id => Ok(()),
            _ => Err(Error::NoRequest(id.to_string())),
        }
    }

    /// The operator's own for this key, or that of another operator who uses the same app ("additional users up to 500").
    async fn stored_app_secret(&self, row: OperatorRow, app_key: &str) -> Result<Option<Secret>, Error> {
        let stored = self.parts.store.app_secret_of(app_key, row).await?;
        let open = |(owner, sealed): (OperatorRow, Vec<u8>)| self.parts.vault.open(slot("operators.app_secret", owner), &sealed);
        Ok(stored.map(open).transpose()?)
    }

    fn reseal(&self, sealed: &[u8], from: &'static str, to: &'static str, row: OperatorRow) -> Result<Vec<u8>, Error> {
        let secret = self.parts.vault.open(slot(from, row), sealed)?;
        Ok(self.parts.vault.seal(slot(to, row), &secret)?)
    }

    /// What an exchange needs, opened.
    pub(super) fn app_of(
        &self,
        row: OperatorRow,
        app_key: &str,
        sealed_secret: Option<&[u8]>,
        column: &'static str,
    ) -> Result<dropbox::App, Error> {
        Ok(App {
            key: app_key.to_owned(),
            secret: sealed_secret.map(|sealed| self.parts.vault.open(slot(column, row), sealed)).transpose()?,
        })
    }
}

/// Longest app key and app secret that are taken, in characters; Dropbox's have 15.
const CREDENTIAL_MAX: usize = 100;

fn checked_app_key(text: &str) -> Result<String, Error> {
    match credential(text) {
        Some(key) if key.is_empty() => Err(Error::invalid(
            Field::AppKey,
            "User Name (App Key) is missing. Copy the App key from the Settings tab in the App Console.",
        )),
        Some(key) => Ok(key),
        None => Err(Error::invalid(Field::AppKey, not_an_app_key(text))),
    }
}

/// Names a letter that looks like one of an app key: nobody would find it by looking.
fn not_an_app_key(text: &str) -> String {
    let key = typed::credential(text);
    match key.chars().find(|c| c.is_alphanumeric() && !c.is_ascii()).filter(|_| !key.contains(' ')) {
        Some(c) => format!(
            "This is not an app key: its “{c}” is {}. Copy it from the Settings tab in the App Console.",
            code_point(c)
        ),
        None => "This is not an app key. It has letters and digits only; copy it from the Settings tab in the App Console.".to_owned(),
    }
}

fn checked_app_secret(typed: &Secret) -> Result<Option<Secret>, Error> {
    match credential(typed.expose()) {
        Some(secret) if secret.is_empty() => Ok(None),
        Some(secret) => Ok(Some(Secret::new(secret))),
        None => Err(Error::invalid(
            Field::AppSecret,
            "This is not an app secret. It has letters and digits only; click Show next to App secret in the App Console and copy it.",
        )),
    }
}

/// Without what programs leave around it, or nothing when it cannot be one.
fn credential(text: &str) -> Option<String> {
    let text = typed::credential(text);
    (text.len() <= CREDENTIAL_MAX && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))).then_some(text)
}
