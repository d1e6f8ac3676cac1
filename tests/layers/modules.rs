//! Which module of a crate uses which, read from its sources. A name counts where it is defined: `use super::Name` leads to the file from
//! which the module above has it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

/// The way to a module from the root of its crate; the root's is empty.
pub(super) type Module = Vec<String>;

/// One module uses another, in this file and line.
#[derive(Debug)]
pub(super) struct Use {
    pub(super) from: Module,
    pub(super) to: Module,
    pub(super) place: String,
}

/// How many names are followed, one from the other, to the module that defines them.
const STEPS_MAX: usize = 8;

/// Reads every module below a folder, and returns all modules and each use of one by another.
pub(super) fn read(folder: &Path) -> (BTreeSet<Module>, Vec<Use>) {
    let sources: Vec<Source> = files(folder, "rs").iter().map(|file| Source::read(folder, file)).collect();
    let modules: BTreeSet<Module> = sources.iter().map(|source| source.module.clone()).collect();
    let names: BTreeMap<(Module, &str), &[String]> = sources
        .iter()
        .flat_map(|source| {
            let named = |(name, path)| ((source.module.clone(), name), path);
            source.names.iter().map(|(name, path)| (name.as_str(), path.as_slice())).map(named)
        })
        .collect();
    let mut uses = Vec::new();
    for source in &sources {
        for (path, line) in &source.paths {
            let to = defined_in(&modules, &names, path.clone());
            if to != source.module {
                let place = format!("{}:{line}", source.file.display());
                uses.push(Use {
                    from: source.module.clone(),
                    to,
                    place,
                });
            }
        }
    }
    (modules, uses)
}

/// The files with this ending below a folder, in their order, without what was built or installed there.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") {
                found.extend(files(&path, ending));
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The module that defines what this path names.
fn defined_in(modules: &BTreeSet<Module>, names: &BTreeMap<(Module, &str), &[String]>, path: Vec<String>) -> Module {
    let mut path = path;
    for _ in 0..STEPS_MAX {
        let depth = (0..=path.len()).rev().find(|&depth| modules.contains(&path[..depth])).unwrap_or(0);
        let (module, rest) = path.split_at(depth);
        let handed_on = rest.split_first().and_then(|(name, rest)| {
            let path = names.get(&(module.to_vec(), name.as_str()))?;
            Some([path, rest].concat())
        });
        match handed_on {
            Some(further) => path = further,
            None => return module.to_vec(),
        }
    }
    panic!("{path:?} leads in a circle")
}

/// What one file says.
struct Source {
    file: PathBuf,
    module: Module,
    /// What it uses, as a path from the root, and the line.
    paths: Vec<(Vec<String>, usize)>,
    /// The names that it has from elsewhere, and the path that each stands for.
    names: Vec<(String, Vec<String>)>,
}

impl Source {
    fn read(folder: &Path, file: &Path) -> Self {
        let relative = file.strip_prefix(folder).unwrap().with_extension("");
        let mut module: Module = relative.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
        if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
            module.pop();
        }
        let text = fs::read_to_string(file).unwrap();
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut reader = Reader {
            here: module.clone(),
            paths: Vec::new(),
            names: Vec::new(),
        };
        reader.visit_file(&parsed);
        let file = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned();
        let Reader { paths, names, .. } = reader;
        Self {
            file,
            module,
            paths,
            names,
        }
    }
}

struct Reader {
    /// The module, and within it the one that is written in the same file.
    here: Module,
    paths: Vec<(Vec<String>, usize)>,
    names: Vec<(String, Vec<String>)>,
}

impl Reader {
    /// The path from the root, unless it begins with a name: that is of this file, or of another crate.
    fn absolute(&self, path: &[String]) -> Option<Vec<String>> {
        let (first, mut rest) = path.split_first()?;
        let mut from = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.here.clone(),
            "super" => self.here[..self.here.len().checked_sub(1)?].to_vec(),
            _ => return None,
        };
        while let Some(further) = rest.strip_prefix(&["super".to_owned()]) {
            from.pop();
            rest = further;
        }
        from.extend_from_slice(rest);
        Some(from)
    }

    fn found(&mut self, path: &[String], line: usize) {
        if let Some(path) = self.absolute(path) {
            self.paths.push((path, line));
        }
    }

    fn imported(&mut self, tree: &syn::UseTree, mut before: Vec<String>, line: usize) {
        let (name, path) = match tree {
            syn::UseTree::Path(path) => {
                before.push(path.ident.to_string());
                return self.imported(&path.tree, before, line);
            }
            syn::UseTree::Group(group) => return group.items.iter().for_each(|tree| self.imported(tree, before.clone(), line)),
            syn::UseTree::Glob(_) => return self.found(&before, line),
            syn::UseTree::Name(name) if name.ident == "self" => (before.last().cloned().unwrap(), before),
            syn::UseTree::Name(name) => (name.ident.to_string(), [before, vec![name.ident.to_string()]].concat()),
            syn::UseTree::Rename(rename) => (rename.rename.to_string(), [before, vec![rename.ident.to_string()]].concat()),
        };
        self.found(&path, line);
        let of_this_file = || [self.here.as_slice(), &path].concat();
        self.names.push((name, self.absolute(&path).unwrap_or_else(of_this_file)));
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.imported(&item.tree, Vec::new(), item.use_token.span.start().line);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.here.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.here.pop();
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.found(&names, path.segments[0].ident.span().start().line);
        visit::visit_path(self, path);
    }

    /// Macros hold tokens: a path is names with two colons between them.
    fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
        for (path, line) in paths_of(invocation.tokens.clone()) {
            self.found(&path, line);
        }
        visit::visit_macro(self, invocation);
    }
}

fn paths_of(tokens: TokenStream) -> Vec<(Vec<String>, usize)> {
    let (mut found, mut path, mut line, mut colons) = (Vec::new(), Vec::new(), 0, 0);
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Ident(name) => {
                if colons != 2 {
                    found.push((std::mem::take(&mut path), line));
                    line = name.span().start().line;
                }
                path.push(name.to_string());
                colons = 0;
            }
            other => {
                found.push((std::mem::take(&mut path), line));
                colons = 0;
                if let TokenTree::Group(group) = other {
                    found.extend(paths_of(group.stream()));
                }
            }
        }
    }
    found.push((path, line));
    found
}
