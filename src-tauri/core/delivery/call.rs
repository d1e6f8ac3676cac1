//! One call to Dropbox on behalf of an operator: with a living access token, repeated where a repeat may succeed.

use std::time::Duration;

use super::{Deliveries, Subject};
use crate::{
    authorization::{AccessError, AccessToken},
    dropbox::{self, Access},
    error::Error,
};

/// The shortest wait, and the first where Dropbox does not say how long; doubled each time.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// No wait grows beyond this: a network that is back is noticed soon.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long one call waits in all because Dropbox asks it to; Dropbox has been seen to ask for five minutes.
const LONGEST_TOLD: Duration = Duration::from_secs(15 * 60);

/// How long a call waits in all, where Dropbox does not say how long, before the delivery gives up.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    /// Nothing has arrived yet: whoever waits is told soon, and loses nothing by sending again. Six calls.
    Short,
    /// Parts have arrived: another network, a router that restarts, a busy minute of Dropbox must not cost them.
    Long,
}

impl Patience {
    fn limit(self) -> Duration {
        match self {
            Self::Short => FIRST_WAIT * 31,
            Self::Long => Duration::from_secs(10 * 60),
        }
    }
}

/// The waits of one call.
struct Waits {
    patience: Patience,
    next: Duration,
    /// How long it has waited so far, and how long because Dropbox asked.
    own: Duration,
    told: Duration,
}

impl Waits {
    fn new(patience: Patience) -> Self {
        Self {
            patience,
            next: FIRST_WAIT,
            own: Duration::ZERO,
            told: Duration::ZERO,
        }
    }

    /// How long to wait before the call is repeated; nothing when it is not.
    fn next(&mut self, error: &dropbox::Error) -> Option<Duration> {
        if !error.is_retryable() {
            return None;
        }
        if let Some(told) = error.retry_after() {
            let wait = told.max(FIRST_WAIT);
            self.told += wait;
            return (self.told <= LONGEST_TOLD).then_some(wait);
        }
        let wait = self.next;
        self.next = (wait * 2).min(LONGEST_WAIT);
        self.own += wait;
        // A line that spoils what it carries does not get better by waiting.
        let is_spoiled = error.has_tag("content_hash_mismatch");
        let patience = if is_spoiled { Patience::Short } else { self.patience };
        (self.own <= patience.limit()).then(|| scattered(wait))
    }
}

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
        let mut waits = Waits::new(patience);
        loop {
            self.check_wanted(subject).await?;
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
            let Some(wait) = waits.next(&error) else {
                return Err(CallError::Dropbox(error));
            };
            tracing::info!(delivery = subject.delivery_id, wait_ms = wait.as_millis(), %error, "a call will be repeated");
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
        if !self.store.get_settings().await?.interface_to_dropbox {
            return Err(Error::InterfaceOff);
        }
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

/// Between half of it and the whole, so that many who wait do not come back at the same moment.
fn scattered(wait: Duration) -> Duration {
    let mut byte = [255];
    // Without random numbers everybody waits the whole.
    let _ = getrandom::fill(&mut byte);
    wait / 2 + wait / 2 * u32::from(byte[0]) / 255
}
