//! A keychain in memory that can be told to fail.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, mpsc},
};

use outtray::vault::{Error, Keychain, MasterKey};
use tokio::sync::oneshot;

use super::deadline::{DEADLINE, within};

/// What is wrong with a keychain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// There is none.
    Missing,
    /// It is locked.
    Locked,
    /// Somebody has refused access.
    Denied,
}

/// Cloning it shares it, as two programs share one system keychain.
#[derive(Clone, Default)]
pub(crate) struct MemoryKeychain(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    keys: HashMap<String, Vec<u8>>,
    trouble: Option<Trouble>,
    held: Option<(oneshot::Sender<()>, mpsc::Receiver<()>)>,
}

/// A read that waits until this is dropped.
pub(crate) struct HeldRead {
    reached: oneshot::Receiver<()>,
    _release: mpsc::Sender<()>,
}

impl HeldRead {
    /// Until somebody reads.
    pub(crate) async fn reached(&mut self) {
        within(&mut self.reached, "the keychain was not read").await.unwrap();
    }
}

impl MemoryKeychain {
    /// The next read waits, as while the system asks for a password.
    pub(crate) fn hold_read(&self) -> HeldRead {
        let (reached, release) = (oneshot::channel(), mpsc::channel());
        self.0.lock().unwrap().held = Some((reached.0, release.1));
        HeldRead {
            reached: reached.1,
            _release: release.0,
        }
    }

    /// From now on every call fails like this, or none does.
    pub(crate) fn set_trouble(&self, trouble: Option<Trouble>) {
        self.0.lock().unwrap().trouble = trouble;
    }

    /// Somebody removes the entries.
    pub(crate) fn lose(&self) {
        self.0.lock().unwrap().keys.clear();
    }

    /// Somebody puts other keys in their places.
    pub(crate) fn swap_keys(&self) {
        for key in self.0.lock().unwrap().keys.values_mut() {
            key.reverse();
            key[0] ^= 1;
        }
    }

    /// Every key, in base64 and as hexadecimal digits: the forms in which one would leak.
    pub(crate) fn keys_as_text(&self) -> Vec<String> {
        let state = self.0.lock().unwrap();
        let base64 = |key: &Vec<u8>| base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, key);
        let hexadecimal = |key: &Vec<u8>| key.iter().map(|byte| format!("{byte:02x}")).collect();
        state.keys.values().flat_map(|key| [base64(key), hexadecimal(key)]).collect()
    }

    fn check(&self) -> Result<(), Error> {
        match self.0.lock().unwrap().trouble {
            Some(Trouble::Missing) => Err(Error::Missing("no keychain service answers".to_owned())),
            Some(Trouble::Locked) => Err(Error::Locked),
            Some(Trouble::Denied) => Err(Error::Denied("the system keychain".to_owned())),
            None => Ok(()),
        }
    }
}

impl Keychain for MemoryKeychain {
    fn read(&self, name: &str) -> Result<Option<MasterKey>, Error> {
        let held = self.0.lock().unwrap().held.take();
        if let Some((reached, release)) = held {
            let _ = reached.send(());
            // Ends when the other end is dropped.
            let _ = release.recv_timeout(DEADLINE);
        }
        self.check()?;
        Ok(self.0.lock().unwrap().keys.get(name).cloned().map(MasterKey::new))
    }

    fn write(&self, name: &str, key: &MasterKey) -> Result<(), Error> {
        self.check()?;
        self.0.lock().unwrap().keys.insert(name.to_owned(), key.to_vec());
        Ok(())
    }
}
