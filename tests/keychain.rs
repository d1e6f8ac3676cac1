//! The real keychain of this system, and the key file. `cargo xtask test` provides a Secret Service on Linux.

use outtray::vault::{KeyFile, Keychain, MasterKey, SystemKeychain, Vault};

/// Runs only where a keychain is expected: in `cargo xtask test`, which says so.
#[test]
#[ignore = "needs a system keychain: `cargo xtask test` provides one and runs it"]
fn the_system_keychain_keeps_a_key() {
    let name = Vault::new_key_name().unwrap();
    assert!(SystemKeychain.read(&name).unwrap().is_none());
    let key = MasterKey::new((0..32).collect());
    SystemKeychain.write(&name, &key).unwrap();
    assert_eq!(*SystemKeychain.read(&name).unwrap().unwrap(), *key);
    keyring::Entry::new("Outtray", &name).unwrap().delete_credential().unwrap();
    assert!(SystemKeychain.read(&name).unwrap().is_none());
}

#[test]
fn a_key_file_keeps_a_key_for_its_owner_only() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("master-key");
    let file = KeyFile::new(path.clone());
    assert!(file.read("any").unwrap().is_none());
    let key = MasterKey::new((0..32).collect());
    file.write("any", &key).unwrap();
    assert_eq!(*file.read("any").unwrap().unwrap(), *key);
    // A second program that was slower does not overwrite it.
    file.write("any", &MasterKey::new(vec![9; 32])).unwrap();
    assert_eq!(*file.read("any").unwrap().unwrap(), *key);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path).unwrap()) & 0o777,
        0o600
    );
}
