//! Wrong input and trouble on the way to an authorization: each has its own clear error, and nothing is lost.

use std::time::Duration;

use outtray::{
    Error,
    error::Field,
    operator::{AuthorizationStatus, Place, RequestPhase},
    secret::Secret,
};

use crate::support::{ACCESS_EMAIL, TestApp, Trouble, occupy, operator_fields};

fn assert_error(error: &Error, code: &str, field: Option<Field>) {
    assert_eq!(error.code(), code, "{error}");
    assert_eq!(error.field(), field);
    assert!(error.hint().is_some() || code == "invalid_input", "what to do is missing");
}

async fn begin_error(test: &TestApp, key: &str, secret: &str) -> Error {
    let result = test.app.begin_authorization("AB", key, Some(Secret::new(secret)), Place::ThisComputer).await;
    assert!(test.app.show_operator("AB").await.unwrap().request.is_none());
    result.unwrap_err()
}

#[tokio::test]
async fn a_wrong_app_key_or_secret_is_said_before_anybody_is_sent_anywhere() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    assert_error(
        &begin_error(&test, &given.app.key, "wrongsecret1234").await,
        "invalid_app_key",
        Some(Field::AppKey),
    );
    assert_error(
        &begin_error(&test, "wrongkey1234567", &given.app.secret).await,
        "invalid_app_key",
        Some(Field::AppKey),
    );
    assert_error(
        &begin_error(&test, "", &given.app.secret).await,
        "invalid_input",
        Some(Field::AppKey),
    );
    assert_error(
        &begin_error(&test, "not a key!", &given.app.secret).await,
        "invalid_input",
        Some(Field::AppKey),
    );
    assert_error(
        &begin_error(&test, &given.app.key, "not a secret!").await,
        "invalid_input",
        Some(Field::AppSecret),
    );
    // Dropbox does not say which of the two it is.
    let error = begin_error(&test, &given.app.key, "wrongsecret1234").await;
    assert_eq!(error.problem().fields, [Field::AppKey, Field::AppSecret]);
    // A space at an end does no harm.
    let (key, secret) = (format!(" {} ", given.app.key), format!("{}\n", given.app.secret));
    test.app
        .begin_authorization("AB", &key, Some(Secret::new(secret)), Place::ThisComputer)
        .await
        .unwrap();
}

#[tokio::test]
async fn where_the_app_key_is_known_to_work_it_is_the_secret_that_is_wrong() {
    let (test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let wrong = || Some(Secret::new("wrongsecret1234"));
    let error = test.app.check_app("CD", &given.app.key, wrong()).await.unwrap_err();
    assert_error(&error, "invalid_app_secret", Some(Field::AppSecret));
    assert_eq!(error.problem().fields, [Field::AppSecret]);
    // The key alone is wrong, or nothing is known of it any more.
    let error = test
        .app
        .check_app("CD", "wrongkey1234567", Some(Secret::new(given.app.secret.clone())))
        .await
        .unwrap_err();
    assert_error(&error, "invalid_app_key", Some(Field::AppKey));
    test.app.revoke_authorization("AB").await.unwrap();
    let error = test.app.check_app("CD", &given.app.key, wrong()).await.unwrap_err();
    assert_error(&error, "invalid_app_key", Some(Field::AppKey));
}

#[tokio::test]
async fn a_refused_consent_is_a_result_of_its_own() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    let page = given.browser.refuse(&request.url).await;
    assert!(page.text.contains("Access was not allowed"), "{}", page.text);
    let operator = test.until_phase("AB", RequestPhase::Failed).await;
    assert_eq!(operator.status, AuthorizationStatus::NotAuthorized);
    assert_eq!(operator.request.unwrap().problem.unwrap().code, "authorization_refused");
}

#[tokio::test]
async fn a_wrong_code_can_be_corrected() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    let complete = async |typed: &str| test.app.complete_authorization("AB", Some(Secret::new(typed))).await;

    for typed in ["", "  ", "two words and / more", "http://127.0.0.1:17653/dropbox?state=x"] {
        assert_error(&complete(typed).await.unwrap_err(), "invalid_input", Some(Field::AuthorizationCode));
    }
    let error = complete("wrongcode12345678901234567890").await.unwrap_err();
    assert_error(&error, "invalid_code", Some(Field::AuthorizationCode));
    let operator = complete(&code).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);
}

#[tokio::test]
async fn a_code_that_was_used_before_is_refused() {
    let test = TestApp::with_operator().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    test.app.complete_authorization("AB", Some(Secret::new(code.clone()))).await.unwrap();

    test.begin("CD", &given, Place::UsersComputer).await.unwrap();
    let error = test.app.complete_authorization("CD", Some(Secret::new(code))).await.unwrap_err();
    assert_error(&error, "invalid_code", Some(Field::AuthorizationCode));
}

#[tokio::test]
async fn after_an_hour_the_request_is_over() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    test.advance(Duration::from_secs(3601));

    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::NotAuthorized);
    assert_eq!(operator.request.unwrap().problem.unwrap().code, "request_expired");
    let error = test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap_err();
    assert_error(&error, "request_expired", None);
}

