//! An App on a folder of its own, connected to a simulator of its own.

use std::{
    io::ErrorKind,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use outtray::{
    App, Error, Options,
    dropbox::Endpoints,
    event::Event,
    operator::{Operator, OperatorFields, Place, RequestPhase},
    paths::Paths,
    proxy::{SystemProxy, SystemSays},
    secret::Secret,
    settings::Settings,
    store::deliveries::Delivery,
};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use super::{
    MemoryKeychain, TestTime,
    browser::Browser,
    deadline::{DEADLINE, within},
};
use crate::simulator::{AccountId, AppHandle, Simulator};

/// The e-mail of the Dropbox account of the user in these tests.
pub(crate) const ACCESS_EMAIL: &str = "anna.berg@example.com";

/// The parts that stay when the program ends.
pub(crate) struct TestApp {
    /// The program under test.
    pub(crate) app: App,
    /// Its Dropbox.
    pub(crate) simulator: Simulator,
    /// Its keychain.
    pub(crate) keychain: MemoryKeychain,
    /// Its clock.
    pub(crate) time: TestTime,
    /// Its ports.
    pub(crate) ports: Vec<u16>,
    folder: TempDir,
}

/// A user with a Dropbox account and an app, as after step 2 of the procedure.
pub(crate) struct Given {
    /// The account.
    pub(crate) account: AccountId,
    /// Its e-mail.
    pub(crate) email: String,
    /// App key and App secret.
    pub(crate) app: AppHandle,
    /// The user's browser, signed in.
    pub(crate) browser: Browser,
}

/// The fields of a record.
pub(crate) fn operator_fields(name: &str, email: Option<&str>) -> OperatorFields {
    OperatorFields {
        name: name.to_owned(),
        email: email.map(str::to_owned),
        active: true,
        destination: String::new(),
        conflict_rule: None,
    }
}

impl TestApp {
    /// A fresh program: Interface to Dropbox off, no operators.
    pub(crate) async fn fresh() -> Self {
        let (simulator, keychain, time, ports) = (Simulator::start().await, MemoryKeychain::default(), TestTime::new(), free_ports());
        let folder = TempDir::new().unwrap();
        let app = open(folder.path(), &simulator, &keychain, &time).await.unwrap();
        let settings = Settings {
            redirect_ports: ports.clone(),
            ..Settings::default()
        };
        app.set_settings(settings).await.unwrap();
        Self {
            app,
            simulator,
            keychain,
            time,
            ports,
            folder,
        }
    }

    /// A program on a copy of this database.
    pub(crate) async fn on(database: &Path) -> Self {
        let test = Self::fresh().await;
        test.app.close().await;
        std::fs::copy(database, test.data_folder().join("outtray.db")).unwrap();
        let app = test.second_program().await.unwrap();
        Self { app, ..test }
    }

    /// Interface to Dropbox on, and operator `AB`.
    pub(crate) async fn with_operator() -> Self {
        let test = Self::fresh().await;
        test.switch_interface(true).await;
        test.app.add_operator("AB", operator_fields("Anna Berg", Some(ACCESS_EMAIL))).await.unwrap();
        test
    }

    /// As [`Self::with_operator`], and `AB` is authorized.
    pub(crate) async fn authorized() -> (Self, Given) {
        let test = Self::with_operator().await;
        let given = test.user(ACCESS_EMAIL).await;
        test.authorize("AB", &given).await;
        (test, given)
    }

    /// Interface to Dropbox, on or off.
    pub(crate) async fn switch_interface(&self, on: bool) {
        self.change_settings(|settings| settings.interface_to_dropbox = on).await.unwrap();
    }

    /// Administrator Options, one thing changed.
    pub(crate) async fn change_settings(&self, change: impl FnOnce(&mut Settings)) -> Result<Settings, Error> {
        let mut settings = self.app.get_settings().await.unwrap();
        change(&mut settings);
        self.app.set_settings(settings).await
    }

    /// A user after step 2 of the procedure, with the redirect URIs registered.
    pub(crate) async fn user(&self, email: &str) -> Given {
        let account = self.simulator.add_account("Anna Berg", email);
        let app = self.simulator.create_app(account.clone(), &format!("Reports of {email}"));
        for uri in self.app.get_about().await.unwrap().redirect_uris {
            self.simulator.add_redirect_uri(&app.key, &uri);
        }
        let browser = Browser::new();
        browser.sign_in(&self.simulator.base_url(), email).await;
        Given {
            account,
            email: email.to_owned(),
            app,
            browser,
        }
    }

    /// Generate Key.
    pub(crate) async fn begin(&self, id: &str, given: &Given, place: Place) -> Result<Operator, Error> {
        self.app
            .begin_authorization(id, &given.app.key, Some(Secret::new(given.app.secret.clone())), place)
            .await
    }

    /// The whole way on this computer, Save included.
    pub(crate) async fn authorize(&self, id: &str, given: &Given) -> Operator {
        let operator = self.begin(id, given, Place::ThisComputer).await.unwrap();
        given.browser.authorize(&operator.request.unwrap().url).await;
        self.until_phase(id, RequestPhase::Granted).await;
        self.app.save_authorization(id, None).await.unwrap()
    }

    /// Waits until the request of an operator has come this far.
    pub(crate) async fn until_phase(&self, id: &str, phase: RequestPhase) -> Operator {
        let mut events = self.app.events();
        let wait = async {
            loop {
                let operator = self.app.show_operator(id).await.unwrap();
                if operator.request.as_ref().is_some_and(|request| request.phase == phase) {
                    return operator;
                }
                next_authorization(&mut events).await;
            }
        };
        match tokio::time::timeout(DEADLINE, wait).await {
            Ok(operator) => operator,
            Err(_) => panic!(
                "the request is not {phase:?}: {:?}",
                self.app.show_operator(id).await.unwrap().request
            ),
        }
    }

    /// Sends a file with this content and name.
    pub(crate) async fn send(&self, id: &str, name: &str, content: &[u8]) -> Result<Delivery, Error> {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        self.app.send_file(id, &path).await
    }

    /// Ends the program and starts it again on the same folder.
    pub(crate) async fn restart(self) -> Self {
        let reopened = self.reopen().await.unwrap();
        Self { app: reopened, ..self }
    }

    /// Days pass, with a start now and then: a clock that leaps is not believed at once.
    pub(crate) async fn after_days(self, days: u32) -> Self {
        const STEP: u32 = 5;
        let (mut test, mut left) = (self, days);
        while left > 0 {
            test.advance(Duration::from_secs(24 * 3600) * left.min(STEP));
            test = test.restart().await;
            left -= left.min(STEP);
        }
        test
    }

    /// Ends the program and tries to start it again.
    pub(crate) async fn reopen(&self) -> Result<App, Error> {
        self.app.close().await;
        until_free(&self.ports).await;
        self.second_program().await
    }

    /// A program that starts after this one has crashed: what was under way here never goes on.
    pub(crate) async fn after_a_crash(self) -> Self {
        // What still hangs in this process holds its lock; a program that has crashed does not, and nobody has its name.
        let file = self.data_folder().join("outtray.db");
        let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        sqlx::query("UPDATE authorization_requests SET owner = 'crashed'")
            .execute(&mut connection)
            .await
            .unwrap();
        let app = self.second_program().await.unwrap();
        Self { app, ..self }
    }

    /// A second program on the same folder at the same time.
    pub(crate) async fn second_program(&self) -> Result<App, Error> {
        open(self.folder.path(), &self.simulator, &self.keychain, &self.time).await
    }

    /// The program's data folder.
    pub(crate) fn data_folder(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Where the Dropbox application of this computer would say where its folders are.
    pub(crate) fn dropbox_info(&self) -> PathBuf {
        self.folder.path().join("info.json")
    }

    /// A folder for the reports of the test.
    pub(crate) fn reports(&self) -> &Path {
        self.folder.path()
    }

    /// Time passes, here and at Dropbox.
    pub(crate) fn advance(&self, duration: Duration) {
        self.time.advance(duration);
        self.simulator.advance(duration);
    }
}

async fn open(folder: &Path, simulator: &Simulator, keychain: &MemoryKeychain, time: &TestTime) -> Result<App, Error> {
    App::open(Options {
        paths: Paths::at(folder.join("data")),
        keychain: Arc::new(keychain.clone()),
        endpoints: Endpoints::simulator(&simulator.base_url())?,
        clock: time.clock(),
        actor: "tester, test".to_owned(),
        dropbox_info: vec![folder.join("info.json")],
        system_proxy: SystemProxy::new(SystemSays::default),
    })
    .await
}

async fn next_authorization(events: &mut Receiver<Event>) {
    while !matches!(events.recv().await.unwrap(), Event::Authorization { .. }) {}
}

/// Three ports that nobody uses, and that no other test is given: below the range that the system hands out by itself.
pub(crate) fn free_ports() -> Vec<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| NEXT.fetch_add(1, Ordering::Relaxed)).filter(is_free).take(3).collect()
}

/// Takes ports as another program would. Whoever holds one in passing is waited for: a listener that has just ended, or a
/// connection to which the system has lent the port.
pub(crate) async fn occupy(ports: &[u16]) -> Vec<TcpListener> {
    let bind_all = async {
        let mut held = Vec::new();
        for port in ports {
            held.push(until_bound(*port).await);
        }
        held
    };
    within(bind_all, "the port was not given back").await
}

async fn until_bound(port: u16) -> TcpListener {
    loop {
        match TcpListener::bind(("127.0.0.1", port)) {
            Ok(listener) => return listener,
            Err(error) if error.kind() == ErrorKind::AddrInUse => tokio::task::yield_now().await,
            Err(error) => panic!("port {port}: {error}"),
        }
    }
}

/// Waits until ports can be had.
pub(crate) async fn until_free(ports: &[u16]) {
    drop(occupy(ports).await);
}
