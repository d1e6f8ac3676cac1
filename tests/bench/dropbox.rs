//! The simulator in a process of its own, so that what it holds does not count.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdout, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::simulator::Simulator;

/// Makes this program the simulator; the latency in milliseconds follows.
pub(crate) const ARGUMENT: &str = "--simulator-process";
/// Who has the Dropbox.
pub(crate) const EMAIL: &str = "bench@example.com";

#[derive(Serialize, Deserialize)]
struct Started {
    address: String,
    app_key: String,
    app_secret: String,
}

/// What was asked of it so far.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Calls {
    pub(crate) calls: usize,
    pub(crate) bytes: u64,
}

/// The process. It ends when its input closes.
pub(crate) struct Dropbox {
    process: Child,
    output: Mutex<BufReader<ChildStdout>>,
    pub(crate) address: String,
    pub(crate) app_key: String,
    pub(crate) app_secret: String,
}

impl Drop for Dropbox {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Dropbox {
    pub(crate) fn start(latency: Duration) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([ARGUMENT, &latency.as_millis().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let started: Started = serde_json::from_str(&line).unwrap();
        Self {
            process,
            output: Mutex::new(output),
            address: started.address,
            app_key: started.app_key,
            app_secret: started.app_secret,
        }
    }

    /// Asks for the counts.
    pub(crate) fn calls(&self) -> Calls {
        let mut line = String::new();
        let mut output = self.output.lock().unwrap();
        writeln!(self.process.stdin.as_ref().unwrap()).unwrap();
        output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

/// Is the simulator until its input closes; every line of it asks for the counts.
pub(crate) async fn serve(latency_ms: u64) {
    let simulator = Simulator::start().await;
    let account = simulator.add_account("Bench", EMAIL);
    let app = simulator.create_app(account, "Bench");
    simulator.set_latency(Duration::from_millis(latency_ms));
    simulator.keep_contents(false);
    let started = Started {
        address: simulator.base_url(),
        app_key: app.key,
        app_secret: app.secret,
    };
    println!("{}", serde_json::to_string(&started).unwrap());
    let lines = tokio::task::spawn_blocking(move || {
        for _ in std::io::stdin().lines() {
            let calls = simulator.calls();
            let sum = Calls {
                calls: calls.len(),
                bytes: calls.iter().map(|call| call.request_bytes).sum(),
            };
            println!("{}", serde_json::to_string(&sum).unwrap());
        }
    });
    lines.await.unwrap();
}
