//! A secret is asked for without showing it, and however the asking ends, the terminal is as it was.
//!
//! On Linux, where util-linux's `setsid` gives a program a terminal of its own.
#![cfg(target_os = "linux")]

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    process::{Child, Command, Stdio},
};

use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{LocalModes, tcgetattr},
};

use crate::support::{Computer, within};

/// A program in a terminal of its own.
struct Terminal {
    person: File,
    program: File,
    child: Child,
}

impl Terminal {
    fn start(computer: &Computer, words: &[&str]) -> Self {
        let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&person).unwrap();
        unlockpt(&person).unwrap();
        let name = ptsname(&person, Vec::new()).unwrap().into_string().unwrap();
        let program = OpenOptions::new().read(true).write(true).open(name).unwrap();
        let typed = computer.command(words);
        let mut command = Command::new("setsid");
        command.arg("--ctty").arg(typed.as_std().get_program()).args(typed.as_std().get_args());
        let stdio = || Stdio::from(program.try_clone().unwrap());
        let child = command.stdin(stdio()).stdout(stdio()).stderr(stdio()).spawn().unwrap();
        Self {
            person: File::from(person),
            program,
            child,
        }
    }

    /// Whether what is typed shows, line by line, and Ctrl+C ends programs.
    fn is_as_usual(&self) -> bool {
        let usual = LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG;
        tcgetattr(&self.program).unwrap().local_modes.contains(usual)
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// How it has ended, whether the terminal is as it was then, and all that it has said.
    async fn ended(mut self) -> (Option<i32>, bool, String) {
        let wait = tokio::task::spawn_blocking(move || {
            let status = self.child.wait().unwrap();
            let is_as_usual = self.is_as_usual();
            // The last one who could write to it: what was written can be read to its end.
            drop(self.program);
            (status.code(), is_as_usual, read(self.person))
        });
        within(wait, "it should have ended").await.unwrap()
    }
}

/// A terminal that nobody has open any more answers with an error where a file has an end (`EIO`).
fn read(mut person: File) -> String {
    let (mut text, mut some) = (Vec::new(), [0; 4096]);
    loop {
        match person.read(&mut some) {
            Ok(0) => break,
            Ok(count) => text.extend(&some[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn however_the_asking_ends_the_terminal_is_as_it_was() {
    let computer = Computer::new().await;
    let app = computer.another_app();
    let begin = ["authorize", "begin", "AB", "--app-key", &app.key];
    for (end, expected) in [
        ("Ctrl+C", 130),
        ("INT", 130),
        ("TERM", 143),
        ("HUP", 129),
        ("QUIT", 131),
        ("Ctrl+D", 3),
    ] {
        let mut terminal = Terminal::start(&computer, &begin);
        let hidden = async {
            while terminal.is_as_usual() {
                tokio::task::yield_now().await;
            }
        };
        within(hidden, "nothing was asked").await;
        match end {
            "Ctrl+C" => terminal.person.write_all(b"half a secret\x03").unwrap(),
            "Ctrl+D" => terminal.person.write_all(b"\x04").unwrap(),
            _ => terminal.signal(end),
        }
        let (code, is_as_usual, said) = terminal.ended().await;
        assert!(is_as_usual, "{end} leaves the terminal changed");
        assert_eq!(code, Some(expected), "{end}: {said}");
        assert!(!said.contains("half a secret"), "{end}: {said}");
        assert!(
            said.contains(if expected == 3 { "[invalid_input]" } else { "[interrupted]" }),
            "{end}: {said}"
        );
    }
}
