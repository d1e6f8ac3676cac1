//! An upload session: what has come of a file, and what may come next.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{answer::tag, content::Content, ids::AccountId};

/// Parts of a concurrent session are multiples of this, in bytes.
pub(super) const UNIT: u64 = 4 << 20;
/// Largest file, in bytes.
const FILE_MAX: u64 = (1 << 41) - (1 << 22);
pub(super) struct Session {
    pub(super) account: AccountId,
    pub(super) concurrent: bool,
    pub(super) closed: bool,
    pub(super) parts: BTreeMap<u64, Content>,
    pub(super) started_at: Timestamp,
    /// Whether bytes go as soon as their digests are enough.
    pub(super) drops_contents: bool,
}

impl Session {
    pub(super) fn size(&self) -> u64 {
        self.parts.values().map(|part| part.size()).sum()
    }

    pub(super) fn put(&mut self, offset: u64, mut part: Content) {
        if part.is_empty() {
            return;
        }
        if self.drops_contents && offset.is_multiple_of(UNIT) && part.is_whole_blocks() {
            part.forget();
        }
        self.parts.insert(offset, part);
    }

    /// Whether the parts follow each other without a gap.
    pub(super) fn is_complete(&self) -> bool {
        let mut end = 0;
        self.parts.iter().all(|(offset, part)| {
            let fits = *offset == end;
            end = offset + part.size();
            fits
        })
    }
}

pub(super) fn incorrect_offset(correct: u64) -> Value {
    json!({ ".tag": "incorrect_offset", "correct_offset": correct })
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
