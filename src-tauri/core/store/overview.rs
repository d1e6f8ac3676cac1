//! The numbers of the overview, counted where the rows are: there may be thousands.

use sqlx::Row;

use super::{Result, Store};
use crate::overview::Overview;

/// For each operator: what is awaited, what went wrong, how the last delivery stands. The words are those of the tables' own files.
const COUNTS: &str = "
    SELECT COALESCE(SUM(CASE WHEN waits = 1 THEN 1 ELSE 0 END), 0) AS waiting,
           COALESCE(SUM(CASE WHEN waits = 0 AND (failed = 1 OR ended = 1 OR stuck = 1) THEN 1 ELSE 0 END), 0) AS needing_attention,
           COALESCE(SUM(uploading), 0) AS uploading,
           MIN(CASE WHEN expires = 1 THEN expires_at END) AS next_expiry_at
      FROM (SELECT r.expires_at,
                   CASE WHEN r.phase = 'awaiting_code' AND NOT received AND r.expires_at > $1 THEN 1 ELSE 0 END AS expires,
                   CASE WHEN r.phase IN ('exchanging', 'granted') OR r.phase = 'awaiting_code' AND (received OR r.expires_at > $1)
                        THEN 1 ELSE 0 END AS waits,
                   CASE WHEN r.phase = 'failed' OR r.phase = 'awaiting_code' AND NOT received AND r.expires_at <= $1
                        THEN 1 ELSE 0 END AS failed,
                   COALESCE(a.revoked, 0) AS ended,
                   CASE WHEN d.state = 'needs_attention' OR d.state = 'uploading' AND d.lease_until <= $1 THEN 1 ELSE 0 END AS stuck,
                   CASE WHEN d.state = 'uploading' AND d.lease_until > $1 THEN 1 ELSE 0 END AS uploading
              FROM operators o
              LEFT JOIN authorizations a ON a.operator = o.id
              LEFT JOIN (SELECT *, authorization_code IS NOT NULL OR refresh_token IS NOT NULL AS received FROM authorization_requests) r
                     ON r.operator = o.id
              LEFT JOIN deliveries d ON d.id = (SELECT MAX(id) FROM deliveries WHERE operator = o.id)
             WHERE o.removed_at IS NULL AND o.active = 1) AS standing";

impl Store {
    /// Counts. `now` (milliseconds) decides what still waits.
    pub async fn get_overview(&self, now: i64) -> Result<Overview> {
        let row = sqlx::query(COUNTS).bind(now).fetch_one(&self.pool).await?;
        let number = |column| Ok::<_, sqlx::Error>(u32::try_from(row.try_get::<i64, _>(column)?).unwrap_or(u32::MAX));
        Ok(Overview {
            needing_attention: number("needing_attention")?,
            waiting: number("waiting")?,
            uploading: number("uploading")?,
            next_expiry_at: row.try_get("next_expiry_at")?,
        })
    }
}
