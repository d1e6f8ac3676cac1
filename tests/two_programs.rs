//! The window and the command line on one database at the same time: neither spoils what the other is doing, and each hears of it.

use std::time::Duration;

use outtray::{
    App, Error,
    event::Event,
    operator::{AuthorizationStatus, Place, RequestPhase},
    secret::Secret,
    store::deliveries::{Delivery, DeliveryState},
};
use tokio::{sync::broadcast::Receiver, task::JoinHandle};

use crate::{
    simulator::{Fault, Gate, Moment},
    support::{ACCESS_EMAIL, Given, TestApp, operator_fields, until_free, within},
};

const TOKEN: &str = "oauth2/token";
const UPLOAD: &str = "files/upload";

/// Waits for an event of the other program.
async fn heard(events: &mut Receiver<Event>, is_meant: impl Fn(&Event) -> bool) -> Event {
    let wait = async {
        loop {
            let event = events.recv().await.unwrap();
            if is_meant(&event) {
                return event;
            }
        }
    };
    within(wait, "the other program was not heard of").await
}

/// Sends a report in a program; Dropbox does not answer before the gate is released.
fn send_held(test: &TestApp, app: App) -> (Gate, JoinHandle<Result<Delivery, Error>>) {
    let path = test.reports().join("report.pdf");
    std::fs::write(&path, b"content").unwrap();
    let gate = test.simulator.hold(Moment::Before, UPLOAD);
    (gate, tokio::spawn(async move { app.send_file("AB", &path).await }))
}

/// Authorizes `AB` in another program, also for another account than the record's.
async fn authorize_in(other: &App, given: &Given) {
    let secret = Some(Secret::new(given.app.secret.clone()));
    let operator = other.begin_authorization("AB", &given.app.key, secret, Place::UsersComputer).await.unwrap();
    let code = given.browser.access_code(&operator.request.unwrap().url).await;
    other.complete_authorization("AB", Some(Secret::new(code))).await.unwrap();
    other.save_authorization("AB", Some(given.email.as_str())).await.unwrap();
}

#[tokio::test]
async fn what_one_program_authorizes_the_other_uses_at_once() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let other = test.second_program().await.unwrap();
    let carl = test.user("carl@example.com").await;
    // The grant before could not be ended, so its access token still works.
    test.simulator.inject(Fault::ServerErrorHtml, 1, Some("auth/token/revoke"));
    authorize_in(&other, &carl).await;
    test.send("AB", "report.pdf", b"content").await.unwrap();
    let names = |given: &Given| test.simulator.files(&given.account).len();
    assert_eq!((names(&given), names(&carl)), (1, 1), "the report went to the account before");
}

#[tokio::test]
async fn a_grant_of_another_account_is_ended_when_it_is_replaced() {
    let (test, given) = TestApp::authorized().await;
    let carl = test.user("carl@example.com").await;
    authorize_in(&test.app, &carl).await;
    assert_eq!(
        (
            test.simulator.alive_grants(&given.account),
            test.simulator.alive_grants(&carl.account)
        ),
        (0, 1)
    );
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn a_token_of_the_grant_before_does_not_end_the_new_one() {
    let (test, given) = TestApp::authorized().await;
    test.app.check_authorization("AB").await.unwrap();
    let other = test.second_program().await.unwrap();
    test.simulator.disconnect(&given.account, &given.app.key);
    authorize_in(&other, &given).await;
    let operator = test.app.check_authorization("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
}

#[tokio::test]
async fn a_refresh_that_is_refused_late_does_not_end_the_new_grant() {
    let (test, given) = TestApp::authorized().await;
    let other = test.second_program().await.unwrap();
    // The refresh of the grant before is on its way back with a refusal when the new one comes into force.
    test.simulator.disconnect(&given.account, &given.app.key);
    let gate = test.simulator.hold(Moment::After, TOKEN);
    let app = test.app.clone();
    let send = tokio::spawn(async move { app.send_test_file("AB").await });
    within(gate.reached(), "nothing was refreshed").await;
    authorize_in(&other, &given).await;
    gate.release();
    send.await.unwrap().unwrap();
    assert_eq!(test.app.show_operator("AB").await.unwrap().status, AuthorizationStatus::Authorized);
}

/// A grant of this account that waits for Save.
async fn granted(test: &TestApp, given: &Given) {
    let operator = test.begin("AB", given, Place::UsersComputer).await.unwrap();
    let code = given.browser.access_code(&operator.request.unwrap().url).await;
    test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap();
}

#[tokio::test]
async fn of_two_saves_of_one_grant_one_counts() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    granted(&test, &given).await;
    let other = test.second_program().await.unwrap();
    let mut held = test.keychain.hold_read();
    let late = tokio::spawn(async move { other.save_authorization("AB", None).await });
    held.reached().await;
    test.app.save_authorization("AB", None).await.unwrap();
    drop(held);
    late.await.unwrap().unwrap();
    assert_eq!(test.simulator.alive_grants(&given.account), 1);
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn a_grant_that_was_replaced_while_it_was_saved_does_not_come_into_force() {
    let (test, given) = TestApp::authorized().await;
    let carl = test.user("carl@example.com").await;
    granted(&test, &carl).await;
    let other = test.second_program().await.unwrap();
    let mut held = test.keychain.hold_read();
    let late = tokio::spawn(async move { other.save_authorization("AB", Some("carl@example.com")).await });
    held.reached().await;
    // Generate Key ends the grant that nobody has saved.
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    drop(held);
    assert_eq!(late.await.unwrap().unwrap_err().code(), "request_replaced");
    assert_eq!(test.simulator.alive_grants(&carl.account), 0);
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingCode, "the new request is gone");
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.simulator.files(&given.account).len(), 1, "what worked stays in force");
}

