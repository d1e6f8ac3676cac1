//! `files/upload_session/start_batch`, `append_batch` and `finish_batch_v2`: many sessions in one call.

use serde_json::{Value, json};

use super::{
    answer::{Refusal, Result, nested, tag},
    argument::Argument,
    caller::Caller,
    content::Content,
    faults::Fault,
    files::{self, Commit},
    session::take,
    sessions::{self, cursor},
    shared::Shared,
};

/// Opens many sessions at once.
pub(super) fn start(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let number = argument.number("num_sessions").unwrap_or_default();
    let concurrent = sessions::is_concurrent(argument);
    let mut state = shared.state();
    let open = |_| state.add_session(&caller.account, concurrent, false, Content::default());
    let ids: Vec<String> = (0..number).map(open).collect();
    Ok(json!({ "session_ids": ids }))
}

/// One result per entry: success, or its failure.
fn result(entry: std::result::Result<Value, Value>) -> Value {
    match entry {
        Ok(mut value) => {
            value[".tag"] = json!("success");
            value
        }
        Err(failure) => json!({ ".tag": "failure", "failure": failure }),
    }
}

/// What a test has planned for this entry.
fn planned(caller: &Caller, at: usize) -> std::result::Result<(), Value> {
    match &caller.fault {
        Some(Fault::FailEntry { index, failure }) if *index == at => Err(failure.clone()),
        _ => Ok(()),
    }
}

/// The bytes of all entries lie one after another in the body.
pub(super) fn append(shared: &Shared, caller: &Caller, argument: &Argument, body: Content) -> Result<Value> {
    let entries = argument.objects("entries").into_iter();
    let parts: Vec<_> = entries
        .map(|entry| (cursor(&entry), entry.number("length").unwrap_or_default(), entry.flag("close")))
        .collect();
    let lengths = parts.iter().try_fold(0_u64, |sum, (_, length, _)| sum.checked_add(*length));
    if lengths != Some(body.size()) {
        return Err(Refusal::Route(tag("length_mismatch")));
    }
    files::check_body(argument, &body)?;
    let mut rest = body;
    let parts: Vec<_> = parts.into_iter().map(|(cursor, length, close)| (cursor, rest.split_to(length), close)).collect();
    let mut state = shared.state();
    let results = parts.into_iter().enumerate().map(|(at, ((id, offset), part, close))| {
        planned(caller, at)?;
        let session = sessions::find(&mut state, caller, &id)?;
        take(session, offset, close, part).map_err(without_offset)?;
        Ok(json!({}))
    });
    let results: Vec<Value> = results.map(result).collect();
    Ok(json!({ "entries": results }))
}

/// An entry is told that its offset is wrong, but not which is right (UploadSessionAppendBatchEntryError).
fn without_offset(mut error: Value) -> Value {
    if let Some(fields) = error.as_object_mut() {
        fields.remove("correct_offset");
    }
    error
}

/// Commits many sessions; each entry goes well or fails by itself.
pub(super) fn finish(shared: &Shared, caller: &Caller, argument: &Argument, _: Content) -> Result<Value> {
    let entries = argument.objects("entries").into_iter();
    let commits: Vec<_> = entries.map(|entry| (cursor(&entry), Commit::read(&entry.object("commit")))).collect();
    let results = commits.iter().enumerate().map(|(at, ((id, offset), commit))| {
        planned(caller, at)?;
        finish_entry(shared, caller, id, *offset, commit)
    });
    let results: Vec<Value> = results.map(result).collect();
    Ok(json!({ "entries": results }))
}

fn finish_entry(shared: &Shared, caller: &Caller, id: &str, offset: u64, commit: &Commit) -> std::result::Result<Value, Value> {
    let closed = sessions::find(&mut shared.state(), caller, id).map(|session| session.closed);
    if !closed.map_err(|error| nested("lookup_failed", error))? {
        return Err(nested("lookup_failed", tag("not_closed")));
    }
    sessions::commit_session(shared, caller, id, offset, commit)
}
