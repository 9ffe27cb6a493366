//! Compiles integrals: which measure, where the integrand is not smooth, which Gaussian moments are known.

use super::super::LimitError;
use super::super::code::{Axis, Break, Code, Correlation, Eigenvalue, GaussianMoment, Integral, Lebesgue, Measure, Op};
use super::analysis::{self, GaussianTerm};
use super::scope::Scope;
use crate::symbolic::{
    Binary, Binding, Definition, Expr, Family, Law, Node, SUM_OF_SQUARES, Span, expectation, occurs, of_sum_of_squares,
    symmetric,
};

/// What compiles the parts of an integral.
pub trait Parts {
    fn code(&mut self, expr: &Expr, scope: &mut Scope) -> Result<Code, LimitError>;
    fn definitions(&self) -> &[Definition];
    /// The number of a definition among the measures, if it is one.
    fn measure_number(&self, definition: usize) -> Option<usize>;
    fn measure_depth(&self, measure: usize) -> usize;

    /// The last definition of this name that can be used here.
    fn visible_definition(&self, name: &str, scope: &Scope) -> Option<usize> {
        self.definitions()[..scope.visible].iter().rposition(|d| d.name == name)
    }
}

/// The measure called `name`, and whether its text is that of the shared definitions.
fn measure_named(parts: &impl Parts, name: &str, scope: &Scope) -> Option<(usize, bool)> {
    let index = parts.visible_definition(name, scope)?;
    Some((parts.measure_number(index)?, parts.definitions()[index].shared && !scope.shared))
}

/// Notes a reference to a measure.
fn reach_measure(parts: &impl Parts, number: usize, scope: &mut Scope, span: Span) -> Result<(), LimitError> {
    scope.reach(parts.measure_depth(number), span)
}

/// Compiles an integral over several variables, one binding at a time: the first one is around an integral over the others.
pub fn integral(
    parts: &mut impl Parts,
    (body, bindings): (&Expr, &[Binding]),
    scope: &mut Scope,
    span: Span,
) -> Result<Code, LimitError> {
    let Some((first, rest)) = bindings.split_first() else {
        return parts.code(body, scope);
    };
    if let Some(radial) = radial(body, bindings, span) {
        return parts.code(&radial, scope);
    }
    if let Some(standard) = standardised(body, bindings, span) {
        return parts.code(&standard, scope);
    }
    let inner = if rest.is_empty() {
        body.clone()
    } else {
        let node = Node::Integral { expectation: true, body: Box::new(body.clone()), bindings: rest.to_vec() };
        Expr::new(node, span)
    };
    let one = |names: &[String]| match names {
        [name] => Ok(name.clone()),
        _ => LimitError::at("this law has one variable", span),
    };
    scope.reads.eigenvalues |= matches!(first.law, Law::Spectrum | Law::Covariance | Law::Spectra);
    scope.reads.solved |= matches!(first.law, Law::Measure(_));
    match &first.law {
        Law::Normal => gaussian(parts, &inner, &one(&first.variables)?, scope, span),
        Law::NormalPair(correlation) => {
            let correlation = correlated(parts, correlation, scope)?;
            let symmetric = matches!(&first.variables[..], [u, v] if symmetric(&inner, u, v));
            let pair = |first, second| Measure::NormalPair { correlation, first, second, symmetric };
            over_pair(parts, &inner, &first.variables, scope, span, pair)
        }
        Law::Spectra => {
            over_pair(parts, &inner, &first.variables, scope, span, |first, second| Measure::Spectra { first, second })
        }
        Law::Spectrum | Law::Covariance => {
            let of = match first.law {
                Law::Spectrum => Eigenvalue::Spectrum,
                _ => Eigenvalue::Covariance,
            };
            let name = one(&first.variables)?;
            scope.bind(&name, false);
            let axis = axis(parts, &inner, &name, scope)?;
            let body = parts.code(&inner, scope)?;
            scope.release(1);
            Ok(over(Measure::Eigenvalues { of, axis }, body, span))
        }
        Law::MarchenkoPastur(aspect) => {
            let aspect = parts.code(aspect, scope)?;
            let slot = scope.bind(&one(&first.variables)?, false);
            let body = parts.code(&inner, scope)?;
            scope.release(1);
            Ok(over(Measure::MarchenkoPastur { aspect, slot }, body, span))
        }
        Law::Lebesgue(interval) => {
            let low = parts.code(&interval.low, scope)?;
            let high = parts.code(&interval.high, scope)?;
            let name = one(&first.variables)?;
            let slot = scope.bind(&name, true);
            let Axis { breaks, .. } = axis(parts, &inner, &name, scope)?;
            let body = parts.code(&inner, scope)?;
            scope.release(2);
            let only_through_quantiles = analysis::only_through_quantiles(&inner, &name);
            let (low_closed, high_closed) = (interval.low_closed, interval.high_closed);
            let measure = Lebesgue { slot, low, low_closed, high, high_closed, breaks, only_through_quantiles };
            Ok(over(Measure::Lebesgue(measure), body, span))
        }
        Law::Family(family, parameters) => {
            let name = one(&first.variables)?;
            // Its text is that of the expectation, at whose place all faults are.
            parts.code(&expectation(*family, parameters, &name, inner, span), scope)
        }
        Law::Measure(name) => {
            let Some((measure, foreign)) = measure_named(parts, name, scope) else {
                return LimitError::at(format!("`{name}` is not a measure"), span);
            };
            reach_measure(parts, measure, scope, span)?;
            let slot = scope.bind(&one(&first.variables)?, false);
            let body = parts.code(&inner, scope)?;
            scope.release(1);
            Ok(over(Measure::Stieltjes { measure, slot, foreign }, body, span))
        }
    }
}

