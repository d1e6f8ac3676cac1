//! What the system has to give the program before it can begin: too little would end it half-way, with words about something else.

use std::io;

/// How many files may have to be open at once: the runtime's and the log's own, the database's with several connections, connections to
/// Dropbox, the report.
#[cfg(unix)]
const OPEN_FILES: u64 = 64;

/// Whether enough files may be open (getrlimit(2), `RLIMIT_NOFILE`). A lower limit that may be raised is raised.
#[cfg(unix)]
pub(crate) fn check() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let Some(allowed) = limit.current.filter(|&allowed| allowed < OPEN_FILES) else {
        return Ok(());
    };
    if limit.maximum.is_some_and(|maximum| maximum < OPEN_FILES) {
        let reason = format!("it allows {allowed} open files, and {OPEN_FILES} are needed");
        return Err(io::Error::other(reason));
    }
    let raised = Rlimit {
        current: Some(OPEN_FILES),
        ..limit
    };
    Ok(setrlimit(Resource::Nofile, raised)?)
}

/// Windows has no such limit that a program meets.
#[cfg(windows)]
pub(crate) fn check() -> io::Result<()> {
    Ok(())
}
