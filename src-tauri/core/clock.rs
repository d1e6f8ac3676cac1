//! Time as a value: what time it is, and how to wait. Tests hand in one that they move themselves.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Before 2026 there was no Outtray: a clock that says so has lost its battery, or was never set.
pub(crate) const EARLIEST_MS: i64 = 1_767_225_600_000;

/// Where every "now" and every wait between two attempts comes from.
#[derive(Clone)]
pub struct Clock {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    instant: Arc<dyn Fn() -> Instant + Send + Sync>,
    sleep: Arc<dyn Fn(Duration) -> Sleep + Send + Sync>,
    /// A time that was believed, in milliseconds, and when it was handed in.
    known: (i64, Instant),
}

impl Clock {
    /// The computer's own clock.
    pub fn system() -> Self {
        Self::new(Timestamp::now, Instant::now, |duration| Box::pin(tokio::time::sleep(duration)))
    }

    /// A clock made of three functions.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        instant: impl Fn() -> Instant + Send + Sync + 'static,
        sleep: impl Fn(Duration) -> Sleep + Send + Sync + 'static,
    ) -> Self {
        Self {
            now: Arc::new(now),
            instant: Arc::new(instant),
            sleep: Arc::new(sleep),
            known: (EARLIEST_MS, Instant::now()),
        }
    }

    /// A clock that never says less than what is possible. What a computer that has forgotten the time writes down would else be from long
    /// ago as soon as the time is right, and deleted. `believed_at` is the last time that was right, in milliseconds, where one is known.
    pub(crate) fn never_before(mut self, believed_at: Option<i64>) -> Self {
        self.known = (believed_at.unwrap_or_default().max(EARLIEST_MS), Instant::now());
        self
    }

    /// The present instant; where the computer has forgotten it, the last one that is known and the time since. The clock may be set,
    /// forward and back: how long something took is measured by [`Clock::instant`].
    pub fn now(&self) -> Timestamp {
        let reading = (self.now)();
        if reading.as_millisecond() >= EARLIEST_MS {
            return reading;
        }
        let (known, since) = self.known;
        let known = Timestamp::from_millisecond(known).unwrap_or(reading);
        known.saturating_add(since.elapsed()).unwrap_or(known)
    }

    /// What the computer's clock says, right or wrong.
    pub fn reading(&self) -> Timestamp {
        (self.now)()
    }

    /// The same in milliseconds since 1970.
    pub(crate) fn reading_ms(&self) -> i64 {
        self.reading().as_millisecond()
    }

    /// A mark to measure from how long something takes. It never goes back. While the computer sleeps it stands still on Linux and macOS,
    /// and goes on on Windows.
    pub fn instant(&self) -> Instant {
        (self.instant)()
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
