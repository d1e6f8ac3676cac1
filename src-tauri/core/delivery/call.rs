//! One call to Dropbox on behalf of an operator: with a living access token, repeated where a repeat may succeed.

use super::{Deliveries, Subject};
use crate::{
    authorization::{AccessError, AccessToken},
    dropbox::{self, Access, Patience},
    error::Error,
};

/// Why a call did not succeed: what Dropbox said, for whoever knows what it means for a file, or something final.
#[derive(Debug)]
pub(super) enum CallError {
    Dropbox(dropbox::Error),
    Final(Error),
}

/// A try that did not succeed, and the token that it was made with; none when none could be had.
struct Failed {
    used: Option<AccessToken>,
    error: dropbox::Error,
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Dropbox(error) => error.into(),
            CallError::Final(error) => error,
        }
    }
}

impl Deliveries {
    /// Makes a call. A token that Dropbox no longer takes is renewed once, and a path root that is no longer the right one is replaced
    /// once; 429, 5xx and broken connections are repeated, after the wait that Dropbox asks for or with growing, scattered waits.
    pub(super) async fn call<T, F>(&self, subject: &Subject, patience: Patience, call: impl Fn(Access) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, dropbox::Error>>,
    {
        let (mut renewed, mut moved) = (false, false);
        let mut tries = self.dropbox.tries(patience);
        loop {
            self.check_wanted(subject).await?;
            let begun = self.clock.instant();
            let Failed { used, error } = match self.attempt(subject, &call).await? {
                Ok(done) => return Ok(done),
                Err(failed) => failed,
            };
            let used = used.as_ref();
            if let Some(used) = used.filter(|_| error.is_about_token()) {
                self.authorizations.forget_token(subject.row, used).await;
                if renewed {
                    return Err(self.not_taken(subject, used, error).await);
                }
                renewed = true;
                continue;
            }
            if let (dropbox::Error::InvalidRoot { root, .. }, Some(used), false) = (&error, used, moved) {
                self.authorizations.move_root(subject.row, used, root).await?;
                moved = true;
                continue;
            }
            let Some(wait) = tries.next(&error, self.clock.instant().duration_since(begun)) else {
                return Err(CallError::Dropbox(error));
            };
            tracing::info!(delivery = subject.claim.delivery_id, wait_ms = wait.as_millis(), %error, "a call will be repeated");
            self.clock.sleep(wait).await;
        }
    }

    /// One try, with the token that was used; a token that could not be had is repeated like any other call.
    async fn attempt<T, F>(&self, subject: &Subject, call: &impl Fn(Access) -> F) -> Result<Result<T, Failed>, Error>
    where
        F: Future<Output = Result<T, dropbox::Error>>,
    {
        let used = match self.authorizations.access_token(subject.row, &subject.operator.id).await {
            Ok(used) => used,
            Err(AccessError::Dropbox(error)) => return Ok(Err(Failed { used: None, error })),
            Err(AccessError::Final(error)) => return Err(error),
        };
        Ok(call(used.access.clone()).await.map_err(|error| Failed { used: Some(used), error }))
    }

    /// The interface may have been switched off, or the operator, since the delivery began: nothing more leaves this computer then.
    async fn check_wanted(&self, subject: &Subject) -> Result<(), Error> {
        self.authorizations.check_interface().await?;
        let id = subject.operator.id.to_string();
        match self.store.is_active(subject.row).await? {
            Some(true) => Ok(()),
            Some(false) => Err(Error::OperatorInactive(id)),
            None => Err(Error::OperatorNotFound(id)),
        }
    }

    /// A fresh token was not taken either. One that has expired at once says nothing about the authorization: a clock is wrong.
    async fn not_taken(&self, subject: &Subject, used: &AccessToken, error: dropbox::Error) -> CallError {
        match error {
            dropbox::Error::InvalidAccessToken(_) => {
                CallError::Final(self.authorizations.ended(subject.row, &subject.operator.id, used).await)
            }
            error => CallError::Dropbox(error),
        }
    }
}
