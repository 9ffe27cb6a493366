//! Laws of eigenvalues (of B, and of d Gamma) and their discretisation at a finite dimension.

use super::pairing::{Pairing, independent_order};
use std::fmt;
use std::sync::Arc;

/// A law of eigenvalues, before any normalisation.
#[derive(Clone, Debug, PartialEq)]
pub enum Spectrum {
    /// All eigenvalues 1 (as a covariance: `isotropic`).
    Identity,
    /// Density `e^-t` on t >= 0.
    Exponential,
    /// Uniform on [0, 1].
    Uniform,
    /// -1 and +1 with weight 1/2 each.
    Rademacher,
    /// `first` with weight `weight`, `second` with the rest.
    TwoPoint {
        /// One of the two eigenvalues.
        first: f64,
        /// The other one, which may be larger or smaller.
        second: f64,
        /// Probability of the first, strictly between 0 and 1.
        weight: f64,
    },
    /// `U^exponent` with U uniform on [0, 1], exponent > 0.
    Power {
        /// Up to 20 in claim files.
        exponent: f64,
    },
    /// Eigenvalues read from a file, weight 1/n each, increasing.
    File {
        /// As the claim names it.
        path: String,
        /// Finite, in increasing order, not all 0.
        values: Arc<[f64]>,
    },
}

/// Why a law cannot be discretised at a dimension.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SpectrumError {
    #[error(
        "spectrum `{spectrum}` needs an even dimension, not {dim}: its eigenvalues come in pairs that keep two moments"
    )]
    /// The dimension is odd.
    Odd {
        /// The law, as a claim writes it.
        spectrum: String,
        /// The dimension asked for.
        dim: usize,
    },
    #[error(
        "spectrum `{spectrum}` at dimension {dim}: each atom must fill whole bins of 2/d, so choose d a multiple of {multiple}"
    )]
    /// An atom would be cut by a bin.
    Atoms {
        /// The law, as a claim writes it.
        spectrum: String,
        /// The dimension asked for.
        dim: usize,
        /// [`Spectrum::dim_multiple`]
        multiple: usize,
    },
    #[error(
        "spectrum `{spectrum}`: no dimension up to 1000 lets each atom fill whole bins of 2/d; use a weight with a smaller denominator"
    )]
    /// No dimension up to 1000 suits the atoms.
    Weight {
        /// The law, as a claim writes it.
        spectrum: String,
    },
    /// Nothing is left to normalise.
    #[error("spectrum `{spectrum}` at dimension {dim}: every eigenvalue is zero")]
    Zero {
        /// The law, as a claim writes it.
        spectrum: String,
        /// The dimension asked for.
        dim: usize,
    },
}

impl Spectrum {
    /// Quantile function at `p`, given both `p` and `1 - p` so that neither tail loses digits.
    pub fn quantile(&self, p: f64, one_minus_p: f64) -> f64 {
        match self {
            Spectrum::Identity => 1.0,
            Spectrum::Exponential if p < 0.5 => -(-p).ln_1p(),
            Spectrum::Exponential => -one_minus_p.ln(),
            Spectrum::Uniform => p,
            Spectrum::Power { exponent } => p.powf(*exponent),
            Spectrum::Rademacher | Spectrum::TwoPoint { .. } => {
                let [(low, weight), (high, _)] = self.two_atoms();
                if p <= weight { low } else { high }
            }
            Spectrum::File { values, .. } => {
                let n = values.len();
                // Index ceil(p n) - 1, with a hair of slack so that p = k/n computed in doubles does not jump an atom.
                let index = (p * n as f64 * (1.0 - 4.0 * f64::EPSILON)).ceil() as usize;
                values[index.clamp(1, n) - 1]
            }
        }
    }

    /// Points of (0, 1) where the quantile function jumps.
    pub fn jumps(&self) -> Vec<f64> {
        match self {
            Spectrum::Rademacher | Spectrum::TwoPoint { .. } => vec![self.two_atoms()[0].1],
            Spectrum::File { values, .. } => (1..values.len()).map(|k| k as f64 / values.len() as f64).collect(),
            _ => vec![],
        }
    }

