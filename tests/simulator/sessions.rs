//! `files/upload_session/*`: sequential and concurrent sessions.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    answer::{Refusal, Result, nested, tag},
    argument::Argument,
    caller::Caller,
    content::Content,
    faults::Fault,
    files::{self, Commit},
    session::{Session, incorrect_offset, take},
    shared::Shared,
    state::State,
};

/// How long a session lives.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

pub(super) fn start(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let (close, concurrent) = (argument.flag("close"), is_concurrent(argument));
    if concurrent && !body.is_empty() {
        return Err(Refusal::Route(tag("concurrent_session_data_not_allowed")));
    }
    if concurrent && close {
        return Err(Refusal::Route(tag("concurrent_session_close_not_allowed")));
    }
    files::check_body(argument, &body)?;
    let id = shared.state().add_session(&caller.account, concurrent, close, body);
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

pub(super) fn append(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let ((id, offset), close) = (cursor(argument), argument.flag("close"));
    files::check_body(argument, &body)?;
    let mut state = shared.state();
    let session = find(&mut state, caller, &id).map_err(Refusal::Route)?;
    take(session, offset, close, body).map_err(Refusal::Route)?;
    Ok(Value::Null)
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
