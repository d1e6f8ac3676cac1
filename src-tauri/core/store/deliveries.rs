//! Deliveries: a row before anything else happens to a file, and its history afterwards.

use serde::Serialize;
use sqlx::{Row, sqlite::SqliteRow};

use super::{Result, Store, operators::OperatorRow};
pub use crate::event::DeliveryState;
use crate::{
    destination,
    error::Problem,
    operator::{OperatorId, StoredFile},
};

/// How long a program that delivers is taken to be alive after it was heard of last, in milliseconds.
const LEASE_MS: i64 = 2 * 60 * 1000;

/// Why a file is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// Send test file.
    Test,
    /// `outtray send`.
    Send,
}

/// One file on its way to an operator's Dropbox, or what became of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// The delivery's number.
    pub id: i64,
    /// Whose report.
    pub operator_id: OperatorId,
    /// Why it is delivered.
    pub origin: Origin,
    /// The file's name.
    pub file_name: String,
    /// The file's size.
    pub size_bytes: u64,
    /// How many bytes Dropbox has taken.
    pub bytes_sent: u64,
    /// How far it is.
    pub state: DeliveryState,
    /// Where it is in Dropbox (`path_display`), once delivered.
    pub dropbox_path: Option<String>,
    /// The file's name, where it is called otherwise in Dropbox than the operator's Dropbox folder says, once delivered.
    pub renamed_from: Option<String>,
    /// Dropbox's content hash, equal to ours, once delivered.
    pub content_hash: Option<String>,
    /// In milliseconds since 1970.
    pub created_at: i64,
    /// In milliseconds since 1970, once ended.
    pub finished_at: Option<i64>,
    /// What went wrong, and what to do.
    pub problem: Option<Problem>,
}

/// A file that is about to be delivered.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Why it is delivered.
    pub origin: Origin,
    /// Where the file lies; empty for a test file, which is made on the way.
    pub source: String,
    /// The file's name.
    pub file_name: String,
    /// The file's size in bytes.
    pub size_bytes: u64,
    /// Where in Dropbox it goes.
    pub destination: String,
}

/// What Dropbox answered to the commit, checked against our own hash.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// `path_display`.
    pub dropbox_path: String,
    /// `content_hash`.
    pub content_hash: String,
    /// `rev`.
    pub rev: String,
}

