//! What can be typed. Nothing here is a secret: arguments can be read by every program on the computer.

mod authorize;
mod operator;
mod settings;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use outtray::{app::Page, unicode::shown};

pub(crate) use self::{
    authorize::{AccountChoice, Authorize},
    operator::{Fields, Operator},
    settings::{Settings, SettingsFields},
};

/// The heading of the options that stand below every command.
const EVERYWHERE: &str = "Options of every command";

/// Puts each operator's report output into that operator's own Dropbox.
#[derive(Debug, Parser)]
#[command(name = "outtray", version, about, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Use the Dropbox simulator that runs at this address, such as http://127.0.0.1:8080
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "URL")]
    pub(crate) simulator: Option<String>,
    /// Keep data and logs in this folder instead of the usual one
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "DIR")]
    pub(crate) data_folder: Option<PathBuf>,
    /// Use a data folder and a master key of its own under this name, apart from all others
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "NAME", conflicts_with = "data_folder")]
    pub(crate) profile: Option<String>,
    /// Keep the master key in this file instead of the system keychain
    #[arg(long, global = true, help_heading = EVERYWHERE, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// Print JSON, one object a line, for programs; docs/command-line.md says what is in it
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// Reads what was typed. An error repeats it as text alone: no argument ends a line, or speaks to the terminal.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::try_parse().map_err(|error| {
            let shown = std::env::args_os().map(|argument| shown(&argument.to_string_lossy()).into_owned());
            Self::try_parse_from(shown).err().unwrap_or(error)
        })
    }
}

const EXIT_CODES: &str = "\
Examples:
  outtray settings set --interface-to-dropbox on
  outtray operator add AB --name \"Anna Berg\" --email anna.berg@example.com
  outtray authorize begin AB --app-key KEY --open
  outtray test AB
  outtray send --operator AB \"Quarterly report.pdf\"
  outtray doctor

Exit codes:
  0    done
  1    another problem; the message says what and why
  2    the command was not understood
  3    something typed is wrong, or there is no such thing
  4    the operator has to be authorized, or authorized again
  5    Dropbox or the network does not answer; try again later
  6    the keychain or the master key
  7    the data folder or the database
  8    Interface to Dropbox is off
  9    a CSV file is imported without a column that means nothing here
  129  ended because its terminal closed
  130  interrupted with Ctrl+C
  131  ended with Ctrl+\\
  143  ended by the system, a log-off or a service manager
  Of several files or rows that fail, the first decides.

Environment:
  OUTTRAY_LOG  what the log in the data folder holds, such as outtray=debug";

const SEND: &str = "\
Examples:
  outtray send --operator AB \"Quarterly report.pdf\"
  outtray --json send --operator AB /var/spool/reports/*.pdf

A file that another program still writes is waited for, up to five seconds. Files whose names are the same in Dropbox never replace each
other. A file that cannot be sent does not hold up the others. Ctrl+C ends the sending; sending the same file again is safe.";

const DIAGNOSTICS: &str = "\
Examples:
  outtray diagnostics
  outtray --json diagnostics
  outtray diagnostics outtray-diagnostics.zip

Everything in it is searched for every secret that Outtray knows; a file that holds one stays out and is named.";

/// The use cases, under the names that they have everywhere.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Administrator Options
    #[command(subcommand)]
    Settings(Settings),
    /// Operator records
    #[command(subcommand)]
    Operator(Operator),
    /// Controls: authorize Dropbox for an operator
    #[command(subcommand)]
    Authorize(Authorize),
    /// Send a test file, and wait until it is verified
    Test {
        /// The operator's id
        #[arg(value_name = "ID")]
        operator: String,
    },
    /// Send files to an operator's Dropbox, and wait until each is verified
    #[command(after_help = SEND)]
    Send {
        /// The operator's id
        #[arg(long, value_name = "ID")]
        operator: String,
        /// The files, in the order in which they are sent
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Deliveries, newest first: 500 of all operators, or 50 of one
    Deliveries {
        /// The operator's id
        #[arg(value_name = "ID")]
        operator: Option<String>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// Send deliveries that need attention again, to where they were going, and wait until each is verified
    SendAgain {
        /// The numbers of the deliveries, as `outtray deliveries` shows them
        #[arg(value_name = "DELIVERY", required = true)]
        deliveries: Vec<i64>,
    },
    /// Give up deliveries that need attention
    DismissDelivery {
        /// The numbers of the deliveries, as `outtray deliveries` shows them
        #[arg(value_name = "DELIVERY", required = true)]
        deliveries: Vec<i64>,
    },
    /// Who did what, 500 rows, newest first
    Activity {
        /// Of this operator only
        #[arg(long, value_name = "ID")]
        operator: Option<String>,
        #[command(flatten)]
        page: PageArguments,
    },
    /// The key in the keychain that opens what is stored
    #[command(subcommand)]
    MasterKey(MasterKey),
    /// Check everything that has to work, and say what to do
    Doctor,
    /// Write a ZIP file for whoever helps: versions, options, how every operator stands, history, logs; no secret, no report
    #[command(after_help = DIAGNOSTICS)]
    Diagnostics {
        /// The file; without one, the contents are listed
        file: Option<PathBuf>,
    },
    /// Print what a shell needs to complete these commands
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Which part of a list that may be long.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct PageArguments {
    /// Only older ones than this: where a list ends, it says with which number it goes on
    #[arg(long, value_name = "NUMBER")]
    before: Option<i64>,
    /// How many at most
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: Option<u32>,
}

impl PageArguments {
    /// The page; as many as usual where nothing else is chosen.
    pub(crate) fn page(self, usual: u32) -> Page {
        Page {
            before: self.before,
            limit: self.limit.unwrap_or(usual),
        }
    }
}

/// The master key.
#[derive(Debug, Subcommand)]
pub(crate) enum MasterKey {
    /// Replace one that is lost or does not fit
    ///
    /// Every secret that it sealed is given up, so each operator has to be authorized again. Records and history stay. Refused while the key
    /// works, or may only be locked.
    Replace,
}
