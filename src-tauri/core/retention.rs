//! Retention: what is deleted after a while.

use crate::{error::Error, store::Store};

/// One day, in milliseconds.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// How long a removed record can be restored: thirty days.
pub(crate) const REMOVED_KEPT_MS: i64 = 30 * DAY_MS;

/// Deletes what was kept long enough: removed records, the history of deliveries, the secrets of requests whose hour is over. The
/// activity is kept for good.
pub(crate) async fn purge(store: &Store, now: i64) -> Result<(), Error> {
    let settings = store.get_settings().await?;
    store.purge_operators(now - REMOVED_KEPT_MS).await?;
    store.purge_requests(now).await?;
    let history_kept = i64::from(settings.history_retention_days) * DAY_MS;
    Ok(store.purge_deliveries(now - history_kept).await?)
}
