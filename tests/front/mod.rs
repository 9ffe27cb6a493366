//! The library as a program of somebody else's uses it.

mod check;
mod claim;
mod function;
mod point;
mod workers;
