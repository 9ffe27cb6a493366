//! Compensated sums of any number of estimates.

use crate::num::Estimate;

/// A weighted sum, compensated (Neumaier), with a bound on everything it drops.
#[derive(Default)]
pub struct CompensatedSum {
    sum: f64,
    compensation: f64,
    magnitude: f64,
    error: f64,
    terms: f64,
    /// If there are terms that are not finite: their plain sum.
    infinite: Option<Estimate>,
}

impl CompensatedSum {
    pub fn add(&mut self, value: Estimate, weight: Estimate) {
        let term = if weight == Estimate::ONE { value } else { value * weight };
        if !term.is_finite() {
            self.infinite = Some(self.infinite.map_or(term, |sum| sum + term));
            return;
        }
        let next = self.sum + term.value;
        self.compensation += if self.sum.abs() >= term.value.abs() {
            (self.sum - next) + term.value
        } else {
            (term.value - next) + self.sum
        };
        self.sum = next;
        self.magnitude += term.value.abs();
        self.error += term.abs_err;
        self.terms += 1.0;
    }

    /// The sum divided by `total`.
    pub fn over(&self, total: Estimate) -> Estimate {
        if let Some(infinite) = self.infinite {
            return infinite;
        }
        let value = self.sum + self.compensation;
        // Three roundings are covered: that of the compensation (of second order), one of the result, and those of the sum of the errors,
        // which is rounded at every step.
        let unit = 0.5 * f64::EPSILON;
        let rounding = if self.magnitude == 0.0 {
            0.0
        } else {
            unit * value.abs() + (self.terms * unit).powi(2) * 2.0 * self.magnitude
        };
        let error = (self.error + rounding) * (1.0 + 2.0 * (self.terms + 2.0) * unit);
        let exact = self.error == 0.0 && self.terms <= 1.0;
        let sum = if exact { Estimate::exact(value) } else { Estimate::new(value, error) };
        if total == Estimate::ONE { sum } else { sum.div(total).unwrap_or(Estimate::UNDEFINED) }
    }
}
