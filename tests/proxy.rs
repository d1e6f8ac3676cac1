//! The proxy: by hand, by the environment and by the system; what stands in the way is said as what it is.

use std::sync::{Arc, Mutex};

use outtray::{
    App, Options,
    diagnosis::Check,
    dropbox::Endpoints,
    error::Field,
    paths::Paths,
    proxy::{Origin, Proxy, SystemProxy, SystemSays},
    secret::Secret,
    settings::{ChosenSettings, ProxyMode, Settings},
};

use crate::support::{
    MemoryKeychain, TestApp, TestTime, Trouble,
    proxy::{Manner, TestProxy},
    within,
};

const FORBIDDEN: Manner = Manner::Answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");

fn check<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks
        .iter()
        .find(|check| check.name == name)
        .unwrap_or_else(|| panic!("{name} was not checked: {checks:?}"))
}

fn detail(checks: &[Check], name: &str) -> String {
    let check = check(checks, name);
    check.detail.clone().unwrap_or_else(|| panic!("{check:?}"))
}

fn code(checks: &[Check], name: &str) -> String {
    check(checks, name).problem.as_ref().map(|problem| problem.code.clone()).unwrap_or_default()
}

fn with_password(settings: Settings, password: &str) -> ChosenSettings {
    ChosenSettings {
        settings,
        proxy_password: Some(Secret::new(password)),
    }
}

/// The real Dropbox's addresses, of which nothing is asked but through the proxies of the test.
struct Real {
    app: App,
    says: Arc<Mutex<SystemSays>>,
    keychain: MemoryKeychain,
    folder: tempfile::TempDir,
}

impl Real {
    async fn new() -> Self {
        let (folder, says, keychain) = (
            tempfile::TempDir::new().unwrap(),
            Arc::<Mutex<SystemSays>>::default(),
            MemoryKeychain::default(),
        );
        let app = open(folder.path(), &keychain, says.clone()).await;
        Self {
            app,
            says,
            keychain,
            folder,
        }
    }

    fn system(&self, address: &str) {
        self.says.lock().unwrap().proxy = Some((Proxy::parse(address), Origin::System));
    }

    async fn set(&self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.app.get_settings().await.unwrap();
        change(&mut settings);
        self.app.set_settings(settings).await.unwrap();
    }

    async fn diagnose(&self) -> Vec<Check> {
        within(self.app.diagnose(), "the doctor hangs").await.unwrap()
    }
}

async fn open(folder: &std::path::Path, keychain: &MemoryKeychain, says: Arc<Mutex<SystemSays>>) -> App {
    let options = Options {
        paths: Paths::at(folder.join("data")),
        keychain: Arc::new(keychain.clone()),
        endpoints: Endpoints::dropbox().unwrap(),
        clock: TestTime::new().clock(),
        actor: "tester, test".to_owned(),
        dropbox_info: Vec::new(),
        system_proxy: SystemProxy::new(move || says.lock().unwrap().clone()),
    };
    App::open(options).await.unwrap()
}

#[tokio::test]
async fn the_next_call_uses_the_proxy_that_the_system_names_by_then() {
    let (one, other) = (TestProxy::start(FORBIDDEN).await, TestProxy::start(FORBIDDEN).await);
    let real = Real::new().await;
    real.system(&one.url());
    real.set(|settings| settings.interface_to_dropbox = true).await;
    let checks = real.diagnose().await;
    assert_eq!(
        detail(&checks, "proxy"),
        format!("{}, from the settings of this computer", one.url())
    );
    assert_eq!(code(&checks, "network"), "proxy_refused");
    assert!(
        one.heads()[0].starts_with("CONNECT api.dropboxapi.com:443 HTTP/1.1\r\n"),
        "{:?}",
        one.heads()
    );
    let asked = one.heads().len();

    real.system(&other.url());
    let checks = real.diagnose().await;
    assert_eq!(
        detail(&checks, "proxy"),
        format!("{}, from the settings of this computer", other.url())
    );
    // The call itself, and the question why it came to nothing.
    assert_eq!((one.heads().len(), other.heads().len()), (asked, 2));

    // Another program chooses another one.
    let program = open(real.folder.path(), &real.keychain, Arc::default()).await;
    let mut settings = program.get_settings().await.unwrap();
    settings.proxy = ProxyMode::Manual;
    settings.proxy_address = Some(one.url());
    program.set_settings(settings).await.unwrap();
    let checks = real.diagnose().await;
    assert_eq!(detail(&checks, "proxy"), format!("{}, from Administrator Options", one.url()));
    assert!(one.heads().len() > asked, "the proxy of Administrator Options is not used");
}

