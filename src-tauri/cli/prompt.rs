//! Secrets: asked for on a terminal without showing them, or read from the standard input. Never from arguments.

use std::io::{ErrorKind, IsTerminal, stdin};

use outtray::{Error, error::Field, secret::Secret};

use crate::terminal;

/// One line, without its end.
pub(crate) async fn secret(question: &str, field: Field) -> Result<Secret, Error> {
    let question = format!("{question}: ");
    let read = tokio::task::spawn_blocking(move || match stdin().is_terminal() {
        true => {
            let _remembered = terminal::remember();
            rpassword::prompt_password(question)
        }
        false => {
            let mut line = String::new();
            stdin().read_line(&mut line).map(|_| line)
        }
    });
    let failed = |error: &dyn std::fmt::Display| Error::invalid(field, format!("It could not be read: {error}."));
    match read.await.map_err(|error| failed(&error))? {
        Ok(line) => Ok(Secret::new(line.trim_end_matches(['\r', '\n']))),
        // Ctrl+C at the prompt: the signal says so too, and ends the program.
        Err(error) if error.kind() == ErrorKind::Interrupted => std::future::pending().await,
        Err(error) => Err(failed(&error)),
    }
}
