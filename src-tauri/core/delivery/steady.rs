//! Whether a file has been written completely: nobody writes it, and what it looks like from outside does not move for a moment.
//!
//! Windows says so itself: it is opened denying writers, and stays so while it is read. Elsewhere locks are asked, on Linux the programs
//! too that have it open, as far as they may be looked at; what is left are size and times. Those are compared with each other only, never
//! with our clock: the clocks of file servers are wrong.

use std::{
    fs::{File, FileType, Metadata, OpenOptions},
    io,
    path::Path,
    time::{Duration, Instant, SystemTime},
};

use crate::{clock::Clock, error::Error};

/// How long a file must not move.
pub const MOMENT: Duration = Duration::from_millis(250);
/// How many moments a file that is in use is waited for: five seconds.
const MOMENTS: u32 = 20;

/// What a file looks like from outside. One that is another, or was written meanwhile, looks otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    pub(super) modified: Option<SystemTime>,
    identity: Identity,
}

/// Device, inode and the time of the last change of any kind, in seconds and nanoseconds.
#[cfg(unix)]
type Identity = (u64, u64, i64, i64);
/// The time when it was made: a file that is open here can be replaced, but not written.
#[cfg(not(unix))]
type Identity = Option<SystemTime>;

impl From<&Metadata> for Stamp {
    fn from(metadata: &Metadata) -> Self {
        Self {
            size: metadata.len(),
            modified: metadata.modified().ok(),
            identity: identity(metadata),
        }
    }
}

impl std::fmt::Display for Stamp {
    /// Writes what tells a file and its version after a restart too. Devices get another number each time that they are mounted.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let since = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_else(|before| before.duration());
        let modified = self.modified.map(since).unwrap_or_default().as_nanos();
        write!(formatter, "size={} modified={modified} {}", self.size, lasting(&self.identity))
    }
}

#[cfg(unix)]
fn lasting((_, inode, seconds, nanoseconds): &Identity) -> String {
    format!("inode={inode} changed={seconds}.{nanoseconds:09}")
}

#[cfg(not(unix))]
fn lasting(made: &Identity) -> String {
    let made = made.and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok()).unwrap_or_default();
    format!("made={}", made.as_nanos())
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Identity {
    metadata.created().ok()
}

/// A file as it was seen first.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    stamp: Stamp,
    at: Instant,
}

impl Sight {
    /// Looks at a file, without opening it. What is no file is an error.
    pub(super) fn of(path: &Path) -> Result<Self, Error> {
        let metadata = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        check_type(path, metadata.file_type())?;
        Ok(Self {
            stamp: Stamp::from(&metadata),
            at: Instant::now(),
        })
    }
}

/// Opens a file for reading as soon as nobody writes it and it has not moved for a moment. One that is still in use after some moments is
/// an error, as is one that is not there or is no file.
pub(super) async fn open(path: &Path, mut seen: Sight, clock: &Clock) -> Result<(File, Stamp), Error> {
    for _ in 0..MOMENTS {
        if seen.at.elapsed() < MOMENT {
            clock.sleep(MOMENT).await;
        }
        let wanted = path.to_owned();
        match blocking(path, move || open_unwritten(&wanted)).await? {
            Some((file, stamp)) if stamp == seen.stamp => return Ok((file, stamp)),
            Some((_, stamp)) => seen = Sight { stamp, at: Instant::now() },
            None => seen.at = Instant::now(),
        }
    }
    Err(Error::FileInUse(name(path)))
}

/// Does what may take its time on a disk or a server.
pub(super) async fn blocking<T: Send + 'static>(path: &Path, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(unreadable(path, &io::Error::other(error))))
}

/// Opens a file; nothing while another program writes it.
fn open_unwritten(path: &Path) -> Result<Option<(File, Stamp)>, Error> {
    let file = match for_reading().open(path) {
        Err(error) if is_in_use(&error) => return Ok(None),
        opened => opened.map_err(|error| unreadable(path, &error))?,
    };
    // Once more: what was looked at may be something else by now.
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    check_type(path, metadata.file_type())?;
    check_disk(path, &file)?;
    Ok((!is_locked(&file) && !has_writer(path)).then(|| (file, Stamp::from(&metadata))))
}

/// A named pipe would hold the program until somebody writes into it, and a terminal become ours.
#[cfg(unix)]
fn for_reading() -> OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits();
    let mut options = OpenOptions::new();
    options.read(true).custom_flags(flags.cast_signed());
    options
}

