//! `outtray send` and `outtray test`: one file after the other, with progress, each verified.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use outtray::{App, Error, Run, Sent, error::Problem, event::Event};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    exit,
    interrupt::{Ended, or_interrupted},
    output::{Output, Progress},
    pattern,
};

/// Sends every file, also after one could not be delivered; success means all of them, and the first that fails decides how it ends.
/// Ctrl+C, and every other polite end, ends it all; what was on its way is written down as interrupted when the library closes.
pub(crate) async fn send(app: &App, output: &Output, operator: &str, files: Vec<PathBuf>) -> ExitCode {
    let files = pattern::expanded(files);
    let mut run = Run::of(&files).await;
    let mut failed = None;
    for file in &files {
        match or_interrupted(send_one(app, output, &mut run, operator, file)).await {
            Ended::Done(Ok(sent)) => output.delivered(file, &sent),
            Ended::Done(Err(error)) => {
                let problem = error.problem();
                output.not_delivered(file, &problem);
                failed = failed.or(Some(exit::code(&problem)));
            }
            Ended::Interrupted(ending) => {
                output.not_delivered(file, &interrupted(file.file_name().unwrap_or_default().to_string_lossy()));
                return exit::interrupted(ending);
            }
        }
    }
    failed.unwrap_or(ExitCode::SUCCESS)
}

/// Sends deliveries again, also after one could not be delivered; the first that fails decides how it ends.
pub(crate) async fn send_again(app: &App, output: &Output, deliveries: &[i64]) -> ExitCode {
    let mut failed = None;
    for &delivery in deliveries {
        let name = PathBuf::from(format!("delivery {delivery}"));
        match or_interrupted(app.send_again(delivery)).await {
            Ended::Done(Ok(sent)) => output.delivered(&name, &sent),
            Ended::Done(Err(error)) => {
                let problem = error.problem();
                output.not_delivered(&name, &problem);
                failed = failed.or(Some(exit::code(&problem)));
            }
            Ended::Interrupted(ending) => {
                output.not_delivered(&name, &interrupted(name.to_string_lossy()));
                return exit::interrupted(ending);
            }
        }
    }
    failed.unwrap_or(ExitCode::SUCCESS)
}

/// Sends a test file, and looks for it in the local Dropbox folder.
pub(crate) async fn test(app: &App, output: &Output, operator: &str) -> Result<ExitCode, Problem> {
    let delivery = match or_interrupted(app.send_test_file(operator)).await {
        Ended::Done(result) => result?,
        Ended::Interrupted(ending) => {
            output.problem(&interrupted("the test file"));
            return Ok(exit::interrupted(ending));
        }
    };
    output.test_delivered(&delivery);
    // It is delivered already, so there is nothing to say when somebody does not want to wait.
    if let Ended::Done(copy) = or_interrupted(app.find_local_copy(operator, delivery.id)).await {
        output.local_copy(&copy?);
    }
    Ok(ExitCode::SUCCESS)
}

fn interrupted(name: impl Into<String>) -> Problem {
    Error::Interrupted(name.into()).problem()
}

async fn send_one(app: &App, output: &Output, run: &mut Run, operator: &str, file: &Path) -> Result<Sent, Error> {
    let progress = output.progress(file);
    let events = app.events();
    tokio::select! {
        result = app.send_file_of_run(run, operator, file) => result,
        never = show(events, &progress) => match never {},
    }
}

/// Shows the progress until the sending ends. Files go one by one, so every delivery event is about this one.
async fn show(mut events: Receiver<Event>, progress: &Progress) -> std::convert::Infallible {
    loop {
        match events.recv().await {
            Ok(Event::Delivery {
                bytes_sent, size_bytes, ..
            }) => progress.set(bytes_sent, size_bytes),
            Ok(_) | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
