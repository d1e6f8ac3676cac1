//! What needs attention does so until it was sent again or dismissed, whatever else arrives; and what is sent again goes where it was going.

use std::{fs, path::PathBuf, time::Duration};

use outtray::{
    Error,
    operator::{ConflictRule, OperatorFields},
    store::deliveries::{Delivery, DeliveryState},
};
use sqlx::{Connection, SqliteConnection};

use crate::{
    simulator::{Fault, Moment},
    support::{TestApp, operator_fields, within},
};

const UPLOAD: &str = "files/upload";

async fn full(test: &TestApp, name: &str, content: &[u8]) -> Error {
    test.simulator.inject(Fault::InsufficientSpace, 1, Some(UPLOAD));
    test.send("AB", name, content).await.unwrap_err()
}

async fn newest(test: &TestApp) -> Delivery {
    test.app.list_deliveries("AB").await.unwrap().remove(0)
}

async fn open_failures(test: &TestApp) -> (u32, bool, u32) {
    let operator = test.app.show_operator("AB").await.unwrap();
    let overview = test.app.get_overview().await.unwrap();
    (operator.open_failures, operator.needs_attention, overview.needing_attention)
}

#[tokio::test]
async fn a_failure_stays_open_while_other_reports_arrive_and_closes_when_it_is_sent_again() {
    let (test, given) = TestApp::authorized().await;
    assert_eq!(full(&test, "a.pdf", b"a").await.code(), "dropbox_full");
    test.send("AB", "b.pdf", b"b").await.unwrap();
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(open_failures(&test).await, (1, true, 1));

    test.send("AB", "a.pdf", b"a").await.unwrap();
    assert_eq!(open_failures(&test).await, (0, false, 0));
    assert_eq!(test.simulator.files(&given.account).len(), 3);
}

#[tokio::test]
async fn a_failure_closes_when_a_newer_version_of_the_same_file_arrives() {
    let (test, _) = TestApp::authorized().await;
    full(&test, "a.pdf", b"a").await;
    let first = newest(&test).await;
    let second = test.send("AB", "a.pdf", b"a, corrected").await.unwrap();
    assert_eq!(open_failures(&test).await, (0, false, 0));
    let first = test.app.show_delivery(first.id).await.unwrap();
    assert_eq!((first.state, first.superseded_by), (DeliveryState::Dismissed, Some(second.id)));
    assert_eq!(first.problem.unwrap().code, "dropbox_full", "why it was not delivered is kept");
}

#[tokio::test]
async fn a_person_sends_again_or_dismisses_and_nothing_is_decided_twice() {
    let (test, given) = TestApp::authorized().await;
    for name in ["a.pdf", "b.pdf"] {
        full(&test, name, name.as_bytes()).await;
    }
    let deliveries = test.app.list_deliveries("AB").await.unwrap();
    let (b, a) = (deliveries[0].id, deliveries[1].id);
    let delivered = test.app.send_again(a).await.unwrap().delivery;
    assert_eq!((delivered.id, delivered.state), (a, DeliveryState::Delivered));
    assert_eq!(open_failures(&test).await, (1, true, 1));
    assert_eq!(test.app.dismiss_delivery(b).await.unwrap().state, DeliveryState::Dismissed);
    assert_eq!(open_failures(&test).await, (0, false, 0));

    for decided in [a, b] {
        assert_eq!(test.app.send_again(decided).await.unwrap_err().code(), "nothing_to_decide");
        assert_eq!(test.app.dismiss_delivery(decided).await.unwrap_err().code(), "nothing_to_decide");
    }
    assert_eq!(test.app.dismiss_delivery(999).await.unwrap_err().code(), "no_delivery");
    assert_eq!(test.simulator.files(&given.account).len(), 1);
    let activity = test.app.list_activity(Some("AB")).await.unwrap();
    assert!(activity.iter().any(|row| row.action == "send_again" && row.detail.as_deref() == Some("a.pdf")));
}

