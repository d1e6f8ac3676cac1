//! Time as a value: what time it is, and how to wait. Tests hand in one that they move themselves.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use jiff::Timestamp;

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where every "now" and every wait between two attempts comes from.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    sleep: Arc<dyn Fn(Duration) -> Sleep + Send + Sync>,
}

impl Clock {
    /// The computer's own clock.
    pub fn system() -> Self {
        Self::new(Timestamp::now, |duration| Box::pin(tokio::time::sleep(duration)))
    }

    /// A clock made of two functions.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static, sleep: impl Fn(Duration) -> Sleep + Send + Sync + 'static) -> Self {
        Self {
            now: Arc::new(now),
            sleep: Arc::new(sleep),
        }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// The present instant in milliseconds since 1970, as it is stored and sent to the window.
    pub fn now_ms(&self) -> i64 {
        self.now().as_millisecond()
    }

    /// Waits.
    pub async fn sleep(&self, duration: Duration) {
        (self.sleep)(duration).await;
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Clock")
    }
}
