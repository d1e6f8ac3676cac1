//! Vault: seals what is secret, under one master key that lives in the system's keychain.
//!
//! A sealed value is XChaCha20-Poly1305 over the secret, with a random nonce, bound to the place where it is kept ([`Slot`]): a blob
//! that is moved to another row or column no longer opens. One keychain entry for the whole database, because keychains limit size
//! and count, and ask once for each entry and program. There is never a silent fallback: no keychain means an error, or a key file
//! that somebody named.

mod asked;
mod key_file;
mod system_keychain;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use zeroize::Zeroizing;

use self::asked::Asked;
pub use self::{
    key_file::KeyFile,
    system_keychain::{SystemKeychain, told_apart},
};
use crate::{
    file_lock::{self, Failure},
    secret::Secret,
};

/// How long it is waited for another program that makes a master key: less than for the keychain in all, so that it is said what is waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(10);
/// Length of the master key in bytes.
const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
/// First byte of every sealed value, so that another way of sealing can be told apart later.
const VERSION: u8 = 1;
const CHECK: &str = "outtray master key";
/// The name of no database's key. A key file has one key under every name.
const ANY_KEY: &str = "any";
const CHECK_SLOT: Slot = Slot {
    column: "vault.key_check",
    row: 1,
};

/// A master key, wiped when dropped.
pub type MasterKey = Zeroizing<Vec<u8>>;

/// What can go wrong with secrets. Each is a different thing for a person, and reads so.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no keychain: nobody is logged in, or the service does not run.
    #[error("no keychain: {0}")]
    Missing(String),
    /// The keychain is locked.
    #[error("the keychain is locked")]
    Locked,
    /// The keychain does not answer.
    #[error("the keychain does not answer")]
    NoAnswer,
    /// A person, the system or a policy has refused access; to what.
    #[error("access to {0} was refused")]
    Denied(String),
    /// The key file holds no master key.
    #[error("the key file {0} holds no master key")]
    KeyFileInvalid(String),
    /// Others than its owner may read the key file.
    #[error("the key file {0} can be read by others")]
    KeyFileExposed(String),
    /// The key file cannot be used.
    #[error("the key file {path}: {reason}")]
    KeyFileUnusable {
        /// Which file.
        path: String,
        /// The system's words.
        reason: String,
    },
    /// The lock under which a master key is made cannot be had.
    #[error("{path}: {failure}", path = .0.display(), failure = .1)]
    Lock(PathBuf, Arc<Failure>),
    /// Something is sealed, and the key file is gone.
    #[error("the key file {0} is gone")]
    KeyFileLost(String),
    /// The key file has another database's key.
    #[error("the key file {0} does not fit")]
    KeyFileWrong(String),
    /// Something is sealed, but the keychain has no key any more.
    #[error("the master key is gone")]
    KeyLost,
    /// The keychain has a key, but not the one that sealed this database.
    #[error("the master key does not fit")]
    KeyWrong,
    /// A sealed value does not open in the place where it was found.
    #[error("a sealed value was damaged or moved")]
    Damaged,
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing(why) => Self::KeychainMissing(why),
            Error::Locked => Self::KeychainLocked,
            Error::NoAnswer => Self::KeychainNoAnswer,
            Error::Denied(what) => Self::KeychainDenied(what),
            Error::KeyFileInvalid(path) => Self::KeyFileInvalid(path),
            Error::KeyFileExposed(path) => Self::KeyFileExposed(path),
            Error::KeyFileUnusable { path, reason } => Self::KeyFileUnusable { path, reason },
            Error::Lock(path, failure) => of_lock(&path, &failure),
            Error::KeyFileLost(path) => Self::KeyFileLost(path),
            Error::KeyFileWrong(path) => Self::KeyFileWrong(path),
            Error::KeyLost => Self::MasterKeyLost,
            Error::KeyWrong => Self::MasterKeyWrong,
            Error::Damaged => Self::StoreFailed("a sealed value was damaged or moved".to_owned()),
        }
    }
}

fn of_lock(path: &Path, failure: &Failure) -> crate::Error {
    let folder = path.parent().unwrap_or(path).display().to_string();
    let path = path.display().to_string();
    match failure {
        Failure::Held(holder) => crate::Error::StoreHeld {
            path,
            holder: holder.clone().unwrap_or_else(|| "Another program".to_owned()),
        },
        Failure::Unsupported => crate::Error::NoLocks(folder),
        Failure::NotAFile => crate::Error::DataFolder {
            path: folder,
            reason: format!("{path} is not a file"),
        },
        Failure::Io(error) => crate::Error::DataFolder {
            path: folder,
            reason: format!("{path}: {error}"),
        },
    }
}

