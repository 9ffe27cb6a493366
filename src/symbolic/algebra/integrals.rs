//! The rules of integration: linearity both ways, moments of a Gaussian, adjacent intervals, the quantile function of B.
//!
//! The law of B and that of d Gamma are taken as marginals of the joint law. An integral over an interval is the primitive of
//! its integrand at the upper end minus that at the lower end, each an unknown.

use super::super::polynomial::{Monomial, Polynomial, Quotient};
use super::atoms::{Algebra, Kind};
use dashu_ratio::RBig;

/// Heads of the unknowns that stand for an expectation.
pub(super) const EXPECTATION: &str = "expectation";

/// The head of an expectation over the joint law alone.
const JOINT: &str = "expectation spectra/2";

impl Algebra<'_> {
    /// An integral, one term of the integrand's numerator at a time. A denominator comes outside if it does not depend on the
    /// bound variables, whose binders have depth `depth` or more. `end` is where a primitive is taken, at a finite end.
    pub(super) fn linear(
        &mut self,
        head: &str,
        law: &[Quotient],
        end: Option<&Quotient>,
        body: Quotient,
        depth: usize,
    ) -> Option<Quotient> {
        let bottom_outside = !body.bottom.variables().any(|variable| self.depends(variable, depth));
        let mut sum = Quotient::constant(RBig::ZERO);
        for (monomial, coefficient) in body.top.terms() {
            let (inside, outside): (Monomial, Monomial) =
                monomial.iter().copied().partition(|(variable, _)| self.depends(*variable, depth));
            let known = if bottom_outside { self.known(head, end, &inside, depth) } else { None };
            let integral = match known {
                Some(value) => value,
                None => {
                    let top = Polynomial::term(inside, RBig::ONE);
                    let bottom = if bottom_outside { Polynomial::constant(RBig::ONE) } else { body.bottom.clone() };
                    let parts = law.iter().chain(end).cloned().chain([Quotient { top, bottom }]).collect();
                    self.form(head.to_string(), parts, depth)?
                }
            };
            let factor = Quotient::whole(Polynomial::term(outside, coefficient.clone()));
            sum = sum.add(&factor.multiply(&integral)?)?;
        }
        if bottom_outside { sum.divide(&Quotient::whole(body.bottom)) } else { Some(sum) }
    }

    /// The integral of a monomial where it is known: masses, lengths, moments of one Gaussian.
    fn known(&self, head: &str, end: Option<&Quotient>, inside: &Monomial, depth: usize) -> Option<Quotient> {
        match (inside.as_slice(), end) {
            ([], Some(end)) => Some(end.clone()),
            ([], None) if head.starts_with(EXPECTATION) => Some(Quotient::constant(RBig::ONE)),
            ([(variable, power)], None)
                if head == "expectation normal/1" && self.bound(depth, 0) == Some(*variable) =>
            {
                // E g^n = (n - 1)!! for even n.
                let even = power % 2 == 0;
                let moment = (1..*power).step_by(2).fold(RBig::ONE, |product, odd| product * RBig::from(odd));
                Some(Quotient::constant(if even { moment } else { RBig::ZERO }))
            }
            _ => None,
        }
    }

    /// Whether a difference of two formulas is zero once the expectations over one law are put together again: `sum c_i E[f_i]` is
    /// `E[sum c_i f_i]` for c_i that do not depend on the variables. `None` where this cannot tell.
    pub(super) fn cancels(&mut self, difference: Quotient) -> Option<bool> {
        let top = self.by_quantiles(&difference.top)?.top;
        if top.is_zero() {
            return Some(true);
        }
        // One law at a time: integrands of two laws side by side would share their variables.
        for group in self.groups(&top) {
            // Where one expectation is a factor of others, it has to stay a number while the others are put together. Tried with none
            // kept, then with each of them kept.
            for factor in std::iter::once(None).chain(group.iter().copied().map(Some)) {
                let opened: Vec<usize> = group.iter().copied().filter(|v| Some(*v) != factor).collect();
                if self.put_together(&top, &opened).is_some_and(|integrand| integrand.top.is_zero()) {
                    return Some(true);
                }
            }
        }
        None
    }

    /// The expectations that occur, those over one law together.
    fn groups(&self, polynomial: &Polynomial) -> Vec<Vec<usize>> {
        let mut variables: Vec<usize> = polynomial.variables().collect();
        variables.sort_unstable();
        variables.dedup();
        let law = |variable: usize| match &self.atoms[variable].kind {
            Kind::Form { head, parts } if head.starts_with(EXPECTATION) => Some((head, &parts[..parts.len() - 1])),
            _ => None,
        };
        let same = |a: usize, b: usize| match (law(a), law(b)) {
            (Some((h, p)), Some((k, q))) => {
                h == k && p.len() == q.len() && p.iter().zip(q).all(|(x, y)| x.equals(y) == Some(true))
            }
            _ => false,
        };
        let mut groups: Vec<Vec<usize>> = vec![];
        for variable in variables.into_iter().filter(|v| law(*v).is_some()) {
            match groups.iter_mut().find(|group| same(group[0], variable)) {
                Some(group) => group.push(variable),
                None => groups.push(vec![variable]),
            }
        }
        groups
    }

    /// The polynomial with these expectations over one law replaced by their integrands, if it is linear in them: it vanishes if
    /// the integrand does.
    fn put_together(&self, polynomial: &Polynomial, opened: &[usize]) -> Option<Quotient> {
        let mut sum = Quotient::constant(RBig::ZERO);
        for (monomial, coefficient) in polynomial.terms() {
            let (inside, outside): (Monomial, Monomial) =
                monomial.iter().copied().partition(|(variable, _)| opened.contains(variable));
            let integrand = match inside.as_slice() {
                // The expectation of a constant.
                [] => Quotient::constant(RBig::ONE),
                [(single, 1)] => match &self.atoms[*single].kind {
                    Kind::Form { parts, .. } => parts.last()?.clone(),
                    _ => return None,
                },
                _ => return None,
            };
            let factor = Quotient::whole(Polynomial::term(outside, coefficient.clone()));
            sum = sum.add(&factor.multiply(&integrand)?)?;
        }
        Some(sum)
    }

    /// Where a primitive over [0, 1] in quantiles of B occurs, expectations over the law of B alone become such primitives:
    /// `E f(b) = Int[f(Q(p)) : p in [0, 1]]`.
    fn by_quantiles(&mut self, polynomial: &Polynomial) -> Option<Quotient> {
        let mut whole = Quotient::whole(polynomial.clone());
        let primitive = |kind: &Kind| matches!(kind, Kind::Form { head, .. } if head.starts_with("primitive"));
        if !polynomial.variables().any(|variable| primitive(&self.atoms[variable].kind)) {
            return Some(whole);
        }
        let mut variables: Vec<usize> = polynomial.variables().collect();
        variables.sort_unstable();
        variables.dedup();
        for variable in variables {
            let integrand = match &self.atoms[variable].kind {
                Kind::Form { head, parts } if head == JOINT => parts.last()?.clone(),
                _ => continue,
            };
            // An expectation at the outermost level binds at depth 0: b is its variable 0, t its variable 1.
            let (Some(b), t) = (self.bound(0, 0), self.bound(0, 1)) else { continue };
            let mut inside = integrand.top.variables().chain(integrand.bottom.variables());
            if inside.any(|other| self.depends(other, 0) && other != b) || t == Some(b) {
                continue;
            }
            let quantile = self.form("quantilespectrum".to_string(), vec![Quotient::variable(b)], usize::MAX)?;
            let inner = integrand.substitute(b, &quantile)?;
            let mut ends = vec![];
            for end in [RBig::ONE, RBig::ZERO] {
                let end = Quotient::constant(end);
                ends.push(self.linear("primitive at .", &[], Some(&end), inner.clone(), 0)?);
            }
            whole = whole.substitute(variable, &ends[0].add(&ends[1].negate())?)?;
        }
        Some(whole)
    }
}
