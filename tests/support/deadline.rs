//! No test hangs.

use std::time::Duration;

/// How long a test waits for something before it fails instead of hanging.
pub(super) const DEADLINE: Duration = Duration::from_secs(30);

/// Fails instead of hanging.
pub(crate) async fn within<T>(future: impl Future<Output = T>, what: &str) -> T {
    tokio::time::timeout(DEADLINE, future).await.unwrap_or_else(|_| panic!("{what}"))
}
