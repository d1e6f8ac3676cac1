//! A program that runs for months keeps nothing for ever: every collection that outlives a call is in this table, with what takes out of it
//! what was put in.

use std::{fs, path::Path};

use syn::visit::{self, Visit};

use crate::layers::files;

/// Where, and what bounds it.
const KEPT: &[(&str, &str)] = &[
    ("core/authorization.rs Parts.waits", "the end of a wait: the request has an hour"),
    (
        "core/authorization.rs Parts.held",
        "whoever has no token that still works, whenever their number reaches a power of two",
    ),
    (
        "core/delivery/in_flight.rs InFlight.0",
        "the end of a delivery, or of what was left of it",
    ),
    ("core/delivery/run.rs Run.seen", "the end of the run"),
    ("core/delivery/run.rs Run.taken", "the end of the run"),
    ("core/dropbox/carried.rs Needles.pieces", "the end of the call"),
    ("core/import.rs Ids.taken", "the end of the import"),
    ("core/import.rs Ids.lines", "the end of the import"),
    (
        "core/loopback/browser.rs Redirects.awaited",
        "the redirect, or the end of the wait for it",
    ),
    (
        "core/loopback/connections.rs Waiting.connections",
        "the request of a connection; they have a most",
    ),
    ("desktop/news.rs Known.0", "an operator whose standing is settled, or who is gone"),
    ("desktop/news.rs Told.0", "they have a most"),
];

/// The same in the pages, which stay loaded as long.
const KEPT_BY_PAGES: &[(&str, &str)] = &[
    (
        "elements/draft.js: const drafts",
        "what is saved, used or discarded; a person types the rest",
    ),
    ("elements/draft.js: drafts.set(this.name,", "the form has so many fields"),
    ("elements/virtual-rows.js: this.shown", "made anew with each drawing"),
    ("elements/virtual-rows.js: this.shown", "made anew with each drawing"),
    ("format.js: const made", "one for each language"),
    ("news.js: const known", "a request that is over, or an operator who is gone"),
    ("views/bulk.js: const counts", "the end of the call"),
    ("views/delivery-row.js: this.rows", "made anew with each drawing"),
    (
        "views/delivery-row.js: this.decided",
        "the table they are in; a person decides each",
    ),
    ("views/operators.js: selected:", "who is gone, with each reading"),
    ("views/setup.js: const done", "the checklist has so many steps"),
];

/// What grows when something is put into it. A list counts where it is shared or kept behind a lock.
const COLLECTIONS: [&str; 6] = ["HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque", "BinaryHeap"];

#[derive(Default)]
struct Collections {
    found: Vec<String>,
    place: String,
}

impl Collections {
    fn look(&mut self, name: &str, kind: &syn::Type) {
        let mut names = Names::default();
        names.visit_type(kind);
        let has = |name: &str| names.0.iter().any(|found| found == name);
        let is_kept_list = has("Vec") && ["Mutex", "RwLock", "OnceLock", "LazyLock"].into_iter().any(has);
        if COLLECTIONS.into_iter().any(has) || is_kept_list {
            self.found.push(format!("{} {name}", self.place));
        }
    }
}

#[derive(Default)]
struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path_segment(&mut self, segment: &'ast syn::PathSegment) {
        self.0.push(segment.ident.to_string());
        visit::visit_path_segment(self, segment);
    }
}

impl<'ast> Visit<'ast> for Collections {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        for (at, field) in item.fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| at.to_string(), ToString::to_string);
            self.look(&format!("{}.{name}", item.ident), &field.ty);
        }
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.look(&item.ident.to_string(), &item.ty);
    }
}

#[test]
fn whatever_is_kept_is_taken_out_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri");
    let mut collections = Collections::default();
    for file in ["core", "desktop"].iter().flat_map(|folder| files(&root.join(folder), "rs")) {
        collections.place = file.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
        collections.visit_file(&syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap());
    }
    let known: Vec<&str> = KEPT.iter().map(|(place, _)| *place).collect();
    assert_eq!(collections.found, known);
}

/// What is filled later, and the words before it.
fn filled_later(line: &str) -> Option<&str> {
    let (before, _) = ["new Map()", "new Set()"].iter().find_map(|made| line.split_once(made))?;
    let before = before.trim().trim_end_matches(['=', ' ']);
    let words: Vec<&str> = before.rsplitn(3, ' ').collect();
    Some(match words.get(1) {
        Some(&"const") => &before[before.len() - "const ".len() - words[0].len()..],
        _ => words[0],
    })
}

#[test]
fn whatever_the_pages_keep_is_taken_out_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui");
    let mut found = Vec::new();
    for file in files(&root, "js").iter().filter(|file| !file.starts_with(root.join("vendor"))) {
        let place = file.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
        let text = fs::read_to_string(file).unwrap();
        found.extend(text.lines().filter_map(filled_later).map(|what| format!("{place}: {what}")));
    }
    let known: Vec<&str> = KEPT_BY_PAGES.iter().map(|(place, _)| *place).collect();
    assert_eq!(found, known);
}
