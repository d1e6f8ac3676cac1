//! File lock: one program at a time. The system gives a lock back when its program ends, however it ends; one that is stopped keeps it, so
//! every wait has an end.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Seek},
    path::Path,
    time::{Duration, Instant},
};

/// How long it is waited for another program: opening a large database, and copying it before a migration, take seconds.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// How often it is tried.
const TRY: Duration = Duration::from_millis(20);
/// What a file with the number of a process holds at most.
const NUMBER_MAX: u64 = 20;

/// Why a lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Another program has it for longer than [`PATIENCE`]; its process, where the system lets us read that.
    #[error("another program holds it and does not let it go")]
    Held(Option<String>),
    /// The drive has no locks.
    #[error("this drive cannot lock files")]
    Unsupported,
    /// A folder, a pipe or a device stands in its place: opening one may never end.
    #[error("it is not a file")]
    NotAFile,
    /// The system's words.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Locks a file, which is made where it is not there, and notes in it which process has it. It is let go when the result is dropped.
///
/// Blocks for [`PATIENCE`] at most.
pub fn lock(path: &Path) -> Result<File, Failure> {
    lock_within(path, PATIENCE)
}

/// As [`lock`], with another bound.
pub fn lock_within(path: &Path, patience: Duration) -> Result<File, Failure> {
    let mut file = open(path)?;
    let start = Instant::now();
    while !try_lock(&file)? {
        if start.elapsed() > patience {
            return Err(Failure::Held(holder(&mut file)));
        }
        std::thread::sleep(TRY);
    }
    note(&mut file);
    Ok(file)
}

/// Whether another program holds this file now.
pub fn is_locked(path: &Path) -> bool {
    is_a_file(path) && File::open(path).is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Locks a file that was just made; whether nobody else has it.
pub fn try_lock(file: &File) -> Result<bool, Failure> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => Ok(false),
        Err(TryLockError::Error(error)) if is_unsupported(&error) => Err(Failure::Unsupported),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

fn is_unsupported(error: &io::Error) -> bool {
    // flock(2) and LockFileEx: what network drives and old formats answer.
    #[cfg(unix)]
    let none = [nix::errno::Errno::ENOLCK as i32, nix::errno::Errno::ENOSYS as i32];
    // ERROR_INVALID_FUNCTION, ERROR_NOT_SUPPORTED.
    #[cfg(not(unix))]
    let none = [1, 50];
    error.kind() == ErrorKind::Unsupported || error.raw_os_error().is_some_and(|code| none.contains(&code))
}

fn is_a_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

fn open(path: &Path) -> Result<File, Failure> {
    if path.exists() && !is_a_file(path) {
        return Err(Failure::NotAFile);
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

/// For whoever waits. A disk that has no room for it is no reason not to go on.
#[cfg(unix)]
fn note(file: &mut File) {
    let _ = file
        .set_len(0)
        .and_then(|()| std::io::Write::write_all(file, nix::unistd::getpid().to_string().as_bytes()));
}

/// Windows lets nobody read what is locked.
#[cfg(not(unix))]
fn note(_file: &mut File) {}

fn holder(file: &mut File) -> Option<String> {
    let mut number = String::new();
    file.rewind().and_then(|()| file.take(NUMBER_MAX).read_to_string(&mut number)).ok()?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("Process {number}"))
}
