//! Sums and medians over the claims of a benchmark.

use crate::record::bench::{BenchRow, BenchSummary};

/// What the claims took at the budget with this number.
pub fn summary(rows: &[BenchRow], budget: usize) -> BenchSummary {
    let decided = |simulated: bool| -> Vec<f64> {
        let rows = rows.iter().filter(|row| row.simulated == simulated);
        let judged = rows.filter_map(|row| row.times[budget].judged.as_ref()).filter(|judged| judged.open.is_empty());
        judged.map(|judged| judged.seconds).collect()
    };
    let (networks, formulas) = (decided(true), decided(false));
    BenchSummary {
        simulated: rows.iter().filter(|row| row.simulated).count(),
        decided: networks.len(),
        total_seconds: sum(&networks),
        median_seconds: median(networks),
        formulas_decided: formulas.len(),
        formulas_seconds: sum(&formulas),
    }
}

/// Of no seconds: 0, not the -0 of `Iterator::sum`.
fn sum(seconds: &[f64]) -> f64 {
    seconds.iter().fold(0.0, |sum, one| sum + one)
}

pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        even if even % 2 == 0 => Some((values[middle - 1] + values[middle]) / 2.0),
        _ => Some(values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::bench::{BenchTime, Judged};
    use std::collections::BTreeMap;

    #[test]
    fn the_summary_counts_what_is_decided() {
        let row = |simulated: bool, seconds: f64, open: &[&str]| BenchRow {
            claim: String::new(),
            statement: String::new(),
            kind: String::new(),
            simulated,
            times: vec![BenchTime {
                foretold: 0.0,
                judged: Some(Judged {
                    seconds,
                    work: 0.0,
                    networks: 0,
                    verdicts: BTreeMap::new(),
                    open: open.iter().map(|reason| reason.to_string()).collect(),
                }),
            }],
            rate: None,
            no_rate: String::new(),
        };
        let mut rows = vec![row(true, 4.0, &[]), row(true, 1.0, &[]), row(true, 9.0, &["noise"]), row(false, 0.5, &[])];
        let found = summary(&rows, 0);
        assert_eq!((found.simulated, found.decided, found.formulas_decided), (3, 2, 1));
        assert_eq!((found.median_seconds, found.total_seconds, found.formulas_seconds), (Some(2.5), 5.0, 0.5));
        rows[0].times[0].judged = None;
        assert_eq!(summary(&rows, 0).median_seconds, Some(1.0));
        let none = summary(&[], 0);
        assert!(none.median_seconds.is_none() && none.formulas_seconds.is_sign_positive());
    }
}
