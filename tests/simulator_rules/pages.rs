//! The authorize page, and who may connect an app.

use std::time::Duration;

use url::form_urlencoded;

use super::*;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn redirect() -> String {
    let uri: String = form_urlencoded::byte_serialize(REDIRECT.as_bytes()).collect();
    format!("&redirect_uri={uri}")
}

#[tokio::test]
async fn the_authorize_page_refuses_what_dropbox_refuses() {
    let dropbox = Dropbox::new().await;
    let long_state = format!("&state={}", "s".repeat(501));
    let cases = [
        ("&approval_prompt=force", "unknown field \"approval_prompt\""),
        ("&scope=", "scope must not be empty"),
        (
            "&scope=files.content.read",
            "This app does not have the scope \"files.content.read\"",
        ),
        ("&redirect_uri=http%3A%2F%2F127.0.0.1%3A17653%2Fdropbox%2F", "Invalid redirect_uri"),
        ("&redirect_uri=http%3A%2F%2F127.0.0.1%3A27653%2Fdropbox", "Invalid redirect_uri"),
        ("&redirect_uri=http%3A%2F%2Fexample.com%2Fdropbox", "must start with \"https://\""),
        ("&client_id=another", "More than one \"client_id\""),
        ("&force_reapprove=yes", "Invalid force_reapprove"),
        ("&force_reauthentication=1", "Invalid force_reauthentication"),
        ("&disable_signup=on", "Invalid disable_signup"),
        ("&require_role=boss", "Invalid require_role"),
        ("&include_granted_scopes=user", "include_granted_scopes needs scope"),
        (
            "&include_granted_scopes=user&scope=account_info.read",
            "has connected this app before",
        ),
        (&long_state, "state must be at most 500 bytes"),
    ];
    for (more, expected) in cases {
        let page = dropbox.browser.open(&dropbox.authorize_url(more)).await;
        assert_eq!(page.status, 400, "{more}");
        assert!(page.text.contains(expected), "{more}: {}", page.text);
    }
}

#[tokio::test]
async fn the_authorize_page_refuses_wrong_values_of_its_own_parameters() {
    let dropbox = Dropbox::new().await;
    let cases = [
        ("response_type=code", "response_type=token", "Invalid response_type"),
        ("response_type=code&", "", "Missing response_type"),
        ("token_access_type=offline", "token_access_type=legacy", "Invalid token_access_type"),
        (
            "code_challenge_method=S256",
            "code_challenge_method=plain",
            "Invalid code_challenge_method",
        ),
        ("&code_challenge_method=S256", "", "Invalid code_challenge_method"),
        (CHALLENGE, "short", "Invalid code_challenge"),
        (&dropbox.app.key, "nobody", "Invalid client_id: \"nobody\""),
    ];
    for (old, new, expected) in cases {
        let page = dropbox.browser.open(&dropbox.authorize_url("").replace(old, new)).await;
        assert_eq!(page.status, 400, "{old}");
        assert!(page.text.contains(expected), "{old}: {}", page.text);
    }
}

#[tokio::test]
async fn the_authorize_page_takes_every_parameter_that_dropbox_knows() {
    let dropbox = Dropbox::new().await;
    let more =
        "&force_reapprove=true&force_reauthentication=false&disable_signup=true&require_role=work&locale=de-DE&scope=files.content.write";
    let token = dropbox.token_of(&dropbox.browser.access_code(&dropbox.authorize_url(more)).await).await;
    assert_eq!(token["scope"], "account_info.read files.content.write");
    let fewer = "&scope=account_info.read&include_granted_scopes=user";
    let token = dropbox.token_of(&dropbox.browser.access_code(&dropbox.authorize_url(fewer)).await).await;
    assert_eq!(token["scope"], "account_info.read files.content.write");
}

#[tokio::test]
async fn the_redirect_brings_code_and_state_or_the_refusal() {
    let dropbox = Dropbox::new().await;
    let url = dropbox.authorize_url(&format!("{}&state=a%26b%20c", redirect()));
    let address = dropbox.browser.redirect_of(&url).await;
    assert!(address.starts_with(&format!("{REDIRECT}?code=")), "{address}");
    assert!(address.contains("&state=a%26b+c"), "{address}");
}

#[tokio::test]
async fn somebody_who_has_allowed_is_asked_again_only_on_request() {
    let dropbox = Dropbox::new().await;
    let url = dropbox.authorize_url(&redirect());
    let asked = async |url: &str| {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let cookie = dropbox.browser.cookie_of(&dropbox.simulator.base_url());
        let request = client.build().unwrap().get(url).header("cookie", cookie);
        request.send().await.unwrap().status().as_u16()
    };
    dropbox.simulator.set_skips_approved(true);
    assert_eq!(asked(&url).await, 200);
    dropbox.browser.redirect_of(&url).await;
    assert_eq!(asked(&url).await, 303);
    assert_eq!(asked(&format!("{url}&force_reapprove=true")).await, 200);
    dropbox.simulator.set_scopes(
        &dropbox.app.key,
        &["account_info.read", "files.content.write", "files.metadata.read"],
    );
    assert_eq!(asked(&url).await, 200, "more scopes are asked for");
    dropbox.simulator.set_skips_approved(false);
    assert_eq!(asked(&url).await, 200);
}

