//! A small calibration of the judge; `limitcheck calibrate` makes the large one (reports/calibration.md).

use limitcheck::calibration::{Row, Tally, rows, verdict};
use limitcheck::compare::quantile::binomial_interval;
use rayon::prelude::*;

const LEVEL: f64 = 0.05;
const VERDICTS: u64 = 200;

fn tally(row: &Row) -> Tally {
    let outcomes: Vec<_> = (0..VERDICTS).into_par_iter().map(|number| verdict(row, LEVEL, 1, number)).collect();
    outcomes.into_iter().fold(Tally::default(), Tally::with)
}

#[test]
fn rows_within_the_hypotheses_meet_the_level_and_large_errors_are_found() {
    for row in rows() {
        let tally = tally(&row);
        println!("{:50} {tally:?}", row.name);
        // One of some thirty rows exceeds the level by chance with probability below 1e-3.
        let [low, _] = binomial_interval(tally.wrong(&row), VERDICTS, 1.0 - 3e-5);
        assert!(!row.inside || low <= LEVEL, "{}: {tally:?}", row.name);
    }
}

/// The smallest detectable error of a true limit is found, if the formula is off by it, with about the stated power of 95 %.
#[test]
fn detectable_errors_are_detected() {
    for name in ["true, bias d^-1", "true, bias d^-1/2", "true, exact", "true, uneven variances"] {
        let row = rows().into_iter().find(|row| row.name == name).unwrap();
        let outcomes = |row: &Row| -> Vec<_> {
            (0..VERDICTS).into_par_iter().map(|number| verdict(row, LEVEL, 1, number)).collect()
        };
        let mut stated: Vec<f64> = outcomes(&row).iter().map(|outcome| outcome.detectable).collect();
        stated.sort_by(f64::total_cmp);
        let median = stated[stated.len() / 2];
        let off = outcomes(&Row { limit: median, ..row }).into_iter().fold(Tally::default(), Tally::with);
        println!("{name}: {median:.2} margins, {off:?}");
        let [_, high] = binomial_interval(off.disagrees, VERDICTS, 0.999);
        assert!(high >= 0.95, "{name}: stated {median} margins, {off:?}");
    }
}
