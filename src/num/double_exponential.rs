//! The double-exponential rule of the crate `quadrature` on `[-1, 1]`, for integrands that are asked for many values at once.
//!
//! The crate asks for one value at a time, at points that are always the same. So its points are noted once, by running it. The integrand
//! is then evaluated ahead at all points of a level, since the crate always finishes a level that it begins. The crate's rule decides when
//! to stop, given a target.

use super::many::LANES;
use std::cell::{Cell, RefCell};
use std::sync::OnceLock;

/// The rule always makes so many evaluations before it first checks whether it may stop.
const FIRST_LOOK: usize = 25;

/// The rule makes at most so many evaluations.
const POINTS: usize = 385;

/// A point y of `[-1, 1]`, and the points of `[0, 1]` that it can stand for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    y: f64,
    /// `t = (1 + y)/2`
    pub plain: Place,
    /// `t^3 (10 - 15 t + 6 t^2)`: the crate's rule leaves out the last 2e-14 of its interval, which here has no weight even beside an
    /// inverse square root.
    pub flat: Place,
    /// `|y|`, for half the integral over `[-1, 1]` of an even function.
    pub mirrored: Place,
}

/// A point x of `[0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// Whether the end 0 is nearer.
    pub low: bool,
    /// From the nearer end.
    pub distance: f64,
    /// `dx/dy`
    pub weight: f64,
}

impl Point {
    fn new(y: f64) -> Point {
        // t and 1 - t, or the other way round.
        let (near, far) = (0.5 * (1.0 - y.abs()), 0.5 * (1.0 + y.abs()));
        let low = y < 0.0;
        let distance = near * near * near * (10.0 - near * (15.0 - 6.0 * near));
        Point {
            y,
            plain: Place { low, distance: near, weight: 0.5 },
            flat: Place { low, distance, weight: 15.0 * (near * far) * (near * far) },
            mirrored: Place { low: false, distance: 2.0 * near, weight: 0.5 },
        }
    }
}

/// Values of a function of y at points, at most [`LANES`] of them.
type Values<'a, E> = &'a mut dyn FnMut(&[Point], &mut [f64]) -> Result<(), E>;

/// All points of the rule, in the order in which it asks for them.
fn points() -> &'static [Point] {
    static POINTS: OnceLock<Vec<Point>> = OnceLock::new();
    POINTS.get_or_init(|| {
        let seen = RefCell::new(vec![]);
        // The function is a spike that only the first point meets. The sum halves with every level and never settles, so the rule
        // goes through all of its points.
        let spike = |y: f64| {
            seen.borrow_mut().push(y);
            if y == 0.0 { 1.0 } else { 0.0 }
        };
        quadrature::integrate(spike, -1.0, 1.0, f64::MIN_POSITIVE);
        seen.into_inner().into_iter().map(Point::new).collect()
    })
}

/// Number of evaluations up to the end of the level to which the evaluation with this index belongs. Each level doubles their number, but
/// for the middle point, which counts once.
fn end_of_level(index: usize) -> usize {
    let mut end = FIRST_LOOK;
    while end <= index {
        end = 2 * end - 1;
    }
    end
}

/// The crate's rule for one function. Values are kept, so that none is computed twice when the rule runs again.
pub struct Rule<'v, E> {
    values: Values<'v, E>,
    /// Values of the function at the first `number` points.
    known: [f64; POINTS],
    number: usize,
}

