//! The end of a delivery, written down: repeated while the database cannot take it, told apart from not delivered, and caught up on for
//! programs that have ended.

use std::time::Duration;

use super::{Deliveries, Subject};
use crate::{
    error::Error,
    store::{
        self,
        deliveries::{Claim, Delivery, Settled},
    },
};

/// How long to wait before the end is written once more: a disk that is full for a moment, or another program's long write.
const WAITS: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(6),
];

impl Deliveries {
    /// Writes down how a delivery ended and tells of it.
    pub(super) async fn settle(&self, subject: &Subject, settled: Settled) -> Result<Delivery, Error> {
        let id = subject.claim.delivery_id;
        self.in_flight.note(subject.claim, &settled);
        match self.write(subject.claim, &settled).await {
            Ok(true) => self.in_flight.end(subject.claim),
            Ok(false) => {
                self.in_flight.end(subject.claim);
                return Err(Error::DeliveryTakenOver(subject.file_name.clone()));
            }
            // It stays in flight: `close` tries once more.
            Err(error) => return Err(unwritten(settled, error)),
        }
        let delivery = self.store.find_delivery(id).await?.ok_or(Error::NoDelivery(id))?;
        self.tell(&delivery);
        Ok(delivery)
    }

    async fn write(&self, claim: Claim, settled: &Settled) -> Result<bool, store::Error> {
        let mut waits = WAITS.into_iter();
        loop {
            let error = match self.store.settle_delivery(claim, settled, self.instance.id(), self.clock.now_ms()).await {
                Err(error) => error,
                written => return written,
            };
            let Some(wait) = waits.next() else {
                return Err(error);
            };
            tracing::warn!(delivery = claim.delivery_id, %error, "the end of a delivery will be written down once more");
            self.clock.sleep(wait).await;
        }
    }

    /// Writes down what this program leaves half-way: what was on its way was interrupted.
    pub async fn close(&self) {
        self.settle_all(self.in_flight.take()).await;
    }

    async fn settle_all(&self, left: Vec<(Claim, Settled)>) {
        for (claim, settled) in left {
            if let Err(error) = self.store.settle_delivery(claim, &settled, self.instance.id(), self.clock.now_ms()).await {
                tracing::warn!(delivery = claim.delivery_id, %error, "an interrupted delivery could not be written down");
            }
        }
    }

    /// Writes down what programs have left half-way that run no more. A program that sleeps still runs.
    pub async fn abandon_left(&self) -> Result<(), Error> {
        self.settle_all(self.in_flight.take_left()).await;
        for left in self.store.list_claims().await? {
            if left.owner.as_deref().is_some_and(|owner| self.instance.is_alive(owner)) {
                continue;
            }
            let interrupted = Settled::Failed(Error::Interrupted(left.file_name).problem());
            let (own, now) = (self.instance.id(), self.clock.now_ms());
            // Nothing comes of it where it goes on after all, under another claim or settled.
            if self.store.settle_delivery(left.claim, &interrupted, own, now).await?
                && let Some(delivery) = self.store.find_delivery(left.claim.delivery_id).await?
            {
                self.tell(&delivery);
            }
        }
        Ok(())
    }
}

/// Delivered and not written down is not the same as not delivered.
fn unwritten(settled: Settled, error: store::Error) -> Error {
    match settled {
        Settled::Delivered(arrival) => Error::DeliveredUnnoted {
            path: arrival.dropbox_path,
            reason: Error::from(error).to_string(),
        },
        Settled::Failed(_) => error.into(),
    }
}