impl Store {
    /// Makes the row and returns its number.
    pub async fn add_delivery(&self, row: OperatorRow, new: &NewDelivery, now: i64) -> Result<i64> {
        Ok(sqlx::query_scalar(
            "INSERT INTO deliveries (operator, origin, source, file_name, size_bytes, destination, state, created_at, lease_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        )
        .bind(row.0)
        .bind(origin_text(new.origin))
        .bind(&new.source)
        .bind(&new.file_name)
        .bind(i64::try_from(new.size_bytes).unwrap_or(i64::MAX))
        .bind(&new.destination)
        .bind(state_text(DeliveryState::Uploading))
        .bind(now)
        .bind(now + LEASE_MS)
        .fetch_one(&self.pool)
        .await?)
    }

    /// Whoever delivers is alive, and Dropbox has taken so many bytes.
    pub async fn note_progress(&self, id: i64, bytes_sent: u64, now: i64) -> Result<()> {
        sqlx::query("UPDATE deliveries SET lease_until = $2, bytes_sent = $3 WHERE id = $1")
            .bind(id)
            .bind(now + LEASE_MS)
            .bind(i64::try_from(bytes_sent).unwrap_or(i64::MAX))
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Whoever delivers is alive.
    pub async fn renew_lease(&self, id: i64, now: i64) -> Result<()> {
        sqlx::query("UPDATE deliveries SET lease_until = $2 WHERE id = $1")
            .bind(id)
            .bind(now + LEASE_MS)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Ends a delivery with success.
    pub async fn finish_delivery(&self, id: i64, arrival: &Arrival, now: i64) -> Result<()> {
        sqlx::query(
            "UPDATE deliveries SET state = $2, dropbox_path = $3, content_hash = $4, rev = $5, bytes_sent = size_bytes,
                    problem = NULL, finished_at = $6 WHERE id = $1",
        )
        .bind(id)
        .bind(state_text(DeliveryState::Delivered))
        .bind(&arrival.dropbox_path)
        .bind(&arrival.content_hash)
        .bind(&arrival.rev)
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Ends a delivery with a problem.
    pub async fn fail_delivery(&self, id: i64, problem: &Problem, now: i64) -> Result<()> {
        sqlx::query("UPDATE deliveries SET state = $2, problem = $3, finished_at = $4 WHERE id = $1")
            .bind(id)
            .bind(state_text(DeliveryState::NeedsAttention))
            .bind(serde_json::to_string(problem).ok())
            .bind(now)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// One delivery.
    pub async fn find_delivery(&self, id: i64, now: i64) -> Result<Delivery> {
        let row = sqlx::query("SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator WHERE d.id = $1")
            .bind(id)
            .fetch_one(&self.pool)
            .await?;
        delivery(&row, now)
    }

    /// A delivered file of an operator, as Dropbox has stored it; nothing when it was not delivered.
    pub async fn find_delivered(&self, row: OperatorRow, id: i64) -> Result<Option<StoredFile>> {
        let found =
            sqlx::query("SELECT dropbox_path, size_bytes, content_hash FROM deliveries WHERE id = $1 AND operator = $2 AND state = $3")
                .bind(id)
                .bind(row.0)
                .bind(state_text(DeliveryState::Delivered))
                .fetch_optional(&self.pool)
                .await?;
        let stored = |found: SqliteRow| {
            Ok(StoredFile {
                dropbox_path: found.try_get("dropbox_path")?,
                size: bytes(&found, "size_bytes")?,
                content_hash: found.try_get("content_hash")?,
            })
        };
        found.map(stored).transpose()
    }

    /// Deletes what has ended before this time (milliseconds), well or not, or was left by a program that was gone by then.
    pub async fn purge_deliveries(&self, before: i64) -> Result<()> {
        sqlx::query("DELETE FROM deliveries WHERE finished_at < $1 OR (state = 'uploading' AND lease_until < $1)")
            .bind(before)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The deliveries with a higher number, and those that are on their way.
    pub async fn moving_deliveries(&self, above: i64, now: i64) -> Result<Vec<Delivery>> {
        let rows = sqlx::query(
            "SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator WHERE d.id > $1
             UNION ALL
             SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator
              WHERE d.state = 'uploading' AND d.id <= $1 AND d.lease_until > $2",
        )
        .bind(above)
        .bind(now)
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| delivery(row, now)).collect()
    }

    /// The newest deliveries, newest first; of one operator or of all that are not removed.
    pub async fn list_deliveries(&self, row: Option<OperatorRow>, limit: u32, now: i64) -> Result<Vec<Delivery>> {
        let rows = sqlx::query(
            "SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator
              WHERE d.operator = $1 OR ($1 IS NULL AND o.removed_at IS NULL) ORDER BY d.id DESC LIMIT $2",
        )
        .bind(row.map(|row| row.0))
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(|row| delivery(row, now)).collect()
    }
}

/// A delivery whose program has ended half-way counts as interrupted, without anybody writing it.
fn delivery(row: &SqliteRow, now: i64) -> Result<Delivery> {
    let lease_until: i64 = row.try_get("lease_until")?;
    Ok(match read(row)? {
        left if left.state == DeliveryState::Uploading && lease_until <= now => Delivery {
            state: DeliveryState::NeedsAttention,
            problem: Some(crate::Error::Interrupted(left.file_name.clone()).problem()),
            ..left
        },
        delivery => delivery,
    })
}

fn read(row: &SqliteRow) -> Result<Delivery> {
    let problem: Option<String> = row.try_get("problem")?;
    let (file_name, dropbox_path): (String, Option<String>) = (row.try_get("file_name")?, row.try_get("dropbox_path")?);
    let is_renamed = dropbox_path.as_deref().is_some_and(|path| destination::is_renamed(&file_name, path));
    Ok(Delivery {
        id: row.try_get("id")?,
        operator_id: OperatorId::stored(row.try_get("operator_id")?),
        origin: origin(row.try_get("origin")?),
        renamed_from: is_renamed.then(|| file_name.clone()),
        file_name,
        size_bytes: bytes(row, "size_bytes")?,
        bytes_sent: bytes(row, "bytes_sent")?,
        state: state(row.try_get("state")?),
        dropbox_path,
        content_hash: row.try_get("content_hash")?,
        created_at: row.try_get("created_at")?,
        finished_at: row.try_get("finished_at")?,
        problem: problem.and_then(|json| serde_json::from_str(&json).ok()),
    })
}

fn bytes(row: &SqliteRow, column: &str) -> Result<u64> {
    Ok(u64::try_from(row.try_get::<i64, _>(column)?).unwrap_or(0))
}

fn origin_text(origin: Origin) -> &'static str {
    match origin {
        Origin::Test => "test",
        Origin::Send => "send",
    }
}

fn origin(text: &str) -> Origin {
    match text {
        "test" => Origin::Test,
        _ => Origin::Send,
    }
}

fn state_text(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Uploading => "uploading",
        DeliveryState::Delivered => "delivered",
        DeliveryState::NeedsAttention => "needs_attention",
    }
}

fn state(text: &str) -> DeliveryState {
    match text {
        "uploading" => DeliveryState::Uploading,
        "delivered" => DeliveryState::Delivered,
        _ => DeliveryState::NeedsAttention,
    }
}

/// Whether the delivery that an operator's row brings along (columns `d_…`) was not delivered, or was left by a program that is gone.
pub(super) fn has_failed(row: &SqliteRow, now: i64) -> Result<bool> {
    let state: Option<String> = row.try_get("d_state")?;
    let lease_until: Option<i64> = row.try_get("d_lease_until")?;
    Ok(match state.as_deref().map(self::state) {
        Some(DeliveryState::NeedsAttention) => true,
        Some(DeliveryState::Uploading) => lease_until.is_some_and(|until| until <= now),
        _ => false,
    })
}
