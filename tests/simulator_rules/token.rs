//! The token endpoint.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn a_code_works_once_with_its_verifier_and_one_way_of_client_authentication() {
    let dropbox = Dropbox::new().await;
    let code = dropbox.code().await;
    let (key, secret) = (dropbox.app.key.as_str(), dropbox.app.secret.as_str());
    let base = [("grant_type", "authorization_code"), ("code", code.as_str())];
    let with = |more: &[(&'static str, &'static str)]| [base.as_slice(), more].concat();
    let error = async |request: RequestBuilder| {
        let answer = answer(request).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        answer.json()["error"].as_str().unwrap().to_owned()
    };
    let other = "another-verifier-that-is-long-enough-0123456789";
    let wrong_verifier = [with(&[("code_verifier", other)]), vec![("client_id", key)]].concat();
    assert_eq!(error(dropbox.token(&wrong_verifier)).await, "invalid_grant");
    assert_eq!(error(dropbox.token(&with(&[("code_verifier", VERIFIER)]))).await, "invalid_request");
    let both = [with(&[("code_verifier", VERIFIER)]), vec![("client_id", key)]].concat();
    assert_eq!(error(dropbox.token(&both).basic_auth(key, Some(secret))).await, "invalid_request");
    assert!(error(dropbox.token(&both).basic_auth(key, Some("wrong"))).await.starts_with("invalid_"));
    let unknown = [both.clone(), vec![("access_type", "offline")]].concat();
    assert_eq!(error(dropbox.token(&unknown)).await, "invalid_request");
    let redirect = [both.clone(), vec![("redirect_uri", REDIRECT)]].concat();
    assert_eq!(error(dropbox.token(&redirect)).await, "invalid_grant");

    assert_eq!(answer(dropbox.token(&both)).await.status, 200);
    assert_eq!(error(dropbox.token(&both)).await, "invalid_grant");
}

/// Status, `error` and `error_description`.
async fn refused(request: RequestBuilder) -> (String, String) {
    let answer = answer(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.content_type.as_str()),
        (400, "application/json"),
        "{}",
        answer.text
    );
    let text = |name: &str| answer.json()[name].as_str().unwrap_or_default().to_owned();
    (text("error"), text("error_description"))
}

fn is(error: &str, description: &str) -> (String, String) {
    (error.to_owned(), description.to_owned())
}

#[tokio::test]
async fn a_code_answers_with_everything_and_a_refresh_with_little() {
    let dropbox = Dropbox::new().await;
    let first = dropbox.token_of(&dropbox.code().await).await;
    assert_eq!(
        (first["token_type"].as_str(), first["expires_in"].as_u64()),
        (Some("bearer"), Some(14400))
    );
    assert!(first["account_id"].as_str().unwrap().starts_with("dbid:"));
    assert!(first["uid"].is_string() && first["access_token"].as_str().unwrap().starts_with("sl."));
    let refresh_token = first["refresh_token"].as_str().unwrap();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh_token),
        ("client_id", &dropbox.app.key),
    ];
    let second = answer(dropbox.token(&fields)).await.json();
    let mut names: Vec<&String> = second.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["access_token", "expires_in", "token_type"]);

    let narrow = [fields.as_slice(), &[("scope", "account_info.read")]].concat();
    let narrow = answer(dropbox.token(&narrow)).await.json();
    assert_eq!(narrow["scope"], "account_info.read");
    let token = narrow["access_token"].as_str().unwrap();
    let upload = answer(dropbox.upload("files/upload", token, &json!({ "path": "/a" }), Vec::new())).await;
    assert_eq!(
        (upload.status.as_u16(), upload.json()["error"][".tag"].as_str()),
        (401, Some("missing_scope"))
    );
    let wide = [fields.as_slice(), &[("scope", "files.content.read")]].concat();
    assert_eq!(refused(dropbox.token(&wide)).await.0, "invalid_scope");
    let redirect = [fields.as_slice(), &[("redirect_uri", REDIRECT)]].concat();
    assert_eq!(
        refused(dropbox.token(&redirect)).await,
        is("invalid_request", "unknown field \"redirect_uri\"")
    );
}

