//! A grant that is no longer wanted is ended at Dropbox, sooner or later: until then it is kept, and no kill, outage or switch loses it.

use std::{process::Stdio, time::Duration};

use outtray::{
    operator::{Place, RequestPhase},
    secret::Secret,
};
use serde_json::Value;
use sqlx::{Connection, SqliteConnection};
use tokio::io::AsyncWriteExt;

use crate::{
    simulator::{AccountId, Fault, Moment},
    support::{ACCESS_EMAIL, Computer, Given, TestApp, begin_elsewhere, operator_fields, text, within},
};

const BOUND: Duration = Duration::from_secs(20);
const CARL: &str = "carl@example.com";

/// `AB` is authorized, and a request for Carl's Dropbox is granted and waits for its confirmation.
async fn granted_on(computer: &Computer) -> AccountId {
    let carl = computer.simulator.add_account("Carl Dahl", CARL);
    let app = computer.simulator.create_app(carl.clone(), "Reports of Carl");
    let code = computer.access_code(&app, CARL).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &code).await;
    assert!(text(&done.stderr).contains("[account_differs]"), "{}", text(&done.stderr));
    assert_eq!(computer.simulator.alive_grants(&carl), 1);
    carl
}

/// Runs a command and kills it at the call of this route, after so many others.
async fn kill_at(computer: &Computer, arguments: &[&str], input: &str, after: usize, moment: Moment, route: &str) {
    let gate = computer.simulator.hold_after(after, moment, route);
    let mut command = computer.command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{input}\n").as_bytes()).await.unwrap();
    within(gate.reached(), "the call did not come").await;
    child.kill().await.unwrap();
    gate.abandon();
}

const TOKEN: &str = "oauth2/token";
const REVOKE: &str = "auth/token/revoke";
const MOMENTS: [Moment; 2] = [Moment::Before, Moment::After];

#[tokio::test]
async fn a_kill_while_another_apps_grant_is_saved_leaves_none_that_nobody_knows() {
    // The first token is the new one's.
    for (after, route) in [(1, TOKEN), (0, REVOKE)] {
        for moment in MOMENTS {
            let computer = Computer::new().await;
            let code = computer.access_code(&computer.another_app(), ACCESS_EMAIL).await;
            kill_at(&computer, &["authorize", "complete", "AB"], &code, after, moment, route).await;
            computer.said(&["operator", "list"]).await;
            assert_eq!(computer.simulator.alive_grants(&computer.account), 1, "{moment:?} {route}");
            computer.said(&["test", "AB"]).await;
        }
    }
}

#[tokio::test]
async fn a_kill_while_a_granted_request_is_ended_leaves_no_grant_that_nobody_knows() {
    for route in [TOKEN, REVOKE] {
        for moment in MOMENTS {
            for replaced in [false, true] {
                let computer = Computer::new().await;
                let carl = granted_on(&computer).await;
                if replaced {
                    let app = computer.another_app();
                    kill_at(&computer, &begin_elsewhere(&app.key), &app.secret, 0, moment, route).await;
                } else {
                    kill_at(&computer, &["authorize", "cancel", "AB"], "", 0, moment, route).await;
                }
                computer.said(&["operator", "list"]).await;
                assert_eq!(computer.simulator.alive_grants(&carl), 0, "{moment:?} {route} {replaced}");
                computer.said(&["test", "AB"]).await;
            }
        }
    }
}

#[tokio::test]
async fn a_kill_while_an_operator_is_removed_leaves_no_grant_that_nobody_knows() {
    // First what is in force is ended, then what was granted and never saved.
    for (after, route) in [(0, TOKEN), (0, REVOKE), (1, TOKEN), (1, REVOKE)] {
        for moment in MOMENTS {
            let computer = Computer::new().await;
            let carl = granted_on(&computer).await;
            kill_at(&computer, &["operator", "remove", "AB"], "", after, moment, route).await;
            let listed = computer.said(&["--json", "operator", "list"]).await;
            if let Some(record) = listed.lines().next() {
                // It is not removed yet, and what is alive is what its record knows.
                let record: Value = serde_json::from_str(record).unwrap();
                assert_eq!(record["id"], "AB");
                computer.said(&["operator", "remove", "AB"]).await;
            }
            let alive = computer.simulator.alive_grants(&computer.account) + computer.simulator.alive_grants(&carl);
            assert_eq!(alive, 0, "{after} {moment:?} {route}");
        }
    }
}

/// A request that is granted and not saved, and its refresh token.
async fn granted() -> (TestApp, Given, Secret) {
    let test = TestApp::with_operator().await;
    let given = test.user(CARL).await;
    let request = test.begin("AB", &given, Place::UsersComputer).await.unwrap().request.unwrap();
    let code = given.browser.access_code(&request.url).await;
    test.app.complete_authorization("AB", Some(Secret::new(code))).await.unwrap();
    test.until_phase("AB", RequestPhase::Granted).await;
    let token = test.app.reveal_authorization("AB").await.unwrap();
    (test, given, token)
}

