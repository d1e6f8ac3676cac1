//! The import of a million operators from one file.

use std::{fmt::Write, fs};

use crate::{
    command::{Folder, watched},
    large::{ROWS, size},
    table::figure,
};

pub(crate) fn import() {
    let folder = Folder::new();
    // Short ones: a file may have 10 MiB.
    let mut csv = String::from("id,name\n");
    for number in 0..ROWS {
        writeln!(csv, "{number},X").unwrap();
    }
    let file = folder.path().join("operators.csv");
    fs::write(&file, csv).unwrap();
    println!("\nimport of {ROWS} operators, {} MiB of CSV", size(&file) >> 20);
    for (what, words) in [("preview", vec!["--preview"]), ("import", vec![])] {
        let file = file.display().to_string();
        let words = [vec!["operator", "import", &file], words].concat();
        let (took, peak_kib) = watched(folder.spawn(&words));
        figure(what, took.as_secs_f64(), "s", None);
        if let Some(kib) = peak_kib {
            figure("  peak memory", kib as f64 / 1024.0, "MiB", None);
        }
    }
}
