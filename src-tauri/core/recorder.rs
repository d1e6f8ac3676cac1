//! Recorder: writes down who did what and how it ended.

use tokio::sync::broadcast;

use crate::{
    activity::{self, Action},
    clock::Clock,
    error::Error,
    event::Event,
    operator::OperatorId,
    store::Store,
};

/// Writes the activity of one program. Cloning it shares the database.
#[derive(Clone, Debug)]
pub struct Recorder {
    store: Store,
    clock: Clock,
    events: broadcast::Sender<Event>,
    actor: String,
}

impl Recorder {
    /// `actor` is who uses the program, and which one it is.
    pub fn new(store: Store, clock: Clock, events: broadcast::Sender<Event>, actor: String) -> Self {
        Self {
            store,
            clock,
            events,
            actor,
        }
    }

    /// Who uses the program, as the activity shows it.
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// Writes down who did what and how it ended, and hands the result on.
    pub async fn record<T>(
        &self,
        action: Action,
        operator_id: Option<&OperatorId>,
        detail: Option<&str>,
        result: Result<T, Error>,
    ) -> Result<T, Error> {
        let result = result.map_err(|error| self.store.explained(error));
        let refused = result.as_ref().err().map(activity::refused);
        let detail = refused.as_deref().or(detail);
        let (id, now) = (operator_id.map(OperatorId::as_str), self.clock.now_ms());
        match self.store.add_activity(&self.actor, action, id, detail, now).await {
            // Nobody listening is fine.
            Ok(()) => drop(self.events.send(Event::Activity)),
            // What was done is done; that it could not be written down is no reason to call it a failure.
            Err(error) => tracing::error!(%error, ?action, "the activity could not be written down"),
        }
        result
    }
}