#[tokio::test]
async fn busy_ports_are_passed_over_and_named_when_all_are_busy() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let mut busy = occupy(&test.ports[..1]).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    assert!(request.redirect_uri.unwrap().contains(&test.ports[1].to_string()));
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    test.app.cancel_authorization("AB").await.unwrap();

    busy.extend(occupy(&test.ports[1..]).await);
    let error = test.begin("AB", &given, Place::ThisComputer).await.unwrap_err();
    assert_error(&error, "ports_busy", None);
    for port in &test.ports {
        assert!(error.to_string().contains(&format!("port {port} is in use")), "{error}");
    }
    // The other way needs no port.
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
}

#[tokio::test]
async fn without_a_network_it_says_so_and_forgets_nothing() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    test.simulator.unplug();

    assert_error(&test.begin("AB", &given, Place::ThisComputer).await.unwrap_err(), "network", None);
    let error = test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap_err();
    assert_error(&error, "network", None);
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert!(request.code_received, "what was typed is kept");

    test.simulator.plug_in();
    let operator = test.app.complete_authorization("AB", None).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);
}

#[tokio::test]
async fn while_the_interface_is_off_nothing_leaves_this_computer() {
    let (test, given) = TestApp::authorized().await;
    test.switch_interface(false).await;
    let calls = test.simulator.calls().len();
    assert_error(
        &test.begin("AB", &given, Place::ThisComputer).await.unwrap_err(),
        "interface_off",
        None,
    );
    assert_error(
        &test.app.complete_authorization("AB", None).await.unwrap_err(),
        "interface_off",
        None,
    );
    assert_error(&test.app.send_test_file("AB").await.unwrap_err(), "interface_off", None);
    assert_eq!(test.simulator.calls().len(), calls);
}

#[tokio::test]
async fn a_redirect_that_comes_while_the_interface_is_off_waits() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    test.switch_interface(false).await;
    given.browser.authorize(&request.url).await;
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert_eq!(request.problem.unwrap().code, "interface_off");
    assert!(request.code_received);

    test.switch_interface(true).await;
    let operator = test.app.complete_authorization("AB", None).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);
}

#[tokio::test]
async fn a_missing_a_locked_and_a_denied_keychain_are_told_apart() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    for (trouble, code, word) in [
        (Trouble::Missing, "keychain_missing", "cannot be used"),
        (Trouble::Locked, "keychain_locked", "is locked"),
        (Trouble::Denied, "keychain_denied", "was refused access to the system keychain"),
    ] {
        test.keychain.set_trouble(Some(trouble));
        let error = test.begin("AB", &given, Place::ThisComputer).await.unwrap_err();
        assert_error(&error, code, None);
        assert!(error.to_string().contains(word), "{error}");
        // It must not look like an operator who is not authorized.
        assert!(test.app.show_operator("AB").await.unwrap().request.is_none());
    }
    test.keychain.set_trouble(None);
    test.begin("AB", &given, Place::ThisComputer).await.unwrap();
}

#[tokio::test]
async fn a_keychain_that_does_not_let_us_in_ends_no_authorization() {
    let (test, _) = TestApp::authorized().await;
    let mut test = test;
    for (trouble, code) in [
        (Trouble::Missing, "keychain_missing"),
        (Trouble::Locked, "keychain_locked"),
        (Trouble::Denied, "keychain_denied"),
    ] {
        test = test.restart().await;
        test.keychain.set_trouble(Some(trouble));
        assert_error(&test.app.send_test_file("AB").await.unwrap_err(), code, None);
        assert_eq!(test.app.show_operator("AB").await.unwrap().status, AuthorizationStatus::Authorized);
        test.keychain.set_trouble(None);
        test.app.send_test_file("AB").await.unwrap();
    }
}

#[tokio::test]
async fn a_lost_master_key_is_said_to_be_lost_and_deletes_nothing() {
    let (test, _) = TestApp::authorized().await;
    test.keychain.lose();
    let test = test.restart().await;
    assert_error(&test.app.send_test_file("AB").await.unwrap_err(), "master_key_lost", None);
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
    assert!(operator.app_secret_stored);
}

#[tokio::test]
async fn a_master_key_of_other_data_is_not_used() {
    let (test, _) = TestApp::authorized().await;
    test.keychain.swap_keys();
    let test = test.restart().await;
    assert_error(&test.app.send_test_file("AB").await.unwrap_err(), "master_key_wrong", None);
}

#[tokio::test]
async fn a_missing_permission_is_found_at_once_and_named() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    test.simulator.set_scopes(&given.app.key, &["account_info.read"]);
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    let error = test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap_err();
    assert_error(&error, "missing_scope", None);
    assert!(error.to_string().contains("files.content.write"));
    assert!(error.hint().unwrap().contains("Permissions"));

    test.simulator.set_scopes(&given.app.key, &["account_info.read", "files.content.write"]);
    test.authorize("AB", &given).await;
}

#[tokio::test]
async fn save_before_dropbox_has_confirmed_says_so() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    assert_error(&test.app.save_authorization("AB", None).await.unwrap_err(), "no_request", None);
    assert_error(&test.app.complete_authorization("AB", None).await.unwrap_err(), "no_request", None);
    test.begin("AB", &given, Place::ThisComputer).await.unwrap();
    assert_error(&test.app.save_authorization("AB", None).await.unwrap_err(), "not_granted", None);
    assert_error(&test.app.complete_authorization("AB", None).await.unwrap_err(), "not_granted", None);
    assert_error(&test.app.reveal_authorization("AB").await.unwrap_err(), "not_authorized", None);
}
