//! What becomes of a large database of the first program that was tried in the field: its migration's time and memory, and whether each
//! row is the same afterwards, also when the program is killed on its way.

use std::{fs, path::Path};

use futures_util::TryStreamExt;
use sha2::{Digest, Sha256};
use sqlx::{Connection, SqliteConnection};

use crate::{
    command::{Folder, watched},
    large::{OPERATORS, ROWS, size},
    table::figure,
};

/// At which parts of its time the migration is killed, in percent.
const KILLED_AT: [u32; 6] = [5, 20, 40, 60, 80, 95];
/// What a migration may not change. The fourth delivery was cut off by a kill: the first start settles it.
const KEPT: [(&str, &str); 3] = [
    (
        "deliveries",
        "SELECT concat_ws('|', id, operator, origin, source, file_name, size_bytes, bytes_sent, destination, dropbox_path, content_hash, rev,
                          problem, created_at, finished_at) FROM deliveries WHERE id <> 4 ORDER BY id",
    ),
    (
        "activity",
        "SELECT concat_ws('|', id, at, actor, action, operator_id, detail) FROM activity ORDER BY id",
    ),
    (
        "operators",
        "SELECT concat_ws('|', id, operator_id, operator_key, name, email, active, destination, app_key, created_at, updated_at)
           FROM operators ORDER BY id",
    ),
];

/// Migrates once undisturbed, and once for each moment at which it is killed.
pub(crate) async fn migration() {
    let folder = Folder::new();
    let old = folder.path().join("old.db");
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/before-0010/outtray.db"),
        &old,
    )
    .unwrap();
    fill(&old).await;
    let before = Rows::of(&old).await;
    println!("\nmigration of {} rows, {} MiB", before.count(), size(&old) >> 20);
    put(&old, &folder);
    let (took, peak_kib) = watched(folder.spawn(&["settings", "get"]));
    figure("migration, with the copy", took.as_secs_f64(), "s", None);
    if let Some(kib) = peak_kib {
        figure("  peak memory", kib as f64 / 1024.0, "MiB", None);
    }
    figure("  the database grew by", grown(&old, &folder), "%", None);
    before.compare(&Rows::of(&folder.database()).await, "undisturbed");
    for percent in KILLED_AT {
        put(&old, &folder);
        let mut process = folder.spawn(&["settings", "get"]);
        std::thread::sleep(took * percent / 100);
        process.kill().unwrap();
        process.wait().unwrap();
        let left = applied(&folder.database()).await;
        folder.run(&["settings", "get"]);
        before.compare(
            &Rows::of(&folder.database()).await,
            &format!("killed at {percent} %, with migration {left} applied"),
        );
    }
}

/// Puts the old database in the place of what was migrated before.
fn put(old: &Path, folder: &Folder) {
    for entry in fs::read_dir(folder.data()).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_file() {
            fs::remove_file(entry).unwrap();
        }
    }
    fs::copy(old, folder.database()).unwrap();
}

fn grown(old: &Path, folder: &Folder) -> f64 {
    (size(&folder.database()) as f64 / size(old) as f64 - 1.0) * 100.0
}

/// How many rows of what was written there are, and the digest of all that a migration may not change.
struct Rows(Vec<(&'static str, u64, Vec<u8>)>);

impl Rows {
    async fn of(file: &Path) -> Self {
        let mut connection = connect(file).await;
        let mut tables = Vec::new();
        for (table, sql) in KEPT {
            let (mut hash, mut count) = (Sha256::new(), 0);
            let mut rows = sqlx::query_scalar::<_, String>(sql).fetch(&mut connection);
            while let Some(row) = rows.try_next().await.unwrap() {
                hash.update(row.as_bytes());
                hash.update([0]);
                count += 1;
            }
            drop(rows);
            tables.push((table, count, hash.finalize().to_vec()));
        }
        connection.close().await.unwrap();
        Self(tables)
    }

    fn count(&self) -> u64 {
        self.0.iter().map(|(_, count, _)| count).sum()
    }

    fn compare(&self, after: &Self, how: &str) {
        for ((table, count, digest), (_, count_after, digest_after)) in self.0.iter().zip(&after.0) {
            assert_eq!(count, count_after, "{how}: rows of {table}");
            assert_eq!(digest, digest_after, "{how}: {table}");
        }
        println!("  {how}: every row is there and the same");
    }
}

async fn applied(file: &Path) -> i64 {
    let mut connection = connect(file).await;
    let version = sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    version
}

async fn connect(file: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("PRAGMA busy_timeout = 60000").execute(&mut connection).await.unwrap();
    connection
}

/// Fills a database of that program: beside what is in it, operators with letters beyond ASCII, deliveries that were sent again after they
/// failed, and what was done.
async fn fill(file: &Path) {
    let mut connection = connect(file).await;
    // Nothing is old enough to be deleted.
    let now = jiff::Timestamp::now().as_millisecond();
    let numbers = |count: u32| format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
    let (operators, rows) = (numbers(OPERATORS), numbers(ROWS));
    for sql in [
        "PRAGMA synchronous = OFF".to_owned(),
        format!(
            "{operators} INSERT INTO operators (id, operator_id, operator_key, name, email, destination, created_at, updated_at)
             SELECT 100 + i, printf('ÖP%05d', i), printf('öp%05d', i), 'Operator ' || i, printf('op%05d@example.com', i),
                    '/Reports/{{operator}}/{{name}}', i, i FROM n"
        ),
        format!(
            "{rows} INSERT INTO deliveries (operator, origin, source, file_name, size_bytes, bytes_sent, destination, state, dropbox_path,
                                            content_hash, rev, problem, created_at, finished_at, lease_until)
             SELECT 101 + i % {OPERATORS}, 'send', '/srv/reports/' || i || '.pdf', 'Report ' || i / 7 % 5 || '.pdf', 50000, 50000,
                    '/Reports/' || i || '.pdf', CASE WHEN i % 50 = 0 THEN 'needs_attention' ELSE 'delivered' END, '/Reports/' || i || '.pdf',
                    lower(hex(randomblob(32))), lower(hex(randomblob(8))),
                    CASE WHEN i % 50 = 0 THEN '{{\"code\":\"dropbox_full\",\"message\":\"Dropbox is full.\"}}' END,
                    {now}, {now}, 0 FROM n"
        ),
        format!(
            "{rows} INSERT INTO activity (at, actor, action, operator_id, operator_key, detail)
             SELECT {now}, 'anna, command line', 'send_file', printf('ÖP%05d', 1 + i % {OPERATORS}),
                    printf('öp%05d', 1 + i % {OPERATORS}), 'Report ' || i || '.pdf' FROM n"
        ),
        "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}
