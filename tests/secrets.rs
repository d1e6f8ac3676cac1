//! Secrets are found in no log, database, event, result or page, in any of the forms in which one would leak.

use std::{
    io::{self, Write},
    process::Stdio,
    sync::{Arc, Mutex},
    time::Duration,
};

use outtray::{
    logging,
    operator::{Consent, Place, RequestPhase},
    secret::Secret,
    settings::{ChosenSettings, ProxyMode},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::Child,
};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    simulator::{Fault, Moment},
    support::{
        ACCESS_EMAIL, Computer, Given, TestApp, Trouble, assert_no_secret, browser::Browser, contains, files_below, operator_fields, text,
        within,
    },
};

/// A log in memory.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn written(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Everything that a window, a program or a person could have seen.
#[derive(Default)]
pub(crate) struct Seen(pub(crate) Vec<(String, Vec<u8>)>);

impl Seen {
    pub(crate) fn add(&mut self, what: &str, content: impl Into<Vec<u8>>) {
        self.0.push((what.to_owned(), content.into()));
    }

    /// What every program on this computer can read of another one.
    fn process(&mut self, when: &str, id: Option<u32>) {
        if cfg!(target_os = "linux") {
            for file in ["cmdline", "environ"] {
                let content = std::fs::read(format!("/proc/{}/{file}", id.unwrap())).unwrap();
                self.add(&format!("its {file} {when}"), content);
            }
        }
    }

    pub(crate) fn result<T: serde::Serialize + std::fmt::Debug>(&mut self, what: &str, result: &Result<T, outtray::Error>) {
        match result {
            Ok(value) => self.add(what, format!("{} {value:?}", serde_json::to_string(value).unwrap())),
            Err(error) => self.add(what, format!("{} {error} {error:?}", serde_json::to_string(error).unwrap())),
        }
    }
}

/// What somebody types: what is wrong is as secret as what is right.
const WRONG: &str = "wrongsecret9876";
const MISTYPED: &str = "mistyped-access-code-1234567890";
const PROXY_PASSWORDS: [&str; 3] = [
    "proxy-password-kept-4711",
    "proxy-password-\u{202e}refused",
    "proxy-password-tried-4712",
];

/// What the simulator has given out, and what was typed.
fn with_typed(mut secrets: Vec<String>) -> Vec<String> {
    assert!(secrets.len() >= 10, "the simulator should know the secrets: {}", secrets.len());
    secrets.extend([WRONG, MISTYPED].map(str::to_owned));
    secrets.extend(PROXY_PASSWORDS.map(str::to_owned));
    secrets
}

/// An authorization on this computer, with a wrong secret before and a busy Dropbox meanwhile.
async fn authorize_here(test: &TestApp, given: &Given, seen: &mut Seen) {
    let refused = test
        .app
        .begin_authorization("AB", &given.app.key, Some(Secret::new(WRONG)), Place::ThisComputer)
        .await;
    seen.result("a refused Generate Key", &refused);
    test.simulator.inject(Fault::Token500, 1, None);
    let begun = test.begin("AB", given, Place::ThisComputer).await;
    seen.result("Generate Key", &begun);
    let page = given.browser.authorize(&begun.unwrap().request.unwrap().url).await;
    seen.add("the last page", page.html);
    seen.add("the last page's address", page.url);
    seen.result("after the redirect", &test.app.show_operator("AB").await);
    seen.result("another try", &test.app.complete_authorization("AB", None).await);
    test.until_phase("AB", RequestPhase::Granted).await;
    seen.result("Save", &test.app.save_authorization("AB", None).await);
}

/// An authorization on the user's computer, with a wrong code before.
async fn authorize_there(test: &TestApp, carl: &Given, seen: &mut Seen) {
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let begun = test.begin("CD", carl, Place::UsersComputer).await;
    seen.result("Generate Key", &begun);
    let code = carl.browser.access_code(&begun.unwrap().request.unwrap().url).await;
    seen.result(
        "a wrong code",
        &test.app.complete_authorization("CD", Some(Secret::new(MISTYPED))).await,
    );
    seen.result("the code", &test.app.complete_authorization("CD", Some(Secret::new(code))).await);
    seen.result("Save", &test.app.save_authorization("CD", None).await);
}

