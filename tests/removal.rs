//! Removing an operator: revoked at Dropbox, out of sight, and restored within thirty days.

use std::time::Duration;

use outtray::{
    operator::AuthorizationStatus,
    store::{
        Store,
        deliveries::{DeliveryState, NewDelivery, Origin},
    },
};

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, TestApp, operator_fields},
};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn a_removed_operator_is_revoked_at_dropbox_and_out_of_sight() {
    let (test, _) = TestApp::authorized().await;
    let refresh_token = test.app.reveal_authorization("AB").await.unwrap();
    test.app.remove_operator("ab").await.unwrap();
    assert!(test.app.list_operators().await.unwrap().is_empty());
    assert_eq!(test.app.show_operator("AB").await.unwrap_err().code(), "operator_not_found");
    assert!(test.simulator.calls().iter().any(|call| call.route == "auth/token/revoke" && call.status == 200));
    assert!(
        !test.simulator.is_alive(refresh_token.expose()),
        "the refresh token should have ended"
    );
}

#[tokio::test]
async fn it_can_be_restored_for_thirty_days() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.app.remove_operator("AB").await.unwrap();
    test.advance(29 * DAY);
    let test = test.restart().await;
    let operator = test.app.restore_operator("ab").await.unwrap();
    assert_eq!(
        (operator.name.as_str(), operator.status),
        ("Anna Berg", AuthorizationStatus::NotAuthorized)
    );
    assert_eq!(test.app.list_deliveries(Some("AB")).await.unwrap().len(), 1);
    test.authorize("AB", &given).await;

    test.app.remove_operator("AB").await.unwrap();
    test.advance(31 * DAY);
    let test = test.restart().await;
    assert_eq!(test.app.restore_operator("AB").await.unwrap_err().code(), "operator_not_found");
}

#[tokio::test]
async fn what_of_a_removed_operator_is_queued_is_taken_back() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    // As a program leaves it that ends between taking a file and claiming it.
    let store = Store::open(&test.data_folder().join("outtray.db")).await.unwrap();
    let (row, _) = store.find_operator("AB").await.unwrap().unwrap();
    let taken = NewDelivery {
        origin: Origin::Send,
        source: None,
        file_name: "report.txt".to_owned(),
        size_bytes: 6,
        destination: "/report.txt".to_owned(),
    };
    let id = store.take_delivery(row, &taken, "another", 0).await.unwrap();
    assert_eq!(test.app.show_operator("AB").await.unwrap().waiting, 1);
    test.app.remove_operator("AB").await.unwrap();
    assert!(store.claim_delivery(id, "another").await.unwrap().is_none());
    store.close().await;

    assert_eq!(test.app.restore_operator("AB").await.unwrap().waiting, 0);
    let states: Vec<_> = test.app.list_deliveries("AB").await.unwrap().into_iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Cancelled, DeliveryState::Delivered]);
}

/// What `list_removed_operators` names.
async fn removed(test: &TestApp) -> Vec<String> {
    let operators = test.app.list_removed_operators().await.unwrap();
    operators.iter().map(|operator| format!("{} {}", operator.id, operator.name)).collect()
}

#[tokio::test]
async fn what_can_be_restored_is_listed_newest_first() {
    let (test, _) = TestApp::authorized().await;
    test.app.add_operator("çd", operator_fields("Çelik Dönmez", None)).await.unwrap();
    assert!(test.app.show_operator("AB").await.unwrap().removed_at.is_none());
    test.app.remove_operator("AB").await.unwrap();
    let removed_at = test.app.list_removed_operators().await.unwrap()[0].removed_at;
    test.advance(DAY);
    test.app.remove_operator("ÇD").await.unwrap();
    assert_eq!(removed(&test).await, ["çd Çelik Dönmez", "AB Anna Berg"]);
    assert_eq!(test.app.list_removed_operators().await.unwrap()[1].removed_at, removed_at);
    assert!(removed_at.is_some());

    // Whose id is taken cannot come back; of one id only the last one can.
    test.app.add_operator("ÇD", operator_fields("Another", None)).await.unwrap();
    assert_eq!(removed(&test).await, ["AB Anna Berg"]);
    test.app.remove_operator("çd").await.unwrap();
    assert_eq!(removed(&test).await, ["ÇD Another", "AB Anna Berg"]);
    let operator = test.app.restore_operator("ab").await.unwrap();
    assert_eq!((operator.name.as_str(), operator.removed_at), ("Anna Berg", None));
    assert_eq!(removed(&test).await, ["ÇD Another"]);
}

#[tokio::test]
async fn after_thirty_days_it_is_neither_listed_nor_restored_also_without_a_restart() {
    let test = TestApp::with_operator().await;
    test.app.remove_operator("AB").await.unwrap();
    let hour = Duration::from_secs(3600);
    test.advance(30 * DAY - hour);
    assert_eq!(removed(&test).await, ["AB Anna Berg"]);
    test.advance(2 * hour);
    assert!(removed(&test).await.is_empty());
    assert_eq!(test.app.restore_operator("AB").await.unwrap_err().code(), "operator_not_found");
}

