//! Output file: what the product writes for a person, at a place that the person chose. Whole or not at all: what is there already stays
//! until the new file is complete and on the disk.

use std::{
    fs::{self, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::{error::Error, refusal::reason};

/// How many links are followed, as the systems do (`ELOOP` comes after 40 on Linux).
const LINKS_MAX: usize = 40;
/// Below these lie the open files of a process: `/dev/stdout` leads there.
const OPEN_FILES: [&str; 2] = ["/proc", "/dev/fd"];

/// Writes a file that only its owner may read. A link is followed; a pipe or a device gets the content as it is.
///
/// # Errors
/// [`Error::FileUnwritable`] with the reason; the file that was there is unchanged then.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    put(path, content).map_err(|error| Error::FileUnwritable {
        path: path.display().to_string(),
        reason: reason(&error),
    })
}

fn put(path: &Path, content: &[u8]) -> io::Result<()> {
    let place = followed(path)?;
    match fs::metadata(&place) {
        Ok(there) if there.is_dir() => Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder")),
        // Nothing of it could be kept, and a file in its place would be wrong.
        Ok(there) if !there.is_file() || is_open_file(&place) => OpenOptions::new().append(true).open(place)?.write_all(content),
        Ok(there) if there.permissions().readonly() => Err(io::Error::new(ErrorKind::PermissionDenied, "it may only be read")),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => replace(&place, content),
    }
}

/// Where the links that somebody has made lead: the file there is replaced, and the links stay.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..LINKS_MAX {
        if is_open_file(&place) {
            return Ok(place);
        }
        match fs::read_link(&place) {
            Ok(target) => place = folder_of(&place).join(target),
            // What is no link ends the way, also what is not there.
            Err(_) => return Ok(place),
        }
    }
    Err(io::Error::other("too many links"))
}

fn is_open_file(path: &Path) -> bool {
    cfg!(unix) && OPEN_FILES.iter().any(|folder| path.starts_with(folder))
}

/// Written beside, so that taking the place is one step; and on the disk before that, so that a power cut leaves one of the two.
fn replace(place: &Path, content: &[u8]) -> io::Result<()> {
    let folder = folder_of(place);
    let mut file = tempfile::Builder::new().prefix(".outtray-").tempfile_in(folder)?;
    // The mask of the process takes away from the permissions that a new file is asked for.
    #[cfg(unix)]
    file.as_file().set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(place).map_err(|error| error.error)?;
    sync(folder);
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the new name itself last through a power cut, where the system can: Windows cannot sync a folder and does not need it.
fn sync(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}
