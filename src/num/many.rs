//! Estimates and complex estimates 32 at a time, with the arithmetic of one: the same bits in every lane, from loops without branches.
//!
//! A loop is right for usual lanes only: finite, not near underflow, divisors well away from 0. It notes whether all lanes were usual. If
//! not, each lane is computed separately, by the operators of [`Estimate`] and [`ComplexEstimate`].

use super::estimate::{TINIEST, UNDERFLOW_GUARD, half_ulp, outward};
use super::wide::{Loop, widest};
use super::{ComplexEstimate, Estimate};
use std::marker::PhantomData;
use std::ops::{Add, Mul, Sub};

/// The number of lanes.
pub const LANES: usize = 32;

type Part = [f64; LANES];

/// Many values of one kind, or one value in every lane, and arithmetic on all of them. An operation returns `false` if there is no value in
/// some lane. The result must not be used then.
pub trait Many: Copy {
    type One: Copy;
    /// One value in every lane.
    fn same(one: Self::One) -> Self;
    /// Whether it is one value in every lane.
    fn is_same(&self) -> bool;
    fn at(&self, lane: usize) -> Self::One;
    fn put(&mut self, lane: usize, one: Self::One);
    /// Puts one value in every lane.
    fn fill(&mut self, one: Self::One);
    fn negate(&mut self);
    /// Replaces `self` by `self + other`. The next three operations are likewise in place.
    #[must_use]
    fn add(&mut self, other: &Self) -> bool;
    #[must_use]
    fn subtract(&mut self, other: &Self) -> bool;
    #[must_use]
    fn multiply(&mut self, other: &Self) -> bool;
    #[must_use]
    fn divide(&mut self, other: &Self) -> bool;

    /// The values, in the first lanes. The other lanes get the first value, so that they are usual if the first lane is.
    fn of(values: &[Self::One]) -> Self {
        let mut many = Self::same(values[0]);
        values.iter().enumerate().skip(1).for_each(|(lane, value)| many.put(lane, *value));
        many
    }

    /// Becomes a copy of the other. If that is one value in every lane, only this value is copied.
    fn take(&mut self, other: &Self) {
        if other.is_same() { self.fill(other.at(0)) } else { *self = *other }
    }

    /// Puts the value of the first lane into all lanes from `from` on.
    fn pad(&mut self, from: usize) {
        let first = self.at(0);
        (from..LANES).for_each(|lane| self.put(lane, first));
    }

    /// Applies `f` in each of the first `lanes` lanes.
    #[inline(always)]
    fn each(&mut self, lanes: usize, mut f: impl FnMut(Self::One) -> Option<Self::One>) -> bool {
        if self.is_same() {
            return f(self.at(0)).map(|one| self.fill(one)).is_some();
        }
        for lane in 0..lanes {
            match f(self.at(lane)) {
                Some(value) => self.put(lane, value),
                None => return false,
            }
        }
        self.pad(lanes);
        true
    }

    /// Applies `f` to both values in each of the first `lanes` lanes.
    #[inline(always)]
    fn with(
        &mut self,
        other: &Self,
        lanes: usize,
        mut f: impl FnMut(Self::One, Self::One) -> Option<Self::One>,
    ) -> bool {
        if self.is_same() && other.is_same() {
            return f(self.at(0), other.at(0)).map(|one| self.fill(one)).is_some();
        }
        // From here on `self` is filled lane by lane, so its old values are kept in a copy.
        let left = *self;
        for lane in 0..lanes {
            match f(left.at(lane), other.at(lane)) {
                Some(value) => self.put(lane, value),
                None => return false,
            }
        }
        self.pad(lanes);
        true
    }
}

/// [`Estimate`]s.
pub type Estimates = Lanes<Estimate, 2>;
/// [`ComplexEstimate`]s.
pub type ComplexEstimates = Lanes<ComplexEstimate, 3>;

/// A value that consists of N numbers, the last of which is its error.
pub trait Parts<const N: usize>: Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> {
    fn parts(self) -> [f64; N];
    fn of_parts(parts: [f64; N]) -> Self;
    fn over(self, other: Self) -> Option<Self>;
    /// The value itself, or `None` if it is undefined.
    fn known(self) -> Option<Self>;
}

/// Values, stored part by part. If one value stands for every lane, only the first lane is filled.
#[derive(Clone, Copy)]
pub struct Lanes<V, const N: usize> {
    parts: [Part; N],
    same: bool,
    values: PhantomData<V>,
}

