//! Practice mode: a Dropbox on this computer, a small program beside ours that is started and ended with the window.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use outtray::Error;
use serde::Deserialize;
use tauri::{AppHandle, Manager};
use tauri_plugin_shell::{
    ShellExt,
    process::{CommandChild, CommandEvent},
};
use tokio::sync::mpsc::Receiver;

/// The program, beside ours.
const PROGRAM: &str = "outtray-simulator";
/// How long it may take to say its address.
const PATIENCE: Duration = Duration::from_secs(20);

/// The simulator while it runs. It also ends by itself when our end of its input closes, however we end.
#[derive(Default)]
pub(crate) struct Simulator(Mutex<Option<CommandChild>>);

/// What it prints first.
#[derive(Deserialize)]
struct Started {
    address: String,
}

/// Starts the simulator, which goes on where it stopped in this folder; returns its address.
pub(crate) async fn start(handle: &AppHandle, folder: &Path) -> Result<String, Error> {
    let failed = |why: &dyn std::fmt::Display| Error::SimulatorFailed(why.to_string());
    let command = handle.shell().sidecar(PROGRAM).map_err(|error| failed(&error))?;
    let (mut output, child) = command
        .args(["--json", "--until-stdin-closes", "--folder"])
        .arg(folder)
        .spawn()
        .map_err(|error| failed(&error))?;
    keep(handle, Some(child));
    let started = tokio::time::timeout(PATIENCE, address(&mut output)).await;
    let address = started.map_err(|_| failed(&"it did not say its address")).flatten();
    match &address {
        Ok(_) => drop(tauri::async_runtime::spawn(watch(output))),
        Err(_) => stop(handle),
    }
    address
}

/// Keeps the running one, and returns the one before.
fn keep(handle: &AppHandle, child: Option<CommandChild>) -> Option<CommandChild> {
    let simulator = handle.state::<Simulator>();
    let mut running = simulator.0.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *running, child)
}

/// Ends the simulator.
pub(crate) fn stop(handle: &AppHandle) {
    if let Some(Err(error)) = keep(handle, None).map(CommandChild::kill) {
        tracing::warn!(%error, "the practice Dropbox could not be ended");
    }
}

async fn address(output: &mut Receiver<CommandEvent>) -> Result<String, Error> {
    let mut said = String::new();
    while let Some(event) = output.recv().await {
        match event {
            CommandEvent::Stdout(line) => {
                let line = String::from_utf8_lossy(&line);
                return match serde_json::from_str::<Started>(line.trim()) {
                    Ok(started) => Ok(started.address),
                    Err(_) => Err(Error::SimulatorFailed(format!("it said “{}”", line.trim()))),
                };
            }
            CommandEvent::Stderr(line) => said.push_str(&String::from_utf8_lossy(&line)),
            CommandEvent::Error(error) => return Err(Error::SimulatorFailed(error)),
            _ => break,
        }
    }
    Err(Error::SimulatorFailed(match said.trim() {
        "" => "it ended at once".to_owned(),
        said => said.to_owned(),
    }))
}

/// Empties its output, so that it never waits for us, and notes its end.
async fn watch(mut output: Receiver<CommandEvent>) {
    while let Some(event) = output.recv().await {
        match event {
            CommandEvent::Stderr(line) => tracing::warn!(line = %String::from_utf8_lossy(&line).trim(), "practice Dropbox"),
            CommandEvent::Terminated(end) => tracing::info!(code = ?end.code, "the practice Dropbox has ended"),
            _ => {}
        }
    }
}