#[tokio::test]
async fn while_the_interface_is_off_it_is_kept_and_nothing_leaves() {
    let (test, _, token) = granted().await;
    test.switch_interface(false).await;
    test.app.cancel_authorization("AB").await.unwrap();
    let calls = test.simulator.calls().len();
    test.app.revoke_unwanted(BOUND).await;
    assert_eq!(test.simulator.calls().len(), calls, "something left");
    let test = test.restart().await;
    test.switch_interface(true).await;
    assert!(test.simulator.is_alive(token.expose()));
    test.app.revoke_unwanted(BOUND).await;
    assert!(!test.simulator.is_alive(token.expose()));
}

#[tokio::test]
async fn what_cannot_be_revoked_now_is_tried_again_later_and_not_all_the_time() {
    let (test, _, token) = granted().await;
    test.simulator.unplug();
    test.app.cancel_authorization("AB").await.unwrap();
    test.simulator.plug_in();
    test.app.revoke_unwanted(BOUND).await;
    assert!(test.simulator.is_alive(token.expose()), "it has just been tried");
    test.advance(Duration::from_secs(61));
    test.simulator.inject(Fault::ServerErrorHtml, 1, Some(REVOKE));
    test.app.revoke_unwanted(BOUND).await;
    test.advance(Duration::from_secs(61));
    test.app.revoke_unwanted(BOUND).await;
    assert!(test.simulator.is_alive(token.expose()), "the pause grows");
    test.advance(Duration::from_secs(240));
    test.app.revoke_unwanted(BOUND).await;
    assert!(!test.simulator.is_alive(token.expose()));
    let calls = test.simulator.calls().len();
    test.advance(Duration::from_secs(24 * 3600));
    test.app.revoke_unwanted(BOUND).await;
    assert_eq!(test.simulator.calls().len(), calls, "nothing is left to do");
}

#[tokio::test]
async fn the_program_that_stays_open_revokes_what_an_earlier_one_left() {
    let (test, _, token) = granted().await;
    test.switch_interface(false).await;
    test.app.cancel_authorization("AB").await.unwrap();
    test.switch_interface(true).await;
    let test = test.restart().await;
    test.app.resume().await.unwrap();
    let gone = async {
        while test.simulator.is_alive(token.expose()) {
            tokio::task::yield_now().await;
        }
    };
    within(gone, "it was not revoked").await;
}

#[tokio::test]
async fn a_record_whose_app_or_account_dropbox_takes_no_more_is_removed_and_its_grant_is_not_forgotten() {
    let (test, given) = TestApp::authorized().await;
    let token = test.app.reveal_authorization("AB").await.unwrap();
    // The next access token is a new one.
    test.advance(Duration::from_secs(5 * 3600));
    let refusal = Fault::TokenRefusal {
        status: 400,
        error: "invalid_client",
        description: None,
    };
    // At the removal, and when it is tried once more at once.
    test.simulator.inject(refusal, 2, None);
    test.app.remove_operator("AB").await.unwrap();
    assert!(test.simulator.is_alive(token.expose()));
    test.advance(Duration::from_secs(61));
    test.app.revoke_unwanted(BOUND).await;
    assert_eq!(test.simulator.alive_grants(&given.account), 0);
}

#[tokio::test]
async fn a_grant_that_the_user_has_ended_is_done_with() {
    let (test, given, _) = granted().await;
    test.switch_interface(false).await;
    test.app.cancel_authorization("AB").await.unwrap();
    test.simulator.disconnect(&given.account, &given.app.key);
    test.switch_interface(true).await;
    test.app.revoke_unwanted(BOUND).await;
    assert_eq!(kept(&test).await, 0);
}

#[tokio::test]
async fn with_the_master_key_it_is_given_up() {
    let (test, _, _) = granted().await;
    test.switch_interface(false).await;
    test.app.cancel_authorization("AB").await.unwrap();
    test.switch_interface(true).await;
    assert_eq!(kept(&test).await, 1);
    test.keychain.lose();
    let test = test.restart().await;
    test.app.revoke_unwanted(BOUND).await;
    assert_eq!(kept(&test).await, 1, "a key that is lost may come back");
    test.app.replace_master_key().await.unwrap();
    assert_eq!(kept(&test).await, 0);
    test.app.add_operator("CD", operator_fields("Carl Dahl", None)).await.unwrap();
    test.app.revoke_unwanted(BOUND).await;
}

/// How many grants are kept to be revoked.
async fn kept(test: &TestApp) -> i64 {
    let file = test.data_folder().join("outtray.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    sqlx::query_scalar("SELECT COUNT(*) FROM revocations").fetch_one(&mut connection).await.unwrap()
}
