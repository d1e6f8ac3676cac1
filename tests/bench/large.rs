//! A database as it is after years: 10,000 operators, 1,000,000 deliveries, 1,000,000 rows of activity. Printed is what each thing costs
//! that a person waits for, and what the purge of most of it does to the others.

mod fill;
mod purge;

use std::{path::Path, time::Instant};

use outtray::App;

pub(crate) use self::fill::{OLD, OPERATORS, ROWS};
use crate::{
    command::Folder,
    open,
    table::{self, Cost, Runs, figure, line, millis},
};

/// How often a use case of the library is measured.
const RUNS: usize = 9;
/// Nobody listens there: nothing is asked of Dropbox here.
const NOBODY: &str = "http://127.0.0.1:9";

/// Measures all of it.
pub(crate) async fn large() {
    let (empty, large) = (Folder::new(), Folder::new());
    fill::fill(&large.database()).await;
    let mebibytes = size(&large.database()) as f64 / f64::from(1 << 20);
    table::heading(&format!(
        "{OPERATORS} operators, {ROWS} deliveries, {ROWS} rows of activity, {mebibytes:.0} MiB"
    ));
    let checked = large.run(&["settings", "get"]);
    commands(&empty, &large);
    figure("the first start of a day, which looks for damage", millis(checked), "ms", None);
    large.run(&["settings", "set", "--history-retention-days", "365"]);
    let start = empty.cost(&["settings", "get"]);
    line(
        "start while much is old enough to be deleted",
        large.cost(&["settings", "get"]),
        Some(start.runs),
        Some(30),
    );
    let app = open(large.path(), NOBODY).await;
    use_cases(&app).await;
    purge::purge(&app, &large.database()).await;
    app.close().await;
}

fn commands(empty: &Folder, large: &Folder) {
    let start = empty.cost(&["settings", "get"]);
    line("start with an empty database", start, None, None);
    for (what, words, bound) in [
        ("start", vec!["settings", "get"], 30),
        ("deliveries", vec!["deliveries"], 100),
        ("deliveries --json", vec!["--json", "deliveries"], 100),
        ("deliveries OP00042", vec!["deliveries", "OP00042"], 100),
        ("activity", vec!["activity"], 100),
        ("activity --json", vec!["--json", "activity"], 100),
        ("activity --operator OP00042", vec!["activity", "--operator", "OP00042"], 100),
        ("operator show OP00042", vec!["operator", "show", "OP00042"], 100),
    ] {
        line(what, large.cost(&words), Some(start.runs), Some(bound));
    }
    line("operator list", large.cost(&["operator", "list"]), None, Some(350));
    line("operator list --json", large.cost(&["--json", "operator", "list"]), None, Some(350));
}

/// What the window reads.
async fn use_cases(app: &App) {
    line(
        "library: overview",
        measured(async || _ = app.get_overview().await.unwrap()).await,
        None,
        Some(100),
    );
    line(
        "library: all operators",
        measured(async || _ = app.list_operators().await.unwrap()).await,
        None,
        None,
    );
    line(
        "library: a search",
        measured(async || _ = app.search_operators("op 00042").await.unwrap()).await,
        None,
        None,
    );
    line(
        "library: deliveries",
        measured(async || _ = app.list_deliveries(None).await.unwrap()).await,
        None,
        Some(100),
    );
    line(
        "library: activity",
        measured(async || _ = app.list_activity(None).await.unwrap()).await,
        None,
        Some(100),
    );
    line(
        "library: apps in use",
        measured(async || _ = app.list_apps_in_use("OP00042").await.unwrap()).await,
        None,
        Some(100),
    );
}

async fn measured(work: impl AsyncFn()) -> Cost {
    work().await;
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        work().await;
        took.push(start.elapsed());
    }
    Cost {
        runs: Runs::of(took),
        processor_ms: None,
        bytes: None,
        peak_kib: None,
    }
}

pub(crate) fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |metadata| metadata.len())
}
