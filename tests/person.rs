//! Whoever does something has a name in the activity, wherever the program runs.

use std::ffi::OsString;

use outtray::start::person;

fn named(variables: &[(&'static str, &str)]) -> String {
    person(|name| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| OsString::from(value)))
}

#[test]
fn a_name_comes_from_the_login_and_otherwise_from_the_system() {
    assert_eq!(named(&[("LOGNAME", "anna")]), "anna");
    assert_eq!(named(&[("USER", "anna")]), "anna");
    assert_eq!(named(&[("USERNAME", "Anna Berg")]), "Anna Berg");
    assert_eq!(named(&[("LOGNAME", ""), ("USER", " \t"), ("USERNAME", "anna")]), "anna");
    let system = named(&[]);
    assert!(!system.is_empty());
    #[cfg(unix)]
    if let Some(user) = whose() {
        assert_eq!(system, user);
    }
    assert_eq!(named(&[("USER", "")]), system);
    assert_eq!(named(&[("LOGNAME", "\u{202e}\u{7}\r\n")]), system, "nothing that shows");
}

/// Whose this program is for the system, where the system has a name for that.
#[cfg(unix)]
fn whose() -> Option<String> {
    let output = std::process::Command::new("id").arg("-un").output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

#[test]
fn a_name_is_kept_as_it_is() {
    for name in ["Jörg Müller 安娜", "anna\u{1b}[31m", "o'neill"] {
        assert_eq!(named(&[("USER", name)]), name);
    }
}

#[cfg(unix)]
#[test]
fn a_name_in_another_encoding_is_shown_as_far_as_it_can_be() {
    use std::os::unix::ffi::OsStringExt;
    let name = person(|name| (name == "USER").then(|| OsString::from_vec(b"J\xf6rg".to_vec())));
    assert_eq!(name, "J\u{fffd}rg");
}

/// The whole program, without any environment.
#[cfg(unix)]
#[tokio::test]
async fn the_activity_names_the_person_without_an_environment_too() {
    use crate::support::{output, outtray, text};
    let folder = tempfile::TempDir::new().unwrap();
    for (number, variable) in [None, Some(("LOGNAME", "anna")), Some(("USER", ""))].into_iter().enumerate() {
        let mut command = outtray();
        command.env_clear().envs(variable).arg("--data-folder").arg(folder.path());
        command.args(["operator", "add", &format!("A{number}"), "--name", "Anna Berg"]);
        assert!(output(command).await.status.success());
    }
    let mut command = outtray();
    command.arg("--data-folder").arg(folder.path()).args(["--json", "activity"]);
    let rows = text(&output(command).await.stdout);
    let actors: Vec<String> = rows
        .lines()
        .map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap()["actor"].as_str().unwrap().to_owned())
        .collect();
    let system = format!("{}, command line", named(&[]));
    assert_eq!(actors, [system.as_str(), "anna, command line", system.as_str()]);
}
