//! One writer at a time in a namespace. Source: Dropbox documentation, "Performance guide".

use std::sync::Arc;

use super::{ids::AccountId, limits::Writing, shared::Shared, state::State};

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
