//! An authorization request at every point of its life: a restart, a sleeping computer, a cancel and the end of the program lose
//! nothing, double nothing and leave nothing behind.

use std::time::Duration;

use outtray::{
    operator::{AuthorizationRequest, AuthorizationStatus, Place, RequestPhase},
    secret::Secret,
};
use sqlx::{Connection, SqliteConnection};

use crate::{
    simulator::{Fault, Gate, Moment},
    support::{ACCESS_EMAIL, Given, TestApp, until_free, within},
};

const TOKEN: &str = "oauth2/token";
const ACCOUNT: &str = "users/get_current_account";

async fn begun() -> (TestApp, Given, AuthorizationRequest) {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    (test, given, request)
}

async fn request(test: &TestApp) -> AuthorizationRequest {
    test.app.show_operator("AB").await.unwrap().request.unwrap()
}

/// The browser comes back, and the exchange stands still at the gate.
async fn exchanging(moment: Moment, route: &str) -> (TestApp, Given, Gate) {
    let (test, given, request) = begun().await;
    let gate = test.simulator.hold(moment, route);
    let address = given.browser.redirect_of(&request.url).await;
    tokio::spawn(async move {
        // The page that it ends on does not matter here.
        let _ = reqwest::Client::builder().no_proxy().build().unwrap().get(address).send().await;
    });
    within(gate.reached(), "the exchange did not begin").await;
    (test, given, gate)
}

#[tokio::test]
async fn the_redirect_may_come_before_anybody_says_that_the_browser_is_open() {
    let (test, given, request) = begun().await;
    let (page, link) = tokio::join!(
        given.browser.authorize(&request.url),
        test.app.link(outtray::app::Link::Authorize, Some("AB"))
    );
    assert!(page.text.contains("Dropbox has confirmed"), "{}", page.text);
    assert_eq!(link.unwrap().as_str(), request.url);
    test.until_phase("AB", RequestPhase::Granted).await;
}

/// What any page can make a browser do: load an address of ours, as an image or in a tab that is restored.
async fn visit(address: &str) -> String {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = client.get(address).send().await.unwrap();
    let location = answer.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
    format!(
        "{} {} {}",
        answer.status().as_u16(),
        location.unwrap_or_default(),
        answer.text().await.unwrap()
    )
}

#[tokio::test]
async fn whatever_pages_load_meanwhile_the_redirect_is_answered_and_then_its_last_page() {
    // Loaded before the redirect, while the code is exchanged, and after the redirect was answered.
    for (before, meanwhile, after) in [
        (0, 0, 0),
        (1, 0, 0),
        (3, 0, 0),
        (0, 1, 0),
        (0, 3, 0),
        (1, 1, 1),
        (0, 0, 2),
        (2, 2, 2),
    ] {
        let (test, given, request) = begun().await;
        let base = format!("http://127.0.0.1:{}", test.ports[0]);
        let stray = async |times: usize| {
            for _ in 0..times {
                for name in ["authorized", "confirmed", "authorized/token"] {
                    let said = visit(&format!("{base}/dropbox/{name}")).await;
                    assert!(
                        !said.contains("Dropbox has confirmed") && !said.contains("Dropbox is authorized"),
                        "{said}"
                    );
                }
            }
        };
        stray(before).await;
        let gate = test.simulator.hold(Moment::After, TOKEN);
        let address = given.browser.redirect_of(&request.url).await;
        let redirect = tokio::spawn(async move { visit(&address).await });
        within(gate.reached(), "the exchange did not begin").await;
        stray(meanwhile).await;
        gate.release();
        let answer = within(redirect, "the redirect was not answered").await.unwrap();
        let last = answer.split(' ').nth(1).unwrap();
        assert!(
            answer.starts_with("303 /dropbox/confirmed/"),
            "{before} {meanwhile} {after}: {answer}"
        );
        stray(after).await;
        assert!(visit(&format!("{base}{last}")).await.contains("Dropbox has confirmed"));
        test.until_phase("AB", RequestPhase::Granted).await;
    }
}

#[tokio::test]
async fn a_browser_that_loads_the_redirect_twice_shows_success_both_times() {
    let (test, given, request) = begun().await;
    let address = given.browser.redirect_of(&request.url).await;
    let base = format!("http://127.0.0.1:{}", test.ports[0]);
    for _ in 0..2 {
        let answer = visit(&address).await;
        let last = answer.split(' ').nth(1).unwrap();
        assert!(visit(&format!("{base}{last}")).await.contains("Dropbox has confirmed"), "{answer}");
    }
    let calls = test.simulator.calls();
    assert_eq!(calls.iter().filter(|call| call.route == TOKEN).count(), 1, "a code works once");
    // Then the port is given back, and at once where the program ends.
    test.app.close().await;
    until_free(&test.ports).await;
}