    /// Eigenvalues with their weights, if the law is discrete.
    pub fn atoms(&self) -> Option<Vec<(f64, f64)>> {
        match self {
            Spectrum::Identity => Some(vec![(1.0, 1.0)]),
            Spectrum::Rademacher | Spectrum::TwoPoint { .. } => Some(self.two_atoms().to_vec()),
            Spectrum::File { values, .. } => Some(values.iter().map(|v| (*v, 1.0 / values.len() as f64)).collect()),
            _ => None,
        }
    }

    /// True if no eigenvalue is negative.
    pub fn is_non_negative(&self) -> bool {
        match self {
            Spectrum::Rademacher => false,
            Spectrum::TwoPoint { first, second, .. } => first.min(*second) >= 0.0,
            Spectrum::File { values, .. } => values[0] >= 0.0,
            _ => true,
        }
    }

    /// Mean of the law.
    pub fn mean(&self) -> f64 {
        self.partial_moments(0.0, 1.0).0
    }

    /// The two atoms in increasing order, with weights.
    fn two_atoms(&self) -> [(f64, f64); 2] {
        let (first, second, weight) = match self {
            Spectrum::TwoPoint { first, second, weight } => (*first, *second, *weight),
            _ => (-1.0, 1.0, 0.5),
        };
        if first <= second {
            [(first, weight), (second, 1.0 - weight)]
        } else {
            [(second, 1.0 - weight), (first, weight)]
        }
    }

    /// `int Q` and `int Q^2` over `[low, high]` within [0, 1], Q the quantile function; exact integrals.
    fn partial_moments(&self, low: f64, high: f64) -> (f64, f64) {
        match self {
            Spectrum::Identity => (high - low, high - low),
            Spectrum::Exponential => {
                // With s = 1 - p: primitives of -ln s and ln^2 s.
                let first = |s: f64| if s > 0.0 { s - s * s.ln() } else { 0.0 };
                let second = |s: f64| if s > 0.0 { s * s.ln().powi(2) - 2.0 * s * s.ln() + 2.0 * s } else { 0.0 };
                let (top, bottom) = (1.0 - low, 1.0 - high);
                (first(top) - first(bottom), second(top) - second(bottom))
            }
            Spectrum::Uniform => ((high * high - low * low) / 2.0, (high.powi(3) - low.powi(3)) / 3.0),
            Spectrum::Power { exponent: g } => {
                let moment = |n: f64| (high.powf(n * g + 1.0) - low.powf(n * g + 1.0)) / (n * g + 1.0);
                (moment(1.0), moment(2.0))
            }
            Spectrum::Rademacher | Spectrum::TwoPoint { .. } | Spectrum::File { .. } => {
                let mut start = 0.0;
                let (mut first, mut second) = (0.0, 0.0);
                for (value, weight) in self.atoms().unwrap_or_default() {
                    let inside = (high.min(start + weight) - low.max(start)).max(0.0);
                    first += inside * value;
                    second += inside * value * value;
                    start += weight;
                }
                (first, second)
            }
        }
    }

    /// The smallest step between admissible dimensions: every multiple of it can be discretised.
    ///
    /// # Errors
    /// [`SpectrumError::Weight`]
    pub fn dim_multiple(&self) -> Result<usize, SpectrumError> {
        let weight = match self {
            Spectrum::Identity => return Ok(1),
            Spectrum::Rademacher => 0.5,
            Spectrum::TwoPoint { weight, .. } => *weight,
            _ => return Ok(2),
        };
        (1..=500)
            .find(|bins| is_whole(weight * f64::from(*bins)))
            .map(|bins| 2 * bins as usize)
            .ok_or_else(|| SpectrumError::Weight { spectrum: self.to_string() })
    }

