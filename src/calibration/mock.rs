//! Samples of a system that does not exist: gaps that depend on the dimension as told, with noise as told.

use crate::compare::Moments;
use crate::compare::form::Term;
use crate::num::streams::stream;
use rand_distr::{Distribution, StandardNormal, StudentT};

/// Expected gap at a dimension.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A sum of coefficients times terms.
    Terms(Vec<(f64, Term)>),
    /// A coefficient over log d: slower than any power.
    InverseLogarithm(f64),
}

impl Shape {
    /// The gap at dimension `dim`, besides its limit.
    pub fn at(&self, dim: usize) -> f64 {
        let d = dim as f64;
        let term = |(coefficient, term): &(f64, Term)| match term {
            Term::Power(rate) => coefficient * d.powf(-rate),
            Term::Logarithm(rate) => coefficient * d.powf(-rate) * d.ln(),
        };
        match self {
            Shape::Terms(terms) => terms.iter().map(term).sum(),
            Shape::InverseLogarithm(coefficient) => coefficient / d.ln(),
        }
    }
}

/// Law of one draw about its mean, scaled to variance 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noise {
    /// Standard normal.
    Normal,
    /// Student's law: heavy tails; 3 degrees of freedom have no third moment.
    Student(f64),
    /// Exponential of a standard normal: skewed, kurtosis 114.
    LogNormal,
}

/// How the deviation of one draw depends on the dimension, up to a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Spread {
    /// `d^-p`
    Falling(f64),
    /// `d^-1`, eight times as much at every other size.
    Uneven,
}

impl Spread {
    /// At the size with this index in the ladder.
    pub fn at(self, index: usize, dim: usize) -> f64 {
        match self {
            Spread::Falling(power) => (dim as f64).powf(-power),
            Spread::Uneven => (if index % 2 == 1 { 8.0 } else { 1.0 }) / dim as f64,
        }
    }
}

/// Draws of one verdict at one size; like a network's they go on where they stopped.
pub struct Source {
    stream: rand::rngs::ChaCha8Rng,
    noise: Noise,
    mean: f64,
    deviation: f64,
}

impl Source {
    /// The stream depends on the seed, the row's name, the dimension and the verdict's number.
    pub fn new(seed: u64, row: &str, dim: usize, number: u64, noise: Noise, mean: f64, deviation: f64) -> Source {
        Source { stream: stream(seed, "mock", row, dim, 0, number), noise, mean, deviation }
    }

    /// Moments of the next `count` draws.
    pub fn draw(&mut self, count: u64) -> Moments {
        match self.noise {
            Noise::Normal => Moments::normal(&mut self.stream, count, self.mean, self.deviation),
            Noise::Student(freedom) => {
                let law = StudentT::new(freedom).expect("positive degrees of freedom");
                self.moments(count, (freedom / (freedom - 2.0)).sqrt(), 0.0, |stream| law.sample(stream))
            }
            Noise::LogNormal => {
                let e = std::f64::consts::E;
                let exp = |stream: &mut _| {
                    let normal: f64 = StandardNormal.sample(stream);
                    normal.exp()
                };
                self.moments(count, (e * e - e).sqrt(), e.sqrt(), exp)
            }
        }
    }

    fn moments(
        &mut self,
        count: u64,
        scale: f64,
        centre: f64,
        mut one: impl FnMut(&mut rand::rngs::ChaCha8Rng) -> f64,
    ) -> Moments {
        let (mean, deviation) = (self.mean, self.deviation);
        let sample: Vec<f64> =
            (0..count).map(|_| mean + deviation * (one(&mut self.stream) - centre) / scale).collect();
        Moments::of(&sample)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of the draws are as told, for every law, within five standard errors (the fourth moment of a draw is 3,
    /// 9 for Student's law with 5 degrees of freedom, 114 for the exponential of a normal).
    #[test]
    fn draws_have_the_mean_and_variance_they_are_to_have() {
        for (noise, kurtosis) in [(Noise::Normal, 3.0), (Noise::Student(5.0), 9.0), (Noise::LogNormal, 114.0)] {
            let mut source = Source::new(1, "a row", 24, 0, noise, 0.5, 0.1);
            let blocks = (0..200).map(|_| source.draw(200));
            let whole = blocks.fold(Moments::default(), Moments::merge);
            let n = whole.count as f64;
            assert_eq!(whole.count, 40_000);
            assert!((whole.mean - 0.5).abs() < 5.0 * 0.1 / n.sqrt(), "{noise:?}: {whole:?}");
            let error = ((kurtosis - 1.0) / n).sqrt();
            assert!((whole.variance() / 0.01 - 1.0).abs() < 5.0 * error, "{noise:?}: {}", whole.variance());
        }
    }

    #[test]
    fn normal_moments_vary_like_those_of_a_sample() {
        let mut source = Source::new(1, "a row", 24, 0, Noise::Normal, 0.0, 1.0);
        let samples: Vec<Moments> = (0..4000).map(|_| source.draw(10)).collect();
        let means = Moments::of(&samples.iter().map(|m| m.mean).collect::<Vec<f64>>());
        let variances = Moments::of(&samples.iter().map(|m| m.variance()).collect::<Vec<f64>>());
        // Variances: of a mean of 10, 1/10; of a variance with 9 degrees of freedom, 2/9.
        assert!((means.variance() * 10.0 - 1.0).abs() < 5.0 * (2.0 / 4000f64).sqrt());
        assert!((variances.mean - 1.0).abs() < 5.0 * (2.0 / 9.0 / 4000f64).sqrt());
        assert!((variances.variance() * 4.5 - 1.0).abs() < 0.2, "{variances:?}");
    }

    #[test]
    fn shapes() {
        let shape = Shape::Terms(vec![(3.0, Term::Power(0.5)), (2.0, Term::Logarithm(1.0))]);
        assert!((shape.at(16) - (0.75 + 0.125 * 16f64.ln())).abs() < 1e-15);
        assert_eq!(Shape::InverseLogarithm(2.0).at(16), 2.0 / 16f64.ln());
        assert_eq!((Spread::Falling(1.0).at(0, 16), Spread::Uneven.at(1, 16)), (1.0 / 16.0, 0.5));
    }
}
