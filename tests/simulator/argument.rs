//! Reads an argument that `schema` has found to be in order.

use serde_json::{Map, Value};

use super::{
    answer::{Refusal, Result},
    schema::{Field, check_object},
};

/// An object, and where it came from: `request body` or `HTTP header "Dropbox-API-Arg"`.
pub(super) struct Argument {
    place: String,
    fields: Map<String, Value>,
}

impl Argument {
    /// Refuses, in Dropbox's words, what is not as these fields say.
    pub(super) fn new(place: &str, value: Value, fields: &[Field]) -> Result<Self> {
        check_object(fields, &value).map_err(|wrong| Refusal::Request(format!("{place}: {wrong}")))?;
        Ok(Self::checked(place.to_owned(), value))
    }

    fn checked(place: String, value: Value) -> Self {
        let fields = match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        };
        Self { place, fields }
    }

    pub(super) fn refuse<T>(&self, what: String) -> Result<T> {
        Err(Refusal::Request(format!("{}: {what}", self.place)))
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.optional_text(name).unwrap_or_default()
    }

    pub(super) fn optional_text(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.as_str()
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.fields.get(name)?.as_u64()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.fields.get(name) == Some(&Value::Bool(true))
    }

    /// The tag of a union: a bare string, or an object with `.tag`.
    pub(super) fn tag(&self, name: &str) -> Option<&str> {
        let value = self.fields.get(name)?;
        value.as_str().or_else(|| value.get(".tag")?.as_str())
    }

    pub(super) fn object(&self, name: &str) -> Self {
        let value = self.fields.get(name).cloned().unwrap_or_default();
        Self::checked(format!("{}: {name}", self.place), value)
    }

    /// A list of objects.
    pub(super) fn objects(&self, name: &str) -> Vec<Self> {
        let values = self.list(name).iter().cloned();
        values.map(|value| Self::checked(self.place.clone(), value)).collect()
    }

    pub(super) fn list(&self, name: &str) -> &[Value] {
        self.value(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// Whatever is there, unless it is `null`.
    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }
}
