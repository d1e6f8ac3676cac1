//! From a code to a grant: exchange it, keep the refresh token, ask whose account it is. Each step is on disk before the next.

use std::time::Duration;

use super::{AccessError, Authorizations, REQUIRED_SCOPE, pasted, slot};
use crate::{
    dropbox::{self, Access, SessionKind},
    error::Error,
    operator::{Account, OperatorId, RequestPhase},
    secret::Secret,
    store::{
        self, OperatorRow,
        authorization_requests::{SealedRequest, Takeover},
    },
    vault,
};

/// How often it is looked whether another program has finished its exchange.
const OTHER_PROGRAM_POLL: Duration = Duration::from_millis(200);

/// A step that did not succeed: what Dropbox says decides how the request goes on, trouble on this computer leaves it as it is.
enum Failure {
    Dropbox(dropbox::Error),
    Here(Error),
    /// The request was cancelled or replaced meanwhile.
    Gone,
}

impl Failure {
    fn error(self, id: &OperatorId) -> Error {
        match self {
            Self::Dropbox(error) => error.into(),
            Self::Here(error) => error,
            Self::Gone => Error::NoRequest(id.to_string()),
        }
    }
}

impl From<dropbox::Error> for Failure {
    fn from(error: dropbox::Error) -> Self {
        Self::Dropbox(error)
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Dropbox(error) => Self::Dropbox(error),
            AccessError::Final(error) => Self::Here(error),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Here(error.into())
    }
}

