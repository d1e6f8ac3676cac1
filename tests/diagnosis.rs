//! The doctor: everything that has to work, one line each, and what to do where it does not.

use std::time::Duration;

use outtray::{diagnosis::Check, operator::Place, secret::Secret};

use serde_json::Value;

use crate::{
    simulator::{Fault, Moment},
    support::{Computer, TestApp, Trouble, operator_fields, text, within},
};

fn check<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks
        .iter()
        .find(|check| check.name == name)
        .unwrap_or_else(|| panic!("{name} was not checked: {checks:?}"))
}

fn code(check: &Check) -> Option<&str> {
    check.problem.as_ref().map(|problem| problem.code.as_str())
}

#[tokio::test]
async fn a_computer_on_which_all_is_well_is_said_so() {
    let (test, _) = TestApp::authorized().await;
    let checks = test.app.diagnose().await.unwrap();
    assert!(checks.iter().all(|check| check.problem.is_none()), "{checks:?}");
    for name in [
        "data folder",
        "database",
        "keychain",
        "certificate store",
        "proxy",
        "Interface to Dropbox",
        "network",
        "clock",
        "operator AB",
    ] {
        assert!(check(&checks, name).detail.is_some(), "{name}");
    }
    assert!(check(&checks, "data folder").detail.as_ref().unwrap().contains("B free"));
    assert_eq!(
        std::fs::read_dir(test.data_folder())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name() == "doctor.tmp")
            .count(),
        0
    );
}

#[tokio::test]
async fn nothing_is_asked_of_dropbox_while_the_interface_is_off() {
    let test = TestApp::fresh().await;
    let checks = test.app.diagnose().await.unwrap();
    assert_eq!(code(check(&checks, "Interface to Dropbox")), Some("interface_off"));
    assert!(test.simulator.calls().is_empty());
}

#[tokio::test]
async fn a_clock_that_is_minutes_off_is_named_with_its_side() {
    let test = TestApp::with_operator().await;
    test.time.advance(Duration::from_secs(90));
    assert_eq!(code(check(&test.app.diagnose().await.unwrap(), "clock")), None);
    test.time.advance(Duration::from_secs(9 * 60));
    let checks = test.app.diagnose().await.unwrap();
    assert_eq!(code(check(&checks, "clock")), Some("clock_wrong"));
    let message = &check(&checks, "clock").problem.as_ref().unwrap().message;
    assert!(message.contains("10 minutes ahead of Dropbox"), "{message}");
}

#[tokio::test]
async fn a_network_that_does_not_answer_hides_nothing_else() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.unplug();
    let checks = test.app.diagnose().await.unwrap();
    assert_eq!(code(check(&checks, "network")), Some("network"));
    assert_eq!(code(check(&checks, "database")), None);
    assert!(checks.iter().all(|check| check.name != "clock"));
}

/// As root every folder can be written, so the system's refusal is made with a folder where the file would go.
#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_found() {
    let test = TestApp::fresh().await;
    std::fs::create_dir(test.data_folder().join("doctor.tmp")).unwrap();
    let checks = test.app.diagnose().await.unwrap();
    assert_eq!(code(check(&checks, "data folder")), Some("data_folder"));
}

/// The store is read from the files that the environment names (Linux).
#[cfg(target_os = "linux")]
#[tokio::test]
async fn without_certificates_records_can_be_kept_and_the_doctor_says_what_is_missing() {
    let computer = Computer::new().await;
    let without = |arguments: &[&str]| {
        let mut command = computer.command(arguments);
        command.env("SSL_CERT_FILE", "/nonexistent/file").env("SSL_CERT_DIR", "/nonexistent/folder");
        crate::support::output(command)
    };
    assert!(without(&["operator", "list"]).await.status.success());
    let doctor = without(&["doctor"]).await;
    let said = text(&doctor.stdout);
    assert_eq!(doctor.status.code(), Some(1), "{said}");
    assert!(
        said.contains("✗ certificate store") && said.contains("[certificates_missing]") && said.contains("ca-certificates"),
        "{said}"
    );
}

/// Nothing is asked of Dropbox: the interface is off.
#[cfg(not(any(windows, target_os = "macos")))]
#[tokio::test]
async fn the_proxy_in_force_is_named_without_its_password() {
    let folder = tempfile::TempDir::new().unwrap();
    for (proxy, said) in [
        (
            Some("http://somebody:hunter2@proxy.example:3128"),
            "✓ proxy: http://proxy.example:3128, from HTTPS_PROXY",
        ),
        (
            None,
            "✓ proxy: none: the environment names none, and what is set in GNOME or KDE is not read by Outtray",
        ),
    ] {
        let mut command = crate::support::outtray();
        command
            .arg("--data-folder")
            .arg(folder.path().join("data"))
            .arg("--key-file")
            .arg(folder.path().join("key"))
            .arg("doctor");
        for name in crate::support::proxy::PROXY_VARIABLES {
            command.env_remove(name);
        }
        command.envs(proxy.map(|proxy| ("HTTPS_PROXY", proxy)));
        let output = text(&crate::support::output(command).await.stdout);
        assert!(output.lines().any(|line| line == said), "{output}");
        assert!(!output.contains("hunter2") && !output.contains("somebody"), "{output}");
    }
}