/// An expectation over several standard normals of what depends on their sum of squares alone, as one over the law of that sum.
fn radial(body: &Expr, bindings: &[Binding], span: Span) -> Option<Expr> {
    if bindings.len() < 2 || bindings.iter().any(|binding| binding.law != Law::Normal) {
        return None;
    }
    let variables: Vec<&str> = bindings.iter().flat_map(|binding| &binding.variables).map(String::as_str).collect();
    let body = of_sum_of_squares(body, &variables)?;
    let degrees = [Expr::integer(i64::try_from(variables.len()).ok()?)];
    Some(expectation(Family::ChiSquared, &degrees, SUM_OF_SQUARES, body, span))
}

/// Normal variables with means and standard deviations, all written in standard ones, so that two of them can be integrated as a pair.
fn standardised(body: &Expr, bindings: &[Binding], span: Span) -> Option<Expr> {
    let shifted = |binding: &Binding| matches!(&binding.law, Law::Family(Family::Normal, _));
    let normal = |binding: &Binding| shifted(binding) || binding.law == Law::Normal;
    if bindings.len() < 2 || !bindings.iter().all(normal) || !bindings.iter().any(shifted) {
        return None;
    }
    let (mut standard, mut inner) = (vec![], body.clone());
    for binding in bindings.iter().rev() {
        let Law::Family(family, parameters) = &binding.law else {
            standard.insert(0, binding.clone());
            continue;
        };
        // E[let x = mean + sd g in inner : g ~ normal]
        let one = expectation(*family, parameters, binding.variables.first()?, inner, span);
        let Node::Integral { body, bindings, .. } = one.node else { return None };
        inner = *body;
        standard.splice(0..0, bindings);
    }
    Some(Expr::new(Node::Integral { expectation: true, body: Box::new(inner), bindings: standard }, span))
}

fn correlated(parts: &mut impl Parts, correlation: &Expr, scope: &mut Scope) -> Result<Correlation, LimitError> {
    if let Node::Apply { function, primes: 0, arguments } = &correlation.node
        && let ("cos", [angle], None) = (function.as_str(), &arguments[..], parts.visible_definition("cos", scope))
    {
        let halves = (Box::new(angle.clone()), Box::new(Expr::integer(2)));
        let half = Expr::new(Node::Binary(Binary::Divide, halves.0, halves.1), correlation.span);
        return Ok(Correlation::CosineOfTwice(parts.code(&half, scope)?));
    }
    Ok(Correlation::Value(parts.code(correlation, scope)?))
}

/// Compiles an expectation over one standard Gaussian. Terms that are known moments of the activation are separated from those that need
/// a quadrature.
fn gaussian(
    parts: &mut impl Parts,
    body: &Expr,
    name: &str,
    scope: &mut Scope,
    span: Span,
) -> Result<Code, LimitError> {
    let Some(terms) = analysis::gaussian_terms(body, name) else {
        return gaussian_quadrature(parts, body, name, scope, span);
    };
    let mut moments: Vec<(Code, GaussianMoment)> = vec![];
    let mut general: Option<Expr> = None;
    for term in terms {
        match term {
            GaussianTerm::Moment(factor, moment) => moments.push((parts.code(&factor, scope)?, moment)),
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
    let rest = gaussian_quadrature(parts, &general, name, scope, span)?;
    Ok(Code { op: Op::Arithmetic(Binary::Add, Box::new(moments), Box::new(rest)), span })
}

fn gaussian_quadrature(
    parts: &mut impl Parts,
    body: &Expr,
    name: &str,
    scope: &mut Scope,
    span: Span,
) -> Result<Code, LimitError> {
    let slot = scope.bind(name, false);
    let Axis { breaks, .. } = axis(parts, body, name, scope)?;
    let body = parts.code(body, scope)?;
    scope.release(1);
    Ok(over(Measure::Normal { slot, breaks }, body, span))
}

fn over_pair(
    parts: &mut impl Parts,
    body: &Expr,
    names: &[String],
    scope: &mut Scope,
    span: Span,
    measure: impl FnOnce(Axis, Axis) -> Measure,
) -> Result<Code, LimitError> {
    let [first, second] = names else {
        return LimitError::at("this law is of a pair: write two variables, as in `(u, v)`", span);
    };
    scope.bind(first, false);
    scope.bind(second, false);
    let axes = (axis(parts, body, first, scope)?, axis(parts, body, second, scope)?);
    let body = parts.code(body, scope)?;
    scope.release(2);
    Ok(over(measure(axes.0, axes.1), body, span))
}

/// The axis of the bound variable `name`, which is already in scope, for this body.
fn axis(parts: &mut impl Parts, body: &Expr, name: &str, scope: &mut Scope) -> Result<Axis, LimitError> {
    let slot = scope.variable(name).map_or(0, |v| v.slot);
    let mut breaks = vec![];
    for (affine, levels) in analysis::breaks(body, name, &parts.definitions()[..scope.visible]) {
        breaks.push(Break { affine: parts.code(&affine, scope)?, levels });
    }
    Ok(Axis { slot, used: occurs(body, name), breaks })
}

fn over(measure: Measure, body: Code, span: Span) -> Code {
    Code { op: Op::Integral(Box::new(Integral { measure, body })), span }
}
