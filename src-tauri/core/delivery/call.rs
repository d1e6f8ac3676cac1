//! One call to Dropbox on behalf of an operator: with a living access token, repeated where a repeat may succeed.

use std::time::Duration;

use super::{Deliveries, Subject};
use crate::{
    authorization::AccessError,
    dropbox::{self, Access},
    error::Error,
};

/// How often a call is made before the delivery gives up.
const ATTEMPTS: u32 = 6;
/// The first wait, where Dropbox does not say how long; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// Why a call did not succeed: what Dropbox said, for whoever knows what it means for a file, or something final.
#[derive(Debug)]
pub(super) enum CallError {
    Dropbox(dropbox::Error),
    Final(Error),
}

impl From<AccessError> for CallError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Dropbox(error) => Self::Dropbox(error),
            AccessError::Final(error) => Self::Final(error),
        }
    }
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
    pub(super) async fn call<T, F>(&self, subject: &Subject, call: impl Fn(Access) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, dropbox::Error>>,
    {
        let (mut renewed, mut moved) = (false, false);
        let mut attempt = 1;
        loop {
            let error = match self.attempt(subject, &call).await {
                Err(CallError::Dropbox(error)) => error,
                done => return done,
            };
            if is_about_token(&error) {
                if renewed {
                    return Err(self.not_taken(subject, error).await);
                }
                renewed = true;
                continue;
            }
            if let (dropbox::Error::InvalidRoot { root, .. }, false) = (&error, moved) {
                self.authorizations.move_root(subject.row, root).await.map_err(CallError::Final)?;
                moved = true;
                continue;
            }
            if !error.is_retryable() || attempt == ATTEMPTS {
                return Err(CallError::Dropbox(error));
            }
            let wait = error.retry_after().unwrap_or_else(|| scattered(FIRST_WAIT * 2_u32.pow(attempt - 1)));
            tracing::info!(delivery = subject.delivery_id, attempt, wait_ms = wait.as_millis(), %error, "a call will be repeated");
            if let Err(error) = self.store.extend_lease(subject.delivery_id, wait, self.clock.now_ms()).await {
                tracing::warn!(delivery = subject.delivery_id, %error, "the wait of a delivery could not be noted");
            }
            self.clock.sleep(wait).await;
            attempt += 1;
        }
    }

    /// A fresh token was not taken either. One that has expired at once says nothing about the authorization: a clock is wrong.
    async fn not_taken(&self, subject: &Subject, error: dropbox::Error) -> CallError {
        match error {
            dropbox::Error::InvalidAccessToken(_) => CallError::Final(self.authorizations.ended(subject.row, &subject.operator.id).await),
            error => CallError::Dropbox(error),
        }
    }

    async fn attempt<T, F>(&self, subject: &Subject, call: &impl Fn(Access) -> F) -> Result<T, CallError>
    where
        F: Future<Output = Result<T, dropbox::Error>>,
    {
        let access = self.authorizations.access(subject.row, &subject.operator.id).await?;
        let result = call(access.clone()).await;
        if result.as_ref().is_err_and(is_about_token) {
            self.authorizations.forget_token(subject.row, &access.token).await;
        }
        result.map_err(CallError::Dropbox)
    }
}

fn is_about_token(error: &dropbox::Error) -> bool {
    matches!(error, dropbox::Error::ExpiredAccessToken(_) | dropbox::Error::InvalidAccessToken(_))
}

/// Between half of it and the whole, so that many who wait do not come back at the same moment.
fn scattered(wait: Duration) -> Duration {
    let mut byte = [255];
    // Without random numbers everybody waits the whole.
    let _ = getrandom::fill(&mut byte);
    wait / 2 + wait / 2 * u32::from(byte[0]) / 255
}