#[tokio::test]
async fn the_start_of_one_program_leaves_the_wait_of_the_other_alone() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    let other = test.second_program().await.unwrap();
    other.resume().await.unwrap();
    assert_eq!(other.show_operator("AB").await.unwrap().request.unwrap().problem, None);
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    // The doctor of either program knows whose port it is.
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    for app in [&test.app, &other] {
        let checks = app.diagnose().await.unwrap();
        let port = checks.iter().find(|check| check.name == format!("redirect port {}", test.ports[0])).unwrap();
        assert!(
            port.problem.is_none() && port.detail.as_ref().unwrap().contains("operator AB"),
            "{port:?}"
        );
    }
    drop(request);
}

#[tokio::test]
async fn when_one_program_ends_the_other_awaits_its_redirect() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    let other = test.second_program().await.unwrap();
    other.resume().await.unwrap();
    test.app.close().await;
    until_free(&test.ports).await;
    let listening = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", test.ports[0])).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    within(listening, "nobody awaits the redirect any more").await;
    given.browser.authorize(&request.url).await;
    let operator = other.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);
}

#[tokio::test]
async fn a_request_that_the_other_program_has_replaced_gives_its_port_back() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    test.begin("AB", &given, Place::ThisComputer).await.unwrap();
    let other = test.second_program().await.unwrap();
    let secret = Some(Secret::new(given.app.secret.clone()));
    other.begin_authorization("AB", &given.app.key, secret, Place::UsersComputer).await.unwrap();
    until_free(&test.ports).await;
}

#[tokio::test]
async fn a_code_that_one_program_exchanges_is_not_exchanged_by_the_other() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let operator = test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    let code = given.browser.access_code(&operator.request.unwrap().url).await;
    let gate = test.simulator.hold(Moment::After, TOKEN);
    let (app, typed) = (test.app.clone(), code.clone());
    let complete = tokio::spawn(async move { app.complete_authorization("AB", Some(Secret::new(typed))).await });
    within(gate.reached(), "the exchange did not begin").await;
    let other = test.second_program().await.unwrap();
    other.resume().await.unwrap();
    let (again, typed) = (other.clone(), code);
    let again = tokio::spawn(async move { again.complete_authorization("AB", Some(Secret::new(typed))).await });
    gate.release();
    complete.await.unwrap().unwrap();
    again.await.unwrap().unwrap();
    let exchanges = test.simulator.calls().iter().filter(|call| call.route == TOKEN).count();
    assert_eq!(exchanges, 1, "a code works once");
    assert_eq!(other.show_operator("AB").await.unwrap().status, AuthorizationStatus::AwaitingSave);
}

#[tokio::test]
async fn one_program_hears_what_the_other_does() {
    let (test, _) = TestApp::authorized().await;
    test.app.resume().await.unwrap();
    let other = test.second_program().await.unwrap();
    let mut events = test.app.events();
    other.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    heard(
        &mut events,
        |event| matches!(event, Event::Operator { operator_id } if operator_id.as_str() == "CD"),
    )
    .await;
    other.revoke_authorization("AB").await.unwrap();
    heard(
        &mut events,
        |event| matches!(event, Event::Authorization { operator_id } if operator_id.as_str() == "AB"),
    )
    .await;
    let settings = other.get_settings().await.unwrap();
    other.set_settings(settings).await.unwrap();
    heard(&mut events, |event| *event == Event::Settings).await;
    let rows: String = (0..30).map(|number| format!("N{number},Name\n")).collect();
    other.import_operators(format!("id,name\n{rows}").as_bytes()).await.unwrap();
    heard(&mut events, |event| *event == Event::Everything).await;
}

