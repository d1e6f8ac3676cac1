//! What Dropbox, the network and the disk do to a delivery: repeated as told, or a clear error, and the row tells which.

use std::{path::PathBuf, time::Duration};

use outtray::{
    error::{Error, Problem},
    operator::AuthorizationStatus,
    store::deliveries::{Delivery, DeliveryState},
};

use serde_json::json;
use tokio::task::JoinHandle;

use crate::{
    simulator::{Fault, Gate, Moment},
    support::{TestApp, operator_fields},
};

const UPLOAD: &str = "files/upload";
const APPEND: &str = "files/upload_session/append_v2";

async fn newest(test: &TestApp) -> Delivery {
    test.app.list_deliveries(Some("AB")).await.unwrap().remove(0)
}

/// Sends a file, expects this error, and returns what the row says.
async fn failed(test: &TestApp, code: &str) -> Problem {
    let error = test.send("AB", "report.pdf", b"content").await.unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(error.hint().is_some());
    let delivery = newest(test).await;
    assert_eq!(delivery.state, DeliveryState::NeedsAttention);
    let problem = delivery.problem.unwrap();
    assert_eq!(problem, error.problem());
    problem
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_nobody_notices() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.inject(Fault::ExpireToken, 1, Some(UPLOAD));
    test.app.send_test_file("AB").await.unwrap();
    let refreshes = test.simulator.calls().iter().filter(|call| call.route == "oauth2/token").count();
    assert_eq!(refreshes, 3, "the code, the first token, the renewed one");
}

#[tokio::test]
async fn a_removed_app_is_noticed_and_the_way_back_is_named() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.disconnect(&given.account, &given.app.key);
    let problem = failed(&test, "authorization_revoked").await;
    assert!(problem.hint.unwrap().contains("Generate Key"));
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().status,
        AuthorizationStatus::AuthorizeAgain
    );

    // From now on it is known without a call.
    let calls = test.simulator.calls().len();
    failed(&test, "authorization_revoked").await;
    assert_eq!(test.simulator.calls().len(), calls);

    test.authorize("AB", &given).await;
    test.app.send_test_file("AB").await.unwrap();
}

#[tokio::test]
async fn too_many_calls_wait_as_long_as_dropbox_says() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.inject(Fault::RateLimitedJson { retry_after: 7 }, 2, Some(UPLOAD));
    test.simulator.inject(Fault::RateLimitedPlain { retry_after: 11 }, 1, Some(UPLOAD));
    test.simulator.inject(Fault::Unavailable { retry_after: 13 }, 1, Some(UPLOAD));
    test.send("AB", "report.pdf", b"content").await.unwrap();
    assert_eq!(test.time.waits(), [7, 7, 11, 13].map(Duration::from_secs));
}

#[tokio::test]
async fn a_busy_dropbox_is_asked_again_with_growing_waits_but_not_for_ever() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.inject(Fault::ServerErrorHtml, 3, Some(UPLOAD));
    test.simulator.inject(Fault::RateLimitedHeaderless, 1, Some(UPLOAD));
    test.send("AB", "first.pdf", b"content").await.unwrap();
    let waits = test.time.waits();
    assert_eq!(waits.len(), 4);
    for (at, wait) in waits.iter().enumerate() {
        let most = Duration::from_millis(500 << at);
        assert!(*wait <= most && *wait >= most / 2, "wait {at} was {wait:?}");
    }
    test.simulator.inject(Fault::ServerErrorHtml, 100, Some(UPLOAD));
    failed(&test, "dropbox_busy").await;
}

#[tokio::test]
async fn an_outage_of_minutes_does_not_cost_the_parts_that_have_arrived() {
    let (test, given) = TestApp::authorized().await;
    for route in ["files/upload_session/append_v2", "files/upload_session/finish"] {
        let from = test.simulator.calls().len();
        test.simulator.inject(Fault::ServerErrorHtml, 20, Some(route));
        test.send("AB", route.rsplit('/').next().unwrap(), &vec![5; 20 << 20]).await.unwrap();
        assert!(test.time.waits().iter().all(|wait| wait.as_secs() <= 30));
        let begun = test.simulator.calls()[from..].iter().filter(|call| call.route.ends_with("start")).count();
        assert_eq!(begun, 1, "{route}: it was begun anew");
    }
    assert_eq!(test.simulator.files(&given.account).len(), 2);
}

