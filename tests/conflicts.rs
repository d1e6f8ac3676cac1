//! The conflict rule of an operator: what happens when another content has the name already.

use outtray::{
    content_hash::content_hash,
    operator::{ConflictRule, OperatorFields},
    store::deliveries::DeliveryState,
};

use crate::simulator::StoredFile;
use crate::support::{ACCESS_EMAIL, Computer, Given, TestApp, operator_fields, text};

async fn with_rule(rule: ConflictRule) -> (TestApp, Given) {
    let (test, given) = TestApp::authorized().await;
    let fields = OperatorFields {
        conflict_rule: Some(rule),
        ..operator_fields("Anna Berg", Some(ACCESS_EMAIL))
    };
    assert_eq!(test.app.change_operator("AB", fields).await.unwrap().conflict_rule, rule);
    (test, given)
}

/// A small file and one that goes in parts.
fn contents(byte: u8) -> [Vec<u8>; 2] {
    [vec![byte; 100], vec![byte; 9 << 20]]
}

#[tokio::test]
async fn replace_puts_the_new_file_in_the_place_of_the_old_one() {
    let (test, given) = with_rule(ConflictRule::Replace).await;
    for (old, new) in contents(1).into_iter().zip(contents(2)) {
        test.send("AB", "report.pdf", &old).await.unwrap();
        let delivery = test.send("AB", "report.pdf", &new).await.unwrap();
        assert_eq!(delivery.dropbox_path.as_deref(), Some("/Reports/AB/report.pdf"));
        let files = test.simulator.files(&given.account);
        assert_eq!(files.len(), 1);
        assert!(files[0].content == new, "the old content is still there");
    }
}

#[tokio::test]
async fn stop_writes_nothing_and_says_what_to_do() {
    let (test, given) = with_rule(ConflictRule::Stop).await;
    for (old, new) in contents(1).into_iter().zip(contents(2)) {
        let name = format!("report {}.pdf", old.len());
        test.send("AB", &name, &old).await.unwrap();
        let error = test.send("AB", &name, &new).await.unwrap_err();
        assert_eq!(error.code(), "name_taken");
        assert_eq!(
            error.to_string(),
            format!("In Dropbox there is already another file /Reports/AB/{name}.")
        );
        assert!(error.hint().unwrap().contains("keep both, or replace"));
        let delivery = test.app.list_deliveries("AB").await.unwrap().remove(0);
        assert_eq!(delivery.state, DeliveryState::NeedsAttention);
        let files = test.simulator.files(&given.account);
        assert!(files.iter().any(|file| file.content == old) && !files.iter().any(|file| file.content == new));
    }
}

#[tokio::test]
async fn the_same_content_counts_as_delivered_under_every_rule() {
    for rule in ConflictRule::ALL {
        let (test, given) = with_rule(rule).await;
        for content in contents(1) {
            let name = format!("report {}.pdf", content.len());
            test.send("AB", &name, &content).await.unwrap();
            let before: Vec<String> = test.simulator.files(&given.account).into_iter().map(|file| file.rev).collect();
            let again = test.send("AB", &name, &content).await.unwrap();
            assert_eq!(again.dropbox_path.unwrap(), format!("/Reports/AB/{name}"), "{rule:?}");
            let after: Vec<String> = test.simulator.files(&given.account).into_iter().map(|file| file.rev).collect();
            assert_eq!(before, after, "{rule:?}: something was written");
        }
    }
}

#[tokio::test]
async fn a_folder_in_the_way_is_kept_under_every_rule() {
    for rule in ConflictRule::ALL {
        let (test, _) = with_rule(rule).await;
        let inside = |destination: &str| OperatorFields {
            destination: destination.to_owned(),
            ..operator_fields("Anna Berg", Some(ACCESS_EMAIL))
        };
        test.app.change_operator("AB", inside("/report.pdf/{name}")).await.unwrap();
        test.send("AB", "report.pdf", b"inside").await.unwrap();
        test.app.change_operator("AB", inside("/{name}")).await.unwrap();
        let result = test.send("AB", "report.pdf", b"content").await;
        match rule {
            ConflictRule::KeepBoth => {
                let path = format!("/report ({}).pdf", &content_hash(b"content")[..8]);
                assert_eq!(result.unwrap().dropbox_path.unwrap(), path);
            }
            _ => assert_eq!(result.unwrap_err().code(), "folder_in_the_way"),
        }
    }
}

