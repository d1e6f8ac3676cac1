//! Outtray puts each ERP operator's report output into that operator's own Dropbox. This library is everything the product does;
//! the window (`desktop`) and the command line (`cli`) only translate.
//!
//! # The map, in reading order
//!
//! - [`start`]: what a program is started with
//! - [`app`]: every use case, one line each; opens the parts
//! - [`diagnosis`]: what has to work, and what to do where it does not; [`diagnostics`]: the bundle for whoever helps
//! - [`authorization`]: Generate Key to refresh token; access tokens
//! - [`operators`]: the rules for records; `import`: records from CSV, row by row
//! - [`delivery`]: a file on its way, verified by content hash
//! - `background`: news of other programs; [`recorder`]: who did what; `retention`: what is deleted after a while
//! - [`dropbox`]: the routes of Dropbox's HTTP API, typed
//! - [`loopback`]: the listener that takes the redirect
//! - [`vault`]: sealing, and the keychain that holds the master key
//! - [`store`]: SQLite, one file per table
//! - [`local_copy`]: what the Dropbox application has brought to this computer
//! - [`content_hash`], [`paths`], [`logging`], [`clock`], [`instance`], [`output_file`], [`ending`], [`system_proxy`]: one outside thing each
//! - [`activity`], [`destination`], [`error`], [`event`], [`file_lock`], [`operator`], [`operator_csv`], [`operator_id`], [`overview`], [`proxy`], [`secret`],
//!   [`settings`], [`standing`], [`under_way`], [`unicode`]: the words
//!
//! # Who may import whom
//!
//! Down only: shells → `start` → `app` → work (`background`, `diagnosis`, `diagnostics`, `delivery`, `authorization`, `operators`, `import`,
//! `recorder`, `retention`) → edges (`store`, `vault`, `dropbox`, `loopback`, `local_copy`, `paths`, `logging`, `instance`, `output_file`,
//! `ending`, `system_proxy`) → words. Edges never import each other. The shells see [`Start`], [`App`] and plain types. `tests/layers.rs` holds this.
//!
//! `fuzzing` opens what reads strangers' bytes to `tests/fuzz`; a usual build has no such module.
//!
//! The library prints nothing, ends nothing and reads no environment (but for proxies, in [`system_proxy`]): it is told its paths, its
//! endpoints and the time.

pub mod activity;
pub mod app;
pub mod authorization;
mod background;
pub mod clock;
pub mod content_hash;
pub mod delivery;
pub mod destination;
pub mod diagnosis;
pub mod diagnostics;
pub mod dropbox;
pub mod ending;
pub mod error;
pub mod event;
pub mod file_lock;
#[cfg(any(fuzzing, test))]
#[doc(hidden)]
pub mod fuzzing;
mod import;
pub mod instance;
pub mod local_copy;
pub mod logging;
pub mod loopback;
pub mod operator;
pub mod operator_csv;
pub mod operator_id;
pub mod operators;
pub mod output_file;
pub mod overview;
pub mod paths;
pub mod proxy;
pub mod recorder;
pub mod refusal;
mod retention;
pub mod secret;
pub mod settings;
pub mod size;
pub mod standing;
pub mod start;
pub mod store;
pub mod system_proxy;
pub mod typed;
pub mod under_way;
pub mod unicode;
pub mod vault;

pub use app::{App, Options};
pub use delivery::{Run, Sent};
pub use error::Error;
pub use start::Start;