/// Everything that a proxy may answer, and how the doctor calls it.
#[tokio::test]
async fn what_stands_in_the_way_is_called_by_its_name() {
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\nLog in";
    for (answer, expected, said) in [
        (page, "not_dropbox", "a log-in page"),
        ("HTTP/1.1 200 OK\r\n\r\n<html>Log in</html>", "not_dropbox", "a log-in page"),
        (
            "HTTP/1.1 302 Found\r\nLocation: http://log.in/\r\n\r\n",
            "not_dropbox",
            "a log-in page",
        ),
        (
            "HTTP/1.1 511 Network Authentication Required\r\n\r\n",
            "not_dropbox",
            "a log-in page",
        ),
        (
            "HTTP/1.1 407 Log in\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n",
            "proxy_credentials_missing",
            "wants a user name",
        ),
        ("HTTP/1.1 407 Log in\r\n\r\n", "proxy_credentials_missing", "wants a user name"),
        (
            "HTTP/1.1 407 Log in\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM abc\r\n\r\n",
            "proxy_login",
            "does not have: Negotiate, NTLM.",
        ),
        (
            "HTTP/1.1 401 Unauthorized\r\n\r\n",
            "proxy_credentials_missing",
            "wants a user name",
        ),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "proxy_refused", "HTTP 403"),
        ("HTTP/1.1 503 Service Unavailable\r\n\r\n", "proxy_refused", "HTTP 503"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "proxy_refused", "what answers there is no proxy"),
        ("", "proxy_refused", "what answers there is no proxy"),
    ] {
        let proxy = TestProxy::start(Manner::Answers(answer)).await;
        let real = Real::new().await;
        real.system(&proxy.url());
        real.set(|settings| settings.interface_to_dropbox = true).await;
        let checks = real.diagnose().await;
        let problem = check(&checks, "network").problem.clone().unwrap();
        assert_eq!(problem.code, expected, "{answer}: {}", problem.message);
        assert!(
            problem.message.contains(said) && problem.message.contains(&proxy.url()),
            "{answer}: {}",
            problem.message
        );
    }
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let gone = TestProxy::start(FORBIDDEN).await.address;
    let real = Real::new().await;
    real.set(|settings| settings.interface_to_dropbox = true).await;
    for address in [
        format!("http://{gone}"),
        format!("socks5h://{gone}"),
        "http://proxy.invalid:8080".to_owned(),
    ] {
        real.system(&address);
        let checks = real.diagnose().await;
        assert_eq!(code(&checks, "network"), "proxy_unreachable", "{address}");
        let message = &check(&checks, "network").problem.as_ref().unwrap().message;
        assert!(message.contains(&address), "{message}");
    }
}

#[tokio::test]
async fn there_is_no_tick_for_a_proxy_that_cannot_be_used() {
    let real = Real::new().await;
    for interface in [false, true] {
        real.set(|settings| settings.interface_to_dropbox = interface).await;
        real.system("gopher://proxy.example.com:70");
        assert_eq!(code(&real.diagnose().await, "proxy"), "proxy_unusable");
    }
    // A call says the same, and goes nowhere.
    let error = real.app.test_proxy(real.app.get_settings().await.unwrap()).await.unwrap_err();
    assert_eq!(error.code(), "proxy_unusable");
    assert!(error.to_string().contains("the settings of this computer"), "{error}");
}

#[tokio::test]
async fn a_configuration_script_that_is_not_read_is_named() {
    let real = Real::new().await;
    let script = outtray::proxy::Script::At("http://wpad.example.com/proxy.pac".to_owned());
    real.says.lock().unwrap().script = Some(script);
    let checks = real.diagnose().await;
    assert_eq!(code(&checks, "proxy"), "proxy_script");
    let message = &check(&checks, "proxy").problem.as_ref().unwrap().message;
    assert!(message.contains("http://wpad.example.com/proxy.pac"), "{message}");
    // One that is only looked for is nothing wrong: Windows does so from the beginning.
    real.says.lock().unwrap().script = Some(outtray::proxy::Script::Detected);
    assert!(detail(&real.diagnose().await, "proxy").starts_with("none: "));
    // With a proxy set by hand nobody needs it.
    real.set(|settings| {
        settings.proxy = ProxyMode::Manual;
        settings.proxy_address = Some("http://proxy.example.com:8080".to_owned());
    })
    .await;
    assert_eq!(
        detail(&real.diagnose().await, "proxy"),
        "http://proxy.example.com:8080, from Administrator Options"
    );
}

