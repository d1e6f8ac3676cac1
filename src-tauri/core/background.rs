//! Background: what the program that stays open does every now and then. It hears of what other programs do on the same database, ends
//! what programs have left that run no more, and deletes what was kept long enough.

use std::{sync::Arc, time::Duration};

use tokio::sync::broadcast;

use crate::{
    activity::{Action, Activity},
    clock::Clock,
    delivery::Deliveries,
    error::Error,
    event::Event,
    instance::Instance,
    operator::OperatorId,
    retention::{self, Extent},
    store::{Store, deliveries::Delivery},
};

/// How often other programs are looked for: two short queries.
const POLL_INTERVAL: Duration = Duration::from_secs(2);
/// Polls between two purges and looks at what is due: hourly.
const POLLS_PER_UPKEEP: u32 = 1800;
/// More news than this at once are told as one.
const TOLD_ONE_BY_ONE: u32 = 20;

/// What it works with, and the change number up to which everything was told.
pub(crate) struct Background {
    store: Store,
    deliveries: Deliveries,
    instance: Arc<Instance>,
    clock: Clock,
    events: broadcast::Sender<Event>,
    told: i64,
}

impl Background {
    /// Begins with what is there now: only what comes later is news.
    pub(crate) async fn new(
        store: Store,
        deliveries: Deliveries,
        instance: Arc<Instance>,
        clock: Clock,
        events: broadcast::Sender<Event>,
    ) -> Result<Self, Error> {
        Ok(Self {
            told: store.change_number().await?,
            store,
            deliveries,
            instance,
            clock,
            events,
        })
    }

    /// Goes on until the database is closed, or found damaged: then whoever shows anything reads it again, and hears of the damage.
    pub(crate) async fn run(mut self) {
        let mut polls = 0;
        while !self.store.is_closed() && !self.store.is_damaged() {
            tokio::time::sleep(POLL_INTERVAL).await;
            let polled = self.poll().await;
            let kept_up = match polls % POLLS_PER_UPKEEP {
                0 => self.keep_up().await,
                _ => Ok(()),
            };
            polls += 1;
            if let Err(error) = polled.and(kept_up)
                && !self.store.is_closed()
            {
                let error = self.store.explained(error);
                tracing::warn!(code = error.code(), "the database could not be polled");
            }
        }
        if self.store.is_damaged() {
            tracing::error!("the database is damaged; nothing is read or written any more");
            // Nobody listening is fine.
            let _ = self.events.send(Event::Everything);
        }
    }

    /// Reads the database through for damage when that is due, and deletes what was kept long enough.
    async fn keep_up(&self) -> Result<(), Error> {
        self.store.check_when_due(self.clock.reading_ms()).await?;
        retention::purge(&self.store, &self.clock, Extent::Everything).await
    }

    async fn poll(&mut self) -> Result<(), Error> {
        self.deliveries.abandon_left().await?;
        let changes = self.store.changes_since(self.told, self.instance.id(), TOLD_ONE_BY_ONE).await?;
        self.told = changes.number;
        let mut news: Vec<Event> = Vec::new();
        let of_activity = changes.activity.iter().flat_map(|row| [event_of(row), Some(Event::Activity)]).flatten();
        for event in of_activity.chain(changes.deliveries.iter().map(Delivery::event)) {
            if !news.contains(&event) {
                news.push(event);
            }
        }
        if changes.is_cut {
            news = vec![Event::Everything];
        }
        for event in news {
            // Nobody listening is fine.
            let _ = self.events.send(event);
        }
        Ok(())
    }
}

/// Returns what a page has to read again.
fn event_of(row: &Activity) -> Option<Event> {
    let operator_id = row.operator_id.clone().map(OperatorId::stored);
    Action::named(&row.action)?.event(operator_id.as_ref())
}
