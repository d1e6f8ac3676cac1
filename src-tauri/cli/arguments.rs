//! What can be typed. Nothing here is a secret: arguments can be read by every program on the computer.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use outtray::unicode::shown;

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

const SETTINGS: &str = "\
Examples:
  outtray settings set --interface-to-dropbox on
  outtray settings set --proxy-address http://proxy.example.com:8080 --proxy-user anna --proxy-password
  outtray settings set --proxy system";

const SEND: &str = "\
Examples:
  outtray send --operator AB \"Quarterly report.pdf\"
  outtray --json send --operator AB /var/spool/reports/*.pdf

A file that another program still writes is waited for, up to five seconds. Files whose names are the same in Dropbox never replace each
other. A file that cannot be sent does not hold up the others. Ctrl+C ends the sending; sending the same file again is safe.";

const CHANGE: &str = "\
Examples:
  outtray operator change AB --active off
  outtray operator change AB --email \"\"";

const IMPORT: &str = "\
Examples:
  outtray operator import --preview operators.csv
  outtray operator import operators.csv

The first line names the columns, in any order: id and name, and where wanted email, destination, active (yes or no) and
conflict_rule (keep-both, replace or stop). German and Spanish words do too: Aktiv, nein; Activo, no; x for yes.
Fields are separated by commas, semicolons or tabs. The text is UTF-8, or UTF-16 with a byte order mark. Good rows are
added; every other one is named with its line and what is wrong with it. A record that exists is never changed.
A column that means nothing here is left out and named, and the exit code is 9.";

const EXPORT: &str = "\
A file is written as spreadsheet programs of every language open it: UTF-16, separated by tabs. The standard output gets
UTF-8, separated by commas, for programs. A field that a spreadsheet program would take for a formula has an apostrophe
before the sign; `import` reads both, and takes it away again.";

const DIAGNOSTICS: &str = "\
Examples:
  outtray diagnostics
  outtray --json diagnostics
  outtray diagnostics outtray-diagnostics.zip

Everything in it is searched for every secret that Outtray knows; a file that holds one stays out and is named.";

const BEGIN: &str = "\
Examples:
  outtray authorize begin AB --app-key KEY --open
  outtray authorize begin AB --app-key KEY --place users-computer
  outtray authorize begin AB --app-key KEY --keep-app-secret

On this computer, it waits until the user has clicked Allow and puts the authorization in force. Ctrl+C ends only the
waiting: the request lives for an hour, and `outtray authorize complete` goes on with it.";

const COMPLETE: &str = "\
Examples:
  outtray authorize complete AB
  outtray authorize complete AB --retry

Asked for is the Access code that Dropbox showed the user, or, where the page after Allow failed to load, its whole
address. It is then put in force.";

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
    /// The newest deliveries: 500 of all operators, or 50 of one
    Deliveries {
        /// The operator's id
        #[arg(value_name = "ID")]
        operator: Option<String>,
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
    /// Who did what, the newest 500, newest first
    Activity {
        /// Of this operator only
        #[arg(long, value_name = "ID")]
        operator: Option<String>,
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

/// Administrator Options.
#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// Show them
    Get,
    /// Change them; what is not named stays as it is
    #[command(after_help = SETTINGS)]
    Set(Box<SettingsFields>),
    /// Test the proxy: whether Dropbox answers by the way that calls take now, and what stands in it where not
    TestProxy,
}

/// What can be chosen in Administrator Options.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct SettingsFields {
    /// Interface to Dropbox
    #[arg(long, value_name = "on|off")]
    pub(crate) interface_to_dropbox: Option<Switch>,
    /// The host of the redirect URIs; localhost listens on IPv6 too
    #[arg(long, value_name = "HOST")]
    pub(crate) redirect_host: Option<RedirectHost>,
    /// The ports of the redirect URIs, one to three from 1024 to 49151, in order of preference
    #[arg(long, value_name = "PORT,…", value_delimiter = ',')]
    pub(crate) redirect_ports: Option<Vec<u16>>,
    /// How long a connection to Dropbox may take to stand, from 1 to 120
    #[arg(long, value_name = "SECONDS")]
    pub(crate) connect_timeout_seconds: Option<u32>,
    /// How long Dropbox may stay silent, from 10 to 3600
    #[arg(long, value_name = "SECONDS")]
    pub(crate) idle_timeout_seconds: Option<u32>,
    /// How long deliveries that have ended are kept, from 1 to 3650
    #[arg(long, value_name = "DAYS")]
    pub(crate) history_retention_days: Option<u32>,
    /// The language of the window
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) language: Option<Language>,
    /// Whether the window notifies of results while it is hidden
    #[arg(long, value_name = "on|off")]
    pub(crate) notifications: Option<Switch>,
    /// Whether closing the window leaves it running in the tray
    #[arg(long, value_name = "on|off")]
    pub(crate) close_to_tray: Option<Switch>,
    /// Which proxy calls to Dropbox go through: the system's, none, or the one of --proxy-address
    #[arg(long, value_name = "PROXY")]
    pub(crate) proxy: Option<ProxyMode>,
    /// The address of the proxy, such as http://proxy.example.com:8080 or socks5h://localhost:1080, without user name and password; it
    /// implies --proxy manual
    #[arg(long, value_name = "URL")]
    pub(crate) proxy_address: Option<String>,
    /// The user name for that proxy; an empty one for none
    #[arg(long, value_name = "NAME")]
    pub(crate) proxy_user: Option<String>,
    /// Ask for the password of that user, or read it from the standard input
    #[arg(long, conflicts_with = "no_proxy_password")]
    pub(crate) proxy_password: bool,
    /// Forget the password that is stored
    #[arg(long)]
    pub(crate) no_proxy_password: bool,
}

/// Which proxy calls to Dropbox go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProxyMode {
    /// The one that the system or the environment names.
    System,
    /// None.
    None,
    /// The one of --proxy-address.
    Manual,
}

/// The language of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// As the system.
    System,
    /// English.
    En,
    /// German.
    De,
    /// Spanish.
    Es,
}

/// The host of the redirect URIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RedirectHost {
    /// IPv4.
    #[value(name = "127.0.0.1")]
    Ipv4,
    /// IPv4 and IPv6.
    #[value(name = "localhost")]
    Localhost,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

/// Operator records.
#[derive(Debug, Subcommand)]
pub(crate) enum Operator {
    /// List all, or those whose id, name, e-mail or Dropbox account contains a text
    List {
        /// The text
        #[arg(long, value_name = "TEXT", default_value = "")]
        search: String,
        /// Of those that were removed and can be restored
        #[arg(long)]
        removed: bool,
    },
    /// Show one
    Show {
        /// The operator's id
        id: String,
    },
    /// Add one
    Add {
        /// The operator's id: the initials, as the ERP knows them
        id: String,
        /// The name
        #[arg(long)]
        name: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change one; what is not named stays as it is
    #[command(after_help = CHANGE)]
    Change {
        /// The operator's id
        id: String,
        /// The name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
    /// Remove one, and revoke its authorization; it can be restored for 30 days
    Remove {
        /// The operator's id
        id: String,
    },
    /// Bring a removed one back
    Restore {
        /// The operator's id
        id: String,
    },
    /// Add operators from a CSV file with the columns id, name, email, destination, active, conflict_rule
    #[command(after_help = IMPORT)]
    Import {
        /// The file; - is the standard input
        file: PathBuf,
        /// Only say what would be done
        #[arg(long)]
        preview: bool,
    },
    /// Write all operators as CSV, as `import` reads it
    #[command(after_help = EXPORT)]
    Export {
        /// The file; without one, the standard output
        file: Option<PathBuf>,
    },
}

/// What a record has besides its name.
#[derive(Debug, Args)]
pub(crate) struct Fields {
    /// The e-mail of the Dropbox account that is expected; an empty one for none
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Where in Dropbox files go; may use {operator}, {yyyy}, {MM}, {dd} and {name}
    #[arg(long, value_name = "TEMPLATE")]
    pub(crate) destination: Option<String>,
    /// Whether reports are delivered
    #[arg(long, value_name = "on|off")]
    pub(crate) active: Option<Switch>,
    /// What happens when another content has the name in Dropbox already
    #[arg(long, value_enum)]
    pub(crate) conflict_rule: Option<ConflictRule>,
}

/// What happens when another content has the name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ConflictRule {
    /// Keep both: the new file gets the beginning of its content hash into its name
    KeepBoth,
    /// The new file takes the place of the old one, which Dropbox keeps as a version
    Replace,
    /// Write nothing; the delivery needs attention
    Stop,
}

impl From<ConflictRule> for outtray::operator::ConflictRule {
    fn from(rule: ConflictRule) -> Self {
        match rule {
            ConflictRule::KeepBoth => Self::KeepBoth,
            ConflictRule::Replace => Self::Replace,
            ConflictRule::Stop => Self::Stop,
        }
    }
}

/// Controls.
#[derive(Debug, Subcommand)]
pub(crate) enum Authorize {
    /// Generate Key: check the app key and the app secret, and print the URL for the user
    ///
    /// The app secret is asked for, or read from the standard input.
    #[command(after_help = BEGIN)]
    Begin {
        /// The operator's id
        id: String,
        /// User Name (App Key)
        #[arg(long, value_name = "KEY")]
        app_key: String,
        /// Use the app secret that is stored
        #[arg(long, conflicts_with = "no_app_secret")]
        keep_app_secret: bool,
        /// The app is used without its secret (PKCE alone)
        #[arg(long)]
        no_app_secret: bool,
        /// Where the user will click Allow
        #[arg(long, value_enum, default_value_t = Place::ThisComputer)]
        place: Place,
        /// Ask for another Dropbox account than the one that is signed in to the browser
        #[arg(long)]
        force_reauthentication: bool,
        /// Open the URL in the system browser
        #[arg(long)]
        open: bool,
        #[command(flatten)]
        account: AccountChoice,
    },
    /// Take the Access code, or the whole address of a page that failed to load
    ///
    /// It is asked for, or read from the standard input.
    #[command(after_help = COMPLETE)]
    Complete {
        /// The operator's id
        id: String,
        /// Try again with the code that has come already
        #[arg(long)]
        retry: bool,
        #[command(flatten)]
        account: AccountChoice,
    },
    /// Put in force what Dropbox has confirmed
    Save {
        /// The operator's id
        id: String,
        #[command(flatten)]
        account: AccountChoice,
    },
    /// End a request; what is in force stays in force
    Cancel {
        /// The operator's id
        id: String,
    },
    /// How it stands
    Status {
        /// The operator's id
        id: String,
    },
    /// Ask Dropbox whether the authorization still works
    Check {
        /// The operator's id
        id: String,
    },
    /// Print Dropbox Authorization, the secret that opens the user's Dropbox, in the clear
    Reveal {
        /// The operator's id
        id: String,
    },
    /// End the authorization, at Dropbox and here
    Revoke {
        /// The operator's id
        id: String,
    },
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

/// How an authorization is put in force.
#[derive(Clone, Debug, Args)]
pub(crate) struct AccountChoice {
    /// Accept this Dropbox account although it is not the one of the record's e-mail
    #[arg(long, value_name = "EMAIL")]
    pub(crate) confirm_account: Option<String>,
    /// Accept that these operators have the Dropbox account too
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(crate) confirm_shared_with: Vec<String>,
}

/// Where the user will click Allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Place {
    /// Here: Dropbox's answer is awaited.
    ThisComputer,
    /// Elsewhere: the Access code is typed later, with `authorize complete`.
    UsersComputer,
}