#[tokio::test]
async fn the_test_takes_what_is_typed_and_keeps_nothing_of_it() {
    let (saved, typed) = (TestProxy::start(FORBIDDEN).await, TestProxy::start(FORBIDDEN).await);
    let real = Real::new().await;
    let manual = |proxy: &TestProxy, settings: &mut Settings| {
        settings.proxy = ProxyMode::Manual;
        settings.proxy_address = Some(proxy.url());
        settings.proxy_user = Some("anna".to_owned());
    };
    real.set(|settings| manual(&saved, settings)).await;
    let mut settings = real.app.get_settings().await.unwrap();
    manual(&typed, &mut settings);
    let test = || real.app.test_proxy(with_password(settings.clone(), "typed-proxy-password"));
    assert_eq!(test().await.unwrap_err().code(), "interface_off");
    assert!(typed.heads().is_empty(), "something left this computer while the interface is off");

    real.set(|settings| settings.interface_to_dropbox = true).await;
    assert_eq!(within(test(), "the test hangs").await.unwrap_err().code(), "proxy_refused");
    let sent = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "anna:typed-proxy-password");
    assert!(
        typed.heads().iter().all(|head| head.contains(&format!("Basic {sent}"))),
        "{:?}",
        typed.heads()
    );
    assert!(saved.heads().is_empty());
    let kept = real.app.get_settings().await.unwrap();
    assert_eq!((kept.proxy_address, kept.proxy_password_stored), (Some(saved.url()), false));
    real.diagnose().await;
    assert!(!saved.heads().is_empty(), "calls go by what was only tested");
    assert_eq!(within(test(), "the test hangs").await.unwrap_err().field(), None);
}

#[tokio::test]
async fn wrong_credentials_and_none_are_told_apart_at_their_fields() {
    let wants = "HTTP/1.1 407 Log in\r\nProxy-Authenticate: Basic realm=\"x\"\r\n\r\n";
    let proxy = TestProxy::start(Manner::Answers(wants)).await;
    let real = Real::new().await;
    real.set(|settings| settings.interface_to_dropbox = true).await;
    let mut settings = real.app.get_settings().await.unwrap();
    settings.proxy = ProxyMode::Manual;
    settings.proxy_address = Some(proxy.url());
    let error = real.app.test_proxy(settings.clone()).await.unwrap_err();
    assert_eq!((error.code(), error.field()), ("proxy_credentials_missing", Some(Field::ProxyUser)));
    settings.proxy_user = Some("anna".to_owned());
    let error = real.app.test_proxy(with_password(settings, "wrong")).await.unwrap_err();
    assert_eq!(
        (error.code(), error.field()),
        ("proxy_credentials_wrong", Some(Field::ProxyPassword))
    );
}

fn manual(settings: &mut Settings) {
    settings.proxy = ProxyMode::Manual;
    settings.proxy_address = Some("http://proxy.example.com:8080".to_owned());
    settings.proxy_user = Some("anna".to_owned());
}

async fn stored(test: &TestApp) -> bool {
    test.app.get_settings().await.unwrap().proxy_password_stored
}

#[tokio::test]
async fn the_password_stays_while_other_options_change_and_goes_to_no_other_proxy() {
    let test = TestApp::fresh().await;
    let mut settings = test.app.get_settings().await.unwrap();
    manual(&mut settings);
    let saved = test.app.set_settings(with_password(settings, "p@ss:wörd/1")).await.unwrap();
    assert!(saved.proxy_password_stored);
    test.change_settings(|settings| settings.idle_timeout_seconds = 60).await.unwrap();
    test.change_settings(|settings| settings.proxy = ProxyMode::None).await.unwrap();
    test.change_settings(|settings| settings.proxy_address = Some(" HTTP://proxy.example.com:8080/ ".to_owned()))
        .await
        .unwrap();
    assert!(stored(&test).await);

    let others: [fn(&mut Settings); 2] = [
        |settings| settings.proxy_address = Some("http://elsewhere.example.com:8080".to_owned()),
        |settings| settings.proxy_user = Some("carl".to_owned()),
    ];
    for other in others {
        let error = test.change_settings(other).await.unwrap_err();
        assert_eq!(error.field(), Some(Field::ProxyPassword), "{error}");
        assert!(stored(&test).await);
    }
    // Another one for the same user is noted, and not what it is.
    let settings = test.app.get_settings().await.unwrap();
    test.app.set_settings(with_password(settings, "another")).await.unwrap();
    let newest = test.app.list_activity(None).await.unwrap().remove(0);
    assert_eq!(newest.detail.as_deref(), Some("Proxy password replaced"));
    test.change_settings(|settings| settings.proxy_user = None).await.unwrap();
    assert!(!stored(&test).await, "a password without a user would never go");
}

