//! What the token endpoint refuses, and the error that a person reads: each case of the fact sheet's table of token errors.
//!
//! Where a true flow leads to the refusal, the test goes there; where none does, the simulator is told to refuse in Dropbox's words.

use std::time::Duration;

use outtray::{
    Error,
    error::Field,
    operator::{AuthorizationStatus, Place, RequestPhase},
    secret::Secret,
};

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, Given, TestApp},
};

const TOKEN: Option<&str> = Some("oauth2/token");

/// A request on the user's computer, and the code that was allowed for it.
async fn with_code() -> (TestApp, Given, String) {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    (test, given, code)
}

async fn complete(test: &TestApp, code: &str) -> Result<(), Error> {
    test.app.complete_authorization("AB", Some(Secret::new(code))).await.map(|_| ())
}

fn refusal(error: &'static str, description: &'static str) -> Fault {
    Fault::TokenRefusal {
        status: 400,
        error,
        description: Some(description),
    }
}

/// What a person reads about a code that does not work: at the field, with what to do, and another code may be typed.
async fn assert_wrong_code(test: &TestApp, error: &Error) {
    assert_eq!((error.code(), error.field()), ("invalid_code", Some(Field::AuthorizationCode)));
    let message = error.to_string();
    for cause in ["mistyped", "used before", "has expired", "belongs to another URL"] {
        assert!(message.contains(cause), "{message}");
    }
    assert!(error.hint().unwrap().contains("Generate Key"));
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingCode, "another code may be typed");
    assert!(!operator.request.unwrap().code_received);
}

#[tokio::test]
async fn an_unknown_code_reads_as_a_wrong_code() {
    let (test, _, code) = with_code().await;
    let error = complete(&test, "unknowncode1234567890").await.unwrap_err();
    assert_wrong_code(&test, &error).await;
    complete(&test, &code).await.unwrap();
}

#[tokio::test]
async fn an_expired_code_reads_as_a_wrong_code() {
    let (test, given, code) = with_code().await;
    // The hour of the code began before the hour of this request.
    test.simulator.advance(Duration::from_secs(3601));
    let error = complete(&test, &code).await.unwrap_err();
    assert_wrong_code(&test, &error).await;
    let url = test.app.show_operator("AB").await.unwrap().request.unwrap().url;
    complete(&test, &given.browser.access_code(&url).await).await.unwrap();
}

#[tokio::test]
async fn a_used_code_reads_as_a_wrong_code() {
    let (test, given, code) = with_code().await;
    complete(&test, &code).await.unwrap();
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    let error = complete(&test, &code).await.unwrap_err();
    assert_wrong_code(&test, &error).await;
}

#[tokio::test]
async fn a_code_of_the_url_before_has_another_verifier_and_reads_as_a_wrong_code() {
    let (test, given, code) = with_code().await;
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    let error = complete(&test, &code).await.unwrap_err();
    assert_wrong_code(&test, &error).await;
}