    /// `dim` eigenvalues, increasing: d/2 bins of mass 2/d of the quantile function, bin mean -+ bin standard deviation
    /// (first two moments kept exactly), or the bin mean twice where that would make a non-negative law negative.
    /// A file of exactly `dim` eigenvalues is used as it stands.
    ///
    /// # Errors
    /// [`SpectrumError::Odd`], [`SpectrumError::Atoms`], [`SpectrumError::Weight`]
    pub fn eigenvalues(&self, dim: usize) -> Result<Vec<f64>, SpectrumError> {
        if let Spectrum::File { values, .. } = self
            && values.len() == dim
        {
            return Ok(values.to_vec());
        }
        if *self == Spectrum::Identity {
            return Ok(vec![1.0; dim]);
        }
        if !dim.is_multiple_of(2) {
            return Err(SpectrumError::Odd { spectrum: self.to_string(), dim });
        }
        let multiple = self.dim_multiple()?;
        if !dim.is_multiple_of(multiple) {
            return Err(SpectrumError::Atoms { spectrum: self.to_string(), dim, multiple });
        }
        let bins = dim / 2;
        let moments: Vec<(f64, f64)> = (0..bins)
            .map(|bin| {
                let (low, high) = (bin as f64 / bins as f64, (bin + 1) as f64 / bins as f64);
                let (first, second) = self.partial_moments(low, high);
                let mean = first / (high - low);
                (mean, (second / (high - low) - mean * mean).max(0.0).sqrt())
            })
            .collect();
        let keep_second = !self.is_non_negative() || moments.iter().all(|(mean, sd)| *sd <= mean * (1.0 + 1e-12));
        let mut values: Vec<f64> = moments
            .iter()
            .flat_map(|(mean, sd)| {
                let sd =
                    if keep_second { sd.min(if self.is_non_negative() { *mean } else { f64::INFINITY }) } else { 0.0 };
                [mean - sd, mean + sd]
            })
            .collect();
        values.sort_by(f64::total_cmp);
        Ok(values)
    }
}

fn is_whole(x: f64) -> bool {
    (x - x.round()).abs() < 1e-9
}

/// The d pairs (eigenvalue of B before normalisation, eigenvalue of d Gamma) in use at dimension `dim`.
/// The covariance law is scaled to mean 1. `independent` is a permutation fixed by `dim` (`model::pairing`).
///
/// # Errors
/// As [`Spectrum::eigenvalues`] for either law; [`SpectrumError::Zero`] where every eigenvalue of one of them is 0.
pub fn eigenvalue_pairs(
    spectrum: &Spectrum,
    covariance: &Spectrum,
    pairing: Pairing,
    dim: usize,
) -> Result<Vec<(f64, f64)>, SpectrumError> {
    let targets = spectrum.eigenvalues(dim)?;
    if targets.iter().all(|b| *b == 0.0) {
        return Err(SpectrumError::Zero { spectrum: spectrum.to_string(), dim });
    }
    let mut variances = covariance.eigenvalues(dim)?;
    let mean = variances.iter().sum::<f64>() / dim as f64;
    if mean <= 0.0 {
        return Err(SpectrumError::Zero { spectrum: covariance.to_string(), dim });
    }
    variances.iter_mut().for_each(|t| *t /= mean);
    match pairing {
        Pairing::Comonotone => {}
        Pairing::Antitone => variances.reverse(),
        Pairing::Independent => {
            let order = independent_order(&targets, &variances);
            variances = order.into_iter().map(|index| variances[index]).collect();
        }
    }
    Ok(targets.into_iter().zip(variances).collect())
}

impl fmt::Display for Spectrum {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Spectrum::Identity => write!(out, "identity"),
            Spectrum::Exponential => write!(out, "exponential"),
            Spectrum::Uniform => write!(out, "uniform"),
            Spectrum::Rademacher => write!(out, "rademacher"),
            Spectrum::TwoPoint { first, second, weight } => {
                write!(out, "two-point({},{},{weight})", short(*first), short(*second))
            }
            Spectrum::Power { exponent } => write!(out, "power({})", short(*exponent)),
            Spectrum::File { path, .. } => write!(out, "file({path})"),
        }
    }
}

