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
    refused(
        upload(json!({ "path": "/a", "client_modified": "2026-01-01T00:00:00.5Z" })),
        "does not match format",
    )
    .await;
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