#[tokio::test]
async fn a_code_of_the_other_way_has_another_redirect_uri_and_reads_as_a_wrong_code() {
    let (test, given, code) = with_code().await;
    test.begin("AB", &given, Place::ThisComputer).await.unwrap();
    let error = complete(&test, &code).await.unwrap_err();
    assert_wrong_code(&test, &error).await;
    // The redirect is still awaited.
    let url = test.app.show_operator("AB").await.unwrap().request.unwrap().url;
    given.browser.authorize(&url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn a_code_that_a_redirect_brought_and_dropbox_refuses_ends_the_request() {
    for description in [
        "redirect_uri mismatch",
        "invalid code verifier",
        "code doesn't exist or has expired",
    ] {
        let test = TestApp::with_operator().await;
        let given = test.user(ACCESS_EMAIL).await;
        let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
        test.simulator.inject(refusal("invalid_grant", description), 1, TOKEN);
        let page = given.browser.authorize(&request.url).await;
        assert!(page.text.contains("Dropbox did not confirm"), "{}", page.text);
        let operator = test.until_phase("AB", RequestPhase::Failed).await;
        assert_eq!(operator.status, AuthorizationStatus::NotAuthorized);
        assert_eq!(operator.request.unwrap().problem.unwrap().code, "invalid_code");
    }
}

#[tokio::test]
async fn a_wrong_key_or_secret_is_said_at_its_field_and_ends_the_request() {
    let (test, given, code) = with_code().await;
    // The secret was changed in the App Console after Generate Key.
    let wrong = Fault::TokenRefusal {
        status: 400,
        error: "invalid_client: Invalid client_id or client_secret",
        description: None,
    };
    test.simulator.inject(wrong, 1, TOKEN);
    let error = complete(&test, &code).await.unwrap_err();
    assert_eq!((error.code(), error.field()), ("invalid_app_key", Some(Field::AppKey)));
    assert_eq!(error.to_string(), "Dropbox does not know this app key and app secret.");
    assert!(error.hint().unwrap().contains("Settings tab"));
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert_eq!(request.phase, RequestPhase::Failed);
    test.authorize("AB", &given).await;
}

#[tokio::test]
async fn what_can_only_be_our_own_mistake_is_quoted_for_support() {
    for description in ["No auth function available for given request", "unknown field \"client_id\""] {
        let (test, given, code) = with_code().await;
        test.simulator.inject(refusal("invalid_request", description), 1, TOKEN);
        let error = complete(&test, &code).await.unwrap_err();
        assert_eq!(error.code(), "dropbox_refused");
        let message = error.to_string();
        assert!(message.contains("invalid_request") && message.contains(description), "{message}");
        assert!(error.hint().unwrap().contains("log"));
        test.authorize("AB", &given).await;
    }
}

#[tokio::test]
async fn an_error_of_the_token_endpoint_itself_discards_nothing() {
    let (test, _, code) = with_code().await;
    test.simulator.inject(Fault::Token500, 1, TOKEN);
    let error = complete(&test, &code).await.unwrap_err();
    assert_eq!(error.code(), "dropbox_busy");
    let message = error.to_string();
    assert!(
        message.starts_with("Dropbox is busy at the moment") && message.contains("HTTP 500, request "),
        "{message}"
    );
    assert!(test.app.show_operator("AB").await.unwrap().request.unwrap().code_received);
    test.app.complete_authorization("AB", None).await.unwrap();
    test.app.save_authorization("AB", None).await.unwrap();

    // Nor does it end what is in force: the refresh token is tried again.
    test.simulator.inject(Fault::Token500, 2, TOKEN);
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.app.show_operator("AB").await.unwrap().status, AuthorizationStatus::Authorized);
}

/// What a person reads about a refresh token that does not work any more.
async fn assert_authorize_again(test: &TestApp) {
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(error.code(), "authorization_revoked");
    assert!(
        error.to_string().contains("Dropbox has ended the authorization of operator “AB”"),
        "{error}"
    );
    assert!(error.hint().unwrap().contains("Generate Key"));
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AuthorizeAgain);
    assert_eq!(operator.authorization.unwrap().account.email, ACCESS_EMAIL, "whose it was is kept");
}

#[tokio::test]
async fn a_revoked_refresh_token_asks_to_authorize_again() {
    let (test, given) = TestApp::authorized().await;
    test.simulator.disconnect(&given.account, &given.app.key);
    assert_authorize_again(&test).await;
}

#[tokio::test]
async fn a_malformed_refresh_token_asks_to_authorize_again() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(refusal("invalid_grant", "refresh token is malformed"), 1, TOKEN);
    assert_authorize_again(&test).await;
}

#[tokio::test]
async fn only_invalid_grant_ends_an_authorization() {
    let (test, _) = TestApp::authorized().await;
    for (error, description, code) in [
        (
            "invalid_request",
            Some("No auth function available for given request"),
            "dropbox_refused",
        ),
        ("invalid_request", Some("unknown field \"client_id\""), "dropbox_refused"),
        ("invalid_client: Invalid client_id or client_secret", None, "invalid_app_key"),
    ] {
        let fault = Fault::TokenRefusal {
            status: 400,
            error,
            description,
        };
        test.simulator.inject(fault, 1, TOKEN);
        assert_eq!(test.app.send_test_file("AB").await.unwrap_err().code(), code);
        assert_eq!(test.app.show_operator("AB").await.unwrap().status, AuthorizationStatus::Authorized);
    }
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn a_401_says_the_same_as_a_400() {
    let unauthorized = |error, description| Fault::TokenRefusal {
        status: 401,
        error,
        description,
    };
    let (test, _, code) = with_code().await;
    test.simulator
        .inject(unauthorized("invalid_grant", Some("code doesn't exist or has expired")), 1, TOKEN);
    let error = complete(&test, &code).await.unwrap_err();
    assert_wrong_code(&test, &error).await;
    complete(&test, &code).await.unwrap();
    test.app.save_authorization("AB", None).await.unwrap();

    test.simulator.inject(unauthorized("invalid_client", None), 1, TOKEN);
    assert_eq!(test.app.send_test_file("AB").await.unwrap_err().code(), "invalid_app_key");
    test.simulator
        .inject(unauthorized("invalid_grant", Some("refresh token is invalid or revoked")), 1, TOKEN);
    assert_authorize_again(&test).await;
}
