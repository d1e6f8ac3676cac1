//! The log: a file a day in the data folder, kept for two weeks. Secrets have a type that prints as `‹redacted›`; addresses that may
//! carry a code are never logged.

use std::{
    io::{self, Write},
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::{paths::Paths, unicode::shown};

/// How the name of a log begins and ends; the day stands between.
const PREFIX: &str = "outtray";
const SUFFIX: &str = "log";
/// How many days are kept.
const DAYS: usize = 14;
/// What is written by default: our own steps, and only trouble of the libraries.
const DEFAULT_FILTER: &str = "warn,outtray=info";

/// The log of the data folder that is open: `tracing` takes one writer for the whole life of a program, and the window changes folders.
static CURRENT: Mutex<Option<RollingFileAppender>> = Mutex::new(None);

/// The log that was written before.
pub(crate) struct Before(Option<RollingFileAppender>);

/// Writes the log into the data folder from now on; `filter` is a `tracing` filter such as `outtray=trace`, of which the first one holds.
/// Returns the log before, for whoever has to go back to it.
pub(crate) fn start(paths: &Paths, filter: Option<&str>) -> io::Result<Before> {
    std::fs::create_dir_all(paths.logs())?;
    check_files(&paths.logs())?;
    let appender = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix(PREFIX)
        .filename_suffix(SUFFIX)
        .max_log_files(DAYS)
        .build(paths.logs())
        .map_err(io::Error::other)?;
    let before = current().replace(appender);
    write_to(|| Current, filter);
    Ok(Before(before))
}

/// Refuses a pipe or a device under the name of a log: opening one may never end.
fn check_files(folder: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)?.flatten() {
        let is_log = entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        if is_log && std::fs::metadata(entry.path()).is_ok_and(|there| !there.is_file()) {
            let path = entry.path().display().to_string();
            return Err(io::Error::other(format!("{path} is not a file")));
        }
    }
    Ok(())
}

/// Goes on with the log before, where there is one.
pub(crate) fn go_back(before: Before) {
    if let Some(appender) = before.0 {
        *current() = Some(appender);
    }
}

fn current() -> MutexGuard<'static, Option<RollingFileAppender>> {
    CURRENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whatever log is the current one.
struct Current;

impl Write for Current {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match current().as_mut() {
            Some(appender) => appender.write(line),
            None => Ok(line.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        current().as_mut().map_or(Ok(()), Write::flush)
    }
}

/// Writes the log to any writer.
pub fn write_to<W>(writer: W, filter: Option<&str>)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter.unwrap_or(DEFAULT_FILTER)).unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Lines(writer))
        .finish();
    // A second call changes nothing: the first log goes on.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Makes writers of [`Line`]s.
struct Lines<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Lines<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line(self.0.make_writer())
    }
}

/// Writes each event on one line, whatever texts of others it repeats: none of them forges another event.
struct Line<W>(W);

impl<W: Write> Write for Line<W> {
    /// Writes an event as a whole, which is how `tracing_subscriber::fmt` hands it over.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = shown(text.strip_suffix('\n').unwrap_or(&text));
        self.0.write_all(format!("{line}\n").as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
