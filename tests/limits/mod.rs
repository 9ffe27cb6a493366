//! Formulas against values from outside: closed forms, the reference table, differences, invariants.

mod judge;
mod support;

mod algebra;
mod derivatives;
mod faults;
mod functions;
mod general_tangent;
mod grades;
mod kernels;
mod language;
mod laws;
mod linear;
mod measures;
mod mixtures;
mod public_cases;
mod reference;
mod sound;
mod training;