#[tokio::test]
async fn a_browser_that_is_closed_before_allow_ends_nothing() {
    let (test, given, request) = begun().await;
    drop(given.browser.open(&request.url).await);
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().status,
        AuthorizationStatus::AwaitingCode
    );
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn afterwards_the_port_is_free() {
    for refuse in [false, true] {
        let (test, given, request) = begun().await;
        if refuse {
            given.browser.refuse(&request.url).await;
            test.until_phase("AB", RequestPhase::Failed).await;
        } else {
            given.browser.authorize(&request.url).await;
            test.until_phase("AB", RequestPhase::Granted).await;
        }
        until_free(&test.ports).await;
    }
}

#[tokio::test]
async fn a_redirect_after_a_sleep_of_more_than_an_hour_is_not_used() {
    let (test, given, request) = begun().await;
    let address = given.browser.redirect_of(&request.url).await;
    // The computer sleeps: its clock goes on, what waits does not notice.
    test.time.advance(Duration::from_secs(3601));
    let page = given.browser.open(&address).await;
    assert!(page.text.contains("Dropbox did not confirm"), "{}", page.text);
    let expired = self::request(&test).await;
    assert_eq!(
        (expired.phase, expired.problem.unwrap().code.as_str()),
        (RequestPhase::Failed, "request_expired")
    );
    assert!(
        !test.simulator.calls().iter().any(|call| call.route == TOKEN),
        "the code was not exchanged"
    );
    test.authorize("AB", &given).await;
}

#[tokio::test]
async fn a_clock_that_jumps_less_than_an_hour_does_no_harm() {
    let (test, given, request) = begun().await;
    test.time.advance(Duration::from_secs(3000));
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn when_the_hour_is_over_the_port_is_given_back() {
    let (test, _, _) = begun().await;
    test.time.advance(Duration::from_millis(3_599_900));
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    until_free(&test.ports).await;
    test.time.advance(Duration::from_millis(100));
    assert_eq!(request(&test).await.problem.unwrap().code, "request_expired");
}

#[tokio::test]
async fn the_end_of_the_program_gives_the_port_back_and_keeps_the_request() {
    let (test, given, request) = begun().await;
    test.app.close().await;
    until_free(&test.ports).await;
    let test = test.restart().await;
    assert_eq!(self::request(&test).await.url, request.url);
    test.app.resume().await.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn a_cancel_while_exchanging_leaves_no_grant_behind() {
    for (moment, route) in [
        (Moment::Before, TOKEN),
        (Moment::After, TOKEN),
        (Moment::Before, ACCOUNT),
        (Moment::After, ACCOUNT),
    ] {
        let (test, given, gate) = exchanging(moment, route).await;
        let operator = test.app.cancel_authorization("AB").await.unwrap();
        assert!(operator.request.is_none());
        gate.release();
        until_free(&test.ports).await;
        let operator = test.app.show_operator("AB").await.unwrap();
        assert_eq!(operator.status, AuthorizationStatus::NotAuthorized, "{moment:?} {route}");
        assert!(operator.request.is_none());
        let revoked = async {
            while test.simulator.alive_grants(&given.account) > 0 {
                tokio::task::yield_now().await;
            }
        };
        within(revoked, "a grant that nobody wants was left behind at Dropbox").await;
    }
}

#[tokio::test]
async fn generate_key_while_exchanging_begins_anew_and_leaves_no_grant_behind() {
    let (test, given, gate) = exchanging(Moment::After, TOKEN).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    gate.release();
    given.browser.authorize(&request.url).await;
    let operator = test.until_phase("AB", RequestPhase::Granted).await;
    assert_eq!(operator.request.unwrap().url, request.url);
    test.app.save_authorization("AB", None).await.unwrap();
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.simulator.alive_grants(&given.account), 1, "the one in force");
}

#[tokio::test]
async fn a_restart_while_exchanging_goes_on_with_the_code_or_the_grant_that_has_come() {
    for (moment, route) in [(Moment::Before, TOKEN), (Moment::Before, ACCOUNT), (Moment::After, ACCOUNT)] {
        let (test, given, gate) = exchanging(moment, route).await;
        let test = test.after_a_crash().await;
        let found = request(&test).await;
        assert_eq!(found.phase, RequestPhase::Exchanging, "{moment:?} {route}");
        assert!(found.code_received);
        test.app.resume().await.unwrap();
        test.until_phase("AB", RequestPhase::Granted).await;
        test.app.save_authorization("AB", None).await.unwrap();
        test.app.send_test_file("AB").await.unwrap();
        assert_eq!(test.simulator.alive_grants(&given.account), 1, "{moment:?} {route}");
        gate.release();
    }
}

#[tokio::test]
async fn a_granted_request_survives_a_restart_and_needs_save_alone() {
    let (test, given, request) = begun().await;
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().status,
        AuthorizationStatus::AwaitingSave
    );
    let calls = test.simulator.calls().len();
    test.app.save_authorization("AB", None).await.unwrap();
    assert_eq!(test.simulator.calls().len(), calls, "everything had come");
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn a_failed_request_says_why_after_a_restart_too_and_awaits_nothing() {
    let (test, given, request) = begun().await;
    given.browser.refuse(&request.url).await;
    let before = test.until_phase("AB", RequestPhase::Failed).await.request.unwrap();
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    assert_eq!(self::request(&test).await.problem, before.problem);
    until_free(&test.ports).await;
}

#[tokio::test]
async fn an_expired_request_is_not_taken_up_after_a_restart() {
    let (test, _, _) = begun().await;
    test.advance(Duration::from_secs(3601));
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    assert_eq!(request(&test).await.problem.unwrap().code, "request_expired");
    until_free(&test.ports).await;
}

#[tokio::test]
async fn a_code_that_waits_for_dropbox_survives_a_restart_and_its_hour() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let begun = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&begun.url).await;
    test.simulator.inject(Fault::ServerErrorHtml, 2, Some(ACCOUNT));
    let error = test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap_err();
    assert_eq!(error.code(), "dropbox_busy");
    // The code is used up, the refresh token is here: it has no hour.
    test.advance(Duration::from_secs(7200));
    let test = test.restart().await;
    assert!(request(&test).await.code_received);
    test.app.resume().await.unwrap();
    test.until_phase("AB", RequestPhase::Granted).await;
}

