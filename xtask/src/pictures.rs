//! `cargo xtask pictures`: the pictures of the README and of `docs/`, taken anew in the real window.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use crate::{Result, build::build, packages, process::root, walk::walk};

/// Walks the procedure and keeps the pictures that the documents show. Each is named after its step.
pub(crate) fn pictures() -> Result {
    packages::install(true)?;
    build()?;
    let (taken, kept) = (walk()?, root().join("docs").join("pictures"));
    if kept.exists() {
        fs::remove_dir_all(&kept).map_err(|error| failed(&kept, &error))?;
    }
    fs::create_dir_all(&kept).map_err(|error| failed(&kept, &error))?;
    for name in shown()? {
        let from = step(&taken, &name)?;
        let to = kept.join(format!("{name}.png"));
        fs::copy(&from, &to).map_err(|error| failed(&to, &error))?;
    }
    println!("\nThe pictures are in {}", kept.display());
    Ok(())
}

/// The names of the pictures that the documents show.
fn shown() -> Result<BTreeSet<String>> {
    let mut documents = vec![root().join("README.md")];
    documents.extend(
        entries(&root().join("docs"))?
            .into_iter()
            .filter(|path| path.extension().is_some_and(|end| end == "md")),
    );
    let mut names = BTreeSet::new();
    for document in documents {
        let text = fs::read_to_string(&document).map_err(|error| failed(&document, &error))?;
        let links = text.split("pictures/").skip(1).filter_map(|rest| rest.split_once(".png)"));
        names.extend(links.map(|(name, _)| name.to_owned()));
    }
    Ok(names)
}

/// The first picture of a step: `04-controls-url.png` for `controls-url`.
fn step(folder: &Path, name: &str) -> Result<PathBuf> {
    let is_step = |path: &PathBuf| {
        let file = path.file_stem().unwrap_or_default().to_string_lossy();
        file.split_once('-').is_some_and(|(_, step)| step == name)
    };
    let found = entries(folder)?.into_iter().find(is_step);
    found.ok_or_else(|| format!("the walk has no step {name}, whose picture a document shows"))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let found = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    let mut paths: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
