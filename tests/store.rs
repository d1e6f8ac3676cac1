//! The database file: newer, damaged, and used by two programs at once.

use std::{fs, path::Path};

use outtray::Error;
use sqlx::{Connection, SqliteConnection};

use crate::support::{Computer, TestApp, operator_fields, output, outtray, text};

async fn reopen_error(test: &TestApp) -> Error {
    test.reopen().await.expect_err("the file should be refused")
}

#[tokio::test]
async fn a_newer_database_is_refused_and_left_untouched() {
    let test = TestApp::with_operator().await;
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    let mut connection = connect(&file).await;
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

/// A closed program, and its database as the program before this migration had it.
pub(crate) async fn before_migration(version: &str) -> (TestApp, SqliteConnection) {
    let test = TestApp::fresh().await;
    test.app.close().await;
    let (file, older) = (test.data_folder().join("outtray.db"), tempfile::TempDir::new().unwrap());
    fs::remove_file(&file).unwrap();
    migrations_until(version, older.path());
    let mut connection = connect(&file).await;
    sqlx::migrate::Migrator::new(older.path()).await.unwrap().run(&mut connection).await.unwrap();
    (test, connection)
}

/// Copies of the migrations up to this one, as an older program had them.
fn migrations_until(version: &str, folder: &Path) {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/core/store/migrations");
    for entry in fs::read_dir(all).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_string_lossy().as_ref() < version {
            fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
        }
    }
}

async fn connect(file: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", file.display())).await.unwrap()
}

