//! Export: a file in the folder for downloads, where people look for what they have just saved.

use std::{
    fs::File,
    io::{self, ErrorKind, Write},
    path::PathBuf,
};

use outtray::Error;
use tauri::{AppHandle, Manager};

/// How many files of this name there may be.
const FILES_MAX: u32 = 1000;

/// Saves a file and answers where. No file that is there is written over.
pub(crate) fn save(handle: &AppHandle, name: &str, extension: &str, content: &[u8]) -> Result<String, Error> {
    let folders = handle.path();
    let folder = folders.download_dir().or_else(|_| folders.home_dir());
    let folder = folder.map_err(|error| unwritable(PathBuf::from(name), &error))?;
    let (path, file) = create(&folder, name, extension).map_err(|error| unwritable(folder.clone(), &error))?;
    match write(file, content) {
        Ok(()) => Ok(path.display().to_string()),
        Err(error) => Err(unwritable(path, &error)),
    }
}

/// A new file; the name has a number when it is taken.
fn create(folder: &std::path::Path, name: &str, extension: &str) -> io::Result<(PathBuf, File)> {
    std::fs::create_dir_all(folder)?;
    for number in 1..=FILES_MAX {
        let name = if number == 1 {
            format!("{name}.{extension}")
        } else {
            format!("{name} ({number}).{extension}")
        };
        let path = folder.join(name);
        match File::create_new(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn write(mut file: File, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    file.sync_all()
}

fn unwritable(path: PathBuf, error: &dyn std::fmt::Display) -> Error {
    Error::FileUnwritable {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}
