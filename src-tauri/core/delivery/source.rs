//! The bytes of a delivery, read once, from a file that must not change meanwhile or from a text made here.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use jiff::Timestamp;

use super::steady::{self, Sight, Stamp, blocking, refused, unreadable};
use crate::{clock::Clock, error::Error, store::deliveries::SourceFile};

/// Where the bytes come from.
#[derive(Debug)]
pub struct Source {
    name: String,
    size: u64,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    File(Arc<Opened>),
    Text(Bytes),
}

/// A file that stays open until it is delivered, and what it looked like when it was opened.
#[derive(Debug)]
struct Opened {
    path: PathBuf,
    file: File,
    stamp: Stamp,
}

impl Source {
    /// A file on this computer, as soon as nobody writes it; `seen` is how it was seen before. A later change is noticed.
    pub(super) async fn file(path: &Path, seen: Sight, clock: &Clock) -> Result<Self, Error> {
        let (file, stamp) = steady::open(path, seen, clock).await?;
        Ok(Self {
            name: steady::name(path),
            size: stamp.size,
            origin: Origin::File(Arc::new(Opened {
                path: path.to_owned(),
                file,
                stamp,
            })),
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
            Origin::File(opened) => Some(&opened.path),
            Origin::Text(_) => None,
        }
    }

    /// The file as it is to be found again; nothing for a text made here.
    pub(super) fn as_taken(&self) -> Option<SourceFile> {
        match &self.origin {
            Origin::File(opened) => Some(SourceFile {
                // Without a folder of its own a path is of no use to another program.
                path: std::path::absolute(&opened.path).unwrap_or_else(|_| opened.path.clone()),
                identity: opened.stamp.to_string(),
            }),
            Origin::Text(_) => None,
        }
    }

    /// The file's own time.
    pub fn modified(&self) -> Option<Timestamp> {
        match &self.origin {
            Origin::File(opened) => Timestamp::try_from(opened.stamp.modified?).ok(),
            Origin::Text(_) => None,
        }
    }

    /// Begins to read.
    pub(super) fn parts(&self) -> Parts<'_> {
        Parts { source: self, offset: 0 }
    }

    /// An error when the file is not what was opened any more, or something else stands in its place.
    pub(super) async fn check_unchanged(&self) -> Result<(), Error> {
        match &self.origin {
            Origin::File(opened) => {
                let opened = opened.clone();
                blocking(&opened.path.clone(), move || opened.check_unchanged()).await
            }
            Origin::Text(_) => Ok(()),
        }
    }
}

impl Opened {
    /// Reads so many bytes. With `to_the_end` nothing may follow them: what a file says of its size is not believed.
    fn read(&self, offset: u64, length: usize, to_the_end: bool) -> Result<Bytes, Error> {
        let mut bytes = Vec::with_capacity(length + 1);
        let wanted = length as u64 + u64::from(to_the_end);
        let mut file = &self.file;
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.take(wanted).read_to_end(&mut bytes))
            .map_err(|error| unreadable(&self.path, &error))?;
        self.check_unchanged()?;
        match bytes.len() {
            read if read > length => Err(self.says_otherwise("more can be read")),
            read if read < length => Err(self.says_otherwise("less can be read")),
            _ => Ok(Bytes::from(bytes)),
        }
    }

    fn check_unchanged(&self) -> Result<(), Error> {
        let is_same = |metadata: io::Result<std::fs::Metadata>| metadata.is_ok_and(|now| Stamp::from(&now) == self.stamp);
        match is_same(self.file.metadata()) && is_same(std::fs::metadata(&self.path)) {
            true => Ok(()),
            false => Err(Error::FileChanged(steady::name(&self.path))),
        }
    }

    fn says_otherwise(&self, what: &str) -> Error {
        refused(&self.path, format!("its size is given as {} bytes, but {what}", self.stamp.size))
    }
}

/// A source that is being read, part after part.
#[derive(Debug)]
pub(super) struct Parts<'a> {
    source: &'a Source,
    offset: u64,
}

/// One part of a source.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) offset: u64,
    pub(super) bytes: Bytes,
    pub(super) is_last: bool,
}

impl Parts<'_> {
    /// The next part of at most `size` bytes. After each the source is looked at once more: a change is an error. After the last one
    /// nothing is left to be read.
    pub(super) async fn next(&mut self, size: usize) -> Result<Part, Error> {
        let (offset, left) = (self.offset, self.source.size - self.offset);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(size);
        let is_last = left <= size as u64;
        let bytes = match &self.source.origin {
            Origin::Text(text) => text.slice(usize::try_from(offset).unwrap_or(usize::MAX)..).slice(..length),
            Origin::File(opened) => {
                let opened = opened.clone();
                blocking(&opened.path.clone(), move || opened.read(offset, length, is_last)).await?
            }
        };
        self.offset += length as u64;
        Ok(Part { offset, bytes, is_last })
    }
}
