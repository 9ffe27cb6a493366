//! Networks beside limits as dimension and width grow.

mod comparison;
