//! The judge on mock samples with known truth.

mod rows;
