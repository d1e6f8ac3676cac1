//! The purge of most of the history, and what another program notices of it.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use outtray::App;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::oneshot::{self, Receiver};

use super::{OLD, ROWS, size};
use crate::table::{figure, millis};

/// The longest that another program may wait, in milliseconds.
const LONGEST_LOCK: f64 = 200.0;
/// The most that the log beside the database may have afterwards, in MB.
const LOG_MAX: f64 = 64.0;

/// Lets the program that stays open delete what is old enough, as it does by itself.
pub(super) async fn purge(app: &App, file: &Path) {
    let young = i64::from(ROWS - OLD);
    let (stop, stopped) = oneshot::channel();
    let other = tokio::spawn(other_program(file.to_owned(), stopped));
    let start = Instant::now();
    app.resume().await.unwrap();
    while count(file).await > young {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    figure(
        &format!("purge of {OLD} rows, in the background"),
        start.elapsed().as_secs_f64(),
        "s",
        None,
    );
    stop.send(()).unwrap();
    let waits = other.await.unwrap();
    let longest = waits.iter().max().copied().unwrap_or_default();
    println!("  another program wrote {} times meanwhile", waits.len());
    figure("  the longest that it waited", millis(longest), "ms", Some(LONGEST_LOCK));
    let log = size(&file.with_extension("db-wal")) as f64 / 1e6;
    figure("  the log beside the database afterwards", log, "MB", Some(LOG_MAX));
}

/// Writes again and again; the longest that a write had to wait is the longest lock.
async fn other_program(file: std::path::PathBuf, mut stopped: Receiver<()>) -> Vec<Duration> {
    let mut connection = connect(&file).await;
    let mut waits = Vec::new();
    while stopped.try_recv().is_err() {
        let start = Instant::now();
        sqlx::query("UPDATE settings SET language = language").execute(&mut connection).await.unwrap();
        waits.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    waits
}

async fn count(file: &Path) -> i64 {
    let mut connection = connect(file).await;
    let count = sqlx::query_scalar("SELECT COUNT(*) FROM deliveries").fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    count
}

async fn connect(file: &Path) -> SqliteConnection {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("PRAGMA busy_timeout = 60000").execute(&mut connection).await.unwrap();
    connection
}