impl From<vault::Error> for Failure {
    fn from(error: vault::Error) -> Self {
        Self::Here(error.into())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

impl Authorizations {
    /// Completes a request with what was typed into Temporary Authorization Key: the Access code, or the whole address of a page
    /// that failed to load. Nothing typed means: try again with what has come already.
    pub async fn complete(&self, id: &OperatorId, typed: Option<Secret>) -> Result<(), Error> {
        let (row, _) = self.operator(id).await?;
        let request = self.parts.store.sealed_request(row).await?.ok_or_else(|| Error::NoRequest(id.to_string()))?;
        if request.phase == RequestPhase::Granted {
            return Ok(());
        }
        let code = match typed {
            Some(typed) => Some(self.pasted_code(id, &request, &typed).await?),
            None => None,
        };
        match (code, request.authorization_code, request.refresh_token) {
            (Some(code), ..) => {
                if request.expires_at <= self.parts.clock.now_ms() {
                    return Err(Error::RequestExpired);
                }
                self.take_code(row, id, &request.state, code).await?;
            }
            (None, None, None) => return Err(Error::NotGranted),
            (None, ..) => self.go_on(row, id, &request.state).await?,
        }
        self.stop_waiting(row).await;
        Ok(())
    }

    /// A code has come: it is kept before it is used.
    pub(super) async fn take_code(&self, row: OperatorRow, id: &OperatorId, state: &str, code: Secret) -> Result<(), Error> {
        let held = self.held(row);
        let _one_at_a_time = held.exchange.lock().await;
        self.unlock().await?;
        let sealed = self.parts.vault.seal(slot("authorization_requests.authorization_code", row), &code)?;
        match self.take_over(row, id, state, Some(&sealed)).await? {
            true => self.exchange(row, id, state).await,
            false => Ok(()),
        }
    }

    /// Goes on with what has come already.
    async fn go_on(&self, row: OperatorRow, id: &OperatorId, state: &str) -> Result<(), Error> {
        let held = self.held(row);
        let _one_at_a_time = held.exchange.lock().await;
        match self.take_over(row, id, state, None).await? {
            true => self.exchange(row, id, state).await,
            false => Ok(()),
        }
    }

    /// Makes the exchange this program's own, after waiting for another program that is at it: a code works once, and a second try
    /// may end what the first has got (RFC 6749 section 4.1.2). `false` when nothing is left to do.
    async fn take_over(&self, row: OperatorRow, id: &OperatorId, state: &str, code: Option<&[u8]>) -> Result<bool, Error> {
        loop {
            let request = match self.parts.store.sealed_request(row).await? {
                Some(request) if request.state == state => request,
                _ => return Err(Error::NoRequest(id.to_string())),
            };
            match request.phase {
                RequestPhase::Granted => return Ok(false),
                RequestPhase::Exchanging if self.parts.instance.is_another(request.owner.as_deref()) => {
                    tokio::time::sleep(OTHER_PROGRAM_POLL).await;
                }
                _ => {
                    let takeover = self.takeover(request.owner)?;
                    if self.parts.store.begin_exchange(state, &takeover, code).await? {
                        self.changed(id);
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// This program comes in place of the one that was read.
    pub(super) fn takeover(&self, before: Option<String>) -> Result<Takeover, Error> {
        Ok(Takeover {
            before,
            owner: self.instance_name()?,
        })
    }

    /// Goes on from wherever the request stands, and notes how it ended.
    async fn exchange(&self, row: OperatorRow, id: &OperatorId, state: &str) -> Result<(), Error> {
        self.unlock().await?;
        let request = match self.parts.store.sealed_request(row).await? {
            Some(request) if request.state == state => request,
            _ => return Err(Error::NoRequest(id.to_string())),
        };
        let result = match self.exchange_steps(row, &request).await {
            Ok(()) => Ok(()),
            Err(Failure::Dropbox(dropbox::Error::InvalidGrant(_))) => {
                self.parts.store.drop_code(state).await?;
                Err(Error::InvalidCode)
            }
            Err(Failure::Dropbox(error)) if !error.is_retryable() => {
                let error = Error::from(error);
                self.parts.store.fail_request(state, &error.problem()).await?;
                self.revoke_now().await;
                Err(error)
            }
            Err(failure) => {
                let error = failure.error(id);
                self.parts.store.note_request_delay(state, &error.problem()).await?;
                Err(error)
            }
        };
        self.changed(id);
        result
    }

    async fn exchange_steps(&self, row: OperatorRow, request: &SealedRequest) -> Result<(), Failure> {
        // A redirect may come after the interface was switched off: its code waits.
        self.check_interface().await?;
        let (access_token, scopes) = match &request.refresh_token {
            None => self.exchange_code(row, request).await?,
            Some(sealed) => (self.refresh_granted(row, request, sealed).await?, request.scopes.clone()),
        };
        self.look_at_grant(&request.state, &access_token, &scopes).await
    }

    /// Whether what was granted is of use, and whose account it opens.
    async fn look_at_grant(&self, state: &str, access_token: &Secret, scopes: &[String]) -> Result<(), Failure> {
        if !scopes.is_empty() && !scopes.iter().any(|scope| scope == REQUIRED_SCOPE) {
            let missing = dropbox::Error::MissingScope {
                scope: REQUIRED_SCOPE.to_owned(),
                request_id: None,
            };
            return Err(missing.into());
        }
        let account = self.repeat(|| self.parts.dropbox.get_current_account(access_token)).await?;
        let account = Account {
            path_root: self.usable_root(access_token, account.path_root).await?,
            ..account
        };
        match self.parts.store.grant_request(state, &account).await? {
            true => Ok(()),
            // Whoever has ended the request revokes its grant.
            false => Err(Failure::Gone),
        }
    }

    /// The path root, where the app may use one: an app that has a folder of its own may not, and nothing else says which kind it is.
    /// An empty upload session tells, at the price of one call for members of a team with a team space; it is forgotten by itself.
    async fn usable_root(&self, access_token: &Secret, path_root: Option<String>) -> Result<Option<String>, AccessError> {
        if path_root.is_none() {
            return Ok(None);
        }
        let access = Access {
            token: access_token.clone(),
            path_root,
        };
        match self.repeat(|| self.may_use_root(&access)).await {
            Ok(may) => Ok(access.path_root.filter(|_| may)),
            Err(AccessError::Dropbox(dropbox::Error::InvalidRoot { root, .. })) => Ok(root.path_root().map(str::to_owned)),
            Err(error) => Err(error),
        }
    }

    async fn may_use_root(&self, access: &Access) -> Result<bool, dropbox::Error> {
        match self.parts.dropbox.upload_session_start(access, SessionKind::Sequential).await {
            Ok(_) => Ok(true),
            // 422 `no_permission`, or a 400 in words: anything else says nothing about the kind of app.
            Err(dropbox::Error::Refused(refusal)) if refusal.has("no_permission") && refusal.status == 422 || refusal.status == 400 => {
                tracing::info!(%refusal, "the app may not name a root; paths begin in its own folder or the user's");
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the app has a folder of its own, in which its paths begin: where that folder is, and under which name, Dropbox does not tell it.
    /// Such an app may not name the root either in which the user's own paths begin.
    pub async fn has_folder_of_its_own(&self, row: OperatorRow, id: &OperatorId) -> Result<bool, Error> {
        let used = self.repeat(|| self.access_token(row, id)).await?;
        if used.access.path_root.is_some() {
            return Ok(false);
        }
        let root = self.repeat(|| self.parts.dropbox.get_root_info(&used.access.token)).await?;
        let access = Access {
            path_root: Some(root.root_namespace_id),
            ..used.access
        };
        Ok(!self.repeat(|| self.may_use_root(&access)).await?)
    }

    async fn exchange_code(&self, row: OperatorRow, request: &SealedRequest) -> Result<(Secret, Vec<String>), Failure> {
        let vault = &self.parts.vault;
        let open = |column, sealed: &[u8]| vault.open(slot(column, row), sealed);
        let app = self.app_of_request(row, request)?;
        let sealed_code = request.authorization_code.as_deref().unwrap_or_default();
        let code = open("authorization_requests.authorization_code", sealed_code)?;
        let verifier = open("authorization_requests.code_verifier", &request.code_verifier)?;
        let redirect_uri = request.redirect_uri.as_deref();
        let grant = self
            .repeat_unheard(|| self.parts.dropbox.exchange_code(&app, redirect_uri, &code, &verifier))
            .await?;
        let sealed = vault.seal(slot("authorization_requests.refresh_token", row), &grant.refresh_token)?;
        if !self.parts.store.keep_grant(&request.state, &sealed, &grant.scopes).await? {
            // Cancelled or replaced meanwhile.
            self.parts.store.revoke_grant(row, &request.app_key, request.app_secret.as_deref(), &sealed).await?;
            self.revoke_now().await;
            return Err(Failure::Gone);
        }
        Ok((grant.access_token, grant.scopes))
    }

    /// After an interruption between the exchange and the account: the code is used up, but the refresh token is here.
    async fn refresh_granted(&self, row: OperatorRow, request: &SealedRequest, sealed: &[u8]) -> Result<Secret, Failure> {
        let app = self.app_of_request(row, request)?;
        let refresh_token = self.parts.vault.open(slot("authorization_requests.refresh_token", row), sealed)?;
        Ok(self.repeat(|| self.parts.dropbox.refresh(&app, &refresh_token)).await?.access_token)
    }

    fn app_of_request(&self, row: OperatorRow, request: &SealedRequest) -> Result<dropbox::App, Error> {
        let column = "authorization_requests.app_secret";
        self.app_of(row, &request.app_key, request.app_secret.as_deref(), column)
    }

    async fn pasted_code(&self, id: &OperatorId, request: &SealedRequest, typed: &Secret) -> Result<Secret, Error> {
        match pasted::read(typed, &request.state) {
            Err(Error::AuthorizationRefused) => {
                self.fail(id, &request.state, &Error::AuthorizationRefused).await;
                Err(Error::AuthorizationRefused)
            }
            other => other,
        }
    }

    /// Notes that a request is over. A database that fails here is told in the log; the caller's error says the rest.
    pub(super) async fn fail(&self, id: &OperatorId, state: &str, error: &Error) {
        if let Err(error) = self.parts.store.fail_request(state, &error.problem()).await {
            tracing::error!(%error, "the end of an authorization request could not be kept");
        }
        self.changed(id);
    }
}
