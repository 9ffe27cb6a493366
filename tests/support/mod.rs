//! What several tests share.

pub mod drawings;
pub mod formulas;
pub mod networks;
pub mod program;
pub mod reports;
#[cfg(unix)]
pub mod signals;

/// Mean and its standard error.
pub fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}
