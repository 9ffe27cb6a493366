//! The signs that a formula asks for, in the order in which it asks.
//!
//! `|x|` is analytic where the sign of x is constant. So signs are decided on a real segment, recorded, and replayed for the discs
//! around it: on a disc the sign itself has no meaning, but the branch that it chose has.

use std::rc::Rc;

/// A record of decided signs, written on a segment and read on a disc. Inner integrals record into which pieces they were cut.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    decided: Vec<bool>,
    undecided: bool,
    next: usize,
    plans: Vec<Rc<Plan>>,
    next_plan: usize,
    /// Whether two balls that overlap counted as equal somewhere, because rounding alone separates them. The record does not clear it.
    pub assumed: bool,
}

/// How an inner integral was cut.
#[derive(Clone, Debug)]
pub struct Plan {
    /// In order: the number of the chart, and the ends of the piece in its variable.
    pub pieces: Vec<(usize, f64, f64)>,
    /// The range of its variable.
    pub range: [f64; 2],
    /// Where the charts begin.
    pub charts: [f64; 2],
    /// A bound of what was cut off, for all places of the segment.
    pub rest: f64,
}

impl Signs {
    /// An empty record.
    pub fn new() -> Signs {
        Signs::default()
    }

    /// Begins a new record.
    pub fn begin_record(&mut self) {
        self.decided.clear();
        self.plans.clear();
        self.undecided = false;
        self.begin_replay();
    }

    /// Begins to read the record from its start.
    pub fn begin_replay(&mut self) {
        self.next = 0;
        self.next_plan = 0;
    }

    /// Notes a sign; `None` is one that the segment leaves open, so that the panel must be bisected.
    #[inline]
    pub fn record(&mut self, sign: Option<bool>) {
        match sign {
            Some(sign) => self.decided.push(sign),
            None => self.undecided = true,
        }
    }

    /// The next sign of the record; none if there is no more, or if one was left open.
    #[inline]
    pub fn replay(&mut self) -> Option<bool> {
        let sign = self.decided.get(self.next).copied();
        self.next += 1;
        if self.undecided { None } else { sign }
    }

    pub fn record_plan(&mut self, plan: Plan) {
        self.plans.push(Rc::new(plan));
    }

    /// The next plan of the record.
    pub fn replay_plan(&mut self) -> Option<Rc<Plan>> {
        let plan = self.plans.get(self.next_plan).cloned();
        self.next_plan += 1;
        plan
    }

    /// Adds what another record holds.
    pub fn append(&mut self, mut other: Signs) {
        self.decided.append(&mut other.decided);
        self.plans.append(&mut other.plans);
        self.undecided |= other.undecided;
        self.assumed |= other.assumed;
    }

    /// Whether a sign was left open.
    pub fn undecided(&self) -> bool {
        self.undecided
    }
}
