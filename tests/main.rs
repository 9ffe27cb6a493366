//! All tests of the library and of the program but the theorems, as one program: each program links the whole library, and a
//! single one has work for every core until its end.

mod architecture;
mod bad_claims;
mod calibration;
mod circles;
mod command_line;
mod examples;
mod front;
mod limits;
mod mutants;
mod own_samples;
mod population;
mod properties;
mod quadratic_training;
mod readme;
mod reference;
mod report_drawing;
mod report_in_step;
mod simulation_invariants;