#[tokio::test]
async fn a_form_that_does_not_know_the_rule_leaves_it_as_it_is() {
    let (test, _) = with_rule(ConflictRule::Stop).await;
    let form = r#"{"name":"Anna Berg","email":null,"active":true,"destination":""}"#;
    let fields: OperatorFields = serde_json::from_str(form).unwrap();
    assert_eq!(
        test.app.change_operator("AB", fields).await.unwrap().conflict_rule,
        ConflictRule::Stop
    );
    let test = test.restart().await;
    assert_eq!(test.app.show_operator("AB").await.unwrap().conflict_rule, ConflictRule::Stop);
}

#[tokio::test]
async fn the_rule_can_be_set_shown_exported_and_imported_in_a_terminal() {
    let computer = Computer::new().await;
    let shown = computer.said(&["operator", "show", "AB"]).await;
    assert!(shown.contains("keep both"), "{shown}");
    computer.said(&["operator", "change", "AB", "--conflict-rule", "stop"]).await;
    computer.said(&["operator", "change", "AB", "--name", "Anna Bergström"]).await;
    let shown = computer.said(&["--json", "operator", "show", "AB"]).await;
    assert!(shown.contains("\"conflictRule\":\"stop\""), "{shown}");
    computer.said(&["operator", "add", "CD", "--name", "Carl Dahl", "--conflict-rule", "replace"]).await;

    let exported = computer.said(&["operator", "export"]).await;
    assert!(exported.contains("conflict_rule"), "{exported}");
    assert!(
        exported.lines().any(|line| line.starts_with("CD,") && line.ends_with(",replace")),
        "{exported}"
    );
    let file = computer.file(
        "operators.csv",
        b"id,name,conflict_rule\nEF,Eva Falk,Stop\nGH,Gerd Holm,\nIJ,Ida Jung,often\n",
    );
    let imported = computer.run(&["operator", "import", &file]).await;
    assert!(
        text(&imported.stderr).contains("keep-both, replace or stop"),
        "{}",
        text(&imported.stderr)
    );
    let operators = computer.said(&["--json", "operator", "list"]).await;
    let rule = |id: &str| operators.lines().find(|line| line.contains(&format!("\"id\":\"{id}\""))).unwrap();
    assert!(rule("EF").contains("\"conflictRule\":\"stop\"") && rule("GH").contains("\"conflictRule\":\"keepBoth\""));
    assert!(!operators.contains("\"id\":\"IJ\""));
}

/// Whoever has given another file that name too has not thought of a longer one.
#[tokio::test]
async fn both_are_kept_when_the_name_with_the_content_is_taken_too() {
    let (test, given) = with_rule(ConflictRule::KeepBoth).await;
    for (at, content) in contents(7).into_iter().enumerate() {
        let (name, hash) = (format!("report {at}.pdf"), content_hash(&content));
        test.send("AB", &name, b"another").await.unwrap();
        test.send("AB", &format!("report {at} ({}).pdf", &hash[..8]), b"a third").await.unwrap();
        let delivery = test.send("AB", &name, &content).await.unwrap();
        assert_eq!(
            delivery.dropbox_path.unwrap(),
            format!("/Reports/AB/report {at} ({}).pdf", &hash[..16])
        );
        assert_eq!(test.simulator.files(&given.account).len(), 3 * (at + 1));
    }
}

/// Sent again, by whomever, it lands on its own name.
#[tokio::test]
async fn what_is_sent_again_where_the_name_is_taken_is_there_once() {
    let (test, given) = with_rule(ConflictRule::KeepBoth).await;
    for (at, content) in contents(7).into_iter().enumerate() {
        let name = format!("report {at}.pdf");
        test.send("AB", &name, b"yesterday's").await.unwrap();
        let first = test.send("AB", &name, &content).await.unwrap();
        let files = test.simulator.files(&given.account);
        let again = test.send("AB", &name, &content).await.unwrap();
        assert_ne!(first.id, again.id);
        assert_eq!(first.dropbox_path, again.dropbox_path);
        let revs = |files: &[StoredFile]| files.iter().map(|file| file.rev.clone()).collect::<Vec<_>>();
        assert_eq!(revs(&test.simulator.files(&given.account)), revs(&files), "something was written");
    }
}
