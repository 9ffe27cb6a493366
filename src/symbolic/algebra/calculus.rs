//! Rational functions of one variable: a root of a linear equation, derivatives, a value in place of the variable.

use super::super::polynomial::{Polynomial, Quotient};
use super::atoms::Algebra;
use dashu_ratio::RBig;

impl Algebra<'_> {
    /// Whether the quotient is rational in `variable`: no other unknown in it depends on the binder at that depth.
    pub(super) fn rational_in(&self, quotient: &Quotient, variable: usize, depth: usize) -> bool {
        let mut variables = quotient.top.variables().chain(quotient.bottom.variables());
        variables.all(|other| other == variable || !self.atoms[other].binders.contains(&depth))
    }

    /// The solution of an equation that is linear in the bound variable at `depth`. That the solution lies in the interval is
    /// what the formula says (evaluation verifies it).
    pub(super) fn linear_root(&self, body: &Quotient, depth: usize) -> Option<Quotient> {
        let variable = self.bound(depth, 0)?;
        if !self.rational_in(body, variable, depth) {
            return None;
        }
        let [constant, slope] = <[Polynomial; 2]>::try_from(body.top.coefficients_in(variable)).ok()?;
        // `x p - x^2` at x = 0 holds for every p: a common factor may hide that the equation says nothing.
        if slope.as_constant().is_none() && !disjoint(&constant, &slope) {
            return None;
        }
        // A zero that the denominator shares would be none.
        let solution = Quotient::whole(constant.negate()).divide(&Quotient::whole(slope))?;
        let bottom = Quotient::whole(body.bottom.clone()).substitute(variable, &solution)?;
        (!bottom.top.is_zero()).then_some(solution)
    }
}

/// Two single terms without a common variable, which have no common factor.
fn disjoint(a: &Polynomial, b: &Polynomial) -> bool {
    let single = |p: &Polynomial| p.terms().count() == 1;
    single(a) && single(b) && a.variables().all(|variable| b.variables().all(|other| other != variable))
}

impl Polynomial {
    /// Coefficients of the powers of a variable, from the power 0 on.
    pub fn coefficients_in(&self, variable: usize) -> Vec<Polynomial> {
        let mut coefficients: Vec<Polynomial> = vec![];
        for (monomial, number) in self.terms() {
            let power = monomial.iter().find(|(v, _)| *v == variable).map_or(0, |(_, p)| *p) as usize;
            coefficients.resize(coefficients.len().max(power + 1), Polynomial::default());
            let rest = monomial.iter().copied().filter(|(v, _)| *v != variable).collect();
            let term = Polynomial::term(rest, number.clone());
            if let Some(sum) = coefficients[power].add(&term) {
                coefficients[power] = sum;
            }
        }
        coefficients
    }

    fn derivative(&self, variable: usize) -> Option<Polynomial> {
        let mut sum = Polynomial::default();
        for (power, coefficient) in self.coefficients_in(variable).into_iter().enumerate().skip(1) {
            let mut monomial = vec![];
            if power > 1 {
                monomial.push((variable, power as u32 - 1));
            }
            sum = sum.add(&coefficient.multiply(&Polynomial::term(monomial, RBig::from(power)))?)?;
        }
        Some(sum)
    }

    fn substitute(&self, variable: usize, value: &Quotient) -> Option<Quotient> {
        // Horner's scheme.
        let mut sum = Quotient::constant(RBig::ZERO);
        for coefficient in self.coefficients_in(variable).into_iter().rev() {
            sum = sum.multiply(value)?.add(&Quotient::whole(coefficient))?;
        }
        Some(sum)
    }
}

impl Quotient {
    /// By the quotient rule; every other variable is a constant.
    pub fn derivative(&self, variable: usize) -> Option<Quotient> {
        let (top, bottom) = (self.top.derivative(variable)?, self.bottom.derivative(variable)?);
        let over = top.multiply(&self.bottom)?.add(&self.top.multiply(&bottom)?.negate())?;
        Quotient::whole(over).divide(&Quotient::whole(self.bottom.multiply(&self.bottom)?))
    }

    /// `None` where the denominator becomes zero.
    pub fn substitute(&self, variable: usize, value: &Quotient) -> Option<Quotient> {
        self.top.substitute(variable, value)?.divide(&self.bottom.substitute(variable, value)?)
    }
}
