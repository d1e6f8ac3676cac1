//! A clock that tests move: waiting takes no time and is remembered.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::Timestamp;
use outtray::clock::Clock;

/// Cloning it shares it.
#[derive(Clone)]
pub(crate) struct TestTime(Arc<Mutex<State>>);

struct State {
    ahead: Duration,
    waits: Vec<Duration>,
}

impl TestTime {
    /// Begins at the present.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            ahead: Duration::ZERO,
            waits: Vec::new(),
        })))
    }

    /// Moves on.
    pub(crate) fn advance(&self, duration: Duration) {
        self.0.lock().unwrap().ahead += duration;
    }

    /// Every wait that was asked for, in order.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().waits.clone()
    }

    /// The clock for the program under test.
    pub(crate) fn clock(&self) -> Clock {
        let (now, sleep) = (self.clone(), self.clone());
        Clock::new(
            move || Timestamp::now() + now.0.lock().unwrap().ahead,
            move |duration| {
                let mut state = sleep.0.lock().unwrap();
                state.waits.push(duration);
                state.ahead += duration;
                Box::pin(tokio::task::yield_now())
            },
        )
    }
}