#[tokio::test]
async fn waits_grow_also_where_dropbox_asks_for_none() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::RateLimitedJson { retry_after: 0 }, 5, Some(UPLOAD));
    test.send("AB", "report.pdf", b"content").await.unwrap();
    for (at, wait) in test.time.waits().iter().enumerate() {
        let most = Duration::from_millis(500 << at);
        assert!(*wait <= most && *wait >= most / 2, "wait {at} was {wait:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_does_not_double_a_file() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    test.simulator.inject(Fault::CutAfterCommit, 1, Some(UPLOAD));
    let delivery = test.send("AB", "report.pdf", b"content").await.unwrap();
    assert_eq!(delivery.dropbox_path.as_deref(), Some("/Reports/AB/report.pdf"));
    assert_eq!(test.simulator.files(&given.account).len(), 2);
}

#[tokio::test]
async fn a_lost_answer_to_the_commit_of_a_large_file_does_not_double_it() {
    let (test, given) = TestApp::authorized().await;
    test.simulator.inject(Fault::CutAfterCommit, 1, Some("files/upload_session/finish"));
    let delivery = test.send("AB", "large.bin", &vec![5; 20 << 20]).await.unwrap();
    assert_eq!(delivery.dropbox_path.as_deref(), Some("/Reports/AB/large.bin"));
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[tokio::test]
async fn lost_answers_in_an_upload_session_do_no_harm() {
    let (test, given) = TestApp::authorized().await;
    test.simulator.inject(Fault::LostChunkAnswer, 2, Some("files/upload_session/append_v2"));
    let content: Vec<u8> = (0..30 * 1024 * 1024).map(|at| (at % 253) as u8).collect();
    test.send("AB", "large.bin", &content).await.unwrap();
    assert!(test.simulator.files(&given.account)[0].content == content, "it arrived changed");
}

#[tokio::test]
async fn another_writer_in_the_same_dropbox_is_waited_for() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::TooManyWriteOperations, 2, Some(UPLOAD));
    test.send("AB", "report.pdf", b"content").await.unwrap();
    assert_eq!(test.time.waits().len(), 2);
}

#[tokio::test]
async fn a_full_dropbox_is_said_at_once() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::InsufficientSpace, 1, Some(UPLOAD));
    failed(&test, "dropbox_full").await;
    assert!(test.time.waits().is_empty(), "waiting does not help");
}

#[tokio::test]
async fn another_content_hash_is_never_taken_for_delivered() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::WrongContentHash, 1, Some(UPLOAD));
    failed(&test, "content_differs").await;
}

#[tokio::test]
async fn a_permission_that_was_taken_away_is_named() {
    let (test, given) = TestApp::authorized().await;
    // 401: the authorization does not have it.
    test.simulator.inject(Fault::MissingScope, 1, Some(UPLOAD));
    let of_token = failed(&test, "missing_scope").await;
    assert!(of_token.message.contains("files.content.write"));
    let hint = of_token.hint.as_deref().unwrap_or_default();
    assert!(
        hint.contains("Permissions tab") && hint.contains("Generate Key to authorize again"),
        "{hint}"
    );
    // 400, in plain text: the app does not have it any more.
    test.simulator.set_scopes(&given.app.key, &["account_info.read"]);
    assert_eq!(failed(&test, "missing_scope").await, of_token);
    assert_eq!(test.app.show_operator("AB").await.unwrap().status, AuthorizationStatus::Authorized);
}

#[tokio::test]
async fn without_a_network_the_row_says_so() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.unplug();
    failed(&test, "network").await;
    test.simulator.plug_in();
    test.send("AB", "report.pdf", b"content").await.unwrap();
}

#[tokio::test]
async fn an_outage_never_ends_an_authorization() {
    let (test, _) = TestApp::authorized().await;
    test.simulator.inject(Fault::Token500, 100, None);
    failed(&test, "dropbox_busy").await;
    assert_eq!(test.app.show_operator("AB").await.unwrap().status, AuthorizationStatus::Authorized);
}