impl<V: Parts<N>, const N: usize> Many for Lanes<V, N>
where
    Sum: Lane<N>,
    Difference: Lane<N>,
    Product: Lane<N>,
    Quotient: Lane<N>,
{
    type One = V;

    fn same(one: V) -> Lanes<V, N> {
        let mut lanes = Lanes { parts: [[0.0; LANES]; N], same: true, values: PhantomData };
        lanes.fill(one);
        lanes
    }

    fn is_same(&self) -> bool {
        self.same
    }

    #[inline(always)]
    fn at(&self, lane: usize) -> V {
        let lane = if self.same { 0 } else { lane };
        V::of_parts(self.parts.each_ref().map(|part| part[lane]))
    }

    #[inline(always)]
    fn put(&mut self, lane: usize, one: V) {
        if self.same {
            self.parts.iter_mut().for_each(|part| *part = [part[0]; LANES]);
            self.same = false;
        }
        self.parts.iter_mut().zip(one.parts()).for_each(|(part, x)| part[lane] = x);
    }

    fn fill(&mut self, one: V) {
        self.same = true;
        self.parts.iter_mut().zip(one.parts()).for_each(|(part, x)| part[0] = x);
    }

    fn negate(&mut self) {
        let lanes = if self.same { 1 } else { LANES };
        for part in &mut self.parts[..N - 1] {
            part[..lanes].iter_mut().for_each(|x| *x = -*x);
        }
    }

    fn add(&mut self, other: &Lanes<V, N>) -> bool {
        self.operate::<Sum>(other) || self.with(other, LANES, |x, y| (x + y).known())
    }

    fn subtract(&mut self, other: &Lanes<V, N>) -> bool {
        self.operate::<Difference>(other) || self.with(other, LANES, |x, y| (x - y).known())
    }

    fn multiply(&mut self, other: &Lanes<V, N>) -> bool {
        self.operate::<Product>(other) || self.with(other, LANES, |x, y| (x * y).known())
    }

    fn divide(&mut self, other: &Lanes<V, N>) -> bool {
        self.operate::<Quotient>(other) || self.with(other, LANES, |x, y| x.over(y).and_then(V::known))
    }
}

impl<V, const N: usize> Lanes<V, N> {
    /// Does the operation in every lane. Returns `false` if some lane is not usual, or if both sides are one value in every lane.
    fn operate<O: Lane<N>>(&mut self, other: &Lanes<V, N>) -> bool {
        let (x, y) = (&mut self.parts, &other.parts);
        match (self.same, other.same) {
            (true, true) => return false,
            (true, false) => {
                if !operate::<N, O, true, false>(x, y) {
                    return false;
                }
            }
            (false, true) => return operate::<N, O, false, true>(x, y),
            (false, false) => return operate::<N, O, false, false>(x, y),
        }
        self.same = false;
        true
    }
}

impl Parts<2> for Estimate {
    #[inline(always)]
    fn parts(self) -> [f64; 2] {
        [self.value, self.abs_err]
    }

    #[inline(always)]
    fn of_parts([value, abs_err]: [f64; 2]) -> Estimate {
        Estimate { value, abs_err }
    }

    fn over(self, other: Estimate) -> Option<Estimate> {
        self.div(other)
    }

    fn known(self) -> Option<Estimate> {
        Some(self).filter(|x| x.abs_err.is_finite())
    }
}

impl Parts<3> for ComplexEstimate {
    #[inline(always)]
    fn parts(self) -> [f64; 3] {
        [self.re, self.im, self.abs_err]
    }

    #[inline(always)]
    fn of_parts([re, im, abs_err]: [f64; 3]) -> ComplexEstimate {
        ComplexEstimate { re, im, abs_err }
    }

    fn over(self, other: ComplexEstimate) -> Option<ComplexEstimate> {
        self.div(other)
    }

    fn known(self) -> Option<ComplexEstimate> {
        Some(self).filter(|z| z.is_finite())
    }
}

impl Estimates {
    /// Doubles that are the exact values meant.
    pub fn exact(values: &[f64]) -> Estimates {
        let mut many =
            Lanes { parts: [[values[0]; LANES], [0.0; LANES]], same: values.len() == 1, values: PhantomData };
        many.parts[0][..values.len()].copy_from_slice(values);
        many
    }

