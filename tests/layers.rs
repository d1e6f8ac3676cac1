//! Imports go down only: shells, start, app, work, edges, words. Edges never import each other. `circles` forbids circles everywhere.

mod circles;
mod modules;

use std::{fs, path::Path};

pub(crate) use self::modules::files;

/// Every module of the library, and the level it stands on. Equal levels may not import each other, except words.
const LEVELS: &[(&str, u8)] = &[
    ("start", 7),
    ("app", 6),
    ("fuzzing", 6),
    ("delivery", 4),
    ("diagnosis", 4),
    ("diagnostics", 4),
    ("authorization", 3),
    ("operators", 4),
    ("import", 2),
    ("background", 5),
    ("recorder", 2),
    ("retention", 2),
    ("store", 1),
    ("vault", 1),
    ("dropbox", 1),
    ("loopback", 1),
    ("local_copy", 1),
    ("paths", 1),
    ("logging", 1),
    ("instance", 1),
    ("output_file", 1),
    ("ending", 1),
    ("system_proxy", 1),
    ("activity", 0),
    ("content_hash", 0),
    ("clock", 0),
    ("destination", 0),
    ("error", 0),
    ("event", 0),
    ("file_lock", 0),
    ("operator", 0),
    ("operator_csv", 0),
    ("operator_id", 0),
    ("overview", 0),
    ("proxy", 0),
    ("refusal", 0),
    ("secret", 0),
    ("settings", 0),
    ("typed", 0),
    ("size", 0),
    ("standing", 0),
    ("under_way", 0),
    ("unicode", 0),
];

/// Every module of the window, and the level it stands on: each imports lower ones only.
const DESKTOP_LEVELS: &[(&str, u8)] = &[
    ("commands", 6),
    ("menu", 6),
    ("quit", 5),
    ("opened", 4),
    ("follow", 3),
    ("notification", 2),
    ("tray", 2),
    ("zoom", 2),
    ("news", 1),
    ("start_at_login", 1),
    ("status", 1),
    ("window", 1),
    ("arguments", 0),
    ("collected", 0),
    ("export", 0),
    ("failure", 0),
    ("practice", 0),
    ("words", 0),
];

/// What the table forbids and the code does on purpose: the log lies in the data folder.
const EXCEPTIONS: [(&str, &str); 1] = [("logging", "paths")];

fn level(levels: &[(&str, u8)], module: &str) -> u8 {
    levels.iter().find(|(name, _)| *name == module).unwrap_or_else(|| panic!("{module} has no level")).1
}

/// The imports between modules right below the root of a crate: from, to, and where it stands.
fn between_modules(folder: &str) -> Vec<(String, String, String)> {
    let (_, uses) = modules::read(&source(folder));
    let top = |module: &modules::Module| module.first().cloned();
    let across = uses.iter().filter_map(|step| Some((top(&step.from)?, top(&step.to)?, step.place.clone())));
    across.filter(|(from, to, _)| from != to).collect()
}

/// The modules of the library that a file of a shell imports, by `outtray::…`.
fn imports(text: &str, root: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(root) {
        let rest = &text[at + root.len()..];
        match rest.strip_prefix('{') {
            Some(list) => found.extend(top_names(list)),
            None => found.push(word(rest)),
        }
    }
    found.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    found
}

/// The first names of `a::…, b::{…}, C}`.
fn top_names(list: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (0, Vec::new(), true);
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && c.is_ascii_alphabetic() => {
                names.push(word(&list[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn source(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri").join(folder)
}

#[test]
fn the_library_imports_down_only() {
    let imports = between_modules("core");
    assert!(imports.len() > 300, "the imports were not found: only {}", imports.len());
    for (module, import, place) in imports {
        let (from, to) = (level(LEVELS, &module), level(LEVELS, &import));
        let allowed = to < from || (from == 0 && to == 0) || EXCEPTIONS.contains(&(module.as_str(), import.as_str()));
        assert!(allowed, "{module} may not import {import} ({place})");
    }
}

#[test]
fn the_window_imports_down_only() {
    let imports = between_modules("desktop");
    assert!(imports.len() > 30, "the imports were not found: only {}", imports.len());
    for (module, import, place) in imports {
        let allowed = level(DESKTOP_LEVELS, &import) < level(DESKTOP_LEVELS, &module);
        assert!(allowed, "{module} may not import {import} ({place})");
    }
}

#[test]
fn the_library_knows_no_shell_no_output_and_no_environment() {
    for file in files(&source("core"), "rs") {
        // What a program was built for is no environment.
        let mut text = fs::read_to_string(&file).unwrap().replace("std::env::consts", "");
        // Where the system has no settings for proxies, the environment is what it says about them.
        if file.ends_with("system_proxy.rs") {
            text = text.replace("use std::env;", "").replace("env::var(", "");
        }
        for forbidden in [
            "tauri::",
            "tauri_",
            "clap::",
            "indicatif",
            "println!",
            "std::process",
            "std::env",
            "env::var",
        ] {
            assert!(!text.contains(forbidden), "{} has {forbidden}", file.display());
        }
    }
}

#[test]
fn the_shells_see_the_app_and_plain_types() {
    for shell in ["cli", "desktop"] {
        for file in files(&source(shell), "rs") {
            let text = fs::read_to_string(&file).unwrap();
            for import in imports(&text, "outtray::") {
                let plain = [
                    "activity",
                    "app",
                    "diagnosis",
                    "diagnostics",
                    "ending",
                    "error",
                    "event",
                    "local_copy",
                    "operator",
                    "operator_csv",
                    "output_file",
                    "overview",
                    "refusal",
                    "secret",
                    "settings",
                    "size",
                    "start",
                    "typed",
                    "unicode",
                ];
                // A Delivery is a row that is shown as it is.
                let row = import == "store" && text.matches("store::").count() == text.matches("store::deliveries::").count();
                assert!(
                    plain.contains(&import.as_str()) || row,
                    "{} may not import {import}",
                    file.display()
                );
            }
        }
    }
}
