//! What a number must be able to do for a formula to be evaluated with it.
//!
//! [`Single`] is one number with its arithmetic: one file a kind. [`Number`] is what the walk over a formula works on, in place: a
//! [`Single`], or many of them at once.

mod ball;
mod complex;
mod jet;
mod sets;

pub use ball::short;
pub use jet::Jet;

use super::elementary::{Elementary, Pair};
use crate::num::Estimate;
use crate::num::many::{LANES, Lanes, Many};
use crate::num::power_by_squaring;
use crate::num::sets::Signs;
use crate::symbolic::{Binary, Comparison};
use std::cmp::Ordering;

/// Why an operation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An operand lies outside the domain, or may.
    Outside,
    /// The result is not a number or has left the range of doubles.
    Undefined,
    /// The result is finite but too large for a double.
    Overflow,
    /// The operation is not an analytic function.
    NotAnalytic,
}

/// Two sides of a comparison that cannot be told apart count as equal if they are known this well, relative to `max(1, |side|)`.
const EQUAL_WITHIN: f64 = 1e-14;

/// One number of some kind.
pub trait Single: Copy {
    const ZERO: Self;
    /// Whether a fault says in words what is wrong. Numbers that are sets have no value so often that it does not pay.
    const TELLS: bool = true;
    /// A real number as one of this kind.
    fn constant(x: Estimate) -> Result<Self, Refusal>;
    fn negated(self) -> Result<Self, Refusal>;
    fn arithmetic(self, operator: Binary, other: Self) -> Result<Self, Refusal>;
    fn whole_power(self, exponent: i32) -> Result<Self, Refusal>;
    /// An even power of `base` that is known to be this.
    fn as_even_power(self, _base: Self) -> Self {
        self
    }
    /// A function of the number. Numbers that are sets record in `signs` which branch of a function like `|x|` they took.
    fn elementary(self, function: Elementary, signs: &mut Signs) -> Result<Self, Refusal>;
    /// A function of this number and another.
    fn pair(self, function: Pair, other: Self) -> Result<Self, Refusal>;
    /// The number, if it is real. For operations that take real arguments only.
    fn real(self) -> Option<Estimate>;
    /// The number as text, for messages.
    fn shown(self) -> String;

    fn least(self, other: Self, _: &mut Signs) -> Result<Self, Refusal> {
        Self::constant(real(self)?.min(real(other)?))
    }

    fn greatest(self, other: Self, _: &mut Signs) -> Result<Self, Refusal> {
        Self::constant(real(self)?.max(real(other)?))
    }

    /// Whether a comparison holds, if it holds for all members of a set or for none.
    ///
    /// Balls that do not overlap, or that are both exact, compare by value. Balls that overlap count as equal if they are known to within
    /// 1e-14, since only rounding separates them then; that this was assumed is noted. Balls that overlap and are known less well do not
    /// compare.
    fn compare(self, comparison: Comparison, other: Self, signs: &mut Signs) -> Result<Option<bool>, Refusal> {
        Ok(Some(holds(comparison, order(real(self)?, real(other)?, signs)?)))
    }
}

fn order(x: Estimate, y: Estimate, signs: &mut Signs) -> Result<Ordering, Refusal> {
    if (x.abs_err == 0.0 && y.abs_err == 0.0) || x.is_infinity() || y.is_infinity() {
        return x.value.partial_cmp(&y.value).ok_or(Refusal::Undefined);
    }
    if let Some(sign) = (x - y).sign() {
        return Ok(sign);
    }
    let scale = x.value.abs().max(y.value.abs()).max(1.0);
    let equal = x.abs_err + y.abs_err <= EQUAL_WITHIN * scale;
    signs.assumed |= equal;
    if equal { Ok(Ordering::Equal) } else { Err(Refusal::Undefined) }
}

/// The real number, or the refusal of an operation that needs one.
pub fn real<S: Single>(x: S) -> Result<Estimate, Refusal> {
    x.real().ok_or(Refusal::NotAnalytic)
}

/// Whether two sides in this order stand in this relation.
fn holds(comparison: Comparison, order: Ordering) -> bool {
    match comparison {
        Comparison::Less => order == Ordering::Less,
        Comparison::LessEqual => order != Ordering::Greater,
        Comparison::Greater => order == Ordering::Greater,
        Comparison::GreaterEqual => order != Ordering::Less,
        Comparison::Equal => order == Ordering::Equal,
        Comparison::NotEqual => order != Ordering::Equal,
    }
}

/// What the walk works on: a number at one place, or numbers at many places. Operations change the first operand. If an operation is
/// refused, the first operand is unchanged at one place, and must not be used any more at many places.
pub trait Number: Clone {
    /// The kind of number at one place.
    type One: Single;
    /// Highest number of places.
    const PLACES: usize;

    /// One number at all places.
    fn everywhere(x: Self::One) -> Self;
    /// Sets the number at all places to `x`.
    fn fill(&mut self, x: Self::One);
    /// Becomes a copy of the other. If that has the same value at all places, only this value is copied.
    fn take(&mut self, other: &Self);
    /// Whether all places have one value.
    fn is_same(&self) -> bool;
    fn at(&self, place: usize) -> Self::One;
    fn negate(&mut self) -> Result<(), Refusal>;
    fn arithmetic(&mut self, operator: Binary, other: &Self, places: usize) -> Result<(), Refusal>;
    fn whole_power(&mut self, exponent: i32, places: usize) -> Result<(), Refusal>;
    /// Applies a function to the number at each place.
    fn each(&mut self, places: usize, f: impl FnMut(Self::One) -> Result<Self::One, Refusal>) -> Result<(), Refusal>;
    /// Applies a function of two numbers at each place.
    fn with(
        &mut self,
        other: &Self,
        places: usize,
        f: impl FnMut(Self::One, Self::One) -> Result<Self::One, Refusal>,
    ) -> Result<(), Refusal>;

