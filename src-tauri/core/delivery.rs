//! Delivery: a file becomes a row, goes to Dropbox, and counts as delivered only when Dropbox's content hash equals ours.
//!
//! `call` makes every call to Dropbox with a living token and repeats what may succeed on a repeat; `meaning` says what a refusal means
//! for the file; `steady` knows whether it has been written completely, `source` reads it once; `upload` sends it, small in one call, large
//! through a concurrent upload session with bounded memory; `run` is several files that are sent together.

mod call;
mod meaning;
mod run;
mod source;
mod steady;
mod upload;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::tz::TimeZone;
use tokio::sync::broadcast;

use self::upload::Upload;
pub use self::{
    run::{Run, Sent},
    source::Source,
    steady::MOMENT,
};
use crate::{
    authorization::Authorizations,
    clock::Clock,
    destination::Destination,
    dropbox,
    error::Error,
    event::{DeliveryState, Event},
    operator::Operator,
    store::{
        Store,
        deliveries::{Arrival, Delivery, NewDelivery, Origin},
        operators::OperatorRow,
    },
};

/// How often the lease of a delivery is renewed: many times within its length.
const LEASE_RENEWAL: Duration = Duration::from_secs(5);

/// Everything that delivering uses.
#[derive(Clone, Debug)]
pub struct Deliveries {
    store: Store,
    dropbox: dropbox::Client,
    authorizations: Authorizations,
    clock: Clock,
    events: broadcast::Sender<Event>,
    /// What this program has begun and not ended: number → file name.
    under_way: Arc<Mutex<BTreeMap<i64, String>>>,
    /// Everything that this program has begun.
    own: Arc<Mutex<BTreeSet<i64>>>,
}

/// Whose delivery, and which.
#[derive(Clone, Debug)]
struct Subject {
    row: OperatorRow,
    operator: Operator,
    delivery_id: i64,
    size_bytes: u64,
}

impl Deliveries {
    /// Nothing starts by itself.
    pub fn new(
        store: Store,
        dropbox: dropbox::Client,
        authorizations: Authorizations,
        clock: Clock,
        events: broadcast::Sender<Event>,
    ) -> Self {
        Self {
            store,
            dropbox,
            authorizations,
            clock,
            events,
            under_way: Arc::default(),
            own: Arc::default(),
        }
    }

    /// Whether this program has begun the delivery, so that its events have been sent.
    pub fn is_own(&self, delivery_id: i64) -> bool {
        self.own().contains(&delivery_id)
    }

    fn own(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down what is left half-way as interrupted, at once: otherwise that would show only when its lease is over.
    pub async fn close(&self) {
        let left = std::mem::take(&mut *self.under_way());
        for (id, name) in left {
            let problem = Error::Interrupted(name).problem();
            if let Err(error) = self.store.fail_delivery(id, &problem, self.clock.now_ms()).await {
                tracing::warn!(delivery = id, %error, "an interrupted delivery could not be written down");
            }
        }
    }

    fn under_way(&self) -> MutexGuard<'_, BTreeMap<i64, String>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Delivers a file of a run and waits for the end. The row tells what became of it, whether this returns or the program ends before.
    pub async fn send_file(&self, run: &Run, row: OperatorRow, operator: &Operator, file: &Path) -> Result<Sent, Error> {
        let source = Source::file(file, run.sight(file).await?, &self.clock).await?;
        self.deliver(run, row, operator, source, Origin::Send).await
    }

    /// Delivers a small text file, made here, the same way.
    pub async fn send_test_file(&self, row: OperatorRow, operator: &Operator) -> Result<Delivery, Error> {
        let now = self.clock.now().to_zoned_datetime(TimeZone::system());
        let text = format!(
            "This is a test file of Outtray.\n\nOperator: {} ({})\nSent: {}\n\nIf you can read this in Dropbox, report output arrives here.\n",
            operator.id,
            operator.name,
            now.strftime("%Y-%m-%d %H:%M:%S %:z"),
        );
        let name = format!("Outtray test {}.txt", now.strftime("%Y-%m-%d %H%M%S"));
        let (run, source) = (Run::default(), Source::text(name, text));
        Ok(self.deliver(&run, row, operator, source, Origin::Test).await?.delivery)
    }

    async fn deliver(&self, run: &Run, row: OperatorRow, operator: &Operator, source: Source, origin: Origin) -> Result<Sent, Error> {
        let today = self.clock.now().to_zoned_datetime(TimeZone::system()).date();
        let destination = Destination::parse(&operator.destination)?.render(&operator.id, source.name(), today);
        let new = NewDelivery {
            origin,
            source: source.path().map(|path| path.display().to_string()).unwrap_or_default(),
            file_name: source.name().to_owned(),
            size_bytes: source.size(),
            destination,
        };
        let subject = Subject {
            row,
            operator: operator.clone(),
            delivery_id: self.store.add_delivery(row, &new, self.clock.now_ms()).await?,
            size_bytes: new.size_bytes,
        };
        self.own().insert(subject.delivery_id);
        self.under_way().insert(subject.delivery_id, new.file_name);
        self.progress(&subject, 0, DeliveryState::Uploading);
        let upload = Upload {
            deliveries: self,
            subject: &subject,
            run,
            source,
            destination: new.destination,
        };
        let result = tokio::select! {
            result = upload.run() => result,
            never = self.stay_alive(subject.delivery_id) => never,
        };
        let (result, beside) = match result {
            Ok((arrival, beside)) => (Ok(arrival), beside),
            Err(error) => (Err(error), None),
        };
        let delivery = self.finish(&subject, result).await?;
        Ok(Sent { delivery, beside })
    }

    async fn finish(&self, subject: &Subject, result: Result<Arrival, Error>) -> Result<Delivery, Error> {
        let (id, now) = (subject.delivery_id, self.clock.now_ms());
        match &result {
            Ok(arrival) => self.store.finish_delivery(id, arrival, now).await?,
            Err(error) => {
                tracing::warn!(delivery = id, operator = %subject.operator.id, code = error.code(), "a delivery needs attention");
                self.store.fail_delivery(id, &error.problem(), now).await?;
            }
        }
        self.under_way().remove(&id);
        let delivery = self.store.find_delivery(id, now).await?;
        self.progress(subject, delivery.bytes_sent, delivery.state);
        result.map(|_| delivery)
    }

    /// Notes again and again that a delivery goes on: on a slow line one part may take longer than a lease.
    async fn stay_alive<T>(&self, delivery_id: i64) -> T {
        loop {
            tokio::time::sleep(LEASE_RENEWAL).await;
            if let Err(error) = self.store.renew_lease(delivery_id, self.clock.now_ms()).await {
                tracing::warn!(delivery = delivery_id, %error, "the lease of a delivery could not be renewed");
            }
        }
    }

    /// Notes how far a delivery is, and that it goes on. A note that fails is no reason to stop sending.
    async fn went_on(&self, subject: &Subject, bytes_sent: u64) {
        self.progress(subject, bytes_sent, DeliveryState::Uploading);
        if let Err(error) = self.store.note_progress(subject.delivery_id, bytes_sent, self.clock.now_ms()).await {
            tracing::warn!(delivery = subject.delivery_id, %error, "the progress of a delivery could not be noted");
        }
    }

    fn progress(&self, subject: &Subject, bytes_sent: u64, state: DeliveryState) {
        // Nobody listening is fine.
        let _ = self.events.send(Event::Delivery {
            operator_id: subject.operator.id.clone(),
            delivery_id: subject.delivery_id,
            bytes_sent,
            size_bytes: subject.size_bytes,
            state,
        });
    }
}
