//! How much at once: calls per account and app, and writers per namespace. Source: Dropbox documentation, "Performance guide".

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::Duration,
};

use jiff::Timestamp;

use super::ids::AccountId;

/// So many calls in a window; refused ones count too.
struct Rate {
    calls: usize,
    window: Duration,
    /// By account and app key.
    made: HashMap<(AccountId, String), VecDeque<Timestamp>>,
}

/// What a test has switched on, and who is writing.
#[derive(Default)]
pub(super) struct Limits {
    rate: Option<Rate>,
    /// Whether a second writer in one namespace is refused.
    pub(super) contention: bool,
    pub(super) writing: BTreeSet<Writing>,
}

/// One writer at a time in here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Writing {
    /// Any write, when contention is switched on.
    Namespace(u64),
    /// `finish_batch_v2`, always.
    Batch(AccountId),
}

impl Limits {
    pub(super) fn set_rate(&mut self, calls: usize, window: Duration) {
        self.rate = Some(Rate {
            calls,
            window,
            made: HashMap::new(),
        });
    }

    /// As many calls as anybody likes.
    pub(super) fn lift_rate(&mut self) {
        self.rate = None;
    }

    /// How many calls are allowed, and in which time.
    pub(super) fn rate(&self) -> Option<(usize, Duration)> {
        self.rate.as_ref().map(|rate| (rate.calls, rate.window))
    }

    /// Counts a call; when it is one too many, how many seconds to wait.
    pub(super) fn count(&mut self, account: &AccountId, app_key: &str, now: Timestamp) -> Option<u64> {
        let rate = self.rate.as_mut()?;
        let made = rate.made.entry((account.clone(), app_key.to_owned())).or_default();
        while made.front().is_some_and(|first| *first + rate.window <= now) {
            made.pop_front();
        }
        made.push_back(now);
        (made.len() > rate.calls).then(|| rate.window.as_secs().max(1))
    }
}
