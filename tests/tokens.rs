//! Access tokens: renewed before they expire, once when they have, by one call for all who wait, and ended for good on revocation.

use std::time::Duration;

use outtray::operator::AuthorizationStatus;

use crate::{
    simulator::{Fault, Moment},
    support::{TestApp, within},
};

const TOKEN: &str = "oauth2/token";
const UPLOAD: &str = "files/upload";
const REVOKE: &str = "auth/token/revoke";

/// How often a route was called.
fn calls(test: &TestApp, route: &str) -> usize {
    test.simulator.calls().iter().filter(|call| call.route == route).count()
}

#[tokio::test]
async fn a_token_is_used_until_five_minutes_before_its_end() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let before = calls(&test, TOKEN);
    test.advance(Duration::from_secs(14400 - 310));
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(calls(&test, TOKEN), before, "it still lives for a while");

    test.advance(Duration::from_secs(20));
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(calls(&test, TOKEN), before + 1, "less than five minutes are left");
    let refused = test.simulator.calls().iter().filter(|call| call.status == 401).count();
    assert_eq!(refused, 0, "no call was made with a token that had expired");
}

#[tokio::test]
async fn a_token_that_has_expired_is_renewed_once() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let (refreshes, uploads) = (calls(&test, TOKEN), calls(&test, UPLOAD));
    test.simulator.inject(Fault::ExpireToken, 1, Some(UPLOAD));
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(calls(&test, TOKEN), refreshes + 1);
    assert_eq!(calls(&test, UPLOAD), uploads + 2);
}

#[tokio::test]
async fn tokens_that_expire_at_once_are_not_renewed_for_ever_and_end_nothing() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let refreshes = calls(&test, TOKEN);
    test.simulator.inject(Fault::ExpireToken, 100, Some(UPLOAD));
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(error.code(), "dropbox_refused");
    assert_eq!(calls(&test, TOKEN), refreshes + 1);
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized, "nothing says that it was revoked");
}

/// Sends eight files at once; the answer to the first refresh comes only when all of them are on their way.
async fn eight_at_once(test: &TestApp) {
    let gate = test.simulator.hold(Moment::Before, TOKEN);
    let before = test.app.list_deliveries("AB").await.unwrap().len();
    let sends: Vec<_> = (0..8)
        .map(|number| {
            let path = test.reports().join(format!("report {number}.pdf"));
            std::fs::write(&path, format!("content {number}")).unwrap();
            let app = test.app.clone();
            tokio::spawn(async move { app.send_file("AB", &path).await })
        })
        .collect();
    within(gate.reached(), "nobody asked for a token").await;
    let all_on_their_way = async { while test.app.list_deliveries("AB").await.unwrap().len() < before + 8 {} };
    within(all_on_their_way, "not all deliveries began").await;
    gate.release();
    for send in sends {
        within(send, "a delivery hangs").await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn all_who_need_a_token_at_once_share_one_refresh() {
    let (test, given) = TestApp::authorized().await;
    let before = calls(&test, TOKEN);
    eight_at_once(&test).await;
    assert_eq!(calls(&test, TOKEN), before + 1);
    assert_eq!(test.simulator.files(&given.account).len(), 8);
}

#[tokio::test]
async fn all_whose_token_has_expired_share_one_refresh() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let before = calls(&test, TOKEN);
    // Time passes at Dropbox only: the program does not know that its token has expired.
    test.simulator.advance(Duration::from_secs(14401));
    eight_at_once(&test).await;
    assert_eq!(calls(&test, TOKEN), before + 1);
    assert_eq!(test.simulator.files(&given.account).len(), 9);
}

#[tokio::test]
async fn removing_an_operator_ends_every_token_at_dropbox_with_one_call() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let refresh_token = test.app.reveal_authorization("AB").await.unwrap();
    test.app.remove_operator("AB").await.unwrap();
    assert_eq!(calls(&test, REVOKE), 1);
    assert!(!test.simulator.is_alive(refresh_token.expose()));
}

#[tokio::test]
async fn an_expired_token_is_renewed_to_revoke_and_not_taken_for_revoked() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let refresh_token = test.app.reveal_authorization("AB").await.unwrap();
    test.simulator.inject(Fault::ExpireToken, 1, Some(REVOKE));
    test.app.revoke_authorization("AB").await.unwrap();
    assert_eq!(calls(&test, REVOKE), 2);
    assert!(!test.simulator.is_alive(refresh_token.expose()), "it was left behind at Dropbox");
}

#[tokio::test]
async fn doctor_renews_an_expired_token_and_finds_the_authorization_well() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.inject(Fault::ExpireToken, 1, Some("users/get_current_account"));
    let checks = test.app.diagnose().await.unwrap();
    let operator = checks.iter().find(|check| check.name == "operator AB").unwrap();
    assert!(operator.problem.is_none(), "{:?}", operator.problem);
}
