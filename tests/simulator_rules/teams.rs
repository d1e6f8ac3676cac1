//! Team accounts and the `Dropbox-API-Path-Root` header.

use super::*;

async fn root_info(dropbox: &Dropbox, token: &str) -> Value {
    let call = dropbox.rpc("users/get_current_account", token, &Value::Null);
    answer(call).await.json()["root_info"].clone()
}

#[tokio::test]
async fn an_account_of_its_own_has_one_namespace() {
    let dropbox = Dropbox::new().await;
    let info = root_info(&dropbox, &dropbox.access_token().await).await;
    assert_eq!(info[".tag"], "user");
    assert_eq!(info["root_namespace_id"], info["home_namespace_id"]);
    assert!(info.get("home_path").is_none());
}

#[tokio::test]
async fn a_team_member_writes_at_home_without_the_header_and_to_the_team_with_it() {
    let dropbox = Dropbox::of_a_team().await;
    let token = dropbox.access_token().await;
    let info = root_info(&dropbox, &token).await;
    assert_eq!(
        (info[".tag"].as_str(), info["home_path"].as_str()),
        (Some("team"), Some("/Anna Berg"))
    );
    let (root, home) = (
        info["root_namespace_id"].as_str().unwrap(),
        info["home_namespace_id"].as_str().unwrap(),
    );
    assert_ne!(root, home);

    let write = async |path: &str, path_root: Option<Value>| {
        let request = dropbox.upload("files/upload", &token, &json!({ "path": path }), path.into());
        let request = match path_root {
            Some(path_root) => request.header("Dropbox-API-Path-Root", path_root.to_string()),
            None => request,
        };
        answer(request).await.json()["path_display"].as_str().unwrap().to_owned()
    };
    assert_eq!(write("/a.txt", None).await, "/a.txt");
    assert_eq!(write("/b.txt", Some(json!({ ".tag": "home" }))).await, "/b.txt");
    assert_eq!(
        write("/Sales/c.txt", Some(json!({ ".tag": "root", "root": root }))).await,
        "/Sales/c.txt"
    );
    assert_eq!(
        write("/d.txt", Some(json!({ ".tag": "namespace_id", "namespace_id": home }))).await,
        "/d.txt"
    );
    let paths: Vec<String> = dropbox.simulator.files(&dropbox.account).into_iter().map(|file| file.path_display).collect();
    assert_eq!(paths, ["/Anna Berg/a.txt", "/Anna Berg/b.txt", "/Anna Berg/d.txt", "/Sales/c.txt"]);
}

#[tokio::test]
async fn a_wrong_path_root_is_422_and_says_the_right_one() {
    let dropbox = Dropbox::of_a_team().await;
    let token = dropbox.access_token().await;
    let info = root_info(&dropbox, &token).await;
    let ask = async |path_root: Value| {
        let call = dropbox.rpc("users/get_space_usage", &token, &Value::Null);
        answer(call.header("Dropbox-API-Path-Root", path_root.to_string())).await
    };
    let wrong = ask(json!({ ".tag": "root", "root": "99" })).await;
    assert_eq!(wrong.status, 422);
    assert_eq!(wrong.json()["error"], json!({ ".tag": "invalid_root", "invalid_root": info }));
    let foreign = ask(json!({ ".tag": "namespace_id", "namespace_id": "99" })).await;
    assert_eq!(
        (foreign.status.as_u16(), foreign.json()["error"][".tag"].as_str()),
        (422, Some("no_permission"))
    );
    let unknown = ask(json!({ ".tag": "nowhere" })).await;
    assert_eq!(unknown.status, 400, "{}", unknown.text);
    let missing = ask(json!({ ".tag": "root" })).await;
    assert!(missing.text.contains("missing 'root' key"), "{}", missing.text);
}

#[tokio::test]
async fn a_member_writes_to_the_team_space_but_not_into_the_home_of_another() {
    let simulator = Simulator::start().await;
    let team = simulator.create_team("Berg & Co");
    simulator.add_team_account(&team, "Carl Dahl", "carl@example.com");
    let anna = simulator.add_team_account(&team, "Anna Berg", EMAIL);
    let dropbox = Dropbox::with(simulator, anna).await;
    let token = dropbox.access_token().await;
    let info = root_info(&dropbox, &token).await;
    let root = json!({ ".tag": "root", "root": info["root_namespace_id"] });
    let foreign = dropbox.upload("files/upload", &token, &json!({ "path": "/Carl Dahl/a" }), Vec::new());
    let refused = answer(foreign.header("Dropbox-API-Path-Root", root.to_string())).await.json();
    assert_eq!(refused["error"]["reason"], json!({ ".tag": "no_write_permission" }));

    let by_namespace = format!("ns:{}/Sales/b", info["root_namespace_id"].as_str().unwrap());
    let written = answer(dropbox.upload("files/upload", &token, &json!({ "path": by_namespace }), Vec::new())).await;
    assert_eq!(written.status, 200, "{}", written.text);
    assert_eq!(dropbox.simulator.files(&dropbox.account)[0].path_display, "/Sales/b");
}

#[tokio::test]
async fn a_team_has_all_the_policies_without_which_clients_cannot_read_it() {
    let dropbox = Dropbox::of_a_team().await;
    let token = dropbox.access_token().await;
    let account = answer(dropbox.rpc("users/get_current_account", &token, &Value::Null)).await.json();
    let policies = account["team"]["sharing_policies"].as_object().unwrap();
    for policy in [
        "shared_folder_member_policy",
        "shared_folder_join_policy",
        "shared_link_create_policy",
        "group_creation_policy",
        "shared_folder_link_restriction_policy",
        "enforce_link_password_policy",
        "default_link_expiration_days_policy",
        "shared_link_default_permissions_policy",
    ] {
        assert!(
            policies.get(policy).is_some_and(|policy| policy[".tag"].is_string()),
            "{policy}: {policies:?}"
        );
    }
}
