//! The documents are true: what they list is what there is.

use std::{collections::BTreeSet, fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The codes that `Error::code` gives.
fn codes() -> BTreeSet<String> {
    let table = read("src-tauri/core/error/about.rs");
    let quoted = table.split("about(\"").skip(1).filter_map(|rest| rest.split('"').next());
    quoted.map(str::to_owned).collect()
}

#[test]
fn every_message_is_in_the_administrators_guide_and_no_other() {
    let guide = read("docs/administrator.md");
    let (_, table) = guide.split_once("## Every message").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let listed: Vec<String> = rows.map(str::to_owned).collect();
    let distinct: BTreeSet<String> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), distinct.len(), "a message is listed twice");
    assert!(codes().len() > 40, "the table of codes was not read");
    assert_eq!(distinct, codes());
}

#[test]
fn every_picture_that_a_document_shows_is_there_and_no_other() {
    let shown: BTreeSet<String> = ["README.md", "docs/administrator.md"]
        .map(read)
        .iter()
        .flat_map(|text| text.split("pictures/").skip(1).filter_map(|rest| rest.split_once(")")))
        .map(|(name, _)| name.to_owned())
        .collect();
    let kept = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures")).unwrap();
    let kept: BTreeSet<String> = kept.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(shown.len() > 5, "the links were not read");
    assert_eq!(shown, kept);
}