#[tokio::test]
async fn without_an_authorization_the_way_to_one_is_named() {
    let test = TestApp::with_operator().await;
    let problem = failed(&test, "not_authorized").await;
    assert!(problem.hint.unwrap().contains("Controls"));
    let error = test.send("XY", "report.pdf", b"content").await.unwrap_err();
    assert_eq!(error.code(), "operator_not_found");
    let error = test.app.send_test_file(" ").await.unwrap_err();
    assert_eq!(error.code(), "invalid_input");
}

#[tokio::test]
async fn a_test_file_without_an_authorization_leaves_no_delivery_that_failed() {
    let test = TestApp::with_operator().await;
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(error.code(), "not_authorized");
    assert_untried(&test).await;
    assert!(!test.app.show_operator("AB").await.unwrap().needs_attention);

    let (test, given) = TestApp::authorized().await;
    test.simulator.disconnect(&given.account, &given.app.key);
    test.app.check_authorization("AB").await.unwrap_err();
    let error = test.app.send_test_file("AB").await.unwrap_err();
    assert_eq!(error.code(), "authorization_revoked");
    assert_untried(&test).await;
    assert_eq!(
        test.app.show_operator("AB").await.unwrap().status,
        AuthorizationStatus::AuthorizeAgain
    );
}

/// Nothing was delivered and nothing failed; what was wanted stands in the activity.
async fn assert_untried(test: &TestApp) {
    assert!(test.app.list_deliveries("AB").await.unwrap().is_empty());
    let newest = test.app.list_activity(Some("AB")).await.unwrap().remove(0);
    assert_eq!(newest.action, "send_test_file");
    assert!(newest.detail.unwrap().starts_with("refused: "));
}

#[tokio::test]
async fn what_is_no_readable_file_is_said_before_anything_is_sent() {
    let (test, _) = TestApp::authorized().await;
    let calls = test.simulator.calls().len();
    for path in [test.reports().join("missing.pdf"), test.reports().to_owned()] {
        let error = test.app.send_file("AB", &path).await.unwrap_err();
        assert_eq!(error.code(), "file_unreadable", "{error}");
    }
    assert_eq!(test.simulator.calls().len(), calls);
}

/// A large file, while the program waits for Dropbox with most of it still to be read.
async fn on_its_way(test: &TestApp) -> (PathBuf, Gate, JoinHandle<Result<Delivery, Error>>) {
    let path = test.reports().join("growing.bin");
    std::fs::write(&path, vec![1; 40 * 1024 * 1024]).unwrap();
    let gate = test.simulator.hold(Moment::Before, "files/upload_session/start");
    let (app, sent) = (test.app.clone(), path.clone());
    let send = tokio::spawn(async move { app.send_file("AB", &sent).await });
    gate.reached().await;
    (path, gate, send)
}

/// Windows lets nobody write what is being sent.
#[cfg(windows)]
#[tokio::test]
async fn a_file_that_is_on_its_way_cannot_be_written() {
    let (test, _) = TestApp::authorized().await;
    let (path, gate, send) = on_its_way(&test).await;
    let refused = std::fs::OpenOptions::new().write(true).open(&path).unwrap_err();
    assert_eq!(refused.raw_os_error(), Some(32), "ERROR_SHARING_VIOLATION");
    gate.release();
    send.await.unwrap().unwrap();
}

