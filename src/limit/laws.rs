//! The laws of the eigenvalues of B and of d Gamma at a place. At a finite size these are the pairs in use, otherwise the limiting laws.
//! The covariance law is scaled to mean 1.

use super::place::FiniteSize;
use super::sum::CompensatedSum;
use crate::formula::code::Eigenvalue;
use crate::formula::{Fault, fault};
use crate::model::{Pairing, Settings, Spectrum};
use crate::num::many::{Estimates, LANES, Many};
use crate::num::quadrature::{QuadratureError, SecondRule, integrate};
use crate::num::sets::{Set, Signs};
use crate::num::{Estimate, laws};
use std::cell::OnceCell;
use std::sync::Arc;

/// If a level lies outside [0, 1] by no more than this, it is taken for an end that was rounded.
const LEVEL_SLACK: f64 = 1e-12;
/// A level this close to a jump counts as the jump.
const LEVEL_ROUNDING: f64 = 4.0 * f64::EPSILON;
/// Units in the last place that a quantile function computed in doubles may be off, per unit of the exponent.
const QUANTILE_ULPS: f64 = 4.0;

/// A law with finitely many values.
pub struct Discrete {
    /// Values in increasing order with their weights.
    pub atoms: Vec<(Estimate, Estimate)>,
    /// CompensatedSum of the weights: 1, or the number of eigenvalues where the weights count them.
    pub total: Estimate,
    /// Levels in (0, 1) where the quantile function jumps.
    pub jumps: Vec<Estimate>,
}

pub struct Laws {
    spectrum: Spectrum,
    covariance: Spectrum,
    pub pairing: Pairing,
    /// Mean of the covariance law before scaling.
    covariance_mean: Estimate,
    /// The pairs in use, at a finite size.
    pub pairs: Option<Arc<[(f64, f64)]>>,
    discrete: [OnceCell<Option<Discrete>>; 2],
}

type Quadrature = Result<Estimate, QuadratureError<Fault>>;

/// A function of one eigenvalue, which gives its values at up to [`LANES`] places at once.
pub type OfOne<'a> = &'a mut dyn FnMut(&Estimates, &mut [Estimate]) -> Result<(), Fault>;
/// A function of a pair of eigenvalues, which gives its values at up to [`LANES`] places at once.
pub type OfTwo<'a> = &'a mut dyn FnMut(&Estimates, &Estimates, &mut [Estimate]) -> Result<(), Fault>;

impl Laws {
    pub fn new(settings: &Settings, size: Option<&FiniteSize>) -> Laws {
        let covariance = settings.covariance();
        Laws {
            spectrum: settings.spectrum(),
            covariance_mean: mean(&covariance),
            covariance,
            pairing: settings.pairing(),
            pairs: size.and_then(|size| size.pairs.clone()),
            discrete: [OnceCell::new(), OnceCell::new()],
        }
    }

    fn law(&self, of: Eigenvalue) -> &Spectrum {
        match of {
            Eigenvalue::Spectrum => &self.spectrum,
            Eigenvalue::Covariance => &self.covariance,
        }
    }

    fn scaled(&self, of: Eigenvalue, value: Estimate) -> Estimate {
        match of {
            Eigenvalue::Covariance if self.covariance_mean != Estimate::ONE => {
                value.div(self.covariance_mean).unwrap_or(Estimate::UNDEFINED)
            }
            _ => value,
        }
    }

    /// The law's values and weights, if there are finitely many.
    pub fn discrete(&self, of: Eigenvalue) -> Option<&Discrete> {
        let cell = &self.discrete[usize::from(of == Eigenvalue::Covariance)];
        cell.get_or_init(|| match &self.pairs {
            Some(pairs) => {
                let pick = |pair: &(f64, f64)| if of == Eigenvalue::Spectrum { pair.0 } else { pair.1 };
                Some(counted(pairs.iter().map(pick).collect()))
            }
            None => {
                let law = self.law(of);
                let mut discrete = match law {
                    Spectrum::File { values, .. } => counted(values.to_vec()),
                    _ => weighted(law.atoms()?),
                };
                for (value, _) in &mut discrete.atoms {
                    *value = self.scaled(of, *value);
                }
                Some(discrete)
            }
        })
        .as_ref()
    }

