//! What the overview is made of.

use super::{Result, Store};

impl Store {
    /// Counts the files on their way.
    pub async fn count_uploading(&self) -> Result<u32> {
        let number: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM deliveries WHERE state = 'uploading'")
            .fetch_one(self.readers()?)
            .await?;
        Ok(u32::try_from(number).unwrap_or(u32::MAX))
    }
}
