//! The real keychain of this system, and the key file. `cargo xtask test` provides a Secret Service on Linux.

use outtray::vault::{Error, KeyFile, Keychain, MasterKey, SystemKeychain, Vault};

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

#[test]
fn of_many_programs_that_make_a_key_file_at_once_all_have_the_same_key() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("master-key");
    let keys = std::thread::scope(|scope| {
        let program = |number: u8| {
            let file = KeyFile::new(path.clone());
            scope.spawn(move || {
                // What is there is a whole key, whenever it is looked.
                while file.read("any").unwrap().is_none() {
                    file.write("any", &MasterKey::new(vec![number; 32])).unwrap();
                }
                file.read("any").unwrap().unwrap().to_vec()
            })
        };
        let programs: Vec<_> = (0..32).map(program).collect();
        programs.into_iter().map(|program| program.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "something was left beside it");
}

/// A file that only its owner may read, where the system knows that.
fn write_private(path: &std::path::Path, content: &[u8]) {
    std::fs::write(path, content).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
}

#[cfg(unix)] // Windows has lists of permissions
#[test]
fn a_key_file_that_others_may_read_is_refused() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("master-key");
    for mode in [0o644, 0o640, 0o604, 0o660, 0o777] {
        write_private(&path, b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
        let error = KeyFile::new(path.clone()).read("any").unwrap_err();
        assert!(
            matches!(&error, Error::KeyFileExposed(named) if *named == path.display().to_string()),
            "{mode:o}: {error:?}"
        );
        assert!(outtray::Error::from(error).hint().unwrap().contains("chmod 600"));
    }
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o400)).unwrap();
    assert!(KeyFile::new(path).read("any").unwrap().is_some());
}

#[cfg(unix)] // pipes and devices as files
#[test]
fn a_key_file_that_never_ends_is_not_read() {
    let folder = tempfile::TempDir::new().unwrap();
    let (pipe, large) = (folder.path().join("pipe"), folder.path().join("large"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in ["/dev/zero".into(), "/dev/tty".into(), pipe] {
        let error = KeyFile::new(path).read("any").unwrap_err();
        assert!(
            matches!(&error, Error::KeyFileUnusable { reason, .. } if reason == "it is not a file"),
            "{error:?}"
        );
    }
    // A disk's worth of nothing.
    write_private(&large, b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    std::fs::OpenOptions::new().write(true).open(&large).unwrap().set_len(1 << 40).unwrap();
    let error = KeyFile::new(large).read("any").unwrap_err();
    assert!(matches!(error, Error::KeyFileInvalid(_)), "{error:?}");
}

/// What goes wrong with a key file is said of the key file.
#[tokio::test]
async fn a_key_file_that_is_gone_or_another_is_named_and_can_be_replaced() {
    let computer = crate::support::Computer::new().await;
    let key = std::fs::read(computer.key_file()).unwrap();
    for (change, code, said) in [
        (None, "master_key_lost", "is gone"),
        (
            Some(b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
            "master_key_wrong",
            "does not fit",
        ),
    ] {
        std::fs::remove_file(computer.key_file()).unwrap();
        if let Some(other) = change {
            write_private(&computer.key_file(), other);
        }
        let refused = computer.run(&["test", "AB"]).await;
        let told = crate::support::text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(6), "{told}");
        assert!(told.contains(&format!("[{code}]")) && told.contains(said), "{told}");
        assert!(told.contains("The key file") && !told.contains("keychain"), "{told}");
        write_private(&computer.key_file(), &key);
    }
    computer.said(&["test", "AB"]).await;
    std::fs::remove_file(computer.key_file()).unwrap();
    computer.said(&["master-key", "replace"]).await;
}

#[test]
fn a_key_file_that_holds_something_else_is_said_to_and_left_untouched() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path().join("master-key");
    let contents: [&[u8]; 7] = [
        b"",
        b"\n",
        b"somebody's letter",
        b"AAECAwQFBgcICQoLDA0ODw==\n",
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIj\n",
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nand more\n",
        b"\xff\xfe\x00\x01",
    ];
    for content in contents {
        write_private(&path, content);
        let error = KeyFile::new(path.clone()).read("any").unwrap_err();
        assert!(
            matches!(&error, Error::KeyFileInvalid(named) if *named == path.display().to_string()),
            "{error:?}"
        );
        let error = outtray::Error::from(error);
        assert_eq!(error.code(), "key_file_invalid");
        assert!(error.to_string().contains("master-key") && error.hint().is_some(), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), content);
    }
    // White space at its ends does no harm, and neither does a line end of Windows.
    write_private(&path, b" AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\r\n");
    assert_eq!(*KeyFile::new(path).read("any").unwrap().unwrap(), (0..32).collect::<Vec<u8>>());
}

#[test]
fn a_key_file_in_a_place_that_is_not_there_is_missing_and_not_denied() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = KeyFile::new(folder.path().join("no such folder").join("master-key"));
    assert!(file.read("any").unwrap().is_none(), "there is no key yet");
    let error = file.write("any", &MasterKey::new(vec![1; 32])).unwrap_err();
    assert!(matches!(error, Error::KeyFileUnusable { .. }), "{error:?}");
    let error = KeyFile::new(folder.path().to_owned()).read("any").unwrap_err();
    assert!(matches!(error, Error::KeyFileUnusable { .. }), "{error:?}");
}

