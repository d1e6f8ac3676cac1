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

async fn upload(dropbox: &Dropbox, token: &str, argument: Value, body: &str) -> Value {
    let answer = answer(dropbox.upload("files/upload", token, &argument, body.into())).await;
    match answer.status.as_u16() {
        200 => answer.json(),
        409 => answer.json()["error"].clone(),
        _ => panic!("{}", answer.text),
    }
}

#[tokio::test]
async fn a_plain_file_metadata_is_complete_and_has_no_tag() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let argument = json!({ "path": "/Out/Ü.txt", "client_modified": "2026-01-02T03:04:05Z", "mute": true, "mode": { ".tag": "add" } });
    let metadata = upload(&dropbox, &token, argument, "one").await;
    assert!(metadata.get(".tag").is_none());
    assert_eq!(
        (metadata["name"].as_str(), metadata["path_lower"].as_str()),
        (Some("Ü.txt"), Some("/out/ü.txt"))
    );
    assert_eq!(
        (metadata["size"].as_u64(), metadata["client_modified"].as_str()),
        (Some(3), Some("2026-01-02T03:04:05Z"))
    );
    let file = &dropbox.simulator.files(&dropbox.account)[0];
    assert_eq!(
        (metadata["id"].as_str(), metadata["rev"].as_str()),
        (Some(file.id.as_str()), Some(file.rev.as_str()))
    );
    assert_eq!(file.client_modified.to_string(), "2026-01-02T03:04:05Z");
    assert!(file.server_modified > file.client_modified);
    assert_eq!(metadata["content_hash"], file.content_hash);
}

#[tokio::test]
async fn overwrite_and_update_make_a_new_revision_of_the_same_file() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let first = upload(&dropbox, &token, json!({ "path": "/a.txt" }), "one").await;
    let second = upload(&dropbox, &token, json!({ "path": "/a.txt", "mode": "overwrite" }), "two").await;
    assert_eq!(first["id"], second["id"]);
    assert_ne!(first["rev"], second["rev"]);
    let update = |rev: &Value, more: Value| {
        let mut argument = json!({ "path": "/a.txt", "mode": { ".tag": "update", "update": rev } });
        argument.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        argument
    };
    let third = upload(&dropbox, &token, update(&second["rev"], json!({})), "three").await;
    assert_eq!(third["id"], first["id"]);
    let stale = upload(&dropbox, &token, update(&first["rev"], json!({})), "four").await;
    assert_eq!(stale["reason"], json!({ ".tag": "conflict", "conflict": { ".tag": "file" } }));
    let copy = upload(&dropbox, &token, update(&first["rev"], json!({ "autorename": true })), "four").await;
    assert_eq!(copy["name"], "a (conflicted copy).txt");

    dropbox.simulator.delete(&dropbox.account, "/a.txt");
    let strict = upload(&dropbox, &token, update(&third["rev"], json!({ "strict_conflict": true })), "five").await;
    assert_eq!(strict["reason"][".tag"], "conflict");
    assert_eq!(
        upload(&dropbox, &token, update(&third["rev"], json!({})), "five").await["name"],
        "a.txt"
    );
}

#[tokio::test]
async fn the_same_content_again_is_no_conflict_unless_strict() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let first = upload(&dropbox, &token, json!({ "path": "/a.txt" }), "one").await;
    let again = upload(&dropbox, &token, json!({ "path": "/A.TXT", "autorename": true }), "one").await;
    assert_eq!(again, first);
    let strict = upload(&dropbox, &token, json!({ "path": "/a.txt", "strict_conflict": true }), "one").await;
    assert_eq!(strict["reason"], json!({ ".tag": "conflict", "conflict": { ".tag": "file" } }));
    for expected in ["a (1).txt", "a (2).txt"] {
        let renamed = json!({ "path": "/a.txt", "strict_conflict": true, "autorename": true });
        assert_eq!(upload(&dropbox, &token, renamed, "one").await["name"], expected);
    }
}

#[tokio::test]
async fn what_could_not_be_committed_waits_in_a_session() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    upload(&dropbox, &token, json!({ "path": "/a" }), "one").await;
    let refused = upload(&dropbox, &token, json!({ "path": "/a" }), "two").await;
    let commit = json!({ "cursor": { "session_id": refused["upload_session_id"], "offset": 3 }, "commit": { "path": "/b" } });
    let finished = answer(dropbox.upload("files/upload_session/finish", &token, &commit, Vec::new())).await;
    assert_eq!(finished.json()["path_display"], "/b", "{}", finished.text);
}

#[tokio::test]
async fn metadata_is_found_by_path_id_and_revision() {
    let dropbox = Dropbox::new().await;
    dropbox.simulator.set_scopes(
        &dropbox.app.key,
        &["account_info.read", "files.content.write", "files.metadata.read"],
    );
    let token = dropbox.access_token().await;
    let file = upload(&dropbox, &token, json!({ "path": "/Out/a.txt" }), "one").await;
    let get = async |path: &str, deleted: bool| {
        let argument = json!({ "path": path, "include_deleted": deleted });
        let answer = answer(dropbox.rpc("files/get_metadata", &token, &argument)).await;
        match answer.status.as_u16() {
            200 => answer.json(),
            409 => answer.json()["error"].clone(),
            _ => json!(answer.text),
        }
    };
    let rev = format!("rev:{}", file["rev"].as_str().unwrap());
    for path in ["/out/A.txt", file["id"].as_str().unwrap(), &rev] {
        let found = get(path, false).await;
        assert_eq!((&found[".tag"], &found["id"]), (&json!("file"), &file["id"]), "{path}");
    }
    assert_eq!(get("/out", false).await[".tag"], "folder");
    let not_found = json!({ ".tag": "path", "path": { ".tag": "not_found" } });
    assert_eq!(get("/nothing", false).await, not_found);
    for path in ["", "/", "out", "rev:xyz"] {
        assert!(get(path, false).await.is_string(), "{path}");
    }
    dropbox.simulator.delete(&dropbox.account, "/Out/a.txt");
    assert_eq!(get("/out/a.txt", false).await, not_found);
    assert_eq!(get("/out/a.txt", true).await[".tag"], "deleted");
}

#[tokio::test]
async fn names_that_dropbox_does_not_take() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let long = format!("/{}", "n".repeat(256));
    for path in ["/a ", "/a /b", "/a//b", "/a/", "/a\u{7f}", "/..", &long, "ns:999/a"] {
        let refused = upload(&dropbox, &token, json!({ "path": path }), "x").await;
        assert_eq!(refused["reason"][".tag"], "malformed_path", "{path}");
    }
    for path in ["/DESKTOP.INI", "/x/.DS_Store", "/.dropbox"] {
        let refused = upload(&dropbox, &token, json!({ "path": path }), "x").await;
        assert_eq!(refused["reason"][".tag"], "disallowed_name", "{path}");
    }
    let longest = format!("/{}", "ü".repeat(255));
    for path in ["/<a>:\"b\"|?*", "/.hidden", &longest] {
        assert_eq!(upload(&dropbox, &token, json!({ "path": path }), "x").await["path_display"], path);
    }
}
