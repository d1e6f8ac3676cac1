//! How long calls are tried: as long as Dropbox asks for, within bounds, and never less because the computer has slept.

use std::time::Duration;

use outtray::{
    Error,
    operator::{Place, RequestPhase},
    secret::Secret,
};

use crate::{
    simulator::{Fault, Moment},
    support::TestApp,
};

const UPLOAD: &str = "files/upload";
const APPEND: &str = "files/upload_session/append_v2";
const TOKEN: &str = "oauth2/token";
const ACCOUNT: &str = "users/get_current_account";

/// Sends a large file while the computer sleeps for an hour, and finds the network back only after some tries. Returns how many sessions
/// were begun.
async fn sessions_when_asleep(sleep: impl Fn(&TestApp)) -> usize {
    let (test, given) = TestApp::authorized().await;
    let path = test.reports().join("large.bin");
    std::fs::write(&path, vec![7; 20 << 20]).unwrap();
    let gate = test.simulator.hold(Moment::Before, APPEND);
    let (app, sent) = (test.app.clone(), path.clone());
    let send = tokio::spawn(async move { app.send_file("AB", &sent).await });
    gate.reached().await;
    sleep(&test);
    test.simulator.inject(Fault::ServerErrorHtml, 12, Some(APPEND));
    gate.abandon();
    send.await.unwrap().unwrap();
    assert_eq!(test.simulator.files(&given.account).len(), 1);
    test.simulator.calls().iter().filter(|call| call.route == "files/upload_session/start").count()
}

#[tokio::test]
async fn an_hour_of_sleep_is_no_hour_of_trying() {
    let hour = Duration::from_secs(3600);
    // Linux and macOS measure without what is slept through, Windows with it.
    assert_eq!(
        sessions_when_asleep(|test| test.time.sleep_through(hour)).await,
        1,
        "it was begun anew"
    );
    assert_eq!(sessions_when_asleep(|test| test.advance(hour)).await, 1, "it was begun anew");
}

#[tokio::test]
async fn a_small_file_too_waits_as_often_as_dropbox_says() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::RateLimitedPlain { retry_after: 1 }, 6, Some(UPLOAD));
    test.simulator.inject(Fault::Unavailable { retry_after: 1 }, 6, Some(UPLOAD));
    test.send("AB", "report.pdf", b"content").await.unwrap();
    assert_eq!(test.time.waits().len(), 12);
}

#[tokio::test]
async fn waiting_as_told_has_an_end() {
    let (test, _) = TestApp::authorized().await;
    for retry_after in [0, 1, 60, 300] {
        let from = test.time.waits().len();
        test.simulator.inject(Fault::RateLimitedJson { retry_after }, 400, Some(UPLOAD));
        let error = test.send("AB", "report.pdf", b"content").await.unwrap_err();
        assert_eq!(error.code(), "dropbox_busy");
        let waited: Duration = test.time.waits()[from..].iter().sum();
        let quarter = Duration::from_secs(15 * 60);
        assert!(waited <= quarter && waited > quarter / 2, "{retry_after}: {waited:?}");
        break_off(&test).await;
    }
}

/// Lets what is planned for uploads run out.
async fn break_off(test: &TestApp) {
    while test.send("AB", "report.pdf", b"content").await.is_err() {}
}

#[tokio::test]
async fn an_absurd_wait_ends_the_call_and_not_the_program() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::RateLimitedPlain { retry_after: 7 }, 1, Some(UPLOAD));
    test.simulator.inject(Fault::RateLimitedPlain { retry_after: u64::MAX }, 1, Some(UPLOAD));
    let error = test.send("AB", "report.pdf", b"content").await.unwrap_err();
    assert_eq!(error.code(), "dropbox_busy");
    test.simulator.inject(Fault::Unavailable { retry_after: u64::MAX }, 1, Some(TOKEN));
    test.advance(Duration::from_secs(5 * 3600));
    assert_eq!(test.app.check_authorization("AB").await.unwrap_err().code(), "dropbox_busy");
    assert_eq!(test.time.waits().len(), 1);
}

