//! What is wrong with the data folder, the database or its lock is said as what it is, with its name, and nothing is changed. Nothing waits
//! without an end.

use std::{fs, path::Path};

use outtray::{Error, operator::OperatorFields};
use sqlx::{Connection, SqliteConnection};

use crate::{
    store::before_migration,
    support::{Computer, TestApp, assert_store_refused, operator_fields, text},
};

async fn connect(file: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", file.display())).await.unwrap()
}

/// Opens a data folder that was spoilt, and expects a refusal that leaves the database as it is.
async fn refused_after(spoil: impl AsyncFnOnce(&Path)) -> Error {
    let test = TestApp::with_operator().await;
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    spoil(&file).await;
    let before = fs::read(&file).ok();
    let error = test.reopen().await.expect_err("it should be refused");
    assert_eq!(fs::read(&file).ok(), before, "{error}");
    assert!(error.to_string().contains("outtray.db"), "{error}");
    error
}

#[tokio::test]
async fn a_database_that_was_emptied_is_not_taken_for_a_new_one() {
    let error = refused_after(async |file| fs::write(file, b"").unwrap()).await;
    assert_eq!(error.code(), "store_empty");
    assert!(error.hint().unwrap().contains("before-migration"));
    // A database without tables is as empty.
    let error = refused_after(async |file| {
        fs::remove_file(file).unwrap();
        let mut connection = connect(file).await;
        sqlx::query("VACUUM").execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        if fs::metadata(file).unwrap().len() == 0 {
            let mut connection = connect(file).await;
            for sql in ["CREATE TABLE a (b)", "DROP TABLE a"] {
                sqlx::query(sql).execute(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
        }
    })
    .await;
    assert_eq!(error.code(), "store_empty");
}

#[tokio::test]
async fn a_database_whose_last_changes_lie_beside_it_is_missed() {
    let error = refused_after(async |file| {
        fs::remove_file(file).unwrap();
        fs::write(file.with_extension("db-wal"), b"changes").unwrap();
    })
    .await;
    assert_eq!(error.code(), "store_missing");
    // Whoever has moved everything away begins anew.
    let test = TestApp::with_operator().await;
    test.app.close().await;
    fs::remove_file(test.data_folder().join("outtray.db")).unwrap();
    let app = test.reopen().await.unwrap();
    assert!(app.list_operators().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_first_start_that_was_ended_half_way_is_made_anew() {
    let test = TestApp::fresh().await;
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    fs::remove_file(&file).unwrap();
    fs::write(file.with_extension("unfinished"), b"half a database").unwrap();
    test.reopen().await.unwrap();
    assert!(!file.with_extension("unfinished").exists());
}

#[tokio::test]
async fn the_database_of_another_program_is_left_as_it_is() {
    for sql in [
        "CREATE TABLE bookmarks (url TEXT)",
        // One that is made with the same library.
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT, installed_on TIMESTAMP, success BOOLEAN, checksum BLOB, execution_time BIGINT);
         INSERT INTO _sqlx_migrations VALUES (1, 'initial', '2026-01-01', 1, x'00', 0)",
    ] {
        let error = refused_after(async |file| {
            fs::remove_file(file).unwrap();
            let mut connection = connect(file).await;
            for sql in sql.split(';') {
                sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
            }
            connection.close().await.unwrap();
        })
        .await;
        assert_eq!(error.code(), "store_foreign", "{sql}");
    }
}

#[tokio::test]
async fn a_folder_in_the_place_of_the_database_is_named() {
    let error = refused_after(async |file| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    })
    .await;
    assert!(error.to_string().contains("is not a file"), "{error}");
}

#[tokio::test]
async fn a_lock_that_is_not_let_go_is_named_with_its_holder() {
    let computer = Computer::new().await;
    let path = computer.data_folder().join("outtray.lock");
    fs::write(&path, "4321").unwrap();
    let held = fs::File::open(&path).unwrap();
    held.lock().unwrap();
    let refused = computer.list().await;
    // Windows lets nobody read a file that is locked; Wine does.
    let holder = if cfg!(windows) { " holds " } else { "Process 4321 holds" };
    assert_store_refused(&refused, "store_held", holder);
    assert!(text(&refused.stderr).contains("outtray.lock"));
    drop(held);
    assert!(computer.list().await.status.success());
}

#[tokio::test]
async fn a_write_lock_of_another_program_is_said_to_be_one() {
    let test = TestApp::with_operator().await;
    let mut connection = connect(&test.data_folder().join("outtray.db")).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
    let error = test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap_err();
    assert_eq!(error.code(), "store_held");
    assert!(error.to_string().contains("outtray.db"), "{error}");
    sqlx::query("ROLLBACK").execute(&mut connection).await.unwrap();
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
}

#[tokio::test]
async fn damage_that_is_met_later_is_said_to_be_damage() {
    let test = TestApp::with_operator().await;
    for number in 0..50 {
        test.app.add_operator(&format!("A{number}"), operator_fields("Somebody", None)).await.unwrap();
    }
    test.app.close().await;
    let app = test.reopen().await.unwrap();
    // What another program has written makes this one read the file again.
    let file = test.data_folder().join("outtray.db");
    let mut connection = connect(&file).await;
    for sql in ["UPDATE operators SET name = 'Somebody else'", "PRAGMA wal_checkpoint(FULL)"] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    let mut content = fs::read(&file).unwrap();
    content[4096..].fill(0xa5);
    fs::write(&file, &content).unwrap();
    let error = app.list_operators().await.unwrap_err();
    assert_eq!(error.code(), "store_corrupt", "{error}");
    assert!(error.to_string().contains("outtray.db"), "{error}");
}

#[tokio::test]
async fn activity_of_an_id_beyond_ascii_is_found_in_an_older_database() {
    let (test, mut connection) = before_migration("0009").await;
    for id in ["ÄB", "CD", "Éf"] {
        sqlx::query("INSERT INTO activity (at, actor, action, operator_id) VALUES (1, 'anna', 'add_operator', $1)")
            .bind(id)
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    let app = test.reopen().await.unwrap();
    for id in ["äb", "ÄB", "cd", "éF"] {
        assert_eq!(app.list_activity(Some(id)).await.unwrap().len(), 1, "{id}");
    }
}

#[tokio::test]
async fn the_copy_from_before_a_migration_is_kept_for_a_week_of_good_starts() {
    let (test, connection) = before_migration("0009").await;
    connection.close().await.unwrap();
    let copy = test.data_folder().join("outtray.before-migration-8.db");
    let test = test.restart().await.after_days(5).await;
    assert!(copy.exists());
    let test = test.after_days(10).await;
    assert!(!copy.exists(), "it is kept for ever");
    let fields = OperatorFields {
        name: "Anna Berg".to_owned(),
        ..operator_fields("", None)
    };
    test.app.add_operator("AB", fields).await.unwrap();
}
