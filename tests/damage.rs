//! A flipped byte in the database is found within a day, and from then on nothing of the database is believed: whoever looks is told, and
//! nothing is sent.

use std::{fs, path::Path};

use outtray::event::Event;
use sqlx::{Connection, SqliteConnection};

use crate::support::{Computer, TestApp, assert_store_refused, operator_fields, within};

/// Flips a byte in a page that no list reads: the oldest rows of the activity.
async fn flip_a_byte(file: &Path) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    // What another program has written makes this one read the file again.
    for sql in ["UPDATE settings SET language = language", "PRAGMA wal_checkpoint(TRUNCATE)"] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    let root: i64 = sqlx::query_scalar("SELECT rootpage FROM sqlite_master WHERE name = 'activity'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let mut content = fs::read(file).unwrap();
    // sqlite.org/fileformat.html section 1.6: the root is an inner page, whose first cell begins with the number of the first leaf.
    let at = |page: usize| (page - 1) * 4096;
    let root = at(usize::try_from(root).unwrap());
    assert_eq!(content[root], 5, "the table has too few rows");
    let cell = root + usize::from(u16::from_be_bytes([content[root + 12], content[root + 13]]));
    let leaf = at(u32::from_be_bytes(content[cell..cell + 4].try_into().unwrap()) as usize);
    assert_eq!(content[leaf], 13, "no leaf of a table");
    // Where the content of its first cell begins.
    content[leaf + 9] ^= 0x10;
    fs::write(file, content).unwrap();
}

#[tokio::test]
async fn damage_that_is_found_while_a_program_runs_stops_it_and_is_told() {
    let (test, given) = TestApp::authorized().await;
    for number in 0..600 {
        test.app.add_operator(&format!("A{number}"), operator_fields("Somebody", None)).await.unwrap();
    }
    flip_a_byte(&test.data_folder().join("outtray.db")).await;
    // Nothing that is used every day comes upon it.
    test.send("AB", "a.pdf", b"a").await.unwrap();
    test.app.list_operators().await.unwrap();
    test.app.list_activity(None).await.unwrap();

    let mut events = test.app.events();
    test.app.resume().await.unwrap();
    let told = async { while events.recv().await.unwrap() != Event::Everything {} };
    within(told, "nobody was told").await;
    let refusals = [
        test.app.list_operators().await.unwrap_err(),
        test.app.get_overview().await.unwrap_err(),
        test.send("AB", "b.pdf", b"b").await.unwrap_err(),
        test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap_err(),
    ];
    for error in refusals {
        assert_eq!(error.code(), "store_corrupt", "{error}");
        assert!(error.to_string().contains("outtray.db"), "{error}");
    }
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[tokio::test]
async fn the_command_line_looks_once_a_day_and_goes_no_further() {
    let computer = Computer::new().await;
    let rows: String = (0..600).map(|number| format!("A{number},Somebody\n")).collect();
    let file = computer.file("operators.csv", format!("id,name\n{rows}").as_bytes());
    computer.said(&["operator", "import", &file]).await;
    let database = computer.data_folder().join("outtray.db");
    flip_a_byte(&database).await;
    computer.said(&["operator", "list"]).await;

    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.unwrap();
    sqlx::query("UPDATE upkeep SET checked_at = checked_at - 25 * 3600 * 1000")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    for words in [&["operator", "list"], &["test", "AB"]] {
        assert_store_refused(&computer.run(words).await, "store_corrupt", "outtray.db");
    }
    assert!(computer.simulator.files(&computer.account).is_empty());
}