    /// The truth of a comparison, if it is the same at all places.
    fn truth(
        &self,
        comparison: Comparison,
        other: &Self,
        places: usize,
        signs: &mut Signs,
    ) -> Result<Option<bool>, Refusal> {
        let mut truth = None;
        for place in 0..if self.is_same() && other.is_same() { 1 } else { places } {
            let Some(here) = self.at(place).compare(comparison, other.at(place), signs)? else { return Ok(None) };
            if *truth.get_or_insert(here) != here {
                return Ok(None);
            }
        }
        Ok(truth)
    }
}

impl<S: Single> Number for S {
    type One = S;
    const PLACES: usize = 1;

    fn everywhere(x: S) -> S {
        x
    }

    #[inline]
    fn fill(&mut self, x: S) {
        *self = x;
    }

    #[inline]
    fn take(&mut self, other: &S) {
        *self = *other;
    }

    fn is_same(&self) -> bool {
        true
    }

    fn at(&self, _: usize) -> S {
        *self
    }

    #[inline]
    fn negate(&mut self) -> Result<(), Refusal> {
        *self = self.negated()?;
        Ok(())
    }

    #[inline]
    fn arithmetic(&mut self, operator: Binary, other: &S, _: usize) -> Result<(), Refusal> {
        *self = Single::arithmetic(*self, operator, *other)?;
        Ok(())
    }

    fn whole_power(&mut self, exponent: i32, _: usize) -> Result<(), Refusal> {
        *self = Single::whole_power(*self, exponent)?;
        Ok(())
    }

    #[inline]
    fn each(&mut self, _: usize, mut f: impl FnMut(S) -> Result<S, Refusal>) -> Result<(), Refusal> {
        *self = f(*self)?;
        Ok(())
    }

    #[inline]
    fn with(&mut self, other: &S, _: usize, mut f: impl FnMut(S, S) -> Result<S, Refusal>) -> Result<(), Refusal> {
        *self = f(*self, *other)?;
        Ok(())
    }
}

impl<S: Single, const N: usize> Number for Lanes<S, N>
where
    Lanes<S, N>: Many<One = S>,
{
    type One = S;
    const PLACES: usize = LANES;

    fn everywhere(x: S) -> Self {
        Many::same(x)
    }

    #[inline]
    fn fill(&mut self, x: S) {
        Many::fill(self, x);
    }

    #[inline]
    fn take(&mut self, other: &Self) {
        Many::take(self, other);
    }

    fn is_same(&self) -> bool {
        Many::is_same(self)
    }

    fn at(&self, place: usize) -> S {
        Many::at(self, place)
    }

    #[inline]
    fn negate(&mut self) -> Result<(), Refusal> {
        Many::negate(self);
        Ok(())
    }

    #[inline]
    fn arithmetic(&mut self, operator: Binary, other: &Self, places: usize) -> Result<(), Refusal> {
        done(match operator {
            Binary::Add => self.add(other),
            Binary::Subtract => self.subtract(other),
            Binary::Multiply => self.multiply(other),
            Binary::Divide => self.divide(other),
            Binary::Power => return power(self, other, places),
        })
    }

    /// Makes the same products in the same order as for one number, so that the bits are the same.
    #[inline(never)]
    fn whole_power(&mut self, exponent: i32, places: usize) -> Result<(), Refusal> {
        if Many::is_same(self) || exponent < 0 {
            return Number::each(self, places, |x| Single::whole_power(x, exponent));
        }
        let one: Self = Many::same(S::constant(Estimate::ONE)?);
        let product = |x: &mut Self, y: &Self| x.multiply(y).then_some(());
        let base = *self;
        *self = power_by_squaring(one, base, exponent.unsigned_abs(), product).ok_or(Refusal::Undefined)?;
        if exponent % 2 == 0 && exponent > 0 {
            done(Many::with(self, &base, places, |power, base| Some(power.as_even_power(base))))?;
        }
        Ok(())
    }

    #[inline]
    fn each(&mut self, places: usize, mut f: impl FnMut(S) -> Result<S, Refusal>) -> Result<(), Refusal> {
        done(Many::each(self, places, |x| f(x).ok()))
    }

    #[inline]
    fn with(
        &mut self,
        other: &Self,
        places: usize,
        mut f: impl FnMut(S, S) -> Result<S, Refusal>,
    ) -> Result<(), Refusal> {
        done(Many::with(self, other, places, |x, y| f(x, y).ok()))
    }
}

/// Not inlined, so that deep formulas take little stack.
#[inline(never)]
fn power<L: Number>(x: &mut L, y: &L, places: usize) -> Result<(), Refusal> {
    x.with(y, places, |x, y| Single::arithmetic(x, Binary::Power, y))
}

fn done(fine: bool) -> Result<(), Refusal> {
    if fine { Ok(()) } else { Err(Refusal::Undefined) }
}
