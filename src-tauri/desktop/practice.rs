//! Practice mode: a Dropbox on this computer, a small program beside ours that is started and ended with the window, and begun again when
//! something else has ended it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use outtray::Error;
use serde::Deserialize;
use tauri::{AppHandle, Manager};
use tauri_plugin_shell::{
    ShellExt,
    process::{CommandChild, CommandEvent},
};
use tokio::sync::{OwnedMutexGuard, mpsc::Receiver};

/// The program, beside ours.
const PROGRAM: &str = "outtray-simulator";
/// How long it may take to say its address.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often in how long it is begun again by itself.
const REVIVALS_MAX: usize = 3;
const REVIVALS_WITHIN: Duration = Duration::from_secs(60);

/// The simulator while it runs. It also ends by itself when our end of its input closes, however we end.
#[derive(Default)]
pub(crate) struct Simulator {
    running: Mutex<Option<Running>>,
    /// Held while the window changes from one library to the other, and while the simulator is begun again.
    changing: Arc<tokio::sync::Mutex<()>>,
}

/// A simulator that has said where it is.
struct Running {
    child: CommandChild,
    addresses: Addresses,
    folder: PathBuf,
}

/// What it prints first.
#[derive(Clone, PartialEq, Eq, Deserialize)]
struct Addresses {
    /// Dropbox's.
    address: String,
    /// Where it is told what goes wrong.
    control: String,
}

/// Waits until nothing else begins or ends practice; nothing does while the guard lives.
pub(crate) async fn hold(handle: &AppHandle) -> OwnedMutexGuard<()> {
    let changing = Arc::clone(&handle.state::<Simulator>().changing);
    changing.lock_owned().await
}

/// Starts the simulator, which goes on where it stopped in this folder; returns its address. When it has ended for good, and not by [`stop`],
/// `ended` follows, while practice is held.
pub(crate) async fn start<F>(
    handle: &AppHandle,
    folder: &Path,
    ended: impl FnOnce(AppHandle) -> F + Send + 'static,
) -> Result<String, Error>
where
    F: Future<Output = ()> + Send,
{
    let (running, output) = launch(handle, folder).await?;
    let address = running.addresses.address.clone();
    let id = running.child.pid();
    end(keep(handle, Some(running)));
    let handle = handle.clone();
    drop(tauri::async_runtime::spawn(async move {
        if let Some(held) = attend(&handle, output, id).await {
            ended(handle).await;
            drop(held);
        }
    }));
    Ok(address)
}

/// Where the running one is told what goes wrong.
pub(crate) fn control(handle: &AppHandle) -> Result<String, Error> {
    let simulator = handle.state::<Simulator>();
    let running = simulator.running.lock().unwrap_or_else(PoisonError::into_inner);
    let control = running.as_ref().map(|running| running.addresses.control.clone());
    control.ok_or(Error::SimulatorEnded)
}

/// Starts the program, and waits until it says its addresses.
async fn launch(handle: &AppHandle, folder: &Path) -> Result<(Running, Receiver<CommandEvent>), Error> {
    let failed = |why: &dyn std::fmt::Display| Error::SimulatorFailed(why.to_string());
    let command = handle.shell().sidecar(PROGRAM).map_err(|error| failed(&error))?;
    let (mut output, child) = command
        .args(["--json", "--until-stdin-closes", "--folder"])
        .arg(folder)
        .spawn()
        .map_err(|error| failed(&error))?;
    let started = tokio::time::timeout(PATIENCE, addresses(&mut output)).await;
    match started.map_err(|_| failed(&"it did not say its address")).flatten() {
        Ok(addresses) => {
            let folder = folder.to_owned();
            let running = Running { child, addresses, folder };
            Ok((running, output))
        }
        Err(error) => {
            kill(child);
            Err(error)
        }
    }
}

/// Keeps the running one, and returns the one before.
fn keep(handle: &AppHandle, running: Option<Running>) -> Option<Running> {
    let simulator = handle.state::<Simulator>();
    let mut current = simulator.running.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *current, running)
}

/// Takes the one of this process, if it was not ended by us.
fn take(handle: &AppHandle, id: u32) -> Option<Running> {
    let simulator = handle.state::<Simulator>();
    let mut current = simulator.running.lock().unwrap_or_else(PoisonError::into_inner);
    current.take_if(|running| running.child.pid() == id)
}

/// Ends the simulator.
pub(crate) fn stop(handle: &AppHandle) {
    end(keep(handle, None));
}

fn end(running: Option<Running>) {
    if let Some(running) = running {
        kill(running.child);
    }
}

fn kill(child: CommandChild) {
    if let Err(error) = child.kill() {
        tracing::warn!(%error, "the practice Dropbox could not be ended");
    }
}

/// Stays with the simulator. When it ends and [`stop`] has not ended it, it is begun again where it was. Returns when that cannot be, or when
/// it ends again and again, with practice held; without, when it was stopped.
async fn attend(handle: &AppHandle, mut output: Receiver<CommandEvent>, mut id: u32) -> Option<OwnedMutexGuard<()>> {
    let mut revived: Vec<Instant> = Vec::new();
    loop {
        watch(&mut output).await;
        let held = hold(handle).await;
        let ended = take(handle, id)?;
        revived.retain(|at| at.elapsed() < REVIVALS_WITHIN);
        revived.push(Instant::now());
        let again = match revived.len() > REVIVALS_MAX {
            true => Err(Error::SimulatorEnded),
            false => revive(handle, &ended).await,
        };
        match again {
            Ok((running, its_output)) => {
                tracing::info!("the practice Dropbox had ended and is begun again");
                (id, output) = (running.child.pid(), its_output);
                keep(handle, Some(running));
            }
            Err(error) => {
                tracing::error!(code = error.code(), %error, "the practice Dropbox has ended");
                return Some(held);
            }
        }
    }
}

/// The same simulator once more: the library goes on speaking to its address.
async fn revive(handle: &AppHandle, ended: &Running) -> Result<(Running, Receiver<CommandEvent>), Error> {
    let (running, output) = launch(handle, &ended.folder).await?;
    match running.addresses.address == ended.addresses.address {
        true => Ok((running, output)),
        false => {
            kill(running.child);
            Err(Error::SimulatorEnded)
        }
    }
}

async fn addresses(output: &mut Receiver<CommandEvent>) -> Result<Addresses, Error> {
    let mut said = String::new();
    while let Some(event) = output.recv().await {
        match event {
            CommandEvent::Stdout(line) => {
                let line = String::from_utf8_lossy(&line);
                let said = || Error::SimulatorFailed(format!("it said “{}”", line.trim()));
                return serde_json::from_str(line.trim()).map_err(|_| said());
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

/// Empties its output, so that it never waits for us, until it ends.
async fn watch(output: &mut Receiver<CommandEvent>) {
    while let Some(event) = output.recv().await {
        match event {
            CommandEvent::Stderr(line) => tracing::warn!(line = %String::from_utf8_lossy(&line).trim(), "practice Dropbox"),
            CommandEvent::Terminated(end) => tracing::info!(code = ?end.code, "the practice Dropbox has ended"),
            _ => {}
        }
    }
}
