//! Delivery: a file becomes a row, goes to Dropbox, and counts as delivered only when Dropbox's content hash equals ours.
//!
//! `call` makes every call to Dropbox with a living token and repeats what may succeed on a repeat; `meaning` says what a refusal means
//! for the file; `steady` knows whether it has been written completely, `source` reads it once; `upload` sends it, small in one call, large
//! through a concurrent upload session with bounded memory; `run` is several files that are sent together.
//!
//! Take → claim → send → settle: each is a transition of the row (`store/deliveries/transitions`), and whoever ends in between leaves a
//! row that says how far it was. `settle` writes the end down, `in_flight` is what this program has claimed and not settled. `shown` is where
//! what has arrived is seen.

mod call;
mod in_flight;
mod meaning;
mod run;
mod settle;
mod shown;
mod source;
mod steady;
mod upload;

use std::{path::Path, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::broadcast;

use self::{in_flight::InFlight, upload::Upload};
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
    instance::Instance,
    operator::Operator,
    store::{
        OperatorRow, Store,
        deliveries::{Claim, Claimed, Delivery, NewDelivery, Origin, Settled},
    },
};

/// Everything that delivering uses.
#[derive(Clone, Debug)]
pub struct Deliveries {
    store: Store,
    dropbox: dropbox::Client,
    authorizations: Authorizations,
    instance: Arc<Instance>,
    clock: Clock,
    events: broadcast::Sender<Event>,
    in_flight: InFlight,
}

/// Whose delivery, and which.
#[derive(Clone, Debug)]
struct Subject {
    row: OperatorRow,
    operator: Operator,
    claim: Claim,
    file_name: String,
    size_bytes: u64,
}

impl Deliveries {
    /// Creates the service; nothing starts by itself.
    pub fn new(
        store: Store,
        dropbox: dropbox::Client,
        authorizations: Authorizations,
        instance: Arc<Instance>,
        clock: Clock,
        events: broadcast::Sender<Event>,
    ) -> Self {
        Self {
            store,
            dropbox,
            authorizations,
            instance,
            clock,
            events,
            in_flight: InFlight::default(),
        }
    }

    /// Delivers a file of a run and waits for the end. The row tells what became of it, whether this returns or the program ends before.
    pub async fn send_file(&self, run: &Run, row: OperatorRow, operator: &Operator, file: &Path) -> Result<Sent, Error> {
        let source = Source::file(file, run.sight(file).await?, &self.clock).await?;
        let id = self.take(row, operator, &source, Origin::Send, self.clock.now_ms()).await?;
        self.send(run, operator, id, source).await
    }

    /// Delivers a small text file, made here, the same way. Without an authorization nothing is tried, so that no delivery fails: a test file
    /// is made anew when there is one.
    pub async fn send_test_file(&self, row: OperatorRow, operator: &Operator) -> Result<Delivery, Error> {
        self.authorizations.check_in_force(row, &operator.id).await?;
        let taken_at = self.clock.now_ms();
        let source = test_file(operator, taken_at);
        let id = self.take(row, operator, &source, Origin::Test, taken_at).await?;
        Ok(self.send(&Run::default(), operator, id, source).await?.delivery)
    }

    /// Sends what needs attention again, to where it was going, and waits for the end. Refused when the file that was taken is not there any
    /// more as it was; then nothing has changed.
    pub async fn send_again(&self, operator: &Operator, delivery: &Delivery) -> Result<Sent, Error> {
        let run = Run::default();
        let source = match delivery.origin {
            Origin::Test => test_file(operator, delivery.created_at),
            Origin::Send => self.reopened(&run, delivery).await?,
        };
        if !self.store.requeue_delivery(delivery.id, self.instance.id()).await? {
            return Err(Error::NothingToDecide(delivery.id));
        }
        self.send(&run, operator, delivery.id, source).await
    }

    /// Gives up what needs attention.
    pub async fn dismiss(&self, id: i64) -> Result<Delivery, Error> {
        if !self.store.dismiss_delivery(id, self.instance.id(), self.clock.now_ms()).await? {
            return Err(Error::NothingToDecide(id));
        }
        let delivery = self.store.find_delivery(id).await?.ok_or(Error::NoDelivery(id))?;
        self.tell(&delivery);
        Ok(delivery)
    }

