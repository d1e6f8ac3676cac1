//! The real window, driven as a person drives it: by WebDriver, with a second browser that is the user's.
//!
//! `cargo xtask test` provides what this needs: a display, a bus, a keychain, and the WebDriver of WebKitGTK.

mod beside;
mod desk;
mod desktop_session;
mod diagnostics;
mod drawing;
mod endings;
mod messages;
mod place;
mod practice;
mod procedure;
mod reopen;
mod results;
mod surroundings;
mod tray;
mod waiting;
mod walk;
mod webdriver;
