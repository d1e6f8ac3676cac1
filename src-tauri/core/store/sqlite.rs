//! What only SQLite knows: its types, how a file is opened, checked and copied. `tests/sql` prepares every statement of the other files on
//! PostgreSQL too.

use std::{fs::File, io::Read, path::Path, time::Duration};

use sqlx::{
    Connection as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
pub(super) use sqlx::{SqliteConnection as Connection, SqliteExecutor as Executor, SqlitePool as Pool, sqlite::SqliteRow as DatabaseRow};

use super::{Error, Result, Store};

/// How long a write waits for another process before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How many may read at once, beside the one that writes.
const READERS: u32 = 3;
/// How many rows are read ahead of the caller: a list of thousands is read without two threads waiting for each other again and again.
const ROWS_AHEAD: usize = 1024;
/// How large the log beside the database may stay, in bytes: what a purge has written there is given back.
const LOG_SIZE_MAX: u32 = 16 << 20;

/// A transaction that holds its connection.
pub(super) type Transaction = sqlx::Transaction<'static, sqlx::Sqlite>;

/// Opens the one connection that writes: writes wait here, and not in SQLite.
pub(super) async fn writer(file: &Path) -> Result<Pool> {
    Ok(pool(1).connect_with(options(file)).await?)
}

/// Opens the connections that read, each when it is first needed.
pub(super) fn readers(file: &Path) -> Pool {
    pool(READERS).connect_lazy_with(options(file))
}

/// Opens a new file that is not in use yet. Nothing is lost by a crash here: the next start begins anew.
pub(super) async fn unfinished(file: &Path) -> Result<Pool> {
    let options = options(file).journal_mode(SqliteJournalMode::Memory).synchronous(SqliteSynchronous::Off);
    Ok(SqlitePoolOptions::new().max_connections(1).connect_with(options).await?)
}

/// A connection to a file does not break, nor grow old: asking it first would double the way of every query.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .test_before_acquire(false)
        // A COMMIT that finds no room ends the transaction in SQLite, not for the connection: it would take each later one for a part of it,
        // which is never written although nothing fails.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .idle_timeout(None)
        .max_lifetime(None)
}

/// What holds for every connection.
fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        .row_buffer_size(ROWS_AHEAD)
        // What is deleted is overwritten, so that a removed secret is gone from the file, sealed or not.
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", LOG_SIZE_MAX.to_string())
}

/// Refuses a file that is shorter than its header says (sqlite.org/fileformat.html section 1.3): so much is looked at on each start. While
/// there is a log, the header may be behind the file.
pub(super) fn check_length(file: &Path) -> Result<()> {
    let mut header = [0; 100];
    let read = File::open(file).and_then(|mut opened| {
        opened.read_exact(&mut header)?;
        Ok(opened.metadata()?.len())
    });
    let number = |at: usize| u64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    let page_size = match u64::from(u16::from_be_bytes([header[16], header[17]])) {
        1 => 65_536,
        size => size,
    };
    let is_logged = file.with_extension("db-wal").metadata().is_ok_and(|log| log.len() > 0);
    // The number of pages counts while it is as new as the last change.
    let counts = number(24) == number(92);
    match read {
        Ok(length) if is_logged || !counts || length >= page_size * number(28) => Ok(()),
        Ok(_) => Err(Error::Corrupt(file.display().to_string())),
        // SQLite says what it is.
        Err(_) => Ok(()),
    }
}

impl Store {
    /// Keeps a log beside the file: readers and a writer side by side. To be called when it is known that the file is ours.
    pub(super) async fn keep_log(&self) -> Result<()> {
        sqlx::query("PRAGMA journal_mode = WAL").execute(&self.writer).await?;
        Ok(())
    }

    /// Reads the whole file and returns whether it is sound (`PRAGMA quick_check`). A reader does it: no write waits.
    pub(super) async fn is_sound(&self) -> Result<bool> {
        let found: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.readers).await?;
        Ok(found == "ok")
    }

    /// Returns the names of the tables.
    pub(super) async fn tables(&self) -> Result<Vec<String>> {
        let names = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table'");
        Ok(names.fetch_all(&self.writer).await?)
    }

    /// Writes a complete copy into a file that is empty.
    pub(super) async fn copy_to(&self, file: &Path) -> Result<()> {
        let copy = sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned());
        copy.execute(&self.writer).await?;
        Ok(())
    }
}
