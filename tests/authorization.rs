//! Generate Key, Continue, Allow, Save: both ways of the procedure, and what may happen in between.

use std::time::Duration;

use outtray::{
    operator::{AuthorizationStatus, Confirmed, Consent, Place, RequestPhase},
    secret::Secret,
};
use url::Url;

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, Given, TestApp, operator_fields},
};

fn query(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[tokio::test]
async fn on_this_computer_nobody_types_a_code() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;

    let operator = test.begin("ab", &given, Place::ThisComputer).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingCode);
    let request = operator.request.unwrap();
    assert_eq!(
        request.redirect_uri.as_deref(),
        Some(format!("http://127.0.0.1:{}/dropbox", test.ports[0]).as_str())
    );
    assert_eq!(query(&request.url, "redirect_uri"), request.redirect_uri);
    assert_eq!(query(&request.url, "response_type").as_deref(), Some("code"));
    assert_eq!(query(&request.url, "token_access_type").as_deref(), Some("offline"));
    assert_eq!(query(&request.url, "code_challenge_method").as_deref(), Some("S256"));
    assert!(query(&request.url, "state").unwrap().len() >= 16);
    assert_eq!(request.expires_at - request.created_at, 3_600_000);

    let page = given.browser.authorize(&request.url).await;
    assert!(page.text.contains("You can close this page"), "{}", page.text);
    let confirmed = format!("http://127.0.0.1:{}/dropbox/confirmed/", test.ports[0]);
    assert!(
        page.url.starts_with(&confirmed) && page.text.contains("click Save"),
        "{} {}",
        page.url,
        page.text
    );

    let operator = test.until_phase("AB", RequestPhase::Granted).await;
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);
    let request = operator.request.unwrap();
    assert_eq!(request.account.unwrap().email, ACCESS_EMAIL);
    assert!(request.scopes.contains(&"files.content.write".to_owned()));
    assert!(operator.authorization.is_none(), "nothing is in force before Save");

    let shown = test.app.reveal_authorization("AB").await.unwrap();
    assert!(test.simulator.issued_secrets().iter().any(|secret| secret == shown.expose()));

    let operator = test.app.save_authorization("AB", None).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
    assert!(operator.request.is_none());
    assert_eq!(operator.authorization.unwrap().account.email, ACCESS_EMAIL);
    assert_eq!(test.app.reveal_authorization("AB").await.unwrap().expose(), shown.expose());
}

#[tokio::test]
async fn on_the_users_computer_the_access_code_is_typed() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    assert_eq!(query(&request.url, "redirect_uri"), None);

    let code = given.browser.access_code(&request.url).await;
    // As it comes out of a mail.
    let typed = format!("  {}\r\n {} ", &code[..10], &code[10..]);
    let operator = test.app.complete_authorization("AB", Some(Secret::new(typed))).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);

    let operator = test.app.save_authorization("AB", None).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
    let delivery = test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.simulator.files(&given.account)[0].path_display, delivery.dropbox_path.unwrap());
}

#[tokio::test]
async fn the_address_of_a_page_that_failed_to_load_can_be_pasted() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    let address = given.browser.redirect_of(&request.url).await;
    let operator = test.app.complete_authorization("AB", Some(Secret::new(address))).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingSave);
}

