//! Recorder: writes down who did what and how it ended, and tells it in the same step.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::{
    activity::{self, Action},
    clock::Clock,
    error::Error,
    event::Event,
    instance::Instance,
    operator::OperatorId,
    store::{
        Store,
        activity::{Author, NewActivity},
    },
};

/// Writes the activity of one program. Cloning it shares the database.
#[derive(Clone, Debug)]
pub struct Recorder {
    store: Store,
    clock: Clock,
    events: broadcast::Sender<Event>,
    instance: Arc<Instance>,
    actor: String,
}

impl Recorder {
    /// `actor` is who uses the program, and which one it is.
    pub fn new(store: Store, clock: Clock, events: broadcast::Sender<Event>, instance: Arc<Instance>, actor: String) -> Self {
        Self {
            store,
            clock,
            events,
            instance,
            actor,
        }
    }

    /// Returns who does what this program does.
    pub fn author(&self) -> Author<'_> {
        Author {
            actor: &self.actor,
            program: self.instance.id(),
        }
    }

    /// Writes down who did what and how it ended, tells what has to be read again, and hands the result on.
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
        let new = NewActivity {
            action,
            operator_id: operator_id.map(OperatorId::as_str),
            detail,
        };
        match self.store.add_activity(self.author(), &new, self.clock.now_ms()).await {
            Ok(()) => self.tell(Event::Activity),
            // What was done is done; that it could not be written down is no reason to call it a failure.
            Err(error) => tracing::error!(%error, ?action, "the activity could not be written down"),
        }
        // Authorizing tells each of its steps by itself.
        let event = action.event(operator_id).filter(|event| !matches!(event, Event::Authorization { .. }));
        if let (Ok(_), Some(event)) = (&result, event) {
            self.tell(event);
        }
        result
    }

    /// Tells what has to be read again.
    pub fn tell(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.events.send(event);
    }
}
