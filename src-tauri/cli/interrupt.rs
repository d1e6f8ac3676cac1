//! Ctrl+C during what takes long.

use tokio::signal::ctrl_c;

/// What became of something that may be interrupted.
pub(crate) enum Ended<T> {
    /// It came to its end.
    Done(T),
    /// Ctrl+C came first.
    Interrupted,
}

/// Works until the work is done or somebody presses Ctrl+C. Where the system has no Ctrl+C to hear, the work goes on.
pub(crate) async fn or_interrupted<T>(work: impl Future<Output = T>) -> Ended<T> {
    let pressed = async {
        if ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        // Listened for before the work begins, so that it counts from the first moment.
        biased;
        () = pressed => Ended::Interrupted,
        result = work => Ended::Done(result),
    }
}
