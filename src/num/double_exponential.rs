//! The double-exponential rule of the crate `quadrature` on `[-1, 1]`, for integrands that are asked for many values at once.
//!
//! The crate asks for one value at a time, at points that depend on nothing: they are noted once, by running it, and evaluated ahead,
//! level by level, for it always finishes a level that it begins. Only its rule decides when to stop.

use super::many::LANES;
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

/// Evaluations before the rule first looks at whether it may stop, all of which it always makes.
const FIRST_LOOK: usize = 25;

/// Values of a function at points of `[-1, 1]`, at most [`LANES`] of them.
type Values<'a, E> = &'a mut dyn FnMut(&[f64], &mut [f64]) -> Result<(), E>;

/// Every point of the rule in the order in which it asks for them.
fn points() -> &'static [f64] {
    static POINTS: OnceLock<Vec<f64>> = OnceLock::new();
    POINTS.get_or_init(|| {
        let seen = RefCell::new(vec![]);
        // A spike that the first point alone sees: the sum halves with every level and never settles.
        let spike = |y: f64| {
            seen.borrow_mut().push(y);
            if y == 0.0 { 1.0 } else { 0.0 }
        };
        quadrature::integrate(spike, -1.0, 1.0, f64::MIN_POSITIVE);
        seen.into_inner()
    })
}

/// Evaluations up to the end of the level that the one with this index belongs to: each level doubles them, but for the middle.
fn end_of_level(index: usize) -> usize {
    let mut end = FIRST_LOOK;
    while end <= index {
        end = 2 * end - 1;
    }
    end
}

/// The crate's integral over `[-1, 1]` with this target.
///
/// # Errors
/// That of the integrand.
pub fn integrate<E>(values: Values<E>, target: f64) -> Result<f64, E> {
    struct Ahead<E> {
        values: [f64; LANES],
        /// The indices among all points that are there.
        from: usize,
        to: usize,
        failure: Option<E>,
    }
    let points = points();
    let ahead = RefCell::new(Ahead { values: [0.0; LANES], from: 0, to: 0, failure: None });
    let values = RefCell::new(values);
    let next = Cell::new(0);
    let integrand = |y: f64| {
        let index = next.replace(next.get() + 1);
        let mut ahead = ahead.borrow_mut();
        if ahead.failure.is_some() {
            return 0.0;
        }
        let known = points.get(index) == Some(&y);
        debug_assert!(known, "the rule asks for {y} as number {index}");
        if !known || index >= ahead.to {
            let to = if known { end_of_level(index).min(index + LANES).min(points.len()) } else { index + 1 };
            let asked = if known { &points[index..to] } else { &[y][..] };
            (ahead.from, ahead.to) = (index, to);
            if let Err(failure) = values.borrow_mut()(asked, &mut ahead.values[..asked.len()]) {
                ahead.failure = Some(failure);
                return 0.0;
            }
        }
        ahead.values[index - ahead.from]
    };
    let integral = quadrature::integrate(integrand, -1.0, 1.0, target).integral;
    match ahead.into_inner().failure {
        Some(failure) => Err(failure),
        None => Ok(integral),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same bits and the same points as when the crate is asked directly, whatever level it stops at.
    #[test]
    fn nothing_but_the_order_of_evaluation_changes() {
        let functions: [fn(f64) -> f64; 5] =
            [|_| 1.0, |y| y.exp(), |y| (9.0 * y).cos(), |y| y.abs(), |y| (1.0 - y * y).sqrt()];
        for f in functions {
            for target in [1e-3, 1e-9, 1e-15, 1e-300] {
                let direct = RefCell::new(vec![]);
                let plain = quadrature::integrate(
                    |y| {
                        direct.borrow_mut().push(y);
                        f(y)
                    },
                    -1.0,
                    1.0,
                    target,
                );
                let mut asked = vec![];
                let mut many = |ys: &[f64], values: &mut [f64]| -> Result<(), ()> {
                    assert!(ys.len() <= LANES);
                    asked.extend_from_slice(ys);
                    values.iter_mut().zip(ys).for_each(|(value, y)| *value = f(*y));
                    Ok(())
                };
                assert_eq!(integrate(&mut many, target).map(f64::to_bits), Ok(plain.integral.to_bits()));
                assert_eq!(asked, direct.into_inner());
            }
        }
    }

    /// Levels double the points, and there are seven of them.
    #[test]
    fn every_point_is_noted() {
        assert_eq!(points().len(), 385);
        assert!(points()[0] == 0.0 && points()[1..].iter().all(|y| y.abs() > 0.0 && y.abs() < 1.0));
    }

    #[test]
    fn the_first_failure_is_reported() {
        let mut calls = 0;
        let mut fails = |ys: &[f64], _: &mut [f64]| {
            calls += 1;
            Err(ys.len())
        };
        assert_eq!(integrate(&mut fails, 1e-9), Err(FIRST_LOOK));
        assert_eq!(calls, 1);
    }
}