/// A number as it is read again, without hundreds of zeros.
pub fn short(x: f64) -> String {
    if x == 0.0 || (1e-6..1e16).contains(&x.abs()) { format!("{x}") } else { format!("{x:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means and second moments of the laws from their densities.
    #[test]
    fn discretisation_keeps_the_first_two_moments() {
        let cases = [
            (Spectrum::Exponential, 1.0, 2.0),
            (Spectrum::Uniform, 0.5, 1.0 / 3.0),
            (Spectrum::Rademacher, 0.0, 1.0),
            (Spectrum::TwoPoint { first: 3.0, second: 1.0, weight: 0.25 }, 1.5, 3.0),
            (Spectrum::Power { exponent: 2.0 }, 1.0 / 3.0, 0.2),
        ];
        for (law, mean, second) in cases {
            for dim in [8, 40, 400] {
                let values = law.eigenvalues(dim).unwrap();
                let average = |power: i32| values.iter().map(|v| v.powi(power)).sum::<f64>() / dim as f64;
                assert_eq!(values.len(), dim);
                assert!((average(1) - mean).abs() < 1e-12, "{law} {dim}");
                assert!((average(2) - second).abs() < 1e-11, "{law} {dim}: {}", average(2));
                assert!(values.is_sorted());
                assert!(!law.is_non_negative() || values[0] >= 0.0);
            }
        }
    }

    #[test]
    fn steep_power_law_stays_non_negative_by_giving_up_the_second_moment() {
        let values = Spectrum::Power { exponent: 3.0 }.eigenvalues(40).unwrap();
        assert!(values[0] >= 0.0);
        assert!((values.iter().sum::<f64>() / 40.0 - 0.25).abs() < 1e-12);
    }

    #[test]
    fn atoms_must_fill_whole_bins() {
        let law = Spectrum::TwoPoint { first: 0.0, second: 1.0, weight: 0.3 };
        assert_eq!(law.dim_multiple(), Ok(20));
        assert!(matches!(law.eigenvalues(24), Err(SpectrumError::Atoms { multiple: 20, .. })));
        assert!(matches!(Spectrum::Uniform.eigenvalues(7), Err(SpectrumError::Odd { .. })));
    }

    #[test]
    fn pairings_order_the_variances() {
        let (uniform, exponential) = (Spectrum::Uniform, Spectrum::Exponential);
        let product = |pairing| {
            let pairs = eigenvalue_pairs(&uniform, &exponential, pairing, 40).unwrap();
            assert!((pairs.iter().map(|p| p.1).sum::<f64>() - 40.0).abs() < 1e-12);
            pairs.iter().map(|(b, t)| b * t).sum::<f64>()
        };
        let (up, mixed, down) =
            (product(Pairing::Comonotone), product(Pairing::Independent), product(Pairing::Antitone));
        assert!(up > mixed && mixed > down);
    }
    /// Mixed moments of independent laws are the products of their moments.
    #[test]
    fn mixed_moments_are_those_of_independence() {
        let two_points = Spectrum::TwoPoint { first: 3.0, second: 1.0, weight: 0.5 };
        let laws = [Spectrum::Exponential, Spectrum::Uniform, Spectrum::Power { exponent: 2.0 }, two_points];
        for dim in [24, 32, 40, 56, 80, 144, 160, 256, 400] {
            for (b_law, t_law) in laws.iter().flat_map(|b| laws.iter().map(move |t| (b, t))) {
                let pairs = eigenvalue_pairs(b_law, t_law, Pairing::Independent, dim).unwrap();
                let mean = |f: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(b, t)| f(*b, *t)).sum::<f64>() / dim as f64;
                let (b, t, product) = (mean(&|b, _| b), mean(&|_, t| t), mean(&|b, t| b * t));
                let error = (product / (b * t) - 1.0).abs();
                assert!(error < 0.1 / dim as f64, "{b_law}, {t_law} at {dim}: {error}");
            }
        }
    }
}
