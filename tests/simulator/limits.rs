//! How much at once: calls per account and app, and writers per namespace. Source: Dropbox documentation, "Performance guide".

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;

use super::{
    caller::Caller,
    server::Shared,
    state::{AccountId, State},
};

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
    writing: BTreeSet<Writing>,
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
    pub(super) fn count(&mut self, caller: &Caller, now: Timestamp) -> Option<u64> {
        let rate = self.rate.as_mut()?;
        let made = rate.made.entry((caller.account.clone(), caller.app_key.clone())).or_default();
        while made.front().is_some_and(|first| *first + rate.window <= now) {
            made.pop_front();
        }
        made.push_back(now);
        (made.len() > rate.calls).then(|| rate.window.as_secs().max(1))
    }
}

/// Holds a place to write until the call is answered or given up.
pub(super) struct Writer {
    shared: Arc<Shared>,
    writing: Vec<Writing>,
}

impl Drop for Writer {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        for writing in &self.writing {
            state.limits.writing.remove(writing);
        }
    }
}

/// Begins to write, or says that somebody else does.
pub(super) fn begin(shared: &Arc<Shared>, writing: Vec<Writing>) -> Option<Writer> {
    let limits = &mut shared.state().limits;
    if writing.iter().any(|writing| limits.writing.contains(writing)) {
        return None;
    }
    limits.writing.extend(writing.iter().cloned());
    Some(Writer {
        shared: shared.clone(),
        writing,
    })
}

/// Where a call of this route writes.
pub(super) fn places(state: &State, route: &str, account: Option<&AccountId>) -> Vec<Writing> {
    const BATCH: &str = "files/upload_session/finish_batch_v2";
    const WRITES: [&str; 5] = [
        "files/upload",
        "files/upload_session/finish",
        "files/create_folder_v2",
        "files/delete_v2",
        BATCH,
    ];
    let Some(account) = account else {
        return Vec::new();
    };
    let mut places = Vec::new();
    if state.limits.contention && WRITES.contains(&route) {
        let known = state.account(account);
        let namespace = state.team_of(known).map_or(known.namespace, |(team, _)| team.namespace);
        places.push(Writing::Namespace(namespace));
    }
    if route == BATCH {
        places.push(Writing::Batch(account.clone()));
    }
    places
}