    /// The first and the second numbers of pairs, as two variables. There must be at least one pair.
    pub fn pairs(each: impl Iterator<Item = (Estimate, Estimate)>) -> (Estimates, Estimates) {
        let (mut xs, mut ys) = (Estimates::same(Estimate::ZERO), Estimates::same(Estimate::ZERO));
        for (lane, (x, y)) in each.enumerate() {
            if lane == 0 {
                xs.fill(x);
                ys.fill(y);
            } else {
                xs.put(lane, x);
                ys.put(lane, y);
            }
        }
        (xs, ys)
    }

    /// Applies the function that is x for positive x and `left` times x for negative x, or its derivative. If some ball contains 0 or all
    /// lanes are one value, nothing is done and `false` is returned.
    pub fn linear_on_both_sides(&mut self, left: f64, derivative: bool) -> bool {
        if self.same {
            return false;
        }
        let [values, errors] = &mut self.parts;
        let lanes = values.iter().zip(&*errors);
        let all_clear = lanes.fold(true, |all, (x, error)| all & (x.abs() > *error) & (x.abs() < f64::INFINITY));
        if !all_clear {
            return false;
        }
        for (value, error) in values.iter_mut().zip(errors) {
            let slope = if *value < 0.0 { left } else { 1.0 };
            // Adding 0 turns -0 into 0.
            (*value, *error) = if derivative { (slope, 0.0) } else { (slope * *value + 0.0, slope.abs() * *error) };
        }
        true
    }
}

/// An operation on values of N parts, of which the last is an error. It returns the result, and whether the case is usual.
pub trait Lane<const N: usize> {
    fn of(x: [f64; N], y: [f64; N]) -> ([f64; N], bool);
}

/// Does the operation in every lane, and returns `false` if some lane is not usual. `ONE` and `OTHER` say for which side the first lane
/// stands for all.
fn operate<const N: usize, O: Lane<N>, const ONE: bool, const OTHER: bool>(x: &mut [Part; N], y: &[Part; N]) -> bool {
    struct Work<'a, const N: usize, O, const ONE: bool, const OTHER: bool>(
        &'a mut [Part; N],
        &'a [Part; N],
        &'a mut bool,
        PhantomData<O>,
    );
    impl<const N: usize, O: Lane<N>, const ONE: bool, const OTHER: bool> Loop for Work<'_, N, O, ONE, OTHER> {
        #[inline(always)]
        fn run(self) {
            let Work(x, y, usual, _) = self;
            let mut results = [[0.0; LANES]; N];
            let mut all = true;
            for lane in 0..LANES {
                let (mut left, mut right) = ([0.0; N], [0.0; N]);
                for part in 0..N {
                    left[part] = x[part][if ONE { 0 } else { lane }];
                    right[part] = y[part][if OTHER { 0 } else { lane }];
                }
                let (result, fine) = O::of(left, right);
                for part in 0..N {
                    results[part][lane] = result[part];
                }
                all &= fine;
            }
            if all {
                *x = results;
            }
            *usual = all;
        }
    }
    let mut usual = true;
    widest(Work::<N, O, ONE, OTHER>(x, y, &mut usual, PhantomData));
    usual
}

pub struct Sum;
pub struct Difference;
pub struct Product;
pub struct Quotient;

/// A value with its error rounded outward, and whether it is usual.
#[inline(always)]
fn estimate(value: f64, error: f64, fine: bool) -> ([f64; 2], bool) {
    let outward = if error == 0.0 { 0.0 } else { outward(error) };
    ([value, outward], fine & (value.abs() < f64::INFINITY) & (outward.abs() <= f64::MAX))
}

impl Lane<2> for Sum {
    #[inline(always)]
    fn of([x, x_err]: [f64; 2], [y, y_err]: [f64; 2]) -> ([f64; 2], bool) {
        let sum = x + y;
        let back = sum - x;
        let rounding = ((x - (sum - back)) + (y - back)).abs();
        estimate(sum, x_err + y_err + rounding, true)
    }
}

/// Computed by adding the negative, as for one value, so that the bits are the same.
impl Lane<2> for Difference {
    #[inline(always)]
    fn of(x: [f64; 2], [y, y_err]: [f64; 2]) -> ([f64; 2], bool) {
        Sum::of(x, [-y, y_err])
    }
}

