//! The overview: how everything stands in numbers, for the tray. And what the end of the program waits for.

use std::time::Duration;

use outtray::{
    operator::{AuthorizationStatus, Place},
    overview::Overview,
    secret::Secret,
};

use crate::{
    simulator::{Fault, Moment},
    support::{ACCESS_EMAIL, TestApp, operator_fields, within},
};

#[tokio::test]
async fn a_request_waits_until_its_hour_is_over_and_needs_attention_then() {
    let test = TestApp::with_operator().await;
    assert_eq!(test.app.get_overview().await.unwrap(), Overview::default());
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let waiting = Overview {
        waiting: 1,
        next_expiry_at: Some(request.expires_at),
        ..Overview::default()
    };
    assert_eq!(test.app.get_overview().await.unwrap(), waiting);
    test.advance(Duration::from_secs(3600));
    let over = Overview {
        needing_attention: 1,
        ..Overview::default()
    };
    assert_eq!(test.app.get_overview().await.unwrap(), over);

    // Whoever is not active needs nobody.
    let fields = outtray::operator::OperatorFields {
        active: false,
        ..operator_fields("Anna Berg", None)
    };
    test.app.change_operator("AB", fields).await.unwrap();
    assert_eq!(test.app.get_overview().await.unwrap(), Overview::default());
}

/// The table and the tray say the same.
#[tokio::test]
async fn a_code_that_was_exchanged_waits_also_after_the_hour() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    test.simulator.inject(Fault::ServerErrorHtml, 100, Some("users/get_current_account"));
    test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap_err();
    let waiting = Overview {
        waiting: 1,
        ..Overview::default()
    };
    for _ in 0..2 {
        assert_eq!(test.app.get_overview().await.unwrap(), waiting);
        let operator = test.app.show_operator("AB").await.unwrap();
        assert_eq!(
            (operator.status, operator.needs_attention),
            (AuthorizationStatus::AwaitingCode, false)
        );
        test.advance(Duration::from_secs(3601));
    }
}

#[tokio::test]
async fn an_operator_needs_attention_once_however_much_is_wrong() {
    let (test, given) = TestApp::authorized().await;
    assert_eq!(test.app.get_overview().await.unwrap(), Overview::default());
    test.simulator.disconnect(&given.account, &given.app.key);
    test.app.send_test_file("AB").await.unwrap_err();
    let ended = Overview {
        needing_attention: 1,
        ..Overview::default()
    };
    assert_eq!(
        test.app.get_overview().await.unwrap(),
        ended,
        "the authorization has ended and the delivery has failed"
    );
}

#[tokio::test]
async fn the_end_can_wait_for_a_file_on_its_way() {
    let (test, _) = TestApp::authorized().await;
    assert!(test.app.finish(Duration::ZERO).await, "nothing is under way");
    let gate = test.simulator.hold(Moment::Before, "files/upload");
    let app = test.app.clone();
    let sending = tokio::spawn(async move { app.send_test_file("AB").await });
    within(gate.reached(), "the file should be on its way").await;
    assert_eq!((test.app.under_way(), test.app.get_overview().await.unwrap().uploading), (1, 1));
    assert!(!test.app.finish(Duration::from_millis(1)).await, "it is still on its way");
    gate.release();
    assert!(within(test.app.finish(Duration::from_secs(60)), "it should end").await);
    sending.await.unwrap().unwrap();
}

#[tokio::test]
async fn closing_to_the_tray_is_explained_once_ever() {
    let test = TestApp::fresh().await;
    assert!(test.app.explain_close_to_tray().await.unwrap());
    assert!(!test.app.explain_close_to_tray().await.unwrap());
    let test = test.restart().await;
    assert!(!test.app.explain_close_to_tray().await.unwrap());
}