/// Another account asked for, and a refusal in Dropbox's words.
async fn fail_to_authorize(test: &TestApp, carl: &Given, seen: &mut Seen) {
    let consent = Consent {
        place: Place::ThisComputer,
        force_reauthentication: true,
        saves_itself: false,
    };
    let secret = || Some(Secret::new(carl.app.secret.clone()));
    let begun = test.app.begin_authorization("CD", &carl.app.key, secret(), consent).await;
    seen.result("Generate Key for another account", &begun);
    test.advance(Duration::from_secs(100));
    seen.result("advice", &test.app.show_operator("CD").await);
    let refusal = Fault::TokenRefusal {
        status: 400,
        error: "invalid_request",
        description: Some("No auth function available for given request"),
    };
    test.simulator.inject(refusal, 1, None);
    let begun = test.begin("CD", carl, Place::ThisComputer).await.unwrap();
    let page = carl.browser.authorize(&begun.request.unwrap().url).await;
    seen.add("the page of a failure", page.html);
    test.until_phase("CD", RequestPhase::Failed).await;
    seen.result("a refused exchange", &test.app.show_operator("CD").await);
}

/// A pasted address, a cancel, a keychain that denies, other options.
async fn go_other_ways(test: &TestApp, carl: &Given, seen: &mut Seen) {
    let begun = test.begin("CD", carl, Place::ThisComputer).await.unwrap();
    let address = carl.browser.redirect_of(&begun.request.unwrap().url).await;
    let other = address.replace("state=", "state=x");
    seen.result(
        "another address",
        &test.app.complete_authorization("CD", Some(Secret::new(other))).await,
    );
    seen.result(
        "a pasted address",
        &test.app.complete_authorization("CD", Some(Secret::new(address))).await,
    );
    seen.result("Cancel", &test.app.cancel_authorization("CD").await);
    test.keychain.set_trouble(Some(Trouble::Denied));
    let denied = test.second_program().await.unwrap();
    seen.result("a denied keychain", &denied.send_test_file("AB").await);
    denied.close().await;
    test.keychain.set_trouble(None);
    seen.result(
        "options",
        &test.change_settings(|settings| settings.idle_timeout_seconds = 60).await,
    );
}

/// A proxy's password that is kept, one that is refused, and one that is tried.
async fn set_proxies(test: &TestApp, seen: &mut Seen) {
    for password in PROXY_PASSWORDS {
        let mut settings = test.app.get_settings().await.unwrap();
        (settings.proxy, settings.proxy_address) = (ProxyMode::Manual, Some("http://127.0.0.1:9".to_owned()));
        settings.proxy_user = Some("anna".to_owned());
        let proxy_password = Some(Secret::new(password));
        let chosen = ChosenSettings { settings, proxy_password };
        match password.contains("tried") {
            true => seen.result("a test of the proxy", &test.app.test_proxy(chosen).await),
            false => seen.result("options with a proxy", &test.app.set_settings(chosen).await),
        }
    }
}

/// Deliveries, with a renewed token, an expired one and a revoked authorization.
async fn deliver(test: &TestApp, carl: &Given, seen: &mut Seen) {
    seen.result("a delivery", &test.app.send_test_file("AB").await);
    test.simulator.inject(Fault::ExpireToken, 1, Some("files/upload"));
    seen.result("a delivery", &test.app.send_test_file("AB").await);
    test.simulator.disconnect(&carl.account, &carl.app.key);
    seen.result("a revoked delivery", &test.app.send_test_file("CD").await);
    seen.result("the list", &test.app.list_operators().await);
    seen.result("the deliveries", &test.app.list_deliveries(Some("CD")).await);
    seen.result("the activity", &test.app.list_activity(None).await);
    seen.result("doctor", &test.app.diagnose().await);
}

#[tokio::test]
async fn no_secret_is_found_anywhere() {
    let log = Log::default();
    logging::write_to(log.clone(), Some("trace"));
    let test = TestApp::with_operator().await;
    let (given, carl, mut seen) = (test.user(ACCESS_EMAIL).await, test.user("carl@example.com").await, Seen::default());
    let mut events = test.app.events();
    authorize_here(&test, &given, &mut seen).await;
    authorize_there(&test, &carl, &mut seen).await;
    fail_to_authorize(&test, &carl, &mut seen).await;
    go_other_ways(&test, &carl, &mut seen).await;
    set_proxies(&test, &mut seen).await;
    deliver(&test, &carl, &mut seen).await;
    while let Ok(event) = events.try_recv() {
        seen.add("an event", format!("{} {event:?}", serde_json::to_string(&event).unwrap()));
    }

    seen.0.extend(files_below(&test.data_folder()));
    test.app.close().await;
    seen.0.extend(files_below(&test.data_folder()));
    seen.add("the log", log.written());

    let mut secrets = test.simulator.issued_secrets();
    secrets.extend(test.keychain.keys_as_text());
    assert_no_secret(&with_typed(secrets), &seen.0);
    // The search can find: what is not secret is there.
    assert!(contains(&log.written(), b"outtray"), "the log was not written");
    assert!(seen.0.iter().any(|(_, content)| contains(content, given.app.key.as_bytes())));
}

