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
