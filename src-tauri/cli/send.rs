//! `outtray send`: one file after the other, with progress, each verified.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use outtray::{App, Error, event::Event, store::deliveries::Delivery};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{
    exit,
    output::{Output, Progress},
};

/// Sends every file, also after one could not be delivered; success means all of them.
pub(crate) async fn send(app: &App, output: &Output, operator: &str, files: &[PathBuf]) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for file in files {
        match send_one(app, output, operator, file).await {
            Ok(delivery) => output.delivered(file, &delivery),
            Err(error) => {
                let problem = error.problem();
                output.not_delivered(file, &problem);
                code = exit::code(&problem);
            }
        }
    }
    code
}

async fn send_one(app: &App, output: &Output, operator: &str, file: &Path) -> Result<Delivery, Error> {
    let progress = output.progress(file);
    let events = app.events();
    tokio::select! {
        result = app.send_file(operator, file) => result,
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
