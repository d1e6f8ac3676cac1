//! Every promise of the product, tested through its public face and over real HTTP. One binary, one file per promise.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod app_key;
mod at_a_glance;
mod attention;
mod authorization;
mod authorization_errors;
mod body_length;
mod cli;
mod cli_authorize;
mod cli_interrupt;
mod cli_json;
mod cli_output;
#[cfg(target_os = "linux")]
mod cli_proxy;
mod client;
mod clock;
mod conflicts;
mod content_hash;
mod contract;
mod damage;
#[cfg(target_os = "linux")]
mod debian_proxies;
mod delivery;
mod delivery_errors;
#[cfg(all(feature = "desktop", target_os = "linux"))]
mod desktop;
mod destination;
mod diagnosis;
mod diagnostics;
mod documents;
mod endings;
#[cfg(target_os = "linux")]
mod http2;
mod import;
mod kept;
mod keychain;
mod keychain_silent;
mod kill;
mod layers;
mod lengths;
mod local_copy;
mod long_lists;
mod loopback;
mod loopback_ports;
mod master_key;
mod memory;
mod migration;
mod names;
mod operators;
#[cfg(unix)] // pipes, links, masks; what holds everywhere is in cli.rs
mod output_files;
mod overview;
mod path_root;
mod patience;
mod person;
mod printed;
mod prompt;
mod properties;
mod proxy;
mod proxy_address;
mod refusals;
mod removal;
mod requests;
mod runs;
mod secrets;
mod secrets_repeated;
mod settings;
mod simulator;
mod simulator_rules;
mod size;
mod sources;
#[cfg(unix)] // It asks for PostgreSQL where Debian puts it.
mod sql;
mod store;
mod store_trouble;
#[cfg(unix)] // permissions, pipes, mounts
mod store_unix;
mod support;
mod texts;
mod token_errors;
mod tokens;
mod two_programs;
mod typed;
mod unwanted_grants;
mod vault;
