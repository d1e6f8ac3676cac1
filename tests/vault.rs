//! Sealed values open only where they were sealed, and there is one master key however many programs begin at once.

use std::sync::Arc;

use outtray::{
    secret::Secret,
    vault::{Error, Slot, Vault},
};
use tempfile::TempDir;

use crate::support::{ACCESS_EMAIL, MemoryKeychain, TestApp, Trouble, within};

const HERE: Slot = Slot {
    column: "authorizations.refresh_token",
    row: 1,
};

struct Computer {
    keychain: MemoryKeychain,
    folder: TempDir,
}

impl Computer {
    fn new() -> Self {
        Self {
            keychain: MemoryKeychain::default(),
            folder: TempDir::new().unwrap(),
        }
    }

    fn vault(&self) -> Vault {
        Vault::new(Arc::new(self.keychain.clone()), self.folder.path().join("lock"))
    }
}

#[tokio::test]
async fn a_sealed_value_opens_only_in_its_own_place() {
    let computer = Computer::new();
    let vault = computer.vault();
    vault.unlock("key", None).await.unwrap();
    let sealed = vault.seal(HERE, &Secret::new("the secret")).unwrap();
    assert_eq!(vault.open(HERE, &sealed).unwrap().expose(), "the secret");
    let elsewhere = [
        Slot { row: 2, ..HERE },
        Slot {
            column: "operators.app_secret",
            ..HERE
        },
    ];
    for slot in elsewhere {
        assert!(matches!(vault.open(slot, &sealed), Err(Error::Damaged)), "{slot:?}");
    }
}

#[tokio::test]
async fn a_damaged_value_is_said_to_be_damaged() {
    let computer = Computer::new();
    let vault = computer.vault();
    vault.unlock("key", None).await.unwrap();
    let sealed = vault.seal(HERE, &Secret::new("the secret")).unwrap();
    for at in 0..sealed.len() {
        let mut damaged = sealed.clone();
        damaged[at] ^= 1;
        assert!(matches!(vault.open(HERE, &damaged), Err(Error::Damaged)), "byte {at}");
        assert!(matches!(vault.open(HERE, &sealed[..at]), Err(Error::Damaged)), "cut at {at}");
    }
}

#[tokio::test]
async fn the_same_secret_is_never_sealed_to_the_same_bytes() {
    let computer = Computer::new();
    let vault = computer.vault();
    vault.unlock("key", None).await.unwrap();
    let seal = || vault.seal(HERE, &Secret::new("the secret")).unwrap();
    assert_ne!(seal(), seal());
}

#[tokio::test]
async fn two_programs_that_begin_at_once_share_one_key() {
    for _ in 0..20 {
        let computer = Computer::new();
        let (one, other) = (computer.vault(), computer.vault());
        let (first, second) = tokio::join!(one.unlock("key", None), other.unlock("key", None));
        first.unwrap();
        second.unwrap();
        let sealed = one.seal(HERE, &Secret::new("the secret")).unwrap();
        assert_eq!(other.open(HERE, &sealed).unwrap().expose(), "the secret");
    }
}

#[tokio::test]
async fn a_vault_that_could_not_be_unlocked_can_be_later() {
    let computer = Computer::new();
    let vault = computer.vault();
    assert!(matches!(vault.seal(HERE, &Secret::new("x")), Err(Error::Locked)));
    computer.keychain.set_trouble(Some(Trouble::Locked));
    assert!(matches!(vault.unlock("key", None).await, Err(Error::Locked)));
    computer.keychain.set_trouble(Some(Trouble::Denied));
    assert!(matches!(vault.unlock("key", None).await, Err(Error::Denied(_))));
    computer.keychain.set_trouble(None);
    let check = vault.unlock("key", None).await.unwrap();

    // Another run finds the same key, and tells a key that is gone or another one.
    computer.vault().unlock("key", Some(check.clone())).await.unwrap();
    computer.keychain.swap_keys();
    assert!(matches!(
        computer.vault().unlock("key", Some(check.clone())).await,
        Err(Error::KeyWrong)
    ));
    computer.keychain.lose();
    assert!(matches!(computer.vault().unlock("key", Some(check)).await, Err(Error::KeyLost)));
}

/// A program that is stopped keeps its lock. What waits says for what, before it is said that the keychain does not answer.
#[tokio::test]
async fn a_lock_of_the_master_key_that_another_program_keeps_is_named() {
    let test = TestApp::with_operator().await;
    let path = test.data_folder().join("master-key.lock");
    let held = std::fs::File::create(&path).unwrap();
    held.lock().unwrap();
    let given = test.user(ACCESS_EMAIL).await;
    let check = || test.app.check_app("AB", &given.app.key, Some(Secret::new(given.app.secret.clone())));
    let error = within(check(), "it waits for the lock").await.unwrap_err();
    assert_eq!(error.code(), "store_held", "{error}");
    assert!(error.to_string().contains("master-key.lock"), "{error}");
    drop(held);
    check().await.unwrap();
}
