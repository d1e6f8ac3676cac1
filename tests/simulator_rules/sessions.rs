//! Upload sessions.

use super::*;

#[tokio::test]
async fn a_concurrent_session_keeps_its_rules() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = async |route: &str, argument: Value, body: Vec<u8>| {
        let answer = answer(dropbox.upload(&format!("files/upload_session/{route}"), &token, &argument, body)).await;
        match answer.status.as_u16() {
            200 => answer.json(),
            409 => answer.json()["error"].clone(),
            _ => panic!("{}", answer.text),
        }
    };
    let tag = |value: Value| value[".tag"].as_str().unwrap_or_default().to_owned();
    let concurrent = json!({ "session_type": "concurrent" });
    assert_eq!(
        tag(call("start", concurrent.clone(), vec![1]).await),
        "concurrent_session_data_not_allowed"
    );
    let id = call("start", concurrent, Vec::new()).await["session_id"].as_str().unwrap().to_owned();
    let append = |offset: usize, close: bool| json!({ "cursor": { "session_id": id, "offset": offset }, "close": close });
    assert_eq!(
        tag(call("append_v2", append(1, false), vec![0; UNIT]).await),
        "concurrent_session_invalid_offset"
    );
    assert_eq!(
        tag(call("append_v2", append(0, false), vec![0; 5]).await),
        "concurrent_session_invalid_data_size"
    );
    let finish = json!({ "cursor": { "session_id": id, "offset": UNIT + 3 }, "commit": { "path": "/big" } });
    assert_eq!(
        tag(call("finish", finish.clone(), Vec::new()).await),
        "concurrent_session_not_closed"
    );
    assert!(call("append_v2", append(UNIT, true), vec![2; 3]).await.is_null());
    assert_eq!(
        tag(call("finish", finish.clone(), Vec::new()).await),
        "concurrent_session_missing_data"
    );
    assert_eq!(tag(call("append_v2", append(0, false), vec![0; UNIT]).await), "closed");
}

#[tokio::test]
async fn a_sequential_session_says_its_offset() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = async |route: &str, argument: Value, body: &str| {
        answer(dropbox.upload(&format!("files/upload_session/{route}"), &token, &argument, body.into()))
            .await
            .json()
    };
    let id = call("start", json!({}), "abc").await["session_id"].as_str().unwrap().to_owned();
    let wrong = call("append_v2", json!({ "cursor": { "session_id": id, "offset": 2 } }), "def").await;
    assert_eq!(wrong["error"], json!({ ".tag": "incorrect_offset", "correct_offset": 3 }));
    let commit = json!({ "cursor": { "session_id": id, "offset": 3 }, "commit": { "path": "/small" } });
    let done = call("finish", commit.clone(), "def").await;
    assert_eq!(done["size"], 6);
    let again = call("finish", commit, "").await;
    assert_eq!(again["error"]["lookup_failed"][".tag"], "not_found");
}
