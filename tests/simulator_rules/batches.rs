//! Many sessions in one call.

use super::*;

const BATCH: &str = "files/upload_session/append_batch";

async fn start(dropbox: &Dropbox, token: &str, argument: Value) -> Answer {
    answer(dropbox.rpc("files/upload_session/start_batch", token, &argument)).await
}

async fn ids(dropbox: &Dropbox, token: &str, number: usize) -> Vec<String> {
    let started = start(dropbox, token, json!({ "num_sessions": number })).await.json();
    let ids = started["session_ids"].as_array().unwrap();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn entry(id: &str, offset: usize, length: usize) -> Value {
    json!({ "cursor": { "session_id": id, "offset": offset }, "length": length, "close": true })
}

#[tokio::test]
async fn start_batch_opens_one_to_a_thousand_sessions() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    assert_eq!(ids(&dropbox, &token, 1000).await.len(), 1000);
    for number in [0, 1001] {
        let refused = start(&dropbox, &token, json!({ "num_sessions": number })).await;
        assert_eq!(refused.status, 400, "{number}: {}", refused.text);
    }
    let concurrent = json!({ "num_sessions": 1, "session_type": { ".tag": "concurrent" } });
    assert_eq!(start(&dropbox, &token, concurrent).await.status, 200);
    let unknown = json!({ "num_sessions": 1, "session_type": "parallel" });
    assert_eq!(start(&dropbox, &token, unknown).await.status, 400);
}

#[tokio::test]
async fn many_small_files_go_in_three_calls() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let ids = ids(&dropbox, &token, 3).await;
    let entries =
        json!({ "entries": [entry(&ids[0], 0, 3), entry("pid_upload_session:gone", 0, 2), entry(&ids[1], 1, 1), entry(&ids[2], 0, 4)] });
    let appended = answer(dropbox.upload(BATCH, &token, &entries, "abcxxyDEFG".into())).await;
    assert_eq!(
        appended.json()["entries"],
        json!([
            { ".tag": "success" },
            { ".tag": "failure", "failure": { ".tag": "not_found" } },
            { ".tag": "failure", "failure": { ".tag": "incorrect_offset" } },
            { ".tag": "success" },
        ]),
        "{}",
        appended.text
    );
    let commit =
        |id: &str, offset: usize, path: &str| json!({ "cursor": { "session_id": id, "offset": offset }, "commit": { "path": path } });
    let entries = json!({ "entries": [commit(&ids[0], 3, "/a"), commit(&ids[1], 0, "/b"), commit(&ids[2], 4, "/c")] });
    let finished = answer(dropbox.rpc("files/upload_session/finish_batch_v2", &token, &entries)).await.json();
    assert_eq!(
        (finished["entries"][0]["size"].as_u64(), finished["entries"][0][".tag"].as_str()),
        (Some(3), Some("success"))
    );
    assert_eq!(
        finished["entries"][1]["failure"],
        json!({ ".tag": "lookup_failed", "lookup_failed": { ".tag": "not_closed" } })
    );
    assert_eq!(finished["entries"][2]["path_display"], "/c");
    assert_eq!(dropbox.simulator.files(&dropbox.account)[1].content, "DEFG");
}

#[tokio::test]
async fn a_batch_whose_body_does_not_fit_is_refused_as_a_whole() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let ids = ids(&dropbox, &token, 1).await;
    let tag = async |argument: Value| {
        let refused = answer(dropbox.upload(BATCH, &token, &argument, "abc".into())).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        refused.json()["error"][".tag"].as_str().unwrap().to_owned()
    };
    assert_eq!(tag(json!({ "entries": [entry(&ids[0], 0, 4)] })).await, "length_mismatch");
    let wrong = json!({ "entries": [entry(&ids[0], 0, 3)], "content_hash": "0".repeat(64) });
    assert_eq!(tag(wrong).await, "content_hash_mismatch");
    let entries: Vec<Value> = (0..1001).map(|_| json!({ "cursor": { "session_id": "x", "offset": 0 }, "length": 0 })).collect();
    let many = answer(dropbox.upload(BATCH, &token, &json!({ "entries": entries }), Vec::new())).await;
    assert_eq!(many.status, 400, "{}", many.text);
}

#[tokio::test]
async fn a_dropbox_from_before_does_not_know_the_new_routes() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.simulator.set_new_routes(false);
    let unknown = start(&dropbox, &token, json!({ "num_sessions": 1 })).await;
    assert!(unknown.text.contains("Unknown API function"), "{}", unknown.text);
}
