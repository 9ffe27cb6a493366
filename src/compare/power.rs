//! A power of the size through measured values, by weighted least squares of logarithms.

/// A positive value at a size, with its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PowerPoint {
    /// The size.
    pub x: f64,
    /// The value, above 0.
    pub y: f64,
    /// Its standard error.
    pub error: f64,
}

/// `y = c x^exponent`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Power {
    /// The exponent.
    pub exponent: f64,
    /// Standard error of the exponent.
    pub error: f64,
    /// A point on the line, at the weighted mean of the logarithms.
    pub middle: (f64, f64),
}

/// Values without noise keep a floor of their relative error, so that weights are finite.
const FLOOR: f64 = 1e-9;

/// Weighted least squares of `ln y` on `ln x`; a logarithm has the relative standard error. None unless there are two sizes.
pub fn power(points: &[PowerPoint]) -> Option<Power> {
    let weight = |p: &PowerPoint| (p.error / p.y).max(FLOOR).powi(-2);
    let total: f64 = points.iter().map(weight).sum();
    let mean = |f: &dyn Fn(&PowerPoint) -> f64| points.iter().map(|p| weight(p) * f(p)).sum::<f64>() / total;
    let (x, y) = (mean(&|p| p.x.ln()), mean(&|p| p.y.ln()));
    let spread = mean(&|p| (p.x.ln() - x).powi(2));
    let exponent = mean(&|p| (p.x.ln() - x) * (p.y.ln() - y)) / spread;
    (spread > 0.0).then(|| Power { exponent, error: (total * spread).sqrt().recip(), middle: (x.exp(), y.exp()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_is_found_with_its_standard_error() {
        let point = |d: f64| PowerPoint { x: d, y: 3.0 / d, error: 0.3 / d };
        let points = [16.0, 32.0, 64.0, 128.0].map(point);
        let found = power(&points).unwrap();
        assert!((found.exponent + 1.0).abs() < 1e-12);
        // Equal relative errors of 0.1 at ln d = -3/2, -1/2, 1/2, 3/2 (in units of ln 2): 0.1/(ln 2 sqrt 5).
        assert!((found.error - 0.1 / (2f64.ln() * 5f64.sqrt())).abs() < 1e-12);
        assert!(power(&points[..1]).is_none() && power(&[]).is_none());
    }
}