impl Lane<2> for Product {
    #[inline(always)]
    fn of([x, x_err]: [f64; 2], [y, y_err]: [f64; 2]) -> ([f64; 2], bool) {
        let product = x * y;
        let exact = x.mul_add(y, -product).abs();
        let zero = (x == 0.0) | (y == 0.0);
        let rounding = if product.abs() > UNDERFLOW_GUARD {
            exact
        } else if zero {
            0.0
        } else {
            half_ulp(product)
        };
        let carried = (x.abs() * y_err + y.abs() * x_err) + x_err * y_err + TINIEST;
        let exact_zero = ((x == 0.0) & (x_err == 0.0)) | ((y == 0.0) & (y_err == 0.0));
        let carried = if ((x_err == 0.0) & (y_err == 0.0)) | exact_zero { 0.0 } else { carried };
        estimate(product, carried + rounding, (x.abs() < f64::INFINITY) & (y.abs() < f64::INFINITY))
    }
}

impl Lane<2> for Quotient {
    #[inline(always)]
    fn of([x, x_err]: [f64; 2], [y, y_err]: [f64; 2]) -> ([f64; 2], bool) {
        let quotient = x / y;
        let remainder = (-quotient).mul_add(y, x);
        let guarded = (quotient.abs().min(x.abs()) > UNDERFLOW_GUARD) | (x == 0.0);
        let rounding = if (remainder == 0.0) & guarded { 0.0 } else { half_ulp(quotient) };
        let least = (y.abs() - y_err) * (1.0 - f64::EPSILON);
        let carried = (x_err + (quotient.abs() + TINIEST) * y_err + TINIEST) * (1.0 + 4.0 * f64::EPSILON) / least
            + rounding
            + TINIEST;
        let exact = (x_err == 0.0) & ((y_err == 0.0) | (x == 0.0));
        let error = if exact { rounding } else { carried };
        let away = (y.abs() > 2.0 * y_err) & (y.abs() > UNDERFLOW_GUARD);
        estimate(quotient, error, away & (x.abs() < f64::INFINITY) & (y.abs() < f64::INFINITY))
    }
}

/// A complex value with its error, and whether it is usual.
#[inline(always)]
fn complex(re: f64, im: f64, error: f64, fine: bool) -> ([f64; 3], bool) {
    let finite = (re.abs() < f64::INFINITY) & (im.abs() < f64::INFINITY) & error.is_finite();
    ([re, im, error], fine & finite & (error >= 0.0))
}

/// The modulus, and whether its square is a usual number.
#[inline(always)]
#[expect(clippy::manual_range_contains, reason = "a range is asked by a branch")]
fn modulus(re: f64, im: f64) -> (f64, bool) {
    let square = re * re + im * im;
    (square.sqrt(), ((square >= 1e-280) & (square < 1e280)) | ((re == 0.0) & (im == 0.0)))
}

/// The error of a result that is computed to `units` units in the last place of its modulus, beside the error carried on.
#[inline(always)]
fn rounded(size: f64, carried: f64, units: f64) -> f64 {
    carried * (1.0 + 8.0 * f64::EPSILON) + (units * f64::EPSILON * size + f64::MIN_POSITIVE)
}

impl Lane<3> for Sum {
    #[inline(always)]
    fn of([a, b, x_err]: [f64; 3], [c, d, y_err]: [f64; 3]) -> ([f64; 3], bool) {
        let (re, im) = (a + c, b + d);
        let (size, usual) = modulus(re, im);
        complex(re, im, rounded(size, x_err + y_err, 1.0), usual)
    }
}

impl Lane<3> for Difference {
    #[inline(always)]
    fn of(x: [f64; 3], [c, d, y_err]: [f64; 3]) -> ([f64; 3], bool) {
        Sum::of(x, [-c, -d, y_err])
    }
}

impl Lane<3> for Product {
    #[inline(always)]
    fn of([a, b, x_err]: [f64; 3], [c, d, y_err]: [f64; 3]) -> ([f64; 3], bool) {
        let ((x, x_usual), (y, y_usual)) = (modulus(a, b), modulus(c, d));
        let carried = x * y_err + y * x_err + x_err * y_err;
        let (re, im) = (a * c - b * d, a * d + b * c);
        let error = rounded(0.0, carried + 3.0 * f64::EPSILON * x * y, 0.0);
        complex(re, im, error, x_usual & y_usual)
    }
}

