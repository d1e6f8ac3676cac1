//! What the program can be started with. Nothing here is a secret: arguments can be read by every program on the computer.

use std::path::PathBuf;

use clap::Parser;

/// Puts each operator's report output into that operator's own Dropbox.
#[derive(Clone, Debug, Parser)]
#[command(name = "outtray-desktop", version, about)]
pub(crate) struct Arguments {
    /// Practise with a Dropbox that runs on this computer; nothing leaves it
    #[arg(long)]
    pub(crate) practice: bool,
    /// Use the simulator that runs at this address, such as http://127.0.0.1:8080
    #[arg(long, value_name = "URL", conflicts_with = "practice")]
    pub(crate) simulator: Option<String>,
    /// Keep data and logs in this folder; those of practice mode in its folder `practice`
    #[arg(long, value_name = "DIR")]
    pub(crate) data_folder: Option<PathBuf>,
    /// Keep the master key in this file instead of the system keychain; that of practice mode in FILE.practice
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Start in the tray, without the window; this is how the system starts it at a login
    #[arg(long)]
    pub(crate) hidden: bool,
}