#[tokio::test]
async fn the_password_is_given_up_with_a_lost_master_key() {
    let test = TestApp::fresh().await;
    let mut settings = test.app.get_settings().await.unwrap();
    manual(&mut settings);
    test.app.set_settings(with_password(settings, "the-proxy-password")).await.unwrap();
    test.keychain.lose();
    let test = test.restart().await;
    test.app.replace_master_key().await.unwrap();
    let settings = test.app.get_settings().await.unwrap();
    assert_eq!(
        (settings.proxy_password_stored, settings.proxy_user.as_deref()),
        (false, Some("anna"))
    );
    test.app.set_settings(with_password(settings, "typed again")).await.unwrap();
    assert!(stored(&test).await);
}

#[tokio::test]
async fn a_password_that_got_into_a_log_does_not_leave_with_the_diagnostics() {
    let real = Real::new().await;
    let log = |name: &str| real.folder.path().join("data/logs").join(name);
    std::fs::write(log("stored.log"), "a page said: the-stored-password").unwrap();
    std::fs::write(log("system.log"), "a page said: the-system-password").unwrap();
    real.system("http://anna:the-system-password@proxy.example.com");
    let mut settings = real.app.get_settings().await.unwrap();
    manual(&mut settings);
    settings.proxy = ProxyMode::System;
    real.app.set_settings(with_password(settings, "the-stored-password")).await.unwrap();
    let mut left_out = real.app.collect_diagnostics().await.unwrap().left_out;
    left_out.sort();
    assert_eq!(left_out, ["logs/stored.log", "logs/system.log"]);
}

#[tokio::test]
async fn a_keychain_is_needed_for_a_password_alone() {
    let proxy = TestProxy::start(FORBIDDEN).await;
    let real = Real::new().await;
    real.keychain.set_trouble(Some(Trouble::Locked));
    let mut settings = real.app.get_settings().await.unwrap();
    settings.interface_to_dropbox = true;
    settings.proxy = ProxyMode::Manual;
    settings.proxy_address = Some(proxy.url());
    settings = real.app.set_settings(settings).await.unwrap();
    assert_eq!(code(&real.diagnose().await, "network"), "proxy_refused");
    settings.proxy_user = Some("anna".to_owned());
    assert_eq!(
        real.app.set_settings(with_password(settings.clone(), "secret")).await.unwrap_err().code(),
        "keychain_locked"
    );
    real.keychain.set_trouble(None);
    real.app.set_settings(with_password(settings, "secret")).await.unwrap();

    let real = Real {
        app: {
            real.app.close().await;
            open(real.folder.path(), &real.keychain, real.says.clone()).await
        },
        ..real
    };
    real.keychain.set_trouble(Some(Trouble::Locked));
    let asked = proxy.heads().len();
    assert_eq!(code(&real.diagnose().await, "proxy"), "keychain_locked");
    assert_eq!(
        proxy.heads().len(),
        asked,
        "a proxy was asked without the password that belongs to it"
    );
    assert_eq!(real.app.list_operators().await.unwrap().len(), 0);
    real.set(|settings| settings.proxy = ProxyMode::None).await;
}

#[tokio::test]
async fn what_was_typed_for_the_proxy_is_refused_at_its_field() {
    let test = TestApp::fresh().await;
    let refused = [
        ("", "anna", Field::ProxyAddress),
        ("gopher://proxy:70", "", Field::ProxyAddress),
        ("http://anna:secret@proxy:8080", "", Field::ProxyAddress),
        ("http://anna@proxy:8080", "", Field::ProxyAddress),
        ("http://proxy.example.com/proxy.pac", "", Field::ProxyAddress),
        ("http://pro xy:8080", "", Field::ProxyAddress),
        ("http://proxy:99999", "", Field::ProxyAddress),
        ("http://:8080", "", Field::ProxyAddress),
        ("http://proxy:8080", "an:na", Field::ProxyUser),
        ("http://proxy:8080", "an\nna", Field::ProxyUser),
        ("socks4://proxy:1080", "anna", Field::ProxyUser),
    ];
    for (address, user, field) in refused {
        let error = test
            .change_settings(|settings| {
                settings.proxy = ProxyMode::Manual;
                settings.proxy_address = Some(address.to_owned());
                settings.proxy_user = Some(user.to_owned());
            })
            .await
            .unwrap_err();
        assert_eq!((error.code(), error.field()), ("invalid_input", Some(field)), "{address}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let settings = test.app.get_settings().await.unwrap();
    let error = test.app.set_settings(with_password(settings, "for nobody")).await.unwrap_err();
    assert_eq!(error.field(), Some(Field::ProxyUser));
}
