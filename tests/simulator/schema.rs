//! What an argument must look like, judged as Dropbox's own validators do: unknown and missing fields, wrong types, lengths, patterns and tags
//! are refused in their words, before a route looks at anything. Source: `dropbox.stone_validators` and `stone_serializers` of the official
//! Python SDK, strict, as a server reads.

use serde_json::{Map, Value};

/// The shape of a value.
pub(super) enum Shape {
    /// `true` or `false`.
    Flag,
    /// A string.
    Text(Text),
    /// A whole number between these, both included.
    Number(u64, u64),
    /// UTC, whole seconds.
    Time,
    /// Values of one shape, at least and at most so many.
    List(&'static Self, usize, usize),
    /// An object.
    Object(&'static [Field]),
    /// A tagged union; a member without a shape is void. The catch-all of an open union is not a member: nobody may send it.
    Union(&'static [(&'static str, Option<Shape>)]),
    /// `null`, or this.
    Nullable(&'static Self),
}

/// A field of an object.
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) required: bool,
}

/// A string, its length in characters and its pattern.
#[derive(Default)]
pub(super) struct Text {
    pub(super) least: usize,
    pub(super) most: Option<usize>,
    pub(super) pattern: Option<Pattern>,
}

/// A pattern as it is written in a refusal, and whether a text has it.
pub(super) type Pattern = (&'static str, fn(&str) -> bool);

/// Any string.
pub(super) const TEXT: Shape = Shape::Text(Text {
    least: 0,
    most: None,
    pattern: None,
});

pub(super) const fn required(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: true,
    }
}

pub(super) const fn optional(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
    }
}

type Checked = Result<(), String>;

/// Says what is wrong with an object, the names of the fields before it.
pub(super) fn check_object(fields: &[Field], value: &Value) -> Checked {
    let object = match value {
        Value::Object(object) => object,
        // An object that needs no field has a default.
        Value::Null if fields.iter().all(|field| !field.required) => return Ok(()),
        other => return Err(format!("expected object, got {}", kind(other))),
    };
    let is_known = |name: &str| fields.iter().any(|field| field.name == name) || name.starts_with(".tag");
    if let Some(unknown) = object.keys().find(|name| !is_known(name)) {
        return Err(format!("unknown field '{unknown}'"));
    }
    for field in fields {
        match object.get(field.name) {
            Some(value) => field.shape.check(value).map_err(|wrong| below(field.name, value, &wrong))?,
            None if field.required => return Err(format!("missing required field '{}'", field.name)),
            None => {}
        }
    }
    Ok(())
}

/// A text that is none is named with its value, as Dropbox does.
fn below(name: &str, value: &Value, wrong: &str) -> String {
    match wrong {
        NO_STRING => format!("{name}: '{value}' {NO_STRING}, got {}", kind(value)),
        wrong => format!("{name}: {wrong}"),
    }
}

const NO_STRING: &str = "expected to be a string";

impl Shape {
    /// Says what is wrong with a value.
    pub(super) fn check(&self, value: &Value) -> Checked {
        match self {
            Self::Flag => match value {
                Value::Bool(_) => Ok(()),
                other => Err(format!("expected boolean, got {}", kind(other))),
            },
            Self::Text(text) => text.check(value.as_str().ok_or(NO_STRING)?),
            Self::Number(least, most) => match value.as_u64() {
                Some(number) if (*least..=*most).contains(&number) => Ok(()),
                Some(number) => Err(format!("{number} is not within range [{least}, {most}]")),
                None => Err("expected integer".to_owned()),
            },
            Self::Time => check_time(value.as_str().ok_or(NO_STRING)?),
            Self::List(item, least, most) => check_list(item, *least, *most, value),
            Self::Object(fields) => check_object(fields, value),
            Self::Union(members) => check_union(members, value),
            Self::Nullable(shape) => match value {
                Value::Null => Ok(()),
                value => shape.check(value),
            },
        }
    }
}

