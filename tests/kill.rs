//! The program is killed, for real, at each step: afterwards nothing is lost and nothing doubled.

use std::process::Stdio;

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

use crate::{
    simulator::{Gate, Moment},
    support::{ACCESS_EMAIL, Computer, browser::Browser, text, until_free, within},
};

/// Starts a command, and kills it when its call has come to the gate.
async fn kill_at(gate: &Gate, mut command: Command, input: Option<&str>) {
    let mut child: Child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    if let Some(input) = input {
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(format!("{input}\n").as_bytes()).await.unwrap();
    }
    within(gate.reached(), "the call did not come").await;
    child.kill().await.unwrap();
    gate.abandon();
}

#[tokio::test]
async fn a_large_upload_that_was_killed_is_sent_again_and_there_once() {
    let steps = [
        ("oauth2/token", None),
        ("files/upload_session/start", None),
        ("files/upload_session/append_v2", None),
        ("files/upload_session/finish", None),
        // The name is taken by something else: the second commit is the one under another name.
        ("files/upload_session/finish", Some("yesterday's")),
    ];
    for (route, taken) in steps {
        for moment in [Moment::Before, Moment::After] {
            let computer = Computer::new().await;
            if let Some(before) = taken {
                let file = computer.file("ledger.xlsx", before.as_bytes());
                computer.said(&["send", "--operator", "AB", &file]).await;
            }
            let content: Vec<u8> = (0..18 << 20).map(|at: u32| (at % 241) as u8).collect();
            let file = computer.file("ledger.xlsx", &content);
            let send = ["send", "--operator", "AB", &file];
            let gate = computer.simulator.hold_after(usize::from(taken.is_some()), moment, route);
            kill_at(&gate, computer.command(&send), None).await;

            let said = computer.said(&send).await;
            assert!(said.contains("/Reports/AB/ledger"), "{moment:?} {route}: {said}");
            let files = computer.simulator.files(&computer.account);
            assert_eq!(files.len(), 1 + usize::from(taken.is_some()), "{moment:?} {route}");
            assert!(
                files.iter().any(|file| file.content == content),
                "{moment:?} {route}: it arrived changed"
            );
            let rows = computer.said(&["--json", "deliveries", "AB"]).await;
            let states: Vec<Value> = rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["state"].clone()).collect();
            assert_eq!(
                states,
                vec!["delivered"; 1 + usize::from(taken.is_some())],
                "{moment:?} {route}: what was killed is the delivery that was sent again"
            );
        }
    }
}

/// Where an exchange can be killed so that its code still works.
const STEPS: [(Moment, &str); 3] = [
    (Moment::Before, "oauth2/token"),
    (Moment::Before, "users/get_current_account"),
    (Moment::After, "users/get_current_account"),
];

/// What is in force works before and after the authorization goes on.
async fn goes_on(computer: &Computer, what: &str) {
    computer.said(&["test", "AB"]).await;
    let said = computer.said(&["authorize", "complete", "AB", "--retry"]).await;
    assert!(said.contains("authorized"), "{what}: {said}");
    computer.said(&["test", "AB"]).await;
}

/// The code is used up; what is in force works.
async fn is_used_up(computer: &Computer) {
    let retry = computer.run(&["authorize", "complete", "AB", "--retry"]).await;
    assert!(text(&retry.stderr).contains("[invalid_code]"), "{}", text(&retry.stderr));
    computer.said(&["test", "AB"]).await;
}

#[tokio::test]
async fn an_authorization_that_was_killed_goes_on_where_it_stood() {
    for (moment, route) in STEPS {
        let computer = Computer::new().await;
        let code = computer.access_code(&computer.another_app(), ACCESS_EMAIL).await;
        let gate = computer.simulator.hold(moment, route);
        kill_at(&gate, computer.command(&["authorize", "complete", "AB"]), Some(&code)).await;
        goes_on(&computer, &format!("{moment:?} {route}")).await;
    }
}

#[tokio::test]
async fn a_code_that_was_used_up_unheard_is_said_so_and_what_works_stays() {
    let computer = Computer::new().await;
    let code = computer.access_code(&computer.another_app(), ACCESS_EMAIL).await;
    let gate = computer.simulator.hold(Moment::After, "oauth2/token");
    kill_at(&gate, computer.command(&["authorize", "complete", "AB"]), Some(&code)).await;
    is_used_up(&computer).await;
    let code = access_code_again(&computer).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &code).await;
    assert!(done.status.success(), "{}", text(&done.stderr));
}

