//! Routes of the namespace `files`: an upload in one call, and upload sessions.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Client, Error};
use crate::secret::Secret;

/// Where a file goes and under which rule (`CommitInfo`). The rule is always `mode: add` without `autorename`: a name that is taken
/// by other content is answered as a conflict, the same content as a success that writes nothing.
#[derive(Clone, Debug, Serialize)]
pub struct CommitInfo {
    /// The whole path.
    pub path: String,
    mode: &'static str,
    autorename: bool,
    /// The file's own time, UTC, whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_modified: Option<String>,
    /// No notification in the user's Dropbox application.
    mute: bool,
}

impl CommitInfo {
    /// A commit to this path; `modified` is the file's own time.
    pub fn new(path: String, modified: Option<jiff::Timestamp>) -> Self {
        Self {
            path,
            mode: "add",
            autorename: false,
            client_modified: modified.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            mute: false,
        }
    }

    /// The same commit to another path.
    pub fn to(&self, path: &str) -> Self {
        Self {
            path: path.to_owned(),
            ..self.clone()
        }
    }
}

/// What Dropbox stored (`FileMetadata`).
#[derive(Clone, Debug, Deserialize)]
pub struct FileMetadata {
    /// The file's name.
    pub name: String,
    /// The whole path as it is shown.
    pub path_display: Option<String>,
    /// The revision.
    pub rev: String,
    /// The size in bytes.
    pub size: u64,
    /// The content hash of the whole file.
    pub content_hash: Option<String>,
}

/// The two kinds of upload session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionKind {
    /// One part after the other.
    Sequential,
    /// Parts in any order and in parallel; every part but the last is a multiple of 4 MiB.
    Concurrent,
}

#[derive(Serialize)]
struct UploadArg<'a> {
    #[serde(flatten)]
    commit: &'a CommitInfo,
    content_hash: &'a str,
}

#[derive(Serialize)]
struct StartArg {
    session_type: &'static str,
}

#[derive(Deserialize)]
struct Started {
    session_id: String,
}

#[derive(Serialize)]
struct Cursor<'a> {
    session_id: &'a str,
    offset: u64,
}

#[derive(Serialize)]
struct AppendArg<'a> {
    cursor: Cursor<'a>,
    close: bool,
    content_hash: &'a str,
}

#[derive(Serialize)]
struct FinishArg<'a> {
    cursor: Cursor<'a>,
    commit: &'a CommitInfo,
}

impl Client {
    /// `files/upload`: a whole file, at most 150 MiB, in one call; `hash` is its content hash.
    pub async fn upload(&self, token: &Secret, commit: &CommitInfo, body: Bytes, hash: &str) -> Result<FileMetadata, Error> {
        let argument = UploadArg {
            commit,
            content_hash: hash,
        };
        self.upload_style("files/upload", token, &argument, body).await
    }

    /// `files/upload_session/start`: an empty session, which lives seven days.
    pub async fn upload_session_start(&self, token: &Secret, kind: SessionKind) -> Result<String, Error> {
        let argument = StartArg {
            session_type: match kind {
                SessionKind::Sequential => "sequential",
                SessionKind::Concurrent => "concurrent",
            },
        };
        let started: Started = self.upload_style("files/upload_session/start", token, &argument, Bytes::new()).await?;
        Ok(started.session_id)
    }

    /// `files/upload_session/append_v2`: one part at its offset; `hash` is the content hash of this part. `close` marks the last.
    pub async fn upload_session_append(
        &self,
        token: &Secret,
        session_id: &str,
        offset: u64,
        part: Bytes,
        hash: &str,
        close: bool,
    ) -> Result<(), Error> {
        let argument = AppendArg {
            cursor: Cursor { session_id, offset },
            close,
            content_hash: hash,
        };
        self.upload_style("files/upload_session/append_v2", token, &argument, part).await
    }

    /// `files/upload_session/finish`: commits a closed session of `size` bytes.
    pub async fn upload_session_finish(
        &self,
        token: &Secret,
        session_id: &str,
        size: u64,
        commit: &CommitInfo,
    ) -> Result<FileMetadata, Error> {
        let argument = FinishArg {
            cursor: Cursor { session_id, offset: size },
            commit,
        };
        self.upload_style("files/upload_session/finish", token, &argument, Bytes::new()).await
    }
}