/// Where master keys live: the system's keychain, a key file, or a test's memory.
///
/// Calls may block, for ever where nobody answers the system's question for a password; [`Vault`] makes them on a thread of their own.
pub trait Keychain: Send + Sync {
    /// The key of this name, or nothing when there is none.
    fn read(&self, name: &str) -> Result<Option<MasterKey>, Error>;
    /// Keeps a key under a name.
    fn write(&self, name: &str, key: &MasterKey) -> Result<(), Error>;
    /// The key file, where it is one: what goes wrong is said of it then.
    fn file(&self) -> Option<&Path> {
        None
    }
}

/// The place where a sealed value is kept: table, column and row. It opens nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// `table.column`.
    pub column: &'static str,
    /// The row's number.
    pub row: i64,
}

impl Slot {
    fn associated_data(&self) -> Vec<u8> {
        format!("outtray/{}/{}", self.column, self.row).into_bytes()
    }
}

/// Seals and opens secrets. The master key is read from the keychain once, when the first secret is needed.
#[derive(Clone)]
pub struct Vault {
    keychain: Arc<dyn Keychain>,
    lock_file: PathBuf,
    key: Arc<Mutex<Option<Named>>>,
    asked: Asked,
}

/// The master key and its name in the keychain.
#[derive(Clone)]
struct Named {
    name: String,
    key: Arc<MasterKey>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Vault")
    }
}

impl Vault {
    /// A vault over a keychain. Nothing is read yet. `lock_file` keeps two programs from making two master keys at once.
    pub fn new(keychain: Arc<dyn Keychain>, lock_file: PathBuf) -> Self {
        Self {
            keychain,
            lock_file,
            key: Arc::default(),
            asked: Asked::default(),
        }
    }

    /// A name for the master key of a new database.
    pub fn new_key_name() -> Result<String, Error> {
        let bytes = random(9)?;
        Ok(format!(
            "master key {}",
            base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, &*bytes)
        ))
    }

    /// Whether the master key of this name is here, so that [`Vault::seal`] and [`Vault::open`] work.
    pub fn is_unlocked(&self, name: &str) -> bool {
        self.cached().as_ref().is_some_and(|cached| cached.name == name)
    }

    /// Puts the master key away: it is read from the keychain again when it is needed next.
    pub fn forget(&self) {
        *self.cached() = None;
    }

    /// Reads the master key and tries it on `key_check`; makes a key when the database has never used one.
    ///
    /// Returns the check that the database has to keep. A key that was lost is never replaced silently.
    pub async fn unlock(&self, name: &str, key_check: Option<Vec<u8>>) -> Result<Vec<u8>, Error> {
        let key = self.key_from_keychain(name, key_check.is_none()).await?;
        let check = match (&key, key_check) {
            (Some(key), Some(check)) => {
                open_check(key, &check).map_err(|error| self.named(error))?;
                check
            }
            (Some(key), None) => seal(key, CHECK_SLOT, CHECK)?,
            (None, _) => return Err(self.named(Error::KeyLost)),
        };
        let key = key.ok_or_else(|| self.named(Error::KeyLost))?;
        *self.cached() = Some(Named {
            name: name.to_owned(),
            key,
        });
        Ok(check)
    }

    /// Tries the master key on the check that the database kept: another program may have been first. A key that does not fit is
    /// put away again, so that nothing is ever sealed with it.
    pub fn confirm(&self, key_check: &[u8]) -> Result<(), Error> {
        let confirmed = open_check(&*self.key()?, key_check).inspect_err(|_| *self.cached() = None);
        confirmed.map_err(|error| self.named(error))
    }

    /// Whether the keychain answers, and has a key, where nobody can say which one is wanted. Nothing is made.
    pub async fn reach(&self) -> Result<bool, Error> {
        let keychain = self.keychain.clone();
        let key = self.asked.ask(ANY_KEY, false, move || keychain.read(ANY_KEY)).await?;
        Ok(key.is_some())
    }

    /// Where the master key lives, when that is a file.
    pub fn key_file(&self) -> Option<&Path> {
        self.keychain.file()
    }

    /// Says it of the key file, where that is in use.
    fn named(&self, error: Error) -> Error {
        let Some(path) = self.key_file().map(|path| path.display().to_string()) else {
            return error;
        };
        match error {
            Error::KeyLost => Error::KeyFileLost(path),
            Error::KeyWrong => Error::KeyFileWrong(path),
            other => other,
        }
    }

    /// Seals a secret for one place.
    pub fn seal(&self, slot: Slot, secret: &Secret) -> Result<Vec<u8>, Error> {
        seal(&*self.key()?, slot, secret.expose())
    }

    /// Opens what was sealed for this place.
    pub fn open(&self, slot: Slot, sealed: &[u8]) -> Result<Secret, Error> {
        open(&*self.key()?, slot, sealed)
    }

    fn key(&self) -> Result<Arc<MasterKey>, Error> {
        self.cached().as_ref().map(|cached| Arc::clone(&cached.key)).ok_or(Error::Locked)
    }

    fn cached(&self) -> MutexGuard<'_, Option<Named>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key of this name; where there is none and `may_make` says so, a new one.
    async fn key_from_keychain(&self, name: &str, may_make: bool) -> Result<Option<Arc<MasterKey>>, Error> {
        let (keychain, lock_file, key_name) = (self.keychain.clone(), self.lock_file.clone(), name.to_owned());
        let call = move || match keychain.read(&key_name)? {
            None if may_make => make_key(&*keychain, &lock_file, &key_name).map(Some),
            key => Ok(key),
        };
        self.asked.ask(name, may_make, call).await
    }
}

