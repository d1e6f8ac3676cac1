//! What an order says: names and texts, from a form, from JSON or from the command line.

use std::{fmt::Display, str::FromStr, time::Duration};

use serde_json::Value;

use crate::simulator::inbound::pairs;

/// Names and texts; a blank text is as if it was not there.
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn of_form(body: &[u8]) -> Self {
        Self(pairs(body))
    }

    /// An object of texts, numbers and flags.
    pub(super) fn of_json(body: &[u8]) -> Result<Self, String> {
        let value: Value = match body.is_empty() {
            true => Value::Object(serde_json::Map::new()),
            false => serde_json::from_slice(body).map_err(|error| format!("This is no JSON: {error}."))?,
        };
        let Value::Object(object) = value else {
            return Err("Send one object.".to_owned());
        };
        let texts = object.into_iter().map(|(name, value)| match value {
            Value::Null => Ok((name, String::new())),
            Value::String(text) => Ok((name, text)),
            Value::Number(number) => Ok((name, number.to_string())),
            Value::Bool(flag) => Ok((name, flag.to_string())),
            Value::Array(_) | Value::Object(_) => Err(format!("{name}: a text, a number or a flag is expected")),
        });
        texts.collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    pub(super) fn need(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("{name}: this is missing"))
    }

    /// Removes a field, and returns what it said.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Refuses a field that nobody would look at.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), String> {
        match self.0.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((unknown, _)) => Err(format!("{unknown}: unknown field; known are {}", known.join(", "))),
            None => Ok(()),
        }
    }

    /// A number within these, both included.
    pub(super) fn number<T: FromStr + PartialOrd + Display>(&self, name: &str, least: T, most: T) -> Result<Option<T>, String> {
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        match text.parse::<T>().ok().filter(|number| (&least..=&most).contains(&number)) {
            Some(number) => Ok(Some(number)),
            None => Err(format!("{name}: “{text}” is not a whole number from {least} to {most}")),
        }
    }

    /// `on`, `true` or `yes`; `off`, `false`, `no` or nothing.
    pub(super) fn flag(&self, name: &str) -> Result<bool, String> {
        match self.get(name) {
            Some("on" | "true" | "yes") => Ok(true),
            None | Some("off" | "false" | "no") => Ok(false),
            Some(other) => Err(format!("{name}: “{other}” is neither on nor off")),
        }
    }

    /// `90`, `90s`, `15m`, `4h` or `7d`.
    pub(super) fn duration(&self, name: &str) -> Result<Option<Duration>, String> {
        /// Ten years: dates stay dates.
        const MOST: u64 = 10 * 366 * 24 * 3600;
        let Some(text) = self.get(name) else {
            return Ok(None);
        };
        let (digits, unit) = match text.char_indices().last() {
            Some((at, 's')) => (&text[..at], 1),
            Some((at, 'm')) => (&text[..at], 60),
            Some((at, 'h')) => (&text[..at], 3600),
            Some((at, 'd')) => (&text[..at], 24 * 3600),
            _ => (text, 1),
        };
        let seconds = digits
            .parse::<u64>()
            .ok()
            .and_then(|number| number.checked_mul(unit))
            .filter(|seconds| *seconds <= MOST);
        match seconds {
            Some(seconds) => Ok(Some(Duration::from_secs(seconds))),
            None => Err(format!("{name}: “{text}” is not a time such as 90s, 15m, 4h or 7d")),
        }
    }
}
