//! SQLite's query plans: nothing that a person waits for reads `deliveries` or `activity` from end to end.

use sqlx::{Connection, Row, SqliteConnection};

use super::statements;
use crate::support::TestApp;

/// What may read a whole table, and why.
const SCANS: [(&str, &str); 0] = [];

#[tokio::test(flavor = "multi_thread")]
async fn no_statement_reads_deliveries_or_activity_from_end_to_end() {
    let test = TestApp::fresh().await;
    let file = test.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    let mut scans = Vec::new();
    for statement in statements::all() {
        let sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let plan = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&mut connection).await;
        let plan = plan.unwrap_or_else(|error| panic!("{}: {error}\n{}", statement.place, statement.sql));
        for step in plan.iter().map(|row| row.get::<String, _>("detail")) {
            // The newest rows by number are a scan that ends after a page.
            let whole = step.starts_with("SCAN ") && !step.contains("USING") && !ends_after_a_page(&statement.sql);
            let large = ["SCAN deliveries", "SCAN d", "SCAN activity"].contains(&step.as_str());
            if whole && large && !SCANS.iter().any(|(place, _)| statement.place.starts_with(place)) {
                scans.push(format!("{}: {step}\n  {}", statement.place, statement.sql));
            }
        }
    }
    assert!(scans.is_empty(), "{}", scans.join("\n"));
}

fn ends_after_a_page(sql: &str) -> bool {
    sql.contains("ORDER BY id DESC LIMIT") || sql.contains("ORDER BY d.id DESC LIMIT")
}
