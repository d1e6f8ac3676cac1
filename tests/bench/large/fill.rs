//! Fills a database as years of use do: operators that are authorized, deliveries of all kinds, and what was done. By SQL, since a million
//! deliveries take hours otherwise.

use std::path::Path;

use sqlx::{Connection, SqliteConnection};

/// How many operators.
pub(crate) const OPERATORS: u32 = 10_000;
/// How many deliveries, and how many rows of activity.
pub(crate) const ROWS: u32 = 1_000_000;
/// How many of the deliveries are old enough to be purged.
pub(crate) const OLD: u32 = 900_000;
const DAY_MS: i64 = 24 * 3600 * 1000;
/// Each of so many deliveries needs attention.
const FAILS: u32 = 5_000;

/// Fills a database that is empty. What is old enough to be deleted stays until the options say otherwise.
pub(crate) async fn fill(file: &Path) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let now = jiff::Timestamp::now().as_millisecond();
    let (old, young) = (now - 400 * DAY_MS, now - DAY_MS);
    // Looked at last an hour ago, as on any day.
    let looked = now - 3_600_000;
    for sql in [
        "PRAGMA synchronous = OFF".to_owned(),
        "UPDATE settings SET history_retention_days = 3650, interface_to_dropbox = 1".to_owned(),
        format!("UPDATE upkeep SET believed_at = {looked}, good_since = {looked}, checked_at = NULL"),
        format!("UPDATE changes SET number = {}", 2 * ROWS),
        operators(old, now),
        authorizations(old),
        deliveries(old, young),
        counters(),
        activity(old),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

fn numbers(count: u32) -> String {
    format!("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})")
}

fn operators(old: i64, now: i64) -> String {
    format!(
        "{} INSERT INTO operators (id, operator_id, operator_key, name, email, destination, app_key, app_secret, created_at, updated_at,
                                   last_delivered_at)
         SELECT i, printf('OP%05d', i), printf('op%05d', i), 'Operator ' || i, printf('op%05d@example.com', i),
                '/Reports/{{operator}}/{{name}}', printf('app%012d', i % 40), randomblob(60), {old}, {old}, {now} FROM n",
        numbers(OPERATORS)
    )
}

/// All but each tenth, who has not been authorized yet.
fn authorizations(old: i64) -> String {
    format!(
        "INSERT INTO authorizations (operator, app_key, app_secret, refresh_token, account_id, display_name, email, scopes, authorized_at)
         SELECT id, app_key, randomblob(60), randomblob(120), 'dbid:' || hex(randomblob(17)), name, email,
                'account_info.read files.content.write', {old} FROM operators WHERE id % 10 <> 0"
    )
}

fn deliveries(old: i64, young: i64) -> String {
    let at = format!("CASE WHEN i > {OLD} THEN {young} + i ELSE {old} + i END");
    format!(
        "{} INSERT INTO deliveries (operator, origin, source, source_path, source_identity, file_name, size_bytes, bytes_sent, destination,
                                    state, dropbox_path, content_hash, rev, problem, created_at, finished_at, claim, digest, change_number,
                                    changed_by)
         SELECT i % {OPERATORS} + 1, 'send', '/srv/reports/' || i || '.pdf', CAST('/srv/reports/' || i || '.pdf' AS BLOB),
                '66306 ' || i || ' 50000 1700000000', 'Report ' || i || '.pdf', 50000, 50000, '/Reports/' || i || '.pdf',
                CASE WHEN i > {OLD} AND i % {FAILS} = 0 THEN 'needs_attention' ELSE 'delivered' END, '/Reports/' || i || '.pdf',
                lower(hex(randomblob(32))), lower(hex(randomblob(8))),
                CASE WHEN i > {OLD} AND i % {FAILS} = 0 THEN '{{\"code\":\"dropbox_full\",\"message\":\"Dropbox is full.\"}}' END,
                {at}, {at}, 1, NULL, i, 'A program' FROM n",
        numbers(ROWS)
    )
}

fn counters() -> String {
    "UPDATE operators SET open_failures = failures.number
       FROM (SELECT operator, COUNT(*) AS number FROM deliveries WHERE state = 'needs_attention' GROUP BY operator) AS failures
      WHERE failures.operator = operators.id"
        .to_owned()
}

fn activity(old: i64) -> String {
    format!(
        "{} INSERT INTO activity (at, actor, action, operator_id, operator_key, detail, change_number, changed_by)
         SELECT {old} + i, 'anna, command line', 'send_file', printf('OP%05d', i % {OPERATORS} + 1), printf('op%05d', i % {OPERATORS} + 1),
                'Report ' || i || '.pdf', {ROWS} + i, 'A program' FROM n",
        numbers(ROWS)
    )
}
