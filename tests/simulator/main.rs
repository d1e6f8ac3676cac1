//! The simulator as a program of its own.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people and for programs that start it"
)]

#[path = "mod.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod simulator;

use std::{io, path::PathBuf};

use clap::{CommandFactory, Parser, error::ErrorKind};
use simulator::Simulator;
use tokio::io::{AsyncReadExt, stdin};

/// A Dropbox on this computer, to practise and to test with.
///
/// What goes wrong is said by the options, or while it runs on the control page, which has a port of its own. Programs send the same there as
/// JSON; docs/simulator.md has the list.
#[derive(Parser)]
#[command(name = "simulator")]
struct Arguments {
    /// The port; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The port of the control page; 0 is any free one
    #[arg(long, default_value_t = 0)]
    control_port: u16,
    /// Remember accounts, apps and files in this folder, and go on with them the next time
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print one line of JSON with the addresses, for programs
    #[arg(long)]
    json: bool,
    /// End when the standard input closes, and with it whoever started this
    #[arg(long)]
    until_stdin_closes: bool,
    /// Answer every call so many milliseconds later
    #[arg(long, value_name = "MS")]
    latency: Option<u64>,
    /// Allow each user so many calls a second; one more is 429
    #[arg(long, value_name = "CALLS")]
    rate_limit: Option<u64>,
    /// Allow one write at a time in one Dropbox
    #[arg(long)]
    contention: bool,
    /// Begin with a network that has failed
    #[arg(long)]
    offline: bool,
    /// Be ahead of this computer's clock by this, such as 90s, 15m, 4h or 7d
    #[arg(long, value_name = "TIME")]
    ahead: Option<String>,
    /// Let calls fail: the name of a fault, then what the control page asks for it: insufficient_space,times=3,user=anna@example.com
    #[arg(long, value_name = "FAULT[,FIELD=VALUE…]")]
    fault: Vec<String>,
    /// Sign somebody up, in a team with a team space if one is named; whoever has an account keeps it
    #[arg(long, value_name = "NAME,EMAIL[,TEAM]")]
    account: Vec<String>,
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let simulator = Simulator::start_on(arguments.port, arguments.control_port, arguments.folder.as_deref()).await?;
    if let Err(wrong) = tell(&simulator, &arguments) {
        Arguments::command().error(ErrorKind::ValueValidation, wrong).exit();
    }
    greet(&simulator, arguments.json);
    if arguments.until_stdin_closes {
        let mut ignored = [0; 256];
        while stdin().read(&mut ignored).await? > 0 {}
        return Ok(());
    }
    tokio::signal::ctrl_c().await
}

/// Gives the orders that the options are.
fn tell(simulator: &Simulator, arguments: &Arguments) -> Result<(), String> {
    let text = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    simulator.limits(&text(arguments.latency), &text(arguments.rate_limit), arguments.contention)?;
    for account in &arguments.account {
        simulator.option("account", account)?;
    }
    for fault in &arguments.fault {
        simulator.option("fault", fault)?;
    }
    if let Some(ahead) = &arguments.ahead {
        simulator.option("ahead", ahead)?;
    }
    match arguments.offline {
        true => simulator.option("offline", "on"),
        false => Ok(()),
    }
}

fn greet(simulator: &Simulator, json: bool) {
    let (base, control) = (simulator.base_url(), simulator.control_url());
    if json {
        println!("{{\"address\":\"{base}\",\"control\":\"{control}\"}}");
        return;
    }
    println!("A practice Dropbox runs on this computer. Nothing leaves it.\n");
    println!("  Start page      {base}/www/");
    println!("  App Console     {base}/www/developers/apps");
    println!("  Arrived files   {base}/www/home");
    println!("  Connected apps  {base}/www/account/connected_apps");
    println!("  Let it fail     {control}/\n");
    println!("  outtray --simulator {base}\n\nEnd it with Ctrl+C.");
}
