//! The library as a program of somebody else's uses it.

mod claim;
