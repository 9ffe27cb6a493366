//! Compiles integrals: which measure, where the integrand is not smooth, which Gaussian moments are known.

use super::super::LimitError;
use super::super::code::{
    Axis, Break, Code, Correlation, Eigenvalue, GaussianMoment, Integral, Lebesgue, Measure, Op, Stieltjes,
};
use super::analysis::{self, GaussianTerm};
use super::scope::Scope;
use super::{Compiled, Compiler, fault};
use crate::symbolic::{Binary, Binding, Expr, Interval, Law, Node, Span, occurs, symmetric};

impl Compiler<'_> {
    /// Adds the definition number `index`, a measure.
    pub fn measure(
        &mut self,
        index: usize,
        variable: &str,
        transform: &Expr,
        support: &Interval,
        mass: &Expr,
    ) -> Result<(), LimitError> {
        let definition = &self.definitions[index];
        let mut scope = Scope::new(index, definition.shared);
        scope.bind(variable, false);
        let code = self.code(transform, &mut scope)?;
        let transform = scope.unit(code, Some(definition.name.clone()));
        let mut number = |expr: &Expr| {
            let mut scope = Scope::new(index, definition.shared);
            let code = self.code(expr, &mut scope)?;
            Ok(scope.unit(code, Some(definition.name.clone())))
        };
        let (low, high, mass) = (number(&support.low)?, number(&support.high)?, number(mass)?);
        let (name, span) = (definition.name.clone(), definition.span);
        self.measures.push(Stieltjes { name, transform, low, high, mass, span });
        self.measure_numbers[index] = Some(self.measures.len() - 1);
        Ok(())
    }

    /// The measure called `name`, and whether its text is that of the shared definitions.
    fn measure_named(&self, name: &str, scope: &Scope) -> Option<(usize, bool)> {
        let index = self.visible_definition(name, scope)?;
        Some((self.measure_numbers[index]?, self.definitions[index].shared && !scope.shared))
    }

    /// Notes a reference to a measure.
    fn reach_measure(&self, number: usize, scope: &mut Scope, span: Span) -> Result<(), LimitError> {
        scope.reach(self.measures[number].transform.depth, span)
    }

    /// One binding at a time: the first around an integral over the others.
    pub fn integral(&mut self, body: &Expr, bindings: &[Binding], scope: &mut Scope, span: Span) -> Compiled {
        let Some((first, rest)) = bindings.split_first() else {
            return self.code(body, scope);
        };
        let inner = if rest.is_empty() {
            body.clone()
        } else {
            let node = Node::Integral { expectation: true, body: Box::new(body.clone()), bindings: rest.to_vec() };
            Expr::new(node, span)
        };
        let one = |names: &[String]| match names {
            [name] => Ok(name.clone()),
            _ => fault("this law has one variable", span),
        };
        scope.reads.eigenvalues |= matches!(first.law, Law::Spectrum | Law::Covariance | Law::Spectra);
        scope.reads.solved |= matches!(first.law, Law::Measure(_));
        match &first.law {
            Law::Normal => self.gaussian(&inner, &one(&first.variables)?, scope, span),
            Law::NormalPair(correlation) => {
                let correlation = self.correlation(correlation, scope)?;
                let symmetric = matches!(&first.variables[..], [u, v] if symmetric(&inner, u, v));
                let pair = |first, second| Measure::NormalPair { correlation, first, second, symmetric };
                self.over_pair(&inner, &first.variables, scope, span, pair)
            }
            Law::Spectra => self
                .over_pair(&inner, &first.variables, scope, span, |first, second| Measure::Spectra { first, second }),
            Law::Spectrum | Law::Covariance => {
                let of = match first.law {
                    Law::Spectrum => Eigenvalue::Spectrum,
                    _ => Eigenvalue::Covariance,
                };
                let name = one(&first.variables)?;
                scope.bind(&name, false);
                let axis = self.axis(&inner, &name, scope)?;
                let body = self.code(&inner, scope)?;
                scope.release(1);
                Ok(integral(Measure::Eigenvalues { of, axis }, body, span))
            }
            Law::MarchenkoPastur(aspect) => {
                let aspect = self.code(aspect, scope)?;
                let slot = scope.bind(&one(&first.variables)?, false);
                let body = self.code(&inner, scope)?;
                scope.release(1);
                Ok(integral(Measure::MarchenkoPastur { aspect, slot }, body, span))
            }
            Law::Lebesgue(interval) => {
                let low = self.code(&interval.low, scope)?;
                let high = self.code(&interval.high, scope)?;
                let name = one(&first.variables)?;
                let slot = scope.bind(&name, true);
                let Axis { breaks, .. } = self.axis(&inner, &name, scope)?;
                let body = self.code(&inner, scope)?;
                scope.release(2);
                let only_through_quantiles = analysis::only_through_quantiles(&inner, &name);
                let (low_closed, high_closed) = (interval.low_closed, interval.high_closed);
                let measure = Lebesgue { slot, low, low_closed, high, high_closed, breaks, only_through_quantiles };
                Ok(integral(Measure::Lebesgue(measure), body, span))
            }
            Law::Measure(name) => {
                let Some((measure, foreign)) = self.measure_named(name, scope) else {
                    return fault(format!("`{name}` is not a measure"), span);
                };
                self.reach_measure(measure, scope, span)?;
                let slot = scope.bind(&one(&first.variables)?, false);
                let body = self.code(&inner, scope)?;
                scope.release(1);
                Ok(integral(Measure::Stieltjes { measure, slot, foreign }, body, span))
            }
        }
    }

    fn correlation(&mut self, correlation: &Expr, scope: &mut Scope) -> Result<Correlation, LimitError> {
        if let Node::Apply { function, primes: 0, arguments } = &correlation.node
            && let ("cos", [angle], None) = (function.as_str(), &arguments[..], self.visible_definition("cos", scope))
        {
            let halves = (Box::new(angle.clone()), Box::new(Expr::integer(2)));
            let half = Expr::new(Node::Binary(Binary::Divide, halves.0, halves.1), correlation.span);
            return Ok(Correlation::CosineOfTwice(self.code(&half, scope)?));
        }
        Ok(Correlation::Value(self.code(correlation, scope)?))
    }

    /// Expectation over one standard Gaussian: known moments of the activation apart from what needs a quadrature.
    fn gaussian(&mut self, body: &Expr, name: &str, scope: &mut Scope, span: Span) -> Compiled {
        let Some(terms) = analysis::gaussian_terms(body, name) else {
            return self.gaussian_quadrature(body, name, scope, span);
        };
        let mut moments: Vec<(Code, GaussianMoment)> = vec![];
        let mut general: Option<Expr> = None;
        for term in terms {
            match term {
                GaussianTerm::Moment(factor, moment) => moments.push((self.code(&factor, scope)?, moment)),
                GaussianTerm::General(term) => {
                    general = Some(match general {
                        None => term,
                        Some(sum) => Expr::new(Node::Binary(Binary::Add, Box::new(sum), Box::new(term)), body.span),
                    });
                }
            }
        }
        let moments = Code { op: Op::GaussianMoments(moments), span };
        let Some(general) = general else { return Ok(moments) };
        let rest = self.gaussian_quadrature(&general, name, scope, span)?;
        Ok(Code { op: Op::Arithmetic(Binary::Add, Box::new(moments), Box::new(rest)), span })
    }

    fn gaussian_quadrature(&mut self, body: &Expr, name: &str, scope: &mut Scope, span: Span) -> Compiled {
        let slot = scope.bind(name, false);
        let Axis { breaks, .. } = self.axis(body, name, scope)?;
        let body = self.code(body, scope)?;
        scope.release(1);
        Ok(integral(Measure::Normal { slot, breaks }, body, span))
    }

    fn over_pair(
        &mut self,
        body: &Expr,
        names: &[String],
        scope: &mut Scope,
        span: Span,
        measure: impl FnOnce(Axis, Axis) -> Measure,
    ) -> Compiled {
        let [first, second] = names else {
            return fault("this law is of a pair: write two variables, as in `(u, v)`", span);
        };
        scope.bind(first, false);
        scope.bind(second, false);
        let axes = (self.axis(body, first, scope)?, self.axis(body, second, scope)?);
        let body = self.code(body, scope)?;
        scope.release(2);
        Ok(integral(measure(axes.0, axes.1), body, span))
    }

    /// The bound variable `name`, already in scope, as the body sees it.
    fn axis(&mut self, body: &Expr, name: &str, scope: &mut Scope) -> Result<Axis, LimitError> {
        let slot = scope.variable(name).map_or(0, |v| v.slot);
        let mut breaks = vec![];
        for (affine, levels) in analysis::breaks(body, name, &self.definitions[..scope.visible]) {
            breaks.push(Break { affine: self.code(&affine, scope)?, levels });
        }
        Ok(Axis { slot, used: occurs(body, name), breaks })
    }
}

fn integral(measure: Measure, body: Code, span: Span) -> Code {
    Code { op: Op::Integral(Box::new(Integral { measure, body })), span }
}
