//! Every form of the language, and its faults.

mod fault;
mod walk;
