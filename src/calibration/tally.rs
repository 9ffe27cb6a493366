//! Verdicts on a row, one by one, and how many were right.

use super::mock::Source;
use super::rows::{MARGIN, Row};
use crate::compare::design::{DesignSize, allocate};
use crate::compare::ladder::MIN_REPLICATES;
use crate::compare::{Budget, Comparison, Draws, Moments, SizeGap};
use crate::verdict::{LOOKS, Rules, Step, Verdict, step};

/// The pilot's standard error of L, in margins: so that most truths take two to five looks.
const PILOT_ERROR: f64 = 0.5;

/// One verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// What the looks ended with.
    pub verdict: Verdict,
    /// Undecided because of the rate or the order.
    pub form: bool,
    /// The smallest detectable error that goes with the verdict, in margins.
    pub detectable: f64,
    /// Draws at all sizes together.
    pub draws: u64,
}

/// Verdict number `number` on a row, at the given level for all of its looks together.
pub fn verdict(row: &Row, level: f64, seed: u64, number: u64) -> Outcome {
    let dims = Budget::Quick.dims(1, Draws::Plain);
    let work: Vec<f64> = dims.iter().map(|dim| (dim * dim) as f64).collect();
    let spread: Vec<f64> = dims.iter().enumerate().map(|(index, dim)| row.spread.at(index, *dim)).collect();
    let design = |(index, dim): (usize, &usize)| DesignSize {
        dim: *dim,
        variance: spread[index] * spread[index],
        work: work[index],
        drawn: MIN_REPLICATES,
    };
    let design: Vec<DesignSize> = dims.iter().enumerate().map(design).collect();
    let unit = allocate(&design, row.order, f64::INFINITY, f64::INFINITY).standard_error;
    let scale = PILOT_ERROR * MARGIN / unit;
    let source = |(dim, spread): (&usize, &f64)| {
        Source::new(seed, row.name, *dim, number, row.noise, row.gap(*dim), scale * spread)
    };
    let mut sources: Vec<Source> = dims.iter().zip(&spread).map(source).collect();
    let mut seen = vec![Moments::default(); dims.len()];
    let mut counts = vec![MIN_REPLICATES; dims.len()];
    let rules =
        Rules { order: row.order, margin: MARGIN, alpha: level / LOOKS as f64, work_cap: f64::INFINITY, grows: "d" };
    let mut look = 1;
    loop {
        for ((seen, source), count) in seen.iter_mut().zip(&mut sources).zip(&counts) {
            if *count > seen.count {
                *seen = seen.merge(source.draw(*count - seen.count));
            }
        }
        let gap = |(dim, gap): (&usize, &Moments)| SizeGap { dim: *dim, gap: *gap, scale: 1.0, abs_err: 0.0 };
        let gaps: Vec<SizeGap> = dims.iter().zip(&seen).map(gap).collect();
        match step(&rules, look, &gaps, &work) {
            Step::Stop(comparison, judgement) => {
                let form = judgement.doubts_form;
                let detectable = match *comparison {
                    Comparison::Fitted(fitted) => fitted.detectable(MARGIN) / MARGIN,
                    _ => f64::NAN,
                };
                let draws = seen.iter().map(|m| m.count).sum();
                return Outcome { verdict: judgement.verdict, form, detectable, draws };
            }
            Step::Draw { look: next, counts: more } => (look, counts) = (next, more),
        }
    }
}

/// How many verdicts came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them: the sum of the next four.
    pub verdicts: u64,
    /// Verdicts `agrees`, right or not.
    pub agrees: u64,
    /// Verdicts `disagrees`, right or not.
    pub disagrees: u64,
    /// Undecided: rate or order.
    pub form: u64,
    /// Undecided for another reason.
    pub open: u64,
    /// Draws behind all verdicts together.
    pub draws: u64,
}

impl Tally {
    /// The tally with one verdict more.
    pub fn with(mut self, outcome: Outcome) -> Tally {
        self.verdicts += 1;
        self.draws += outcome.draws;
        match outcome.verdict {
            Verdict::Agrees => self.agrees += 1,
            Verdict::Disagrees => self.disagrees += 1,
            _ if outcome.form => self.form += 1,
            _ => self.open += 1,
        }
        self
    }

    /// Verdicts that are false of this row.
    pub fn wrong(&self, row: &Row) -> u64 {
        if row.right() == Verdict::Agrees { self.disagrees } else { self.agrees }
    }

    /// Verdicts that are right.
    pub fn right(&self, row: &Row) -> u64 {
        if row.right() == Verdict::Agrees { self.agrees } else { self.disagrees }
    }
}
