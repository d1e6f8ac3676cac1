//! App: opens the parts and lists every use case. A table of contents: check that the interface is on, call the work, tell what changed.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use url::Url;

use crate::{
    activity::{Action, Activity},
    authorization::{Authorizations, Edges},
    background::Background,
    clock::Clock,
    delivery::{Deliveries, Run, Sent},
    destination::Destination,
    diagnosis::{Check, Checked, Diagnosis},
    diagnostics::{self, Diagnostics, DiagnosticsFile},
    dropbox::{self, Endpoints, Timeouts},
    error::{Error, Field, both},
    event::Event,
    import::{self, Adding},
    instance::Instance,
    local_copy::{self, LocalCopy},
    loopback,
    operator::{AppInUse, Confirmed, Consent, Operator, OperatorFields, OperatorId},
    operator_csv::{self, Import, ImportedRow, Progress, Reader},
    overview::Overview,
    paths::Paths,
    proxy::SystemProxy,
    recorder::Recorder,
    retention,
    secret::Secret,
    settings::{ChosenSettings, Settings},
    standing::{self, OperatorRecord},
    store::{
        Store,
        deliveries::{Delivery, Page},
        operators::OperatorRow,
    },
    under_way::UnderWay,
    unicode::Search,
    vault::{Keychain, Vault},
};

/// How many deliveries a list of one operator has.
const RECENT_DELIVERIES: u32 = 50;
/// How many deliveries, or rows of activity, a list has otherwise. Whoever shows a list that long says that it may have no end.
const LISTED: u32 = 500;
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

/// What this program is and where it keeps things.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The version.
    pub version: &'static str,
    /// The operating system and the processor, such as `windows x86_64`.
    pub system: String,
    /// Whether Dropbox is a simulator on this computer.
    pub practice: bool,
    /// The simulator's address, in practice mode.
    pub simulator_url: Option<String>,
    /// The data folder.
    pub data_folder: String,
    /// The folder of the logs.
    pub log_folder: String,
    /// The file that holds the master key; nothing where that is the system's keychain.
    pub key_file: Option<String>,
    /// The redirect URIs that an app may register, in order of preference.
    pub redirect_uris: Vec<String>,
}

/// How a proxy stood the test: Dropbox answers.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProxyTest {
    /// The way that the calls took, in words: `http://proxy.example:3128, from HTTPS_PROXY`.
    pub proxy: String,
}

/// A page that may be opened in the system browser. The window names it; the address is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Link {
    /// The URL for the user, of the request under way.
    Authorize,
    /// The App Console.
    AppConsole,
    /// The files that have arrived: of an operator in the folder of the newest one, else all.
    Files,
}

/// Everything the product does. Cloning it shares it.
#[derive(Clone, Debug)]
pub struct App {
    store: Store,
    authorizations: Authorizations,
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
        store.check_when_due(clock.reading_ms()).await.map_err(Error::from)?;
        // One piece: a start does not depend on how much there is. The program that stays open does the rest.
        let purged = retention::purge(&store, &clock, 1).await;
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

    /// Version, practice mode, data folder, redirect URIs.
    pub async fn get_about(&self) -> Result<About, Error> {
        let settings = self.store.get_settings().await?;
        Ok(About {
            version: env!("CARGO_PKG_VERSION"),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            practice: self.endpoints.is_simulator(),
            simulator_url: self.endpoints.simulator_url().map(Url::to_string),
            data_folder: self.paths.folder().display().to_string(),
            log_folder: self.paths.logs().display().to_string(),
            key_file: self.authorizations.key_file().map(|path| path.display().to_string()),
            redirect_uris: addresses(&settings).map(|address| address.redirect_uri()).collect(),
        })
    }

    /// Administrator Options.
    pub async fn get_settings(&self) -> Result<Settings, Error> {
        Ok(self.store.get_settings().await?)
    }

    /// Administrator Options › Save. Everything holds from the next use case on, in every program on this data folder; a request that
    /// waits keeps its redirect URI, and a call that is on its way its time-outs.
    pub async fn set_settings(&self, settings: impl Into<ChosenSettings>) -> Result<Settings, Error> {
        let before = self.store.get_settings().await?;
        let chosen = settings.into().checked(&before)?;
        let detail = chosen.changes_since(&before);
        let result = self.keep_settings(&chosen).await;
        self.recorder.record(Action::SetSettings, None, Some(&detail), result).await?;
        self.changed(Event::Settings);
        Ok(chosen.settings)
    }

