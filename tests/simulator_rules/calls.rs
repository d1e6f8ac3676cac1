//! How a call must look.

use super::*;

#[tokio::test]
async fn a_call_that_is_not_exactly_right_is_refused_in_dropboxs_words() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let refused = async |request: RequestBuilder, expected: &str| {
        let answer = answer(request).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert!(answer.text.contains(expected), "{}", answer.text);
    };
    let upload = |argument: Value| dropbox.upload("files/upload", &token, &argument, Vec::new());
    refused(upload(json!({ "path": "/a", "pat": 1 })), "unknown field 'pat'").await;
    refused(upload(json!({})), "missing required field 'path'").await;
    refused(upload(json!({ "path": "a" })), "did not match pattern").await;
    for time in [
        "2026-01-01T00:00:00.5Z",
        "2026-01-01 00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-01-01T00:00:00+01:00",
        "0000-01-01T00:00:00Z",
    ] {
        refused(upload(json!({ "path": "/a", "client_modified": time })), "does not match format").await;
    }
    refused(upload(json!({ "path": "ns:1abc" })), "did not match pattern").await;
    let bare = dropbox.call("content", "files/upload", &token);
    refused(bare.try_clone().unwrap(), "Missing or empty HTTP Content-Type").await;
    refused(
        bare.header("Content-Type", "application/octet-stream"),
        "Must provide HTTP header \"Dropbox-API-Arg\"",
    )
    .await;
    let rpc = dropbox.call("api", "users/get_current_account", &token);
    refused(
        rpc.header("Content-Type", "text/json").body("null"),
        "Bad HTTP \"Content-Type\" header",
    )
    .await;

    let elsewhere = dropbox.call("api", "files/upload", &token).header("Dropbox-API-Arg", "{\"path\":\"/a\"}");
    let elsewhere = answer(elsewhere.header("Content-Type", "application/octet-stream")).await;
    assert!(
        elsewhere.text.contains("Unknown API function"),
        "the wrong host: {}",
        elsewhere.text
    );
    let wrong = answer(dropbox.upload("files/upload", "sl.wrong", &json!({ "path": "/a" }), Vec::new())).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.json()["error"][".tag"].as_str()),
        (401, Some("invalid_access_token"))
    );
    assert!(dropbox.simulator.files(&dropbox.account).is_empty());
    let calls = dropbox.simulator.calls();
    assert!(calls.iter().any(|call| call.host == "content" && call.status == 400 && call.request_bytes == 0));
}

#[tokio::test]
async fn what_real_clients_do_is_tolerated() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let ok = async |request: RequestBuilder| {
        let answer = answer(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.content_type.as_str()),
            (200, "application/json"),
            "{}",
            answer.text
        );
    };
    ok(dropbox.call("api", "users/get_current_account", &token)).await;
    for content_type in [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain; charset=dropbox-cors-hack",
    ] {
        let call = dropbox.call("api", "users/get_space_usage", &token);
        ok(call.header("Content-Type", content_type).body("null")).await;
    }
    let content = |url: String| dropbox.http.post(url).header("Content-Type", "application/octet-stream");
    let url = format!("{}/content/2/files/upload", dropbox.simulator.base_url());
    let raw = "{\"path\":\"/ü.pdf\"}".as_bytes();
    ok(content(url.clone()).bearer_auth(&token).header("Dropbox-API-Arg", raw)).await;
    let escaped = content(url.clone())
        .bearer_auth(&token)
        .header("Dropbox-API-Arg", "{\"path\":\"/\\u00fc\\ud83d\\ude00\"}");
    ok(escaped.header("X-Unknown", "yes")).await;
    let bearer = format!("Bearer {token}");
    let parameters = [
        ("authorization", bearer.as_str()),
        ("arg", "{\"path\":\"/b\"}"),
        ("reject_cors_preflight", "true"),
    ];
    let with_parameters = url::Url::parse_with_params(&url, parameters).unwrap();
    ok(content(with_parameters.into())).await;
    let chunks = futures_util::stream::iter(["chun", "ked"].map(Ok::<_, std::io::Error>));
    let chunked = dropbox.upload("files/upload", &token, &json!({ "path": "/c" }), Vec::new());
    ok(chunked.body(reqwest::Body::wrap_stream(chunks))).await;
    assert_eq!(dropbox.simulator.files(&dropbox.account).len(), 4);
}

#[tokio::test]
async fn every_refusal_of_a_request_is_plain_text() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let refused = async |request: RequestBuilder, expected: &str| {
        let answer = answer(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.content_type.as_str()),
            (400, "text/plain; charset=utf-8"),
            "{}",
            answer.text
        );
        assert!(answer.text.starts_with("Error in call to API function \""), "{}", answer.text);
        assert!(answer.text.contains(expected), "{}", answer.text);
    };
    let url = format!("{}/api/2/check/user", dropbox.simulator.base_url());
    let bare = || dropbox.http.post(&url).header("Content-Type", "application/json");
    refused(bare().body("{}"), "Must provide HTTP header \"Authorization\" or URL parameter").await;
    refused(
        bare().body("{}").header("Authorization", "Token x"),
        "Expecting \"Bearer <oauth2-access-token>\"",
    )
    .await;
    refused(bare().body("{").bearer_auth(&token), "request body: could not decode input as JSON").await;
    refused(dropbox.rpc("files/ge", &token, &json!({})), "Unknown API function: /2/files/ge").await;
    refused(dropbox.http.get(&url).bearer_auth(&token), "request method must be POST").await;
    let latin = dropbox.call("content", "files/upload", &token).header("Content-Type", "application/octet-stream");
    let latin = latin.header("Dropbox-API-Arg", b"{\"path\":\"/\xfc\"}".as_slice());
    refused(latin, "HTTP header \"Dropbox-API-Arg\": could not decode input as JSON").await;
    let form = dropbox.call("api", "users/get_current_account", &token).form(&[("a", "b")]);
    refused(form, "Bad HTTP \"Content-Type\" header: \"application/x-www-form-urlencoded\"").await;
    let null = dropbox.upload("files/upload", &token, &json!({ "path": null }), Vec::new());
    refused(null, "expected to be a string, got null").await;
    let update = dropbox.upload("files/upload", &token, &json!({ "path": "/a", "mode": "update" }), Vec::new());
    refused(update, "mode: expected object for 'update', got symbol").await;
    let metadata = dropbox.rpc("files/get_metadata", &token, &json!({ "path": "/a" }));
    refused(metadata, "does not have the required scope 'files.metadata.read'").await;
}

#[tokio::test]
async fn a_token_without_the_scope_is_401_where_the_app_has_it() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.simulator.set_scopes(
        &dropbox.app.key,
        &["account_info.read", "files.content.write", "files.metadata.read"],
    );
    let refused = answer(dropbox.rpc("files/get_metadata", &token, &json!({ "path": "/a" }))).await;
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.json()["error"],
        json!({ ".tag": "missing_scope", "required_scope": "files.metadata.read" })
    );
}

#[tokio::test]
async fn an_app_is_checked_by_key_and_secret() {
    let dropbox = Dropbox::new().await;
    let check = |secret: &str| {
        let url = format!("{}/api/2/check/app", dropbox.simulator.base_url());
        answer(dropbox.http.post(url).basic_auth(&dropbox.app.key, Some(secret)).json(&json!({ "query": "foo" })))
    };
    assert_eq!(check(&dropbox.app.secret).await.json(), json!({ "result": "foo" }));
    assert_eq!(check("wrong").await.status, 401);
}
