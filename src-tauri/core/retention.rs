//! Retention: what is deleted after a while. Clocks go wrong, and what is deleted is gone: so time has to have passed, not only to be said.
//!
//! A clock that is up to a week ahead of the last look is believed. One that is further ahead may be right, where Outtray was not started
//! for long, or wrong: nothing is deleted until another look, a week later by the same clock, says the same. A clock that is behind what was
//! believed deletes less, so it is believed; one that is behind this program's own beginnings is not (`clock.rs`).

use std::time::Duration;

use crate::{
    clock::{Clock, EARLIEST_MS},
    error::Error,
    store::{Store, Upkeep},
};

const HOUR_MS: i64 = 60 * 60 * 1000;
/// One day, in milliseconds.
const DAY_MS: i64 = 24 * HOUR_MS;
/// How many rows are deleted in one transaction.
const PIECE: u32 = 500;
/// How many pieces are deleted at a start, at most once an hour: a start does not depend on how much there is.
const PIECES_AT_START: u32 = 10;
/// How long others have the database between two pieces: about as long as one takes, since who waits looks again only now and then.
const PAUSE: Duration = Duration::from_millis(10);
/// How far a clock may be ahead of the last look, and how long one that is further ahead is observed.
const WEEK_MS: i64 = 7 * DAY_MS;
/// How far apart two looks of a clock that is observed may be.
const OBSERVED_MAX_MS: i64 = 100 * DAY_MS;
/// How long a removed record can be restored: thirty days.
pub(crate) const REMOVED_KEPT_MS: i64 = 30 * DAY_MS;

/// What a look at the clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// The first at all: it says nothing about how much time has passed.
    First,
    /// Nothing may be deleted.
    Doubtful,
    /// What is old may be deleted.
    Believed,
    /// The same; a clock before this was ahead.
    Returned,
    /// The clock is far ahead of the last look, and right.
    LeapConfirmed,
}

/// How much is deleted of what was kept long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// A part of it, once an hour.
    AtStart,
    /// All of it.
    Everything,
}

/// Deletes what was kept long enough: removed records, the history of deliveries, the secrets of requests whose hour is over, the copies
/// from before a migration. The activity is kept for good.
///
/// Long histories are deleted in pieces, so that others wait for no longer than one takes.
pub(crate) async fn purge(store: &Store, clock: &Clock, extent: Extent) -> Result<(), Error> {
    let (now, before) = (clock.reading_ms(), store.get_upkeep().await?);
    let (look, after) = looked(before, now);
    match look {
        Look::Doubtful => tracing::info!(?before, now, "nothing is deleted by this clock yet"),
        Look::Returned => store.bring_back_to(now, HOUR_MS).await?,
        Look::First => store.keep_removed_operators_from(now, (0, now)).await?,
        // What was removed under this clock is as old as it says; so is what was removed before the last look of the other one.
        Look::LeapConfirmed => {
            let between = (before.believed_at.unwrap_or(0) - WEEK_MS, before.doubtful_at.unwrap_or(now));
            store.keep_removed_operators_from(now, between).await?;
        }
        Look::Believed => {}
    }
    // Not at each start: nobody needs the minute.
    let is_news = is_news(before, after);
    if !matches!(look, Look::First | Look::Doubtful) {
        store.purge_requests(now).await?;
        if is_news || extent == Extent::Everything {
            delete(store, now, after, extent).await?;
        }
    }
    // Last, so that a purge that failed is made again.
    if is_news {
        store.set_upkeep(after).await?;
    }
    Ok(())
}

/// Judges a clock that says `now`, and what to note of it.
fn looked(before: Upkeep, now: i64) -> (Look, Upkeep) {
    let believed = Upkeep {
        believed_at: Some(now),
        doubtful_at: None,
        good_since: before.good_since.or(Some(now)).map(|since| since.min(now)),
        checked_at: before.checked_at,
    };
    let doubtful = |doubtful_at| {
        let after = Upkeep { doubtful_at, ..before };
        (Look::Doubtful, after)
    };
    match (before.believed_at, before.doubtful_at) {
        _ if now < EARLIEST_MS => doubtful(before.doubtful_at),
        (None, _) => (Look::First, believed),
        (Some(last), doubt) if now <= last + WEEK_MS => match doubt.is_some() || now < last - HOUR_MS {
            true => (Look::Returned, believed),
            false => (Look::Believed, believed),
        },
        (_, Some(doubt)) if (doubt + WEEK_MS..=doubt + OBSERVED_MAX_MS).contains(&now) => (Look::LeapConfirmed, believed),
        (_, Some(doubt)) if (doubt..doubt + WEEK_MS).contains(&now) => doubtful(Some(doubt)),
        _ => doubtful(Some(now)),
    }
}

fn is_news(before: Upkeep, after: Upkeep) -> bool {
    let moved = before
        .believed_at
        .zip(after.believed_at)
        .is_none_or(|(before, after)| before.abs_diff(after) >= HOUR_MS.unsigned_abs());
    moved || (before.doubtful_at, before.good_since) != (after.doubtful_at, after.good_since)
}

async fn delete(store: &Store, now: i64, upkeep: Upkeep, extent: Extent) -> Result<(), Error> {
    let settings = store.get_settings().await?;
    let history_kept = i64::from(settings.history_retention_days) * DAY_MS;
    let pieces = match extent {
        Extent::AtStart => PIECES_AT_START,
        Extent::Everything => u32::MAX,
    };
    for _ in 0..pieces {
        let of_removed = store.purge_operators(now - REMOVED_KEPT_MS, PIECE).await?;
        let of_history = store.purge_deliveries(now - history_kept, PIECE).await?;
        if of_removed == 0 && of_history == 0 {
            break;
        }
        // The lock of the database is given to whoever asks first: another program has to have the chance.
        tokio::time::sleep(PAUSE).await;
    }
    if upkeep.good_since.is_some_and(|since| since + WEEK_MS <= now) {
        store.remove_copies().await?;
    }
    Ok(())
}
