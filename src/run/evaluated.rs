//! Formulas of the cells that samples are compared with, evaluated before anything is drawn.

use super::gaps::Own;
use super::no_value::{WithoutValue, reason};
use super::plan::{Cell, Plan};
use super::progress::interrupted;
use super::{RunError, own_samples};
use crate::claim::Kind;
use rayon::prelude::*;

/// The claim's own values at a cell. None where nothing is compared with samples: then the cell is judged by its formulas alone.
pub(super) fn if_sampled(cell: &Cell) -> Result<Option<Own>, RunError> {
    let claim = cell.prepared.claim;
    match (&claim.samples, claim.kind) {
        (Some(samples), _) => own_samples::values(cell, samples).map(Some),
        (None, Kind::Identity | Kind::Monotone) => Ok(None),
        (None, _) if cell.sizes.is_empty() => Ok(None),
        (None, _) => Own::of(cell).map(Some),
    }
}

impl Plan<'_> {
    /// Evaluates the formulas of every cell that samples are compared with. A cell where one has no value leaves the plan, before
    /// anything is drawn and before the level is shared: what cannot be judged takes no part of it.
    pub(crate) fn evaluate(&mut self) -> Result<Vec<Option<Own>>, RunError> {
        let evaluated: Vec<Result<Option<Own>, RunError>> = self
            .cells
            .par_iter()
            .map(|cell| if interrupted() { Err(RunError::Interrupted) } else { if_sampled(cell) })
            .collect();
        let mut own = Vec::new();
        let mut left = Vec::new();
        for (cell, found) in std::mem::take(&mut self.cells).into_iter().zip(evaluated) {
            match found {
                Ok(values) => {
                    own.push(values);
                    left.push(cell);
                }
                Err(error) => {
                    let (number, claim, settings) = (cell.number, cell.prepared.claim, cell.settings);
                    self.without_value.push(WithoutValue { number, claim, settings, reason: reason(error)? });
                }
            }
        }
        self.cells = left;
        Ok(own)
    }

    /// Keeps the cells that the other plan of the same claims has kept.
    pub(crate) fn keep_those_of(&mut self, other: &Plan) {
        self.cells.retain(|cell| other.cells.iter().any(|kept| kept.number == cell.number));
    }
}