    /// The end of [0, 1] at which the quantile function is not smooth, if there is one.
    pub fn singular_level(&self, of: Eigenvalue) -> Option<f64> {
        if self.pairs.is_some() {
            return None;
        }
        match self.law(of) {
            Spectrum::Exponential => Some(1.0),
            Spectrum::Power { .. } => Some(0.0),
            _ => None,
        }
    }

    /// Quantile function at the level p, with `q = 1 - p` given beside it so that neither end loses digits.
    /// A level within rounding of a jump counts as the jump itself, where the function has its lower value.
    pub fn quantile(&self, of: Eigenvalue, p: Estimate, q: Estimate) -> Result<Estimate, String> {
        if !(p.value >= -LEVEL_SLACK && p.value <= 1.0 + LEVEL_SLACK) {
            return Err(format!("the level of a quantile function is {}, outside [0, 1]", p.value));
        }
        if let Some(discrete) = self.discrete(of) {
            let slack = LEVEL_ROUNDING + p.abs_err;
            let below = discrete.jumps.partition_point(|jump| jump.value < p.value - slack);
            return match discrete.atoms.get(below) {
                Some((value, _)) => Ok(*value),
                None => Err("this law has no eigenvalues".to_string()),
            };
        }
        let law = self.law(of);
        let at = |p: f64, q: f64| law.quantile(p.clamp(0.0, 1.0), q.clamp(0.0, 1.0));
        let value = at(p.value, q.value);
        let mut error = match law {
            Spectrum::Uniform => 0.0,
            Spectrum::Power { exponent } => QUANTILE_ULPS * (1.0 + exponent) * f64::EPSILON * value.abs(),
            _ => QUANTILE_ULPS * f64::EPSILON * value.abs(),
        };
        if p.abs_err > 0.0 || q.abs_err > 0.0 {
            // Each law uses either p or q, not both, and its quantile function increases with p.
            error += (at(p.high(), q.low()) - value).max(value - at(p.low(), q.high()));
        }
        Ok(self.scaled(of, if value.is_infinite() { Estimate::exact(value) } else { Estimate::new(value, error) }))
    }

    /// The quantile function on a set of levels.
    pub fn quantile_on<K: Set>(&self, of: Eigenvalue, p: K, q: K, signs: &mut Signs) -> Option<K> {
        if let Some(discrete) = self.discrete(of) {
            let (mut low, mut high) = (0, discrete.jumps.len());
            let atom = |index: usize| K::of(discrete.atoms.get(index)?.0);
            while low < high {
                let middle = (low + high) / 2;
                match p.less(K::of(discrete.jumps[middle])?, signs) {
                    Some(true) => high = middle,
                    Some(false) => low = middle + 1,
                    None => return atom(low)?.hull(atom(high)?),
                }
            }
            return atom(low);
        }
        let value = match self.law(of) {
            Spectrum::Exponential => q.ln()?.neg()?,
            Spectrum::Power { exponent } => p.pow(K::exact(*exponent)?)?,
            _ => p,
        };
        match of {
            Eigenvalue::Covariance if self.covariance_mean != Estimate::ONE => value.div(K::of(self.covariance_mean)?),
            _ => Some(value),
        }
    }

    /// Whether the two laws are coupled at opposite levels; `None` if they are not coupled, or at a finite size.
    pub fn opposite(&self) -> Option<bool> {
        match (self.pairs.is_some(), self.pairing) {
            (true, _) | (_, Pairing::Independent) => None,
            (_, pairing) => Some(pairing == Pairing::Antitone),
        }
    }