    /// Opens the file of a delivery once more, and compares it with what was taken.
    async fn reopened(&self, run: &Run, delivery: &Delivery) -> Result<Source, Error> {
        let taken = self.store.find_source(delivery.id).await?;
        let taken = taken.ok_or_else(|| Error::SourceUnknown(delivery.file_name.clone()))?;
        let source = Source::file(&taken.path, run.sight(&taken.path).await?, &self.clock).await?;
        match source.as_taken() {
            Some(now) if now == taken => Ok(source),
            _ => Err(Error::SourceReplaced(taken.path.display().to_string())),
        }
    }

    /// Makes the row of a file.
    async fn take(&self, row: OperatorRow, operator: &Operator, source: &Source, origin: Origin, now: i64) -> Result<i64, Error> {
        let today = self.clock.now().to_zoned_datetime(TimeZone::system()).date();
        let new = NewDelivery {
            origin,
            source: source.as_taken(),
            file_name: source.name().to_owned(),
            size_bytes: source.size(),
            destination: Destination::parse(&operator.destination)?.render(&operator.id, source.name(), today),
        };
        Ok(self.store.take_delivery(row, &new, self.instance.id(), now).await?)
    }

    /// Claims what was taken, uploads it, and writes the end down.
    async fn send(&self, run: &Run, operator: &Operator, id: i64, source: Source) -> Result<Sent, Error> {
        let own = self.instance.hold().map_err(|error| self.no_lock(&error))?;
        let claimed = self.store.claim_delivery(id, own).await?.ok_or(Error::NothingToDecide(id))?;
        let Claimed {
            claim,
            operator: row,
            file_name,
            destination,
            ..
        } = claimed;
        let subject = Subject {
            row,
            operator: operator.clone(),
            claim,
            file_name,
            size_bytes: source.size(),
        };
        let _flight = self.in_flight.begin(&subject);
        self.progress(&subject, 0, DeliveryState::Uploading);
        let upload = Upload {
            deliveries: self,
            subject: &subject,
            run,
            source,
            destination,
        };
        match upload.run().await {
            Ok((arrival, beside)) => {
                let delivery = self.settle(&subject, Settled::Delivered(arrival)).await?;
                Ok(Sent { delivery, beside })
            }
            Err(error) => Err(self.failed(&subject, error).await),
        }
    }

    async fn failed(&self, subject: &Subject, error: Error) -> Error {
        let id = subject.claim.delivery_id;
        tracing::warn!(delivery = id, operator = %subject.operator.id, code = error.code(), "a delivery needs attention");
        match self.settle(subject, Settled::Failed(error.problem())).await {
            Err(unsettled) if !matches!(error, Error::DeliveryTakenOver(_)) => {
                tracing::warn!(delivery = id, code = unsettled.code(), "its end could not be written down");
            }
            _ => {}
        }
        error
    }

    fn no_lock(&self, error: &std::io::Error) -> Error {
        Error::DataFolder {
            path: self.instance.folder().display().to_string(),
            reason: error.to_string(),
        }
    }

    /// Notes how far a delivery is. A note that fails is no reason to stop sending; another program's claim is.
    async fn went_on(&self, subject: &Subject, bytes_sent: u64) -> Result<(), Error> {
        self.progress(subject, bytes_sent, DeliveryState::Uploading);
        match self.store.note_progress(subject.claim, bytes_sent, self.instance.id()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::DeliveryTakenOver(subject.file_name.clone())),
            Err(error) => {
                tracing::warn!(delivery = subject.claim.delivery_id, %error, "the progress of a delivery could not be noted");
                Ok(())
            }
        }
    }

    fn tell(&self, delivery: &Delivery) {
        // Nobody listening is fine.
        let _ = self.events.send(delivery.event());
    }

    fn progress(&self, subject: &Subject, bytes_sent: u64, state: DeliveryState) {
        // Nobody listening is fine.
        let _ = self.events.send(Event::Delivery {
            operator_id: subject.operator.id.clone(),
            delivery_id: subject.claim.delivery_id,
            bytes_sent,
            size_bytes: subject.size_bytes,
            state,
        });
    }
}

/// The test file that is taken at a time (milliseconds): the same again when it is sent again.
fn test_file(operator: &Operator, taken_at: i64) -> Source {
    let at = Timestamp::from_millisecond(taken_at).unwrap_or_default().to_zoned_datetime(TimeZone::system());
    let text = format!(
        "This is a test file of Outtray.\n\nOperator: {} ({})\nSent: {}\n\nIf you can read this in Dropbox, report output arrives here.\n",
        operator.id,
        operator.name,
        at.strftime("%Y-%m-%d %H:%M:%S %:z"),
    );
    Source::text(format!("Outtray test {}.txt", at.strftime("%Y-%m-%d %H%M%S")), text)
}
