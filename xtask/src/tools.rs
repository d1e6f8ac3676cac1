//! Tools that cargo does not bring along, each in the version that was tried, in `target/tools`. Built without optimisation: they run
//! for seconds, and building them is what takes time.

use std::process::Command;

use crate::{
    Result,
    build::target,
    process::{cargo, command, succeed},
};

/// A tool and its version.
pub(crate) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Licences, bans, sources and advisories of what we depend on.
pub(crate) const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};
/// Dependencies that nothing uses.
pub(crate) const MACHETE: Tool = Tool {
    name: "cargo-machete",
    version: "0.9.2",
};
/// Fuzzing.
pub(crate) const FUZZ: Tool = Tool {
    name: "cargo-fuzz",
    version: "0.13.2",
};

impl Tool {
    /// Builds it where it is not there yet in this version.
    pub(crate) fn install(&self) -> Result {
        if self.is_there() {
            return Ok(());
        }
        let (root, version) = (target().join("tools").to_string_lossy().into_owned(), self.version);
        println!("Installing {} {version} into {root}", self.name);
        let arguments = ["install", "--quiet", "--locked", "--debug", "--force", "--root", &root];
        let mut install = cargo(&arguments);
        install.args(["--version", version, self.name]);
        succeed(install)
    }

    /// It, in the project's folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command(&self.path(), arguments)
    }

    pub(crate) fn path(&self) -> String {
        target().join("tools").join("bin").join(self.name).to_string_lossy().into_owned()
    }

    fn is_there(&self) -> bool {
        let said = Command::new(self.path()).arg("--version").output();
        said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(self.version))
    }
}
