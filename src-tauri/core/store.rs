//! Store: the one SQLite file that remembers everything. One file per table, rows and queries together, in `store/`.
//!
//! SQL stays within what SQLite and PostgreSQL both accept. Migrations are numbered, append-only and transactional; the database is
//! copied before one runs on data that exists. A file that is damaged or empty, that is another program's, or that a newer program has
//! used, is refused and left untouched.

mod activity;
pub mod authorization_requests;
pub mod authorizations;
pub mod deliveries;
mod file;
mod migrations;
pub mod operators;
mod overview;
pub mod revocations;
mod settings;
mod trouble;
mod upkeep;
mod vault;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

pub use self::{trouble::Error, upkeep::Upkeep};

/// How long a write waits for another process before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

type Result<T> = std::result::Result<T, Error>;

/// The open database. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    file: Arc<Path>,
    pool: SqlitePool,
    /// The rows of the activity that this program has added since it was started.
    own_activity: Arc<Mutex<BTreeSet<i64>>>,
}

impl Store {
    /// Opens the file, makes it when it is not there, reads it through for damage, and brings its tables up to date.
    ///
    /// # Errors
    /// What is wrong, as what it is, with the file's name; nothing was changed then.
    pub async fn open(file: &Path) -> Result<Self> {
        Self::open_or_make(file).await.map_err(|error| error.explained(file))
    }

    async fn open_or_make(file: &Path) -> Result<Self> {
        // SQLite would open it, read, and fail at the first change.
        if let Some(path) = trouble::protected(file) {
            return Err(Error::ReadOnly(path.display().to_string()));
        }
        // Neither SQLite nor sqlx keeps two programs that start at once from running the same migration twice.
        let _one_at_a_time = file::lock(file.with_extension("lock")).await?;
        if !file::is_there(file)? {
            migrations::make(file).await?;
        }
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            // A connection to a file does not break, nor grow old: asking it first would double the way of every query.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options(file))
            .await?;
        let store = Self {
            file: file.into(),
            pool,
            own_activity: Arc::default(),
        };
        store.check(file).await?;
        store.migrate().await?;
        // Kept in the file: readers and a writer side by side. Not before it is known that the file is ours.
        sqlx::query("PRAGMA journal_mode = WAL").execute(&store.pool).await?;
        Ok(store)
    }

    /// Reads the whole file and says whether it is sound (`PRAGMA quick_check`).
    pub async fn check(&self, file: &Path) -> Result<()> {
        let found = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await;
        let found: String = found.map_err(|error| Error::from(error).explained(file))?;
        match found.as_str() {
            "ok" => Ok(()),
            _ => Err(Error::Corrupt(file.display().to_string())),
        }
    }

    /// What a use case ended with; where the database is the reason, with its file, and with what the disk says about it.
    pub fn explained(&self, error: crate::Error) -> crate::Error {
        trouble::explained(error, &self.file)
    }

    /// Ends all connections; what was written is in the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    fn own_activity(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.own_activity.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What holds for every connection.
fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(BUSY_TIMEOUT)
        // What is deleted is overwritten, so that a removed secret is gone from the file, sealed or not.
        .pragma("secure_delete", "ON")
}