/// Generate Key again, with the key and the secret that are stored.
async fn access_code_again(computer: &Computer) -> String {
    let operator: Value = serde_json::from_str(&computer.said(&["--json", "operator", "show", "AB"]).await).unwrap();
    let key = operator["appKey"].as_str().unwrap();
    let begin = [
        "--json",
        "authorize",
        "begin",
        "AB",
        "--app-key",
        key,
        "--keep-app-secret",
        "--place",
        "users-computer",
    ];
    let request: Value = serde_json::from_str(&computer.said(&begin).await).unwrap();
    let browser = Browser::new();
    browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
    browser.access_code(request["url"].as_str().unwrap()).await
}

/// `authorize begin` while it awaits the redirect, with another app than the one in force.
struct Waiting {
    program: Child,
    url: String,
    browser: Browser,
}

impl Waiting {
    async fn on(computer: &Computer) -> Self {
        let app = computer.another_app();
        let mut command = computer.command(&["--json", "authorize", "begin", "AB", "--app-key", &app.key]);
        let mut program = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        program.stdin.take().unwrap().write_all(format!("{}\n", app.secret).as_bytes()).await.unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let line = within(lines.next_line(), "no request was printed").await.unwrap().unwrap();
        let request: Value = serde_json::from_str(&line).unwrap();
        let browser = Browser::new();
        browser.sign_in(&computer.simulator.base_url(), ACCESS_EMAIL).await;
        Self {
            program,
            url: request["url"].as_str().unwrap().to_owned(),
            browser,
        }
    }

    /// The redirect comes, and the program is killed when its exchange stands at the gate.
    async fn killed_at(&mut self, gate: &Gate) {
        self.redirected().await;
        within(gate.reached(), "the exchange did not begin").await;
        self.program.kill().await.unwrap();
        gate.abandon();
    }

    /// Continue, Allow, and the visit to the program, which will not live to answer it.
    async fn redirected(&self) {
        let address = self.browser.redirect_of(&self.url).await;
        tokio::spawn(async move {
            // The connection breaks with the program.
            let _ = reqwest::Client::builder().no_proxy().build().unwrap().get(address).send().await;
        });
    }
}

#[tokio::test]
async fn a_program_that_was_killed_while_it_waits_leaves_a_request_that_the_pasted_address_completes() {
    let computer = Computer::new().await;
    let mut waiting = Waiting::on(&computer).await;
    waiting.program.kill().await.unwrap();
    until_free(&computer.ports).await;
    computer.said(&["test", "AB"]).await;
    assert!(computer.said(&["authorize", "status", "AB"]).await.contains("waiting for Allow"));

    // The page does not load; its whole address is what the user can copy.
    let address = waiting.browser.redirect_of(&waiting.url).await;
    let done = computer.run_with(&["authorize", "complete", "AB"], &address).await;
    assert!(
        done.status.success() && text(&done.stdout).contains("authorized"),
        "{}",
        text(&done.stderr)
    );
    computer.said(&["test", "AB"]).await;
}

#[tokio::test]
async fn a_redirect_whose_program_was_killed_goes_on_where_it_stood() {
    for (moment, route) in STEPS {
        let computer = Computer::new().await;
        let mut waiting = Waiting::on(&computer).await;
        let gate = computer.simulator.hold(moment, route);
        waiting.killed_at(&gate).await;
        goes_on(&computer, &format!("{moment:?} {route}")).await;
    }
}

#[tokio::test]
async fn a_redirect_whose_code_was_used_up_unheard_is_said_so_and_what_works_stays() {
    let computer = Computer::new().await;
    let mut waiting = Waiting::on(&computer).await;
    let gate = computer.simulator.hold(Moment::After, "oauth2/token");
    waiting.killed_at(&gate).await;
    is_used_up(&computer).await;
    // Begun again, it works.
    let mut waiting = Waiting::on(&computer).await;
    waiting.browser.authorize(&waiting.url).await;
    assert!(within(waiting.program.wait(), "it should have ended").await.unwrap().success());
    computer.said(&["test", "AB"]).await;
}
