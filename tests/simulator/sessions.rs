//! `files/upload_session/*`: sequential and concurrent sessions.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answer::{Refusal, Result, nested, tag},
    argument::Argument,
    caller::Caller,
    content::Content,
    faults::Fault,
    files::{self, Commit},
    server::Shared,
    state::{AccountId, State, random},
};

/// Parts of a concurrent session are multiples of this, in bytes.
pub(super) const UNIT: u64 = 4 << 20;
/// Largest file, in bytes.
const FILE_MAX: u64 = (1 << 41) - (1 << 22);
/// How long a session lives.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

pub(super) struct Session {
    account: AccountId,
    concurrent: bool,
    pub(super) closed: bool,
    parts: BTreeMap<u64, Content>,
    started_at: Timestamp,
    /// Whether bytes go as soon as their digests are enough.
    drops_contents: bool,
}

impl Session {
    fn size(&self) -> u64 {
        self.parts.values().map(|part| part.size()).sum()
    }

    fn put(&mut self, offset: u64, mut part: Content) {
        if part.is_empty() {
            return;
        }
        if self.drops_contents && offset.is_multiple_of(UNIT) && part.is_whole_blocks() {
            part.forget();
        }
        self.parts.insert(offset, part);
    }

    /// Whether the parts follow each other without a gap.
    fn is_complete(&self) -> bool {
        let mut end = 0;
        self.parts.iter().all(|(offset, part)| {
            let fits = *offset == end;
            end = offset + part.size();
            fits
        })
    }
}

pub(super) fn add(state: &mut State, caller: &Caller, concurrent: bool, closed: bool, body: Content) -> String {
    let id = format!("pid_upload_session:{}", random(60));
    let mut session = Session {
        account: caller.account.clone(),
        concurrent,
        closed,
        parts: BTreeMap::new(),
        started_at: state.now(),
        drops_contents: state.drops_contents,
    };
    session.put(0, body);
    state.sessions.insert(id.clone(), session);
    id
}

/// A session for what an upload could not commit.
pub(super) fn keep(state: &mut State, caller: &Caller, body: Content) -> String {
    add(state, caller, false, true, body)
}

pub(super) fn start(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let (close, concurrent) = (argument.flag("close"), is_concurrent(argument));
    if concurrent && !body.is_empty() {
        return Err(Refusal::Route(tag("concurrent_session_data_not_allowed")));
    }
    if concurrent && close {
        return Err(Refusal::Route(tag("concurrent_session_close_not_allowed")));
    }
    files::check_body(argument, &body)?;
    let id = add(&mut shared.state(), caller, concurrent, close, body);
    Ok(json!({ "session_id": id }))
}

pub(super) fn is_concurrent(argument: &Argument) -> bool {
    argument.tag("session_type") == Some("concurrent")
}

pub(super) fn cursor(argument: &Argument) -> (String, u64) {
    let cursor = argument.object("cursor");
    (cursor.text("session_id").to_owned(), cursor.number("offset").unwrap_or_default())
}

/// The session of this account that still lives.
pub(super) fn find<'a>(state: &'a mut State, caller: &Caller, id: &str) -> std::result::Result<&'a mut Session, Value> {
    let oldest = state.now() - LIFETIME;
    let session = state.sessions.get_mut(id);
    session
        .filter(|session| session.account == caller.account && session.started_at > oldest)
        .ok_or_else(|| tag("not_found"))
}

fn incorrect_offset(correct: u64) -> Value {
    json!({ ".tag": "incorrect_offset", "correct_offset": correct })
}

pub(super) fn append(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let ((id, offset), close) = (cursor(argument), argument.flag("close"));
    files::check_body(argument, &body)?;
    let mut state = shared.state();
    let session = find(&mut state, caller, &id).map_err(Refusal::Route)?;
    take(session, offset, close, body).map_err(Refusal::Route)?;
    Ok(Value::Null)
}

pub(super) fn take(session: &mut Session, offset: u64, close: bool, body: Content) -> std::result::Result<(), Value> {
    if session.closed {
        return Err(tag("closed"));
    }
    if session.concurrent {
        if !offset.is_multiple_of(UNIT) {
            return Err(tag("concurrent_session_invalid_offset"));
        }
        if !close && (body.is_empty() || !body.size().is_multiple_of(UNIT)) {
            return Err(tag("concurrent_session_invalid_data_size"));
        }
    } else if offset != session.size() {
        return Err(incorrect_offset(session.size()));
    }
    if offset.checked_add(body.size()).is_none_or(|end| end > FILE_MAX) {
        return Err(tag("too_large"));
    }
    session.put(offset, body);
    session.closed = close;
    Ok(())
}

pub(super) fn finish(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let (id, offset) = cursor(argument);
    let commit = Commit::read(&argument.object("commit"));
    files::check_body(argument, &body)?;
    let end = offset.saturating_add(body.size());
    last_data(shared, caller, &id, offset, body).map_err(Refusal::Route)?;
    commit_session(shared, caller, &id, end, &commit).map_err(Refusal::Route)
}

/// The last bytes may come with the finish of a sequential session.
fn last_data(shared: &Shared, caller: &Caller, id: &str, offset: u64, body: Content) -> std::result::Result<(), Value> {
    let mut state = shared.state();
    let session = find(&mut state, caller, id).map_err(|error| nested("lookup_failed", error))?;
    match (body.is_empty(), session.concurrent) {
        (true, _) => Ok(()),
        (false, true) => Err(tag("concurrent_session_data_not_allowed")),
        // It stays open: when the commit fails, the data are there and only the commit is made again.
        (false, false) => take(session, offset, false, body).map_err(|error| nested("lookup_failed", error)),
    }
}

/// Commits what a session holds. The file is put together and hashed while nobody waits for the state.
pub(super) fn commit_session(
    shared: &Shared,
    caller: &Caller,
    id: &str,
    offset: u64,
    commit: &Commit,
) -> std::result::Result<Value, Value> {
    commit.check_template()?;
    let content = Content::join(complete(shared, caller, id, offset)?);
    let mut state = shared.state();
    find(&mut state, caller, id).map_err(|error| nested("lookup_failed", error))?;
    if caller.fault == Some(Fault::TooManyWriteOperations) {
        return Err(tag("too_many_write_operations"));
    }
    let metadata = files::write(&mut state, caller, commit, content).map_err(|error| nested("path", error))?;
    state.sessions.remove(id);
    Ok(metadata)
}

/// The parts of a session that is ready to be committed.
fn complete(shared: &Shared, caller: &Caller, id: &str, offset: u64) -> std::result::Result<Vec<Content>, Value> {
    let mut state = shared.state();
    let session = find(&mut state, caller, id).map_err(|error| nested("lookup_failed", error))?;
    if session.concurrent && !session.closed {
        return Err(tag("concurrent_session_not_closed"));
    }
    if !session.is_complete() {
        return Err(tag("concurrent_session_missing_data"));
    }
    if offset != session.size() {
        return Err(nested("lookup_failed", incorrect_offset(session.size())));
    }
    Ok(session.parts.values().cloned().collect())
}
