//! Every way of a delivery from state to state. Each names the state that it starts in; each after a claim names the claim too, so that a
//! program that lost its delivery meanwhile changes nothing. The operator's counters change in the same transaction.
//!
//! `take_delivery` → queued → `claim_delivery` → uploading → `settle_delivery` → delivered or needs attention; `requeue_delivery` and
//! `dismiss_delivery` lead out of needs attention, and `cancel_queued` out of queued when the operator is removed.

use super::{
    Arrival, NewDelivery,
    claimed::{Claim, Claimed, claimed},
    counters::{CLAIMED, Counted, DISMISSED, FAILED, REQUEUED, TAKEN, commit},
    digest::{Fixed, stored_size},
    origin_text, path,
};
use crate::{
    error::Problem,
    store::{OperatorRow, Result, Store, change::Change},
};

/// How an upload ended.
#[derive(Clone, Debug)]
pub enum Settled {
    /// Dropbox has the file, and the content hashes agree.
    Delivered(Arrival),
    /// It was not delivered, and why.
    Failed(Problem),
}

impl Store {
    /// Takes a file: makes the row, queued, and returns its number. A source that was taken before, has not been delivered and has not
    /// changed since is queued again instead, so that it goes where it was going.
    pub async fn take_delivery(&self, row: OperatorRow, new: &NewDelivery, own: &str, now: i64) -> Result<i64> {
        let mut change = self.begin_change().await?;
        let (id, counted) = match open_failure_of(&mut change, row, new).await? {
            Some(id) => {
                requeue(&mut change, id, own).await?;
                (id, REQUEUED)
            }
            None => (insert(&mut change, row, new, own, now).await?, TAKEN),
        };
        commit(change, Some(row.0), counted).await?;
        Ok(id)
    }

    /// Claims a queued delivery for a program; nothing when it is not queued any more. A row that is damaged is an error, and stays.
    pub async fn claim_delivery(&self, id: i64, own: &str) -> Result<Option<Claimed>> {
        let mut change = self.begin_change().await?;
        let row = sqlx::query(
            "UPDATE deliveries SET state = 'uploading', claim = claim + 1, owner = $2, bytes_sent = 0, problem = NULL, finished_at = NULL,
                    change_number = $3, changed_by = $2
              WHERE id = $1 AND state = 'queued'
             RETURNING id, claim, operator, origin, source_path, source_identity, file_name, size_bytes, destination, created_at, digest",
        )
        .bind(id)
        .bind(own)
        .bind(change.number)
        .fetch_optional(&mut *change.transaction)
        .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let claimed = claimed(&row)?;
        commit(change, Some(claimed.operator.0), CLAIMED).await?;
        Ok(Some(claimed))
    }

    /// Notes how many bytes Dropbox has taken; `false` when the claim holds no more, and sending has to end.
    pub async fn note_progress(&self, claim: Claim, bytes_sent: u64, own: &str) -> Result<bool> {
        let mut change = self.begin_change().await?;
        let noted = sqlx::query(
            "UPDATE deliveries SET bytes_sent = $3, change_number = $4, changed_by = $5
              WHERE id = $1 AND state = 'uploading' AND claim = $2",
        )
        .bind(claim.delivery_id)
        .bind(claim.number)
        .bind(i64::try_from(bytes_sent).unwrap_or(i64::MAX))
        .bind(change.number)
        .bind(own)
        .execute(&mut *change.transaction)
        .await?;
        change.transaction.commit().await?;
        Ok(noted.rows_affected() == 1)
    }

    /// Ends a delivery, the program's own or one that a program has left that runs no more; `false` when the claim holds no more, and
    /// nothing was written. One that is delivered settles the failures of the same source before it.
    pub async fn settle_delivery(&self, claim: Claim, settled: &Settled, own: &str, now: i64) -> Result<bool> {
        let mut change = self.begin_change().await?;
        match settled {
            Settled::Delivered(arrival) => {
                let operator = deliver(&mut change, claim, arrival, own, now).await?;
                let superseded = match operator {
                    Some(_) => supersede(&mut change, claim.delivery_id, own, now).await?,
                    None => 0,
                };
                commit(change, operator, Counted::delivered(now, superseded)).await
            }
            Settled::Failed(problem) => {
                let operator = fail(&mut change, claim, problem, own, now).await?;
                commit(change, operator, FAILED).await
            }
        }
    }

    /// Queues a delivery that needs attention again; `false` when it does not need any.
    pub async fn requeue_delivery(&self, id: i64, own: &str) -> Result<bool> {
        let mut change = self.begin_change().await?;
        let operator = requeue(&mut change, id, own).await?;
        commit(change, operator, REQUEUED).await
    }

    /// Gives up a delivery that needs attention, since a person has decided so; `false` when it does not need any.
    pub async fn dismiss_delivery(&self, id: i64, own: &str, now: i64) -> Result<bool> {
        let mut change = self.begin_change().await?;
        let operator = sqlx::query_scalar(
            "UPDATE deliveries SET state = 'dismissed', finished_at = $2, change_number = $3, changed_by = $4
              WHERE id = $1 AND state = 'needs_attention' RETURNING operator",
        )
        .bind(id)
        .bind(now)
        .bind(change.number)
        .bind(own)
        .fetch_optional(&mut *change.transaction)
        .await?;
        commit(change, operator, DISMISSED).await
    }
}

