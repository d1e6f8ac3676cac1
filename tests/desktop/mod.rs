//! The real window, driven as a person drives it: by WebDriver, with a second browser that is the user's.
//!
//! `cargo xtask test` provides what this needs: a display, a bus, a keychain, and the WebDriver of WebKitGTK.

mod desktop_session;
mod practice;
mod procedure;
mod walk;
mod webdriver;