/// Others may read, rename and delete it meanwhile, and may not write it.
#[cfg(windows)]
fn for_reading() -> OpenOptions {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_SHARE_READ: u32 = 1;
    const FILE_SHARE_DELETE: u32 = 4;
    let mut options = OpenOptions::new();
    options.read(true).share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE);
    options
}

/// Whether the system refuses because another program has the file or a part of it for itself: ERROR_SHARING_VIOLATION and
/// ERROR_LOCK_VIOLATION of Windows, a lease elsewhere.
pub(super) fn is_in_use(error: &io::Error) -> bool {
    let of_windows = cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33));
    of_windows || error.kind() == io::ErrorKind::WouldBlock
}

/// Whether a program has locked it against readers. Where a file system knows no locks, nobody has.
#[cfg(unix)]
fn is_locked(file: &File) -> bool {
    use rustix::{
        fs::{FlockOperation, fcntl_lock},
        io::Errno,
    };
    let by_flock = matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock));
    let _ = file.unlock();
    let by_fcntl = matches!(
        fcntl_lock(file, FlockOperation::NonBlockingLockShared),
        Err(Errno::AGAIN | Errno::ACCESS)
    );
    let _ = fcntl_lock(file, FlockOperation::NonBlockingUnlock);
    by_flock || by_fcntl
}

/// The system refuses to read what is locked.
#[cfg(not(unix))]
fn is_locked(_: &File) -> bool {
    false
}

/// Whether a program has it open for writing. Linux shows what the programs of the same user have open, to root those of all; a link that
/// stands for a file open for writing may be written itself (proc_pid_fd(5)).
#[cfg(target_os = "linux")]
fn has_writer(path: &Path) -> bool {
    use std::{fs, os::unix::fs::MetadataExt};
    const OWNER_MAY_WRITE: u32 = 0o200;
    let (Ok(path), Ok(processes)) = (fs::canonicalize(path), fs::read_dir("/proc")) else {
        return false;
    };
    let opened = processes
        .flatten()
        .filter_map(|process| fs::read_dir(process.path().join("fd")).ok())
        .flatten()
        .flatten();
    opened.map(|link| link.path()).any(|link| {
        let writes = || fs::symlink_metadata(&link).is_ok_and(|metadata| metadata.mode() & OWNER_MAY_WRITE != 0);
        fs::read_link(&link).is_ok_and(|target| target == path) && writes()
    })
}

/// Windows keeps writers away; macOS does not say without rights of its own.
#[cfg(not(target_os = "linux"))]
fn has_writer(_: &Path) -> bool {
    false
}

fn check_type(path: &Path, file_type: FileType) -> Result<(), Error> {
    match file_type.is_file() {
        true => Ok(()),
        false => Err(refused(path, what_else(file_type))),
    }
}

#[cfg(unix)]
fn what_else(file_type: FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match file_type {
        folder if folder.is_dir() => "it is a folder",
        pipe if pipe.is_fifo() => "it is a pipe, which has no end",
        device if device.is_block_device() || device.is_char_device() => "it is a device",
        _ => "it is not a file",
    }
}

#[cfg(not(unix))]
fn what_else(file_type: FileType) -> &'static str {
    if file_type.is_dir() { "it is a folder" } else { "it is not a file" }
}

/// `NUL`, `CON` and their like are devices whatever their folder, and look like empty files.
#[cfg(windows)]
fn check_disk(path: &Path, file: &File) -> Result<(), Error> {
    match winapi_util::file::typ(file) {
        Ok(kind) if !kind.is_disk() => Err(refused(path, "it is a device")),
        _ => Ok(()),
    }
}

#[cfg(not(windows))]
fn check_disk(_: &Path, _: &File) -> Result<(), Error> {
    Ok(())
}

pub(super) fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

pub(super) fn refused(path: &Path, reason: impl Into<String>) -> Error {
    Error::FileUnreadable {
        path: path.display().to_string(),
        reason: reason.into(),
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        _ if is_in_use(error) => Error::FileInUse(name(path)),
        // Windows takes no such name at all.
        io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename if is_pattern(path) => {
            refused(path, "it is a pattern, which no shell has replaced by names of files")
        }
        io::ErrorKind::NotFound => refused(path, "it is not there"),
        io::ErrorKind::PermissionDenied => refused(path, "access to it is denied"),
        _ => refused(path, error.to_string()),
    }
}

/// `*.pdf` in quotes, or where a scheduler starts the program.
fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?'])
}
