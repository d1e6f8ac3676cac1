//! One verb per action, in every layer: the commands and `ui/api.js` have the same names, and what goes between them the same fields.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

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

/// What the page's functions or the program's commands are called, each with the names of its arguments.
type Signatures = BTreeMap<String, BTreeSet<String>>;

/// The commands, as Tauri gets them.
fn commands() -> BTreeSet<String> {
    names_between(&read("src-tauri/desktop/commands.rs"), "generate_handler![", "]")
}

/// The functions that are marked as commands, as `ui/api.js` would call them: what Tauri hands in is no argument.
fn marked_commands() -> Signatures {
    let source = read("src-tauri/desktop/commands.rs");
    let functions = source.split("#[tauri::command]\n").skip(1).map(|rest| rest.split_once("fn ").unwrap().1);
    let signatures = functions.map(|function| {
        let (name, rest) = function.split_once('(').unwrap();
        let arguments = rest.split_once(") ").unwrap().0;
        let handed_in = ["AppHandle", "State<", "'_, "];
        let typed = top_level(arguments).into_iter().filter_map(|argument| argument.split_once(": "));
        let names = typed.filter(|(_, kind)| !handed_in.iter().any(|own| kind.starts_with(own)));
        (name.to_owned(), names.map(|(argument, _)| camel_case(argument.trim())).collect())
    });
    signatures.collect()
}

/// A list split at its commas, but for those within brackets.
fn top_level(list: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '<' | '(' | '{' | '[' => depth += 1,
            '>' | ')' | '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// The functions of `ui/api.js` that ask the program for something: the parameters of each, what it asks for, and what it sends along.
fn called() -> Vec<(String, BTreeSet<String>, String, BTreeSet<String>)> {
    let api = read("ui/api.js");
    let functions = api.split("export const ").skip(1).filter_map(|function| {
        let (name, rest) = function.split_once(" = (").unwrap();
        let (parameters, body) = rest.split_once(") =>").unwrap();
        let (command, rest) = body.split_once("invoke(\"")?.1.split_once('"').unwrap();
        let sent = rest.split_once(';').unwrap().0.trim_matches([',', ' ', '{', '}', ')']);
        let names = |list: &str| top_level(list).into_iter().map(|name| name.split([' ', ':']).next().unwrap().to_owned()).collect();
        Some((name.to_owned(), names(parameters), command.to_owned(), names(sent)))
    });
    functions.collect()
}

#[test]
fn every_function_that_is_a_command_is_handed_to_tauri_and_allowed() {
    let commands = commands();
    assert!(commands.len() >= 15);
    assert_eq!(commands, marked_commands().into_keys().collect());
    assert!(read("src-tauri/build.rs").contains("const COMMANDS: &str = \"src-tauri/desktop/commands.rs\";"));
    // The set is made of the same list; the window may ask for nothing else.
    let capability: serde_json::Value = serde_json::from_str(&read("src-tauri/capabilities/main.json")).unwrap();
    let expected = ["core:event:allow-listen", "core:event:allow-unlisten", "commands"];
    assert_eq!(capability["permissions"], serde_json::json!(expected));
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
}

#[test]
fn every_command_is_a_function_of_api_js_and_the_other_way_round() {
    let (expected, called) = (marked_commands(), called());
    let several = called.iter().filter(|(_, parameters, ..)| parameters.len() > 1).count();
    assert!(several > 3, "the parameters were not read");
    let found: Signatures = called.iter().map(|(_, _, command, sent)| (command.clone(), sent.clone())).collect();
    assert_eq!(found.len(), called.len(), "a command is called twice");
    assert_eq!(found, expected);
    for (name, parameters, command, sent) in called {
        assert_eq!(name, camel_case(&command));
        assert_eq!(parameters, sent, "{name} takes something else than it sends");
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

/// The fields of an interface of `ui/types.d.ts`, those that may be left out too.
fn fields_of_interface(text: &str) -> BTreeSet<String> {
    let names = text
        .lines()
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(name, _)| name.trim_end_matches('?').to_owned());
    names.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric())).collect()
}