#[cfg(unix)] // elsewhere it cannot be written
#[tokio::test]
async fn a_file_that_changes_on_the_way_is_not_stored() {
    let (test, given) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let (path, gate, send) = on_its_way(&test).await;
    std::fs::OpenOptions::new().append(true).open(&path).unwrap().set_len(41 * 1024 * 1024).unwrap();
    gate.release();
    let error = send.await.unwrap().unwrap_err();
    assert_eq!(error.code(), "file_changed");
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[tokio::test]
async fn one_operators_trouble_does_not_concern_another() {
    let (test, given) = TestApp::authorized().await;
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    let carl = test.user("carl@example.com").await;
    test.authorize("CD", &carl).await;
    test.simulator.disconnect(&given.account, &given.app.key);
    failed(&test, "authorization_revoked").await;
    test.send("CD", "report.pdf", b"content").await.unwrap();
}

#[tokio::test]
async fn a_delivery_whose_program_has_ended_counts_as_interrupted() {
    let (test, _) = TestApp::authorized().await;
    test.app.send_test_file("AB").await.unwrap();
    let path = test.reports().join("report.pdf");
    std::fs::write(&path, b"content").unwrap();
    let gate = test.simulator.hold(Moment::Before, UPLOAD);
    let other = test.second_program().await.unwrap();
    let send = tokio::spawn(async move { other.send_file("AB", &path).await });
    gate.reached().await;
    assert_eq!(newest(&test).await.state, DeliveryState::Uploading);
    // With the last of it the lock of the other program goes, as when it is killed.
    send.abort();
    assert!(send.await.unwrap_err().is_cancelled());
    gate.release();
    test.second_program().await.unwrap();
    let delivery = newest(&test).await;
    assert_eq!(delivery.state, DeliveryState::NeedsAttention);
    assert_eq!(delivery.problem.unwrap().code, "interrupted");
}

#[cfg(unix)] // elsewhere it cannot be written
#[tokio::test]
async fn a_file_that_changes_between_two_parts_is_noticed_before_the_rest_is_read() {
    let (test, given) = TestApp::authorized().await;
    let path = test.reports().join("growing.bin");
    std::fs::write(&path, vec![1; 120 << 20]).unwrap();
    // As many parts as go at a time are on their way; then the file is written again.
    let gates: Vec<_> = (0..4).map(|_| test.simulator.hold(Moment::Before, APPEND)).collect();
    let (app, sent) = (test.app.clone(), path.clone());
    let send = tokio::spawn(async move { app.send_file("AB", &sent).await });
    for gate in &gates {
        gate.reached().await;
    }
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    for gate in &gates {
        gate.release();
    }
    let error = send.await.unwrap().unwrap_err();
    assert_eq!(error.code(), "file_changed");
    assert!(test.simulator.files(&given.account).is_empty());
    let parts = test.simulator.calls().iter().filter(|call| call.route == APPEND).count();
    assert!(parts <= 5, "{parts} of 15 parts were sent");
}

#[tokio::test]
async fn one_part_that_cannot_be_sent_ends_the_others() {
    let (test, given) = TestApp::authorized().await;
    // One part is held, another is refused for good.
    let gate = test.simulator.hold(Moment::Before, APPEND);
    test.simulator.inject(Fault::refuse(409, &json!({ ".tag": "too_large" })), 1, Some(APPEND));
    let error = test.send("AB", "large.bin", &vec![2; 60 << 20]).await.unwrap_err();
    assert_eq!(error.code(), "file_too_large");
    let calls = test.simulator.calls().len();
    gate.release();
    test.app.send_test_file("AB").await.unwrap();
    let later: Vec<String> = test.simulator.calls()[calls..].iter().map(|call| call.route.clone()).collect();
    assert!(later.iter().all(|route| route == UPLOAD), "something was left running: {later:?}");
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[tokio::test]
async fn a_part_whose_answer_says_that_it_has_arrived_is_not_sent_again() {
    let (test, given) = TestApp::authorized().await;
    test.simulator.inject(Fault::LostChunkAnswer, 1, Some(APPEND));
    let arrived = json!({ ".tag": "incorrect_offset", "correct_offset": 8 << 20 });
    test.simulator.inject(Fault::refuse(409, &arrived), 1, Some(APPEND));
    test.send("AB", "large.bin", &vec![4; 16 << 20]).await.unwrap();
    let parts = test.simulator.calls().iter().filter(|call| call.route == APPEND).count();
    assert_eq!(parts, 3, "two parts, and the repeat of the first");
    assert_eq!(test.simulator.files(&given.account).len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_larger_than_dropbox_takes_is_said_before_anything_is_sent() {
    let (test, _) = TestApp::authorized().await;
    let path = test.reports().join("huge.bin");
    // It takes no room on the disk: nothing is written into it.
    std::fs::File::create(&path).unwrap().set_len(1 << 41).unwrap();
    let calls = test.simulator.calls().len();
    let error = test.app.send_file("AB", &path).await.unwrap_err();
    assert_eq!(error.code(), "file_too_large");
    assert_eq!(test.simulator.calls().len(), calls);
}
