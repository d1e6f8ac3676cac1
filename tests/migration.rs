//! A database of the first program that was tried in the field, as it was left: seven operators, one of them removed and one not active,
//! two authorized, one whose authorization Dropbox has ended, one request; deliveries in every state, one of them cut off by a kill.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use outtray::{operator::AuthorizationStatus, store::deliveries::DeliveryState};
use sqlx::{Connection, SqliteConnection};
use tokio::process::Command;

use crate::support::{TestApp, output, outtray, text, within};

fn old() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/before-0010/outtray.db")
}

/// A fresh program on a copy of the old data.
async fn migrated() -> TestApp {
    TestApp::on(&old()).await
}

#[tokio::test]
async fn every_row_is_kept_and_means_what_it_meant() {
    let test = migrated().await;
    let operators = test.app.list_operators().await.unwrap();
    let status: BTreeMap<&str, AuthorizationStatus> = operators.iter().map(|operator| (operator.id.as_str(), operator.status)).collect();
    assert_eq!(status.len(), 6, "{status:?}");
    assert_eq!(status["AB"], AuthorizationStatus::Authorized);
    assert_eq!(status["IJ"], AuthorizationStatus::Authorized);
    assert_eq!(status["KL"], AuthorizationStatus::AuthorizeAgain);
    assert_eq!(status["ÄB"], AuthorizationStatus::NotAuthorized);
    assert_eq!(test.app.list_removed_operators().await.unwrap()[0].id.as_str(), "GH");
    assert!(!test.app.show_operator("EF").await.unwrap().active);

    let deliveries = test.app.list_deliveries(None).await.unwrap();
    let states: Vec<(i64, DeliveryState, Option<&str>)> = deliveries
        .iter()
        .map(|delivery| {
            (
                delivery.id,
                delivery.state,
                delivery.problem.as_ref().map(|problem| problem.code.as_str()),
            )
        })
        .collect();
    use DeliveryState::{Delivered, NeedsAttention};
    assert_eq!(
        states,
        [
            (6, NeedsAttention, Some("authorization_revoked")),
            (5, Delivered, None),
            (4, NeedsAttention, Some("interrupted")),
            (3, NeedsAttention, Some("name_taken")),
            (2, Delivered, None),
            (1, Delivered, None),
        ]
    );
    let of = |id: &str| operators.iter().find(|operator| operator.id.as_str() == id).unwrap();
    assert_eq!((of("AB").open_failures, of("AB").last_delivered_at), (1, deliveries[4].finished_at));
    assert_eq!(of("KL").open_failures, 1);
    assert_eq!(test.app.list_activity(None).await.unwrap().len(), 27);
    assert_eq!(test.app.list_activity(Some("äb")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_an_older_program_has_not_kept_is_said_and_can_be_dismissed() {
    let test = migrated().await;
    assert_eq!(test.app.send_again(3).await.unwrap_err().code(), "source_unknown");
    test.app.dismiss_delivery(3).await.unwrap();
    assert_eq!(test.app.show_operator("AB").await.unwrap().open_failures, 0);
}

/// The new program has one row for a report that was sent again, the old one had two.
#[tokio::test]
async fn what_was_sent_again_before_is_settled() {
    let test = TestApp::fresh().await;
    test.app.close().await;
    let file = test.data_folder().join("outtray.db");
    fs::copy(old(), &file).unwrap();
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query(
        "INSERT INTO deliveries (operator, origin, source, file_name, size_bytes, destination, state, created_at, finished_at)
         SELECT operator, origin, source, file_name, size_bytes, destination, 'delivered', created_at, finished_at FROM deliveries WHERE id = 3",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let app = test.second_program().await.unwrap();
    let settled = app.show_delivery(3).await.unwrap();
    assert_eq!((settled.state, settled.superseded_by), (DeliveryState::Dismissed, Some(7)));
    assert_eq!(app.show_operator("AB").await.unwrap().open_failures, 0);
}

/// A data folder with the old data and much more of it, so that a migration takes its time.
struct Large(tempfile::TempDir);

impl Large {
    async fn new() -> Self {
        let large = Self(tempfile::tempdir().unwrap());
        fs::create_dir(large.data()).unwrap();
        fs::copy(old(), large.file()).unwrap();
        let mut connection = large.connect().await;
        let now = jiff::Timestamp::now().as_millisecond();
        for sql in [
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO deliveries (operator, origin, source, file_name, size_bytes, destination, state, created_at, finished_at)
             SELECT operator, origin, source, 'Report ' || i, i, destination, 'delivered', $1, $1 FROM n JOIN deliveries ON id = 3",
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO activity (at, actor, action, operator_id, operator_key) SELECT $1, 'anna', 'send_file', 'ÄB' || i, 'äb' || i FROM n",
        ] {
            sqlx::query(sql).bind(now).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        large
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn file(&self) -> PathBuf {
        self.data().join("outtray.db")
    }

    async fn connect(&self) -> SqliteConnection {
        SqliteConnection::connect(&format!("sqlite://{}", self.file().display())).await.unwrap()
    }

    fn command(&self) -> Command {
        let mut command = outtray();
        command.arg("--data-folder").arg(self.data()).arg("--key-file").arg(self.0.path().join("key"));
        command.args(["settings", "get"]);
        command
    }

    /// What no migration changes, of every row but the one that was cut off by a kill: the first start settles it.
    async fn rows(&self) -> Vec<String> {
        let mut connection = self.connect().await;
        let sql = "SELECT concat_ws('|', id, operator, origin, source, file_name, size_bytes, bytes_sent, destination, dropbox_path,
                                    content_hash, rev, problem, created_at, finished_at) FROM deliveries WHERE id <> 4
                   UNION ALL SELECT concat_ws('|', id, at, actor, action, operator_id, detail) FROM activity";
        let rows = sqlx::query_scalar(sql).fetch_all(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        rows
    }
}

/// At moments that can be seen from outside: while the copy is made, when it is there, and when the first of what is migrated is written.
#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_is_killed_half_way_loses_nothing() {
    type Seen = fn(&Path) -> bool;
    let moments: [(&str, Seen); 4] = [
        ("before anything", |data| data.join("outtray.lock").exists()),
        ("while the copy is made", |data| data.join("outtray.unfinished-copy").exists()),
        ("when the copy is there", |data| data.join("outtray.before-migration-9.db").exists()),
        ("while rows are changed", |data| {
            fs::metadata(data.join("outtray.db-wal")).is_ok_and(|log| log.len() > 100_000)
        }),
    ];
    for (moment, is_seen) in moments {
        let large = Large::new().await;
        let before = large.rows().await;
        let mut process = large.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let seen = async {
            // One that was too quick has migrated everything, which is as well.
            while !is_seen(&large.data()) && process.try_wait().unwrap().is_none() {
                tokio::task::yield_now().await;
            }
        };
        within(seen, moment).await;
        process.kill().await.unwrap();
        let opened = output(large.command()).await;
        assert!(opened.status.success(), "{moment}: {}", text(&opened.stderr));
        assert!(large.rows().await == before, "{moment}: a row is gone or another");
        let failures: i64 = sqlx::query_scalar("SELECT SUM(open_failures) FROM operators")
            .fetch_one(&mut large.connect().await)
            .await
            .unwrap();
        assert_eq!(failures, 3, "{moment}: what needs attention is counted once");
    }
}

#[cfg(unix)] // Elsewhere a test cannot make a small disk.
#[tokio::test]
async fn a_disk_without_room_for_a_migration_is_said_before_it_begins() {
    let large = Large::new().await;
    let (before, disk) = (large.rows().await, large.0.path().join("disk"));
    let Some(_disk) = crate::output_files::SmallDisk::mount(&disk, "9m").await else {
        eprintln!("skipped: only root may make a small disk");
        return;
    };
    let small = disk.join("data");
    fs::create_dir(&small).unwrap();
    fs::copy(large.file(), small.join("outtray.db")).unwrap();
    let mut command = outtray();
    command.arg("--data-folder").arg(&small).args(["settings", "get"]);
    let refused = output(command).await;
    crate::support::assert_store_refused(&refused, "disk_full", "are needed");
    let beside = fs::read_dir(&small).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(!beside.into_iter().any(|name| name.contains("copy") || name.contains("before-migration")));
    fs::copy(small.join("outtray.db"), large.file()).unwrap();
    assert!(large.rows().await == before, "nothing was changed");
    let opened = output(large.command()).await;
    assert!(opened.status.success(), "{}", text(&opened.stderr));
}
