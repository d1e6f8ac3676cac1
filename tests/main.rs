//! Every promise of the product, tested through its public face and over real HTTP. One binary, one file per promise.

mod authorization;
mod authorization_errors;
mod cli;
mod content_hash;
mod contract;
mod delivery;
mod delivery_errors;
mod destination;
mod keychain;
mod layers;
mod loopback;
mod operators;
mod secrets;
mod simulator;
mod store;
mod support;