/// The fields of a public struct of the library, or of one of the window's own, as serde names them.
fn fields_of_struct(source: &str, name: &str) -> Option<BTreeSet<String>> {
    let public = source.split_once(&format!("\npub struct {name} {{"));
    let (before, rest) = public.or_else(|| source.split_once(&format!("]\nstruct {name} {{")))?;
    let (body, _) = rest.split_once("\n}")?;
    let attributes = before.rsplit("\n\n").next().unwrap_or_default();
    assert!(attributes.contains("rename_all = \"camelCase\""), "{name} is not sent in camelCase");
    Some(fields(body))
}

/// The fields between the braces of a struct or of a variant.
fn fields(body: &str) -> BTreeSet<String> {
    let lines = body
        .lines()
        .map(|line| line.trim().trim_start_matches("pub "))
        .filter(|line| !line.starts_with(['/', '#']));
    let names = lines.filter_map(|line| line.split_once(": ")).map(|(name, _)| camel_case(name));
    names.collect()
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

/// What the program sends and the page does not read: the command line does, or the program itself.
const UNREAD: &[(&str, &[&str])] = &[
    ("Account", &["pathRoot"]),
    // A record that was removed is a `RemovedOperator`.
    ("Operator", &["waiting", "openFailures", "removedAt"]),
];

/// What only the window knows and adds to what the library sends.
const ADDED: [(&str, &str, &str); 2] = [("About", "WindowAbout", "about"), ("Settings", "WindowSettings", "settings")];

#[test]
fn every_type_that_the_page_reads_is_what_the_program_sends_and_the_other_way_round() {
    let commands = read("src-tauri/desktop/commands.rs");
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
        let sent = sources.iter().filter(|source| source.contains(&format!("pub struct {name} {{")));
        let sent = sent.chain([&commands]).find_map(|source| fields_of_struct(source, name));
        let mut sent = sent.unwrap_or_else(|| panic!("the program has no struct {name}"));
        for (_, window, flattened) in ADDED.iter().filter(|(library, ..)| *library == name) {
            sent.extend(fields_of_struct(&commands, window).unwrap());
            assert!(sent.remove(*flattened), "{window} has no {flattened}");
        }
        for field in UNREAD.iter().filter(|(unread, _)| *unread == name).flat_map(|(_, fields)| *fields) {
            assert!(sent.remove(*field), "{name} has no {field}");
        }
        assert_eq!(fields_of_interface(body), sent, "{name}");
        seen += 1;
    }
    assert!(seen >= 12, "the types were not found: only {seen}");
}

#[test]
fn every_event_has_the_fields_that_the_page_reads() {
    let source = read("src-tauri/core/event.rs");
    let (_, sent) = source.split_once("pub enum Event {\n").unwrap();
    let types = read("ui/types.d.ts");
    let (_, read) = types.split_once("export type DeliveryEvent").unwrap();
    let (read, _) = read.split_once("\nexport interface").unwrap();
    let mut seen = 0;
    for event in read.split("{ kind: \"").skip(1) {
        let (kind, rest) = event.split_once('"').unwrap();
        let (rest, _) = rest.split_once('}').unwrap();
        let expected: BTreeSet<String> = rest.split(';').filter_map(|field| Some(field.split_once(':')?.0.trim().to_owned())).collect();
        let variant = kind[..1].to_uppercase() + &kind[1..];
        let body = sent
            .split_once(&format!("    {variant} {{\n"))
            .map_or("", |(_, rest)| rest.split_once("\n    }").unwrap().0);
        assert_eq!(expected, fields(body), "{kind}");
        seen += 1;
    }
    assert!(seen >= 6, "the events were not found: only {seen}");
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