    /// Whether a level is so near a jump that rounding alone tells on which side it is.
    pub fn is_at_jump(&self, of: Eigenvalue, p: Estimate) -> bool {
        let Some(law) = self.discrete(of) else { return false };
        let slack = LEVEL_ROUNDING + p.abs_err;
        let next = law.jumps.partition_point(|jump| jump.value < p.value - slack - jump.abs_err);
        law.jumps.get(next).is_some_and(|jump| {
            let same = p == *jump && p.abs_err == 0.0;
            !same && (p.value - jump.value).abs() <= slack + jump.abs_err
        })
    }

    /// Level at which a continuous law has the value `x`.
    fn level(&self, of: Eigenvalue, x: f64) -> f64 {
        let x = if of == Eigenvalue::Covariance { x * self.covariance_mean.value } else { x };
        match self.law(of) {
            Spectrum::Exponential => -(-x).exp_m1(),
            Spectrum::Power { exponent } => x.max(0.0).powf(exponent.recip()),
            _ => x,
        }
    }

    /// `E f` over one law; `kinks` are values where f is not smooth.
    pub fn expectation(&self, of: Eigenvalue, f: OfOne, kinks: &[f64]) -> Quadrature {
        if let Some(discrete) = self.discrete(of) {
            let mut sum = CompensatedSum::default();
            for atoms in discrete.atoms.chunks(LANES) {
                let (places, _) = Estimates::pairs(atoms.iter().copied());
                let mut values = [Estimate::ZERO; LANES];
                f(&places, &mut values[..atoms.len()]).map_err(QuadratureError::Integrand)?;
                values.iter().zip(atoms).for_each(|(value, (_, weight))| sum.add(*value, *weight));
            }
            return Ok(sum.over(discrete.total));
        }
        let mut scaled = |ys: &[f64], _, values: &mut [Estimate]| {
            let mut places = Estimates::exact(ys);
            places.each(ys.len(), |y| Some(self.scaled(of, y)));
            f(&places, values)
        };
        match self.law(of) {
            Spectrum::Exponential => {
                let kinks: Vec<f64> = kinks.iter().map(|k| k * self.scale(of)).collect();
                laws::exponential(&mut scaled, &kinks)
            }
            Spectrum::Uniform => {
                let inside = kinks.iter().map(|k| k * self.scale(of)).filter(|k| *k > 0.0 && *k < 1.0);
                let mut breaks: Vec<f64> = inside.chain([0.0, 1.0]).collect();
                breaks.sort_by(f64::total_cmp);
                integrate(&mut scaled, &breaks, SecondRule::OfPanels)
            }
            _ => {
                let levels: Vec<f64> = kinks.iter().map(|k| self.level(of, *k)).collect();
                let mut at_levels =
                    |ps: &[f64], qs: &[f64], values: &mut [Estimate]| f(&self.at_levels(of, ps, qs)?, values);
                laws::unit(&mut at_levels, &levels)
            }
        }
    }

    fn scale(&self, of: Eigenvalue) -> f64 {
        if of == Eigenvalue::Covariance { self.covariance_mean.value } else { 1.0 }
    }

    fn at_levels(&self, of: Eigenvalue, ps: &[f64], qs: &[f64]) -> Result<Estimates, Fault> {
        let mut quantiles = [Estimate::ZERO; LANES];
        for (quantile, (p, q)) in quantiles.iter_mut().zip(ps.iter().zip(qs)) {
            *quantile = self
                .quantile(of, Estimate::exact(*p), Estimate::exact(*q))
                .or_else(|message| fault(message, Default::default()))?;
        }
        Ok(Estimates::of(&quantiles[..ps.len()]))
    }

