//! `cargo xtask run`.

use crate::{
    Result,
    build::{build, program},
    display, packages,
    process::{command, succeed},
    walk::walk,
};

/// Opens the window in practice mode, or walks the procedure where nothing can be seen.
pub(crate) fn run(arguments: &[String]) -> Result {
    packages::install(!display::is_there())?;
    build()?;
    if !display::is_there() {
        println!("\nThere is no display, so the procedure is walked in the real window under Xvfb.\n");
        println!("\nThe screenshots are in {}", walk()?.display());
        return Ok(());
    }
    let mut window = command(&program("outtray-desktop").to_string_lossy(), &["--practice"]);
    window.args(arguments);
    succeed(window)
}
