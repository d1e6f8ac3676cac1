//! Calls of the keychain, bounded. The system may ask a person for a password meanwhile, or never answer: a thread that waits for that
//! cannot be ended, so it is one of its own, which holds up nothing, and there is one for everybody who asks for the same.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{Error, MasterKey};

/// How long the keychain may take to answer, in all; the message of [`crate::Error::KeychainNoAnswer`] says it.
const PATIENCE: Duration = Duration::from_secs(15);

type Answer = Result<Option<Arc<MasterKey>>, Error>;

/// What the keychain is being asked. Cloning it shares it.
#[derive(Clone, Default)]
pub(super) struct Asked(Arc<Mutex<Option<Call>>>);

/// One call that goes on.
#[derive(Clone)]
struct Call {
    name: String,
    may_make: bool,
    until: Instant,
    answer: watch::Receiver<Option<Answer>>,
}

impl Asked {
    /// Makes the call, or joins one for the same key that goes on. One that has had its time fails at once, until it ends: whoever answers
    /// the system's question ends it.
    pub(super) async fn ask(
        &self,
        name: &str,
        may_make: bool,
        call: impl FnOnce() -> Result<Option<MasterKey>, Error> + Send + 'static,
    ) -> Answer {
        let mut going = self.join(name, may_make, call)?;
        let answered = timeout_at(going.until, going.answer.wait_for(Option::is_some)).await;
        match answered {
            Ok(Ok(answer)) => answer.clone().unwrap_or(Err(Error::NoAnswer)),
            // The thread has ended without an answer.
            Ok(Err(error)) => Err(ended_early(&error)),
            Err(_) => Err(Error::NoAnswer),
        }
    }

    fn join(
        &self,
        name: &str,
        may_make: bool,
        call: impl FnOnce() -> Result<Option<MasterKey>, Error> + Send + 'static,
    ) -> Result<Call, Error> {
        let mut going = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |call: &&Call| call.name == name && call.may_make == may_make && call.answer.has_changed().is_ok();
        if let Some(call) = going.as_ref().filter(is_same) {
            return Ok(call.clone());
        }
        let (sender, answer) = watch::channel(None);
        let own = answer.clone();
        let all = self.clone();
        let work = move || {
            let result = call().map(|key| key.map(Arc::new));
            // Whoever asks from now on gets a call of its own.
            all.forget(&own);
            sender.send_replace(Some(result));
        };
        let started = thread::Builder::new().name("keychain".to_owned()).spawn(work);
        started.map_err(|error| ended_early(&error))?;
        let call = Call {
            name: name.to_owned(),
            may_make,
            until: Instant::now() + PATIENCE,
            answer,
        };
        Ok(going.insert(call).clone())
    }

    fn forget(&self, ended: &watch::Receiver<Option<Answer>>) {
        let mut going = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        going.take_if(|call| call.answer.same_channel(ended));
    }
}

fn ended_early(error: &dyn std::fmt::Display) -> Error {
    Error::Missing(format!("the keychain call ended early ({error})"))
}