#[tokio::test]
async fn online_access_has_no_refresh_token() {
    let dropbox = Dropbox::new().await;
    for url in [
        dropbox.authorize_url("").replace("token_access_type=offline", "token_access_type=online"),
        dropbox.authorize_url("").replace("&token_access_type=offline", ""),
    ] {
        let token = dropbox.token_of(&dropbox.browser.access_code(&url).await).await;
        assert!(token.get("refresh_token").is_none(), "{token}");
    }
}

#[tokio::test]
async fn a_code_works_as_long_as_the_test_says() {
    let dropbox = Dropbox::new().await;
    let fields = |code: &str| {
        [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("code_verifier", VERIFIER),
            ("client_id", &dropbox.app.key),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let post = |code: &str| {
        let fields = fields(code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        dropbox.token(&fields)
    };
    let code = dropbox.code().await;
    dropbox.simulator.advance(Duration::from_secs(3590));
    assert_eq!(answer(post(&code)).await.status, 200);
    dropbox.simulator.set_code_lifetime(Duration::from_secs(600));
    let code = dropbox.code().await;
    dropbox.simulator.advance(Duration::from_secs(610));
    assert_eq!(refused(post(&code)).await, is("invalid_grant", "code doesn't exist or has expired"));
}

#[tokio::test]
async fn the_token_endpoint_tolerates_what_dropbox_tolerates() {
    let dropbox = Dropbox::new().await;
    let (key, secret) = (dropbox.app.key.as_str(), dropbox.app.secret.as_str());
    let code = dropbox.code().await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
    ];
    let twice = [fields.as_slice(), &fields[2..], &[("client_id", key), ("client_secret", secret)]].concat();
    let different = [twice.as_slice(), &[("code_verifier", "another")]].concat();
    assert_eq!(
        refused(dropbox.token(&different)).await,
        is("invalid_request", "more than one \"code_verifier\"")
    );
    assert_eq!(
        answer(dropbox.token(&twice)).await.status,
        200,
        "the same twice, PKCE with a secret"
    );

    let code = dropbox.code().await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
        ("client_id", key),
    ];
    let url = format!("{}/api/oauth2/token", dropbox.simulator.base_url());
    let address = url::Url::parse_with_params(&url, &fields).unwrap();
    let query = dropbox.http.post(address).header("Content-Type", "application/json");
    assert_eq!(answer(query).await.status, 200, "parameters in the query");

    let code = dropbox.code().await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(
        answer(dropbox.token(&fields).basic_auth(key, Some(secret))).await.status,
        200,
        "Basic"
    );
}

#[tokio::test]
async fn the_token_endpoint_refuses_in_dropboxs_words() {
    let dropbox = Dropbox::new().await;
    let (key, secret) = (dropbox.app.key.as_str(), dropbox.app.secret.as_str());
    let no_auth = is("invalid_request", "No auth function available for given request");
    let refresh = |token: &str, more: &[(&str, &str)]| {
        let fields = [&[("grant_type", "refresh_token"), ("refresh_token", token)], more].concat();
        dropbox.token(&fields)
    };
    let unknown = "x".repeat(64);
    assert_eq!(
        refused(refresh(&unknown, &[("client_id", key)])).await,
        is("invalid_grant", "refresh token is invalid or revoked")
    );
    assert_eq!(
        refused(refresh("short", &[("client_id", key)])).await,
        is("invalid_grant", "refresh token is malformed")
    );
    let both = refresh(&unknown, &[("client_id", key)]).basic_auth(key, Some(secret));
    assert_eq!(refused(both).await, is("invalid_request", "unknown field \"client_id\""));
    let wrong = is("invalid_client: Invalid client_id or client_secret", "");
    assert_eq!(refused(refresh(&unknown, &[("client_id", "nobody")])).await, wrong);
    assert_eq!(
        refused(refresh(&unknown, &[("client_id", key), ("client_secret", "no")])).await,
        wrong
    );
    let url = format!("{}/api/oauth2/token", dropbox.simulator.base_url());
    assert_eq!(
        refused(dropbox.http.post(url).json(&json!({ "grant_type": "refresh_token" }))).await,
        no_auth
    );

    let without_pkce = dropbox
        .authorize_url("")
        .replace(&format!("&code_challenge={CHALLENGE}&code_challenge_method=S256"), "");
    let code = dropbox.browser.access_code(&without_pkce).await;
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("client_id", key)];
    assert_eq!(refused(dropbox.token(&fields)).await, no_auth);
    let token = answer(dropbox.token(&[fields.as_slice(), &[("client_secret", secret)]].concat())).await.json();
    assert_eq!(
        refused(refresh(token["refresh_token"].as_str().unwrap(), &[("client_id", key)])).await,
        no_auth
    );
}

