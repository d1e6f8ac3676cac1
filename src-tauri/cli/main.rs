//! The command line: translates arguments into use cases of [`outtray::App`], and what comes of them into text or JSON.

mod arguments;
mod output;
mod send;

use std::process::ExitCode;

use clap::Parser;
use outtray::{Error, Start};

use self::{
    arguments::{Arguments, Command},
    output::Output,
};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.json);
    match run(&arguments, &output).await {
        Ok(code) => code,
        Err(error) => {
            output.error(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments, output: &Output) -> Result<ExitCode, Error> {
    let start = Start {
        simulator: arguments.simulator.clone(),
        data_folder: arguments.data_folder.clone(),
        key_file: arguments.key_file.clone(),
        actor: actor(),
        log_filter: std::env::var("OUTTRAY_LOG").ok(),
    };
    let app = start.open().await?;
    let code = match &arguments.command {
        Command::Send { operator, files } => send::send(&app, output, operator, files).await,
    };
    app.close().await;
    Ok(code)
}

/// The person's name on this computer, and this program.
fn actor() -> String {
    let name = std::env::var("USER")
        .or_else(|_| std::env::var("USERNAME"))
        .unwrap_or_else(|_| "somebody".to_owned());
    format!("{name}, command line")
}