    /// `E f(b, t)` with b and t paired: the pairs in use at a finite size; otherwise both at the same level
    /// (comonotone) or at opposite levels (antitone). Not for independent limiting laws.
    pub fn coupled(&self, f: OfTwo, first_kinks: &[f64], second_kinks: &[f64]) -> Quadrature {
        if let Some(pairs) = &self.pairs {
            let mut sum = CompensatedSum::default();
            let exact = |(b, t): &(f64, f64)| (Estimate::exact(*b), Estimate::exact(*t));
            over_pairs(f, pairs.iter().map(|pair| (exact(pair), Estimate::ONE)), &mut sum)?;
            return Ok(sum.over(Estimate::exact(pairs.len() as f64)));
        }
        let (first, second) = (Eigenvalue::Spectrum, Eigenvalue::Covariance);
        let opposite = self.pairing == Pairing::Antitone;
        if let (Some(b), Some(t)) = (self.discrete(first), self.discrete(second)) {
            let mut sum = CompensatedSum::default();
            let mut seconds: Vec<(Estimate, Estimate)> = t.atoms.clone();
            if opposite {
                seconds.reverse();
            }
            over_pairs(f, merged(&b.atoms, b.total, &seconds, t.total).into_iter(), &mut sum)?;
            return Ok(sum.over(Estimate::ONE));
        }
        let mut levels = self.levels(first, first_kinks);
        let other = self.levels(second, second_kinks);
        levels.extend(other.iter().map(|p| if opposite { 1.0 - p } else { *p }));
        let mut integrand = |ps: &[f64], qs: &[f64], values: &mut [Estimate]| {
            let (levels, complements) = if opposite { (qs, ps) } else { (ps, qs) };
            let (b, t) = (self.at_levels(first, ps, qs)?, self.at_levels(second, levels, complements)?);
            f(&b, &t, values)
        };
        laws::unit(&mut integrand, &levels)
    }

    /// Levels where f of the quantile function is not smooth.
    fn levels(&self, of: Eigenvalue, kinks: &[f64]) -> Vec<f64> {
        match self.discrete(of) {
            Some(discrete) => discrete.jumps.iter().map(|jump| jump.value).collect(),
            None => kinks.iter().map(|k| self.level(of, *k)).collect(),
        }
    }
}

/// Adds f at pairs, with their weights, to a sum.
fn over_pairs(
    f: OfTwo,
    mut weighted: impl Iterator<Item = ((Estimate, Estimate), Estimate)>,
    sum: &mut CompensatedSum,
) -> Result<(), QuadratureError<Fault>> {
    let [mut weights, mut values] = [[Estimate::ZERO; LANES]; 2];
    loop {
        let mut lanes = 0;
        let (firsts, seconds) = Estimates::pairs(weighted.by_ref().take(LANES).map(|(pair, weight)| {
            weights[lanes] = weight;
            lanes += 1;
            pair
        }));
        if lanes == 0 {
            return Ok(());
        }
        f(&firsts, &seconds, &mut values[..lanes]).map_err(QuadratureError::Integrand)?;
        values.iter().zip(&weights).take(lanes).for_each(|(value, weight)| sum.add(*value, *weight));
    }
}

/// Mean of a law >= 0, with its rounding.
fn mean(law: &Spectrum) -> Estimate {
    let quotient = |top: Estimate, bottom: Estimate| top.div(bottom).unwrap_or(Estimate::UNDEFINED);
    match law {
        Spectrum::Identity | Spectrum::Exponential => Estimate::ONE,
        Spectrum::Uniform => Estimate::exact(0.5),
        Spectrum::Power { exponent } => quotient(Estimate::ONE, Estimate::exact(*exponent) + Estimate::ONE),
        Spectrum::File { values, .. } => {
            let mut sum = CompensatedSum::default();
            values.iter().for_each(|v| sum.add(Estimate::exact(*v), Estimate::ONE));
            sum.over(Estimate::exact(values.len() as f64))
        }
        Spectrum::Rademacher | Spectrum::TwoPoint { .. } => {
            let discrete = weighted(law.atoms().unwrap_or_default());
            let mut sum = CompensatedSum::default();
            discrete.atoms.iter().for_each(|(value, weight)| sum.add(*value, *weight));
            sum.over(discrete.total)
        }
    }
}