    async fn keep_settings(&self, chosen: &ChosenSettings) -> Result<(), Error> {
        let proxy_password = match &chosen.proxy_password {
            Some(password) => Some(self.authorizations.seal_proxy_password(password).await?),
            None => None,
        };
        Ok(self.store.set_settings(&chosen.settings, proxy_password).await?)
    }

    /// Administrator Options › Proxy › Test: whether Dropbox answers by the way of these options, which need not be saved. Nothing is kept
    /// of what was typed.
    pub async fn test_proxy(&self, settings: impl Into<ChosenSettings>) -> Result<ProxyTest, Error> {
        let before = self.store.get_settings().await?;
        if !before.interface_to_dropbox {
            return Err(Error::InterfaceOff);
        }
        let chosen = settings.into().checked(&before)?;
        let way = self.authorizations.chosen_proxy(&chosen).await?;
        Ok(ProxyTest {
            proxy: self.dropbox.test_proxy(way, Timeouts::from(&chosen.settings)).await?,
        })
    }

    /// Closing the window leaves the program in the tray: `true` the first time ever, when somebody has to be told.
    pub async fn explain_close_to_tray(&self) -> Result<bool, Error> {
        Ok(self.store.explain_close_to_tray().await?)
    }

    /// How everything stands, in numbers.
    pub async fn get_overview(&self) -> Result<Overview, Error> {
        let (unsettled, uploading) = (self.store.list_unsettled_operators().await?, self.store.count_uploading().await?);
        Ok(standing::overview(unsettled, uploading, self.clock.now_ms()))
    }

