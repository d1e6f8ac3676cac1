//! A function fits on a screen: at most 60 lines from its name to its last brace, comments and all. Tables of data are excepted, and say so.
//! `tests/ui/shape.test.js` says the same of the pages.

use std::{fs, path::Path};

use syn::visit::{self, Visit};

use crate::layers::files;

/// Lines of a function.
const LINES_MAX: usize = 60;
/// What a table says of itself, for Clippy too.
const TABLE: (&str, &str) = ("clippy :: too_many_lines", "\"a table of data\"");

/// The functions of one file, each with where it stands and how many lines it has.
struct Lengths {
    file: String,
    found: Vec<(String, usize)>,
}

impl Lengths {
    fn note(&mut self, attributes: &[syn::Attribute], signature: &syn::Signature, block: &syn::Block) {
        if attributes.iter().any(is_table) {
            return;
        }
        let first = signature.fn_token.span.start().line;
        let lines = block.brace_token.span.close().end().line - first + 1;
        self.found.push((format!("{}:{first} {}", self.file, signature.ident), lines));
    }
}

fn is_table(attribute: &syn::Attribute) -> bool {
    let syn::Meta::List(list) = &attribute.meta else {
        return false;
    };
    let text = list.tokens.to_string();
    list.path.is_ident("expect") && text.contains(TABLE.0) && text.contains(TABLE.1)
}

impl<'ast> Visit<'ast> for Lengths {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.attrs, &item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.attrs, &item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.note(&item.attrs, &item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[test]
fn every_function_fits_on_a_screen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for file in ["src-tauri", "xtask", "tests"].iter().flat_map(|folder| files(&root.join(folder), "rs")) {
        let parsed = syn::parse_file(&fs::read_to_string(&file).unwrap()).unwrap();
        let mut lengths = Lengths {
            file: file.strip_prefix(root).unwrap().display().to_string(),
            found: Vec::new(),
        };
        lengths.visit_file(&parsed);
        found.append(&mut lengths.found);
    }
    assert!(found.len() > 3000, "the functions were not found: only {}", found.len());
    let mut long: Vec<String> = found
        .into_iter()
        .filter(|(_, lines)| *lines > LINES_MAX)
        .map(|(place, lines)| format!("{place}: {lines} lines"))
        .collect();
    long.sort();
    assert!(long.is_empty(), "longer than {LINES_MAX} lines:\n{}", long.join("\n"));
}
