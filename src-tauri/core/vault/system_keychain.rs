//! Credential Manager on Windows, Keychain on macOS, Secret Service on Linux: one face, through `keyring`.

use keyring::{Entry, Error as KeyringError};

use super::{Error, Keychain, MasterKey};

/// The keychain of the person who is logged in.
#[derive(Clone, Copy, Debug)]
pub struct SystemKeychain;

/// The name under which a person finds our entries.
const SERVICE: &str = "Outtray";

impl Keychain for SystemKeychain {
    fn read(&self, name: &str) -> Result<Option<MasterKey>, Error> {
        match entry(name)?.get_secret() {
            Ok(key) => Ok(Some(MasterKey::new(key))),
            Err(KeyringError::NoEntry) => Ok(None),
            Err(error) => Err(told_apart(error)),
        }
    }

    fn write(&self, name: &str, key: &MasterKey) -> Result<(), Error> {
        // Bytes, not text: Credential Manager would store text as UTF-16 and halve the room.
        entry(name)?.set_secret(key).map_err(told_apart)
    }
}

fn entry(name: &str) -> Result<Entry, Error> {
    Entry::new(SERVICE, name).map_err(told_apart)
}

/// Locked, denied and absent are different things for the person who has to do something about it.
fn told_apart(error: KeyringError) -> Error {
    match error {
        KeyringError::NoStorageAccess(_) => Error::Locked,
        other => Error::Missing(other.to_string()),
    }
}
