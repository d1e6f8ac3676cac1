//! What we depend on: licences, bans, sources and advisories (`deny.toml`), and whether all of it is used.

use crate::{
    Result,
    process::succeed,
    tools::{DENY, MACHETE},
};

/// Checks all of it; what could not be checked is said.
pub(crate) fn check() -> Result {
    DENY.install()?;
    MACHETE.install()?;
    succeed(DENY.command(&["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]))?;
    advisories()?;
    succeed(MACHETE.command(&["--skip-target-dir"]))
}

/// The database of advisories is a repository of its own, and not every machine may fetch it. An old copy would be a check only in name.
fn advisories() -> Result {
    let fetched = DENY.command(&["--locked", "fetch", "db"]).output();
    match fetched {
        Ok(fetched) if fetched.status.success() => succeed(DENY.command(&["--locked", "check", "--disable-fetch", "advisories"])),
        Ok(fetched) => {
            let reason = String::from_utf8_lossy(&fetched.stderr);
            eprintln!("{}", reason.trim());
            eprintln!("\n!! advisories: NOT CHECKED, the advisory database could not be fetched\n");
            Ok(())
        }
        Err(error) => Err(format!("cargo-deny could not be started: {error}")),
    }
}
