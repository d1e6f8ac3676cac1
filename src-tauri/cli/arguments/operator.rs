//! `outtray operator`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use outtray::operator::ConflictRule;

use crate::choice;

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
    #[arg(long, value_name = "on|off", value_parser = choice::switch())]
    pub(crate) active: Option<bool>,
    /// What happens when another content has the name in Dropbox already
    #[arg(long, value_parser = choice::conflict_rule())]
    pub(crate) conflict_rule: Option<ConflictRule>,
}
