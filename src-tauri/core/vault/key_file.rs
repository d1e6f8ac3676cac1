//! A master key in a file, for a server on which nobody is logged in. Only for somebody who names the file.

use std::{
    fs,
    io::{ErrorKind, Read, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{Error, KEY_LENGTH, Keychain, MasterKey};
use crate::refusal::reason;

/// What such a file holds at most, in bytes: a line of 44 characters, and what an editor leaves around it.
const FILE_MAX: usize = 1024;

/// The file holds one line: the master key in base64. On Unix only its owner may read it.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// A key file at this path; it is made when the first secret is stored.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    fn failed(&self, error: &std::io::Error) -> Error {
        match error.kind() {
            ErrorKind::PermissionDenied => Error::Denied(format!("the key file {}", self.path.display())),
            _ => self.unusable(reason(error)),
        }
    }

    fn unusable(&self, reason: String) -> Error {
        Error::KeyFileUnusable {
            path: self.path.display().to_string(),
            reason,
        }
    }

    /// What it holds; nothing where it is not there. A pipe or a device may never end, or wait for ever: neither is opened.
    fn content(&self) -> Result<Option<Zeroizing<Vec<u8>>>, Error> {
        match fs::metadata(&self.path) {
            Ok(there) if !there.is_file() => return Err(self.unusable("it is not a file".to_owned())),
            Ok(there) if is_exposed(&there) => return Err(Error::KeyFileExposed(self.path.display().to_string())),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
            Ok(_) => {}
        }
        let file = fs::File::open(&self.path).map_err(|error| self.failed(&error))?;
        // Never moved while it grows: what is left behind would not be wiped.
        let mut text = Zeroizing::new(Vec::with_capacity(FILE_MAX + 1));
        let read = file.take(FILE_MAX as u64 + 1).read_to_end(&mut text);
        read.map_err(|error| self.failed(&error))?;
        Ok(Some(text))
    }
}

/// Whether others than its owner may read it, or put another key there.
#[cfg(unix)]
fn is_exposed(file: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(file) & 0o077 != 0
}

/// A file of Windows has the permissions of its folder, unless somebody has changed them.
#[cfg(not(unix))]
fn is_exposed(_file: &fs::Metadata) -> bool {
    false
}

impl Keychain for KeyFile {
    fn file(&self) -> Option<&Path> {
        Some(&self.path)
    }

    fn read(&self, _name: &str) -> Result<Option<MasterKey>, Error> {
        let Some(text) = self.content()? else {
            return Ok(None);
        };
        let key = STANDARD.decode(text.trim_ascii()).map(MasterKey::new).ok();
        let key = key.filter(|key| key.len() == KEY_LENGTH && text.len() <= FILE_MAX);
        key.map(Some).ok_or_else(|| Error::KeyFileInvalid(self.path.display().to_string()))
    }

    /// Whole or not at all, and under its name only when it is whole: a program that is killed here leaves no file that is no key, and
    /// another one never reads half of it.
    fn write(&self, _name: &str, key: &MasterKey) -> Result<(), Error> {
        let line = Zeroizing::new(format!("{}\n", STANDARD.encode(&**key)));
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let unfinished = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).and_then(|mut file| {
            file.write_all(line.as_bytes())?;
            file.as_file().sync_all()?;
            Ok(file)
        });
        match unfinished.map_err(|error| self.failed(&error))?.persist_noclobber(&self.path) {
            Ok(_) => sync_folder(&self.path),
            // Another program was first; its key is read next.
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(self.failed(&error.error)),
        }
        Ok(())
    }
}

/// Makes the new name itself last through a power cut, where the system can.
fn sync_folder(path: &Path) {
    if let Some(Ok(folder)) = path.parent().map(fs::File::open) {
        // Windows cannot sync a folder and does not need it.
        let _ = folder.sync_all();
    }
}