#[tokio::test]
async fn the_app_secret_may_be_left_out() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let operator = test
        .app
        .begin_authorization("AB", &given.app.key, Some(Secret::new("")), Place::ThisComputer)
        .await
        .unwrap();
    given.browser.authorize(&operator.request.unwrap().url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    test.app.save_authorization("AB", None).await.unwrap();
    test.advance(Duration::from_secs(5 * 3600));
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn the_stored_app_secret_is_kept_when_the_field_is_left_empty() {
    let (test, given) = TestApp::authorized().await;
    let operator = test.app.show_operator("AB").await.unwrap();
    assert!(operator.app_secret_stored);
    let operator = test.app.begin_authorization("AB", &given.app.key, None, Place::ThisComputer).await.unwrap();
    given.browser.authorize(&operator.request.unwrap().url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    test.app.save_authorization("AB", None).await.unwrap();
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn what_works_stays_in_force_until_its_replacement_works() {
    let (test, given) = TestApp::authorized().await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    test.app.send_test_file("AB").await.unwrap();

    given.browser.refuse(&request.url).await;
    let operator = test.until_phase("AB", RequestPhase::Failed).await;
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
    test.app.send_test_file("AB").await.unwrap();

    let operator = test.app.cancel_authorization("AB").await.unwrap();
    assert!(operator.request.is_none());
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn several_may_wait_at_once_and_an_answer_reaches_only_its_own_operator() {
    let test = TestApp::with_operator().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let (anna, carl) = (test.user(ACCESS_EMAIL).await, test.user("carl@example.com").await);
    let for_anna = test.begin("AB", &anna, Place::ThisComputer).await.unwrap().request.unwrap();
    let for_carl = test.begin("CD", &carl, Place::ThisComputer).await.unwrap().request.unwrap();
    assert_eq!(for_anna.redirect_uri, for_carl.redirect_uri, "they share one port");

    carl.browser.authorize(&for_carl.url).await;
    let operator = test.until_phase("CD", RequestPhase::Granted).await;
    assert_eq!(operator.request.unwrap().account.unwrap().email, "carl@example.com");
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingCode);

    anna.browser.authorize(&for_anna.url).await;
    let operator = test.until_phase("AB", RequestPhase::Granted).await;
    assert_eq!(operator.request.unwrap().account.unwrap().email, ACCESS_EMAIL);
}

#[tokio::test]
async fn a_pasted_address_of_another_request_is_not_used() {
    let test = TestApp::with_operator().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let (anna, carl) = (test.user(ACCESS_EMAIL).await, test.user("carl@example.com").await);
    test.begin("AB", &anna, Place::ThisComputer).await.unwrap();
    let for_carl = test.begin("CD", &carl, Place::ThisComputer).await.unwrap().request.unwrap();
    let address = carl.browser.redirect_of(&for_carl.url).await;

    let error = test.app.complete_authorization("AB", Some(Secret::new(address.clone()))).await.unwrap_err();
    assert_eq!(error.code(), "other_request");
    test.app.complete_authorization("CD", Some(Secret::new(address))).await.unwrap();
}

#[tokio::test]
async fn a_request_survives_a_restart_while_the_redirect_is_awaited() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    test.app.save_authorization("AB", None).await.unwrap();
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn a_code_that_has_come_is_kept_while_dropbox_cannot_answer() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;

    test.simulator.inject(Fault::ServerErrorHtml, 1, Some("oauth2/token"));
    let error = test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap_err();
    assert_eq!(error.code(), "dropbox_busy");
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert!(request.code_received);
    assert_eq!(request.problem.unwrap().code, "dropbox_busy");

    // The program ends here, and goes on by itself when it starts again.
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn another_account_than_the_records_must_be_confirmed() {
    let test = TestApp::with_operator().await;
    let given = test.user("somebody.else@example.com").await;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;

    let error = test.app.save_authorization("AB", None).await.unwrap_err();
    assert_eq!(error.code(), "account_differs");
    assert!(error.to_string().contains("somebody.else@example.com") && error.to_string().contains(ACCESS_EMAIL));
    // Whoever has confirmed one account has not confirmed the next.
    for another in ["eve@example.com", ACCESS_EMAIL, ""] {
        let error = test.app.save_authorization("AB", Some(another)).await.unwrap_err();
        assert_eq!(error.code(), "account_differs", "{another}");
    }
    let operator = test.app.save_authorization("AB", Some("Somebody.Else@example.com")).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
}

#[tokio::test]
async fn an_account_that_another_operator_has_must_be_confirmed() {
    let (test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let request = test.begin("CD", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("CD", RequestPhase::Granted).await;

    let error = test.app.save_authorization("CD", None).await.unwrap_err();
    assert_eq!(error.code(), "account_taken");
    assert!(error.to_string().contains("AB"));
    // Whoever has confirmed the account has not confirmed that it is shared.
    let error = test.app.save_authorization("CD", Some(ACCESS_EMAIL)).await.unwrap_err();
    assert_eq!(error.code(), "account_taken");
    test.app.save_authorization("CD", confirmed(None, &["ab"])).await.unwrap();
}

fn confirmed(account: Option<&str>, shared_with: &[&str]) -> Confirmed {
    Confirmed {
        account: account.map(str::to_owned),
        shared_with: shared_with.iter().map(|id| (*id).to_owned()).collect(),
    }
}

/// The codes of what has to be confirmed for `CD`, and what confirms it.
async fn warnings(test: &TestApp) -> Vec<(String, Vec<String>)> {
    let request = test.app.show_operator("CD").await.unwrap().request.unwrap();
    request.warnings.into_iter().map(|warning| (warning.problem.code, warning.confirms)).collect()
}

fn warning(code: &str, confirms: &[&str]) -> (String, Vec<String>) {
    (code.to_owned(), confirms.iter().map(|value| (*value).to_owned()).collect())
}

/// `AB` has Anna's Dropbox, and `CD` is granted it too.
async fn granted_to_another(email: Option<&str>) -> (TestApp, Given) {
    let (test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", email)).await.unwrap();
    let request = test.begin("CD", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("CD", RequestPhase::Granted).await;
    (test, given)
}

#[tokio::test]
async fn whatever_has_to_be_confirmed_is_said_at_once_and_each_is_confirmed() {
    let (test, _) = granted_to_another(Some("carl@example.com")).await;
    let both = [warning("account_differs", &[ACCESS_EMAIL]), warning("account_taken", &["AB"])];
    assert_eq!(warnings(&test).await, both);
    for (account, shared_with, code) in [
        (None, &[][..], "account_differs"),
        (Some(ACCESS_EMAIL), &[], "account_taken"),
        (None, &["AB"], "account_differs"),
        (Some("carl@example.com"), &["AB"], "account_differs"),
        (Some(ACCESS_EMAIL), &["CD"], "account_taken"),
    ] {
        let error = test.app.save_authorization("CD", confirmed(account, shared_with)).await.unwrap_err();
        assert_eq!(error.code(), code, "{account:?} {shared_with:?}");
        assert_eq!(warnings(&test).await, both, "nothing was changed");
    }
    let operator = test.app.save_authorization("CD", confirmed(Some(ACCESS_EMAIL), &["AB"])).await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::Authorized);
}

#[tokio::test]
async fn an_account_that_several_have_is_confirmed_for_each_of_them() {
    let (test, given) = granted_to_another(None).await;
    test.app.add_operator("EF", operator_fields("Eva Falk", None)).await.unwrap();
    let request = test.begin("EF", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    given.browser.authorize(&request.url).await;
    test.until_phase("EF", RequestPhase::Granted).await;
    assert_eq!(warnings(&test).await, [warning("account_taken", &["AB"])]);
    test.app.save_authorization("EF", confirmed(None, &["AB"])).await.unwrap();

    // It has come about after the question was shown.
    let error = test.app.save_authorization("CD", confirmed(None, &["AB"])).await.unwrap_err();
    assert_eq!(error.code(), "account_taken");
    assert!(error.to_string().contains("“AB”, “EF”"), "{error}");
    assert_eq!(warnings(&test).await, [warning("account_taken", &["AB", "EF"])]);
    test.app.save_authorization("CD", confirmed(None, &["EF", "ab"])).await.unwrap();
}

#[tokio::test]
async fn what_another_program_changes_between_the_question_and_save_is_asked_about() {
    let (test, _) = granted_to_another(Some(ACCESS_EMAIL)).await;
    assert_eq!(warnings(&test).await, [warning("account_taken", &["AB"])]);
    let other = test.second_program().await.unwrap();
    other.change_operator("CD", operator_fields("Carl Dahl", Some("carl@example.com"))).await.unwrap();
    let error = test.app.save_authorization("CD", confirmed(None, &["AB"])).await.unwrap_err();
    assert_eq!(error.code(), "account_differs");
    // And what is no question any more is not asked.
    other.change_operator("CD", operator_fields("Carl Dahl", Some(ACCESS_EMAIL))).await.unwrap();
    other.revoke_authorization("AB").await.unwrap();
    assert_eq!(warnings(&test).await, []);
    test.app.save_authorization("CD", None).await.unwrap();
    other.close().await;
}

#[tokio::test]
async fn generate_key_again_replaces_the_request() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let first = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    let second = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    assert_ne!(query(&first.url, "state"), query(&second.url, "state"));

    let page = given.browser.authorize(&first.url).await;
    assert!(
        page.text.contains("Nothing is waiting for this page"),
        "the answer to a replaced request is not awaited: {}",
        page.url
    );
    given.browser.authorize(&second.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
}

#[tokio::test]
async fn another_account_than_the_one_signed_in_can_be_asked_for() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    test.simulator.add_account("Carl Dahl", "carl@example.com");
    test.simulator.enable_additional_users(&given.app.key);
    let secret = || Some(Secret::new(given.app.secret.clone()));
    let plain = test.app.begin_authorization("AB", &given.app.key, secret(), Place::ThisComputer).await.unwrap();
    assert_eq!(query(&plain.request.unwrap().url, "force_reauthentication"), None);

    let another = Consent {
        place: Place::ThisComputer,
        force_reauthentication: true,
        saves_itself: false,
    };
    let request = test
        .app
        .begin_authorization("AB", &given.app.key, secret(), another)
        .await
        .unwrap()
        .request
        .unwrap();
    assert_eq!(query(&request.url, "force_reauthentication").as_deref(), Some("true"));
    // The browser is signed in as Anna, and is asked again all the same.
    let page = given.browser.open(&request.url).await;
    assert!(page.text.contains("Sign in as Carl Dahl"), "{}", page.text);
    let page = given.browser.press(&page, "Sign in as Carl Dahl (carl@example.com)").await;
    let page = given.browser.press(&page, "Continue").await;
    given.browser.press(&page, "Allow").await;
    let granted = test.until_phase("AB", RequestPhase::Granted).await.request.unwrap();
    assert_eq!(granted.account.unwrap().email, "carl@example.com");
}

#[tokio::test]
async fn while_no_redirect_comes_the_line_to_register_and_the_other_way_are_named() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    let advice = async || test.app.show_operator("AB").await.unwrap().request.unwrap().advice;
    let request = test.begin("AB", &given, Place::ThisComputer).await.unwrap().request.unwrap();
    assert_eq!(request.advice, None);
    test.advance(Duration::from_secs(85));
    assert_eq!(advice().await, None, "somebody may still be clicking");

    test.advance(Duration::from_secs(6));
    let advised = advice().await.unwrap();
    assert_eq!(advised.code, "no_redirect");
    let uri = request.redirect_uri.unwrap();
    assert!(
        advised.message.contains("Invalid redirect_uri") && advised.message.ends_with(&uri),
        "{}",
        advised.message
    );
    assert!(advised.hint.unwrap().contains("On the user’s computer"));
    let operator = test.app.show_operator("AB").await.unwrap();
    assert_eq!(operator.status, AuthorizationStatus::AwaitingCode, "nothing has failed");
    assert!(operator.request.unwrap().problem.is_none());

    // It can still come, and then there is nothing to advise.
    given.browser.authorize(&request.url).await;
    test.until_phase("AB", RequestPhase::Granted).await;
    assert_eq!(advice().await, None);
}

#[tokio::test]
async fn there_is_no_such_advice_where_no_redirect_is_awaited() {
    let test = TestApp::with_operator().await;
    let given = test.user(ACCESS_EMAIL).await;
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    test.advance(Duration::from_secs(600));
    assert_eq!(test.app.show_operator("AB").await.unwrap().request.unwrap().advice, None);

    // After the hour the error says everything.
    test.begin("AB", &given, Place::ThisComputer).await.unwrap();
    test.advance(Duration::from_secs(3601));
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert_eq!((request.advice, request.problem.unwrap().code.as_str()), (None, "request_expired"));
}
