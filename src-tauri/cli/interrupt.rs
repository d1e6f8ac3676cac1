//! Every polite end of the program, whatever it is doing: Ctrl+C, a terminal that closes, a log-off, a service manager that stops it.

use std::{io, sync::LazyLock, time::Duration};

use outtray::ending::{Ending, Endings};
use tokio::{
    sync::watch,
    time::{Instant, timeout, timeout_at},
};

use crate::terminal;

/// How long the work has to say something about its end itself.
const OWN_WORD: Duration = Duration::from_millis(200);
/// How long the end may take once somebody has asked for it: then something blocks that cannot be ended, such as a call of the system.
const GRACE: Duration = Duration::from_secs(10);
/// Shells, wrappers and service managers ask twice for one end: the second one within this time is the same.
const SAME: Duration = Duration::from_millis(500);

/// How the program was asked to end, once it was.
static ASKED: LazyLock<watch::Sender<Option<Ending>>> = LazyLock::new(|| watch::Sender::new(None));

/// What became of something that may be interrupted.
pub(crate) enum Ended<T> {
    /// It came to its end.
    Done(T),
    /// The program was asked to end first.
    Interrupted(Ending),
}

/// Hears from now on when the program is asked to end. Asked once more, or when the end takes too long, it ends at once, after `at_once`.
pub(crate) fn listen(at_once: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut endings = Endings::listen()?;
    tokio::spawn(async move {
        let ending = endings.next().await;
        ASKED.send_replace(Some(ending));
        let same = Instant::now() + SAME;
        while timeout_at(same, endings.next()).await.is_ok() {}
        let last = timeout(GRACE, endings.next()).await.unwrap_or(ending);
        at_once();
        terminal::restore();
        std::process::exit(last.exit_code().into());
    });
    Ok(())
}

/// Waits until the program is asked to end.
pub(crate) async fn asked() -> Ending {
    let mut heard = ASKED.subscribe();
    let ending = heard.wait_for(Option::is_some).await.ok().and_then(|ending| *ending);
    match ending {
        Some(ending) => ending,
        None => std::future::pending().await,
    }
}

/// Works as [`or_interrupted`], and lets the work say first what it has to say about its end.
pub(crate) async fn or_interrupted_within<T>(work: impl Future<Output = T>) -> Ended<T> {
    let after_the_work = async {
        let ending = asked().await;
        // The work hears of it in the same moment, and may need more than one turn to answer.
        tokio::time::sleep(OWN_WORD).await;
        ending
    };
    tokio::select! {
        biased;
        result = work => Ended::Done(result),
        ending = after_the_work => Ended::Interrupted(ending),
    }
}

/// Works until the work is done or the program is asked to end.
pub(crate) async fn or_interrupted<T>(work: impl Future<Output = T>) -> Ended<T> {
    tokio::select! {
        biased;
        result = work => Ended::Done(result),
        ending = asked() => Ended::Interrupted(ending),
    }
}
