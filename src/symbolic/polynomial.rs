//! Multivariate polynomials over exact rationals, and their quotients. Variables are numbers; what they stand for is the
//! business of `algebra`.
//!
//! Every operation is bounded: `None` means that the result would have too many terms.

use dashu_ratio::RBig;
use std::collections::BTreeMap;

/// Most terms of a polynomial.
const MOST_TERMS: usize = 2000;
/// Most products of terms in one multiplication.
const MOST_PRODUCTS: usize = 200_000;
/// Highest power of one variable.
const MOST_POWER: u32 = 256;

/// Variables with their powers, increasing, powers positive.
pub type Monomial = Vec<(usize, u32)>;

/// A sum of monomials with coefficients other than zero.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Polynomial(BTreeMap<Monomial, RBig>);

/// A quotient of polynomials, not in lowest terms: compare with [`Quotient::equals`].
#[derive(Clone, Debug)]
pub struct Quotient {
    pub top: Polynomial,
    pub bottom: Polynomial,
}

impl Polynomial {
    pub fn constant(value: RBig) -> Polynomial {
        Polynomial::term(vec![], value)
    }

    pub fn term(monomial: Monomial, coefficient: RBig) -> Polynomial {
        let mut terms = BTreeMap::new();
        if !coefficient.is_zero() {
            terms.insert(monomial, coefficient);
        }
        Polynomial(terms)
    }

    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    pub fn terms(&self) -> impl Iterator<Item = (&Monomial, &RBig)> {
        self.0.iter()
    }

    /// The variables that occur.
    pub fn variables(&self) -> impl Iterator<Item = usize> {
        self.0.keys().flatten().map(|(variable, _)| *variable)
    }

    /// The value, if no variable occurs.
    pub fn as_constant(&self) -> Option<RBig> {
        match self.0.len() {
            0 => Some(RBig::ZERO),
            1 => self.0.get(&vec![]).cloned(),
            _ => None,
        }
    }

    pub fn add(&self, other: &Polynomial) -> Option<Polynomial> {
        let mut sum = self.clone();
        for (monomial, coefficient) in &other.0 {
            sum.accumulate(monomial.clone(), coefficient.clone());
        }
        (sum.0.len() <= MOST_TERMS).then_some(sum)
    }

    pub fn negate(&self) -> Polynomial {
        Polynomial(self.0.iter().map(|(monomial, c)| (monomial.clone(), -c.clone())).collect())
    }

    pub fn multiply(&self, other: &Polynomial) -> Option<Polynomial> {
        if self.0.len() * other.0.len() > MOST_PRODUCTS {
            return None;
        }
        let mut product = Polynomial::default();
        for (a, c) in &self.0 {
            for (b, d) in &other.0 {
                product.accumulate(merged(a, b)?, c * d);
            }
        }
        (product.0.len() <= MOST_TERMS).then_some(product)
    }

    fn accumulate(&mut self, monomial: Monomial, coefficient: RBig) {
        let sum = self.0.remove(&monomial).unwrap_or(RBig::ZERO) + coefficient;
        if !sum.is_zero() {
            self.0.insert(monomial, sum);
        }
    }

    /// The largest monomial that divides every term.
    fn content(&self) -> Monomial {
        let mut terms = self.0.keys();
        let Some(first) = terms.next() else { return vec![] };
        let mut common = first.clone();
        for monomial in terms {
            common.retain_mut(|(variable, power)| {
                let here = monomial.iter().find(|(v, _)| v == variable).map_or(0, |(_, p)| *p);
                *power = here.min(*power);
                *power > 0
            });
        }
        common
    }

    /// Divides every term by a monomial that divides them all, and by a number other than zero.
    fn divided(&self, by: &Monomial, number: &RBig) -> Polynomial {
        let divide = |monomial: &Monomial| {
            let left = monomial.iter().map(|(variable, power)| {
                (*variable, power - by.iter().find(|(v, _)| v == variable).map_or(0, |(_, p)| *p))
            });
            left.filter(|(_, power)| *power > 0).collect()
        };
        Polynomial(self.0.iter().map(|(monomial, c)| (divide(monomial), c / number)).collect())
    }
}

fn merged(a: &Monomial, b: &Monomial) -> Option<Monomial> {
    let mut powers: BTreeMap<usize, u32> = a.iter().copied().collect();
    for (variable, power) in b {
        let sum = powers.entry(*variable).or_insert(0);
        *sum += power;
        if *sum > MOST_POWER {
            return None;
        }
    }
    Some(powers.into_iter().collect())
}

impl Quotient {
    pub fn constant(value: RBig) -> Quotient {
        Quotient::whole(Polynomial::constant(value))
    }