/// Goes through the calls that a person waits for, with this in the way of each of them.
async fn procedure(fault: Fault, times: u32) -> Result<TestApp, Error> {
    let test = TestApp::with_operator().await;
    let given = test.user("anna.berg@example.com").await;
    let plan = |route| test.simulator.inject(fault.clone(), times, Some(route));
    plan("check/app");
    let begun = test.begin("AB", &given, Place::UsersComputer).await?;
    let code = given.browser.access_code(&begun.request.unwrap().url).await;
    plan(ACCOUNT);
    let completed = test.app.complete_authorization("AB", Some(Secret::new(code))).await?;
    assert_eq!(completed.request.unwrap().phase, RequestPhase::Granted);
    test.app.save_authorization("AB", None).await?;
    plan(TOKEN);
    plan(ACCOUNT);
    test.app.check_authorization("AB").await?;
    plan("auth/token/revoke");
    test.app.revoke_authorization("AB").await?;
    Ok(test)
}

#[tokio::test]
async fn a_person_too_waits_as_long_as_dropbox_says() {
    let test = procedure(Fault::RateLimitedPlain { retry_after: 1 }, 5).await.unwrap();
    assert_eq!(test.time.waits().len(), 25);
    procedure(Fault::RateLimitedJson { retry_after: 300 }, 1).await.unwrap();
    assert_eq!(
        procedure(Fault::RateLimitedJson { retry_after: 300 }, 2).await.err().unwrap().code(),
        "dropbox_busy"
    );
}

#[tokio::test]
async fn what_does_no_harm_twice_is_asked_once_more() {
    procedure(Fault::CutAfterCommit, 1).await.unwrap();
    procedure(Fault::ServerErrorHtml, 1).await.unwrap();
    assert_eq!(procedure(Fault::CutAfterCommit, 2).await.err().unwrap().code(), "network");
}

#[tokio::test]
async fn a_code_is_exchanged_again_only_where_dropbox_has_done_nothing_for_it() {
    let test = TestApp::with_operator().await;
    let given = test.user("anna.berg@example.com").await;
    for (fault, calls, code) in [
        (Fault::RateLimitedPlain { retry_after: 2 }, 2, None),
        (Fault::Unavailable { retry_after: 2 }, 2, None),
        (Fault::ServerErrorHtml, 1, Some("dropbox_busy")),
        (Fault::CutAfterCommit, 1, Some("network")),
    ] {
        let begun = test.begin("AB", &given, Place::UsersComputer).await.unwrap();
        let access_code = given.browser.access_code(&begun.request.unwrap().url).await;
        let exchanges = || test.simulator.calls().iter().filter(|call| call.route == TOKEN).count();
        let from = exchanges();
        test.simulator.inject(fault.clone(), 1, Some(TOKEN));
        let completed = test.app.complete_authorization("AB", Some(Secret::new(access_code))).await;
        assert_eq!(completed.err().map(|error| error.code()), code, "{fault:?}");
        assert_eq!(exchanges() - from, calls, "{fault:?}");
        test.app.cancel_authorization("AB").await.unwrap();
    }
}

#[tokio::test]
async fn an_interface_that_is_switched_off_meanwhile_ends_the_wait() {
    let test = TestApp::with_operator().await;
    let given = test.user("anna.berg@example.com").await;
    test.simulator.inject(Fault::RateLimitedPlain { retry_after: 1 }, 3, Some("check/app"));
    let gate = test.simulator.hold(Moment::Before, "check/app");
    let begin = test.begin("AB", &given, Place::UsersComputer);
    let off = async {
        gate.reached().await;
        test.switch_interface(false).await;
        gate.release();
    };
    let (begun, ()) = tokio::join!(begin, off);
    assert_eq!(begun.unwrap_err().code(), "interface_off");
}
