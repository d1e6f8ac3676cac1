//! Trouble: what SQLite and the disk say, as what it is for a person.

use std::path::{Path, PathBuf};

use crate::{file_lock::Failure, size::size};

/// The file, where it is not known in which folder.
const NAME: &str = "outtray.db";
/// Less than this is no room: what SQLite keeps beside the database takes 32 KiB at once (`-shm`), and writes of a few pages more.
const ROOM_MIN: u64 = 256 << 10;

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not an SQLite database, or it is damaged.
    #[error("the file {0} is damaged or not a database")]
    Corrupt(String),
    /// A row does not agree with its digest.
    #[error("the record of delivery {0} is damaged")]
    Damaged(i64),
    /// A newer program has migrated the file.
    #[error("the database is newer than this program")]
    Newer,
    /// The file has nothing in it.
    #[error("the file {0} is empty")]
    Empty(String),
    /// The file is gone, but not its log.
    #[error("the file {0} is missing")]
    Missing(String),
    /// The database of another program.
    #[error("the file {0} is the database of another program")]
    Foreign(String),
    /// Something else stands in its place.
    #[error("{0} is no file")]
    NotAFile(String),
    /// There is no room.
    #[error("the disk of {0} is full")]
    Full(String),
    /// There is not as much room as is needed.
    #[error("there is no room: {0}")]
    NoRoom(String),
    /// A file that may only be read.
    #[error("{0} may only be read")]
    ReadOnly(String),
    /// A lock that another program does not let go.
    #[error("{holder} holds {path}")]
    Held {
        /// The file.
        path: String,
        /// The program, as far as it is known.
        holder: String,
    },
    /// The drive has no locks.
    #[error("{0} cannot lock files")]
    NoLocks(String),
    /// The system's words about a file.
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    /// Anything else that SQLite says.
    #[error("the database failed")]
    Failed(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    /// SQLite's result codes (sqlite.org/rescode.html); the upper bits of a code say more.
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse().ok());
        let name = || NAME.to_owned();
        match code.map(|code: u32| (code & 0xff, code)) {
            // SQLITE_CORRUPT, SQLITE_NOTADB.
            Some((11 | 26, _)) => Self::Corrupt(name()),
            // SQLITE_FULL, SQLITE_IOERR_SHMSIZE.
            Some((13, _) | (_, 4874)) => Self::Full(name()),
            // SQLITE_READONLY.
            Some((8, _)) => Self::ReadOnly(name()),
            // SQLITE_BUSY, SQLITE_LOCKED.
            Some((5 | 6, _)) => Self::Held {
                path: name(),
                holder: "Another program".to_owned(),
            },
            // SQLITE_IOERR_RDLOCK, _UNLOCK, _LOCK, _SHMLOCK.
            Some((_, 2314 | 2058 | 3850 | 5130)) => Self::NoLocks(name()),
            _ => Self::Failed(error),
        }
    }
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Corrupt(path) => Self::StoreCorrupt(path),
            Error::Damaged(delivery) => Self::RecordDamaged(delivery),
            Error::Newer => Self::StoreNewer,
            Error::Empty(path) => Self::StoreEmpty(path),
            Error::Missing(path) => Self::StoreMissing(path),
            Error::Foreign(path) => Self::StoreForeign(path),
            Error::NotAFile(path) => Self::StoreFailed(format!("{path} is not a file")),
            Error::Full(path) | Error::NoRoom(path) => Self::DiskFull(path),
            Error::ReadOnly(path) => Self::StoreReadOnly(path),
            Error::Held { path, holder } => Self::StoreHeld { path, holder },
            Error::NoLocks(path) => Self::NoLocks(path),
            Error::File(path, error) => Self::StoreFailed(format!("{path}: {error}")),
            Error::Failed(sqlx::Error::Database(database)) => Self::StoreFailed(database.message().to_owned()),
            Error::Failed(error) => Self::StoreFailed(error.to_string()),
        }
    }
}

impl Error {
    /// A lock that could not be had.
    pub(super) fn of_lock(path: &Path, failure: Failure) -> Self {
        let named = path.display().to_string();
        match failure {
            Failure::Held(holder) => Self::Held {
                path: named,
                holder: holder.unwrap_or_else(|| "Another program".to_owned()),
            },
            Failure::Unsupported => Self::NoLocks(folder_of(path).display().to_string()),
            Failure::NotAFile => Self::NotAFile(named),
            Failure::Io(error) => Self::File(named, error),
        }
    }