#[tokio::test]
async fn revoke_ends_the_refresh_token_and_every_access_token_of_it() {
    let dropbox = Dropbox::new().await;
    let (one, other) = (dropbox.token_of(&dropbox.code().await).await, dropbox.access_token().await);
    let token = one["access_token"].as_str().unwrap();
    let fields = [
        ("grant_type", "refresh_token"),
        ("refresh_token", one["refresh_token"].as_str().unwrap()),
        ("client_id", &dropbox.app.key),
    ];
    let second = answer(dropbox.token(&fields)).await.json()["access_token"].as_str().unwrap().to_owned();
    let revoked = answer(dropbox.rpc("auth/token/revoke", token, &Value::Null)).await;
    assert_eq!((revoked.status.as_u16(), revoked.text.as_str()), (200, "null"));
    for token in [token, &second] {
        let gone = answer(dropbox.rpc("check/user", token, &json!({}))).await;
        assert_eq!(
            (gone.status.as_u16(), gone.json()["error"][".tag"].as_str()),
            (401, Some("invalid_access_token"))
        );
    }
    assert_eq!(refused(dropbox.token(&fields)).await.0, "invalid_grant");
    assert_eq!(
        answer(dropbox.rpc("check/user", &other, &json!({}))).await.status,
        200,
        "another authorization lives on"
    );
}

/// A user may click Allow again while an earlier grant is being revoked.
#[tokio::test]
async fn revoke_leaves_a_code_that_is_on_its_way_alone() {
    let dropbox = Dropbox::new().await;
    let first = dropbox.token_of(&dropbox.code().await).await;
    let code = dropbox.code().await;
    let revoked = answer(dropbox.rpc("auth/token/revoke", first["access_token"].as_str().unwrap(), &Value::Null)).await;
    assert_eq!(revoked.status, 200);
    assert!(dropbox.token_of(&code).await["refresh_token"].is_string());
}

#[tokio::test]
async fn an_access_token_expires_after_four_hours_and_says_so() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.simulator.advance(Duration::from_secs(14400));
    let old = answer(dropbox.rpc("check/user", &token, &json!({}))).await;
    assert_eq!(
        (old.status.as_u16(), old.json()["error"][".tag"].as_str()),
        (401, Some("expired_access_token"))
    );
    assert_eq!(old.header("www-authenticate"), "Bearer realm=\"Dropbox-API\"");
}

#[tokio::test]
async fn the_user_disconnects_an_app_on_its_page() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let url = format!("{}/www/account/connected_apps", dropbox.simulator.base_url());
    let page = dropbox.browser.open(&url).await;
    assert!(
        page.text.contains("Reports account_info.read, files.content.write"),
        "{}",
        page.text
    );
    let page = dropbox.browser.press(&page, "Disconnect").await;
    assert!(page.text.contains("Reports is disconnected. No app is connected"), "{}", page.text);
    let gone = answer(dropbox.rpc("check/user", &token, &json!({}))).await;
    assert_eq!(
        (gone.status.as_u16(), gone.json()["error"][".tag"].as_str()),
        (401, Some("invalid_access_token"))
    );
}
