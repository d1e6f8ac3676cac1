//! The bundle for whoever helps: what has to be in it is, and no secret ever is.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read},
    sync::Arc,
};

use outtray::{
    diagnostics::Diagnostics,
    operator::{Place, RequestPhase},
    secret::Secret,
    vault::{Slot, Vault},
};

use crate::support::{ACCESS_EMAIL, TestApp, Trouble, operator_fields};

fn names(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics.files.iter().map(|file| file.name.as_str()).collect()
}

/// Writes files among the logs.
fn log(test: &TestApp, name: &str, text: &str) {
    let folder = test.data_folder().join("logs");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(name), text).unwrap();
}

#[tokio::test]
async fn it_tells_how_everything_stands_and_neither_names_nor_addresses_of_operators() {
    let (test, _) = TestApp::authorized().await;
    test.app.save_authorization("AB", None).await.unwrap_err();
    log(&test, "outtray.log", "one line\n");
    let diagnostics = test.app.collect_diagnostics().await.unwrap();
    assert!(diagnostics.left_out.is_empty() && diagnostics.not_searched.is_none());
    let expected = [
        "about.json",
        "checks.json",
        "settings.json",
        "operators.json",
        "deliveries.json",
        "activity.json",
        "logs/outtray.log",
    ];
    assert_eq!(names(&diagnostics), expected);
    let operators = &diagnostics.files[3].text;
    assert!(operators.contains("\"AB\"") && operators.contains("\"authorized\""), "{operators}");
    for file in &diagnostics.files {
        let names_somebody = file.text.contains("Anna Berg") || file.text.contains(ACCESS_EMAIL);
        assert!(!names_somebody, "{}: {}", file.name, file.text);
    }
    assert!(diagnostics.files[1].text.contains("Dropbox answers"));
    assert!(
        diagnostics.files[5].text.contains("refused: no_request"),
        "why it was refused helps"
    );

    let mut archive = zip::ZipArchive::new(Cursor::new(diagnostics.zip().unwrap())).unwrap();
    assert_eq!(archive.len(), diagnostics.files.len());
    for file in &diagnostics.files {
        let mut text = String::new();
        archive.by_name(&file.name).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, file.text);
    }
}

#[tokio::test]
async fn of_a_long_log_the_last_whole_lines_go_along() {
    let test = TestApp::fresh().await;
    let line = "a line of the log that is said again and again\n";
    log(&test, "outtray.log", &(line.repeat(10_000) + "the last\n"));
    let diagnostics = test.app.collect_diagnostics().await.unwrap();
    let text = &diagnostics.files.last().unwrap().text;
    assert!(text.len() <= 256 * 1024 && text.len() > 200 * 1024, "{}", text.len());
    assert!(text.starts_with(line) && text.ends_with("again\nthe last\n"));
}

/// Each secret stands in a file of its own: every one has to stay out.
#[tokio::test]
async fn a_file_that_holds_a_secret_of_any_kind_stays_out() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    // Done with: what was used up is kept nowhere.
    let used_up: BTreeSet<String> = test.simulator.issued_secrets().into_iter().collect();
    let refresh_token = test.app.reveal_authorization("AB").await.unwrap().expose().to_owned();

    // Confirmed, not saved yet; and a code that has come while Dropbox was not to be reached.
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let carl = test.user("carl@example.com").await;
    let request = test.begin("CD", &carl, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = carl.browser.access_code(&request.url).await;
    let before = test.simulator.issued_secrets();
    test.app.complete_authorization("CD", Some(Secret::new(code.clone()))).await.unwrap();
    // A verifier has 43 characters (RFC 7636 section 4.1), and the code is known.
    let is_verifier = |secret: &String| !before.contains(secret) && secret.len() == 43 && *secret != code;
    let verifier = test.simulator.issued_secrets().into_iter().find(is_verifier).unwrap();
    test.app.add_operator("EF", operator_fields("Eva Falk", None)).await.unwrap();
    let eva = test.user("eva@example.com").await;
    let request = test.begin("EF", &eva, Place::UsersComputer).await.unwrap().request.unwrap();
    let waiting = eva.browser.access_code(&request.url).await;
    test.simulator.unplug();
    let unreachable = test.app.complete_authorization("EF", Some(Secret::new(waiting.clone()))).await;
    assert_eq!(unreachable.unwrap_err().code(), "network");
    test.simulator.plug_in();
    let eva_stands = test.app.show_operator("EF").await.unwrap().request.unwrap();
    assert!(eva_stands.code_received && eva_stands.phase != RequestPhase::Granted);

    let new: Vec<String> = test.simulator.issued_secrets().into_iter().filter(|secret| !used_up.contains(secret)).collect();
    // An exchange's own access token is used once and forgotten, as its code and its verifier are.
    let is_forgotten = |secret: &str| secret == code || secret == verifier || secret.starts_with("sl.");
    let mut kept: BTreeSet<&str> = new.iter().map(String::as_str).filter(|secret| !is_forgotten(secret)).collect();
    kept.extend([waiting.as_str(), refresh_token.as_str(), given.app.secret.as_str()]);
    for (number, secret) in kept.iter().enumerate() {
        log(&test, &format!("{number}.log"), &format!("before {secret} after\n"));
    }
    // Of the two access tokens of the first operator the refreshed one is in memory.
    for (number, token) in used_up.iter().filter(|secret| secret.starts_with("sl.")).enumerate() {
        log(&test, &format!("access-{number}.log"), token);
    }
    log(&test, "good.log", "nothing\n");
    let diagnostics = test.app.collect_diagnostics().await.unwrap();
    let (access, left_out): (BTreeSet<String>, BTreeSet<String>) =
        diagnostics.left_out.iter().cloned().partition(|name| name.starts_with("logs/access"));
    assert_eq!(access.len(), 1, "{access:?}");
    assert_eq!(left_out, (0..kept.len()).map(|number| format!("logs/{number}.log")).collect());
    assert!(names(&diagnostics).contains(&"logs/good.log"));
}

