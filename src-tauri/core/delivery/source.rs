//! The bytes of a delivery, read once, from a file that must not change meanwhile or from a text made here.

use std::{
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::{fs::File, io::AsyncReadExt};

use crate::error::Error;

/// Where the bytes come from.
#[derive(Debug)]
pub struct Source {
    name: String,
    size: u64,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    File { path: PathBuf, modified: Option<SystemTime> },
    Text(Bytes),
}

impl Source {
    /// A file on this computer. Its size and time are noted now; a later change is noticed.
    pub async fn file(path: &Path) -> Result<Self, Error> {
        let metadata = tokio::fs::metadata(path).await.map_err(|error| unreadable(path, &error))?;
        if !metadata.is_file() {
            return Err(Error::FileUnreadable {
                path: path.display().to_string(),
                reason: "it is not a file".to_owned(),
            });
        }
        Ok(Self {
            name: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            size: metadata.len(),
            origin: Origin::File {
                path: path.to_owned(),
                modified: metadata.modified().ok(),
            },
        })
    }

    /// A text made here.
    pub fn text(name: String, text: String) -> Self {
        let bytes = Bytes::from(text);
        Self {
            name,
            size: bytes.len() as u64,
            origin: Origin::Text(bytes),
        }
    }

    /// The file's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where the file lies.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::File { path, .. } => Some(path),
            Origin::Text(_) => None,
        }
    }

    /// The file's own time.
    pub fn modified(&self) -> Option<Timestamp> {
        match &self.origin {
            Origin::File { modified, .. } => Timestamp::try_from((*modified)?).ok(),
            Origin::Text(_) => None,
        }
    }

    /// Begins to read.
    pub(super) async fn open(&self) -> Result<Parts<'_>, Error> {
        let reader = match &self.origin {
            Origin::File { path, .. } => Reader::File(File::open(path).await.map_err(|error| unreadable(path, &error))?),
            Origin::Text(bytes) => Reader::Text(bytes.clone()),
        };
        Ok(Parts {
            source: self,
            reader,
            offset: 0,
        })
    }

    /// Whether the file is still as it was when it was noted.
    async fn is_unchanged(&self) -> bool {
        let Origin::File { path, modified } = &self.origin else {
            return true;
        };
        tokio::fs::metadata(path)
            .await
            .is_ok_and(|now| now.len() == self.size && now.modified().ok() == *modified)
    }

    /// A file that ends early has been cut while it was read.
    fn lost(&self, error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Error::FileChanged(self.name.clone()),
            _ => unreadable(self.path().unwrap_or(Path::new(&self.name)), error),
        }
    }
}

/// A source that is being read, part after part.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    source: &'a Source,
    reader: Reader,
    offset: u64,
}

#[derive(Debug)]
enum Reader {
    File(File),
    Text(Bytes),
}

/// One part of a source.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) offset: u64,
    pub(super) bytes: Bytes,
    pub(super) is_last: bool,
}

impl Parts<'_> {
    /// The next part of at most `size` bytes. After each the source is looked at once more: a change is an error.
    pub(super) async fn next(&mut self, size: usize) -> Result<Part, Error> {
        let left = self.source.size - self.offset;
        let take = usize::try_from(left).unwrap_or(usize::MAX).min(size);
        let bytes = match &mut self.reader {
            Reader::Text(text) => text.split_to(take),
            Reader::File(file) => {
                let mut buffer = vec![0; take];
                file.read_exact(&mut buffer).await.map_err(|error| self.source.lost(&error))?;
                Bytes::from(buffer)
            }
        };
        let part = Part {
            offset: self.offset,
            is_last: left <= size as u64,
            bytes,
        };
        self.offset += part.bytes.len() as u64;
        if !self.source.is_unchanged().await {
            return Err(Error::FileChanged(self.source.name.clone()));
        }
        Ok(part)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::FileUnreadable {
        path: path.display().to_string(),
        reason: match error.kind() {
            io::ErrorKind::NotFound => "it is not there".to_owned(),
            io::ErrorKind::PermissionDenied => "access to it is denied".to_owned(),
            _ => error.to_string(),
        },
    }
}
