//! The database as a file: its lock, and whether there is one.

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use super::{Error, Result};
use crate::file_lock;

/// Waits until no other program opens this database; the lock is let go when the result is dropped.
pub(super) async fn lock(path: PathBuf) -> Result<File> {
    let (locking, named) = (path.clone(), path.display().to_string());
    let locked = tokio::task::spawn_blocking(move || file_lock::lock(&locking)).await;
    let locked = locked.map_err(|error| Error::File(named, std::io::Error::other(error)))?;
    locked.map_err(|failure| Error::of_lock(&path, failure))
}

/// Whether there is a database. One that is empty was emptied: [`super::migrations::make`] shows a file only when it is whole.
pub(super) fn is_there(file: &Path) -> Result<bool> {
    let named = || file.display().to_string();
    check_beside(file)?;
    match fs::metadata(file) {
        Ok(there) if !there.is_file() => Err(Error::NotAFile(named())),
        Ok(there) if there.len() == 0 => Err(Error::Empty(named())),
        Ok(_) => Ok(true),
        // A link to a disk that is not there now. A new database in its place would hide the one that everything is in.
        Err(error) if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(file).is_ok() => {
            let reason = "it is a link to a file that is not there";
            Err(Error::File(named(), std::io::Error::new(ErrorKind::NotFound, reason)))
        }
        // Its last changes would be lost with it.
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::metadata(format!("{}-wal", named())) {
            Ok(log) if log.len() > 0 => Err(Error::Missing(named())),
            _ => Ok(false),
        },
        Err(error) => Err(Error::File(named(), error)),
    }
}

/// Refuses what is no file where SQLite has files of its own: it opens them without a look, and opening a pipe may never end.
fn check_beside(file: &Path) -> Result<()> {
    for end in ["-wal", "-shm", "-journal"] {
        let path = format!("{}{end}", file.display());
        if fs::metadata(&path).is_ok_and(|there| !there.is_file()) {
            return Err(Error::NotAFile(path));
        }
    }
    Ok(())
}

/// Joins those that have the database open. Also returns whether the last one ended without closing it: there is a log, and nobody has
/// the database open. To be called while the database is locked ([`lock`]).
pub(super) fn join(file: &Path) -> Result<(File, bool)> {
    let path = file.with_extension("open");
    let failed = |error| Error::File(path.display().to_string(), error);
    let opened = || File::options().create(true).truncate(false).read(true).write(true).open(&path).map_err(failed);
    // By a handle of its own, which is closed again.
    let is_alone = opened()?.try_lock().is_ok();
    let open = opened()?;
    // Without it the next start may read the file through once too often: no reason not to begin.
    if let Err(error) = open.try_lock_shared() {
        tracing::warn!(%error, "that the database is open could not be marked");
    }
    let log = fs::metadata(file.with_extension("db-wal"));
    Ok((open, is_alone && log.is_ok_and(|log| log.len() > 0)))
}

/// Makes an empty file that only its owner may read, in the place of one that was not finished; SQLite gives the files beside a database
/// the permissions of the database. On Windows a file has the permissions of its folder.
pub(super) fn make_private(path: &Path) -> Result<()> {
    let failed = |error| Error::File(path.display().to_string(), error);
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(failed)
}

/// Gives a finished file its name, when all of it is on the disk.
pub(super) fn put_in_place(unfinished: &Path, file: &Path) -> Result<()> {
    let put = || {
        // Windows syncs what may be written.
        fs::OpenOptions::new().write(true).open(unfinished)?.sync_all()?;
        fs::rename(unfinished, file)?;
        // The name itself: Windows cannot sync a folder and does not need it.
        if let Some(Ok(folder)) = file.parent().map(File::open) {
            let _ = folder.sync_all();
        }
        Ok(())
    };
    put().map_err(|error| Error::File(file.display().to_string(), error))
}