impl<'v, E> Rule<'v, E> {
    pub fn new(values: Values<'v, E>) -> Rule<'v, E> {
        Rule { values, known: [0.0; POINTS], number: 0 }
    }

    /// The crate's integral over `[-1, 1]` with this target, and its own estimate of the error.
    ///
    /// # Errors
    /// The error of the integrand.
    pub fn integral(&mut self, target: f64) -> Result<(f64, f64), E> {
        let next = Cell::new(0);
        let state = RefCell::new((self, None));
        let integrand = |y: f64| {
            let index = next.replace(next.get() + 1);
            let (rule, failure) = &mut *state.borrow_mut();
            if failure.is_some() {
                return 0.0;
            }
            rule.at(index, y).unwrap_or_else(|error| {
                *failure = Some(error);
                0.0
            })
        };
        let found = quadrature::integrate(integrand, -1.0, 1.0, target);
        match state.into_inner().1 {
            Some(failure) => Err(failure),
            None => Ok((found.integral, found.error_estimate)),
        }
    }

    /// The function at `y`, which the rule asks for as number `index`.
    fn at(&mut self, index: usize, y: f64) -> Result<f64, E> {
        let points = points();
        let expected = points.get(index).is_some_and(|point| point.y == y);
        debug_assert!(expected, "the rule asks for {y} as number {index}");
        if !expected {
            let mut value = [0.0];
            (self.values)(&[Point::new(y)], &mut value)?;
            return Ok(value[0]);
        }
        while self.number <= index {
            let to = end_of_level(index).min(self.number + LANES).min(points.len());
            (self.values)(&points[self.number..to], &mut self.known[self.number..to])?;
            self.number = to;
        }
        Ok(self.known[index])
    }
}

/// The largest target at which the rule does not stop with this error: the crate compares with a quarter of the target.
pub fn beyond(error: f64) -> f64 {
    4.0 * error
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same bits and the same points as when the crate is asked directly, whatever level it stops at; nothing is evaluated again.
    #[test]
    fn nothing_but_the_order_of_evaluation_changes() {
        let functions: [fn(f64) -> f64; 5] =
            [|_| 1.0, |y| y.exp(), |y| (9.0 * y).cos(), |y| y.abs(), |y| (1.0 - y * y).sqrt()];
        for f in functions {
            let asked = RefCell::new(vec![]);
            let mut many = |points: &[Point], values: &mut [f64]| -> Result<(), ()> {
                assert!(points.len() <= LANES);
                asked.borrow_mut().extend(points.iter().map(|point| point.y));
                values.iter_mut().zip(points).for_each(|(value, point)| *value = f(point.y));
                Ok(())
            };
            let mut rule = Rule::new(&mut many);
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
                let (integral, error) = rule.integral(target).unwrap();
                assert_eq!((integral.to_bits(), error), (plain.integral.to_bits(), plain.error_estimate));
                assert_eq!(*asked.borrow(), direct.into_inner());
                // With a little more than this target it stops here, with this one it goes on.
                let stops = quadrature::integrate(f, -1.0, 1.0, beyond(error).next_up());
                let goes_on = quadrature::integrate(f, -1.0, 1.0, beyond(error));
                assert!(stops.num_function_evaluations <= plain.num_function_evaluations);
                let all = plain.num_function_evaluations as usize == POINTS || error == 0.0;
                assert!(all || goes_on.num_function_evaluations > stops.num_function_evaluations);
            }
        }
    }

    /// Levels double the points, and there are seven of them.
    #[test]
    fn every_point_is_noted() {
        assert_eq!(points().len(), POINTS);
        let middle = Place { low: false, distance: 0.5, weight: 0.5 };
        assert_eq!(
            points()[0],
            Point {
                y: 0.0,
                plain: middle,
                flat: Place { weight: 15.0 / 16.0, ..middle },
                mirrored: Place { distance: 1.0, ..middle }
            }
        );
        for Point { plain, flat, .. } in &points()[1..] {
            let inside = |place: &Place| 0.0 < place.distance && place.distance < 0.5 && place.weight > 0.0;
            assert!(inside(plain) && inside(flat) && flat.distance < plain.distance);
        }
    }

    #[test]
    fn the_first_failure_is_reported() {
        let mut calls = 0;
        let mut fails = |points: &[Point], _: &mut [f64]| {
            calls += 1;
            Err(points.len())
        };
        assert_eq!(Rule::new(&mut fails).integral(1e-9), Err(FIRST_LOOK));
        assert_eq!(calls, 1);
    }
}
