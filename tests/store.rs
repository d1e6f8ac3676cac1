//! The database file: newer, damaged, and used by two programs at once.

use std::fs;

use outtray::Error;
use sqlx::{Connection, SqliteConnection};

use crate::support::{TestApp, operator_fields};

async fn reopen_error(test: &TestApp) -> Error {
    test.reopen().await.expect_err("the file should be refused")
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_untouched() {
    let test = TestApp::with_operator().await;
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let before = fs::read(&file).unwrap();
    assert_eq!(reopen_error(&test).await.code(), "store_newer");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_untouched() {
    let test = TestApp::with_operator().await;
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    fs::write(
        &file,
        b"this is not a database, but somebody's letter, long enough to have a header",
    )
    .unwrap();
    let before = fs::read(&file).unwrap();
    let error = reopen_error(&test).await;
    assert_eq!(error.code(), "store_corrupt");
    assert!(error.to_string().contains("outtray.db"));
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn two_programs_at_once_lose_nothing() {
    let test = TestApp::fresh().await;
    let other = test.second_program().await.unwrap();
    let add = |app: outtray::App, letter: char| async move {
        for number in 0..50 {
            app.add_operator(&format!("{letter}{number}"), operator_fields("Somebody", None)).await.unwrap();
        }
    };
    tokio::join!(add(test.app.clone(), 'A'), add(other.clone(), 'B'));
    assert_eq!(test.app.list_operators().await.unwrap().len(), 100);
}
