//! The commands that people use on this project: `cargo xtask run`, `cargo xtask test`, and what is done now and then.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a terminal")]

mod bench_window;
mod build;
mod dependencies;
mod display;
mod fuzz;
mod http;
mod packages;
mod pictures;
mod platforms;
mod process;
mod run;
mod session;
mod terminal;
mod test;
mod tools;
mod ui;
mod walk;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask run [ARGUMENTS]   install what is missing, build, start the simulator and open the window connected to it;
                              without a display: walk the procedure in the real window under Xvfb (see target/walk)
cargo xtask run --terminal [--yes] [FILE…]
                              the same in the terminal: simulator, operator, authorization, test file, then FILE or a sample report;
                              --yes clicks Allow by itself, where there is no browser
cargo xtask test [FILTER]     install what is missing and run everything: format, lints, documentation, dependencies, every test;
                              with a filter only the tests whose names contain it
cargo xtask test --platforms [FILTER]
                              what users have, from Debian: lint for Windows and macOS, the window included, then run the tests of the
                              library, the command line and the simulator under Wine; with a filter only those tests
cargo xtask fuzz [TARGET…] [--seconds N]
                              feed what reads the bytes of strangers with random ones, each target for N seconds (60); needs a nightly
                              toolchain. TARGET: loopback_request, api_arg, import, pasted, printed, names
cargo xtask bench [WHAT…]     measure; WHAT: hashes, send, large (10,000 operators, 1,000,000 deliveries, as much activity), import,
                              migration
cargo xtask bench-window [--dev]
                              measure the window against an empty one: start, also with the database of years, memory, Controls, filtering,
                              idle processor; --dev as it is built for development
cargo xtask pictures          walk the procedure in the real window and take the pictures of the README and of docs/ anew

ARGUMENTS are handed to outtray-desktop, such as --data-folder DIR.";

/// What went wrong, in words.
type Result<T = ()> = std::result::Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.split_first() {
        Some((command, rest)) if command == "run" && rest.iter().any(|argument| argument == "--terminal") => terminal::run(rest),
        Some((command, rest)) if command == "run" => run::run(rest),
        Some((command, rest)) if command == "test" => test::test(rest),
        Some((command, rest)) if command == "bench-window" => bench_window::bench_window(rest),
        Some((command, rest)) if command == "fuzz" => fuzz::fuzz(rest),
        Some((command, rest)) if command == "bench" => bench(rest),
        Some((command, [])) if command == "pictures" => pictures::pictures(),
        Some((command, _)) if !["help", "--help", "-h"].contains(&command.as_str()) => {
            Err(format!("there is no command {command}\n\n{HELP}"))
        }
        _ => {
            println!("{HELP}");
            Ok(())
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\ncargo xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(arguments: &[String]) -> Result {
    let mut bench = process::cargo(&["bench", "--locked", "--bench", "bench", "--"]);
    bench.args(arguments);
    process::succeed(bench)
}
