//! Every statement of the store, taken from its source: it leads through an index where a person waits, and PostgreSQL takes it too.

mod plans;
mod postgres;
mod statements;
