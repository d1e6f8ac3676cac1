//! `files/upload_session/*` of one file: start, append, finish. A session lives seven days.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Access, Client, CommitInfo, Error, FileMetadata};

/// The two kinds of upload session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// One part after the other.
    Sequential,
    /// Parts in any order and in parallel; every part but the last is a multiple of 4 MiB.
    Concurrent,
}

/// A place in a session (`UploadSessionCursor`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UploadSession {
    /// Dropbox's id of the session.
    pub session_id: String,
    /// How many bytes stand before this place.
    pub offset: u64,
}

impl UploadSession {
    /// The place behind so many bytes.
    pub fn new(session_id: &str, offset: u64) -> Self {
        Self {
            session_id: session_id.to_owned(),
            offset,
        }
    }
}

#[derive(Serialize)]
struct StartArg {
    session_type: SessionKind,
}

#[derive(Deserialize)]
struct Started {
    session_id: String,
}

#[derive(Serialize)]
struct AppendArg<'a> {
    cursor: &'a UploadSession,
    close: bool,
    content_hash: &'a str,
}

#[derive(Serialize)]
struct FinishArg<'a> {
    cursor: &'a UploadSession,
    commit: &'a CommitInfo,
}

impl Client {
    /// `files/upload_session/start`: an empty session.
    pub async fn upload_session_start(&self, access: &Access, kind: SessionKind) -> Result<String, Error> {
        let argument = StartArg { session_type: kind };
        let started: Started = self.upload_style("files/upload_session/start", access, &argument, Bytes::new()).await?;
        Ok(started.session_id)
    }

    /// `files/upload_session/append_v2`: one part, at most 150 MiB, at its place; `hash` is the content hash of this part. `close`
    /// marks the last: a closed session takes no part again.
    pub async fn upload_session_append(
        &self,
        access: &Access,
        place: &UploadSession,
        part: Bytes,
        hash: &str,
        close: bool,
    ) -> Result<(), Error> {
        let argument = AppendArg {
            cursor: place,
            close,
            content_hash: hash,
        };
        self.upload_style("files/upload_session/append_v2", access, &argument, part).await
    }

    /// `files/upload_session/finish`: commits a session; its place is the end. A concurrent session has to be closed.
    pub async fn upload_session_finish(&self, access: &Access, end: &UploadSession, commit: &CommitInfo) -> Result<FileMetadata, Error> {
        let argument = FinishArg { cursor: end, commit };
        self.upload_style("files/upload_session/finish", access, &argument, Bytes::new()).await
    }
}
