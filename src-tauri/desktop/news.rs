//! What is news: a change of an operator's standing that somebody waits for. Each is told once, however many events bring it.

use std::collections::{HashMap, HashSet, VecDeque};

use outtray::{
    operator::{Operator, RequestPhase},
    unicode::shown,
};

use crate::words::Words;

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Dropbox has confirmed; Save is awaited.
    Confirmed,
    /// The user clicked Cancel.
    Refused,
    /// The authorization did not come about, or waits for another try.
    Failed,
    /// The hour is over.
    Expired,
    /// Dropbox has ended the authorization in force.
    Ended,
}

impl News {
    /// The text of its notification.
    pub(crate) fn said(self, words: &Words, operator: &Operator) -> String {
        let text = match self {
            Self::Confirmed => words.confirmed,
            Self::Refused => words.refused,
            Self::Failed => words.failed,
            Self::Expired => words.expired,
            Self::Ended => words.ended,
        };
        text.replace("{operator}", &shown(&format!("{} {}", operator.id, operator.name)))
    }
}

/// How an operator stood when we looked last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Standing {
    /// The request: when it was made, how far it is, and the code of what went wrong.
    request: Option<(i64, RequestPhase, Option<String>)>,
    /// When the request ends without an answer, in milliseconds since 1970.
    expires_at: Option<i64>,
    has_ended: bool,
}

impl Standing {
    fn of(operator: &Operator) -> Self {
        let request = operator.request.as_ref();
        let awaits =
            |request: &&outtray::operator::AuthorizationRequest| request.phase == RequestPhase::AwaitingCode && !request.code_received;
        Self {
            request: request.map(|request| {
                let problem = request.problem.as_ref().map(|problem| problem.code.clone());
                (request.created_at, request.phase, problem)
            }),
            expires_at: request.filter(awaits).map(|request| request.expires_at),
            has_ended: operator.authorization.as_ref().is_some_and(|authorization| authorization.revoked),
        }
    }
}

/// How everybody stood when we looked last. Whoever is not among these has no request, and nothing that has ended.
#[derive(Debug, Default)]
pub(crate) struct Known(HashMap<String, Standing>);

impl Known {
    /// Nothing is news yet.
    pub(crate) fn new(operators: &[Operator]) -> Self {
        Self(operators.iter().map(|operator| (operator.id.key(), Standing::of(operator))).collect())
    }

    /// How this operator stands now, and what of that is news.
    pub(crate) fn look(&mut self, operator: &Operator) -> Option<News> {
        let now = Standing::of(operator);
        let before = match now == Standing::default() {
            true => self.0.remove(&operator.id.key()),
            false => self.0.insert(operator.id.key(), now.clone()),
        };
        let before = before.unwrap_or_default();
        if now.has_ended && !before.has_ended {
            return Some(News::Ended);
        }
        let (_, phase, problem) = now.request.as_ref().filter(|_| now.request != before.request)?;
        match (phase, problem.as_deref()) {
            (RequestPhase::Granted, _) => Some(News::Confirmed),
            (_, Some("authorization_refused")) => Some(News::Refused),
            (_, Some("request_expired")) => Some(News::Expired),
            (_, Some(_)) => Some(News::Failed),
            (_, None) => None,
        }
    }

    /// Forgets an operator who is not there any more.
    pub(crate) fn forget(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Forgets all but these.
    pub(crate) fn keep(&mut self, operators: &[Operator]) {
        let there: HashSet<String> = operators.iter().map(|operator| operator.id.key()).collect();
        self.0.retain(|key, _| there.contains(key));
    }

    /// Whose hour is over at this time, in milliseconds since 1970, without anybody having said so.
    pub(crate) fn expired(&self, now: i64) -> Vec<String> {
        let over = |standing: &Standing| standing.expires_at.is_some_and(|expires_at| expires_at <= now);
        self.0.iter().filter(|(_, standing)| over(standing)).map(|(id, _)| id.clone()).collect()
    }
}

/// How many deliveries are remembered once they were told of. What tells of one again comes soon after it.
const TOLD_MAX: usize = 1000;

/// The deliveries told of last.
#[derive(Debug, Default)]
pub(crate) struct Told(VecDeque<i64>);

impl Told {
    /// Notes a delivery; whether it is news.
    pub(crate) fn is_news(&mut self, delivery_id: i64) -> bool {
        if self.0.contains(&delivery_id) {
            return false;
        }
        if self.0.len() == TOLD_MAX {
            self.0.pop_front();
        }
        self.0.push_back(delivery_id);
        true
    }
}