    pub fn whole(top: Polynomial) -> Quotient {
        Quotient { top, bottom: Polynomial::constant(RBig::ONE) }
    }

    pub fn variable(variable: usize) -> Quotient {
        Quotient::whole(Polynomial::term(vec![(variable, 1)], RBig::ONE))
    }

    pub fn add(&self, other: &Quotient) -> Option<Quotient> {
        if self.bottom == other.bottom {
            return Some(reduced(self.top.add(&other.top)?, self.bottom.clone()));
        }
        let top = self.top.multiply(&other.bottom)?.add(&other.top.multiply(&self.bottom)?)?;
        Some(reduced(top, self.bottom.multiply(&other.bottom)?))
    }

    pub fn negate(&self) -> Quotient {
        Quotient { top: self.top.negate(), bottom: self.bottom.clone() }
    }

    pub fn multiply(&self, other: &Quotient) -> Option<Quotient> {
        Some(reduced(self.top.multiply(&other.top)?, self.bottom.multiply(&other.bottom)?))
    }

    /// `None` also for the divisor 0.
    pub fn divide(&self, other: &Quotient) -> Option<Quotient> {
        if other.top.is_zero() {
            return None;
        }
        Some(reduced(self.top.multiply(&other.bottom)?, self.bottom.multiply(&other.top)?))
    }

    pub fn power(&self, exponent: i32) -> Option<Quotient> {
        let one = Quotient::constant(RBig::ONE);
        if exponent.unsigned_abs() > MOST_POWER {
            return None;
        }
        let mut power = one.clone();
        for _ in 0..exponent.unsigned_abs() {
            power = power.multiply(self)?;
        }
        if exponent < 0 { one.divide(&power) } else { Some(power) }
    }

    /// The same zeros with the first coefficient above made 1.
    pub fn up_to_a_factor(&self) -> Option<Quotient> {
        let Some((_, first)) = self.top.terms().next() else { return Some(self.clone()) };
        self.divide(&Quotient::constant(first.clone()))
    }

    /// Whether the two are the same rational function.
    pub fn equals(&self, other: &Quotient) -> Option<bool> {
        if self.bottom == other.bottom {
            return Some(self.top == other.top);
        }
        Some(self.top.multiply(&other.bottom)? == other.top.multiply(&self.bottom)?)
    }

    pub fn as_constant(&self) -> Option<RBig> {
        let bottom = self.bottom.as_constant().filter(|b| !b.is_zero())?;
        Some(self.top.as_constant()? / bottom)
    }
}

/// Cancels common monomials and makes the first coefficient below 1, so that most equal quotients look equal.
fn reduced(top: Polynomial, bottom: Polynomial) -> Quotient {
    if top.is_zero() {
        return Quotient::constant(RBig::ZERO);
    }
    let (above, below) = (top.content(), bottom.content());
    let common: Monomial = above
        .iter()
        .filter_map(|(variable, power)| {
            let other = below.iter().find(|(v, _)| v == variable)?.1;
            Some((*variable, other.min(*power)))
        })
        .collect();
    let lead = bottom.0.values().next().cloned().unwrap_or(RBig::ONE);
    Quotient { top: top.divided(&common, &lead), bottom: bottom.divided(&common, &lead) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(n: i64) -> Quotient {
        Quotient::constant(RBig::from(n))
    }

    #[test]
    fn quotients_add_and_cancel() {
        let (x, y) = (Quotient::variable(0), Quotient::variable(1));
        // 1/x + 1/y = (x + y)/(xy); (x^2 - y^2)/(x - y) = x + y.
        let sum = x.power(-1).unwrap().add(&y.power(-1).unwrap()).unwrap();
        let whole = x.add(&y).unwrap().divide(&x.multiply(&y).unwrap()).unwrap();
        assert_eq!(sum.equals(&whole), Some(true));
        let squares = x.power(2).unwrap().add(&y.power(2).unwrap().negate()).unwrap();
        let difference = x.add(&y.negate()).unwrap();
        assert_eq!(squares.divide(&difference).unwrap().equals(&x.add(&y).unwrap()), Some(true));
        assert_eq!(x.equals(&y), Some(false));
        assert!(x.divide(&x.add(&x.negate()).unwrap()).is_none());
        assert_eq!(number(6).divide(&number(4)).unwrap().as_constant(), Some(RBig::from_parts(3.into(), 2u8.into())));
    }

    #[test]
    fn size_is_bounded() {
        let sum = (0..60).map(Quotient::variable).try_fold(number(1), |sum, v| sum.add(&v)).unwrap();
        assert!(sum.power(8).is_none());
        assert!(Quotient::variable(0).power(300).is_none());
    }
}
