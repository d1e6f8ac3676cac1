//! A list that is longer than a page is read to its end, each row once, however much comes meanwhile.

use serde_json::Value;

use crate::support::{Computer, text};

fn numbers(said: &str) -> Vec<i64> {
    let number = |line| serde_json::from_str::<Value>(line).unwrap()["id"].as_i64().unwrap();
    said.lines().map(number).collect()
}

#[tokio::test]
async fn one_page_leads_to_the_next() {
    let computer = Computer::new().await;
    let rows: String = (0..700).map(|number| format!("A{number},Somebody\n")).collect();
    let file = computer.file("operators.csv", format!("id,name\n{rows}").as_bytes());
    computer.said(&["operator", "import", &file]).await;

    let mut all = numbers(&computer.said(&["--json", "activity"]).await);
    assert_eq!(all.len(), 500);
    // What is new comes before the first page.
    computer.said(&["operator", "add", "NEW", "--name", "Somebody"]).await;
    while all.last() != Some(&1) {
        let before = *all.last().unwrap();
        let page = numbers(&computer.said(&["--json", "activity", "--limit", "90", "--before", &before.to_string()]).await);
        assert!(page.len() <= 90 && page.first().is_some_and(|first| *first < before), "{page:?}");
        all.extend(page);
    }
    let expected: Vec<i64> = (1..=all[0]).rev().collect();
    assert_eq!(all, expected, "each once, newest first");
}

#[tokio::test]
async fn a_page_that_is_full_says_how_the_next_is_had() {
    let computer = Computer::new().await;
    for _ in 0..3 {
        computer.said(&["test", "AB"]).await;
    }
    let page = computer.run(&["deliveries", "AB", "--limit", "2"]).await;
    assert_eq!(text(&page.stderr).trim(), "Older ones: --before 2");
    let rest = computer.run(&["deliveries", "AB", "--limit", "2", "--before", "2"]).await;
    assert!(rest.stderr.is_empty(), "{}", text(&rest.stderr));
    assert_eq!(text(&rest.stdout).lines().count(), 2, "the heading and the oldest");
    let refused = computer.run(&["deliveries", "--limit", "0"]).await;
    assert!(text(&refused.stderr).contains("--limit"), "{}", text(&refused.stderr));
}
