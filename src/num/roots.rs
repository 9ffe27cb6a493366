//! The zero of a function on an interval, bracketed and then verified with error bounds.

use super::Estimate;

/// One end of an interval; may be infinite (then open).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    pub value: f64,
    pub closed: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum RootError<E> {
    /// The function itself failed.
    Function(E),
    /// No change of sign was found; `low` and `high` are the outermost points tried and the function's values there.
    NoBracket { low: (f64, f64), high: (f64, f64), evaluations: u32 },
    /// A sign change was found but could not be verified within the function's own error.
    Unverified { best: Estimate },
}

/// The zero of `f` between the ends, as an estimate whose ends have verified opposite signs of `f`.
pub fn bracketed_root<E>(
    _f: &mut dyn FnMut(f64) -> Result<Estimate, E>,
    _low: End,
    _high: End,
) -> Result<Estimate, RootError<E>> {
    unimplemented!()
}