impl Lane<3> for Quotient {
    #[inline(always)]
    fn of([a, b, x_err]: [f64; 3], [c, d, y_err]: [f64; 3]) -> ([f64; 3], bool) {
        let (size, usual) = modulus(c, d);
        let (c, d) = (c / size, d / size);
        let (re, im) = ((a * c + b * d) / size, (b * c - a * d) / size);
        let (quotient, also) = modulus(re, im);
        let carried = (x_err + quotient * y_err) / (size - y_err);
        complex(re, im, rounded(quotient, carried, 12.0), usual & also & (size > y_err))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A double that may be usual or not.
    fn double() -> impl Strategy<Value = f64> {
        prop_oneof![
            10 => -10.0..10.0f64,
            4 => (-1.0..1.0f64, -30..30i32).prop_map(|(m, e)| m * 2f64.powi(e)),
            1 => Just(0.0),
            1 => Just(1.0),
        ]
    }

    fn rare() -> impl Strategy<Value = f64> {
        prop_oneof![
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(f64::MIN_POSITIVE),
            Just(1e-300),
            Just(1e300),
            Just(f64::from_bits(1)),
            Just(0.0),
        ]
    }

    fn error() -> impl Strategy<Value = f64> {
        prop_oneof![5 => Just(0.0), 40 => 1e-18..1e-12f64, 5 => 0.0..1.0f64, 1 => Just(f64::INFINITY)]
    }

    /// Checks that an operation on many values at once gives the same bits as on one after the other, and no value if one of these has
    /// none.
    fn check<M: Many>(
        (x, y): (&[M::One], &[M::One]),
        many: impl Fn(&mut M, &M) -> bool,
        one: impl Fn(M::One, M::One) -> Option<M::One>,
    ) -> Result<(), TestCaseError>
    where
        M::One: std::fmt::Debug,
    {
        let (all_x, all_y) = (M::of(x), M::of(y));
        // Each side is taken as different values and as one value in all lanes.
        for (xs, ys) in [(all_x, all_y), (M::same(x[0]), all_y), (all_x, M::same(y[0])), (M::same(x[0]), M::same(y[0]))]
        {
            let mut found = xs;
            let fine = many(&mut found, &ys);
            let expected: Option<Vec<M::One>> = (0..LANES).map(|lane| one(xs.at(lane), ys.at(lane))).collect();
            prop_assert_eq!(fine, expected.is_some());
            prop_assert!(!fine || found.is_same() == (xs.is_same() && ys.is_same()));
            for (lane, one) in expected.into_iter().flatten().enumerate() {
                // Different numbers have different texts, and so have 0 and -0.
                prop_assert_eq!(format!("{:?}", found.at(lane)), format!("{:?}", one), "lane {}", lane);
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// Usual or not, every lane has the bits of the operators of one value.
        #[test]
        fn every_lane_is_what_one_value_gives(
            parts in proptest::collection::vec((double(), double(), error(), double(), double(), error()), LANES),
            odd in proptest::option::of((0..LANES, rare(), any::<bool>())),
        ) {
            let mut parts = parts;
            if let Some((lane, value, left)) = odd {
                if left { parts[lane].0 = value } else { parts[lane].3 = value }
            }
            let xs: Vec<Estimate> = parts.iter().map(|p| Estimate::new(p.0, p.2)).collect();
            let ys: Vec<Estimate> = parts.iter().map(|p| Estimate::new(p.3, p.5)).collect();
            check((&xs, &ys), Estimates::add, |x, y| (x + y).known())?;
            check((&xs, &ys), Estimates::subtract, |x, y| (x - y).known())?;
            check((&xs, &ys), Estimates::multiply, |x, y| (x * y).known())?;
            check((&xs, &ys), Estimates::divide, |x, y| x.div(y).and_then(Estimate::known))?;

            let xs: Vec<ComplexEstimate> = parts.iter().map(|p| ComplexEstimate::new(p.0, p.1, p.2)).collect();
            let ys: Vec<ComplexEstimate> = parts.iter().map(|p| ComplexEstimate::new(p.3, p.4, p.5)).collect();
            check((&xs, &ys), ComplexEstimates::add, |x, y| (x + y).known())?;
            check((&xs, &ys), ComplexEstimates::subtract, |x, y| (x - y).known())?;
            check((&xs, &ys), ComplexEstimates::multiply, |x, y| (x * y).known())?;
            check((&xs, &ys), ComplexEstimates::divide, |x, y| x.div(y).and_then(ComplexEstimate::known))?;
        }
    }
}
