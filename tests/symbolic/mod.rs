//! Exact algebra, derivatives, special functions and linear systems against values from outside.

mod algebra;
mod derivative;
mod functions;
mod linear;
