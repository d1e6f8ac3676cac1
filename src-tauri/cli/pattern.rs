//! `*.pdf` where no shell has replaced it by the names of files: the shells of Windows leave that to the program.

use std::path::PathBuf;

/// The files that are meant. Elsewhere the shell has done it already, and what is left is a name.
#[cfg(not(windows))]
pub(crate) fn expanded(files: Vec<PathBuf>) -> Vec<PathBuf> {
    files
}

/// The files that are meant: `*` and `?` stand for characters of a name, as in the shells of Windows; folders are left out. What exists under
/// this very name is no pattern, and a pattern without files stays as it is, so that the error names it.
#[cfg(windows)]
pub(crate) fn expanded(files: Vec<PathBuf>) -> Vec<PathBuf> {
    files.into_iter().flat_map(|file| matching(&file).unwrap_or_else(|| vec![file])).collect()
}

#[cfg(windows)]
fn matching(file: &std::path::Path) -> Option<Vec<PathBuf>> {
    const OPTIONS: glob::MatchOptions = glob::MatchOptions {
        case_sensitive: false,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let text = file.to_str().filter(|text| text.contains(['*', '?']))?;
    // Brackets are characters of names there, and two asterisks are one.
    let mut pattern = text.replace('[', "[[]");
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    let found = glob::glob_with(&pattern, OPTIONS).ok()?;
    let files: Vec<PathBuf> = found.flatten().filter(|path| path.is_file()).collect();
    (!files.is_empty()).then_some(files)
}
