//! Store: the one SQLite file that remembers everything. One file per table, rows and queries together, in `store/`.
//!
//! SQL stays within what SQLite and PostgreSQL both accept. Migrations are numbered, append-only and transactional; the database is
//! copied before one runs on data that exists. A file that is damaged, or that a newer program has used, is refused and left untouched.

mod activity;
pub mod authorization_requests;
pub mod authorizations;
pub mod deliveries;
pub mod operators;
mod overview;
mod settings;
mod vault;

use std::{
    collections::BTreeSet,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sqlx::{
    SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

static MIGRATIONS: Migrator = sqlx::migrate!("src-tauri/core/store/migrations");

/// How long a write waits for another process before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not an SQLite database, or it is damaged.
    #[error("the file {0} is damaged or not a database")]
    Corrupt(String),
    /// A newer program has migrated the file.
    #[error("the database is newer than this program")]
    Newer,
    /// Anything else that SQLite says.
    #[error("the database failed")]
    Failed(#[from] sqlx::Error),
}

impl From<Error> for crate::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::Corrupt(path) => Self::StoreCorrupt(path),
            Error::Newer => Self::StoreNewer,
            Error::Failed(sqlx::Error::Database(database)) => Self::StoreFailed(database.message().to_owned()),
            Error::Failed(error) => Self::StoreFailed(error.to_string()),
        }
    }
}

type Result<T> = std::result::Result<T, Error>;

/// The open database. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
    /// The rows of the activity that this program has added since it was started.
    own_activity: Arc<Mutex<BTreeSet<i64>>>,
}

impl Store {
    /// Opens the file, makes it when it is not there, reads it through for damage, and brings its tables up to date.
    pub async fn open(file: &Path) -> Result<Self> {
        // Neither SQLite nor sqlx keeps two programs that start at once from running the same migration twice.
        let _one_at_a_time = lock(file.with_extension("lock")).await?;
        make_private(file).map_err(sqlx::Error::Io)?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            // What is deleted is overwritten, so that a removed secret is gone from the file, sealed or not.
            .pragma("secure_delete", "ON");
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            // A connection to a file does not break, nor grow old: asking it first would double the way of every query.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(|error| unreadable(file, error))?;
        let store = Self {
            pool,
            own_activity: Arc::default(),
        };
        store.check(file).await?;
        store.migrate(file).await?;
        Ok(store)
    }

    /// Reads the whole file and says whether it is sound (`PRAGMA quick_check`).
    pub async fn check(&self, file: &Path) -> Result<()> {
        let found = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await;
        let found: String = found.map_err(|error| unreadable(file, error))?;
        match found.as_str() {
            "ok" => Ok(()),
            _ => Err(Error::Corrupt(file.display().to_string())),
        }
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

    async fn migrate(&self, file: &Path) -> Result<()> {
        if let Some(applied) = self.applied_version().await.map_err(|error| unreadable(file, error))? {
            let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
            if applied > newest {
                return Err(Error::Newer);
            }
            if applied < newest {
                self.copy_before_migration(file, applied).await?;
            }
        }
        MIGRATIONS.run(&self.pool).await.map_err(|error| match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => unreadable(file, error),
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => Error::Newer,
            other => Error::Failed(sqlx::Error::Migrate(Box::new(other))),
        })
    }

    /// The newest migration that the file has, or nothing for a new file.
    async fn applied_version(&self) -> std::result::Result<Option<i64>, sqlx::Error> {
        let known: Option<i64> = sqlx::query_scalar("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'")
            .fetch_optional(&self.pool)
            .await?;
        match known {
            Some(_) => sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&self.pool).await,
            None => Ok(None),
        }
    }

    /// A complete copy beside the file, named after the version that it holds. One that is there already is from before somebody went back
    /// to the program of that version: what was done since would not be in it, so the new one takes its place.
    async fn copy_before_migration(&self, file: &Path, version: i64) -> Result<()> {
        let copy = file.with_extension(format!("before-migration-{version}.db"));
        // Under another name first: a copy that was ended half-way must not be taken for a whole one.
        let unfinished = file.with_extension("unfinished-copy");
        match std::fs::remove_file(&unfinished) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(sqlx::Error::Io(error).into()),
            _ => {}
        }
        make_private(&unfinished).map_err(sqlx::Error::Io)?;
        sqlx::query("VACUUM INTO $1")
            .bind(unfinished.to_string_lossy().into_owned())
            .execute(&self.pool)
            .await?;
        Ok(std::fs::rename(unfinished, copy).map_err(sqlx::Error::Io)?)
    }
}

/// Waits until no other program holds this file; it is let go when the result is dropped, and when a program ends.
async fn lock(file: PathBuf) -> Result<File> {
    let locked = tokio::task::spawn_blocking(move || {
        let file = File::create(file)?;
        file.lock()?;
        Ok(file)
    });
    let locked = locked.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
    Ok(locked.map_err(sqlx::Error::Io)?)
}

/// Makes an empty file that only its owner may read; SQLite gives the files beside a database the permissions of the database. On
/// Windows a file has the permissions of its folder.
fn make_private(file: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut options = std::fs::OpenOptions::new();
        std::os::unix::fs::OpenOptionsExt::mode(options.create_new(true).write(true), 0o600);
        match options.open(file) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

/// SQLITE_CORRUPT (11) and SQLITE_NOTADB (26) are told apart from a disk or lock that fails. The upper bits of a code say more.
fn unreadable(file: &Path, error: sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse().ok());
    match code.map(|code: u32| code & 0xff) {
        Some(11 | 26) => Error::Corrupt(file.display().to_string()),
        _ => Error::Failed(error),
    }
}
