//! App: opens the parts and lists every use case. A table of contents: check that the interface is on, call the work, tell what changed.

mod controls;
mod links;
mod operators;
mod reports;
mod settings;
mod upkeep;

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::broadcast;

pub use self::{links::Link, settings::ProxyTest, upkeep::About};
use crate::{
    activity::Action,
    authorization::{Authorizations, Edges},
    background::Background,
    clock::Clock,
    delivery::Deliveries,
    dropbox::{self, Endpoints, Timeouts},
    error::Error,
    event::Event,
    instance::Instance,
    operator::{Operator, OperatorId},
    operators::Operators,
    paths::Paths,
    proxy::SystemProxy,
    recorder::Recorder,
    retention::{self, Extent},
    store::Store,
    under_way::UnderWay,
    vault::{Keychain, Vault},
};

pub use crate::store::Page;

/// How many deliveries a list of one operator has.
pub const RECENT_DELIVERIES: u32 = 50;
/// How many deliveries, or rows of activity, a list has otherwise. Whoever shows a list that long says that it may have no end.
pub const LISTED: u32 = 500;
/// How many events may wait for a slow listener.
const EVENTS_KEPT: usize = 1024;

/// What an [`App`] is made of. Everything outside the library is handed in.
pub struct Options {
    /// Where data and logs are kept.
    pub paths: Paths,
    /// Where the master key lives.
    pub keychain: Arc<dyn Keychain>,
    /// Where Dropbox is.
    pub endpoints: Endpoints,
    /// What time it is.
    pub clock: Clock,
    /// Who uses the program: the person's name on this computer, and which program it is.
    pub actor: String,
    /// Where the Dropbox application may have its `info.json`; usually [`Paths::dropbox_info`].
    pub dropbox_info: Vec<PathBuf>,
    /// What this computer says about proxies; usually [`crate::system_proxy::system_proxy`].
    pub system_proxy: SystemProxy,
}

/// Everything the product does. Cloning it shares it.
#[derive(Clone, Debug)]
pub struct App {
    store: Store,
    authorizations: Authorizations,
    operators: Operators,
    deliveries: Deliveries,
    clock: Clock,
    events: broadcast::Sender<Event>,
    endpoints: Endpoints,
    recorder: Recorder,
    paths: Paths,
    dropbox: dropbox::Client,
    dropbox_info: Vec<PathBuf>,
    under_way: UnderWay,
    instance: Arc<Instance>,
}

impl App {
    /// Opens the database and puts the parts together. Nothing runs yet and no secret is read.
    pub async fn open(options: Options) -> Result<Self, Error> {
        let Options {
            paths,
            keychain,
            endpoints,
            clock,
            actor,
            dropbox_info,
            system_proxy,
        } = options;
        paths.create()?;
        let store = Store::open(&paths.database()).await?;
        let settings = store.get_settings().await?;
        store.check_after_unclean_end(clock.reading_ms()).await?;
        let purged = retention::purge(&store, &clock, Extent::AtStart).await;
        purged.map_err(|error| store.explained(error))?;
        let clock = clock.never_before(store.get_upkeep().await?.believed_at);
        let dropbox = dropbox::Client::new(endpoints.clone(), Timeouts::from(&settings))?.asking(system_proxy);
        let (events, _) = broadcast::channel(EVENTS_KEPT);
        let instance = Instance::new(paths.running()).map_err(|error| Error::DataFolder {
            path: paths.running().display().to_string(),
            reason: error.to_string(),
        })?;
        let instance = Arc::new(instance);
        let vault = Vault::new(keychain, paths.key_lock());
        let under_way = UnderWay::default();
        let edges = Edges {
            store: store.clone(),
            vault,
            dropbox: dropbox.clone(),
            instance: instance.clone(),
        };
        let recorder = Recorder::new(store.clone(), clock.clone(), events.clone(), instance.clone(), actor);
        let authorizations = Authorizations::new(edges, clock.clone(), events.clone(), under_way.clone(), recorder.clone());
        let deliveries = Deliveries::new(
            store.clone(),
            dropbox.clone(),
            authorizations.clone(),
            instance.clone(),
            clock.clone(),
            events.clone(),
        );
        deliveries.abandon_left().await?;
        Ok(Self {
            operators: Operators::new(store.clone(), authorizations.clone(), instance.clone(), clock.clone()),
            store,
            authorizations,
            deliveries,
            clock,
            events,
            endpoints,
            recorder,
            paths,
            dropbox,
            dropbox_info,
            under_way,
            instance,
        })
    }

    /// Takes up what an earlier run left: awaits redirects again and finishes exchanges. From then on [`App::events`] also tells what
    /// other programs do on the same data folder. For the program that stays open.
    pub async fn resume(&self) -> Result<(), Error> {
        let (store, deliveries, instance) = (self.store.clone(), self.deliveries.clone(), self.instance.clone());
        let background = Background::new(store, deliveries, instance, self.clock.clone(), self.events.clone()).await?;
        tokio::spawn(background.run());
        self.authorizations.resume().await
    }

    /// Reads the database through for damage when that is due: each day. The program that stays open does so by itself from [`App::resume`]
    /// on; one that ends soon asks for it.
    pub async fn check_when_due(&self) -> Result<(), Error> {
        Ok(self.store.check_when_due(self.clock.reading_ms()).await?)
    }

    /// How many files are being sent by this program, and how many codes are being exchanged.
    pub fn under_way(&self) -> usize {
        self.under_way.count()
    }

    /// Waits until nothing is under way, at most this long; whether that was long enough.
    pub async fn finish(&self, bound: Duration) -> bool {
        self.under_way.ended_within(bound).await
    }

    /// Gives the ports back and ends the connections to the database. What is under way can be taken up by [`App::resume`].
    pub async fn close(&self) {
        self.authorizations.close().await;
        self.deliveries.close().await;
        self.store.close().await;
    }

    /// The stream of what changed from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    /// Writes down and tells what was done to an operator, and answers with how the operator stands then.
    async fn done(&self, action: Action, id: &OperatorId, result: Result<(), Error>) -> Result<Operator, Error> {
        self.recorder.record(action, Some(id), None, result).await?;
        self.show_operator(id.as_str()).await
    }

    async fn check_interface(&self) -> Result<(), Error> {
        self.authorizations.check_interface().await
    }
}
