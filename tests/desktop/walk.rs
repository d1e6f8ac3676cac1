//! What is seen on the way: every page, to be searched for secrets, and with `OUTTRAY_WALK` a picture and a line for each step.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::webdriver::WebDriver;

/// Remembers what was seen.
#[derive(Default)]
pub(crate) struct Walk {
    steps: usize,
    /// Every page's source, with the step's name.
    pub(crate) pages: Vec<(String, String)>,
}

impl Walk {
    /// A picture of how it ends, in `target/screens`.
    pub(crate) async fn picture(self, window: &WebDriver, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("screens");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.png")), window.screenshot().await).unwrap();
    }

    /// Notes a step: `name` for the picture's file, `seen` for the person who reads along.
    #[expect(clippy::print_stdout, reason = "`cargo xtask run` shows these lines where there is no display")]
    pub(crate) async fn step(&mut self, window: &WebDriver, name: &str, seen: &str) {
        self.steps += 1;
        let name = format!("{:02}-{name}", self.steps);
        if let Some(folder) = std::env::var_os("OUTTRAY_WALK").map(PathBuf::from) {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("{name}.png")), window.screenshot().await).unwrap();
            println!("{name}: {}", seen.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        self.pages.push((name, window.source().await));
    }
}
