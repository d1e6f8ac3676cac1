//! Deliveries: a row before anything else happens to a file, and its history afterwards.
//!
//! `transitions` has every way from state to state, and is the only place that writes. What is read here is what the row says.

mod claimed;
mod counters;
mod digest;
mod path;
mod transitions;

use std::path::PathBuf;

use serde::Serialize;
use sqlx::Row;

pub(super) use self::transitions::cancel_queued;
pub use self::{
    claimed::{Claim, Claimed},
    transitions::Settled,
};
use super::{OperatorRow, Page, Result, Store};
pub use crate::event::DeliveryState;
use crate::store::sqlite::DatabaseRow;
use crate::{
    destination,
    error::Problem,
    event::Event,
    operator::{OperatorId, StoredFile},
};

/// How far before a delivery another one counts as of the same time: the files of one run follow each other.
const BEFORE_MAX: i64 = 10_000;
/// How many rows are read at once.
const AT_ONCE: i64 = 1_000;

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
    /// The delivery that was sent again in the place of this one.
    pub superseded_by: Option<i64>,
}

impl Delivery {
    /// Tells how far it is.
    pub fn event(&self) -> Event {
        Event::Delivery {
            operator_id: self.operator_id.clone(),
            delivery_id: self.id,
            bytes_sent: self.bytes_sent,
            size_bytes: self.size_bytes,
            state: self.state,
        }
    }
}

/// A file that is about to be delivered.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Why it is delivered.
    pub origin: Origin,
    /// Where the file lies; nothing for a test file, which is made on the way.
    pub source: Option<SourceFile>,
    /// The file's name.
    pub file_name: String,
    /// The file's size in bytes.
    pub size_bytes: u64,
    /// Where in Dropbox it goes.
    pub destination: String,
}

/// A file on this computer that can be opened again, and told from another one under the same path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The whole path.
    pub path: PathBuf,
    /// Which file it is, and in which version: whatever the system says that a write or a replacement changes.
    pub identity: String,
}

/// A claim, and who holds it.
#[derive(Clone, Debug)]
pub struct HeldClaim {
    /// The claim.
    pub claim: Claim,
    /// The file's name.
    pub file_name: String,
    /// The program that holds it; nothing for one of before programs were named.
    pub owner: Option<String>,
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
    /// Finds one delivery; nothing when there is none of this number.
    pub async fn find_delivery(&self, id: i64) -> Result<Option<Delivery>> {
        let row = sqlx::query("SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator WHERE d.id = $1")
            .bind(id)
            .fetch_optional(self.readers()?)
            .await?;
        row.as_ref().map(delivery).transpose()
    }

    /// Finds a delivered file of an operator, as Dropbox has stored it; nothing when it was not delivered.
    pub async fn find_delivered(&self, row: OperatorRow, id: i64) -> Result<Option<StoredFile>> {
        let found =
            sqlx::query("SELECT dropbox_path, size_bytes, content_hash FROM deliveries WHERE id = $1 AND operator = $2 AND state = $3")
                .bind(id)
                .bind(row.0)
                .bind(state_text(DeliveryState::Delivered))
                .fetch_optional(self.readers()?)
                .await?;
        let stored = |found: DatabaseRow| {
            Ok(StoredFile {
                dropbox_path: found.try_get("dropbox_path")?,
                size: bytes(&found, "size_bytes")?,
                content_hash: found.try_get("content_hash")?,
            })
        };
        found.map(stored).transpose()
    }

    /// Lists deliveries, newest first; of one operator or of all that are not removed.
    pub async fn list_deliveries(&self, row: Option<OperatorRow>, page: Page) -> Result<Vec<Delivery>> {
        let rows = match row {
            Some(row) => {
                sqlx::query(
                    "SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator
                      WHERE d.operator = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3",
                )
                .bind(row.0)
                .bind(page.end())
                .bind(i64::from(page.limit))
                .fetch_all(self.readers()?)
                .await?
            }
            None => {
                sqlx::query(
                    "SELECT d.*, o.operator_id FROM deliveries d JOIN operators o ON o.id = d.operator
                      WHERE d.id < $1 AND o.removed_at IS NULL ORDER BY d.id DESC LIMIT $2",
                )
                .bind(page.end())
                .bind(i64::from(page.limit))
                .fetch_all(self.readers()?)
                .await?
            }
        };
        rows.iter().map(delivery).collect()
    }

