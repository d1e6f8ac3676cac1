//! A database of the first program that was tried in the field, as it was left: seven operators, one of them removed and one not active,
//! two authorized, one whose authorization Dropbox has ended, one request; deliveries in every state, one of them cut off by a kill.

use std::{collections::BTreeMap, fs, path::Path};

use outtray::{operator::AuthorizationStatus, store::deliveries::DeliveryState};
use sqlx::{Connection, SqliteConnection};

use crate::support::TestApp;

/// A fresh program on a copy of the old data.
async fn migrated() -> TestApp {
    TestApp::on(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/before-0010/outtray.db")).await
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
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/before-0010/outtray.db"),
        &file,
    )
    .unwrap();
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
