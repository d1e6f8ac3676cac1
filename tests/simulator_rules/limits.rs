//! How much at once.

use std::time::Duration;

use super::*;
use crate::simulator::Moment;

#[tokio::test]
async fn calls_over_the_limit_are_refused_and_count_too() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.simulator.set_rate_limit(2, Duration::from_secs(3600));
    let call = async || answer(dropbox.rpc("check/user", &token, &json!({}))).await;
    assert_eq!([call().await.status, call().await.status], [200, 200]);
    let refused = call().await;
    assert_eq!((refused.status.as_u16(), refused.header("retry-after")), (429, "3600"));
    assert_eq!(refused.json()["error"]["retry_after"], 3600);
    dropbox.simulator.advance(Duration::from_secs(1800));
    assert_eq!(call().await.status, 429);
    dropbox.simulator.advance(Duration::from_secs(1801));
    assert_eq!(
        call().await.status,
        200,
        "only the two refused ones are left of before, one of them too old"
    );
    assert_eq!(call().await.status, 429, "the refused one counts");
}

#[tokio::test]
async fn a_limit_is_of_one_account_and_one_app() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    dropbox.simulator.enable_additional_users(&dropbox.app.key);
    let code = dropbox.carl().await.access_code(&dropbox.authorize_url("")).await;
    let other = dropbox.token_of(&code).await["access_token"].as_str().unwrap().to_owned();
    dropbox.simulator.set_rate_limit(1, Duration::from_secs(3600));
    for token in [&token, &other] {
        assert_eq!(answer(dropbox.rpc("check/user", token, &json!({}))).await.status, 200);
    }
    assert_eq!(answer(dropbox.rpc("check/user", &token, &json!({}))).await.status, 429);
}

#[tokio::test]
async fn a_second_writer_in_a_namespace_is_refused_while_the_first_writes() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let upload = |path: &str| answer(dropbox.upload("files/upload", &token, &json!({ "path": path }), vec![1]));
    dropbox.simulator.set_write_contention(true);
    let gate = dropbox.simulator.hold(Moment::After, "files/upload");
    let second = async {
        gate.reached().await;
        let refused = upload("/b").await;
        gate.release();
        refused
    };
    let (first, second) = tokio::join!(upload("/a"), second);
    assert_eq!(first.status, 200);
    assert_eq!((second.status.as_u16(), second.header("retry-after")), (429, "1"));
    assert_eq!(second.json()["error"], json!({ "reason": { ".tag": "too_many_write_operations" } }));
    assert_eq!(upload("/b").await.status, 200, "the first one is done");
}

#[tokio::test]
async fn one_batch_at_a_time() {
    const ROUTE: &str = "files/upload_session/finish_batch_v2";
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let entry = json!({ "cursor": { "session_id": "gone", "offset": 0 }, "commit": { "path": "/a" } });
    let finish = || answer(dropbox.rpc(ROUTE, &token, &json!({ "entries": [entry] })));
    let gate = dropbox.simulator.hold(Moment::Before, ROUTE);
    let second = async {
        gate.reached().await;
        let refused = finish().await;
        gate.release();
        refused
    };
    let (first, second) = tokio::join!(finish(), second);
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 429));
}

#[tokio::test]
async fn contents_can_be_dropped_once_they_are_hashed() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let sizes = [UNIT, 3, UNIT - 3, UNIT, 5];
    let send = async |path: &str| {
        let started = dropbox.upload("files/upload_session/start", &token, &json!({}), Vec::new());
        let (id, mut offset) = (answer(started).await.json()["session_id"].clone(), 0);
        for (at, size) in sizes.iter().enumerate() {
            let cursor = json!({ "cursor": { "session_id": id, "offset": offset } });
            let part = dropbox.upload(
                "files/upload_session/append_v2",
                &token,
                &cursor,
                vec![u8::try_from(at).unwrap(); *size],
            );
            assert_eq!(answer(part).await.status, 200);
            offset += size;
        }
        let finish = json!({ "cursor": { "session_id": id, "offset": offset }, "commit": { "path": path } });
        let finished = dropbox.upload("files/upload_session/finish", &token, &finish, Vec::new());
        answer(finished).await.json()["content_hash"].clone()
    };
    let kept = send("/kept").await;
    dropbox.simulator.keep_contents(false);
    assert_eq!(send("/dropped").await, kept, "any split gives the same hash");
    let files = dropbox.simulator.files(&dropbox.account);
    let lengths = |at: usize| (usize::try_from(files[at].size).unwrap(), files[at].content.len());
    let size = sizes.iter().sum::<usize>();
    assert_eq!((lengths(0), lengths(1)), ((size, 0), (size, size)));
    let whole = dropbox.upload("files/upload", &token, &json!({ "path": "/whole" }), files[1].content.to_vec());
    assert_eq!(answer(whole).await.json()["content_hash"], kept);
}
