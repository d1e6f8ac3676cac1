//! What can be typed. Nothing here is a secret: arguments can be read by every program on the computer.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Puts each operator's report output into that operator's own Dropbox.
#[derive(Debug, Parser)]
#[command(name = "outtray", version, about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Use the Dropbox simulator that runs at this address, such as http://127.0.0.1:8080
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) simulator: Option<String>,
    /// Keep data and logs in this folder
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_folder: Option<PathBuf>,
    /// Keep the master key in this file instead of the system keychain
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Print JSON, one object a line, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  everything was delivered, and Dropbox's content hash equals ours
  1  something was not delivered; the message says what and why
  2  the command was not understood

Environment:
  OUTTRAY_LOG  what the log in the data folder holds, such as outtray=debug";

/// One use case each, under the name that it has everywhere.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Send files to an operator's Dropbox, and wait until each is verified
    Send {
        /// The operator's id
        #[arg(long, value_name = "ID")]
        operator: String,
        /// The files, in the order in which they are sent
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}