/// One user and one app for each of them, as in a company.
async fn authorize(test: &TestApp, count: usize) {
    for number in 1..=count {
        let (id, email) = (format!("N{number:02}"), format!("user{number}@example.com"));
        test.app.add_operator(&id, operator_fields("Anna Berg", Some(&email))).await.unwrap();
        let user = test.user(&email).await;
        let operator = test.begin(&id, &user, Place::UsersComputer).await.unwrap();
        let code = user.browser.access_code(&operator.request.unwrap().url).await;
        test.app.complete_authorization(&id, Some(Secret::new(code))).await.unwrap();
        test.app.save_authorization(&id, None).await.unwrap();
    }
}

#[tokio::test]
async fn operators_are_checked_several_at_a_time_and_said_in_order() {
    const CALL: &str = "users/get_current_account";
    let test = TestApp::fresh().await;
    test.switch_interface(true).await;
    authorize(&test, 20).await;
    let before = test.simulator.calls().len();
    let checked_now = || test.simulator.calls()[before..].iter().filter(|call| call.route == CALL).count();
    // Whoever is called first waits for its answer; the next ones do not wait for that.
    let gate = test.simulator.hold(Moment::Before, CALL);
    let (mut names, mut sums) = (Vec::new(), Vec::new());
    let diagnosis = test.app.diagnose_each(|checked| {
        if checked.operators > 0 {
            names.push(checked.check.name);
            sums.push((checked.operators_done, checked.operators));
        }
    });
    let others = async {
        gate.reached().await;
        // The held call is noted when it goes on, so all but that one of sixteen.
        while checked_now() < 15 {
            tokio::task::yield_now().await;
        }
        gate.release();
    };
    let (result, ()) = within(async { tokio::join!(diagnosis, others) }, "they wait for each other").await;
    result.unwrap();
    assert_eq!(names, (1..=20).map(|number| format!("operator N{number:02}")).collect::<Vec<_>>());
    assert_eq!(sums, (1..=20).map(|number| (number, 20)).collect::<Vec<_>>());
    assert_eq!(checked_now(), 20);
}

/// What is wrong with it is said once, and not again with each operator.
#[tokio::test]
async fn a_keychain_that_does_not_open_hides_no_other_check() {
    let (test, _) = TestApp::authorized().await;
    let test = test.restart().await;
    test.keychain.set_trouble(Some(Trouble::Locked));
    let checks = test.app.diagnose().await.unwrap();
    assert_eq!(code(check(&checks, "keychain")), Some("keychain_locked"));
    for name in [
        "data folder",
        "database",
        "certificate store",
        "Interface to Dropbox",
        "network",
        "clock",
    ] {
        assert_eq!(code(check(&checks, name)), None, "{name}");
    }
    assert!(checks.iter().all(|check| !check.name.starts_with("operator ")));
}

/// The checks that the doctor of a computer prints, and its exit code.
async fn printed(computer: &Computer) -> (Vec<Value>, Option<i32>) {
    let doctor = within(computer.run(&["--json", "doctor"]), "the doctor hangs").await;
    let said = text(&doctor.stdout);
    let checks = said.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{said}"))).collect();
    (checks, doctor.status.code())
}

fn names(checks: &[Value]) -> Vec<&str> {
    checks.iter().map(|check| check["name"].as_str().unwrap()).collect()
}

/// What can be checked without what stands in the database.
const CLOSED: [&str; 7] = [
    "data folder",
    "database",
    "key file",
    "certificate store",
    "proxy",
    "network",
    "clock",
];

#[tokio::test]
async fn the_other_checks_are_shown_while_the_database_does_not_open() {
    let computer = Computer::new().await;
    let (checks, code) = printed(&computer).await;
    assert_eq!(code, Some(0), "{checks:?}");
    assert!(names(&checks).contains(&"key file") && !names(&checks).contains(&"keychain"));
    let database = computer.data_folder().join("outtray.db");
    let whole = std::fs::read(&database).unwrap();
    for (content, code) in [(&b"no database at all"[..], "store_corrupt"), (b"", "store_empty")] {
        std::fs::write(&database, content).unwrap();
        let (checks, exit) = printed(&computer).await;
        assert_eq!((names(&checks), exit), (CLOSED.to_vec(), Some(7)));
        for check in &checks {
            match check["name"].as_str().unwrap() {
                "database" => assert_eq!(check["problem"]["code"], code),
                name => assert_eq!(check["problem"], Value::Null, "{name}"),
            }
        }
        assert_eq!(std::fs::read(&database).unwrap(), content, "it was left as it is");
    }
    let said = text(&computer.run(&["doctor"]).await.stdout);
    assert!(
        said.contains("✗ database: The database file") && said.contains("✓ network: Dropbox answers"),
        "{said}"
    );
    // What else is wrong is said too.
    std::fs::remove_file(computer.key_file()).unwrap();
    computer.simulator.inject(Fault::ServerErrorHtml, 10, None);
    let (checks, _) = printed(&computer).await;
    let find = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap();
    assert_eq!(find("key file")["detail"], "it is not there");
    assert_ne!(find("network")["problem"], Value::Null);
    std::fs::write(&database, whole).unwrap();
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_used_keeps_no_other_check_from_being_shown() {
    let computer = Computer::new().await;
    std::fs::rename(computer.data_folder(), computer.folder.path().join("away")).unwrap();
    std::fs::write(computer.data_folder(), "a file").unwrap();
    let (checks, exit) = printed(&computer).await;
    assert_eq!((names(&checks), exit), (CLOSED.to_vec(), Some(7)));
    let code = |name: &str| checks.iter().find(|check| check["name"] == name).unwrap()["problem"]["code"].clone();
    assert_eq!(
        (code("data folder"), code("database")),
        ("data_folder".into(), "data_folder".into())
    );
    assert_eq!(code("network"), Value::Null);
}
