//! Step 6 of the procedure: the file in the local directory, where the Dropbox application is installed.

use std::{fs, path::PathBuf};

use outtray::local_copy::LocalCopy;

use crate::support::TestApp;

/// The Dropbox application is installed, with this folder.
fn install(test: &TestApp) -> PathBuf {
    let folder = test.reports().join("Dropbox (local)");
    fs::create_dir_all(folder.join("Reports/AB")).unwrap();
    let info = serde_json::json!({ "personal": { "path": folder, "host": 1, "is_team": false, "subscription_type": "Basic" } });
    fs::write(test.dropbox_info(), info.to_string()).unwrap();
    folder
}

#[tokio::test]
async fn without_the_application_there_is_nothing_to_wait_for() {
    let (test, _) = TestApp::authorized().await;
    let delivery = test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.app.find_local_copy("AB", delivery.id).await.unwrap(), LocalCopy::NotInstalled);
    assert!(test.time.waits().is_empty());
    fs::write(test.dropbox_info(), "not JSON").unwrap();
    assert_eq!(test.app.find_local_copy("AB", delivery.id).await.unwrap(), LocalCopy::NotInstalled);
}

#[tokio::test]
async fn the_space_of_a_team_and_the_folder_of_an_app_are_looked_into() {
    let (test, given) = TestApp::authorized().await;
    let base = test.reports().join("Dropbox of the team");
    let (home, app) = (base.join("Anna Berg"), base.join("Anna Berg/Apps/Reports"));
    for folder in [&base, &app] {
        fs::create_dir_all(folder.join("Reports/AB")).unwrap();
    }
    let info = serde_json::json!({ "business": { "path": home, "root_path": base, "is_team": true } });
    fs::write(test.dropbox_info(), info.to_string()).unwrap();
    for folder in [&base, &app] {
        let delivery = test.app.send_test_file("AB").await.unwrap();
        let stored = test
            .simulator
            .files(&given.account)
            .into_iter()
            .find(|file| file.path_display.ends_with(&delivery.file_name));
        let path = folder.join("Reports/AB").join(&delivery.file_name);
        fs::write(&path, &stored.unwrap().content).unwrap();
        let copy = test.app.find_local_copy("AB", delivery.id).await.unwrap();
        assert!(
            matches!(&copy, LocalCopy::Seen { path: seen } if fs::canonicalize(seen).unwrap() == fs::canonicalize(&path).unwrap()),
            "{copy:?}"
        );
        fs::remove_file(&path).unwrap();
        test.advance(std::time::Duration::from_secs(1));
    }
}

#[tokio::test]
async fn the_file_has_to_be_there_with_the_same_content() {
    let (test, given) = TestApp::authorized().await;
    let folder = install(&test);
    let delivery = test.app.send_test_file("AB").await.unwrap();
    assert_eq!(test.app.find_local_copy("AB", delivery.id).await.unwrap(), LocalCopy::NotSeen);

    let file = &test.simulator.files(&given.account)[0];
    let path = folder.join("Reports").join("AB").join(&delivery.file_name);
    let mut other = file.content.to_vec();
    other[0] ^= 1;
    fs::write(&path, other).unwrap();
    assert_eq!(test.app.find_local_copy("AB", delivery.id).await.unwrap(), LocalCopy::NotSeen);

    fs::write(&path, &file.content).unwrap();
    assert_eq!(
        test.app.find_local_copy("AB", delivery.id).await.unwrap(),
        LocalCopy::Seen {
            path: path.display().to_string()
        }
    );
}
