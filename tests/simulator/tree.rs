//! The files and folders of an account or a team, and what has changed in them. Source: Dropbox documentation, "Metadata".

use std::{
    collections::BTreeMap,
    ops::Bound::{Excluded, Unbounded},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use jiff::{Timestamp, civil::DateTime};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::content::Content;

/// A file that has arrived.
#[derive(Clone, Debug)]
pub(crate) struct StoredFile {
    /// `id:…`.
    pub(crate) id: String,
    /// Where it is, in the case in which it was written.
    pub(crate) path_display: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// Its content hash.
    pub(crate) content_hash: String,
    /// Its bytes.
    pub(crate) content: Bytes,
    /// Its revision.
    pub(crate) rev: String,
    /// The client's time.
    pub(crate) client_modified: Timestamp,
    /// The time of the commit.
    pub(crate) server_modified: Timestamp,
}

/// The same as it is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct File {
    pub(super) id: String,
    pub(super) path_display: String,
    pub(super) size: u64,
    pub(super) content_hash: String,
    /// Without bytes when [`State::drops_contents`].
    #[serde(skip)]
    pub(super) content: Content,
    pub(super) rev: String,
    /// As Dropbox writes it: the year 9999 has days that [`Timestamp`] does not.
    pub(super) client_modified: String,
    pub(super) server_modified: Timestamp,
}

impl From<&File> for StoredFile {
    fn from(file: &File) -> Self {
        Self {
            id: file.id.clone(),
            path_display: file.path_display.clone(),
            size: file.size,
            content_hash: file.content_hash.clone(),
            content: file.content.bytes(),
            rev: file.rev.clone(),
            client_modified: file.client_modified.parse().unwrap_or(Timestamp::MAX),
            server_modified: file.server_modified,
        }
    }
}

/// What stands at a path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Entry {
    File(File),
    Folder(String),
}

/// A tree of files and folders.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Space {
    /// By lower-case path.
    pub(super) entries: BTreeMap<String, Entry>,
    /// What was there and is gone: the path in its case, by lower-case path.
    #[serde(default)]
    pub(super) deleted: BTreeMap<String, String>,
    /// The lower-case path of every change, in order. A listing of an earlier run has to start again.
    #[serde(skip)]
    changes: Vec<String>,
}

impl Space {
    /// Puts something at its path, in place of what is there.
    pub(super) fn put(&mut self, entry: Entry) {
        let place = entry.path_display().to_lowercase();
        self.deleted.remove(&place);
        self.changes.push(place.clone());
        self.entries.insert(place, entry);
    }

    /// Removes what is at a path, a folder with everything in it.
    pub(super) fn delete(&mut self, display: &str) {
        let place = display.to_lowercase();
        let mut gone: Vec<String> = self.below(&place, true).map(|(place, _)| place.clone()).collect();
        gone.push(place);
        for place in gone {
            if let Some(entry) = self.entries.remove(&place) {
                self.deleted.insert(place.clone(), entry.path_display().to_owned());
                self.changes.push(place);
            }
        }
    }

    pub(super) fn make_folder(&mut self, display: &str) {
        if !self.entries.contains_key(&display.to_lowercase()) {
            self.put(Entry::Folder(display.to_owned()));
        }
    }

    pub(super) fn files(&self) -> impl DoubleEndedIterator<Item = &File> {
        self.entries.values().filter_map(|entry| match entry {
            Entry::File(file) => Some(file),
            Entry::Folder(_) => None,
        })
    }

    pub(super) fn used(&self) -> u64 {
        self.files().map(|file| file.size).sum()
    }

    /// What is in a folder, by lower-case path; with `recursive` also what is in the folders in it.
    pub(super) fn below(&self, folder: &str, recursive: bool) -> impl Iterator<Item = (&String, &Entry)> {
        let prefix = format!("{folder}/");
        let first = (Excluded(prefix.clone()), Unbounded);
        let inside = self.entries.range::<String, _>(first).take_while({
            let prefix = prefix.clone();
            move |(place, _)| place.starts_with(&prefix)
        });
        inside.filter(move |(place, _)| recursive || !place[prefix.len()..].contains('/'))
    }

    /// How many changes there have been.
    pub(super) fn changed(&self) -> usize {
        self.changes.len()
    }

    /// The lower-case paths of the changes after so many.
    pub(super) fn changes_since(&self, seen: usize) -> &[String] {
        self.changes.get(seen..).unwrap_or_default()
    }

    /// A Metadata, with its `.tag`, of what is at this lower-case path or was there; `root` is where the caller's paths begin.
    pub(super) fn metadata(&self, place: &str, root: &str, include_deleted: bool) -> Option<Value> {
        let (tag, mut metadata) = match (self.entries.get(place), self.deleted.get(place)) {
            (Some(Entry::File(file)), _) => ("file", file.metadata(root)),
            (Some(Entry::Folder(display)), _) => ("folder", folder_metadata(display, root)),
            (None, Some(display)) if include_deleted => ("deleted", names(display, root)),
            _ => return None,
        };
        metadata[".tag"] = json!(tag);
        Some(metadata)
    }
}

impl Entry {
    pub(super) fn path_display(&self) -> &str {
        match self {
            Self::File(file) => &file.path_display,
            Self::Folder(display) => display,
        }
    }

    pub(super) fn id(&self) -> String {
        match self {
            Self::File(file) => file.id.clone(),
            Self::Folder(display) => folder_id(display),
        }
    }
}

impl File {
    /// A plain FileMetadata, which has no `.tag`.
    pub(super) fn metadata(&self, root: &str) -> Value {
        let mut metadata = names(&self.path_display, root);
        metadata["id"] = json!(self.id);
        metadata["client_modified"] = json!(without_fraction(&self.client_modified));
        metadata["server_modified"] = json!(seconds(self.server_modified));
        metadata["rev"] = json!(self.rev);
        metadata["size"] = json!(self.size);
        metadata["is_downloadable"] = json!(true);
        metadata["content_hash"] = json!(self.content_hash);
        metadata
    }
}

/// A plain FolderMetadata, which has no `.tag`.
pub(super) fn folder_metadata(display: &str, root: &str) -> Value {
    let mut metadata = names(display, root);
    metadata["id"] = json!(folder_id(display));
    metadata
}

/// What all kinds have.
fn names(display: &str, root: &str) -> Value {
    let path = display.strip_prefix(root).unwrap_or(display);
    let name = path.rsplit('/').next().unwrap_or_default();
    json!({ "name": name, "path_lower": path.to_lowercase(), "path_display": path })
}

/// Made of the path: nothing here moves a folder, so the one stands for the other.
fn folder_id(display: &str) -> String {
    let digest = Sha256::digest(display.to_lowercase());
    format!("id:{}", URL_SAFE_NO_PAD.encode(&digest[..16]))
}

const SECONDS: &str = "%Y-%m-%dT%H:%M:%SZ";

pub(super) fn seconds(time: Timestamp) -> String {
    time.strftime(SECONDS).to_string()
}

pub(super) fn civil_seconds(time: DateTime) -> String {
    time.strftime(SECONDS).to_string()
}

/// Of a time that an earlier simulator has written down with a fraction.
fn without_fraction(time: &str) -> String {
    match time.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => time.to_owned(),
    }
}
