//! Secrets: asked for on a terminal without showing them, or read from the standard input. Never from arguments.

use std::{
    fs::File,
    io::{self, ErrorKind, IsTerminal, Read, stdin},
};

use outtray::{Error, error::Field, secret::Secret, typed};
use zeroize::Zeroizing;

use crate::terminal;

/// The most that is read of an input, in bytes.
const READ_MAX: usize = 64 * 1024;

/// What was typed, or as much of the input as holds what this field wants: usually one line, without its end.
pub(crate) async fn secret(question: &str, field: Field) -> Result<Secret, Error> {
    let question = format!("{question}: ");
    let read = tokio::task::spawn_blocking(move || match stdin().is_terminal() {
        true => {
            let _remembered = terminal::remember();
            rpassword::prompt_password(question).map(|line| typed::line(field, line.as_bytes()))
        }
        false => piped(field),
    });
    let failed = |error: &dyn std::fmt::Display| Error::invalid(field, format!("It could not be read: {error}."));
    match read.await.map_err(|error| failed(&error))? {
        Ok(line) => Ok(Secret::new(line?)),
        // Ctrl+C at the prompt: the signal says so too, and ends the program.
        Err(error) if error.kind() == ErrorKind::Interrupted => std::future::pending().await,
        Err(error) => Err(failed(&error)),
    }
}

/// Reads line by line, and no further than it has to: whoever writes may keep the pipe open. The standard library would keep what it has
/// read in a buffer for as long as the program runs.
fn piped(field: Field) -> io::Result<Result<String, Error>> {
    let (mut input, mut bytes, mut byte) = (unbuffered()?, Zeroizing::new(Vec::with_capacity(READ_MAX)), [0]);
    while bytes.len() < READ_MAX && input.read(&mut byte)? > 0 {
        bytes.extend_from_slice(&byte);
        if typed::ends_line(&bytes) && typed::line(field, &bytes).is_ok_and(|text| typed::is_enough(field, &text)) {
            break;
        }
    }
    Ok(typed::line(field, &bytes))
}

#[cfg(unix)]
fn unbuffered() -> io::Result<File> {
    use std::os::fd::AsFd;
    Ok(File::from(stdin().as_fd().try_clone_to_owned()?))
}

#[cfg(windows)]
fn unbuffered() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(File::from(stdin().as_handle().try_clone_to_owned()?))
}