/// The law of a list of values. Equal values become one atom, whose weight is their number, so the weights are exact.
fn counted(mut values: Vec<f64>) -> Discrete {
    values.sort_by(f64::total_cmp);
    let total = Estimate::exact(values.len() as f64);
    let (mut atoms, mut jumps): (Vec<(Estimate, Estimate)>, Vec<Estimate>) = (vec![], vec![]);
    for (index, value) in values.iter().enumerate() {
        match atoms.last_mut() {
            Some((last, count)) if last.value == *value => *count = *count + Estimate::ONE,
            Some(_) => {
                jumps.push(Estimate::exact(index as f64).div(total).unwrap_or(Estimate::UNDEFINED));
                atoms.push((Estimate::exact(*value), Estimate::ONE));
            }
            None => atoms.push((Estimate::exact(*value), Estimate::ONE)),
        }
    }
    Discrete { atoms, total, jumps }
}

/// A law of atoms with weights that sum to 1. The last weight is defined as what the others leave of 1.
fn weighted(atoms: Vec<(f64, f64)>) -> Discrete {
    let mut left = Estimate::ONE;
    let mut level = Estimate::ZERO;
    let (mut out, mut jumps) = (vec![], vec![]);
    let count = atoms.len();
    for (index, (value, weight)) in atoms.into_iter().enumerate() {
        // The weight of the upper of two atoms may be stored as 1 - w, rounded.
        let weight = if index + 1 == count { left } else { stored(weight) };
        left = left - weight;
        level = level + weight;
        if index + 1 < count {
            jumps.push(level);
        }
        out.push((Estimate::exact(value), weight));
    }
    Discrete { atoms: out, total: Estimate::ONE, jumps }
}

/// A weight as it is stored. One of a few binary digits is what was written, and another was rounded.
fn stored(weight: f64) -> Estimate {
    let exact = (weight * 65_536.0).fract() == 0.0;
    Estimate::new(weight, if exact { 0.0 } else { 0.5 * f64::EPSILON * weight })
}

type Coupled = ((Estimate, Estimate), Estimate);

/// The atoms of two laws matched level by level; weights sum to 1.
fn merged(
    first: &[(Estimate, Estimate)],
    first_total: Estimate,
    second: &[(Estimate, Estimate)],
    second_total: Estimate,
) -> Vec<Coupled> {
    let share = |weight: Estimate, total: Estimate| weight.div(total).unwrap_or(Estimate::UNDEFINED);
    let (mut i, mut j) = (0, 0);
    let mut out = vec![];
    let mut left: (Estimate, Estimate) = match (first.first(), second.first()) {
        (Some(a), Some(b)) => (share(a.1, first_total), share(b.1, second_total)),
        _ => return out,
    };
    loop {
        let weight = left.0.min(left.1);
        out.push(((first[i].0, second[j].0), weight));
        left = (left.0 - weight, left.1 - weight);
        // If only rounding is left of an atom's weight, the atom is spent. What is left goes to the next one, whose bound is widened by it.
        let spent = |rest: Estimate| rest.value <= rest.abs_err.max(f64::EPSILON);
        let over = |next: Estimate, rest: Estimate| (next + rest).widened(2.0 * rest.abs().high());
        let (first_spent, second_spent) = (spent(left.0), spent(left.1));
        if first_spent {
            i += 1;
            let Some(atom) = first.get(i) else { return out };
            left.0 = over(share(atom.1, first_total), left.0);
        }
        if second_spent {
            j += 1;
            let Some(atom) = second.get(j) else { return out };
            left.1 = over(share(atom.1, second_total), left.1);
        }
    }
}