fn make_key(keychain: &dyn Keychain, lock_file: &Path, name: &str) -> Result<MasterKey, Error> {
    // Keychains have no "create unless it is there": without the lock a second program would overwrite the first one's key.
    let locked = file_lock::lock_within(lock_file, LOCK_PATIENCE);
    let _lock = locked.map_err(|failure| Error::Lock(lock_file.to_owned(), Arc::new(failure)))?;
    if let Some(key) = keychain.read(name)? {
        return Ok(key);
    }
    keychain.write(name, &random(KEY_LENGTH)?)?;
    // What counts is what the keychain gives back.
    keychain.read(name)?.ok_or_else(|| Error::Missing("it did not keep the master key".to_owned()))
}

fn random(length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    getrandom::fill(&mut bytes).map_err(|error| Error::Missing(format!("the system gives no random numbers ({error})")))?;
    Ok(bytes)
}

fn cipher(key: &MasterKey) -> Result<XChaCha20Poly1305, Error> {
    let key = Key::try_from(key.as_slice()).map_err(|_| Error::KeyWrong)?;
    Ok(XChaCha20Poly1305::new(&key))
}

fn seal(key: &MasterKey, slot: Slot, secret: &str) -> Result<Vec<u8>, Error> {
    let nonce_bytes = random(NONCE_LENGTH)?;
    let nonce = XNonce::try_from(nonce_bytes.as_slice()).map_err(|_| Error::Damaged)?;
    let aad = slot.associated_data();
    let payload = Payload {
        msg: secret.as_bytes(),
        aad: &aad,
    };
    let ciphertext = cipher(key)?.encrypt(&nonce, payload).map_err(|_| Error::Damaged)?;
    Ok([&[VERSION], nonce_bytes.as_slice(), &ciphertext].concat())
}

fn open(key: &MasterKey, slot: Slot, sealed: &[u8]) -> Result<Secret, Error> {
    let rest = sealed.strip_prefix(&[VERSION]).ok_or(Error::Damaged)?;
    let (nonce, ciphertext) = rest.split_at_checked(NONCE_LENGTH).ok_or(Error::Damaged)?;
    let nonce = XNonce::try_from(nonce).map_err(|_| Error::Damaged)?;
    let aad = slot.associated_data();
    let plain = cipher(key)?
        .decrypt(
            &nonce,
            Payload {
                msg: ciphertext,
                aad: &aad,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| Error::Damaged)?;
    let text = std::str::from_utf8(&plain).map_err(|_| Error::Damaged)?;
    Ok(Secret::new(text))
}

fn open_check(key: &MasterKey, check: &[u8]) -> Result<(), Error> {
    match open(key, CHECK_SLOT, check) {
        Ok(text) if text.expose() == CHECK => Ok(()),
        _ => Err(Error::KeyWrong),
    }
}
