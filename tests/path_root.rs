//! Team accounts: paths begin in the team's space, where there is one and the app may use it.

use outtray::{
    app::Link,
    operator::{AuthorizationStatus, Place},
    store::deliveries::DeliveryState,
};

use crate::{
    simulator::Fault,
    support::{ACCESS_EMAIL, Given, TestApp, browser::Browser},
};
use serde_json::json;

const UPLOAD: &str = "files/upload";
const PROBE: &str = "files/upload_session/start";

/// Operator AB, authorized for a member of a team with a team space.
async fn member() -> (TestApp, Given) {
    let test = TestApp::with_operator().await;
    let given = member_of(&test).await;
    test.authorize("AB", &given).await;
    (test, given)
}

async fn member_of(test: &TestApp) -> Given {
    let team = test.simulator.create_team("Berg & Co");
    let account = test.simulator.add_team_account(&team, "Anna Berg", ACCESS_EMAIL);
    let app = test.simulator.create_app(account.clone(), "Reports");
    for uri in test.app.get_about().await.unwrap().redirect_uris {
        test.simulator.add_redirect_uri(&app.key, &uri);
    }
    let browser = Browser::new();
    browser.sign_in(&test.simulator.base_url(), ACCESS_EMAIL).await;
    Given {
        account,
        email: ACCESS_EMAIL.to_owned(),
        app,
        browser,
    }
}

fn paths(test: &TestApp, given: &Given) -> Vec<String> {
    test.simulator.files(&given.account).into_iter().map(|file| file.path_display).collect()
}

fn calls(test: &TestApp, route: &str) -> usize {
    test.simulator.calls().iter().filter(|call| call.route == route).count()
}

#[tokio::test]
async fn reports_of_a_team_member_go_into_the_teams_space() {
    let (test, given) = member().await;
    test.send("AB", "small.pdf", b"content").await.unwrap();
    test.send("AB", "large.bin", &vec![3; 9 << 20]).await.unwrap();
    assert_eq!(paths(&test, &given), ["/Reports/AB/large.bin", "/Reports/AB/small.pdf"]);
    let test = test.restart().await;
    test.send("AB", "again.pdf", b"content").await.unwrap();
    assert_eq!(paths(&test, &given)[0], "/Reports/AB/again.pdf");
}

#[tokio::test]
async fn an_account_without_a_team_costs_no_call_more() {
    let (test, _) = TestApp::authorized().await;
    assert_eq!(calls(&test, PROBE), 0);
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().authorization.unwrap().account.path_root,
        None
    );
}

#[tokio::test]
async fn a_root_that_has_changed_is_taken_over_and_the_call_repeated_once() {
    let (test, given) = member().await;
    test.send("AB", "first.pdf", b"content").await.unwrap();
    let account = test.app.show_operator("AB").await.unwrap().authorization.unwrap().account;
    let right = account.path_root.unwrap();
    let info = |root: &str| json!({ ".tag": "team", "root_namespace_id": root, "home_namespace_id": "1", "home_path": "/Anna Berg" });
    let moved = |root: &str| Fault::refuse(422, &json!({ ".tag": "invalid_root", "invalid_root": info(root) }));

    // Dropbox names another root: it is used, and Dropbox corrects it once more on the next delivery.
    test.simulator.inject(moved("987"), 1, Some(UPLOAD));
    let error = test.send("AB", "second.pdf", b"content").await.unwrap_err();
    assert_eq!(error.code(), "dropbox_refused", "it is repeated once, not for ever: {error}");
    assert!(error.to_string().contains("invalid_root"), "{error}");
    let account = test.app.show_operator("AB").await.unwrap().authorization.unwrap().account;
    assert_eq!(account.path_root.as_deref(), Some("987"));

    test.send("AB", "third.pdf", b"content").await.unwrap();
    let account = test.app.show_operator("AB").await.unwrap().authorization.unwrap().account;
    assert_eq!(account.path_root.as_deref(), Some(right.as_str()));
    assert_eq!(paths(&test, &given), ["/Reports/AB/first.pdf", "/Reports/AB/third.pdf"]);
}

#[tokio::test]
async fn whoever_has_left_the_team_delivers_to_the_own_folder() {
    let (test, _) = member().await;
    let info = json!({ ".tag": "user", "root_namespace_id": "5", "home_namespace_id": "5" });
    test.simulator.inject(
        Fault::refuse(422, &json!({ ".tag": "invalid_root", "invalid_root": info })),
        1,
        Some(UPLOAD),
    );
    let delivery = test.send("AB", "report.pdf", b"content").await.unwrap();
    assert_eq!(delivery.state, DeliveryState::Delivered);
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().authorization.unwrap().account.path_root,
        None
    );
}

