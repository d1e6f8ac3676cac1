//! Calls that a person waits for, made once more where that may help: a connection that died unnoticed in another network, a busy Dropbox
//! that says how long to wait.

use super::{AccessError, Authorizations};
use crate::{
    dropbox::{self, Patience},
    error::Error,
};

impl Authorizations {
    /// Makes a call that does no harm when it is made twice.
    pub(super) async fn repeat<T, E, F>(&self, call: impl Fn() -> F) -> Result<T, AccessError>
    where
        E: Into<AccessError>,
        F: Future<Output = Result<T, E>>,
    {
        self.repeat_where(|_| true, call).await
    }

    /// Makes a call that works once, such as the exchange of a code: again only where Dropbox has done nothing for it. What else there is
    /// to do is for the person to say.
    pub(super) async fn repeat_unheard<T, F>(&self, call: impl Fn() -> F) -> Result<T, AccessError>
    where
        F: Future<Output = Result<T, dropbox::Error>>,
    {
        self.repeat_where(dropbox::Error::has_changed_nothing, call).await
    }

    async fn repeat_where<T, E, F>(&self, may: impl Fn(&dropbox::Error) -> bool, call: impl Fn() -> F) -> Result<T, AccessError>
    where
        E: Into<AccessError>,
        F: Future<Output = Result<T, E>>,
    {
        let clock = &self.parts.clock;
        let mut tries = self.parts.dropbox.tries(Patience::Person);
        loop {
            let begun = clock.instant();
            let error = match call().await.map_err(Into::into) {
                Err(AccessError::Dropbox(error)) => error,
                done => return done,
            };
            let took = clock.instant().duration_since(begun);
            let Some(wait) = Some(&error).filter(|error| may(error)).and_then(|error| tries.next(error, took)) else {
                return Err(AccessError::Dropbox(error));
            };
            tracing::info!(wait_ms = wait.as_millis(), %error, "a call will be repeated");
            clock.sleep(wait).await;
            // It may have been switched off meanwhile: nothing more leaves this computer then.
            if !self.parts.store.get_settings().await.map_err(Error::from)?.interface_to_dropbox {
                return Err(Error::InterfaceOff.into());
            }
        }
    }
}