/// A command that is spoken to and listened to, with the log at its most talkative.
fn spawn(computer: &Computer, arguments: &[&str]) -> Child {
    let mut command = computer.command(arguments);
    command
        .env("OUTTRAY_LOG", "trace")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Runs the command line to its end.
async fn run(computer: &Computer, seen: &mut Seen, arguments: &[&str], input: &str) -> String {
    let mut child = spawn(computer, arguments);
    let mut stdin = child.stdin.take().unwrap();
    seen.process("before its input", child.id());
    stdin.write_all(format!("{input}\n").as_bytes()).await.unwrap();
    drop(stdin);
    let output = within(child.wait_with_output(), "it should have ended").await.unwrap();
    seen.add("standard output", output.stdout.clone());
    seen.add("standard error", output.stderr);
    text(&output.stdout)
}

/// While it awaits the redirect and while it exchanges the code, its arguments and its environment can be read.
async fn watch_waiting(computer: &Computer, seen: &mut Seen, begin: &[&str], secret: &str, browser: Browser) {
    let mut child = spawn(computer, begin);
    child.stdin.take().unwrap().write_all(format!("{secret}\n").as_bytes()).await.unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url = loop {
        let line = within(lines.next_line(), "no URL was printed").await.unwrap().unwrap();
        seen.add("a line", line.clone());
        if line.starts_with("http://") {
            break line;
        }
    };
    seen.process("while it waits", child.id());
    let gate = computer.simulator.hold(Moment::After, "oauth2/token");
    let visit = tokio::spawn(async move { browser.authorize(&url).await });
    within(gate.reached(), "the exchange did not begin").await;
    seen.process("while it exchanges", child.id());
    gate.release();
    let page = within(visit, "the browser hangs").await.unwrap();
    seen.add("the last page", format!("{} {}", page.url, page.html));
    while let Some(line) = within(lines.next_line(), "it does not end").await.unwrap() {
        seen.add("a line", line);
    }
    let output = within(child.wait_with_output(), "it should have ended").await.unwrap();
    seen.add("standard error", output.stderr);
}

#[tokio::test]
async fn no_secret_is_found_in_arguments_environment_output_or_files_of_the_command_line() {
    let (computer, mut seen) = (Computer::new().await, Seen::default());
    let app = computer.another_app();
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;

    let begin = ["authorize", "begin", "AB", "--app-key", &app.key];
    let there = [&begin[..], &["--place", "users-computer"]].concat();
    run(&computer, &mut seen, &there, WRONG).await;
    let said = run(&computer, &mut seen, &there, &app.secret).await;
    let url = said.lines().find(|line| line.starts_with("http://")).unwrap();
    let code = browser.access_code(url).await;
    run(&computer, &mut seen, &["authorize", "complete", "AB"], MISTYPED).await;
    run(&computer, &mut seen, &["authorize", "complete", "AB"], &code).await;

    watch_waiting(&computer, &mut seen, &begin, &app.secret, browser).await;
    for arguments in [
        &["test", "AB"][..],
        &["--json", "operator", "list"],
        &["activity"],
        &["deliveries", "AB"],
        &["doctor"],
        &["settings", "get"],
    ] {
        run(&computer, &mut seen, arguments, "").await;
    }

    let by_hand = [
        "settings",
        "set",
        "--proxy-address",
        "http://127.0.0.1:9",
        "--proxy-user",
        "anna",
        "--proxy-password",
    ];
    run(&computer, &mut seen, &by_hand, PROXY_PASSWORDS[0]).await;
    for arguments in [&["settings", "test-proxy"][..], &["test", "AB"], &["activity"], &["diagnostics"]] {
        run(&computer, &mut seen, arguments, "").await;
    }

    // The key file is where the master key is meant to lie.
    let files = files_below(&computer.data_folder());
    assert!(
        files.iter().any(|(path, content)| path.contains("logs") && content.len() > 1000),
        "no log was written"
    );
    seen.0.extend(files);
    let mut secrets = computer.simulator.issued_secrets();
    secrets.push(std::fs::read_to_string(computer.key_file()).unwrap().trim().to_owned());
    assert_no_secret(&with_typed(secrets), &seen.0);
    assert!(
        seen.0.iter().any(|(_, content)| contains(content, app.key.as_bytes())),
        "the search finds nothing"
    );
}

#[test]
fn a_secret_does_not_print() {
    let secret = Secret::new("the-secret-itself");
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "‹redacted› Some(‹redacted›)");
}
