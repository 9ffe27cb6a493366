//! Integrals against measures.

mod stieltjes;