#[tokio::test]
async fn a_program_tells_what_it_did_itself_in_the_step_that_writes_it_down() {
    let (test, _) = TestApp::authorized().await;
    let mut events = test.app.events();
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    assert_eq!(events.try_recv().unwrap(), Event::Activity);
    let told = events.try_recv().unwrap();
    assert!(
        matches!(&told, Event::Operator { operator_id } if operator_id.as_str() == "CD"),
        "{told:?}"
    );
    // What was refused is written down, and nothing has to be read again for it.
    test.app.add_operator("cd", operator_fields("Carl Dahl", None)).await.unwrap_err();
    assert_eq!(events.try_recv().unwrap(), Event::Activity);
    assert!(events.try_recv().is_err());
}

#[tokio::test]
async fn one_program_hears_how_the_deliveries_of_the_other_go() {
    let (test, _) = TestApp::authorized().await;
    let other = test.second_program().await.unwrap();
    test.app.resume().await.unwrap();
    let mut events = test.app.events();
    let (gate, send) = send_held(&test, other);
    let of = |wanted: DeliveryState| move |event: &Event| matches!(event, Event::Delivery { state, .. } if *state == wanted);
    heard(&mut events, of(DeliveryState::Uploading)).await;
    gate.release();
    send.await.unwrap().unwrap();
    heard(&mut events, of(DeliveryState::Delivered)).await;
}

#[tokio::test]
async fn a_delivery_whose_program_was_killed_is_told_once() {
    let (test, _) = TestApp::authorized().await;
    let other = test.second_program().await.unwrap();
    test.app.resume().await.unwrap();
    let mut events = test.app.events();
    let (gate, send) = send_held(&test, other);
    let is_delivery = |event: &Event| matches!(event, Event::Delivery { .. });
    heard(&mut events, is_delivery).await;
    within(gate.reached(), "nothing was sent").await;
    send.abort();
    gate.abandon();
    let event = heard(&mut events, is_delivery).await;
    assert!(
        matches!(event, Event::Delivery { state, .. } if state == DeliveryState::NeedsAttention),
        "{event:?}"
    );
    // Two looks later nothing more has come of it.
    let other = test.second_program().await.unwrap();
    for name in ["CD", "EF"] {
        other.add_operator(name, operator_fields("Carl Dahl", None)).await.unwrap();
        let is_news = |event: &Event| matches!(event, Event::Delivery { .. } | Event::Operator { .. });
        let event = heard(&mut events, is_news).await;
        assert!(matches!(event, Event::Operator { .. }), "{event:?}");
    }
}

#[tokio::test]
async fn a_part_that_takes_longer_than_a_lease_is_no_interruption() {
    let (test, _) = TestApp::authorized().await;
    let (gate, send) = send_held(&test, test.app.clone());
    within(gate.reached(), "nothing was sent").await;
    test.advance(Duration::from_secs(601));
    let state = async || test.app.list_deliveries("AB").await.unwrap()[0].state;
    let alive = async {
        while state().await != DeliveryState::Uploading {
            tokio::task::yield_now().await;
        }
    };
    within(alive, "a delivery that goes on counts as interrupted").await;
    gate.release();
    send.await.unwrap().unwrap();
}

#[tokio::test]
async fn switching_the_interface_off_ends_what_is_under_way() {
    let (test, given) = TestApp::authorized().await;
    let other = test.second_program().await.unwrap();
    let path = test.reports().join("large.bin");
    std::fs::write(&path, vec![7; 40 << 20]).unwrap();
    let gate = test.simulator.hold(Moment::After, "files/upload_session/start");
    let app = test.app.clone();
    let send = tokio::spawn(async move { app.send_file("AB", &path).await });
    within(gate.reached(), "nothing was sent").await;
    let settings = outtray::settings::Settings {
        interface_to_dropbox: false,
        ..other.get_settings().await.unwrap()
    };
    other.set_settings(settings).await.unwrap();
    gate.release();
    assert_eq!(send.await.unwrap().unwrap_err().code(), "interface_off");
    assert!(
        test.simulator.calls().iter().all(|call| !call.route.contains("append")),
        "something left after that"
    );
    assert!(test.simulator.files(&given.account).is_empty());
}

#[tokio::test]
async fn an_absurd_wait_is_not_waited_for() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::RateLimitedJson { retry_after: 86_400 }, 1, Some(UPLOAD));
    assert_eq!(test.app.send_test_file("AB").await.unwrap_err().code(), "dropbox_busy");
    assert!(
        test.time.waits().iter().all(|wait| wait.as_secs() < 3600),
        "{:?}",
        test.time.waits()
    );
}