#[tokio::test]
async fn a_keychain_that_does_not_open_is_said_and_hides_nothing_else() {
    let (test, _) = TestApp::authorized().await;
    let test = test.restart().await;
    test.keychain.set_trouble(Some(Trouble::Locked));
    let diagnostics = test.app.collect_diagnostics().await.unwrap();
    assert_eq!(diagnostics.not_searched.as_ref().unwrap().code, "keychain_locked");
    assert!(names(&diagnostics).contains(&"operators.json"));
}

#[tokio::test]
async fn without_a_secret_nobody_is_asked_for_a_keychain() {
    let test = TestApp::fresh().await;
    test.keychain.set_trouble(Some(Trouble::Locked));
    let diagnostics = test.app.collect_diagnostics().await.unwrap();
    assert!(diagnostics.not_searched.is_none());
}

/// Every column that can hold bytes is sealed, and searched: a new one must not be forgotten. A path and a digest hold no secret.
#[tokio::test]
async fn every_sealed_column_is_searched() {
    let test = TestApp::fresh().await;
    let source = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/core/store/vault.rs")).unwrap();
    let database = format!("sqlite://{}", test.data_folder().join("outtray.db").display());
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let columns: Vec<String> = sqlx::query_scalar(
        "SELECT t.name || '.' || c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
          WHERE t.type = 'table' AND t.name NOT LIKE '\\_sqlx%' ESCAPE '\\' AND c.type = 'BLOB' AND t.name <> 'vault'
            AND c.name NOT IN ('source_path', 'digest')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    pool.close().await;
    assert!(columns.len() >= 8, "{columns:?}");
    for column in columns {
        assert!(source.contains(&format!("\"{column}\"")), "{column} is not searched for");
    }
}

/// As after ten thousand Saves: each operator has an app secret of its own, which is the operator's id and twelve letters.
async fn give_secrets(test: &TestApp, count: usize) {
    let rows: String = (1..=count).map(|number| format!("R{number:05},Anna Berg\n")).collect();
    let import = test.app.import_operators(format!("id,name\n{rows}").as_bytes()).await.unwrap();
    assert_eq!(import.added, count as u64);
    let database = format!("sqlite://{}", test.data_folder().join("outtray.db").display());
    let pool = sqlx::SqlitePool::connect(&database).await.unwrap();
    let (name, check): (String, Vec<u8>) = sqlx::query_as("SELECT key_name, key_check FROM vault").fetch_one(&pool).await.unwrap();
    let vault = Vault::new(Arc::new(test.keychain.clone()), test.data_folder().join("another.lock"));
    vault.unlock(&name, Some(check)).await.unwrap();
    let operators: Vec<(i64, String)> = sqlx::query_as("SELECT id, operator_id FROM operators WHERE app_secret IS NULL")
        .fetch_all(&pool)
        .await
        .unwrap();
    let mut transaction = pool.begin().await.unwrap();
    for (row, id) in operators {
        let column = "operators.app_secret";
        let sealed = vault.seal(Slot { column, row }, &Secret::new(secret_of(&id))).unwrap();
        let update = sqlx::query("UPDATE operators SET app_secret = $1 WHERE id = $2").bind(sealed).bind(row);
        update.execute(&mut *transaction).await.unwrap();
    }
    transaction.commit().await.unwrap();
    pool.close().await;
}

fn secret_of(id: &str) -> String {
    format!("{id}appsecretxyz")
}

#[tokio::test]
async fn of_very_many_secrets_none_is_overlooked() {
    let (test, _) = TestApp::authorized().await;
    give_secrets(&test, 9000).await;
    let searched = ["R00001", "R04095", "R04096", "R04097", "R08192", "R09000"];
    for id in searched {
        log(
            &test,
            &format!("{id}.log"),
            &format!("{}{}\n", "a line\n".repeat(30_000), secret_of(id)),
        );
    }
    log(&test, "good.log", &"R00001appsecretxy is none\n".repeat(1000));
    let diagnostics = test.app.collect_diagnostics().await.unwrap();
    assert!(diagnostics.not_searched.is_none(), "{:?}", diagnostics.not_searched);
    assert_eq!(diagnostics.left_out, searched.map(|id| format!("logs/{id}.log")));
    assert!(names(&diagnostics).contains(&"logs/good.log"));
}
