//! The counters of an operator: what would be dear to count. They change in the transaction that changes a delivery.

use crate::store::{Result, change::Change};

/// What a transition does to the counters of its operator.
#[derive(Clone, Copy)]
pub(super) struct Counted {
    waiting: i64,
    open_failures: i64,
    delivered_at: Option<i64>,
}

/// It waits to be sent.
pub(super) const TAKEN: Counted = Counted::of(1, 0);
/// It waits no more.
pub(super) const CLAIMED: Counted = Counted::of(-1, 0);
/// It needs attention.
pub(super) const FAILED: Counted = Counted::of(0, 1);
/// It needed attention, and waits to be sent.
pub(super) const REQUEUED: Counted = Counted::of(1, -1);
/// It needs attention no more.
pub(super) const DISMISSED: Counted = Counted::of(0, -1);

impl Counted {
    const fn of(waiting: i64, open_failures: i64) -> Self {
        Self {
            waiting,
            open_failures,
            delivered_at: None,
        }
    }

    /// A file has arrived at a time (milliseconds), and settles so many failures of the same source.
    pub(super) fn delivered(at: i64, superseded: i64) -> Self {
        Self {
            delivered_at: Some(at),
            ..Self::of(0, -superseded)
        }
    }

    /// So many wait no more.
    pub(super) fn cancelled(deliveries: u64) -> Self {
        Self::of(-i64::try_from(deliveries).unwrap_or(0), 0)
    }

    /// Changes the counters of an operator.
    pub(super) async fn of_operator(self, operator: i64, change: &mut Change) -> Result<()> {
        sqlx::query(
            "UPDATE operators SET waiting = waiting + $2, open_failures = open_failures + $3, last_delivered_at = COALESCE($4, last_delivered_at)
              WHERE id = $1",
        )
        .bind(operator)
        .bind(self.waiting)
        .bind(self.open_failures)
        .bind(self.delivered_at)
        .execute(&mut *change.transaction)
        .await?;
        Ok(())
    }
}

/// Ends a transition of a delivery of this operator: counts it and commits. `false` where no row was in the state that it starts in: then
/// nothing is written.
pub(super) async fn commit(mut change: Change, operator: Option<i64>, counted: Counted) -> Result<bool> {
    let Some(operator) = operator else {
        return Ok(false);
    };
    counted.of_operator(operator, &mut change).await?;
    change.transaction.commit().await?;
    Ok(true)
}
