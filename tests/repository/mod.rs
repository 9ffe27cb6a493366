//! The repository itself: import arrows, circles, README, examples and the programs of theory/PROGRAMS.md.

mod architecture;
mod circles;
mod examples;
mod gallery;
mod programs_page;
mod readme;
