//! Upload sessions.

use std::time::Duration;

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

async fn session(dropbox: &Dropbox, token: &str, route: &str, argument: Value, body: Vec<u8>) -> Value {
    let answer = answer(dropbox.upload(&format!("files/upload_session/{route}"), token, &argument, body)).await;
    match answer.status.as_u16() {
        200 => answer.json(),
        409 => answer.json()["error"].clone(),
        _ => panic!("{}", answer.text),
    }
}

#[tokio::test]
async fn parts_of_a_concurrent_session_come_in_any_order_and_twice() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = |route: &'static str, argument: Value, body: Vec<u8>| session(&dropbox, &token, route, argument, body);
    let id = call("start", json!({ "session_type": { ".tag": "concurrent" } }), Vec::new()).await["session_id"].clone();
    let at = |offset: usize, close: bool| json!({ "cursor": { "session_id": id, "offset": offset }, "close": close });
    for _ in 0..2 {
        assert!(call("append_v2", at(UNIT, false), vec![2; UNIT]).await.is_null());
    }
    assert!(call("append_v2", at(0, false), vec![1; UNIT]).await.is_null());
    assert!(call("append_v2", at(2 * UNIT, true), vec![3; 7]).await.is_null());
    let size = 2 * UNIT + 7;
    let finish = |offset: usize| json!({ "cursor": { "session_id": id, "offset": offset }, "commit": { "path": "/big" } });
    assert_eq!(
        call("finish", finish(size), vec![1]).await[".tag"],
        "concurrent_session_data_not_allowed"
    );
    assert_eq!(
        call("finish", finish(UNIT), Vec::new()).await["lookup_failed"]["correct_offset"],
        size
    );
    assert_eq!(call("finish", finish(size), Vec::new()).await["size"], size);
    assert_eq!(
        call("start", json!({ "session_type": "concurrent", "close": true }), Vec::new()).await[".tag"],
        "concurrent_session_close_not_allowed"
    );
}

#[tokio::test]
async fn a_session_lives_seven_days() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let id = session(&dropbox, &token, "start", json!({}), vec![1]).await["session_id"].clone();
    dropbox.simulator.advance(Duration::from_secs(7 * 24 * 3600));
    let token = dropbox.access_token().await;
    let append = json!({ "cursor": { "session_id": id, "offset": 1 } });
    assert_eq!(
        session(&dropbox, &token, "append_v2", append, vec![2]).await,
        json!({ ".tag": "not_found" })
    );
}

#[tokio::test]
async fn a_finish_whose_path_is_refused_keeps_the_data() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = |route: &'static str, argument: Value, body: &str| session(&dropbox, &token, route, argument, body.into());
    let id = call("start", json!({}), "abc").await["session_id"].clone();
    let finish = |offset: usize, path: &str| json!({ "cursor": { "session_id": id, "offset": offset }, "commit": { "path": path } });
    let refused = call("finish", finish(3, "/a\\b"), "def").await;
    assert_eq!(refused, json!({ ".tag": "path", "path": { ".tag": "malformed_path" } }));
    let again = call("finish", finish(3, "/ab"), "def").await;
    assert_eq!(again["lookup_failed"]["correct_offset"], 6);
    assert_eq!(call("finish", finish(6, "/ab"), "").await["size"], 6);
}

#[tokio::test]
async fn a_part_that_is_damaged_is_not_taken() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let id = session(&dropbox, &token, "start", json!({}), Vec::new()).await["session_id"].clone();
    let append = |hash: &str| json!({ "cursor": { "session_id": id, "offset": 0 }, "content_hash": hash });
    let damaged = session(&dropbox, &token, "append_v2", append(&"0".repeat(64)), vec![b'A']).await;
    assert_eq!(damaged[".tag"], "content_hash_mismatch");
    let right = append("1cd6ef71e6e0ff46ad2609d403dc3fee244417089aa4461245a4e4fe23a55e42");
    assert!(session(&dropbox, &token, "append_v2", right, vec![b'A']).await.is_null());
}

#[tokio::test]
async fn an_empty_file_goes_through_a_session() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let id = session(&dropbox, &token, "start", json!({ "close": true }), Vec::new()).await["session_id"].clone();
    let append = json!({ "cursor": { "session_id": id, "offset": 0 } });
    assert_eq!(session(&dropbox, &token, "append_v2", append, vec![1]).await[".tag"], "closed");
    let finish = json!({ "cursor": { "session_id": id, "offset": 0 }, "commit": { "path": "/empty" } });
    let done = session(&dropbox, &token, "finish", finish, Vec::new()).await;
    assert_eq!(
        done["content_hash"],
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[tokio::test]
async fn more_than_150_mib_in_one_call_are_too_many() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let refused = session(&dropbox, &token, "start", json!({}), vec![0; (150 << 20) + 1]).await;
    assert_eq!(refused, json!({ ".tag": "payload_too_large" }));
}