/// Authorized with one app; a request with another one is granted and not saved.
async fn unsaved() -> (TestApp, Given) {
    let (test, given) = TestApp::authorized().await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    assert_eq!(test.simulator.alive_grants(&given.account), 2);
    (test, given)
}

#[tokio::test]
async fn a_grant_that_is_cancelled_or_replaced_before_save_is_revoked_and_the_one_in_force_is_not() {
    let (test, given) = unsaved().await;
    test.app.cancel_authorization("AB").await.unwrap();
    assert_eq!(test.simulator.alive_grants(&given.account), 1);
    test.app.send_test_file("AB").await.unwrap();

    let (test, given) = unsaved().await;
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    assert_eq!(test.simulator.alive_grants(&given.account), 1);
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn removing_an_operator_leaves_no_grant_behind_saved_or_not() {
    let (test, given) = unsaved().await;
    test.app.remove_operator("AB").await.unwrap();
    assert_eq!(test.simulator.alive_grants(&given.account), 0);
}

#[tokio::test]
async fn a_grant_that_cannot_be_revoked_does_not_keep_anybody_from_cancelling() {
    let (test, _) = unsaved().await;
    test.simulator.unplug();
    assert!(test.app.cancel_authorization("AB").await.unwrap().request.is_none());

    let (test, _) = unsaved().await;
    test.switch_interface(false).await;
    let calls = test.simulator.calls().len();
    assert!(test.app.cancel_authorization("AB").await.unwrap().request.is_none());
    assert_eq!(test.simulator.calls().len(), calls, "nothing leaves this computer");
}

/// What a request no longer needs is not kept, sealed or not.
#[tokio::test]
async fn the_verifier_is_given_up_when_the_request_is_granted_or_its_hour_is_over() {
    async fn verifier(test: &TestApp) -> Vec<u8> {
        let file = test.data_folder().join("outtray.db");
        let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        let select = sqlx::query_scalar("SELECT code_verifier FROM authorization_requests");
        select.fetch_one(&mut connection).await.unwrap()
    }
    let (test, given, request) = begun().await;
    assert!(!verifier(&test).await.is_empty());
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    assert!(verifier(&test).await.is_empty());

    let (test, _, _) = begun().await;
    test.advance(Duration::from_secs(3600));
    let test = test.restart().await;
    assert!(verifier(&test).await.is_empty());
    assert_eq!(self::request(&test).await.problem.unwrap().code, "request_expired");
}
