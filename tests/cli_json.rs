//! What programs read: every shape of `docs/command-line.md` is what really comes out, field by field.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde_json::Value;

use crate::support::{ACCESS_EMAIL, Computer, begin_elsewhere, browser::Browser, output, outtray, text};

fn document() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/command-line.md")).unwrap()
}

/// The fields that the document names under this heading.
fn documented(shape: &str) -> BTreeSet<String> {
    let document = document();
    let (_, rest) = document
        .split_once(&format!("\n### {shape}\n"))
        .unwrap_or_else(|| panic!("{shape} is not documented"));
    let section = rest.split("\n#").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    rows.map(str::to_owned).collect()
}

/// Fails when an object has another set of fields than the document says. Nested shapes are checked where they have something.
fn check(shape: &str, object: &Value) {
    let fields: BTreeSet<String> = object.as_object().unwrap_or_else(|| panic!("{shape}: {object}")).keys().cloned().collect();
    assert_eq!(fields, documented(shape), "{shape}");
    let nested = [
        ("authorization", "Authorization"),
        ("account", "Account"),
        ("request", "Request"),
        ("problem", "Problem"),
        ("advice", "Problem"),
        ("delivery", "Delivery"),
    ];
    for (field, shape) in nested {
        if let Some(value) = object.get(field).filter(|value| !value.is_null()) {
            check(shape, value);
        }
    }
}

/// What a command says to programs, however it ended.
async fn json(computer: &Computer, arguments: &[&str]) -> Vec<Value> {
    let output = computer.run(&[&["--json"], arguments].concat()).await;
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Either of two fields is there.
fn check_sent(object: &Value, other: &str) {
    let mut fields = documented("Sent");
    fields.remove(other);
    assert_eq!(object.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>(), fields);
}

#[tokio::test]
async fn records_and_options_have_the_documented_fields() {
    let computer = Computer::new().await;
    for arguments in [&["settings", "get"][..], &["settings", "set", "--interface-to-dropbox", "on"]] {
        check("Settings", &json(&computer, arguments).await[0]);
    }
    for arguments in [
        &["operator", "list"][..],
        &["operator", "show", "AB"],
        &["operator", "add", "CD", "--name", "Carl Dahl"],
        &["operator", "change", "CD", "--active", "off"],
        &["authorize", "status", "AB"],
    ] {
        check("Operator", &json(&computer, arguments).await[0]);
    }
    check("Removed", &json(&computer, &["operator", "remove", "CD"]).await[0]);
    check("Operator", &json(&computer, &["operator", "list", "--removed"]).await[0]);
    check("Operator", &json(&computer, &["operator", "restore", "CD"]).await[0]);
    check("Activity", &json(&computer, &["activity"]).await[0]);
    let failed = json(&computer, &["operator", "show", "XY"]).await;
    assert_eq!(failed[0].as_object().unwrap().len(), 1);
    check("Problem", &failed[0]["problem"]);
    for row in json(&computer, &["doctor"]).await {
        check("Check", &row);
    }
    check("Diagnostics", &json(&computer, &["diagnostics"]).await[0]);
    let bundle = computer.file("bundle.zip", b"");
    check("Exported diagnostics", &json(&computer, &["diagnostics", &bundle]).await[0]);
}

#[tokio::test]
async fn requests_have_the_documented_fields() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let begin = begin_elsewhere(&app.key);
    let begun = computer.run_with(&begin, &app.secret).await;
    let request: Value = serde_json::from_str(&text(&begun.stdout)).unwrap();
    check("Request", &request);
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    let code = browser.access_code(request["url"].as_str().unwrap()).await;
    let done = computer.run_with(&["--json", "authorize", "complete", "AB"], &code).await;
    check("Operator", &serde_json::from_str(&text(&done.stdout)).unwrap());
}

