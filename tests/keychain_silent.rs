//! A keychain that does not answer: that is said in time, everything else goes on, and the program ends.

use std::sync::Arc;

use outtray::vault::{Error, Vault};

use crate::support::{MemoryKeychain, within};

/// The clock of this test is moved by the runtime whenever everything waits.
#[tokio::test(start_paused = true)]
async fn it_is_waited_for_a_while_and_asked_anew_when_it_answers() {
    let (keychain, folder) = (MemoryKeychain::default(), tempfile::TempDir::new().unwrap());
    let vault = Vault::new(Arc::new(keychain.clone()), folder.path().join("lock"));
    let mut held = keychain.hold_read();
    // Everybody who asks meanwhile waits for the same call, so the system asks a person once.
    let (one, other) = tokio::join!(vault.unlock("key", None), vault.unlock("key", None));
    assert!(
        matches!(one, Err(Error::NoAnswer)) && matches!(other, Err(Error::NoAnswer)),
        "{one:?} {other:?}"
    );
    assert!(
        matches!(vault.unlock("key", None).await, Err(Error::NoAnswer)),
        "it is still being asked"
    );
    // From here on the threads are waited for, which the runtime knows nothing of.
    tokio::time::resume();
    held.reached().await;
    drop(held);
    // Somebody has answered the question: the next try finds the keychain open.
    let unlocked = async {
        while vault.unlock("key", None).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    within(unlocked, "it should be asked anew").await;
    assert!(vault.is_unlocked("key"));
}

#[tokio::test]
async fn the_end_of_the_program_does_not_wait_for_it() {
    let keychain = MemoryKeychain::default();
    let mut held = keychain.hold_read();
    let folder = tempfile::TempDir::new().unwrap();
    let vault = Vault::new(Arc::new(keychain.clone()), folder.path().join("lock"));
    tokio::select! {
        result = vault.unlock("key", None) => panic!("{result:?}"),
        () = held.reached() => {}
    }
    // The runtime of this test ends with it; a call that held it up would hold up the test.
    std::mem::forget(held);
}

/// A bus that takes the connection and says nothing: whoever speaks to its keychain waits for ever.
#[cfg(target_os = "linux")]
mod on_a_bus_that_is_silent {
    use std::{os::unix::net::UnixListener, process::Stdio};

    use serde_json::Value;

    use crate::support::{outtray, text, within};

    struct Silent {
        folder: tempfile::TempDir,
        bus: UnixListener,
    }

    impl Silent {
        fn new() -> Self {
            let folder = tempfile::TempDir::new().unwrap();
            let bus = UnixListener::bind(folder.path().join("bus")).unwrap();
            Self { folder, bus }
        }

        fn command(&self, words: &[&str]) -> tokio::process::Command {
            let mut command = outtray();
            let bus = format!("unix:path={}", self.folder.path().join("bus").display());
            command
                .env("DBUS_SESSION_BUS_ADDRESS", bus)
                .arg("--data-folder")
                .arg(self.folder.path().join("data"));
            command.args(words).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            command
        }
    }

    #[tokio::test]
    async fn the_doctor_says_so_shows_the_other_checks_and_ends() {
        let silent = Silent::new();
        let doctor = silent.command(&["--json", "doctor"]).spawn().unwrap();
        let output = within(doctor.wait_with_output(), "it should have ended").await.unwrap();
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stdout);
        let checks: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let find = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap_or_else(|| panic!("{name}: {said}"));
        assert_eq!(find("keychain")["problem"]["code"], "keychain_no_answer");
        assert!(find("keychain")["problem"]["hint"].as_str().unwrap().contains("may be waiting"));
        for name in ["data folder", "database", "certificate store", "proxy"] {
            assert_eq!(find(name)["problem"], Value::Null, "{name}");
        }
        drop(silent.bus);
    }

    #[tokio::test]
    async fn ctrl_c_ends_the_waiting_at_once() {
        let silent = Silent::new();
        let doctor = silent.command(&["doctor"]).spawn().unwrap();
        // The keychain is being asked now.
        let bus = silent.bus.try_clone().unwrap();
        let asked = tokio::task::spawn_blocking(move || bus.accept().unwrap());
        let _connection = within(asked, "the keychain was not asked").await.unwrap();
        let pid = doctor.id().unwrap().to_string();
        let sent = tokio::process::Command::new("kill").args(["-INT", &pid]).status().await.unwrap();
        assert!(sent.success());
        let output = within(doctor.wait_with_output(), "it should have ended").await.unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(130), "{said}");
        assert!(said.contains("✓ database") && said.contains("[interrupted]"), "{said}");
    }
}