    /// All operators, by id.
    pub async fn list_operators(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_operators().await?))
    }

    /// The operators whose authorization is under way, has failed, or has ended: of all others nothing is awaited.
    pub async fn list_unsettled_operators(&self) -> Result<Vec<Operator>, Error> {
        Ok(self.standing(self.store.list_unsettled_operators().await?))
    }

    /// The operators that [`App::restore_operator`] can bring back, the one that was removed last first.
    pub async fn list_removed_operators(&self) -> Result<Vec<Operator>, Error> {
        let since = self.clock.now_ms() - retention::REMOVED_KEPT_MS;
        Ok(self.standing(self.store.list_removed_operators(since).await?))
    }

    /// The operators in whose id, name, e-mail and Dropbox account every word of this text stands; all of them for an empty text. Case, accents
    /// and the order of the words do not count.
    pub async fn search_operators(&self, text: &str) -> Result<Vec<Operator>, Error> {
        let (mut operators, search) = (self.list_operators().await?, Search::new(text));
        operators.retain(|operator| operator.matches(&search));
        Ok(operators)
    }

    /// One operator, whatever the case of the id.
    pub async fn show_operator(&self, id: &str) -> Result<Operator, Error> {
        Ok(self.operator(id).await?.1)
    }

    /// Adds an operator record.
    pub async fn add_operator(&self, id: &str, fields: OperatorFields) -> Result<Operator, Error> {
        let (id, fields) = both(OperatorId::parse(id), fields.checked())?;
        let result = match self.store.add_operator(&id, &fields, self.clock.now_ms()).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::OperatorExists(id.to_string())),
            Err(error) => Err(error.into()),
        };
        self.recorder.record(Action::AddOperator, Some(&id), None, result).await?;
        self.changed(Event::Operator { operator_id: id.clone() });
        self.show_operator(id.as_str()).await
    }

    /// Where a report of today would go with what is typed into the fields of a record, or why that is refused. An id that is none yet
    /// stands there as its placeholder.
    pub async fn preview_destination(&self, id: &str, destination: &str, file_name: &str) -> Result<String, Error> {
        let id = OperatorId::parse(id).unwrap_or_else(|_| OperatorId::stored("{operator}".to_owned()));
        let today = self.clock.now().to_zoned_datetime(TimeZone::system()).date();
        Ok(Destination::chosen(destination)?.render(&id, file_name, today))
    }

    /// What [`App::import_operators`] would do with this CSV file. Nothing is written.
    pub async fn preview_import(&self, csv: &[u8]) -> Result<Import, Error> {
        self.preview_import_heard(csv, |_, _| {}).await
    }

    /// As [`App::preview_import`], for whoever hears of every row, in the order of the file.
    pub async fn preview_import_heard(&self, csv: &[u8], mut heard: impl FnMut(ImportedRow, Progress) + Send) -> Result<Import, Error> {
        import::run(&self.store, csv, None, &mut heard).await
    }

    /// Adds the operators of a CSV file. Good rows are added, a thousand at a time; the others say why they are not.
    pub async fn import_operators(&self, csv: &[u8]) -> Result<Import, Error> {
        self.import_operators_heard(csv, |_, _| {}).await
    }

    /// As [`App::import_operators`], for whoever hears of every row, in the order of the file.
    pub async fn import_operators_heard(&self, csv: &[u8], mut heard: impl FnMut(ImportedRow, Progress) + Send) -> Result<Import, Error> {
        let adding = Adding {
            by: self.recorder.author(),
            now: self.clock.now_ms(),
        };
        let import = import::run(&self.store, csv, Some(adding), &mut heard).await;
        let import = import.map_err(|error| self.store.explained(error));
        // Where it ended half-way, what it had added until then stays.
        if !import.as_ref().is_ok_and(|import| import.added == 0) {
            self.changed(Event::Operators);
        }
        import
    }

    /// Operators as a CSV file, as [`App::import_operators`] reads it: those with these ids, or all when none is named.
    pub async fn export_operators(&self, ids: &[String], reader: Reader) -> Result<Vec<u8>, Error> {
        Ok(operator_csv::write(&self.records(ids).await?, reader))
    }

    async fn records(&self, ids: &[String]) -> Result<Vec<(OperatorId, OperatorFields)>, Error> {
        let mut operators = self.list_operators().await?;
        let chosen: HashSet<String> = ids.iter().map(|id| OperatorId::key_of(id)).collect();
        operators.retain(|operator| chosen.is_empty() || chosen.contains(&operator.id.key()));
        Ok(operators.into_iter().map(Operator::into_record).collect())
    }

    /// Changes an operator record.
    pub async fn change_operator(&self, id: &str, fields: OperatorFields) -> Result<Operator, Error> {
        let (row, operator) = self.operator(id).await?;
        let fields = fields.checked()?;
        let result = self.store.change_operator(row, &fields, self.clock.now_ms()).await.map_err(Error::from);
        self.recorder.record(Action::ChangeOperator, Some(&operator.id), None, result).await?;
        self.changed(Event::Operator { operator_id: operator.id });
        self.show_operator(id).await
    }

    /// Removes an operator record and revokes its authorization at Dropbox. [`App::restore_operator`] undoes it for thirty days;
    /// Dropbox has to be authorized again then. Where Dropbox cannot be reached, nothing is removed: an authorization that still works
    /// would be left behind.
    pub async fn remove_operator(&self, id: &str) -> Result<(), Error> {
        let (row, operator) = self.operator(id).await?;
        let result = self.remove(row, &operator).await;
        self.recorder.record(Action::RemoveOperator, Some(&operator.id), None, result).await?;
        self.changed(Event::Operator { operator_id: operator.id });
        Ok(())
    }

    /// Brings back the record that was removed last under this id.
    pub async fn restore_operator(&self, id: &str) -> Result<Operator, Error> {
        let id = OperatorId::parse(id)?;
        let result = self.restore(&id).await;
        self.recorder.record(Action::RestoreOperator, Some(&id), None, result).await?;
        self.changed(Event::Operator { operator_id: id.clone() });
        self.show_operator(id.as_str()).await
    }

    /// Controls: the apps that other operators use, whose secret need not be typed again. The one that most of them use comes first.
    pub async fn list_apps_in_use(&self, id: &str) -> Result<Vec<AppInUse>, Error> {
        let (row, _) = self.operator(id).await?;
        Ok(self.store.list_apps_in_use(row).await?)
    }

    /// Controls › Generate Key: checks key and secret, makes the URL for the user, and awaits the redirect where it comes here.
    pub async fn begin_authorization(
        &self,
        id: &str,
        app_key: &str,
        app_secret: Option<Secret>,
        consent: impl Into<Consent>,
    ) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (_, operator) = self.operator(id).await?;
        let result = self.authorizations.begin(&operator.id, app_key, app_secret, consent.into()).await;
        self.recorder.record(Action::BeginAuthorization, Some(&operator.id), None, result).await?;
        self.show_operator(id).await
    }

    /// Controls › User Name (App Key), Password (App Secret): whether Dropbox knows them. Nothing is kept of what was typed.
    pub async fn check_app(&self, id: &str, app_key: &str, app_secret: Option<Secret>) -> Result<(), Error> {
        self.check_interface().await?;
        let (_, operator) = self.operator(id).await?;
        self.authorizations.check_app(&operator.id, app_key, app_secret).await
    }

    /// Controls › Temporary Authorization Key › Save. Nothing typed means: try again with the code that has come already.
    pub async fn complete_authorization(&self, id: &str, authorization_code: Option<Secret>) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (_, operator) = self.operator(id).await?;
        let _going = self.under_way.begin();
        let result = self.authorizations.complete(&operator.id, authorization_code).await;
        self.recorder.record(Action::CompleteAuthorization, Some(&operator.id), None, result).await?;
        self.show_operator(id).await
    }

    /// Ends a request without a result. What is in force stays in force.
    pub async fn cancel_authorization(&self, id: &str) -> Result<Operator, Error> {
        let (_, operator) = self.operator(id).await?;
        let result = self.authorizations.cancel(&operator.id).await;
        self.recorder.record(Action::CancelAuthorization, Some(&operator.id), None, result).await?;
        self.show_operator(id).await
    }

    /// Controls › Save: puts what Dropbox has confirmed in force. What the request has among its warnings, another account than the
    /// record's or one that other operators have, must have been confirmed.
    pub async fn save_authorization(&self, id: &str, confirmed: impl Into<Confirmed>) -> Result<Operator, Error> {
        let (_, operator) = self.operator(id).await?;
        let account = operator.request.and_then(|request| request.account).map(|account| account.email);
        let result = self.authorizations.save(&operator.id, &confirmed.into()).await;
        self.recorder
            .record(Action::SaveAuthorization, Some(&operator.id), account.as_deref(), result)
            .await?;
        self.show_operator(id).await
    }

    /// Dropbox Authorization in the clear, for Show. The only use case that hands a secret out.
    pub async fn reveal_authorization(&self, id: &str) -> Result<Secret, Error> {
        let (row, operator) = self.operator(id).await?;
        let result = self.authorizations.reveal(row, &operator.id).await;
        self.recorder.record(Action::RevealAuthorization, Some(&operator.id), None, result).await
    }

    /// Asks Dropbox whether it still accepts what is in force; one that it has ended is marked so.
    pub async fn check_authorization(&self, id: &str) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (row, operator) = self.operator(id).await?;
        self.authorizations.check(row, &operator.id).await?;
        self.show_operator(id).await
    }

    /// Ends the authorization in force, at Dropbox and here. Reports wait until Dropbox is authorized again.
    pub async fn revoke_authorization(&self, id: &str) -> Result<Operator, Error> {
        self.check_interface().await?;
        let (row, operator) = self.operator(id).await?;
        let result = self.authorizations.revoke(row, &operator.id).await;
        self.recorder.record(Action::RevokeAuthorization, Some(&operator.id), None, result).await?;
        self.show_operator(id).await
    }

    /// Ends at Dropbox what is no longer wanted and could not be ended before, within bounds. The program that stays open does so by itself
    /// from [`App::resume`] on; one that ends soon asks for it.
    pub async fn revoke_unwanted(&self, bound: Duration) {
        // What was begun and not ended in time is begun again next time.
        if let Ok(Err(error)) = tokio::time::timeout(bound, self.authorizations.revoke_unwanted()).await {
            tracing::warn!(code = error.code(), "a grant that is no longer wanted could not be revoked yet");
        }
    }

    /// Replaces a master key that is lost or does not fit. Every secret that it sealed is given up: each operator has to be authorized
    /// again, records and history stay. Refused while the key works, or may only be locked.
    pub async fn replace_master_key(&self) -> Result<(), Error> {
        let result = self.authorizations.replace_master_key().await;
        self.recorder.record(Action::ReplaceMasterKey, None, None, result).await?;
        self.changed(Event::Operators);
        Ok(())
    }

    /// The address of a page that may be opened in the system browser.
    pub async fn link(&self, link: Link, operator_id: Option<&str>) -> Result<Url, Error> {
        match link {
            Link::AppConsole => Ok(self.endpoints.app_console()?),
            Link::Files => Ok(self.endpoints.files(&self.shown_folder(operator_id).await?)?),
            Link::Authorize => {
                let id = operator_id.unwrap_or_default();
                let (_, operator) = self.operator(id).await?;
                let request = operator.request.ok_or_else(|| Error::NoRequest(id.to_owned()))?;
                Url::parse(&request.url).map_err(|_| Error::AddressRefused(request.url))
            }
        }
    }

    /// The folder that Dropbox's page shows for an operator's newest file; empty, which is the top, where there is none yet, and where the
    /// app has a folder of its own or that cannot be asked.
    async fn shown_folder(&self, operator_id: Option<&str>) -> Result<String, Error> {
        let folder = self.newest_folder(operator_id).await?;
        let (Some(id), false) = (operator_id, folder.is_empty()) else {
            return Ok(folder);
        };
        let (row, operator) = self.operator(id).await?;
        let asked = match self.check_interface().await {
            Ok(()) => self.authorizations.has_folder_of_its_own(row, &operator.id).await,
            Err(error) => Err(error),
        };
        Ok(match asked {
            Ok(false) => folder,
            Ok(true) => String::new(),
            Err(error) => {
                tracing::info!(%error, "whether the app has a folder of its own could not be asked");
                String::new()
            }
        })
    }

    /// The Dropbox folder in which an operator's newest file lies, as the app sees it; empty where there is none yet.
    async fn newest_folder(&self, operator_id: Option<&str>) -> Result<String, Error> {
        let Some(id) = operator_id else {
            return Ok(String::new());
        };
        let newest = self.list_deliveries(id).await?.into_iter().find_map(|delivery| delivery.dropbox_path);
        Ok(newest.and_then(|path| Some(path.rsplit_once('/')?.0.to_owned())).unwrap_or_default())
    }

    /// Sends a small text file and waits until it is verified. Without an authorization nothing is tried, so that no delivery fails: a
    /// test file is made anew when there is one.
    pub async fn send_test_file(&self, id: &str) -> Result<Delivery, Error> {
        let (row, operator) = self.deliverable(id).await?;
        let _going = self.under_way.begin();
        let result = match self.authorizations.check_in_force(row, &operator.id).await {
            Ok(()) => self.deliveries.send_test_file(row, &operator).await,
            Err(error) => Err(error),
        };
        self.recorder.record(Action::SendTestFile, Some(&operator.id), None, result).await
    }

    /// Sends a file and waits until it is verified.
    pub async fn send_file(&self, id: &str, file: &Path) -> Result<Delivery, Error> {
        Ok(self.send_file_of_run(&mut Run::default(), id, file).await?.delivery)
    }

    /// Sends a file of a run and waits until it is verified. One is sent after the other, so that none takes the place of another.
    pub async fn send_file_of_run(&self, run: &mut Run, id: &str, file: &Path) -> Result<Sent, Error> {
        let (row, operator) = self.deliverable(id).await?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let _going = self.under_way.begin();
        let result = self.deliveries.send_file(run, row, &operator, file).await;
        self.recorder.record(Action::SendFile, Some(&operator.id), Some(&name), result).await
    }

    /// Sends a delivery that needs attention again, to where it was going, and waits until it is verified.
    pub async fn send_again(&self, delivery_id: i64) -> Result<Delivery, Error> {
        let delivery = self.show_delivery(delivery_id).await?;
        let (_, operator) = self.deliverable(delivery.operator_id.as_str()).await?;
        let _going = self.under_way.begin();
        let result = self.deliveries.send_again(&operator, &delivery).await;
        self.recorder.record(Action::SendAgain, Some(&operator.id), Some(&delivery.file_name), result).await
    }

    /// Gives up a delivery that needs attention: it does not any more.
    pub async fn dismiss_delivery(&self, delivery_id: i64) -> Result<Delivery, Error> {
        let delivery = self.show_delivery(delivery_id).await?;
        let result = self.deliveries.dismiss(delivery_id).await;
        self.recorder
            .record(
                Action::DismissDelivery,
                Some(&delivery.operator_id),
                Some(&delivery.file_name),
                result,
            )
            .await
    }

    /// Waits a while for a delivered file to appear in the local Dropbox folder, where the Dropbox application is installed.
    pub async fn find_local_copy(&self, id: &str, delivery_id: i64) -> Result<LocalCopy, Error> {
        let (row, _) = self.operator(id).await?;
        Ok(match self.store.find_delivered(row, delivery_id).await? {
            Some(stored) => local_copy::find(&self.dropbox_info, &stored, &self.clock).await,
            None => LocalCopy::NotSeen,
        })
    }

    /// One delivery, by its number.
    pub async fn show_delivery(&self, delivery_id: i64) -> Result<Delivery, Error> {
        self.store.find_delivery(delivery_id).await?.ok_or(Error::NoDelivery(delivery_id))
    }

    /// The newest deliveries, newest first: the last 50 of one operator, or the last 500 of all.
    pub async fn list_deliveries<'a>(&self, operator_id: impl Into<Option<&'a str>>) -> Result<Vec<Delivery>, Error> {
        let (row, limit) = match operator_id.into() {
            Some(id) => (Some(self.operator(id).await?.0), RECENT_DELIVERIES),
            None => (None, LISTED),
        };
        Ok(self.store.list_deliveries(row, Page::first(limit)).await?)
    }

    /// Who did what, newest first: the last 500, of one operator or of all.
    pub async fn list_activity(&self, operator_id: Option<&str>) -> Result<Vec<Activity>, Error> {
        Ok(self.store.list_activity(operator_id, Page::first(LISTED)).await?)
    }

    /// Checks everything that has to work. While the interface is off, nothing is asked of Dropbox.
    pub async fn diagnose(&self) -> Result<Vec<Check>, Error> {
        let mut checks = Vec::new();
        self.diagnose_each(|checked| checks.push(checked.check)).await?;
        Ok(checks)
    }

    /// The same, and each check is heard of when it has ended, in the same order.
    pub async fn diagnose_each(&self, mut heard: impl FnMut(Checked) + Send) -> Result<(), Error> {
        self.diagnosis().run(&mut heard).await
    }

    /// What somebody who helps has to see: versions, options, how every operator stands, the history, the logs. No secret, no report.
    /// Dropbox is asked whether it can be reached, and nothing about any operator.
    pub async fn collect_diagnostics(&self) -> Result<Diagnostics, Error> {
        let mut checks = Vec::new();
        self.diagnosis().run_without_operators(&mut |check| checks.push(check)).await?;
        let files = vec![
            DiagnosticsFile::json("about.json", &self.get_about().await?),
            DiagnosticsFile::json("checks.json", &checks),
        ];
        let (logs, now) = (self.paths.logs(), self.clock.now_ms());
        diagnostics::collect(files, &self.store, &logs, &self.authorizations, now).await
    }

    fn diagnosis(&self) -> Diagnosis<'_> {
        Diagnosis {
            store: &self.store,
            paths: &self.paths,
            authorizations: &self.authorizations,
            dropbox: &self.dropbox,
            clock: &self.clock,
        }
    }

    async fn remove(&self, row: OperatorRow, operator: &Operator) -> Result<(), Error> {
        if operator.authorization.as_ref().is_some_and(|authorization| !authorization.revoked) {
            self.check_interface().await?;
            self.authorizations.revoke(row, &operator.id).await?;
        }
        self.authorizations.cancel(&operator.id).await?;
        Ok(self.store.remove_operator(row, self.clock.now_ms()).await?)
    }

    async fn restore(&self, id: &OperatorId) -> Result<(), Error> {
        let now = self.clock.now_ms();
        let row = self.store.find_removed_operator(id, now - retention::REMOVED_KEPT_MS).await?;
        let row = row.ok_or_else(|| Error::OperatorNotFound(id.to_string()))?;
        match self.store.restore_operator(row, id, now).await? {
            true => Ok(()),
            false => Err(Error::OperatorExists(id.to_string())),
        }
    }

    async fn operator(&self, id: &str) -> Result<(OperatorRow, Operator), Error> {
        if id.trim().is_empty() {
            return Err(Error::invalid(Field::Id, "The operator id is missing."));
        }
        let found = self.store.find_operator(id).await?;
        let found = found.map(|(row, record)| (row, record.standing(self.clock.now_ms())));
        found.ok_or_else(|| Error::OperatorNotFound(id.trim().to_owned()))
    }

    /// An operator whose reports may leave this computer now.
    async fn deliverable(&self, id: &str) -> Result<(OperatorRow, Operator), Error> {
        self.check_interface().await?;
        let (row, operator) = self.operator(id).await?;
        if !operator.active {
            return Err(Error::OperatorInactive(operator.id.to_string()));
        }
        Ok((row, operator))
    }

    async fn check_interface(&self) -> Result<(), Error> {
        self.authorizations.check_interface().await
    }

    fn standing(&self, records: Vec<OperatorRecord>) -> Vec<Operator> {
        let now = self.clock.now_ms();
        records.into_iter().map(|record| record.standing(now)).collect()
    }

    fn changed(&self, event: Event) {
        // Nobody listening is fine.
        let _ = self.events.send(event);
    }
}

/// Where the redirects of an app may arrive, in order of preference.
fn addresses(settings: &Settings) -> impl Iterator<Item = loopback::Address> {
    let host = settings.redirect_host;
    settings.redirect_ports.iter().map(move |&port| loopback::Address { host, port })
}
