//! `outtray settings`.

use clap::{Args, Subcommand};
use outtray::settings::{Language, ProxyMode, RedirectHost};

use crate::choice;

const SETTINGS: &str = "\
Examples:
  outtray settings set --interface-to-dropbox on
  outtray settings set --proxy-address http://proxy.example.com:8080 --proxy-user anna --proxy-password
  outtray settings set --proxy system";

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
    #[arg(long, value_name = "on|off", value_parser = choice::switch())]
    pub(crate) interface_to_dropbox: Option<bool>,
    /// The host of the redirect URIs; localhost listens on IPv6 too
    #[arg(long, value_name = "HOST", value_parser = choice::redirect_host())]
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
    #[arg(long, value_name = "LANGUAGE", value_parser = choice::language())]
    pub(crate) language: Option<Language>,
    /// Whether the window notifies of results while it is hidden
    #[arg(long, value_name = "on|off", value_parser = choice::switch())]
    pub(crate) notifications: Option<bool>,
    /// Whether closing the window leaves it running in the tray
    #[arg(long, value_name = "on|off", value_parser = choice::switch())]
    pub(crate) close_to_tray: Option<bool>,
    /// Which proxy calls to Dropbox go through: the system's, none, or the one of --proxy-address
    #[arg(long, value_name = "PROXY", value_parser = choice::proxy_mode())]
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
