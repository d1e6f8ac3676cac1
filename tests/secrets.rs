//! Secrets are found in no log, database, event, result or page, in any of the forms in which one would leak.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use outtray::{
    logging,
    operator::{Place, RequestPhase},
    secret::Secret,
};
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, TestApp, assert_no_secret, contains, files_below, operator_fields},
};

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

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
struct Seen(Vec<(String, Vec<u8>)>);

impl Seen {
    fn add(&mut self, what: &str, content: impl Into<Vec<u8>>) {
        self.0.push((what.to_owned(), content.into()));
    }

    fn result<T: serde::Serialize + std::fmt::Debug>(&mut self, what: &str, result: &Result<T, outtray::Error>) {
        match result {
            Ok(value) => self.add(what, format!("{} {value:?}", serde_json::to_string(value).unwrap())),
            Err(error) => self.add(what, format!("{} {error} {error:?}", serde_json::to_string(error).unwrap())),
        }
    }
}

#[tokio::test]
async fn no_secret_is_found_anywhere() {
    let log = Log::default();
    logging::write_to(log.clone(), Some("trace"));
    let test = TestApp::with_operator().await;
    let (given, mut seen) = (test.user(ACCESS_EMAIL).await, Seen::default());
    let mut events = test.app.events();

    // On this computer, with a wrong secret before and a busy Dropbox meanwhile.
    let wrong = "wrongsecret9876";
    let refused = test
        .app
        .begin_authorization("AB", &given.app.key, Some(Secret::new(wrong)), Place::ThisComputer)
        .await;
    seen.result("a refused Generate Key", &refused);
    test.simulator.inject(Fault::Token500, 1, None);
    let begun = test.begin("AB", &given, Place::ThisComputer).await;
    seen.result("Generate Key", &begun);
    let page = given.browser.authorize(&begun.unwrap().request.unwrap().url).await;
    seen.add("the last page", page.html);
    seen.add("the last page's address", page.url);
    seen.result("after the redirect", &test.app.show_operator("AB").await);
    seen.result("another try", &test.app.complete_authorization("AB", None).await);
    test.until_phase("AB", RequestPhase::Granted).await;
    seen.result("Save", &test.app.save_authorization("AB", false).await);

    // On the user's computer, with a wrong code before.
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let carl = test.user("carl@example.com").await;
    let begun = test.begin("CD", &carl, Place::UsersComputer).await;
    seen.result("Generate Key", &begun);
    let code = carl.browser.access_code(&begun.unwrap().request.unwrap().url).await;
    let mistyped = "mistyped-access-code-1234567890";
    seen.result(
        "a wrong code",
        &test.app.complete_authorization("CD", Some(Secret::new(mistyped))).await,
    );
    seen.result("the code", &test.app.complete_authorization("CD", Some(Secret::new(code))).await);
    seen.result("Save", &test.app.save_authorization("CD", false).await);

    // Deliveries, with a renewed token, an expired one and a revoked authorization.
    seen.result("a delivery", &test.app.send_test_file("AB").await);
    test.simulator.inject(Fault::ExpireToken, 1, Some("files/upload"));
    seen.result("a delivery", &test.app.send_test_file("AB").await);
    test.simulator.disconnect(&carl.account, &carl.app.key);
    seen.result("a revoked delivery", &test.app.send_test_file("CD").await);
    seen.result("the list", &test.app.list_operators().await);
    seen.result("the deliveries", &test.app.list_deliveries("CD").await);
    while let Ok(event) = events.try_recv() {
        seen.add("an event", format!("{} {event:?}", serde_json::to_string(&event).unwrap()));
    }

    seen.0.extend(files_below(&test.data_folder()));
    test.app.close().await;
    seen.0.extend(files_below(&test.data_folder()));
    seen.add("the log", log.0.lock().unwrap().clone());

    let mut secrets = test.simulator.issued_secrets();
    assert!(secrets.len() >= 10, "the simulator should know the secrets: {}", secrets.len());
    secrets.extend([wrong.to_owned(), mistyped.to_owned()]);
    secrets.extend(test.keychain.keys_as_text());
    assert_no_secret(&secrets, &seen.0);
    // The search can find: what is not secret is there.
    assert!(contains(&log.0.lock().unwrap(), b"outtray"), "the log was not written");
    assert!(seen.0.iter().any(|(_, content)| contains(content, given.app.key.as_bytes())));
}

#[test]
fn a_secret_does_not_print() {
    let secret = Secret::new("the-secret-itself");
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "‹redacted› Some(‹redacted›)");
}
