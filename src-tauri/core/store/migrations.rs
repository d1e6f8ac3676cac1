//! Migrations: what brings the tables up to date. Before one runs on data that exists, the database is copied.

use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migrator};

use super::{Error, Result, Store, file, sqlite, trouble};
use crate::operator::OperatorId;

static MIGRATIONS: Migrator = sqlx::migrate!("src-tauri/core/store/migrations");

/// The migration until which ids in the activity were compared by SQL's LOWER, which knows ASCII only.
const IDS_FOLDED: i64 = 12;
/// So many times the size of the database have to be free before a migration.
const ROOM: u64 = 2;
/// Between the names of the database and the number of a migration.
const COPY: &str = "before-migration-";

/// Makes a new database under another name, and gives it its own when it is whole: so one that is empty is never taken for a new one.
pub(super) async fn make(file: &Path) -> Result<()> {
    let unfinished = file.with_extension("unfinished");
    file::make_private(&unfinished)?;
    let pool = sqlite::unfinished(&unfinished).await?;
    MIGRATIONS.run(&pool).await.map_err(|error| failed(error, file))?;
    pool.close().await;
    file::put_in_place(&unfinished, file)
}

impl Store {
    pub(super) async fn migrate(&self) -> Result<()> {
        let applied = self.applied_version().await?;
        let newest = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
        if applied > newest {
            return Err(Error::Newer);
        }
        if applied < newest {
            self.check_room()?;
            self.copy_before_migration(applied).await?;
        }
        if applied < IDS_FOLDED {
            let before = MIGRATIONS.iter().map(|migration| migration.version).filter(|version| *version < IDS_FOLDED).max();
            MIGRATIONS
                .run_to(before.unwrap_or(0), &self.writer)
                .await
                .map_err(|error| failed(error, &self.file))?;
            self.fold_ids().await?;
        }
        MIGRATIONS.run(&self.writer).await.map_err(|error| failed(error, &self.file))?;
        if applied < newest {
            self.begin_copies_anew().await?;
        }
        Ok(())
    }

    /// The newest migration that the file has. A file without any is not ours.
    async fn applied_version(&self) -> Result<i64> {
        let named = || self.file.display().to_string();
        let tables = self.tables().await?;
        if tables.is_empty() {
            return Err(Error::Empty(named()));
        }
        if !tables.iter().any(|name| name == "_sqlx_migrations") {
            return Err(Error::Foreign(named()));
        }
        let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations").fetch_all(&self.writer).await?;
        let is_first = |version: i64, checksum: &[u8]| {
            MIGRATIONS
                .iter()
                .next()
                .is_some_and(|first| first.version == version && *first.checksum == *checksum)
        };
        if !applied.iter().any(|(version, checksum)| is_first(*version, checksum)) {
            return Err(Error::Foreign(named()));
        }
        Ok(applied.iter().map(|(version, _)| *version).max().unwrap_or(0))
    }

    /// Ids with letters beyond ASCII, as they are compared now. Repeated, it changes nothing.
    async fn fold_ids(&self) -> Result<()> {
        let ids: Vec<String> = sqlx::query_scalar("SELECT DISTINCT operator_id FROM activity WHERE operator_id IS NOT NULL")
            .fetch_all(&self.writer)
            .await?;
        let mut transaction = self.writer.begin().await?;
        for id in ids.into_iter().filter(|id| !id.is_ascii()) {
            // What stands there came from SQL, or from a program that knew better: so the index leads to the rows.
            sqlx::query("UPDATE activity SET operator_key = $1 WHERE operator_key IN ($2, $3) AND operator_id = $4")
                .bind(OperatorId::stored(id.clone()).key())
                .bind(id.to_ascii_lowercase())
                .bind(id.to_lowercase())
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Refuses to begin where the disk has no room for the copy and for what a migration writes beside the file until it has ended.
    fn check_room(&self) -> Result<()> {
        let size = std::fs::metadata(&self.file).map_or(0, |metadata| metadata.len());
        trouble::check_room(&self.file, size.saturating_mul(ROOM))
    }

    /// A complete copy beside the file, named after the version that it holds. One that is there already is from before somebody went back
    /// to the program of that version: what was done since would not be in it, so the new one takes its place.
    async fn copy_before_migration(&self, version: i64) -> Result<()> {
        // Under another name first: a copy that was ended half-way must not be taken for a whole one.
        let unfinished = self.file.with_extension("unfinished-copy");
        file::make_private(&unfinished)?;
        let copied = self.copy_to(&unfinished).await;
        let copied = copied.and_then(|()| file::put_in_place(&unfinished, &self.file.with_extension(format!("{COPY}{version}.db"))));
        if copied.is_err() {
            // Of no use, and where the disk is full it is what fills it.
            let _ = std::fs::remove_file(&unfinished);
        }
        copied
    }

    /// Removes the copies: what was removed since lives on in them, sealed secrets too.
    pub async fn remove_copies(&self) -> Result<()> {
        for copy in self.copies() {
            match std::fs::remove_file(&copy) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::File(copy.display().to_string(), error)),
                _ => tracing::info!(copy = %copy.display(), "a copy from before a migration is not needed any more"),
            }
        }
        Ok(())
    }

    fn copies(&self) -> Vec<PathBuf> {
        let Some(Ok(files)) = self.file.parent().map(std::fs::read_dir) else {
            return Vec::new();
        };
        let beginning = self.file.with_extension(COPY);
        let begins = |path: &PathBuf| path.to_string_lossy().starts_with(&*beginning.to_string_lossy());
        files.flatten().map(|file| file.path()).filter(begins).collect()
    }
}

fn failed(error: MigrateError, file: &Path) -> Error {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => Error::Newer,
        MigrateError::VersionMismatch(_) => Error::Foreign(file.display().to_string()),
        other => Error::Failed(sqlx::Error::Migrate(Box::new(other))),
    }
}