impl Text {
    fn check(&self, text: &str) -> Checked {
        let length = text.chars().count();
        if length < self.least {
            return Err(format!("'{text}' must be at least {} characters, got {length}", self.least));
        }
        if let Some(most) = self.most.filter(|most| length > *most) {
            return Err(format!("'{text}' must be at most {most} characters, got {length}"));
        }
        match self.pattern {
            Some((pattern, fits)) if !fits(text) => Err(format!("'{text}' did not match pattern '{pattern}'")),
            _ => Ok(()),
        }
    }
}

fn check_list(item: &Shape, least: usize, most: usize, value: &Value) -> Checked {
    let Value::Array(list) = value else {
        return Err(format!("expected list, got {}", kind(value)));
    };
    if list.len() < least {
        return Err(format!("expected at least {least} items, got {}", list.len()));
    }
    if list.len() > most {
        return Err(format!("expected at most {most} items, got {}", list.len()));
    }
    list.iter().try_for_each(|value| item.check(value))
}

fn check_union(members: &[(&str, Option<Shape>)], value: &Value) -> Checked {
    let member = |tag: &str| {
        let found = members.iter().find(|(name, _)| *name == tag);
        found.ok_or_else(|| format!("unknown tag '{tag}'"))
    };
    match value {
        Value::String(tag) => match member(tag)? {
            (_, None) => Ok(()),
            (name, Some(_)) => Err(format!("expected object for '{name}', got symbol")),
        },
        Value::Object(object) => {
            let tag = object.get(".tag").ok_or("missing '.tag' key")?;
            let tag = tag.as_str().ok_or_else(|| format!("tag must be string, got {}", kind(tag)))?;
            let (name, shape) = member(tag)?;
            check_member(name, shape.as_ref(), object)
        }
        other => Err(format!("expected string or object, got {}", kind(other))),
    }
}

/// The payload lies under a key equal to the tag; a void member has none, or `null`. No member of a union here is a plain object, whose
/// fields would lie beside the tag.
fn check_member(name: &str, shape: Option<&Shape>, object: &Map<String, Value>) -> Checked {
    match (shape, object.get(name)) {
        (None, None | Some(Value::Null)) => {}
        (None, Some(other)) => return Err(format!("expected null, got {}", kind(other))),
        (Some(_), None) => return Err(format!("missing '{name}' key")),
        (Some(shape), Some(value)) => shape.check(value).map_err(|wrong| below(name, value, &wrong))?,
    }
    match object.keys().find(|key| *key != name && *key != ".tag") {
        Some(other) => Err(format!("unexpected key '{other}'")),
        None => Ok(()),
    }
}

fn check_time(text: &str) -> Checked {
    match time(text) {
        Some(_) => Ok(()),
        None => Err(format!("time data '{text}' does not match format '%Y-%m-%dT%H:%M:%SZ'")),
    }
}

/// `%Y-%m-%dT%H:%M:%SZ` as `strptime` reads it: four digits of the year, one or two of everything else, years 1 to 9999.
pub(super) fn time(text: &str) -> Option<jiff::civil::DateTime> {
    let (date, time) = text.strip_suffix(['Z', 'z'])?.split_once(['T', 't'])?;
    let [year, month, day] = three(date, '-')?;
    let [hour, minute, second] = three(time, ':')?;
    let digits = |text: &str, most: usize| {
        let fits = !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse::<i16>().ok()).flatten()
    };
    let two = |text: &str| digits(text, 2).and_then(|number| i8::try_from(number).ok());
    let year = digits(year, 4).filter(|number| year.len() == 4 && *number > 0)?;
    jiff::civil::DateTime::new(year, two(month)?, two(day)?, two(hour)?, two(minute)?, two(second)?, 0).ok()
}

fn three(text: &str, between: char) -> Option<[&str; 3]> {
    let mut parts = text.split(between);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}