/// Takes back what of an operator is queued, in the transition that removes the operator.
pub(in crate::store) async fn cancel_queued(change: &mut Change, row: OperatorRow, own: &str, now: i64) -> Result<()> {
    let cancelled = sqlx::query(
        "UPDATE deliveries SET state = 'cancelled', finished_at = $2, change_number = $3, changed_by = $4
          WHERE operator = $1 AND state = 'queued'",
    )
    .bind(row.0)
    .bind(now)
    .bind(change.number)
    .bind(own)
    .execute(&mut *change.transaction)
    .await?;
    Counted::cancelled(cancelled.rows_affected()).of_operator(row.0, change).await
}

/// The newest failure of the same source in the same version.
async fn open_failure_of(change: &mut Change, row: OperatorRow, new: &NewDelivery) -> Result<Option<i64>> {
    let Some(source) = &new.source else {
        return Ok(None);
    };
    Ok(sqlx::query_scalar(
        "SELECT id FROM deliveries
          WHERE operator = $1 AND state = 'needs_attention' AND source_path = $2 AND source_identity = $3 AND size_bytes = $4
          ORDER BY id DESC LIMIT 1",
    )
    .bind(row.0)
    .bind(path::stored(&source.path))
    .bind(&source.identity)
    .bind(stored_size(new))
    .fetch_optional(&mut *change.transaction)
    .await?)
}

async fn insert(change: &mut Change, row: OperatorRow, new: &NewDelivery, own: &str, now: i64) -> Result<i64> {
    let source_path = new.source.as_ref().map(|source| path::stored(&source.path));
    let fixed = Fixed {
        operator: row.0,
        origin: origin_text(new.origin),
        source_path: source_path.as_deref(),
        source_identity: new.source.as_ref().map(|source| source.identity.as_str()),
        file_name: &new.file_name,
        size_bytes: stored_size(new),
        destination: &new.destination,
        created_at: now,
    };
    let shown = new.source.as_ref().map(|source| source.path.display().to_string());
    Ok(sqlx::query_scalar(
        "INSERT INTO deliveries (operator, origin, source, source_path, source_identity, file_name, size_bytes, destination, state,
                                 created_at, digest, change_number, changed_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11, $12) RETURNING id",
    )
    .bind(fixed.operator)
    .bind(fixed.origin)
    .bind(shown.unwrap_or_default())
    .bind(fixed.source_path)
    .bind(fixed.source_identity)
    .bind(fixed.file_name)
    .bind(fixed.size_bytes)
    .bind(fixed.destination)
    .bind(fixed.created_at)
    .bind(fixed.digest())
    .bind(change.number)
    .bind(own)
    .fetch_one(&mut *change.transaction)
    .await?)
}

/// Queues what needs attention, and returns its operator; nothing when it does not need any.
async fn requeue(change: &mut Change, id: i64, own: &str) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(
        "UPDATE deliveries SET state = 'queued', problem = NULL, finished_at = NULL, bytes_sent = 0, change_number = $2, changed_by = $3
          WHERE id = $1 AND state = 'needs_attention' RETURNING operator",
    )
    .bind(id)
    .bind(change.number)
    .bind(own)
    .fetch_optional(&mut *change.transaction)
    .await?)
}

async fn deliver(change: &mut Change, claim: Claim, arrival: &Arrival, own: &str, now: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(
        "UPDATE deliveries SET state = 'delivered', dropbox_path = $3, content_hash = $4, rev = $5, bytes_sent = size_bytes, problem = NULL,
                finished_at = $6, owner = NULL, change_number = $7, changed_by = $8
          WHERE id = $1 AND state = 'uploading' AND claim = $2 RETURNING operator",
    )
    .bind(claim.delivery_id)
    .bind(claim.number)
    .bind(&arrival.dropbox_path)
    .bind(&arrival.content_hash)
    .bind(&arrival.rev)
    .bind(now)
    .bind(change.number)
    .bind(own)
    .fetch_optional(&mut *change.transaction)
    .await?)
}

async fn fail(change: &mut Change, claim: Claim, problem: &Problem, own: &str, now: i64) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar(
        "UPDATE deliveries SET state = 'needs_attention', problem = $3, finished_at = $4, owner = NULL, change_number = $5, changed_by = $6
          WHERE id = $1 AND state = 'uploading' AND claim = $2 RETURNING operator",
    )
    .bind(claim.delivery_id)
    .bind(claim.number)
    .bind(serde_json::to_string(problem).ok())
    .bind(now)
    .bind(change.number)
    .bind(own)
    .fetch_optional(&mut *change.transaction)
    .await?)
}

/// Settles the failures of the same source, or of test files where this is one, that came before a delivery; how many there were.
async fn supersede(change: &mut Change, id: i64, own: &str, now: i64) -> Result<i64> {
    let settled = sqlx::query(
        "UPDATE deliveries SET state = 'dismissed', superseded_by = $1, finished_at = $2, change_number = $3, changed_by = $4
          WHERE state = 'needs_attention' AND id < $1
            AND operator = (SELECT operator FROM deliveries WHERE id = $1)
            AND origin = (SELECT origin FROM deliveries WHERE id = $1)
            AND (origin = 'test'
                 OR source_path = (SELECT source_path FROM deliveries WHERE id = $1)
                 OR (source_path IS NULL AND file_name = (SELECT file_name FROM deliveries WHERE id = $1)))",
    )
    .bind(id)
    .bind(now)
    .bind(change.number)
    .bind(own)
    .execute(&mut *change.transaction)
    .await?;
    Ok(i64::try_from(settled.rows_affected()).unwrap_or(0))
}
