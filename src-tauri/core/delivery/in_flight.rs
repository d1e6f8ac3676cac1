//! What this program has claimed and not settled: whoever ends the program settles it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Subject;
use crate::{
    error::Error,
    store::deliveries::{Claim, Settled},
};

/// The deliveries in flight. Cloning it shares them.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Mutex<BTreeMap<i64, Entry>>>);

#[derive(Debug)]
struct Entry {
    claim: Claim,
    file_name: String,
    /// Known once the upload has ended, and until it is written down.
    settled: Option<Settled>,
    /// Whether the future that sent it was dropped half-way.
    is_left: bool,
}

impl Entry {
    fn ended(self) -> (Claim, Settled) {
        let interrupted = || Settled::Failed(Error::Interrupted(self.file_name).problem());
        (self.claim, self.settled.unwrap_or_else(interrupted))
    }
}

/// Held by the future that sends a delivery.
pub(super) struct Flight {
    in_flight: InFlight,
    claim: Claim,
}

impl Drop for Flight {
    fn drop(&mut self) {
        if let Some(entry) = self.in_flight.entries().get_mut(&self.claim.delivery_id) {
            entry.is_left = true;
        }
    }
}

impl InFlight {
    /// Adds a delivery. It stays when the future that sends it is dropped half-way: then [`InFlight::take_left`] has it.
    pub(super) fn begin(&self, subject: &Subject) -> Flight {
        let entry = Entry {
            claim: subject.claim,
            file_name: subject.file_name.clone(),
            settled: None,
            is_left: false,
        };
        self.entries().insert(subject.claim.delivery_id, entry);
        Flight {
            in_flight: self.clone(),
            claim: subject.claim,
        }
    }

    /// Notes how an upload ended, before that is written down.
    pub(super) fn note(&self, claim: Claim, settled: &Settled) {
        if let Some(entry) = self.entries().get_mut(&claim.delivery_id) {
            entry.settled = Some(settled.clone());
        }
    }

    /// Removes a delivery that is written down, or belongs to another program.
    pub(super) fn end(&self, claim: Claim) {
        self.entries().remove(&claim.delivery_id);
    }

    /// Takes what nothing works on any more, each with how it ended: what was on its way was interrupted.
    pub(super) fn take_left(&self) -> Vec<(Claim, Settled)> {
        let mut entries = self.entries();
        let left = entries.extract_if(.., |_, entry| entry.is_left);
        left.map(|(_, entry)| entry.ended()).collect()
    }

    /// Takes everything, as if nothing worked on it any more.
    pub(super) fn take(&self) -> Vec<(Claim, Settled)> {
        std::mem::take(&mut *self.entries()).into_values().map(Entry::ended).collect()
    }

    fn entries(&self) -> MutexGuard<'_, BTreeMap<i64, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
