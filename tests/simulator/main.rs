//! The simulator as a program of its own.
#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a tool for people and for programs that start it"
)]

#[path = "mod.rs"]
#[expect(dead_code, reason = "tests use the rest")]
mod simulator;

use std::path::PathBuf;

use clap::Parser;
use simulator::Simulator;
use tokio::io::{AsyncReadExt, stdin};

/// A Dropbox on this computer, to practise and to test with.
#[derive(Parser)]
#[command(name = "simulator")]
struct Arguments {
    /// The port; 0 is any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Remember accounts, apps and files in this folder, and go on with them the next time
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Print one line of JSON with the address, for programs
    #[arg(long)]
    json: bool,
    /// End when the standard input closes, and with it whoever started this
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let arguments = Arguments::parse();
    let simulator = Simulator::start_on(arguments.port, arguments.folder.as_deref()).await?;
    let base = simulator.base_url();
    if arguments.json {
        println!("{{\"address\":\"{base}\"}}");
    } else {
        println!("A practice Dropbox runs on this computer. Nothing leaves it.\n");
        println!("  Start page      {base}/www/");
        println!("  App Console     {base}/www/developers/apps");
        println!("  Arrived files   {base}/www/home");
        println!("  Connected apps  {base}/www/account/connected_apps\n");
        println!("  outtray --simulator {base}\n\nEnd it with Ctrl+C.");
    }
    if arguments.until_stdin_closes {
        let mut ignored = [0; 256];
        while stdin().read(&mut ignored).await? > 0 {}
        return Ok(());
    }
    tokio::signal::ctrl_c().await
}