#[tokio::test]
async fn a_test_file_that_failed_is_settled_by_one_that_arrives() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::InsufficientSpace, 1, Some(UPLOAD));
    test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(open_failures(&test).await.0, 1);
    test.advance(Duration::from_secs(60));
    test.app.send_test_file("AB").await.unwrap();
    assert_eq!(open_failures(&test).await, (0, false, 0));
}

#[tokio::test]
async fn a_report_whose_answer_was_lost_before_midnight_goes_to_the_same_place_after_it() {
    let (test, given) = TestApp::authorized().await;
    let fields = OperatorFields {
        destination: "/Reports/{yyyy}-{MM}-{dd}/{name}".to_owned(),
        conflict_rule: Some(ConflictRule::KeepBoth),
        ..operator_fields("Anna Berg", Some(&given.email))
    };
    test.app.change_operator("AB", fields).await.unwrap();
    let path = test.reports().join("a.pdf");
    fs::write(&path, b"a").unwrap();
    // It arrives; nobody hears of it.
    let other = test.second_program().await.unwrap();
    let gate = test.simulator.hold(Moment::After, UPLOAD);
    let file = path.clone();
    let send = tokio::spawn(async move { other.send_file("AB", &file).await });
    within(gate.reached(), "nothing was sent").await;
    send.abort();
    assert!(send.await.unwrap_err().is_cancelled());
    gate.release();
    let test = test.restart().await;
    assert_eq!(newest(&test).await.problem.unwrap().code, "interrupted");

    test.advance(Duration::from_secs(24 * 3600));
    test.app.send_file("AB", &path).await.unwrap();
    assert_eq!(test.simulator.files(&given.account).len(), 1, "one report, in one place");
    assert_eq!(open_failures(&test).await, (0, false, 0));
}

#[tokio::test]
async fn what_is_not_the_file_that_was_taken_is_not_sent_again() {
    let (test, given) = TestApp::authorized().await;
    full(&test, "a.pdf", b"a").await;
    let delivery = newest(&test).await;
    let path: PathBuf = test.reports().join("a.pdf");
    fs::write(&path, b"another report").unwrap();
    assert_eq!(test.app.send_again(delivery.id).await.unwrap_err().code(), "source_replaced");
    fs::remove_file(&path).unwrap();
    assert_eq!(test.app.send_again(delivery.id).await.unwrap_err().code(), "file_unreadable");
    assert_eq!(open_failures(&test).await, (1, true, 1), "nothing has changed");
    assert!(test.simulator.files(&given.account).is_empty());
}

/// A program that lost its delivery writes nothing about it any more.
#[tokio::test]
async fn whoever_has_lost_a_delivery_changes_nothing_of_it() {
    let (test, given) = TestApp::authorized().await;
    let path = test.reports().join("a.pdf");
    fs::write(&path, b"a").unwrap();
    let gate = test.simulator.hold(Moment::After, UPLOAD);
    let (app, file) = (test.app.clone(), path.clone());
    let slow = tokio::spawn(async move { app.send_file("AB", &file).await });
    within(gate.reached(), "nothing was sent").await;
    // It is owned by nobody who runs, as where the lock of its program was lost with a drive: another program takes it for ended.
    let file = test.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("UPDATE deliveries SET owner = 'AAAAAAAAAAAA'").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let other = test.second_program().await.unwrap();
    let again = other.send_again(newest(&test).await.id).await.unwrap().delivery;
    gate.release();
    assert_eq!(slow.await.unwrap().unwrap_err().code(), "delivery_taken_over");
    assert_eq!(newest(&test).await.finished_at, again.finished_at);
    assert_eq!(test.simulator.files(&given.account).len(), 1);
    assert_eq!(open_failures(&test).await, (0, false, 0));
}

#[tokio::test]
async fn a_damaged_row_is_noticed_before_it_is_sent() {
    let (test, given) = TestApp::authorized().await;
    full(&test, "a.pdf", b"a").await;
    let file = test.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query("UPDATE deliveries SET destination = '/Reports/AB/b.pdf'")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let delivery = newest(&test).await;
    assert_eq!(test.app.send_again(delivery.id).await.unwrap_err().code(), "record_damaged");
    assert!(test.simulator.files(&given.account).is_empty());
}