#[tokio::test]
async fn an_app_with_a_folder_of_its_own_delivers_into_it() {
    let test = TestApp::with_operator().await;
    let given = member_of(&test).await;
    test.simulator.make_app_folder_only(&given.app.key);
    test.authorize("AB", &given).await;
    let account = test.app.show_operator("AB").await.unwrap().authorization.unwrap().account;
    assert_eq!(account.path_root, None);
    test.send("AB", "report.pdf", b"content").await.unwrap();
    let stored = paths(&test, &given);
    assert!(
        stored[0].contains("/Apps/") && stored[0].ends_with("/Reports/AB/report.pdf"),
        "{stored:?}"
    );
}

/// Where the app's folder is, and how it is called in the user's language, Dropbox does not say: the page that opens is one that exists.
#[tokio::test]
async fn the_link_to_the_files_of_such_an_app_opens_a_page_that_exists() {
    for of_team in [false, true] {
        let test = TestApp::with_operator().await;
        let given = if of_team {
            member_of(&test).await
        } else {
            test.user(ACCESS_EMAIL).await
        };
        test.simulator.make_app_folder_only(&given.app.key);
        test.authorize("AB", &given).await;
        test.send("AB", "report.pdf", b"content").await.unwrap();
        let link = test.app.link(Link::Files, Some("AB")).await.unwrap();
        assert!(link.path().ends_with("/home"), "{link}");
        assert!(given.browser.open(link.as_str()).await.text.contains("report.pdf"));
    }
}

#[tokio::test]
async fn the_link_to_the_files_of_a_team_member_opens_their_folder() {
    let (test, given) = member().await;
    test.send("AB", "report.pdf", b"content").await.unwrap();
    let link = test.app.link(Link::Files, Some("AB")).await.unwrap();
    assert!(link.path().ends_with("/home/Reports/AB"), "{link}");
    assert!(given.browser.open(link.as_str()).await.text.contains("report.pdf"));
    // It cannot be asked now, so the page is the one that always exists; nothing is sent either.
    test.switch_interface(false).await;
    let calls = test.simulator.calls().len();
    let link = test.app.link(Link::Files, Some("AB")).await.unwrap();
    assert!(link.path().ends_with("/home"), "{link}");
    assert_eq!(test.simulator.calls().len(), calls);
}

#[tokio::test]
async fn a_refusal_in_words_means_an_app_with_a_folder_of_its_own_too() {
    let test = TestApp::with_operator().await;
    let given = member_of(&test).await;
    let words = Fault::Refuse {
        status: 400,
        content_type: "text/plain; charset=utf-8",
        body: "Error in call to API function \"files/upload_session/start\": Path root is not supported for this app.".to_owned(),
    };
    test.simulator.inject(words, 1, Some(PROBE));
    test.authorize("AB", &given).await;
    let account = test.app.show_operator("AB").await.unwrap().authorization.unwrap().account;
    assert_eq!(account.path_root, None);
}

#[tokio::test]
async fn any_other_refusal_says_nothing_about_the_kind_of_app() {
    for refusal in [
        Fault::refuse(
            403,
            &json!({ ".tag": "invalid_account_type", "invalid_account_type": { ".tag": "feature" } }),
        ),
        Fault::refuse(409, &json!({ ".tag": "other" })),
    ] {
        let test = TestApp::with_operator().await;
        let given = member_of(&test).await;
        let operator = test.begin("AB", &given, Place::UsersComputer).await.unwrap();
        let code = given.browser.access_code(&operator.request.unwrap().url).await;
        test.simulator.inject(refusal, 1, Some(PROBE));
        test.app.complete_authorization("AB", Some(outtray::secret::Secret::new(code))).await.unwrap_err();
        assert_eq!(
            test.app.show_operator("AB").await.unwrap().status,
            AuthorizationStatus::NotAuthorized
        );
        assert_eq!(test.simulator.alive_grants(&given.account), 0, "a grant of no use was left behind");
    }
}

#[tokio::test]
async fn an_outage_while_the_root_is_tried_keeps_what_has_come() {
    let test = TestApp::with_operator().await;
    let given = member_of(&test).await;
    let operator = test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    let code = given.browser.access_code(&operator.request.unwrap().url).await;
    test.simulator.inject(Fault::ServerErrorHtml, 2, Some(PROBE));
    let error = test.app.complete_authorization("AB", Some(outtray::secret::Secret::new(code))).await.unwrap_err();
    assert_eq!(error.code(), "dropbox_busy");
    test.app.complete_authorization("AB", None).await.unwrap();
    test.app.save_authorization("AB", None).await.unwrap();
    test.send("AB", "report.pdf", b"content").await.unwrap();
    assert_eq!(paths(&test, &given), ["/Reports/AB/report.pdf"]);
}
