//! One verb per action, in every layer: the commands, what the window may ask for, and `ui/api.js` have the same names.

use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The names between two marks, one a line, in quotes or not.
fn names_between(text: &str, start: &str, end: &str) -> BTreeSet<String> {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("{start} was not found"));
    let (list, _) = rest.split_once(end).unwrap();
    list.lines()
        .map(|line| line.trim().trim_matches(['"', ',']).to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn commands() -> BTreeSet<String> {
    names_between(&read("src-tauri/desktop/commands.rs"), "generate_handler![", "]")
}

#[test]
fn the_commands_stand_in_the_manifest_and_in_the_capability() {
    let commands = commands();
    assert!(commands.len() >= 15);
    assert_eq!(commands, names_between(&read("src-tauri/build.rs"), "COMMANDS: &[&str] = &[", "]"));
    let capability: serde_json::Value = serde_json::from_str(&read("src-tauri/capabilities/main.json")).unwrap();
    let allowed: BTreeSet<String> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let mut expected: BTreeSet<String> = commands.iter().map(|name| format!("allow-{}", name.replace('_', "-"))).collect();
    expected.extend(["core:event:allow-listen".to_owned(), "core:event:allow-unlisten".to_owned()]);
    assert_eq!(allowed, expected);
}

#[test]
fn api_js_calls_every_command_by_its_name_and_nothing_else() {
    let api = read("ui/api.js");
    for command in commands() {
        assert!(api.contains(&format!("\"{command}\"")), "api.js does not call {command}");
        assert!(
            api.contains(&camel_case(&command)),
            "api.js has no function {}",
            camel_case(&command)
        );
    }
    let called: BTreeSet<&str> = api.split("invoke(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    for name in called {
        assert!(commands().contains(name), "api.js calls {name}, which is no command");
    }
}

#[test]
fn every_command_is_the_app_method_of_the_same_name() {
    let source = read("src-tauri/desktop/commands.rs");
    for command in commands().into_iter().filter(|name| name != "open_link") {
        assert!(source.contains(&format!(".{command}(")), "{command} does not call App::{command}");
    }
}
