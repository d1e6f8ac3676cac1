//! The options of the command line that are orders.

use super::{Fields, orders};
use crate::simulator::shared::Shared;

type Followed = Result<(), String>;

/// `--fault insufficient_space,times=3`: the name of a fault, then its fields.
pub(super) fn fault(shared: &Shared, option: &str) -> Followed {
    let mut parts = option.split(',').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let fields = parts.map(|field| match field.split_once('=') {
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err(format!("fault: “{field}” is not FIELD=VALUE")),
    });
    let mut fields: Vec<_> = fields.collect::<Result<_, _>>()?;
    fields.insert(0, ("fault".to_owned(), name.to_owned()));
    orders::follow(shared, "faults", &Fields(fields))
}

/// `--account 'Anna Berg,anna@example.com,Berg & Co'`: whoever has an account keeps it, so that a start with the same options goes on.
pub(super) fn account(shared: &Shared, option: &str) -> Followed {
    let mut parts = option.splitn(3, ',').map(|part| part.trim().to_owned());
    let names = ["name", "email", "team"].map(str::to_owned);
    let fields = Fields(names.into_iter().zip(&mut parts).collect());
    let is_known = fields.get("email").is_some_and(|email| shared.state().account_by_email(email).is_some());
    match is_known {
        true => Ok(()),
        false => orders::follow(shared, "accounts", &fields),
    }
}
