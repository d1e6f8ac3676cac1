//! How often a call is made again, and after which waits. Whoever makes the call makes it again.

use std::time::Duration;

use super::Error;

/// The first wait, where Dropbox does not say how long; doubled each time, and scattered between its half and the whole.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// No wait grows beyond this: a network that is back is noticed soon.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// How often a call is made again at most because what arrived was not what was sent.
const SPOILED: u32 = 5;

/// How much is tried before a call is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A person waits for the answer and can try again.
    Person,
    /// Little has been sent: whoever waits is told soon, and loses nothing by sending again.
    Short,
    /// A large file is on its way: another network, a router that restarts, a busy minute of Dropbox must not cost its parts.
    Long,
}

impl Patience {
    /// How often a call is made again, where Dropbox does not say when.
    fn repeats(self) -> u32 {
        match self {
            Self::Person => 1,
            Self::Short | Self::Long => 5,
        }
    }

    /// For how long it is made again, however often that is.
    fn own(self) -> Duration {
        match self {
            Self::Person | Self::Short => Duration::ZERO,
            Self::Long => Duration::from_secs(10 * 60),
        }
    }

    /// How long is waited in all because Dropbox asks for it; it has been seen to ask for five minutes.
    fn told(self) -> Duration {
        match self {
            Self::Person => Duration::from_secs(6 * 60),
            Self::Short | Self::Long => Duration::from_secs(15 * 60),
        }
    }
}

/// The tries of one call.
#[derive(Debug)]
pub struct Tries {
    patience: Patience,
    longest: Duration,
    repeats: u32,
    spoiled: u32,
    next: Duration,
    /// How long has been tried and waited so far, and how long has been waited because Dropbox asked for it.
    own: Duration,
    told: Duration,
}

impl Tries {
    /// None yet. A try counts for no longer than `longest`, the time after which silence ends it: while a computer sleeps nothing is tried,
    /// and some systems' clocks go on.
    pub fn new(patience: Patience, longest: Duration) -> Self {
        Self {
            patience,
            longest,
            repeats: 0,
            spoiled: 0,
            next: FIRST_WAIT,
            own: Duration::ZERO,
            told: Duration::ZERO,
        }
    }

    /// How long to wait before the call is made again, after a try that took so long; nothing when it is given up.
    pub fn next(&mut self, error: &Error, took: Duration) -> Option<Duration> {
        if !error.is_retryable() {
            return None;
        }
        // A line that spoils what it carries does not get better by waiting.
        self.spoiled += u32::from(error.has_tag("content_hash_mismatch"));
        let grown = self.next;
        self.next = (grown * 2).min(LONGEST_WAIT);
        match error.retry_after() {
            Some(asked) => {
                // Where Dropbox asks for less again and again, the waits grow all the same: refused calls count for it too.
                let wait = asked.max(scattered(grown));
                self.told = self.told.saturating_add(wait);
                (self.told <= self.patience.told()).then_some(wait)
            }
            None => {
                self.repeats += 1;
                self.own = self.own.saturating_add(took.min(self.longest)).saturating_add(grown);
                let goes_on = self.repeats <= self.patience.repeats() || self.own <= self.patience.own();
                (goes_on && self.spoiled <= SPOILED).then(|| scattered(grown))
            }
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
