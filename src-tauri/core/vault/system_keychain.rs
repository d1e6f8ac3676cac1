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
pub fn told_apart(error: KeyringError) -> Error {
    match &error {
        KeyringError::NoStorageAccess(cause) | KeyringError::PlatformFailure(cause) => {
            closed(cause.as_ref()).unwrap_or_else(|| Error::Missing(error.to_string()))
        }
        KeyringError::NoDefaultStore => Error::Missing(match Entry::store_status() {
            Err(reason) => reason.to_string(),
            Ok(()) => error.to_string(),
        }),
        _ => Error::Missing(error.to_string()),
    }
}

#[cfg(not(windows))]
fn denied() -> Error {
    Error::Denied("the system keychain".to_owned())
}

/// Whether a keychain that is there is locked, or did not let us in. Secret Service says it in its own error.
#[cfg(all(unix, not(target_os = "macos")))]
fn closed(cause: &(dyn std::error::Error + 'static)) -> Option<Error> {
    match cause.downcast_ref()? {
        secret_service::Error::Locked => Some(Error::Locked),
        // Somebody closed the window that asks for the password.
        secret_service::Error::Prompt => Some(denied()),
        _ => None,
    }
}

/// Whether a keychain that is there is locked, or did not let us in: Apple's result codes (`SecBase.h`).
#[cfg(target_os = "macos")]
fn closed(cause: &(dyn std::error::Error + 'static)) -> Option<Error> {
    match cause.downcast_ref::<security_framework::base::Error>()?.code() {
        // errSecInteractionNotAllowed, errSecInteractionRequired: nobody can be asked for the password.
        -25308 | -25315 => Some(Error::Locked),
        // errSecUserCanceled, errSecAuthFailed, errSecNoAccessForItem, errSecReadOnly, wrPermErr, errSecMissingEntitlement.
        -128 | -25293 | -25243 | -25292 | -61 | -34018 => Some(denied()),
        _ => None,
    }
}

/// Credential Manager is open to whoever is logged on; what fails is that nobody is (ERROR_NO_SUCH_LOGON_SESSION).
#[cfg(windows)]
fn closed(_cause: &(dyn std::error::Error + 'static)) -> Option<Error> {
    None
}
