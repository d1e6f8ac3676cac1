//! No circles. What a module uses, it can be read after; modules that use each other can only be read at once.
//!
//! The rule: among the modules that lie in one folder, each together with all that lies below it, none leads back to itself. A module and
//! those below it may use each other: they are one thing, told in several files.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::modules::{Module, Use, files, read};

/// An arrow from one thing to another, and a place where it stands.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

/// Every circle, each with its places.
fn circles(mut arrows: Arrows) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(round) = arrows.keys().find_map(|start| walk(&arrows, &mut BTreeSet::new(), &mut vec![start])) {
        let steps: Vec<(String, String)> = round.windows(2).map(|step| (step[0].to_owned(), step[1].to_owned())).collect();
        let told = steps.iter().map(|(from, to)| format!("{from} → {to} ({})", arrows[from][to]));
        found.push(told.collect::<Vec<_>>().join(", "));
        // Without its last arrow, so that the next one is found.
        let (from, to) = steps.last().unwrap();
        arrows.get_mut(from).unwrap().remove(to);
    }
    found
}

fn walk<'a>(arrows: &'a Arrows, done: &mut BTreeSet<&'a str>, way: &mut Vec<&'a str>) -> Option<Vec<&'a str>> {
    let here = *way.last()?;
    for next in arrows.get(here).into_iter().flat_map(BTreeMap::keys) {
        if let Some(start) = way.iter().position(|seen| seen == next) {
            return Some([&way[start..], &[next]].concat());
        }
        if done.contains(next.as_str()) {
            continue;
        }
        way.push(next);
        if let Some(found) = walk(arrows, done, way) {
            return Some(found);
        }
        way.pop();
    }
    done.insert(here);
    None
}

/// The arrows between the modules right below one, each with all that is below it.
fn between(below: &[String], uses: &[Use]) -> Arrows {
    let child = |module: &Module| module.strip_prefix(below)?.first().cloned();
    let mut arrows = Arrows::new();
    for step in uses {
        if let (Some(from), Some(to)) = (child(&step.from), child(&step.to))
            && from != to
        {
            arrows.entry(from).or_default().entry(to).or_insert_with(|| step.place.clone());
        }
    }
    arrows
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn no_module_uses_what_uses_it() {
    let mut found = Vec::new();
    for (folder, at_least) in [
        ("src-tauri/core", 150),
        ("src-tauri/desktop", 30),
        ("src-tauri/cli", 20),
        ("xtask/src", 20),
        ("tests", 150),
    ] {
        let (modules, uses) = read(&root().join(folder));
        assert!(uses.len() > at_least, "the imports of {folder} were not found: only {}", uses.len());
        found.extend(modules.iter().flat_map(|module| circles(between(module, &uses))));
    }
    assert!(found.is_empty(), "{} circles:\n{}", found.len(), found.join("\n"));
}

/// The scripts that one names in `import … from "./…"`, `export … from` or `import("./…")`, and the line of each.
fn imported(file: &Path) -> Vec<(PathBuf, usize)> {
    let text = fs::read_to_string(file).unwrap();
    let (names, folder) = (["from \"", "import \"", "import(\""], file.parent().unwrap());
    let found = text.match_indices("\".").filter_map(|(at, _)| {
        names.iter().find(|name| text[..=at].ends_with(*name))?;
        let (address, _) = text[at + 1..].split_once('"')?;
        let line = text[..at].lines().count();
        Some((folder.join(address).canonicalize().ok()?, line))
    });
    found.collect()
}

#[test]
fn no_script_of_the_pages_imports_what_imports_it() {
    for folder in ["ui", "tests/ui"] {
        let folder = root().join(folder).canonicalize().unwrap();
        let name = |file: &Path| file.strip_prefix(&folder).unwrap_or(file).display().to_string();
        let mut arrows = Arrows::new();
        for script in files(&folder, "js") {
            for (imported, line) in imported(&script) {
                let place = format!("{}:{line}", name(&script));
                arrows.entry(name(&script)).or_default().insert(name(&imported), place);
            }
        }
        let count: usize = arrows.values().map(BTreeMap::len).sum();
        assert!(count > 40, "the imports were not found: only {count}");
        assert_eq!(circles(arrows), Vec::<String>::new());
    }
}
