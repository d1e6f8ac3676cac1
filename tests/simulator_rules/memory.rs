//! What the simulator knows survives its end.

use std::path::Path;

use tempfile::TempDir;

use super::*;

async fn start_in(folder: &Path) -> Simulator {
    Simulator::start_on(0, 0, Some(folder)).await.unwrap()
}

#[tokio::test]
async fn tokens_codes_and_files_outlive_a_restart() {
    let folder = TempDir::new().unwrap();
    let simulator = start_in(folder.path()).await;
    let account = simulator.add_account("Anna Berg", EMAIL);
    let mut dropbox = Dropbox::with(simulator, account).await;
    let token = dropbox.access_token().await;
    let code = dropbox.code().await;
    let upload = json!({ "path": "/a", "client_modified": "9999-12-31T23:59:59Z" });
    let stored = answer(dropbox.upload("files/upload", &token, &upload, vec![1])).await.json();
    let (base, control) = (dropbox.simulator.base_url(), dropbox.simulator.control_url());

    dropbox.simulator.end().await;
    dropbox.simulator = start_in(folder.path()).await;

    assert_eq!((dropbox.simulator.base_url(), dropbox.simulator.control_url()), (base, control));
    assert_eq!(answer(dropbox.rpc("check/user", &token, &json!({}))).await.status, 200);
    let again = answer(dropbox.upload("files/upload", &token, &upload, vec![1])).await.json();
    assert_eq!(again, stored, "the same file");
    assert!(dropbox.token_of(&code).await["access_token"].is_string(), "the code");
}

#[tokio::test]
async fn what_has_ended_before_a_restart_does_not_come_back() {
    let folder = TempDir::new().unwrap();
    let simulator = start_in(folder.path()).await;
    let account = simulator.add_account("Anna Berg", EMAIL);
    let mut dropbox = Dropbox::with(simulator, account).await;
    let (revoked, token) = (dropbox.access_token().await, dropbox.access_token().await);
    assert_eq!(answer(dropbox.rpc("auth/token/revoke", &revoked, &Value::Null)).await.status, 200);

    dropbox.simulator.end().await;
    dropbox.simulator = start_in(folder.path()).await;

    let after = async |token: &str| answer(dropbox.rpc("check/user", token, &json!({}))).await;
    assert_eq!(after(&revoked).await.json()["error"][".tag"], "invalid_access_token");
    assert_eq!(after(&token).await.status, 200);
    dropbox.simulator.advance(std::time::Duration::from_secs(14401));
    assert_eq!(after(&token).await.json()["error"][".tag"], "expired_access_token");
}
