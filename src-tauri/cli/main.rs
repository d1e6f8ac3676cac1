//! The command line: translates arguments into use cases of [`outtray::App`], and what comes of them into text or JSON.

mod arguments;
mod authorize;
mod choice;
mod diagnostics;
mod doctor;
mod exit;
mod fault;
mod import;
mod interrupt;
mod limits;
mod operator;
mod output;
mod pattern;
mod prompt;
mod send;
mod settings;
mod terminal;

use std::{alloc::System, process::ExitCode, time::Duration};

use clap::CommandFactory;
use outtray::{
    App, Error, Start,
    app::{LISTED, RECENT_DELIVERIES},
    ending::Ending,
    error::Problem,
    start,
};
use zeroizing_alloc::ZeroAlloc;

use self::{
    arguments::{Arguments, Command, MasterKey},
    interrupt::{Ended, or_interrupted, or_interrupted_within},
    output::Output,
};

/// Whatever is freed is wiped: a secret leaves nothing behind where it was copied, by whichever library.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<System> = ZeroAlloc(System);

/// How long a command may take at its end to revoke what could not be revoked before.
const REVOKING: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    fault::say_in_words();
    let arguments = match Arguments::read() {
        Ok(arguments) => arguments,
        Err(error) => {
            output::noted(error.print());
            return Output::new(false).ended(u8::try_from(error.exit_code()).unwrap_or(1).into());
        }
    };
    let output = Output::new(arguments.json);
    if let Command::Completions { shell } = arguments.command {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Arguments::command(), "outtray", &mut script);
        output::write(&script);
        return output.ended(ExitCode::SUCCESS);
    }
    let code = match limits::check().and_then(|()| tokio::runtime::Runtime::new()) {
        Ok(runtime) => {
            let code = runtime.block_on(conduct(arguments, &output));
            // A thread that the system holds, at a prompt or in the keychain, does not hold up the end.
            runtime.shutdown_background();
            code
        }
        Err(error) => output.failed(&Error::SystemLimit(error.to_string()).problem()),
    };
    terminal::restore();
    output.ended(code)
}

/// Runs the command, listening for the end from the first moment on.
async fn conduct(arguments: Arguments, output: &Output) -> ExitCode {
    let said = output.clone();
    if let Err(error) = interrupt::listen(move || said.ended_at_once()) {
        tracing::warn!(%error, "the program cannot hear when it is asked to end");
    }
    match run(arguments, output).await {
        Ok(code) => code,
        Err(problem) => output.failed(&problem),
    }
}

/// Opens the library, and closes it also when the command is asked to end in between: that writes down what is left half-way.
async fn run(arguments: Arguments, output: &Output) -> Result<ExitCode, Problem> {
    let name = start::person(std::env::var_os);
    let start = Start {
        simulator: arguments.simulator,
        data_folder: arguments.data_folder,
        profile: arguments.profile,
        key_file: arguments.key_file,
        actor: format!("{name}, command line"),
        log_filter: std::env::var("OUTTRAY_LOG").ok(),
    };
    let app = match or_interrupted(open(start.clone())).await {
        Ended::Done(Ok(app)) => app,
        Ended::Done(Err(error)) => return failed_to_open(start, error, output, &arguments.command).await,
        Ended::Interrupted(ending) => return Ok(interrupted(output, ending)),
    };
    let result = match or_interrupted_within(dispatch(&app, output, arguments.command)).await {
        Ended::Done(result) => result,
        Ended::Interrupted(ending) => Ok(interrupted(output, ending)),
    };
    // Whoever has asked for the end waits for nothing.
    let _ = or_interrupted(app.revoke_unwanted(REVOKING)).await;
    app.close().await;
    result
}

/// Opens the library on a database that is sound.
async fn open(start: Start) -> Result<App, Error> {
    let app = start.open().await?;
    match app.check_when_due().await {
        Ok(()) => Ok(app),
        Err(error) => {
            app.close().await;
            Err(error)
        }
    }
}

/// The doctor says what else it finds.
async fn failed_to_open(start: Start, error: Error, output: &Output, command: &Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Doctor => match or_interrupted(doctor::run_closed(start, error, output)).await {
            Ended::Done(result) => result,
            Ended::Interrupted(ending) => Ok(interrupted(output, ending)),
        },
        _ => Err(error.into()),
    }
}

/// Where the command has nothing of its own to say about its end.
fn interrupted(output: &Output, ending: Ending) -> ExitCode {
    terminal::restore();
    output.problem(&Error::CommandEnded.problem());
    exit::interrupted(ending)
}

async fn dispatch(app: &App, output: &Output, command: Command) -> Result<ExitCode, Problem> {
    match command {
        Command::Settings(command) => settings::run(app, output, command).await?,
        Command::Operator(command) => return operator::run(app, output, command).await,
        Command::Authorize(command) => return authorize::run(app, output, command).await,
        Command::Test { operator } => return send::test(app, output, &operator).await,
        Command::Send { operator, files } => return Ok(send::send(app, output, &operator, files).await),
        Command::Deliveries { operator, page } => {
            let page = page.page(if operator.is_some() { RECENT_DELIVERIES } else { LISTED });
            output.deliveries(&app.list_deliveries_of_page(operator.as_deref(), page).await?, page);
        }
        Command::SendAgain { deliveries } => return Ok(send::send_again(app, output, &deliveries).await),
        Command::DismissDelivery { deliveries } => {
            for delivery in deliveries {
                output.dismissed(&app.dismiss_delivery(delivery).await?);
            }
        }
        Command::Activity { operator, page } => {
            let page = page.page(LISTED);
            output.activity(&app.list_activity_of_page(operator.as_deref(), page).await?, page);
        }
        Command::MasterKey(MasterKey::Replace) => {
            let proxy_password_lost = app.get_settings().await?.proxy_password_stored;
            app.replace_master_key().await?;
            output.master_key_replaced(&app.list_operators().await?, proxy_password_lost);
        }
        Command::Doctor => return doctor::run(app, output).await,
        Command::Diagnostics { file } => diagnostics::run(app, output, file.as_deref()).await?,
        // Said before anything is opened.
        Command::Completions { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}
