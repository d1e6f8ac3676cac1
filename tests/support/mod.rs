//! What tests are made with: an App on a folder of its own, a keychain and a clock that do as they are told, the user's browser.

mod app;
pub(crate) mod browser;
mod computer;
mod deadline;
mod keychain;
#[cfg_attr(
    not(target_os = "linux"),
    expect(dead_code, reason = "proxies with certificates are tried on Linux alone")
)]
pub(crate) mod proxy;
mod search;
mod time;

pub(crate) use self::{
    app::{ACCESS_EMAIL, Given, TestApp, free_ports, occupy, operator_fields, until_free},
    computer::{Computer, assert_store_refused, begin_elsewhere, output, outtray, text},
    deadline::within,
    keychain::{MemoryKeychain, Trouble},
    search::{assert_no_secret, contains, files_below, without_number},
    time::TestTime,
};

/// Held by whoever uses the ports that the installed program uses, and the one window: one at a time.
#[cfg(all(feature = "desktop", target_os = "linux"))]
pub(crate) static STANDARD_PORTS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
