//! A computer's clock that goes wrong deletes nothing, and what was written under it lasts as long as anything else.

use std::time::Duration;

use outtray::operator::{Place, RequestPhase};

use crate::support::{TestApp, operator_fields};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// What a computer without a battery says.
const FORGOTTEN: &str = "2000-01-01T00:05:00Z";
const FAR_AHEAD: &str = "2040-07-01T12:00:00Z";

/// Operators `AB`, with a delivery, and `CD`, which was removed.
async fn with_history() -> TestApp {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    test.app.remove_operator("CD").await.unwrap();
    test
}

/// How many deliveries `AB` has, and who can be restored.
async fn kept(test: &TestApp) -> (usize, Vec<String>) {
    let removed = test.app.list_removed_operators().await.unwrap();
    let mut ids: Vec<_> = removed.iter().map(|operator| operator.id.to_string()).collect();
    ids.sort();
    (test.app.list_deliveries("AB").await.unwrap().len(), ids)
}

#[tokio::test]
async fn a_clock_that_is_far_ahead_deletes_nothing() {
    let mut test = with_history().await;
    // Once, again and again on one day, and another time that is wrong as well.
    for time in [FAR_AHEAD, "2040-07-01T18:00:00Z", "2060-01-01T00:00:00Z"] {
        test.time.set(time);
        test = test.restart().await;
    }
    test.time.set_right();
    let test = test.restart().await;
    assert_eq!(kept(&test).await, (1, vec!["CD".to_owned()]));
    test.app.restore_operator("CD").await.unwrap();
}

#[tokio::test]
async fn what_is_removed_under_a_clock_that_is_behind_can_be_restored() {
    for restarts in [false, true] {
        let mut test = with_history().await;
        test.time.set(FORGOTTEN);
        test = test.restart().await;
        test.app.send_test_file("AB").await.unwrap();
        test.app.add_operator("EF", operator_fields("Eva Frei", None)).await.unwrap();
        test.app.remove_operator("EF").await.unwrap();
        assert_eq!(kept(&test).await.1, ["CD", "EF"]);
        test.time.set_right();
        if restarts {
            test = test.restart().await;
        }
        assert_eq!(kept(&test).await, (2, vec!["CD".to_owned(), "EF".to_owned()]), "{restarts}");
        test.app.restore_operator("EF").await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_was_made_under_a_clock_that_is_behind_loses_nothing_when_it_is_right() {
    let test = TestApp::fresh().await;
    test.app.close().await;
    std::fs::remove_file(test.data_folder().join("outtray.db")).unwrap();
    test.time.set(FORGOTTEN);
    let app = test.second_program().await.unwrap();
    app.add_operator("EF", operator_fields("Eva Frei", None)).await.unwrap();
    app.remove_operator("EF").await.unwrap();
    app.close().await;
    test.time.set_right();
    let mut test = test.restart().await;
    for _ in 0..3 {
        test.advance(4 * DAY);
        test = test.restart().await;
    }
    test.app.restore_operator("EF").await.unwrap();
}

#[tokio::test]
async fn a_long_time_without_a_start_is_believed_when_a_week_has_confirmed_it() {
    let mut test = with_history().await;
    test.advance(400 * DAY);
    test = test.restart().await;
    assert_eq!(kept(&test).await.0, 1, "one look is not enough");
    test = test.after_days(50).await;
    assert_eq!(kept(&test).await.0, 0, "the history was kept for 365 days");
}

#[tokio::test]
async fn what_is_kept_long_enough_is_deleted_without_a_leap_too() {
    let mut test = with_history().await;
    test.change_settings(|settings| settings.history_retention_days = 20).await.unwrap();
    test = test.after_days(15).await;
    assert_eq!(kept(&test).await, (1, vec!["CD".to_owned()]));
    test = test.after_days(10).await;
    assert_eq!(kept(&test).await, (0, vec!["CD".to_owned()]));
    test = test.after_days(10).await;
    assert_eq!(kept(&test).await, (0, Vec::new()));
}

#[tokio::test]
async fn what_was_written_under_a_clock_that_is_ahead_does_not_last_for_years() {
    let (mut test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    test.time.set(FAR_AHEAD);
    test = test.restart().await;
    test.app.remove_operator("CD").await.unwrap();
    test.begin("AB", &given, Place::UsersComputer).await.unwrap();
    test.time.set_right();
    test = test.restart().await;
    assert_eq!(kept(&test).await.1, ["CD"]);
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert_eq!(request.phase, RequestPhase::AwaitingCode);
    test.advance(Duration::from_secs(3700));
    let request = test.app.show_operator("AB").await.unwrap().request.unwrap();
    assert_eq!(request.problem.unwrap().code, "request_expired");
    test = test.after_days(32).await;
    assert_eq!(kept(&test).await.1, Vec::<String>::new());
}

/// The doctor says what the computer's clock says, not what Outtray makes of it.
#[tokio::test]
async fn the_doctor_names_the_clock() {
    let mut test = TestApp::with_operator().await;
    test.time.set(FORGOTTEN);
    test = test.restart().await;
    let checks = test.app.diagnose().await.unwrap();
    let clock = checks.iter().find(|check| check.name == "clock").unwrap();
    let problem = clock.problem.as_ref().unwrap();
    assert!(problem.code == "clock_wrong" && problem.message.contains("behind"), "{problem:?}");
}
