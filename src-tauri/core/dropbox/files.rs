//! Routes of the namespace `files` about one file: an upload in one call, and what stands at a path.

use bytes::Bytes;
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Access, Client, Error};

/// Largest file that Dropbox takes, in bytes (2^41 − 2^22).
pub const FILE_MAX: u64 = (1 << 41) - (1 << 22);

/// What happens when a file with other content stands at the path (`WriteMode`). The same content is a success that writes nothing,
/// whatever the mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WriteMode {
    /// A conflict.
    #[default]
    Add,
    /// The new content takes its place; Dropbox keeps the old one as a version.
    Overwrite,
}

/// Where a file goes and under which rule (`CommitInfo`), never with `autorename`: the name that Dropbox would choose is not the same
/// on a repeat.
#[derive(Clone, Debug, Serialize)]
pub struct CommitInfo {
    /// The whole path.
    pub path: String,
    /// What happens when the name is taken.
    pub mode: WriteMode,
    autorename: bool,
    /// The file's own time, UTC, whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_modified: Option<String>,
    /// No notification in the user's Dropbox application.
    mute: bool,
}

impl CommitInfo {
    /// A commit to this path; `modified` is the file's own time, which is left out where it is none that Dropbox takes: the format
    /// `%Y-%m-%dT%H:%M:%SZ` has the years 1 to 9999.
    pub fn new(path: String, mode: WriteMode, modified: Option<Timestamp>) -> Self {
        Self {
            path,
            mode,
            autorename: false,
            client_modified: modified.filter(is_taken).map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
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

fn is_taken(time: &Timestamp) -> bool {
    (1..=9999).contains(&time.to_zoned_datetime(TimeZone::UTC).year())
}

/// What Dropbox stored (`FileMetadata`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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

/// What stands at a path (`Metadata`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
pub enum Metadata {
    /// A file.
    File(FileMetadata),
    /// A folder.
    Folder,
    /// Something that is there no longer.
    Deleted,
}

#[derive(Serialize)]
struct UploadArg<'a> {
    #[serde(flatten)]
    commit: &'a CommitInfo,
    content_hash: &'a str,
}

impl Client {
    /// `files/upload`: a whole file, at most 150 MiB, in one call; `hash` is its content hash.
    pub async fn upload(&self, access: &Access, commit: &CommitInfo, body: Bytes, hash: &str) -> Result<FileMetadata, Error> {
        let argument = UploadArg {
            commit,
            content_hash: hash,
        };
        self.upload_style("files/upload", access, &argument, body).await
    }

    /// `files/get_metadata`: what stands at a path, or nothing. It needs the permission `files.metadata.read`.
    pub async fn get_metadata(&self, access: &Access, path: &str) -> Result<Option<Metadata>, Error> {
        match self.files_rpc("files/get_metadata", access, &json!({ "path": path })).await {
            Err(error) if error.has_tag("not_found") => Ok(None),
            found => found.map(Some),
        }
    }
}