#[tokio::test]
async fn another_account_can_be_asked_for() {
    let dropbox = Dropbox::new().await;
    let base = dropbox.simulator.base_url();
    let page = dropbox.browser.open(&dropbox.authorize_url("&force_reauthentication=true")).await;
    assert!(page.url.starts_with(&format!("{base}/www/login")), "{}", page.url);
    let page = dropbox.browser.press(&page, &format!("Sign in as Anna Berg ({EMAIL})")).await;
    assert!(page.text.contains("Before you connect this app"), "asked twice: {}", page.text);

    let nobody = Browser::new();
    let page = nobody.open(&dropbox.authorize_url("&force_reauthentication=true&disable_signup=true")).await;
    assert!(!page.text.contains("Sign up"), "{}", page.text);
    let page = nobody.press(&page, &format!("Sign in as Anna Berg ({EMAIL})")).await;
    assert!(page.text.contains("Before you connect this app"), "asked twice: {}", page.text);
}

#[tokio::test]
async fn an_app_in_development_connects_its_owner_only() {
    let dropbox = Dropbox::new().await;
    let carl = dropbox.carl().await;
    assert_eq!(carl.open(&dropbox.authorize_url("")).await.status, 403);
    dropbox.simulator.enable_additional_users(&dropbox.app.key);
    carl.access_code(&dropbox.authorize_url("")).await;
}

#[tokio::test]
async fn an_app_with_fifty_users_takes_no_new_ones_after_two_weeks() {
    let dropbox = Dropbox::new().await;
    let (carl, key) = (dropbox.carl().await, &dropbox.app.key);
    dropbox.code().await;
    dropbox.simulator.enable_additional_users(key);
    dropbox.simulator.connect_strangers(key, 48);
    dropbox.simulator.advance(15 * DAY);
    assert_eq!(carl.open(&dropbox.authorize_url("")).await.status, 200);
    dropbox.simulator.connect_strangers(key, 1);
    dropbox.simulator.advance(15 * DAY);
    let refused = carl.open(&dropbox.authorize_url("")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("reached its user limit"), "{}", refused.text);
    dropbox.simulator.disconnect(&dropbox.account, key);
    dropbox.code().await;
    dropbox.simulator.approve_for_production(key);
    carl.access_code(&dropbox.authorize_url("")).await;
}

#[tokio::test]
async fn an_app_in_development_has_at_most_five_hundred_users() {
    let dropbox = Dropbox::new().await;
    let carl = dropbox.carl().await;
    dropbox.simulator.enable_additional_users(&dropbox.app.key);
    dropbox.simulator.connect_strangers(&dropbox.app.key, 500);
    assert_eq!(carl.open(&dropbox.authorize_url("")).await.status, 403);
}

#[tokio::test]
async fn arrived_files_can_be_seen_and_downloaded() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    for (path, body) in [("/Out/ü.txt", "a < b".as_bytes()), ("/Out/b.pdf", &[0xff, 0xfe]), ("/top", b"")] {
        let upload = dropbox.upload("files/upload", &token, &json!({ "path": path }), body.to_vec());
        assert_eq!(answer(upload).await.status, 200);
    }
    let base = dropbox.simulator.base_url();
    let page = dropbox.browser.open(&format!("{base}/www/home")).await;
    assert!(
        page.text.contains("2 files in /Out") && page.text.contains("1 file in Dropbox"),
        "{}",
        page.text
    );
    let file = |at: usize| dropbox.simulator.files(&dropbox.account)[at].id[3..].to_owned();
    let binary = dropbox.browser.open(&format!("{base}/www/home/view/{}", file(0))).await;
    assert!(binary.text.contains("cannot be shown as text"), "{}", binary.text);
    let text = dropbox.browser.open(&format!("{base}/www/home/view/{}", file(1))).await;
    assert!(text.text.contains("a < b") && text.html.contains("a &lt; b"), "{}", text.html);
    let download = dropbox.browser.open(&format!("{base}/www/home/file/{}", file(1))).await;
    assert_eq!(download.html, "a < b");
    let carl = dropbox.carl().await;
    assert_eq!(carl.open(&format!("{base}/www/home/file/{}", file(1))).await.status, 404);
}

#[tokio::test]
async fn every_page_has_a_language_a_title_landmarks_one_heading_and_no_script() {
    let dropbox = Dropbox::new().await;
    dropbox.code().await;
    let base = dropbox.simulator.base_url();
    let app = format!("{base}/www/developers/apps/info/{}", dropbox.app.key);
    let pages = [
        "/www/",
        "/www/login",
        "/www/home",
        "/www/developers/apps",
        "/www/developers/apps/create",
        "/www/account/connected_apps",
    ];
    let mut addresses: Vec<String> = pages.iter().map(|page| format!("{base}{page}")).collect();
    addresses.extend([
        app,
        dropbox.authorize_url(""),
        dropbox.authorize_url("&scope="),
        format!("{base}/www/nothing"),
    ]);
    for address in addresses {
        let html = dropbox.browser.open(&address).await.html;
        for part in [
            "<html lang=\"en\">",
            "<title>",
            "<main",
            "<nav aria-label",
            "<h1>",
            "<meta name=\"viewport\"",
        ] {
            assert_eq!(html.matches(part).count(), 1, "{part} of {address}");
        }
        assert!(!html.contains("<script") && !html.contains("style="), "{address}");
        for input in html.split("<input").skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let labelled = html.split(input).next().unwrap();
            let open = labelled.matches("<label>").count() - labelled.matches("</label>").count();
            assert!(input.contains("type=\"hidden\"") || open == 1, "no label: {input} of {address}");
        }
    }
}
