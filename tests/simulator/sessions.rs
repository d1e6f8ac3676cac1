//! `files/upload_session/*`: sequential and concurrent sessions.

use std::{collections::BTreeMap, time::Duration};

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answer::{Refusal, Result, nested, tag},
    api::Caller,
    argument::Argument,
    faults::Fault,
    files::{self, BODY_MAX, COMMIT, Commit},
    state::{AccountId, State, random},
};

/// Parts of a concurrent session are multiples of this, in bytes.
pub(super) const UNIT: u64 = 4 << 20;
/// How long a session lives.
const LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

pub(super) const START: &[&str] = &["close", "session_type", "content_hash"];
pub(super) const APPEND: &[&str] = &["cursor", "close", "content_hash"];
pub(super) const FINISH: &[&str] = &["cursor", "commit", "content_hash"];
pub(super) const CURSOR: &[&str] = &["session_id", "offset"];

pub(super) struct Session {
    account: AccountId,
    concurrent: bool,
    pub(super) closed: bool,
    parts: BTreeMap<u64, Bytes>,
    started_at: Timestamp,
}

impl Session {
    fn size(&self) -> u64 {
        self.parts.values().map(|part| part.len() as u64).sum()
    }

    /// Whether the parts follow each other without a gap.
    fn is_complete(&self) -> bool {
        let mut end = 0;
        self.parts.iter().all(|(offset, part)| {
            let fits = *offset == end;
            end = offset + part.len() as u64;
            fits
        })
    }

    fn content(&self) -> Bytes {
        match self.parts.len() {
            1 => self.parts.values().next().cloned().unwrap_or_default(),
            _ => self
                .parts
                .values()
                .fold(Vec::new(), |mut content, part| {
                    content.extend_from_slice(part);
                    content
                })
                .into(),
        }
    }
}

pub(super) fn add(state: &mut State, caller: &Caller, concurrent: bool, closed: bool, body: Bytes) -> String {
    let id = format!("pid_upload_session:{}", random(60));
    let mut parts = BTreeMap::new();
    if !body.is_empty() {
        parts.insert(0, body);
    }
    let session = Session {
        account: caller.account.clone(),
        concurrent,
        closed,
        parts,
        started_at: state.now(),
    };
    state.sessions.insert(id.clone(), session);
    id
}

/// A session for what an upload could not commit.
pub(super) fn keep(state: &mut State, caller: &Caller, body: Bytes) -> String {
    add(state, caller, false, true, body)
}

pub(super) fn start(state: &mut State, caller: &Caller, argument: &Argument, body: &Bytes) -> Result<Value> {
    let (close, concurrent) = (
        argument.flag("close")?,
        argument.union("session_type", "sequential", &["sequential", "concurrent"])? == "concurrent",
    );
    if concurrent && !body.is_empty() {
        return Err(Refusal::Route(tag("concurrent_session_data_not_allowed")));
    }
    if concurrent && close {
        return Err(Refusal::Route(tag("concurrent_session_close_not_allowed")));
    }
    if body.len() > BODY_MAX {
        return Err(Refusal::Route(tag("payload_too_large")));
    }
    files::check_hash(argument, body)?;
    Ok(json!({ "session_id": add(state, caller, concurrent, close, body.clone()) }))
}

pub(super) fn cursor(argument: &Argument) -> Result<(String, u64)> {
    let cursor = argument.object("cursor", CURSOR)?;
    Ok((cursor.text("session_id")?.to_owned(), cursor.number("offset")?))
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

pub(super) fn append(state: &mut State, caller: &Caller, argument: &Argument, body: &Bytes) -> Result<Value> {
    let ((id, offset), close) = (cursor(argument)?, argument.flag("close")?);
    if body.len() > BODY_MAX {
        return Err(Refusal::Route(tag("payload_too_large")));
    }
    files::check_hash(argument, body)?;
    let session = find(state, caller, &id).map_err(Refusal::Route)?;
    take(session, offset, close, body).map_err(Refusal::Route)?;
    Ok(Value::Null)
}

pub(super) fn take(session: &mut Session, offset: u64, close: bool, body: &Bytes) -> std::result::Result<(), Value> {
    if session.closed {
        return Err(tag("closed"));
    }
    if session.concurrent {
        if !offset.is_multiple_of(UNIT) {
            return Err(tag("concurrent_session_invalid_offset"));
        }
        if !close && !(body.len() as u64).is_multiple_of(UNIT) {
            return Err(tag("concurrent_session_invalid_data_size"));
        }
    } else if offset != session.size() {
        return Err(incorrect_offset(session.size()));
    }
    if !body.is_empty() {
        session.parts.insert(offset, body.clone());
    }
    session.closed = close;
    Ok(())
}

pub(super) fn finish(state: &mut State, caller: &Caller, argument: &Argument, body: &Bytes) -> Result<Value> {
    let (id, offset) = cursor(argument)?;
    let commit = Commit::read(&argument.object("commit", COMMIT)?)?;
    if body.len() > BODY_MAX {
        return Err(Refusal::Route(tag("payload_too_large")));
    }
    files::check_hash(argument, body)?;
    let session = find(state, caller, &id).map_err(|error| Refusal::Route(nested("lookup_failed", error)))?;
    last_data(session, offset, body).map_err(Refusal::Route)?;
    commit_session(state, caller, &id, offset + body.len() as u64, &commit).map_err(Refusal::Route)
}

/// The last bytes may come with the finish of a sequential session.
fn last_data(session: &mut Session, offset: u64, body: &Bytes) -> std::result::Result<(), Value> {
    match (body.is_empty(), session.concurrent) {
        (true, _) => Ok(()),
        (false, true) => Err(tag("concurrent_session_data_not_allowed")),
        (false, false) => take(session, offset, true, body).map_err(|error| nested("lookup_failed", error)),
    }
}

pub(super) fn commit_session(
    state: &mut State,
    caller: &Caller,
    id: &str,
    offset: u64,
    commit: &Commit,
) -> std::result::Result<Value, Value> {
    let session = find(state, caller, id).map_err(|error| nested("lookup_failed", error))?;
    if session.concurrent && !session.closed {
        return Err(tag("concurrent_session_not_closed"));
    }
    if !session.is_complete() {
        return Err(tag("concurrent_session_missing_data"));
    }
    if offset != session.size() {
        return Err(nested("lookup_failed", incorrect_offset(session.size())));
    }
    let content = session.content();
    if caller.fault == Some(Fault::TooManyWriteOperations) {
        return Err(tag("too_many_write_operations"));
    }
    let metadata = files::write(state, caller, commit, content).map_err(|error| nested("path", error))?;
    state.sessions.remove(id);
    Ok(metadata)
}