/// What the Secret Service says, through `keyring`.
#[cfg(target_os = "linux")]
#[test]
fn a_locked_a_closed_and_an_absent_secret_service_are_told_apart() {
    use outtray::vault::told_apart;
    let says = |error: secret_service::Error| told_apart(keyring::Error::NoStorageAccess(Box::new(error)));
    assert!(matches!(says(secret_service::Error::Locked), Error::Locked));
    assert!(
        matches!(says(secret_service::Error::Prompt), Error::Denied(_)),
        "somebody closed the window that asks"
    );
    assert!(matches!(says(secret_service::Error::NoResult), Error::Missing(_)));
    let unavailable = keyring::Error::PlatformFailure(Box::new(secret_service::Error::Unavailable));
    assert!(matches!(told_apart(unavailable), Error::Missing(_)));
    assert!(matches!(told_apart(keyring::Error::NoDefaultStore), Error::Missing(_)));
}

/// A key file of somebody else. Root may read everything, so the program runs as nobody then.
#[cfg(unix)]
#[tokio::test]
async fn a_key_file_that_may_not_be_read_is_denied() {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::{MetadataExt, PermissionsExt},
        process::Stdio,
    };

    use tokio::{io::AsyncWriteExt, process::Command};

    use crate::support::{text, within};

    let folder = tempfile::TempDir::new().unwrap();
    let (program, data, key_file) = (
        folder.path().join("outtray"),
        folder.path().join("data"),
        folder.path().join("master-key"),
    );
    fs::copy(env!("CARGO_BIN_EXE_outtray"), &program).unwrap();
    fs::create_dir(&data).unwrap();
    fs::write(&key_file, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n").unwrap();
    // Of root, for root alone.
    let is_root = fs::metadata(&key_file).unwrap().uid() == 0;
    for (path, mode) in [(folder.path(), 0o755), (&data, 0o777), (&key_file, 0o000)] {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let run = async |words: &[&str]| {
        let mut command = Command::new(&program);
        command
            .args(["--simulator", "http://127.0.0.1:9", "--data-folder"])
            .arg(&data)
            .arg("--key-file")
            .arg(&key_file);
        command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        if is_root {
            command.uid(65534).gid(65534);
        }
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"appsecret123456\n").await.unwrap();
        within(child.wait_with_output(), "it should have ended").await.unwrap()
    };
    assert!(run(&["settings", "set", "--interface-to-dropbox", "on"]).await.status.success());
    assert!(run(&["operator", "add", "AB", "--name", "Anna Berg"]).await.status.success());
    let denied = run(&["authorize", "begin", "AB", "--app-key", "appkey123456789"]).await;
    let said = text(&denied.stderr);
    assert_eq!(denied.status.code(), Some(6), "{said}");
    assert!(
        said.contains("was refused access to the key file") && said.contains("[keychain_denied]"),
        "{said}"
    );
}
