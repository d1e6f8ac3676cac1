//! User Name (App Key) and Password (App Secret): tried while they are typed, and shared by operators who use the same app.

use outtray::{
    operator::{AppInUse, Place},
    secret::Secret,
    settings::Settings,
};

use crate::{
    simulator::{AppHandle, Moment},
    support::{ACCESS_EMAIL, TestApp, operator_fields, within},
};

fn typed(secret: &str) -> Option<Secret> {
    Some(Secret::new(secret))
}

#[tokio::test]
async fn key_and_secret_are_tried_without_a_trace() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    test.app.check_app("AB", &given.app.key, typed(&given.app.secret)).await.unwrap();
    let wrong = test.app.check_app("AB", &given.app.key, typed("notTheSecret123")).await.unwrap_err();
    assert_eq!(wrong.code(), "invalid_app_key");
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!((operator.app_key, operator.app_secret_stored), (None, false));
    assert_eq!(
        test.app.list_activity(Some("AB")).await.unwrap().len(),
        1,
        "only the record was added"
    );
}

#[tokio::test]
async fn while_the_interface_is_off_nothing_is_tried() {
    let test = TestApp::with_operator().await;
    let settings = test.app.get_settings().await.unwrap();
    let off = Settings {
        interface_to_dropbox: false,
        ..settings
    };
    test.app.set_settings(off).await.unwrap();
    let before = test.simulator.calls().len();
    let error = test.app.check_app("AB", "abcdefghijklmno", typed("abcdefghijklmno")).await.unwrap_err();
    assert_eq!((error.code(), test.simulator.calls().len()), ("interface_off", before));
}

#[tokio::test]
async fn another_operator_uses_the_same_app_without_its_secret_being_typed() {
    let (test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    test.app.check_app("CD", &given.app.key, None).await.unwrap();
    let operator = test.app.begin_authorization("CD", &given.app.key, None, Place::UsersComputer).await.unwrap();
    assert!(operator.app_secret_stored, "it is kept with this operator too");
    // From now on it is its own: the other record may go.
    test.app.remove_operator("AB").await.unwrap();
    test.app.begin_authorization("CD", &given.app.key, None, Place::UsersComputer).await.unwrap();
}

#[tokio::test]
async fn the_apps_of_other_operators_are_offered_the_one_that_most_of_them_use_first() {
    let (test, given) = TestApp::authorized().await;
    let other = test.user("carl.dahl@example.com").await;
    let own = test.user("eva.frank@example.com").await;
    let without_secret = test.user("gina.hahn@example.com").await;
    for (id, app, secret) in [
        ("CD", &given.app, None),
        ("EF", &own.app, typed(&own.app.secret)),
        ("GH", &without_secret.app, typed("")),
        ("IJ", &other.app, typed(&other.app.secret)),
        ("KL", &other.app, None),
    ] {
        test.app.add_operator(id, operator_fields(id, None)).await.unwrap();
        test.app.begin_authorization(id, &app.key, secret, Place::UsersComputer).await.unwrap();
    }
    test.app.add_operator("MN", operator_fields("Without an app", None)).await.unwrap();
    test.app.remove_operator("KL").await.unwrap();
    let in_use = |app: &AppHandle, operators| AppInUse {
        app_key: app.key.clone(),
        operators,
    };
    assert_eq!(
        test.app.list_apps_in_use("ef").await.unwrap(),
        [in_use(&given.app, 2), in_use(&other.app, 1)],
        "neither its own, nor one without a secret, nor that of a removed record"
    );
    let error = test.app.list_apps_in_use("XX").await.unwrap_err();
    assert_eq!(error.code(), "operator_not_found");
}

#[tokio::test]
async fn a_stored_secret_never_goes_to_another_app() {
    let (test, _) = TestApp::authorized().await;
    let other = test.user("carl.dahl@example.com").await;
    let before = test.simulator.calls().len();
    test.app.begin_authorization("AB", &other.app.key, None, Place::UsersComputer).await.unwrap();
    let operator = test.app.show_operator("AB").await.unwrap();
    assert!(!operator.app_secret_stored, "no secret is stored for this app");
    assert_eq!(test.simulator.calls().len(), before, "there is nothing to try at Dropbox");
}

#[tokio::test]
async fn the_check_of_key_and_secret_can_be_cancelled_and_the_request_before_it_stays() {
    let test = TestApp::with_operator().await;
    let (given, other) = (test.user(ACCESS_EMAIL).await, test.user("carl.dahl@example.com").await);
    let before = test
        .app
        .begin_authorization("AB", &given.app.key, typed(&given.app.secret), Place::UsersComputer)
        .await;
    let before = before.unwrap().request.unwrap();
    let gate = test.simulator.hold(Moment::Before, "check/app");
    let (begun, operator) = tokio::join!(
        test.app.begin_authorization("AB", &other.app.key, typed(&other.app.secret), Place::UsersComputer),
        async {
            gate.reached().await;
            within(test.app.cancel_authorization("ab"), "it should have ended").await.unwrap()
        }
    );
    assert_eq!(begun.unwrap_err().code(), "check_cancelled");
    for operator in [operator, test.app.show_operator("AB").await.unwrap()] {
        assert_eq!(operator.request.unwrap().url, before.url);
        assert_eq!(
            operator.app_key.as_ref(),
            Some(&given.app.key),
            "nothing of what was cancelled is kept"
        );
    }
    let activity = test.app.list_activity(Some("AB")).await.unwrap();
    assert_eq!(
        (activity[0].action.as_str(), activity[0].refusal()),
        ("begin_authorization", Some("check_cancelled"))
    );
    assert_eq!(activity.len(), 3, "the request was not cancelled");
    gate.abandon();
    // Where nothing is checked it means the request.
    let operator = test.app.cancel_authorization("AB").await.unwrap();
    assert!(operator.request.is_none());
}

#[tokio::test]
async fn cancelling_ends_the_wait_for_the_keychain_and_what_is_tried_while_one_types() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let mut held = test.keychain.hold_read();
    let (checked, begun, ()) = tokio::join!(
        test.app.check_app("AB", &given.app.key, typed(&given.app.secret)),
        test.app.begin_authorization("AB", &given.app.key, typed(&given.app.secret), Place::ThisComputer),
        async {
            held.reached().await;
            within(test.app.cancel_authorization("AB"), "it should have ended").await.unwrap();
        }
    );
    assert_eq!(checked.unwrap_err().code(), "check_cancelled");
    assert_eq!(begun.unwrap_err().code(), "check_cancelled");
    drop(held);
    // The next one is not cancelled by it.
    test.app
        .begin_authorization("AB", &given.app.key, typed(&given.app.secret), Place::ThisComputer)
        .await
        .unwrap();
}

#[tokio::test]
async fn cancelling_for_one_operator_leaves_what_is_checked_for_another() {
    let test = TestApp::with_operator().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let given = test.user(ACCESS_EMAIL).await;
    let gate = test.simulator.hold(Moment::Before, "check/app");
    let (begun, ()) = tokio::join!(
        test.app.begin_authorization("AB", &given.app.key, typed(&given.app.secret), Place::UsersComputer),
        async {
            gate.reached().await;
            test.app.cancel_authorization("CD").await.unwrap();
            gate.release();
        }
    );
    begun.unwrap();
}
