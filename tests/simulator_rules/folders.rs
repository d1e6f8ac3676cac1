//! Folders, listings, and files that are fetched or deleted.

use super::*;

const SCOPES: [&str; 3] = ["files.content.write", "files.content.read", "files.metadata.read"];

/// A Dropbox whose app may read, its token, and `/Out/a.txt` and `/Out/2026/b.txt` in it.
async fn with_files() -> (Dropbox, String) {
    let dropbox = Dropbox::new().await;
    dropbox.simulator.set_scopes(&dropbox.app.key, &SCOPES);
    let token = dropbox.access_token().await;
    for path in ["/Out/a.txt", "/Out/2026/b.txt"] {
        let stored = answer(dropbox.upload("files/upload", &token, &json!({ "path": path }), path.into())).await;
        assert_eq!(stored.status, 200, "{}", stored.text);
    }
    (dropbox, token)
}

fn names(listing: &Value) -> Vec<String> {
    let entries = listing["entries"].as_array().unwrap().iter();
    let name = |entry: &Value| format!("{} {}", entry[".tag"].as_str().unwrap(), entry["path_display"].as_str().unwrap());
    entries.map(name).collect()
}

#[tokio::test]
async fn a_folder_is_listed_page_by_page_and_then_by_its_changes() {
    let (dropbox, token) = with_files().await;
    let list = async |route: &str, argument: Value| answer(dropbox.rpc(route, &token, &argument)).await;
    let top = list("files/list_folder", json!({ "path": "" })).await.json();
    assert_eq!((names(&top), &top["has_more"]), (vec!["folder /Out".to_owned()], &json!(false)));
    let out = list("files/list_folder", json!({ "path": "/out" })).await.json();
    assert_eq!(names(&out), ["folder /Out/2026", "file /Out/a.txt"]);

    let all = list("files/list_folder", json!({ "path": "/Out", "recursive": true, "limit": 2 })).await.json();
    assert_eq!((names(&all).len(), &all["has_more"]), (2, &json!(true)));
    let rest = list("files/list_folder/continue", json!({ "cursor": all["cursor"] })).await.json();
    assert_eq!((names(&rest).len(), &rest["has_more"]), (1, &json!(false)));

    dropbox.simulator.delete(&dropbox.account, "/Out/2026");
    let changed = list("files/list_folder/continue", json!({ "cursor": rest["cursor"] })).await.json();
    assert_eq!(names(&changed), ["deleted /Out/2026", "deleted /Out/2026/b.txt"]);
    let quiet = list("files/list_folder/continue", json!({ "cursor": changed["cursor"] })).await.json();
    assert_eq!(names(&quiet), [""; 0]);
    let deleted = list("files/list_folder", json!({ "path": "/Out", "include_deleted": true })).await.json();
    assert_eq!(names(&deleted), ["deleted /Out/2026", "file /Out/a.txt"]);

    for (argument, expected) in [
        (json!({ "path": "/" }), "Specify the root folder as an empty string"),
        (json!({ "path": "", "limit": 2001 }), "limit"),
        (json!({ "path": "/none" }), "path/not_found/"),
        (json!({ "path": "/Out/a.txt" }), "path/not_folder/"),
    ] {
        let refused = list("files/list_folder", argument).await;
        assert!(matches!(refused.status.as_u16(), 400 | 409));
        assert!(refused.text.contains(expected), "{}", refused.text);
    }
    let unknown = list("files/list_folder/continue", json!({ "cursor": "x" })).await;
    assert!(unknown.text.contains("Invalid \"cursor\" parameter: 'x'"), "{}", unknown.text);
}

#[tokio::test]
async fn folders_are_created_and_deleted_with_everything_in_them() {
    let (dropbox, token) = with_files().await;
    let call = async |route: &str, argument: Value| answer(dropbox.rpc(route, &token, &argument)).await;
    let created = call("files/create_folder_v2", json!({ "path": "/New/Deep" })).await.json();
    assert_eq!(created["metadata"]["path_display"], "/New/Deep");
    assert!(created["metadata"].get(".tag").is_none());
    let by_id = call("files/get_metadata", json!({ "path": created["metadata"]["id"] })).await.json();
    assert_eq!((&by_id[".tag"], &by_id["path_lower"]), (&json!("folder"), &json!("/new/deep")));
    for (argument, expected) in [
        (json!({ "path": "/new" }), "path/conflict/folder/"),
        (json!({ "path": "/Out/a.txt" }), "path/conflict/file/"),
        (json!({ "path": "/Out/a.txt/b" }), "path/conflict/file_ancestor/"),
        (json!({ "path": "/bad " }), "path/malformed_path/"),
    ] {
        let refused = call("files/create_folder_v2", argument).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains(expected), "{}", refused.text);
    }
    let renamed = call("files/create_folder_v2", json!({ "path": "/New", "autorename": true })).await.json();
    assert_eq!(renamed["metadata"]["name"], "New (1)");

    let stale = json!({ "path": "/Out/a.txt", "parent_rev": "000000000" });
    assert!(call("files/delete_v2", stale).await.text.contains("path_write/conflict/file/"));
    let gone = call("files/delete_v2", json!({ "path": "/out" })).await.json();
    assert_eq!(gone["metadata"][".tag"], "folder");
    assert!(dropbox.simulator.files(&dropbox.account).is_empty());
    assert!(call("files/delete_v2", json!({ "path": "/out" })).await.text.contains("path_lookup/not_found/"));
}

#[tokio::test]
async fn a_file_is_downloaded_whole_in_part_or_not_again() {
    let (dropbox, token) = with_files().await;
    let argument = json!({ "path": "/Out/2026/b.txt" }).to_string();
    let get = || dropbox.call("content", "files/download", &token).header("Dropbox-API-Arg", &argument);
    let whole = answer(get()).await;
    assert_eq!((whole.status.as_u16(), whole.text.as_str()), (200, "/Out/2026/b.txt"));
    let metadata: Value = serde_json::from_str(whole.header("dropbox-api-result")).unwrap();
    assert_eq!(metadata["path_lower"], "/out/2026/b.txt");
    let part = answer(get().header("Range", "bytes=1-3")).await;
    assert_eq!((part.status.as_u16(), part.text.as_str()), (206, "Out"));
    assert_eq!(part.header("content-range"), "bytes 1-3/15");
    let known = answer(get().header("If-None-Match", whole.header("etag"))).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    let filled = answer(get().header("Content-Type", "application/octet-stream").body("x")).await;
    assert!(filled.text.contains("supposed to be empty"), "{}", filled.text);
    let folder = dropbox.call("content", "files/download", &token).header("Dropbox-API-Arg", "{\"path\":\"/Out\"}");
    assert!(answer(folder).await.text.contains("path/not_file/"));
}

#[tokio::test]
async fn reading_needs_its_own_permission() {
    let dropbox = Dropbox::new().await;
    let token = dropbox.access_token().await;
    let refused = answer(dropbox.rpc("files/list_folder", &token, &json!({ "path": "" }))).await;
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("files.metadata.read"), "{}", refused.text);
}
