//! Functions to integrate, and why an integral has no value.

use super::Estimate;

/// Why an integral has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum QuadratureError<E> {
    /// The integrand itself failed.
    Integrand(E),
    /// The integrand was infinite or not a number at this point.
    NotFinite { at: f64 },
    /// The two rules did not come within the target of each other; `best` carries the honest error.
    NotConverged { best: Estimate },
}

/// A function to integrate.
pub type Integrand<'a, E> = &'a mut dyn FnMut(f64) -> Result<Estimate, E>;

/// What an evaluation of the integrand is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It enters the value.
    Value,
    /// It enters the other rule, with which the value is compared. If the integrand is an integral itself, it may leave out its own check
    /// here, since only the outer rule is being checked.
    Check,
}

/// A function to integrate that is asked for its values at several points at once, at most [`LANES`], and told what they are for. If it
/// fails at some points, the error is that at the first of them. Such an error is reported even if the value at another point is not
/// finite.
pub type ManyAtOnce<'a, E> = &'a mut dyn FnMut(&[f64], Purpose, &mut [Estimate]) -> Result<(), E>;

/// Turns a function of one point into one that takes several points at once.
pub fn one_by_one<E>(
    mut f: impl FnMut(f64) -> Result<Estimate, E>,
) -> impl FnMut(&[f64], Purpose, &mut [Estimate]) -> Result<(), E> {
    move |points, _, values| {
        for (value, x) in values.iter_mut().zip(points) {
            *value = f(*x)?;
        }
        Ok(())
    }
}

/// The integrand, with non-finite values refused.
pub(super) struct Probe<'a, E> {
    pub integrand: ManyAtOnce<'a, E>,
    pub purpose: Purpose,
}

impl<E> Probe<'_, E> {
    pub(super) fn at(&mut self, points: &[f64], values: &mut [Estimate]) -> Result<(), QuadratureError<E>> {
        (self.integrand)(points, self.purpose, values).map_err(QuadratureError::Integrand)?;
        match points.iter().zip(values).find(|(_, value)| !value.is_finite()) {
            Some((at, _)) => Err(QuadratureError::NotFinite { at: *at }),
            None => Ok(()),
        }
    }
}

pub(super) fn strictly_between(x: f64, (low, high): (f64, f64)) -> f64 {
    let (least, most) = (low.next_up(), high.next_down());
    if least > most { x } else { x.clamp(least, most) }
}
