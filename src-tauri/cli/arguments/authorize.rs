//! `outtray authorize`.

use clap::{Args, Subcommand};
use outtray::operator::Place;

use crate::choice;

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
        #[arg(long, value_parser = choice::place(), default_value = Place::ThisComputer.as_str())]
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
