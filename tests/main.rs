//! All tests of the library and of the program but the theorems, as one program: each program links the whole library, and a
//! single one has work for every core until its end.

mod calibration;
mod claim;
mod command;
mod compare;
mod formula;
mod front;
mod limit;
mod report;
mod repository;
mod run;
mod sim;
mod support;
mod symbolic;
