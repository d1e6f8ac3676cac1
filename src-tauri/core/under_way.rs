//! Under way: what the end of the program must not cut off, counted.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

/// How much is under way. Cloning it shares the count.
#[derive(Clone, Debug)]
pub struct UnderWay(Arc<watch::Sender<usize>>);

/// One thing that is under way, until this is dropped.
#[derive(Debug)]
pub struct Going(Arc<watch::Sender<usize>>);

impl Default for UnderWay {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl UnderWay {
    /// One more.
    pub fn begin(&self) -> Going {
        self.0.send_modify(|count| *count += 1);
        Going(Arc::clone(&self.0))
    }

    /// How many there are now.
    pub fn count(&self) -> usize {
        *self.0.borrow()
    }

    /// Waits until nothing is under way, at most this long; whether that was long enough.
    pub async fn ended_within(&self, bound: Duration) -> bool {
        let mut count = self.0.subscribe();
        tokio::time::timeout(bound, count.wait_for(|count| *count == 0)).await.is_ok()
    }
}

impl Drop for Going {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
