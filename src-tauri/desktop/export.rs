//! Export: a file in the folder for downloads, where people look for what they have just saved.

use std::{
    fs::File,
    io::{self, ErrorKind},
    path::PathBuf,
};

use outtray::{Error, output_file};
use tauri::{AppHandle, Manager};

/// How many files of this name there may be.
const FILES_MAX: u32 = 1000;

/// Saves a file and answers where. No file that is there is written over.
pub(crate) fn save(handle: &AppHandle, name: &str, extension: &str, content: &[u8]) -> Result<String, Error> {
    let folders = handle.path();
    let folder = folders.download_dir().or_else(|_| folders.home_dir());
    let folder = folder.map_err(|error| unwritable(PathBuf::from(name), &error))?;
    let path = create(&folder, name, extension).map_err(|error| unwritable(folder.clone(), &error))?;
    match output_file::write(&path, content) {
        Ok(()) => Ok(path.display().to_string()),
        Err(error) => {
            // It is empty: nobody should take it for what could not be saved.
            let _ = std::fs::remove_file(&path);
            Err(error)
        }
    }
}

/// A new and empty file, which keeps the name for us; the name has a number when it is taken.
fn create(folder: &std::path::Path, name: &str, extension: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    for number in 1..=FILES_MAX {
        let name = if number == 1 {
            format!("{name}.{extension}")
        } else {
            format!("{name} ({number}).{extension}")
        };
        let path = folder.join(name);
        match File::create_new(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn unwritable(path: PathBuf, error: &dyn std::fmt::Display) -> Error {
    Error::FileUnwritable {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}
