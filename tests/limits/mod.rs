//! Formulas against values from outside: closed forms, the reference table, differences, invariants.

mod support;

mod algebra;
mod derivatives;
mod faults;
mod general_tangent;
mod kernels;
mod language;
mod laws;
mod linear;
mod measures;
mod reference;
mod training;