    /// Lists the claims under which files are on their way.
    pub async fn list_claims(&self) -> Result<Vec<HeldClaim>> {
        let rows = sqlx::query("SELECT id, claim, file_name, owner FROM deliveries WHERE state = 'uploading'")
            .fetch_all(self.readers()?)
            .await?;
        let held = |row: &DatabaseRow| {
            Ok(HeldClaim {
                claim: Claim {
                    delivery_id: row.try_get("id")?,
                    number: row.try_get("claim")?,
                },
                file_name: row.try_get("file_name")?,
                owner: row.try_get("owner")?,
            })
        };
        rows.iter().map(held).collect()
    }

    /// Finds the file of a delivery as it was taken; nothing for a test file, and for a delivery of before this was kept.
    pub async fn find_source(&self, id: i64) -> Result<Option<SourceFile>> {
        let row = sqlx::query("SELECT source_path, source_identity FROM deliveries WHERE id = $1")
            .bind(id)
            .fetch_optional(self.readers()?)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let (path, identity): (Option<Vec<u8>>, Option<String>) = (row.try_get("source_path")?, row.try_get("source_identity")?);
        Ok(path.zip(identity).map(|(path, identity)| SourceFile {
            path: path::of(&path),
            identity,
        }))
    }

    /// Finds which file on this computer an operator's Dropbox has at a place, by the history; nothing where that does not tell. What another
    /// delivery of about the same time, or a later one, has brought there counts, and of several the last.
    pub async fn find_source_at(&self, row: OperatorRow, place: &str, delivery_id: i64) -> Result<Option<PathBuf>> {
        let (wanted, oldest) = (destination::key(place), delivery_id.saturating_sub(BEFORE_MAX));
        let (mut before, mut newest) = (i64::MAX, None);
        loop {
            let rows = sqlx::query(
                "SELECT id, source_path, dropbox_path, finished_at FROM deliveries
                  WHERE operator = $1 AND id < $2 AND id > $3 AND state = 'delivered' AND id <> $4 ORDER BY id DESC LIMIT $5",
            )
            .bind(row.0)
            .bind(before)
            .bind(oldest)
            .bind(delivery_id)
            .bind(AT_ONCE)
            .fetch_all(self.readers()?)
            .await?;
            let Some(last) = rows.last() else {
                return Ok(newest.and_then(|(_, source): (i64, Option<PathBuf>)| source));
            };
            before = last.try_get("id")?;
            for row in &rows {
                let (source, at): (Option<Vec<u8>>, i64) = (row.try_get("source_path")?, row.try_get("finished_at")?);
                if destination::key(row.try_get("dropbox_path")?) == wanted && newest.as_ref().is_none_or(|(newest, _)| *newest < at) {
                    newest = Some((at, source.map(|source| path::of(&source))));
                }
            }
        }
    }

    /// Deletes at most `limit` deliveries that ended well, or were given up, before this time (milliseconds); how many there were. What
    /// needs attention stays until a person has decided.
    pub async fn purge_deliveries(&self, before: i64, limit: u32) -> Result<u64> {
        let deleted = sqlx::query(
            "DELETE FROM deliveries WHERE id IN
                 (SELECT id FROM deliveries WHERE finished_at < $1 AND state <> 'needs_attention' ORDER BY finished_at LIMIT $2)",
        )
        .bind(before)
        .bind(i64::from(limit))
        .execute(self.writer()?)
        .await?;
        Ok(deleted.rows_affected())
    }
}

/// Reads a row of `deliveries` that has its operator's id beside it.
pub(super) fn delivery(row: &DatabaseRow) -> Result<Delivery> {
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
        superseded_by: row.try_get("superseded_by")?,
    })
}

fn bytes(row: &DatabaseRow, column: &str) -> Result<u64> {
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
        DeliveryState::Queued => "queued",
        DeliveryState::Uploading => "uploading",
        DeliveryState::Delivered => "delivered",
        DeliveryState::NeedsAttention => "needs_attention",
        DeliveryState::Cancelled => "cancelled",
        DeliveryState::Dismissed => "dismissed",
    }
}

fn state(text: &str) -> DeliveryState {
    match text {
        "queued" => DeliveryState::Queued,
        "uploading" => DeliveryState::Uploading,
        "delivered" => DeliveryState::Delivered,
        "cancelled" => DeliveryState::Cancelled,
        "dismissed" => DeliveryState::Dismissed,
        _ => DeliveryState::NeedsAttention,
    }
}
