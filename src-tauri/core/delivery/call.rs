//! One call to Dropbox on behalf of an operator: with a living access token, repeated where a repeat may succeed.

use std::time::Duration;

use super::{Deliveries, Subject};
use crate::{
    authorization::{AccessError, AccessToken},
    dropbox::{self, Access},
    error::Error,
};

/// The first wait, where Dropbox does not say how long; doubled each time, and scattered between its half and the whole.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// No wait grows beyond this: a network that is back is noticed soon.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How long one call waits in all because Dropbox asks it to; Dropbox has been seen to ask for five minutes.
const LONGEST_TOLD: Duration = Duration::from_secs(15 * 60);

/// How often a call is repeated at least, where a repeat may succeed.
const REPEATS: u32 = 5;
/// How long a call with long patience is tried, where Dropbox does not say how long to wait.
const LONG: Duration = Duration::from_secs(10 * 60);

/// How much is tried before the delivery gives up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Little has been sent: whoever waits is told soon, and loses nothing by sending again.
    Short,
    /// A large file is on its way: another network, a router that restarts, a busy minute of Dropbox must not cost its parts.
    Long,
}

/// The tries of one call.
struct Tries {
    patience: Patience,
    repeats: u32,
    /// Repeats because what arrived was not what was sent.
    spoiled: u32,
    next: Duration,
    /// How long has been tried and waited so far, and how long has been waited because Dropbox asked for it.
    own: Duration,
    told: Duration,
}

impl Tries {
    fn new(patience: Patience) -> Self {
        Self {
            patience,
            repeats: 0,
            spoiled: 0,
            next: FIRST_WAIT,
            own: Duration::ZERO,
            told: Duration::ZERO,
        }
    }

    /// How long to wait before the call is repeated, after a try that took so long; nothing when it is not.
    fn next(&mut self, error: &dropbox::Error, took: Duration) -> Option<Duration> {
        if !error.is_retryable() {
            return None;
        }
        self.repeats += 1;
        // A line that spoils what it carries does not get better by waiting.
        self.spoiled += u32::from(error.has_tag("content_hash_mismatch"));
        let grown = self.next;
        self.next = (grown * 2).min(LONGEST_WAIT);
        // Where Dropbox asks for less again and again, the waits grow all the same: refused calls count for it too.
        let told = error.retry_after();
        let wait = told.unwrap_or_default().max(scattered(grown));
        match told {
            Some(_) => self.told += wait,
            None => self.own += took + grown,
        }
        let few = self.repeats <= REPEATS;
        let goes_on = few || (self.patience == Patience::Long && self.own <= LONG);
        (goes_on && self.spoiled <= REPEATS && self.told <= LONGEST_TOLD).then_some(wait)
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
        let mut tries = Tries::new(patience);
        loop {
            self.check_wanted(subject).await?;
            let begun = self.clock.now();
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
            let took = Duration::try_from(self.clock.now().duration_since(begun)).unwrap_or_default();
            let Some(wait) = tries.next(&error, took) else {
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
