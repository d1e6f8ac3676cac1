//! A master key that is lost, or does not fit: the way on that the message names.

use outtray::operator::AuthorizationStatus;

use crate::support::{TestApp, Trouble, operator_fields};

/// Every secret is gone, so the way on is: replace the key, authorize again.
async fn assert_can_go_on(test: &TestApp, given: &crate::support::Given, code: &str) {
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(error.code(), code);
    assert!(error.hint().unwrap().contains("master-key replace"), "{error:?}");
    test.app.replace_master_key().await.unwrap();
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AuthorizeAgain);
    assert!(!operator.app_secret_stored && operator.needs_attention);
    assert!(operator.authorization.is_some(), "whose it was is still known");
    assert_eq!(test.app.send_test_file("AB").await.unwrap_err().code(), "authorization_revoked");
    test.app.collect_diagnostics().await.unwrap();
    test.authorize("AB", given).await;
    test.app.send_test_file("AB").await.unwrap();
    let activity = test.app.list_activity(None).await.unwrap();
    assert!(activity.iter().any(|row| row.action == "replace_master_key"));
    assert_eq!(test.app.list_deliveries("AB").await.unwrap().len(), 3, "the history is kept");
}

#[tokio::test]
async fn a_lost_key_is_replaced_and_operators_are_authorized_again() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.keychain.lose();
    let test = test.restart().await;
    assert_can_go_on(&test, &given, "master_key_lost").await;
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_replaced_too() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.keychain.swap_keys();
    let test = test.restart().await;
    assert_can_go_on(&test, &given, "master_key_wrong").await;
}

#[tokio::test]
async fn a_key_that_works_or_may_only_be_locked_is_not_replaced() {
    let (test, _) = TestApp::authorized().await;
    assert_eq!(test.app.replace_master_key().await.unwrap_err().code(), "master_key_works");
    for (trouble, code) in [(Trouble::Locked, "keychain_locked"), (Trouble::Denied, "keychain_denied")] {
        test.keychain.set_trouble(Some(trouble));
        assert_eq!(test.app.replace_master_key().await.unwrap_err().code(), code);
        test.keychain.set_trouble(None);
    }
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn a_program_that_still_has_the_key_before_uses_the_new_one() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.keychain.lose();
    let other = test.second_program().await.unwrap();
    other.replace_master_key().await.unwrap();
    // What this program seals now opens in the other one.
    test.authorize("AB", &given).await;
    other.send_test_file("AB").await.unwrap();
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn an_operator_whose_secrets_are_gone_can_be_removed() {
    let (test, _) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    test.keychain.lose();
    let test = test.restart().await;
    test.app.replace_master_key().await.unwrap();
    test.app.remove_operator("AB").await.unwrap();
    assert_eq!(test.app.list_operators().await.unwrap().len(), 1);
}
