//! Limits against values from outside: closed forms, reference tables, invariants.

mod enclosures;
mod integrate;
mod laws;
mod program;
mod systems;
