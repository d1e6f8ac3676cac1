//! The command line: translates arguments into use cases of [`outtray::App`], and what comes of them into text or JSON.

mod arguments;
mod authorize;
mod diagnostics;
mod doctor;
mod exit;
mod import;
mod interrupt;
mod operator;
mod output;
mod pattern;
mod prompt;
mod send;
mod settings;

use std::process::ExitCode;

use clap::CommandFactory;
use outtray::{App, Start, error::Problem};

use self::{
    arguments::{Arguments, Command, MasterKey},
    output::Output,
};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::read().unwrap_or_else(|error| error.exit());
    let output = Output::new(arguments.json);
    if let Command::Completions { shell } = arguments.command {
        clap_complete::generate(shell, &mut Arguments::command(), "outtray", &mut std::io::stdout());
        return ExitCode::SUCCESS;
    }
    let code = match run(arguments, &output).await {
        Ok(code) => code,
        Err(problem) => {
            output.problem(&problem);
            exit::code(&problem)
        }
    };
    match output::unwritable() {
        None => code,
        Some(error) => {
            let problem = error.problem();
            output.problem(&problem);
            exit::code(&problem)
        }
    }
}

async fn run(arguments: Arguments, output: &Output) -> Result<ExitCode, Problem> {
    let start = Start {
        simulator: arguments.simulator,
        data_folder: arguments.data_folder,
        profile: arguments.profile,
        key_file: arguments.key_file,
        actor: actor(),
        log_filter: std::env::var("OUTTRAY_LOG").ok(),
    };
    let app = start.open().await?;
    let result = dispatch(&app, output, arguments.command).await;
    app.close().await;
    result
}

async fn dispatch(app: &App, output: &Output, command: Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Settings(command) => settings::run(app, output, command).await?,
        Command::Operator(command) => return operator::run(app, output, command).await,
        Command::Authorize(command) => return authorize::run(app, output, command).await,
        Command::Test { operator } => return send::test(app, output, &operator).await,
        Command::Send { operator, files } => return Ok(send::send(app, output, &operator, files).await),
        Command::Deliveries { operator } => output.deliveries(&app.list_deliveries(operator.as_deref()).await?),
        Command::Activity { operator } => output.activity(&app.list_activity(operator.as_deref()).await?),
        Command::MasterKey(MasterKey::Replace) => {
            app.replace_master_key().await?;
            output.master_key_replaced(&app.list_operators().await?);
        }
        Command::Doctor => return doctor::run(app, output).await,
        Command::Diagnostics { file } => diagnostics::run(app, output, file.as_deref()).await?,
        // Handled before anything is opened.
        Command::Completions { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The person's name on this computer, and this program.
fn actor() -> String {
    let name = std::env::var("USER")
        .or_else(|_| std::env::var("USERNAME"))
        .unwrap_or_else(|_| "somebody".to_owned());
    format!("{name}, command line")
}
