//! The polite ways in which a person or the system ends a program: Ctrl+C, a terminal that closes, a log-off, a service manager that stops
//! it. Both programs do the same for all of them: they write down what is left half-way, and end.

use std::io;

/// How the program was asked to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Ctrl+C, SIGINT; on Windows Ctrl+Break too.
    Interrupt,
    /// The terminal or the console window closes: SIGHUP, `CTRL_CLOSE_EVENT`.
    HangUp,
    /// Ctrl+\\, SIGQUIT.
    Quit,
    /// The session, the service or the computer ends, or a limit is reached: SIGTERM, SIGXCPU, `CTRL_LOGOFF_EVENT`, `CTRL_SHUTDOWN_EVENT`.
    Terminate,
}

impl Ending {
    /// What shells give a program that ended this way: 128 and the number of the signal (POSIX shells; `signal.h`).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::HangUp => 129,
            Self::Interrupt => 130,
            Self::Quit => 131,
            Self::Terminate => 143,
        }
    }
}

/// Hears every polite end from the moment it is made on. None of them ends the program by itself then.
#[derive(Debug)]
pub struct Endings(Sources);

impl Endings {
    /// Begins to listen; within a runtime. Fails where the system lets no handler be set.
    pub fn listen() -> io::Result<Self> {
        Sources::listen().map(Self)
    }

    /// Waits until the program is asked to end, once more.
    pub async fn next(&mut self) -> Ending {
        match self.0.next().await {
            Some(ending) => ending,
            // The runtime ends: nobody hears anything any more.
            None => std::future::pending().await,
        }
    }
}

/// The numbers of SIGXCPU and SIGXFSZ, the same on Linux and macOS (`signal.h`).
#[cfg(unix)]
const PROCESSOR_LIMIT: i32 = 24;
#[cfg(unix)]
const FILE_SIZE_LIMIT: i32 = 25;

#[cfg(unix)]
#[derive(Debug)]
struct Sources {
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    /// SIGXCPU: the limit of processor time is near (`ulimit -t`, a batch system).
    limit: tokio::signal::unix::Signal,
    /// Not where somebody has started the program with `nohup`: it goes on without its terminal then.
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Sources {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        // Looked at first: a handler would take the place of `nohup`'s wish.
        let hang_up = match ignores_hang_up() {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        // A file that would be larger than allowed (`ulimit -f`) is an error then that can be told, and no end without a word.
        drop(signal(SignalKind::from_raw(FILE_SIZE_LIMIT))?);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            limit: signal(SignalKind::from_raw(PROCESSOR_LIMIT))?,
            hang_up,
        })
    }

    async fn next(&mut self) -> Option<Ending> {
        let hang_up = async {
            match &mut self.hang_up {
                Some(hang_up) => hang_up.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            heard = self.interrupt.recv() => heard.map(|()| Ending::Interrupt),
            heard = self.quit.recv() => heard.map(|()| Ending::Quit),
            heard = self.terminate.recv() => heard.map(|()| Ending::Terminate),
            heard = self.limit.recv() => heard.map(|()| Ending::Terminate),
            heard = hang_up => heard.map(|()| Ending::HangUp),
        }
    }
}

/// Whether the program was started with SIGHUP ignored, as by `nohup`: Linux says it in the mask of ignored signals (proc(5), `SigIgn`).
#[cfg(target_os = "linux")]
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // SIGHUP is signal 1, so the lowest bit.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// Elsewhere the system does not say it without `unsafe`. `nohup` leaves no terminal to write to; then SIGHUP stays as it was found.
#[cfg(all(unix, not(target_os = "linux")))]
fn ignores_hang_up() -> bool {
    use std::io::IsTerminal;
    !std::io::stdout().is_terminal() && !std::io::stderr().is_terminal()
}

#[cfg(windows)]
#[derive(Debug)]
struct Sources {
    ctrl_c: tokio::signal::windows::CtrlC,
    ctrl_break: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    log_off: tokio::signal::windows::CtrlLogoff,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Sources {
    fn listen() -> io::Result<Self> {
        use tokio::signal::windows;
        Ok(Self {
            ctrl_c: windows::ctrl_c()?,
            ctrl_break: windows::ctrl_break()?,
            close: windows::ctrl_close()?,
            log_off: windows::ctrl_logoff()?,
            shutdown: windows::ctrl_shutdown()?,
        })
    }

    /// After the last three the system waits five seconds at most, as long as the handler does not return; tokio's never does.
    async fn next(&mut self) -> Option<Ending> {
        tokio::select! {
            heard = self.ctrl_c.recv() => heard.map(|()| Ending::Interrupt),
            heard = self.ctrl_break.recv() => heard.map(|()| Ending::Interrupt),
            heard = self.close.recv() => heard.map(|()| Ending::HangUp),
            heard = self.log_off.recv() => heard.map(|()| Ending::Terminate),
            heard = self.shutdown.recv() => heard.map(|()| Ending::Terminate),
        }
    }
}
