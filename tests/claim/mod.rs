//! Reading claims: messages of faults, sizes of a reader's own.

mod diagnostic;
mod sizes;
mod sync;
