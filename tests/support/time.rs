//! A clock that tests move: waiting takes no time and is remembered.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use outtray::{clock::Clock, delivery::MOMENT};

/// Cloning it shares it.
#[derive(Clone)]
pub(crate) struct TestTime(Arc<Mutex<State>>);

struct State {
    ahead: SignedDuration,
    /// How far the computer's uptime is ahead: what was slept through does not count, on most systems.
    awake: Duration,
    waits: Vec<Duration>,
    in_the_moment: Option<Box<dyn FnMut() + Send>>,
}

impl TestTime {
    /// Begins at the present.
    pub(crate) fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            ahead: SignedDuration::ZERO,
            awake: Duration::ZERO,
            waits: Vec::new(),
            in_the_moment: None,
        })))
    }

    /// What happens in each moment in which a file must not move.
    pub(crate) fn in_the_moment(&self, happens: impl FnMut() + Send + 'static) {
        self.0.lock().unwrap().in_the_moment = Some(Box::new(happens));
    }

    /// Moves on.
    pub(crate) fn advance(&self, duration: Duration) {
        let mut state = self.0.lock().unwrap();
        state.ahead += SignedDuration::try_from(duration).unwrap();
        state.awake += duration;
    }

    /// The computer sleeps: it is later then, and nothing has gone on meanwhile.
    pub(crate) fn sleep_through(&self, duration: Duration) {
        self.0.lock().unwrap().ahead += SignedDuration::try_from(duration).unwrap();
    }

    /// Somebody, or an empty battery, sets the computer's clock.
    pub(crate) fn set(&self, time: &str) {
        self.0.lock().unwrap().ahead = time.parse::<Timestamp>().unwrap().duration_since(Timestamp::now());
    }

    /// The computer's clock is right again.
    pub(crate) fn set_right(&self) {
        self.0.lock().unwrap().ahead = SignedDuration::ZERO;
    }

    /// Every wait that was asked for, in order, without the moments in which a file must not move.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.0.lock().unwrap().waits.clone()
    }

    /// The clock for the program under test.
    pub(crate) fn clock(&self) -> Clock {
        let (now, awake, sleep) = (self.clone(), self.clone(), self.clone());
        Clock::new(
            move || Timestamp::now() + now.0.lock().unwrap().ahead,
            move || Instant::now() + awake.0.lock().unwrap().awake,
            move |duration| {
                let mut state = sleep.0.lock().unwrap();
                if duration == MOMENT {
                    state.in_the_moment.iter_mut().for_each(|happens| happens());
                    return Box::pin(tokio::task::yield_now());
                }
                state.waits.push(duration);
                state.ahead += SignedDuration::try_from(duration).unwrap();
                state.awake += duration;
                Box::pin(tokio::task::yield_now())
            },
        )
    }
}
