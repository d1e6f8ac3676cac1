//! The statements, read from the source of the store: every text that begins with a verb of SQL. `format!` may put constants of the same
//! file together, and nothing else.

use std::{collections::HashMap, fs, path::Path};

use syn::visit::{self, Visit};

/// What only SQLite knows lies in the first, and what brings an older SQLite file up to date in the second: tried on SQLite alone.
const SQLITE_ALONE: [&str; 2] = ["sqlite.rs", "migrations.rs"];

/// One statement, and where it stands.
#[derive(Debug)]
pub(super) struct Statement {
    pub(super) place: String,
    pub(super) sql: String,
}

/// All statements of the store but those that only SQLite knows.
pub(super) fn all() -> Vec<Statement> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/core");
    let mut found = read(&root.join("store.rs"));
    found.extend(folder(&root.join("store")));
    assert!(found.len() > 40, "the statements were not found: only {}", found.len());
    found
}

fn folder(folder: &Path) -> Vec<Statement> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(self::folder(&path));
        } else if name.ends_with(".rs") && !SQLITE_ALONE.contains(&name.as_str()) {
            found.extend(read(&path));
        }
    }
    found
}

fn read(path: &Path) -> Vec<Statement> {
    let file = syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap();
    let mut reader = Reader::default();
    reader.visit_file(&file);
    let Reader { texts, constants } = reader;
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    texts
        .into_iter()
        .map(|(line, text)| (line, filled(&text, &constants)))
        .filter(|(_, sql)| is_statement(sql))
        .map(|(line, sql)| Statement {
            place: format!("{name}:{line}"),
            sql: sql.split_whitespace().collect::<Vec<_>>().join(" "),
        })
        .collect()
}

fn is_statement(text: &str) -> bool {
    let verb = text.split_whitespace().next().unwrap_or_default();
    // A constant that is the beginning of others stands there without its end.
    ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"].contains(&verb)
}

/// Puts the constants of the file in their places.
fn filled(text: &str, constants: &HashMap<String, String>) -> String {
    constants
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[derive(Default)]
struct Reader {
    texts: Vec<(usize, String)>,
    constants: HashMap<String, String>,
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text), ..
        }) = &*item.expr
        {
            self.constants.insert(item.ident.to_string(), text.value());
        }
        visit::visit_item_const(self, item);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.texts.push((text.span().start().line, text.value()));
    }

    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        let tokens: proc_macro2::TokenStream = invocation.tokens.clone();
        for token in tokens {
            if let Ok(text) = syn::parse2::<syn::LitStr>(token.into()) {
                self.visit_lit_str(&text);
            }
        }
    }
}

#[test]
fn what_only_sqlite_knows_stands_in_one_file() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/core");
    let mut seen = 0;
    for file in crate::layers::files(&store, "rs") {
        if file.ends_with("store/sqlite.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        seen += usize::from(text.contains("sqlx::"));
        for forbidden in ["Sqlite", "sqlx::sqlite", "PRAGMA", "VACUUM", "sqlite_master"] {
            assert!(!text.contains(forbidden), "{} has {forbidden}", file.display());
        }
    }
    assert!(seen > 10, "the files were not found: only {seen}");
}
