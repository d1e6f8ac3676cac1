//! Store: the one SQLite file that remembers everything. One file per table, rows and queries together, in `store/`.
//!
//! SQL stays within what SQLite and PostgreSQL both accept. Migrations are numbered, append-only and transactional; the database is
//! copied before one runs on data that exists. A file that is damaged or empty, that is another program's, or that a newer program has
//! used, is refused and left untouched.

pub mod activity;
pub mod authorization_requests;
pub mod authorizations;
mod change;
mod changes;
pub mod deliveries;
mod file;
mod migrations;
pub mod operators;
mod overview;
mod page;
pub mod revocations;
mod settings;
mod sqlite;
mod trouble;
mod upkeep;
mod vault;

use std::{
    fs::File,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use self::sqlite::Pool;
pub use self::{page::Page, trouble::Error, upkeep::Upkeep};

/// What stands in the place of a secret that is used up.
const WIPED: &[u8] = &[];
/// How often the file is read through, in milliseconds: daily.
const CHECKED_EVERY_MS: i64 = 24 * 60 * 60 * 1000;

type Result<T> = std::result::Result<T, Error>;

/// The row number of an operator: it never changes, while the id that people see may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OperatorRow(pub(crate) i64);

impl std::fmt::Display for OperatorRow {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

/// The open database. Cloning it shares the connections.
#[derive(Clone, Debug)]
pub struct Store {
    file: Arc<Path>,
    /// One connection: writes wait here, and not in SQLite.
    writer: Pool,
    /// What a page reads never waits for a write.
    readers: Pool,
    /// Held while the database is open: who finds nobody else and a log has come after an unclean end.
    _open: Arc<File>,
    ended_uncleanly: bool,
    is_damaged: Arc<AtomicBool>,
}

impl Store {
    /// Opens the file, makes it when it is not there, and brings its tables up to date.
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
        let (open, ended_uncleanly) = file::join(file)?;
        sqlite::check_length(file)?;
        let store = Self {
            file: file.into(),
            writer: sqlite::writer(file).await?,
            readers: sqlite::readers(file),
            _open: Arc::new(open),
            ended_uncleanly,
            is_damaged: Arc::default(),
        };
        store.migrate().await?;
        store.keep_log().await?;
        Ok(store)
    }

    /// Reads the file through when it was last read through a day ago. `now` in milliseconds.
    ///
    /// # Errors
    /// [`Error::Corrupt`]. From then on everything else is refused with it.
    pub async fn check_when_due(&self, now: i64) -> Result<()> {
        let checked_at = self.get_upkeep().await?.checked_at;
        match checked_at.is_some_and(|at| (at..at.saturating_add(CHECKED_EVERY_MS)).contains(&now)) {
            true => Ok(()),
            false => self.check_now(now).await,
        }
    }

    /// Reads the file through when the last program ended without closing it. `now` in milliseconds.
    ///
    /// # Errors
    /// As [`Store::check_when_due`].
    pub async fn check_after_unclean_end(&self, now: i64) -> Result<()> {
        match self.ended_uncleanly {
            true => self.check_now(now).await,
            false => Ok(()),
        }
    }

    async fn check_now(&self, now: i64) -> Result<()> {
        self.check(&self.file).await?;
        self.set_checked_at(now).await
    }

    /// Reads the whole file and says whether it is sound.
    ///
    /// # Errors
    /// [`Error::Corrupt`]. From then on everything else is refused with it.
    pub async fn check(&self, file: &Path) -> Result<()> {
        let found = match self.is_sound().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::Corrupt(file.display().to_string())),
            Err(error) => Err(error.explained(file)),
        };
        if matches!(found, Err(Error::Corrupt(_))) {
            self.is_damaged.store(true, Ordering::Relaxed);
        }
        found
    }

    /// Returns whether damage was found since the database was opened.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }

    /// What reads, unless damage was found: then nothing of the database is to be believed.
    fn readers(&self) -> Result<&Pool> {
        self.undamaged(&self.readers)
    }

    /// What writes, unless damage was found: then every write may do more of it.
    fn writer(&self) -> Result<&Pool> {
        self.undamaged(&self.writer)
    }

    fn undamaged<'a>(&self, pool: &'a Pool) -> Result<&'a Pool> {
        match self.is_damaged() {
            true => Err(Error::Corrupt(self.file.display().to_string())),
            false => Ok(pool),
        }
    }

    /// What a use case ended with; where the database is the reason, with its file, and with what the disk says about it.
    pub fn explained(&self, error: crate::Error) -> crate::Error {
        if matches!(error, crate::Error::StoreCorrupt(_)) {
            self.is_damaged.store(true, Ordering::Relaxed);
        }
        trouble::explained(error, &self.file)
    }

    /// Ends all connections; what was written is in the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.writer.is_closed()
    }
}
