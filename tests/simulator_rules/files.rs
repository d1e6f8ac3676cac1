//! Paths, names and conflicts.

use super::*;

#[tokio::test]
async fn names_and_conflicts_are_refused_by_tag() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let tags = async |argument: Value, body: &str| {
        let answer = answer(dropbox.upload("files/upload", &token, &argument, body.as_bytes().to_vec())).await;
        match answer.status.as_u16() {
            200 => answer.json()["path_display"].as_str().unwrap().to_owned(),
            409 => answer.json()["error_summary"].as_str().unwrap().trim_end_matches('.').to_owned(),
            _ => panic!("{}", answer.text),
        }
    };
    assert_eq!(tags(json!({ "path": "/Out/a.txt" }), "one").await, "/Out/a.txt");
    assert_eq!(tags(json!({ "path": "/out/A.TXT" }), "one").await, "/Out/a.txt");
    assert_eq!(tags(json!({ "path": "/out/A.TXT" }), "two").await, "path/conflict/file/");
    assert_eq!(
        tags(json!({ "path": "/out/A.TXT", "autorename": true }), "two").await,
        "/out/A (1).TXT"
    );
    assert_eq!(tags(json!({ "path": "/out" }), "x").await, "path/conflict/folder/");
    assert_eq!(tags(json!({ "path": "/out/a.txt/b" }), "x").await, "path/conflict/file_ancestor/");
    assert_eq!(tags(json!({ "path": "/out/a\\b" }), "x").await, "path/malformed_path/");
    assert_eq!(tags(json!({ "path": "/out/Thumbs.db" }), "x").await, "path/disallowed_name/");
    assert_eq!(
        tags(json!({ "path": "/x", "content_hash": "0".repeat(64) }), "x").await,
        "content_hash_mismatch/"
    );
}
