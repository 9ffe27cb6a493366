//! The signs that a formula asks for, in the order in which it asks.
//!
//! `|x|` is analytic where the sign of x is constant. So signs are decided on a real segment, recorded, and replayed for the discs
//! around it: on a disc the sign itself has no meaning, but the branch that it chose has.

/// A record of decided signs, written on a segment and read on a disc.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    decided: Vec<bool>,
    undecided: bool,
    next: usize,
}

impl Signs {
    /// An empty record.
    pub fn new() -> Signs {
        Signs::default()
    }

    /// Begins a new record.
    pub fn begin_record(&mut self) {
        self.decided.clear();
        self.undecided = false;
        self.next = 0;
    }

    /// Begins to read the record from its start.
    pub fn begin_replay(&mut self) {
        self.next = 0;
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

    /// Whether a sign was left open.
    pub fn undecided(&self) -> bool {
        self.undecided
    }
}
