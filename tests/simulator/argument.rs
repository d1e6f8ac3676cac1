//! Reads an argument strictly: unknown and missing fields and wrong types are refused in Dropbox's words.

use serde_json::{Map, Value};

use super::answer::{Refusal, Result};

/// An object, and where it came from: `request body` or `HTTP header "Dropbox-API-Arg"`.
pub(super) struct Argument {
    place: String,
    fields: Map<String, Value>,
}

impl Argument {
    pub(super) fn new(place: &str, value: Value, known: &[&str]) -> Result<Self> {
        let refuse = |what: String| Err(Refusal::Request(format!("{place}: {what}")));
        let Value::Object(fields) = value else {
            return refuse("expected object".to_owned());
        };
        if let Some(unknown) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return refuse(format!("unknown field '{unknown}'"));
        }
        Ok(Self {
            place: place.to_owned(),
            fields,
        })
    }

    pub(super) fn refuse<T>(&self, what: String) -> Result<T> {
        Err(Refusal::Request(format!("{}: {what}", self.place)))
    }

    fn optional(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    fn required(&self, name: &str) -> Result<&Value> {
        match self.optional(name) {
            Some(value) => Ok(value),
            None => self.refuse(format!("missing required field '{name}'")),
        }
    }

    pub(super) fn text(&self, name: &str) -> Result<&str> {
        match self.required(name)? {
            Value::String(text) => Ok(text),
            other => self.refuse(format!("{name}: '{other}' expected to be a string, got {}", kind(other))),
        }
    }

    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&str>> {
        match self.optional(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.text(name).map(Some),
        }
    }

    pub(super) fn number(&self, name: &str) -> Result<u64> {
        match self.required(name)?.as_u64() {
            Some(number) => Ok(number),
            None => self.refuse(format!("{name}: expected integer")),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool> {
        match self.optional(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => self.refuse(format!("{name}: expected boolean, got {}", kind(other))),
        }
    }

    /// A union of void members: a bare string or an object with `.tag`.
    pub(super) fn union(&self, name: &str, default: &str, known: &[&str]) -> Result<String> {
        let tag = match self.optional(name) {
            None => default,
            Some(value) => value.as_str().or_else(|| value.get(".tag")?.as_str()).unwrap_or_default(),
        };
        match known.contains(&tag) {
            true => Ok(tag.to_owned()),
            false => self.refuse(format!("{name}: unknown tag '{tag}'")),
        }
    }

    pub(super) fn object(&self, name: &str, known: &[&str]) -> Result<Self> {
        let value = self.required(name)?.clone();
        Self::new(&format!("{}: {name}", self.place), value, known)
    }

    pub(super) fn list(&self, name: &str) -> Result<&[Value]> {
        match self.required(name)? {
            Value::Array(list) => Ok(list),
            other => self.refuse(format!("{name}: expected list, got {}", kind(other))),
        }
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.optional(name)
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
