//! What a test can make the simulator do.

use std::time::{Duration, Instant};

use super::*;
use crate::simulator::Fault;

#[tokio::test]
async fn a_planned_answer_comes_exactly_as_given_and_as_often() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let union = json!({ ".tag": "access_restricted" });
    dropbox
        .simulator
        .inject(Fault::refuse(409, &json!({ ".tag": "path", "path": union })), 1, Some("check/user"));
    dropbox.simulator.inject(Fault::refuse_plain(403, "No."), 2, Some("check/user"));
    let call = async || answer(dropbox.rpc("check/user", &token, &json!({}))).await;
    let first = call().await;
    assert_eq!((first.status.as_u16(), &first.json()["error"]["path"]), (409, &union));
    assert!(first.json()["error_summary"].as_str().unwrap().starts_with("path/access_restricted/."));
    for _ in 0..2 {
        let plain = call().await;
        assert_eq!((plain.status.as_u16(), plain.text.as_str()), (403, "No."));
    }
    assert_eq!(call().await.status, 200);
}

#[tokio::test]
async fn one_entry_of_a_batch_can_fail() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let mut entries = Vec::new();
    for path in ["/a", "/b"] {
        let started = dropbox.upload("files/upload_session/start", &token, &json!({ "close": true }), path.into());
        let id = answer(started).await.json()["session_id"].clone();
        entries.push(json!({ "cursor": { "session_id": id, "offset": 2 }, "commit": { "path": path } }));
    }
    let failure = json!({ ".tag": "too_many_write_operations" });
    let fault = Fault::FailEntry {
        index: 1,
        failure: failure.clone(),
    };
    dropbox.simulator.inject(fault, 1, None);
    let finish = async || {
        let call = dropbox.rpc("files/upload_session/finish_batch_v2", &token, &json!({ "entries": entries }));
        answer(call).await.json()["entries"].clone()
    };
    let first = finish().await;
    assert_eq!((&first[0][".tag"], &first[1]["failure"]), (&json!("success"), &failure));
    assert_eq!(finish().await[1][".tag"], "success");
}

#[tokio::test]
async fn an_answer_is_as_late_as_asked() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let latency = Duration::from_millis(60);
    dropbox.simulator.set_latency(latency);
    let asked = Instant::now();
    assert_eq!(answer(dropbox.rpc("check/user", &token, &json!({}))).await.status, 200);
    assert!(asked.elapsed() >= latency);
}

#[tokio::test]
async fn a_token_expires_after_so_many_calls() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.simulator.inject(Fault::Pass, 2, None);
    dropbox.simulator.inject(Fault::ExpireToken, 1, None);
    let call = async || answer(dropbox.rpc("check/user", &token, &json!({}))).await.status.as_u16();
    assert_eq!([call().await, call().await, call().await, call().await], [200, 200, 401, 401]);
}

#[tokio::test]
async fn an_answer_can_come_in_drips_or_never_end() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let pause = Duration::from_millis(1);
    dropbox.simulator.inject(Fault::Drip { pause }, 1, Some("check/user"));
    dropbox.simulator.inject(Fault::Stall, 1, Some("files/upload"));
    let dripped = answer(dropbox.rpc("check/user", &token, &json!({ "query": "drip" }))).await;
    assert_eq!(dripped.json()["result"], "drip");
    let upload = dropbox.upload("files/upload", &token, &json!({ "path": "/a" }), vec![1]);
    let mut response = upload.send().await.unwrap();
    assert_eq!(response.chunk().await.unwrap().unwrap(), "{");
    let rest = tokio::time::timeout(Duration::from_millis(50), response.chunk()).await;
    assert!(rest.is_err(), "more came: {rest:?}");
    assert_eq!(dropbox.simulator.files(&dropbox.account).len(), 1, "the work was done");
}

#[tokio::test]
async fn the_shapes_of_a_429() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let call = async |fault: Fault| {
        dropbox.simulator.inject(fault, 1, Some("check/user"));
        let limited = answer(dropbox.rpc("check/user", &token, &json!({}))).await;
        assert_eq!(limited.status, 429);
        limited
    };
    let json = call(Fault::RateLimitedJson { retry_after: 15 }).await;
    assert_eq!(
        json.json()["error"],
        json!({ "reason": { ".tag": "too_many_requests" }, "retry_after": 15 })
    );
    assert_eq!((json.content_type.as_str(), json.header("retry-after")), ("application/json", "15"));
    let plain = call(Fault::RateLimitedPlain { retry_after: 300 }).await;
    assert_eq!(
        (plain.content_type.as_str(), plain.header("retry-after")),
        ("text/plain; charset=utf-8", "300")
    );
    let bare = call(Fault::RateLimitedHeaderless).await;
    assert_eq!((bare.json()["error"].get("retry_after"), bare.header("retry-after")), (None, ""));
    dropbox.simulator.inject(Fault::ServerErrorHtml, 1, Some("check/user"));
    let down = answer(dropbox.rpc("check/user", &token, &json!({}))).await;
    assert_eq!(
        (down.status.as_u16(), down.content_type.as_str()),
        (503, "text/html; charset=utf-8")
    );
}
