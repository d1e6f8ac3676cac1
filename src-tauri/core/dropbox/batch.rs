//! `files/upload_session/*` of many files at once: sessions are started together, small files are appended together in one body, and
//! closed sessions are committed together.
//!
//! A call succeeds as a whole or not at all; what became of each entry stands in its own result, in the order of the request. One
//! batch at a time per account. Where the service does not know a route, it answers a 400 or 404 without tags.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Access, Client, CommitInfo, Error, FileMetadata, SessionKind, UploadSession,
    answer::{self, Answer},
    argument,
};

/// How many sessions can be started, and how many committed, in one call.
pub const BATCH_MAX: usize = 1000;
/// How many entries fit in one `append_batch`. Dropbox takes 500 (validators of its official Python SDK), but the argument travels in a header, an entry has about
/// 150 bytes, and proxies and servers commonly end a header at 8 KiB.
pub const APPEND_BATCH_MAX: usize = 50;
/// The longest header that is sent, in bytes.
const HEADER_MAX: usize = 8 * 1024;

/// One session's share of the body of an `append_batch`; the shares follow each other in the body.
#[derive(Clone, Debug, Serialize)]
pub struct AppendEntry {
    /// Which session, and where in it.
    pub cursor: UploadSession,
    /// How many bytes of the body.
    pub length: u64,
    /// Whether it is the session's last.
    pub close: bool,
}

/// One closed session, and where its file goes.
#[derive(Clone, Debug, Serialize)]
pub struct FinishEntry {
    /// The session, and its end.
    pub cursor: UploadSession,
    /// Where the file goes.
    pub commit: CommitInfo,
}

#[derive(Serialize)]
struct StartBatchArg {
    num_sessions: usize,
    session_type: SessionKind,
}

#[derive(Deserialize)]
struct StartBatchResult {
    session_ids: Vec<String>,
}

#[derive(Serialize)]
struct AppendBatchArg<'a> {
    entries: &'a [AppendEntry],
    content_hash: &'a str,
}

#[derive(Serialize)]
struct FinishBatchArg<'a> {
    entries: &'a [FinishEntry],
}

#[derive(Deserialize)]
struct BatchResult {
    entries: Vec<Value>,
}

impl Client {
    /// `files/upload_session/start_batch`: as many empty sessions, at most [`BATCH_MAX`].
    pub async fn upload_session_start_batch(&self, access: &Access, sessions: usize, kind: SessionKind) -> Result<Vec<String>, Error> {
        at_most("sessions", sessions, BATCH_MAX)?;
        if sessions == 0 {
            return Ok(Vec::new());
        }
        let argument = StartBatchArg {
            num_sessions: sessions,
            session_type: kind,
        };
        let started: StartBatchResult = self.files_rpc("files/upload_session/start_batch", access, &argument).await?;
        same_number(&started.session_ids, sessions)?;
        Ok(started.session_ids)
    }

    /// `files/upload_session/append_batch`: appends to at most [`APPEND_BATCH_MAX`] sessions at once. `body` has the shares one after
    /// the other, at most 150 MiB together; `hash` is the content hash of the whole body.
    pub async fn upload_session_append_batch(
        &self,
        access: &Access,
        entries: &[AppendEntry],
        body: Bytes,
        hash: &str,
    ) -> Result<Vec<Result<(), Error>>, Error> {
        at_most("appends", entries.len(), APPEND_BATCH_MAX)?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let argument = argument::header(&AppendBatchArg {
            entries,
            content_hash: hash,
        })?;
        at_most("bytes of argument", argument.len(), HEADER_MAX)?;
        let answer = self.upload_answer("files/upload_session/append_batch", access, argument, body).await?;
        results(&answer, entries.len(), |_| Ok(()))
    }

    /// `files/upload_session/finish_batch_v2`: commits at most [`BATCH_MAX`] closed sessions.
    pub async fn upload_session_finish_batch(
        &self,
        access: &Access,
        entries: &[FinishEntry],
    ) -> Result<Vec<Result<FileMetadata, Error>>, Error> {
        at_most("commits", entries.len(), BATCH_MAX)?;
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let argument = FinishBatchArg { entries };
        let answer = self.files_answer("files/upload_session/finish_batch_v2", access, &argument).await?;
        let metadata = |entry: &Value| {
            let metadata = serde_json::from_value(entry.clone());
            metadata.map_err(|_| Error::unexpected("an entry of the batch has no metadata"))
        };
        results(&answer, entries.len(), metadata)
    }
}

/// A batch that is too large is not sent.
fn at_most(what: &'static str, given: usize, most: usize) -> Result<(), Error> {
    match given <= most {
        true => Ok(()),
        false => Err(Error::TooMany { what, given, most }),
    }
}

fn same_number<T>(results: &[T], entries: usize) -> Result<(), Error> {
    match results.len() == entries {
        true => Ok(()),
        false => Err(Error::unexpected("the batch has another number of results")),
    }
}

/// What became of each entry. A refused one carries Dropbox's number for the whole call.
fn results<T>(answer: &Answer, entries: usize, success: impl Fn(&Value) -> Result<T, Error>) -> Result<Vec<Result<T, Error>>, Error> {
    let batch: BatchResult = answer::read(answer)?;
    same_number(&batch.entries, entries)?;
    let result = |entry: &Value| match entry.get(".tag").and_then(Value::as_str) {
        Some("success") => success(entry),
        _ => Err(Error::Refused(Box::new(answer.refusal_of(entry.get("failure").unwrap_or(entry))))),
    };
    Ok(batch.entries.iter().map(result).collect())
}
