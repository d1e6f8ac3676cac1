//! Background: what the program that stays open does every now and then. It hears of what other programs do on the same database, and
//! deletes what was kept long enough.

use std::{collections::BTreeMap, time::Duration};

use tokio::sync::broadcast;

use crate::{
    activity::{Action, Activity},
    clock::Clock,
    delivery::Deliveries,
    error::Error,
    event::{DeliveryState, Event},
    operator::OperatorId,
    retention,
    store::{Store, deliveries::Delivery},
};

/// How often the database is looked at: two short queries.
const LOOK: Duration = Duration::from_secs(2);
/// How often it is deleted what was kept long enough, in looks: each hour.
const LOOKS_PER_PURGE: u32 = 1800;
/// More news than this at once are told as one.
const TOLD_ONE_BY_ONE: usize = 20;

/// What has been seen so far.
pub(crate) struct Background {
    store: Store,
    deliveries: Deliveries,
    clock: Clock,
    events: broadcast::Sender<Event>,
    last_activity: i64,
    last_delivery: i64,
    /// On their way when it was looked last: how many bytes had gone.
    moving: BTreeMap<i64, u64>,
}

impl Background {
    /// Begins with what is there now: only what comes later is news.
    pub(crate) async fn new(store: Store, deliveries: Deliveries, clock: Clock, events: broadcast::Sender<Event>) -> Result<Self, Error> {
        let (last_activity, last_delivery, _) = store.newest(clock.now_ms()).await?;
        Ok(Self {
            last_activity,
            last_delivery,
            moving: BTreeMap::new(),
            store,
            deliveries,
            clock,
            events,
        })
    }

    /// Goes on until the database is closed.
    pub(crate) async fn run(mut self) {
        let mut looks = 0;
        while !self.store.is_closed() {
            tokio::time::sleep(LOOK).await;
            looks += 1;
            let looked = self.look().await;
            let purged = match looks % LOOKS_PER_PURGE {
                0 => retention::purge(&self.store, &self.clock).await,
                _ => Ok(()),
            };
            if let Err(error) = looked.and(purged)
                && !self.store.is_closed()
            {
                tracing::warn!(code = error.code(), "the database could not be looked at");
            }
        }
    }

    async fn look(&mut self) -> Result<(), Error> {
        // Nearly always there is nothing new, and one short query says so.
        let (last_activity, last_delivery, is_moving) = self.store.newest(self.clock.now_ms()).await?;
        if (last_activity, last_delivery) == (self.last_activity, self.last_delivery) && !is_moving && self.moving.is_empty() {
            return Ok(());
        }
        let mut news = self.of_activity(last_activity).await?;
        news.extend(self.of_deliveries(last_delivery).await?);
        if news.len() > TOLD_ONE_BY_ONE {
            news = vec![Event::Everything];
        }
        for event in news {
            // Nobody listening is fine.
            let _ = self.events.send(event);
        }
        Ok(())
    }

    /// `last` is how far the rows went a moment ago; there may be more by now.
    async fn of_activity(&mut self, last: i64) -> Result<Vec<Event>, Error> {
        let rows = self.store.activity_of_others(self.last_activity).await?;
        self.last_activity = rows.iter().map(|row| row.id).max().unwrap_or(last).max(last);
        let mut news = Vec::new();
        for event in rows.iter().flat_map(|row| [event_of(row), Some(Event::Activity)]).flatten() {
            if !news.contains(&event) {
                news.push(event);
            }
        }
        Ok(news)
    }

    /// Of deliveries that this program has begun, everybody has heard already.
    async fn of_deliveries(&mut self, last: i64) -> Result<Vec<Event>, Error> {
        let now = self.clock.now_ms();
        let mut found = self.store.moving_deliveries(self.last_delivery, now).await?;
        found.retain(|delivery| !self.deliveries.is_own(delivery.id));
        for &id in self.moving.keys() {
            if !found.iter().any(|delivery| delivery.id == id) {
                found.push(self.store.find_delivery(id, now).await?);
            }
        }
        let newest = found.iter().map(|delivery| delivery.id).max();
        self.last_delivery = self.last_delivery.max(last).max(newest.unwrap_or_default());
        let mut news = Vec::new();
        let mut moving = BTreeMap::new();
        for delivery in found {
            let is_moving = delivery.state == DeliveryState::Uploading;
            if !is_moving || self.moving.get(&delivery.id) != Some(&delivery.bytes_sent) {
                news.push(event_of_delivery(&delivery));
            }
            if is_moving {
                moving.insert(delivery.id, delivery.bytes_sent);
            }
        }
        self.moving = moving;
        Ok(news)
    }
}

fn event_of_delivery(delivery: &Delivery) -> Event {
    Event::Delivery {
        operator_id: delivery.operator_id.clone(),
        delivery_id: delivery.id,
        bytes_sent: delivery.bytes_sent,
        size_bytes: delivery.size_bytes,
        state: delivery.state,
    }
}

/// What a page has to read again; a delivery is told of by its own row.
fn event_of(row: &Activity) -> Option<Event> {
    let operator_id = row.operator_id.clone().map(OperatorId::stored);
    match (Action::named(&row.action)?, operator_id) {
        (Action::SendFile | Action::SendTestFile, _) => None,
        (Action::SetSettings, _) => Some(Event::Settings),
        (Action::ReplaceMasterKey, _) | (_, None) => Some(Event::Everything),
        (Action::AddOperator | Action::ChangeOperator | Action::RemoveOperator | Action::RestoreOperator, Some(operator_id)) => {
            Some(Event::Operator { operator_id })
        }
        (_, Some(operator_id)) => Some(Event::Authorization { operator_id }),
    }
}