#[tokio::test]
async fn its_id_is_free_again_and_the_new_record_is_not_overwritten() {
    let test = TestApp::with_operator().await;
    test.app.remove_operator("AB").await.unwrap();
    test.app.add_operator("ab", operator_fields("Abel Brown", None)).await.unwrap();
    assert_eq!(test.app.restore_operator("AB").await.unwrap_err().code(), "operator_exists");
    assert_eq!(test.app.show_operator("AB").await.unwrap().name, "Abel Brown");
}

#[tokio::test]
async fn while_dropbox_cannot_be_reached_nothing_is_removed() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.inject(Fault::ServerErrorHtml, 2, Some("auth/token/revoke"));
    assert_eq!(test.app.remove_operator("AB").await.unwrap_err().code(), "dropbox_busy");
    test.switch_interface(false).await;
    assert_eq!(test.app.remove_operator("AB").await.unwrap_err().code(), "interface_off");
    test.switch_interface(true).await;
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn an_authorization_can_be_revoked_alone() {
    let (test, given) = TestApp::authorized().await;
    let operator = test.app.revoke_authorization("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::NotAuthorized);
    assert_eq!(test.app.send_test_file("AB").await.unwrap_err().code(), "not_authorized");
    assert!(!test.app.show_operator("AB").await.unwrap().needs_attention);
    assert_eq!(test.app.revoke_authorization("AB").await.unwrap_err().code(), "not_authorized");

    // One that Dropbox has ended already is only forgotten.
    test.authorize("AB", &given).await;
    test.simulator.disconnect(&given.account, &given.app.key);
    test.app.revoke_authorization("AB").await.unwrap();
}

#[tokio::test]
async fn who_did_what_is_written_down_and_outlives_the_record() {
    let (test, _) = TestApp::authorized().await;
    test.send("AB", "report.pdf", b"content").await.unwrap();
    test.app.add_operator("ab", operator_fields("Again", None)).await.unwrap_err();
    test.app.remove_operator("AB").await.unwrap();
    let activity = test.app.list_activity(Some("ab")).await.unwrap();
    let told: Vec<(&str, Option<&str>)> = activity.iter().rev().map(|row| (row.action.as_str(), row.detail.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("add_operator", None),
            ("begin_authorization", None),
            ("complete_authorization", None),
            ("save_authorization", Some(ACCESS_EMAIL)),
            ("send_file", Some("report.pdf")),
            (
                "add_operator",
                Some("refused: operator_exists: There is already an operator “ab”. Capital and small letters count as the same."),
            ),
            ("remove_operator", None),
        ]
    );
    assert!(activity.iter().all(|row| row.actor == "tester, test"));
    assert_eq!(test.app.list_activity(None).await.unwrap().last().unwrap().action, "set_settings");
}

#[tokio::test]
async fn operators_are_found_by_what_one_knows_of_them() {
    let (test, _) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Çelik Dönmez", Some("cd@example.org"))).await.unwrap();
    for (text, expected) in [
        ("", 2),
        ("ab", 1),
        ("BERG", 1),
        ("çelik", 1),
        ("example.", 2),
        ("nobody", 0),
        (" cd ", 1),
    ] {
        assert_eq!(test.app.search_operators(text).await.unwrap().len(), expected, "{text}");
    }
}

/// Nobody can end such an authorization from here, and the record of somebody who has left must not stay for ever.
#[tokio::test]
async fn an_operator_whose_app_or_account_dropbox_takes_no_more_can_be_removed() {
    let gone = Fault::TokenRefusal {
        status: 400,
        error: "invalid_client: Invalid client_id or client_secret",
        description: None,
    };
    let suspended = Fault::refuse(401, &serde_json::json!({ ".tag": "user_suspended" }));
    for (fault, route) in [(gone, "oauth2/token"), (suspended, "auth/token/revoke")] {
        let (test, _) = TestApp::authorized().await;
        test.simulator.inject(fault, 9, Some(route));
        test.app.remove_operator("AB").await.unwrap();
        assert!(test.app.list_operators().await.unwrap().is_empty(), "{route}");
    }
}

#[tokio::test]
async fn what_cannot_be_removed_keeps_its_request_too() {
    let (test, given) = TestApp::authorized().await;
    test.begin("AB", &given, outtray::operator::Place::UsersComputer).await.unwrap();
    test.simulator.inject(Fault::ServerErrorHtml, 9, Some("oauth2/token"));
    assert_eq!(test.app.remove_operator("AB").await.unwrap_err().code(), "dropbox_busy");
    assert!(test.app.show_operator("AB").await.unwrap().request.is_some());
}
