//! A master key in a file, for a server on which nobody is logged in. Only for somebody who names the file.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::{Error, KEY_LENGTH, Keychain, MasterKey};

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
            // Windows denies reading a folder as a file.
            _ if self.path.is_dir() => Error::Missing(format!("{} is a folder and no key file", self.path.display())),
            ErrorKind::PermissionDenied => Error::Denied(format!("the key file {}", self.path.display())),
            _ => Error::Missing(format!("the key file {} cannot be used ({error})", self.path.display())),
        }
    }
}

impl Keychain for KeyFile {
    fn read(&self, _name: &str) -> Result<Option<MasterKey>, Error> {
        let text = match fs::read(&self.path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&error)),
        };
        let key = STANDARD.decode(text.trim_ascii()).map(MasterKey::new).ok();
        let key = key.filter(|key| key.len() == KEY_LENGTH);
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