    /// What it is with this file, after a look at the files and the disk: SQLite and the system say less than they know.
    pub(super) fn explained(self, file: &Path) -> Self {
        let named = file.display().to_string();
        match self {
            Self::Corrupt(_) => Self::Corrupt(named),
            Self::Held { path, holder } if path == NAME => Self::Held { path: named, holder },
            Self::NoLocks(path) if path == NAME => Self::NoLocks(folder_of(file).display().to_string()),
            Self::Full(_) => Self::Full(with_free(file)),
            Self::ReadOnly(path) => Self::ReadOnly(protected(file).map_or(path, |path| path.display().to_string())),
            Self::File(..) | Self::Failed(_) => self.looked_into(file),
            known => known,
        }
    }

    fn looked_into(self, file: &Path) -> Self {
        let says_full = matches!(&self, Self::File(_, error) | Self::Failed(sqlx::Error::Io(error)) if is_full(error));
        if says_full || (self.is_of_the_disk() && free(file).is_some_and(|free| free < ROOM_MIN)) {
            return Self::Full(with_free(file));
        }
        match protected(file) {
            Some(path) => Self::ReadOnly(path.display().to_string()),
            None => self,
        }
    }

    /// SQLITE_IOERR, SQLITE_CANTOPEN, or the system.
    fn is_of_the_disk(&self) -> bool {
        match self {
            Self::File(..) | Self::Failed(sqlx::Error::Io(_)) => true,
            Self::Failed(sqlx::Error::Database(error)) => {
                let code: Option<u32> = error.code().and_then(|code| code.parse().ok());
                code.is_some_and(|code| matches!(code & 0xff, 10 | 14))
            }
            _ => false,
        }
    }
}

/// ENOSPC, EDQUOT; Windows: ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL.
fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

/// The same for what a use case ended with: the database was open by then, and a query does not know its file.
pub(super) fn explained(error: crate::Error, file: &Path) -> crate::Error {
    use crate::Error as Told;
    let named = || file.display().to_string();
    match error {
        Told::DiskFull(_) => Told::DiskFull(with_free(file)),
        Told::StoreFailed(_) if free(file).is_some_and(|free| free < ROOM_MIN) => Told::DiskFull(with_free(file)),
        Told::StoreReadOnly(_) => Told::StoreReadOnly(protected(file).map_or_else(named, |path| path.display().to_string())),
        Told::StoreCorrupt(_) => Told::StoreCorrupt(named()),
        Told::StoreHeld { holder, .. } => Told::StoreHeld { path: named(), holder },
        other => other,
    }
}

fn free(file: &Path) -> Option<u64> {
    fs4::available_space(folder_of(file)).ok()
}

/// Refuses with [`Error::NoRoom`] where less than this is free, in bytes. Where that is not known, nothing is refused.
pub(super) fn check_room(file: &Path, needed: u64) -> Result<(), Error> {
    match free(file) {
        Some(free) if free < needed => {
            let (needed, free) = (size(needed), size(free));
            Err(Error::NoRoom(format!("{} ({needed} are needed, {free} are free)", file.display())))
        }
        _ => Ok(()),
    }
}

fn with_free(file: &Path) -> String {
    match free(file) {
        Some(free) => format!("{} ({} are free)", file.display(), size(free)),
        None => file.display().to_string(),
    }
}

/// What may only be read of everything that has to be written: also what a backup has put back beside the database. Nothing is opened for
/// it: closing a file that SQLite has locked would end the locks of this process (fcntl(2)).
pub(super) fn protected(file: &Path) -> Option<PathBuf> {
    let beside = ["-wal", "-shm", "-journal"].map(|end| {
        let mut path = file.as_os_str().to_owned();
        path.push(end);
        PathBuf::from(path)
    });
    let all = [folder_of(file).to_owned(), file.with_extension("lock"), file.to_owned()].into_iter().chain(beside);
    all.into_iter().find(|path| path.exists() && !is_writable(path))
}

#[cfg(unix)]
fn is_writable(path: &Path) -> bool {
    use nix::unistd::{AccessFlags, access};
    access(path, AccessFlags::W_OK).is_ok()
}

/// A folder of Windows has that mark without meaning.
#[cfg(not(unix))]
fn is_writable(path: &Path) -> bool {
    path.is_dir() || path.metadata().is_ok_and(|metadata| !metadata.permissions().readonly())
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}
