//! Count, mean and sum of squared deviations of a sample, in blocks that merge.

use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Gamma, StandardNormal};
use serde::{Deserialize, Serialize};

/// Running moments of one observable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moments {
    /// Values seen.
    pub count: u64,
    /// Their mean; 0 where there are none.
    pub mean: f64,
    /// `sum (x - mean)^2`
    pub squares: f64,
}

impl Moments {
    /// Two passes over the sample: no cancellation.
    pub fn of(sample: &[f64]) -> Moments {
        let count = sample.len() as u64;
        if count == 0 {
            return Moments::default();
        }
        let mean = sample.iter().sum::<f64>() / count as f64;
        Moments { count, mean, squares: sample.iter().map(|x| (x - mean) * (x - mean)).sum() }
    }

    /// Of a mock sample of normal draws. Mean and sum of squares are independent, with known laws: no need for the draws themselves.
    pub(crate) fn normal(stream: &mut ChaCha8Rng, count: u64, mean: f64, deviation: f64) -> Moments {
        let normal: f64 = StandardNormal.sample(stream);
        let mean = mean + deviation * normal / (count as f64).sqrt();
        let chi_squared = match count {
            0 | 1 => 0.0,
            _ => Gamma::new((count - 1) as f64 / 2.0, 2.0).expect("positive shape").sample(stream),
        };
        Moments { count, mean, squares: deviation * deviation * chi_squared }
    }

    /// Moments of both samples together (Chan, Golub and LeVeque 1979). Order matters in the last bits, so merge in block order.
    pub fn merge(self, other: Moments) -> Moments {
        if self.count == 0 || other.count == 0 {
            return if self.count == 0 { other } else { self };
        }
        let count = self.count + other.count;
        let (own, total) = (self.count as f64, count as f64);
        let difference = other.mean - self.mean;
        Moments {
            count,
            mean: self.mean + difference * (other.count as f64 / total),
            squares: self.squares + other.squares + difference * difference * own * (other.count as f64 / total),
        }
    }

    /// Unbiased variance; 0 for fewer than two values.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { 0.0 } else { self.squares / (self.count - 1) as f64 }
    }

    /// Standard error of the mean.
    pub fn standard_error(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.variance() / self.count as f64).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_merge_to_the_moments_of_the_whole() {
        let sample: Vec<f64> = (0..100).map(|i| 1e6 + f64::from(i * i % 17)).collect();
        let whole = Moments::of(&sample);
        let merged = sample.chunks(7).map(Moments::of).fold(Moments::default(), Moments::merge);
        assert_eq!(merged.count, 100);
        assert!((merged.mean - whole.mean).abs() < 1e-9);
        assert!((merged.squares - whole.squares).abs() < 1e-8 * whole.squares);
    }

    #[test]
    fn small_samples_have_no_variance() {
        assert_eq!(Moments::of(&[3.0]).variance(), 0.0);
        assert_eq!(Moments::default().standard_error(), 0.0);
    }
}
