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
    // What only the window does: the system browser, a file of what was collected, changing to other data, another try to open it, and how
    // large everything is.
    let own = [
        "open_link",
        "export_diagnostics",
        "start_practice",
        "end_practice",
        "open_practice_control",
        "reopen",
        "zoom",
    ];
    for command in commands().into_iter().filter(|name| !own.contains(&name.as_str())) {
        assert!(source.contains(&format!(".{command}(")), "{command} does not call App::{command}");
    }
}

#[test]
fn the_page_knows_how_long_a_list_can_be() {
    let (app, page, listed) = (read("src-tauri/core/app.rs"), read("ui/index.html"), read("ui/elements/listed.js"));
    assert!(app.contains("const LISTED: u32 = 500;") && listed.contains("const LISTED = 500;"));
    assert_eq!(page.matches("The newest 500 are listed here.").count(), 2);
    assert!(app.contains("const RECENT_DELIVERIES: u32 = 50;") && page.contains("lists its newest 50."));
}

/// The fields of an interface of `ui/types.d.ts`, without those that a program may leave out.
fn fields_of_interface(text: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.trim().split_once(':')).map(|(name, _)| name.to_owned());
    names.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric())).collect()
}

/// The fields of a public struct of the library, as serde names them.
fn fields_of_struct(source: &str, name: &str) -> Option<BTreeSet<String>> {
    let (before, rest) = source.split_once(&format!("pub struct {name} {{"))?;
    let (body, _) = rest.split_once("\n}")?;
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    assert!(attributes.contains("rename_all = \"camelCase\""), "{name} is not sent in camelCase");
    let fields = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
    Some(fields.map(|(field, _)| camel_case(field)).collect())
}

/// The words that stand in quotation marks.
fn quoted(text: &str) -> BTreeSet<String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The variants of a public enum of the library, as serde names them.
fn variants_of_enum(source: &str, name: &str) -> Option<BTreeSet<String>> {
    let (before, rest) = source.split_once(&format!("pub enum {name} {{"))?;
    let (body, _) = rest.split_once("\n}")?;
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    // Another one of this name may stay within the library.
    if !attributes.contains("Serialize") {
        return None;
    }
    assert!(attributes.contains("rename_all = \"camelCase\""), "{name} is not sent in camelCase");
    let lines = body
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
    let names = lines.map(|line| line.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    Some(names.map(|name| name[..1].to_lowercase() + &name[1..]).collect())
}

/// A word that is renamed on one side only would break whole views.
#[test]
fn every_word_of_the_library_is_one_that_the_page_knows() {
    let sources: Vec<String> = library();
    let variants = |name: &str| {
        let found = sources.iter().find_map(|source| variants_of_enum(source, name));
        found.unwrap_or_else(|| panic!("the library has no enum {name}"))
    };
    let types = read("ui/types.d.ts");
    let mut seen = 0;
    for line in types.lines().filter_map(|line| line.strip_prefix("export type ")) {
        let (name, words) = line.split_once(" = ").unwrap_or((line, ""));
        if words.starts_with('"') {
            assert_eq!(quoted(words), variants(name), "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 6, "the types were not found: only {seen}");
    let (_, events) = types.split_once("export type DeliveryEvent").unwrap();
    let (events, _) = events.split_once("\nexport interface").unwrap();
    let events: BTreeSet<String> = events
        .split("kind: \"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect();
    assert_eq!(events, variants("Event"));
    let (_, copy) = types.split_once("export interface LocalCopy {").unwrap();
    assert_eq!(quoted(copy.split_once(';').unwrap().0), variants("LocalCopy"));

    // What the page says about each.
    let page = read("ui/index.html");
    let activity = read("src-tauri/core/activity.rs");
    let actions: Vec<&str> = activity
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Self::")?.split_once("=> \""))
        .map(|(_, name)| name.trim_end_matches("\","))
        .collect();
    assert!(actions.len() >= 14, "the actions were not found: {actions:?}");
    for action in actions {
        assert!(page.contains(&format!("\"activity-{action}\"")), "there is no activity-{action}");
    }
    for (prefix, name) in [("status", "AuthorizationStatus"), ("delivery", "DeliveryState")] {
        for word in variants(name) {
            assert!(page.contains(&format!("\"{prefix}-{word}\"")), "there is no {prefix}-{word}");
        }
    }
}

fn library() -> Vec<String> {
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/core");
    let files = crate::support::files_below(&core).into_iter().filter(|(name, _)| name.ends_with(".rs"));
    files.map(|(_, text)| String::from_utf8(text).unwrap()).collect()
}

#[test]
fn every_type_that_the_page_reads_is_what_the_library_sends() {
    let sources = library();
    let types = read("ui/types.d.ts");
    let mut seen = 0;
    for interface in types.split("export interface ").skip(1) {
        let (name, body) = interface.split_once(" {").unwrap();
        let (body, _) = body.split_once("\n}").unwrap();
        // How the page is put together, and a result that is an enum.
        if ["View", "LocalCopy"].contains(&name) {
            continue;
        }
        let sent = sources.iter().find_map(|source| fields_of_struct(source, name));
        let sent = sent.unwrap_or_else(|| panic!("the library has no struct {name}"));
        for field in fields_of_interface(body) {
            assert!(sent.contains(&field), "{name} has no {field}");
        }
        seen += 1;
    }
    assert!(seen >= 12, "the types were not found: only {seen}");
}

#[test]
fn the_page_may_load_our_own_files_and_nothing_else() {
    let configuration: serde_json::Value = serde_json::from_str(&read("tauri.conf.json")).unwrap();
    let policy = configuration["app"]["security"]["csp"].as_object().unwrap();
    assert_eq!(policy["default-src"], "'none'");
    for (name, sources) in policy {
        // How the page reaches the program; everything else is a file of ours.
        let expected = if name == "connect-src" {
            &["ipc:", "http://ipc.localhost"][..]
        } else {
            &["'self'", "'none'"]
        };
        for source in sources.as_str().unwrap().split_whitespace() {
            assert!(expected.contains(&source), "{name} allows {source}");
        }
    }
}