#[tokio::test]
async fn deliveries_have_the_documented_fields() {
    let computer = Computer::new().await;
    let file = computer.file("invoice.pdf", b"%PDF-1.7");
    let sent = json(&computer, &["send", "--operator", "AB", &file, "missing.pdf"]).await;
    check_sent(&sent[0], "problem");
    check_sent(&sent[1], "delivery");
    check("Delivery", &sent[0]["delivery"]);
    check("Problem", &sent[1]["problem"]);
    let test = json(&computer, &["test", "AB"]).await;
    check("Delivery", &test[0]);
    assert_eq!(test[1].as_object().unwrap().len(), 1);
    assert!(
        documented("Local copy").contains("kind") && test[1]["localCopy"]["kind"].is_string(),
        "{}",
        test[1]
    );
    let all = json(&computer, &["deliveries"]).await;
    assert_eq!(all.len(), 2);
    assert_eq!(all, json(&computer, &["deliveries", "AB"]).await);
    all.iter().for_each(|delivery| check("Delivery", delivery));
}

#[tokio::test]
async fn imports_have_the_documented_fields() {
    let computer = Computer::new().await;
    let file = computer.file("operators.csv", b"id;name;phone\nCD;Carl;1\nAB;Again;2\n");
    let rows = json(&computer, &["operator", "import", &file]).await;
    check("Imported row", &rows[0]);
    check("Imported row", &rows[1]);
    check("Import", &rows[2]);
    assert_eq!((&rows[2]["added"], &rows[2]["unknownColumns"][0]), (&1.into(), &"phone".into()));
    let copy = computer.folder.path().join("copy.csv").display().to_string();
    check("Exported", &json(&computer, &["operator", "export", &copy]).await[0]);
    assert!(fs::read(&copy).unwrap().starts_with(b"\xff\xfei\0d\0\t\0"), "UTF-16 with tabs");
}

#[tokio::test]
async fn the_document_names_every_command_and_every_exit_code() {
    let mut help = outtray();
    help.arg("--help");
    let help = text(&output(help).await.stdout);
    let document = document();
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    for command in commands
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
    {
        assert!(
            command == "help" || document.contains(&format!("| `{command} ")) || document.contains(&format!("| `{command}`")),
            "{command}"
        );
    }
    let (_, codes) = help.split_once("Exit codes:\n").unwrap();
    for code in codes.lines().filter_map(|line| line.split_whitespace().next()?.parse::<u8>().ok()) {
        assert!(document.contains(&format!("| {code} | ")), "exit code {code}");
    }
}

/// The pairs of `before` one name `between` another `after`, on one line each.
fn pairs(source: &str, before: &str, between: &str, after: char) -> Vec<(String, String)> {
    let lines = source.lines().filter_map(|line| line.split_once(before)?.1.split_once(between));
    lines
        .map(|(one, rest)| (one.to_owned(), rest.split(after).next().unwrap_or_default().to_owned()))
        .collect()
}

#[test]
fn every_error_code_stands_at_its_exit_code_and_at_no_other() {
    let read = |path: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let exits: BTreeMap<_, _> = pairs(&read("src-tauri/cli/exit.rs"), "Kind::", " => ", ',').into_iter().collect();
    let kinds = pairs(&read("src-tauri/core/error/about.rs"), "about(\"", "\", Kind::", ')');
    assert!(exits.len() > 5 && kinds.len() > 80, "the tables were not read");
    // All that are not listed are 1.
    let expected: BTreeSet<_> = kinds
        .into_iter()
        .map(|(code, kind)| (exits[&kind].clone(), code))
        .filter(|(exit, _)| exit != "1")
        .collect();
    let rows = document();
    let rows = rows.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
    let listed: BTreeSet<_> = rows
        .filter(|(exit, _)| exit.parse::<u8>().is_ok_and(|exit| exit < 128))
        .flat_map(|(exit, row)| {
            let codes = row.rsplit_once(" | ").unwrap().1.split('`').skip(1).step_by(2);
            codes.map(|code| (exit.to_owned(), code.to_owned())).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(listed, expected);
}