#[tokio::test]
async fn an_older_database_is_copied_and_brought_up_to_date() {
    let (test, mut connection) = before_migration("0004").await;
    let file = test.data_folder().join("outtray.db");
    for sql in [
        "UPDATE settings SET interface_to_dropbox = 1",
        "INSERT INTO operators (operator_id, operator_key, name, destination, created_at, updated_at)
         VALUES ('AB', 'ab', 'Anna Berg', '/{name}', 1, 1)",
    ] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();

    let app = test.reopen().await.unwrap();
    assert_eq!(app.show_operator("AB").await.unwrap().name, "Anna Berg");
    let settings = app.get_settings().await.unwrap();
    let expected = outtray::settings::Settings {
        interface_to_dropbox: true,
        ..Default::default()
    };
    assert_eq!(settings, expected, "the defaults of the database are those of the program");

    // The copy is the older database, whole: it opens, and nothing newer is in it.
    let copy = test.data_folder().join("outtray.before-migration-3.db");
    let mut connection = connect(&copy).await;
    let name: String = sqlx::query_scalar("SELECT name FROM operators").fetch_one(&mut connection).await.unwrap();
    let version: i64 = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!((name.as_str(), version), ("Anna Berg", 3));
    connection.close().await.unwrap();
    app.close().await;

    // Put back, it is where one began. What was done since then with the older program is in the next copy.
    fs::copy(&copy, &file).unwrap();
    let mut connection = connect(&file).await;
    let add = "INSERT INTO operators (operator_id, operator_key, name, destination, created_at, updated_at)
               VALUES ('CD', 'cd', 'Carl Dahl', '/{name}', 2, 2)";
    sqlx::query(add).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let app = test.reopen().await.unwrap();
    assert_eq!(app.list_operators().await.unwrap().len(), 2);
    let mut connection = connect(&copy).await;
    let copied: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM operators").fetch_one(&mut connection).await.unwrap();
    assert_eq!(copied, 2, "the copy is the one of the first time");
    connection.close().await.unwrap();
    let beside: Vec<_> = fs::read_dir(test.data_folder()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(
        beside.iter().all(|name| !name.to_string_lossy().contains("unfinished")),
        "{beside:?}"
    );
}

/// Damages the file of a program with some data, tries to open it, and expects a refusal in plain words that changes nothing.
async fn refused_when(what: &str, damage: impl FnOnce(&mut Vec<u8>)) {
    let test = TestApp::fresh().await;
    for number in 0..200 {
        test.app.add_operator(&format!("A{number}"), operator_fields("Somebody", None)).await.unwrap();
    }
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    let mut content = fs::read(&file).unwrap();
    damage(&mut content);
    fs::write(&file, &content).unwrap();
    let error = reopen_error(&test).await;
    assert_eq!(error.code(), "store_corrupt", "{what}: {error}");
    let message = error.to_string();
    assert!(
        message.contains("outtray.db") && message.contains("It was left as it is"),
        "{message}"
    );
    assert!(error.hint().unwrap().contains("backup"));
    assert!(fs::read(&file).unwrap() == content, "{what}: the file was changed");
}

#[tokio::test]
async fn a_truncated_database_is_refused_and_left_untouched() {
    refused_when("half", |content| content.truncate(content.len() / 2)).await;
    refused_when("one page", |content| content.truncate(4096)).await;
    refused_when("in the middle of a page", |content| content.truncate(content.len() - 1000)).await;
    refused_when("in the header", |content| content.truncate(60)).await;
}

#[tokio::test]
async fn a_database_with_damaged_pages_is_refused_and_left_untouched() {
    refused_when("the schema", |content| content[100..4096].fill(0xa5)).await;
    // Page 2 and those after it hold tables; the header and the schema are well.
    refused_when("one page", |content| content[4096..8192].fill(0xa5)).await;
    refused_when("all pages but the first", |content| content[4096..].fill(0)).await;
}

#[tokio::test]
async fn two_processes_at_once_lose_nothing() {
    let computer = Computer::new().await;
    let rows = |letter: char| (0..40).map(|number| format!("{letter}{number},Somebody\n")).collect::<String>();
    let files = ['C', 'D', 'E'].map(|letter| computer.file(&format!("{letter}.csv"), format!("id,name\n{}", rows(letter)).as_bytes()));
    let import = async |file: &str| computer.run(&["operator", "import", file]).await;
    let (c, d, e) = tokio::join!(import(&files[0]), import(&files[1]), import(&files[2]));
    for output in [c, d, e] {
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let operators = computer.said(&["--json", "operator", "list"]).await;
    assert_eq!(operators.lines().count(), 1 + 3 * 40);
    let activity = computer.said(&["--json", "activity"]).await;
    assert_eq!(
        activity.lines().filter(|line| line.contains("\"add_operator\"")).count(),
        1 + 3 * 40
    );
}

#[tokio::test]
async fn processes_that_start_at_once_on_a_new_folder_agree_on_one_database() {
    let computer = Computer::new().await;
    let folder = computer.folder.path().join("new");
    let add = async |id: String| {
        let mut command = outtray();
        command.arg("--data-folder").arg(&folder).args(["operator", "add", &id, "--name", "Somebody"]);
        output(command).await
    };
    let added = tokio::join!(add("A".to_owned()), add("B".to_owned()), add("C".to_owned()), add("D".to_owned()));
    for output in [added.0, added.1, added.2, added.3] {
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let mut list = outtray();
    list.arg("--json").arg("--data-folder").arg(&folder).args(["operator", "list"]);
    assert_eq!(text(&output(list).await.stdout).lines().count(), 4);
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

/// Also in a folder that somebody has made for everybody.
#[cfg(unix)]
#[tokio::test]
async fn nobody_else_may_read_the_database_or_the_log() {
    use std::os::unix::fs::PermissionsExt;
    let test = TestApp::fresh().await;
    let folder = test.data_folder();
    test.app.close().await;
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let again = test.second_program().await.unwrap();
    again.add_operator("AB", operator_fields("Anna Berg", None)).await.unwrap();
    for name in ["outtray.db", "outtray.db-wal", "logs", "running"] {
        let mode = std::fs::metadata(folder.join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is {mode:o}");
    }
}
