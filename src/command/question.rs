//! What `sweep` and `plot` are asked: a claim, a parameter to follow, and the networks to draw beside it.

use super::{Failure, interruption, library::Library, programs::Programs, remark};
use crate::claim::Claim;
use crate::model::settings::LAW_PARAMETERS;
use crate::model::{Settings, Value, short};
use crate::record::SweepRecord;
use crate::run::plan::Prepared;
use crate::run::range::Range;
use crate::run::simulate::use_threads;
use crate::run::sweep::{Draws, Path as Curves, sweep};
use std::path::Path;

#[derive(clap::Args)]
pub struct Question {
    /// Id of a claim, or a claim file
    pub claim: String,
    /// The parameter to follow, with its values: rho=0.1:4:40 (40 values from 0.1 to 4), time=log:0.01:100:30 (equal ratios), or
    /// rho=0.5,1,2
    #[arg(long, value_name = "NAME=VALUES")]
    along: String,
    /// A curve for each value of another parameter, e.g. activation=relu,gelu or zeta=0,1,2
    #[arg(long, value_name = "NAME=VALUES")]
    by: Option<String>,
    /// Set a parameter, e.g. --set rho=2 --set activation=gelu
    #[arg(long, value_name = "NAME=VALUE")]
    set: Vec<String>,
    /// Also simulate networks of this dimension d (and width rho * d, rounded)
    #[arg(long, allow_negative_numbers = true)]
    dim: Option<usize>,
    /// Number of independent networks at each point
    #[arg(long, default_value_t = 64, requires = "dim", allow_negative_numbers = true)]
    trials: u64,
    /// Seed of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, requires = "dim", allow_negative_numbers = true)]
    seed: u64,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
    #[command(flatten)]
    programs: Programs,
}

impl Question {
    /// Computes what is asked for. Networks are drawn at every n-th point of a curve: at `every`, or so that there are at `most`
    /// so many.
    pub fn answer(
        &self,
        theory: Option<&Path>,
        every: Option<usize>,
        most: Option<usize>,
    ) -> Result<SweepRecord, Failure> {
        let library = Library::for_claims(theory, std::slice::from_ref(&self.claim))?;
        let claim = library.claim(&self.claim)?;
        let path = self.path(&library, &claim)?;
        let length = path.curves.first().map_or(0, Vec::len);
        if every == Some(0) {
            return Err(Failure::new("--every 0: name every how many points networks are drawn, 1 or more"));
        }
        let every = every.unwrap_or_else(|| most.map_or(1, |most| length.div_ceil(most)));
        let draws = self.dim.map(|dim| Draws { dim, trials: self.trials, seed: self.seed, every });
        use_threads(self.jobs)?;
        interruption::end_in_order(false);
        let prepared = if draws.is_some() { self.programs.prepare(&claim)? } else { Prepared::new(&claim)? };
        let record = sweep(&prepared, &path, draws)?;
        tell(&record);
        Ok(record)
    }

    /// Every point, curve by curve.
    fn path(&self, library: &Library, claim: &Claim) -> Result<Curves, Failure> {
        let base = library.settings(claim, &self.set)?;
        let (along, range) = Range::of_assignment(&self.along).map_err(|error| fault("along", error))?;
        let values = library.values(claim, &along, &range.texts)?;
        if LAW_PARAMETERS.contains(&along.as_str()) {
            return Err(Failure::new(format!("--along {along}: not a number; {}", to_follow(claim, &along))));
        }
        let (by, others) = match &self.by {
            None => (None, vec![None]),
            Some(text) => {
                let (by, range) = Range::of_assignment(text).map_err(|error| fault("by", error))?;
                let others = library.values(claim, &by, &range.texts)?;
                (Some(by), others.into_iter().map(Some).collect())
            }
        };
        let set = |name: &str| self.set.iter().any(|set| set.split('=').next().map(str::trim) == Some(name));
        let twice = [Some(&along), by.as_ref()].into_iter().flatten().find(|name| set(name));
        if let Some(name) = twice.or(by.as_ref().filter(|by| **by == along)) {
            return Err(Failure::new(format!(
                "`{name}` is given twice: by --along, --by or --set, each parameter once"
            )));
        }
        let curve = |other: &Option<Value>| -> Result<Vec<Settings>, Failure> {
            let mut settings = base.clone();
            if let Some((by, value)) = by.as_ref().zip(other.clone()) {
                settings.set(by, value);
            }
            settings.check().map_err(Failure::new)?;
            let at = |value: &Value| {
                let mut settings = settings.clone();
                settings.set(&along, value.clone());
                settings
            };
            Ok(values.iter().map(at).collect())
        };
        let curves: Result<Vec<Vec<Settings>>, Failure> = others.iter().map(curve).collect();
        Ok(Curves { along: along.clone(), logarithmic: range.logarithmic, by: by.clone(), curves: curves? })
    }
}

/// What the claim has in place of a parameter that is no number.
fn to_follow(claim: &Claim, along: &str) -> String {
    let numbers: Vec<&str> = claim.parameters.iter().filter(|p| p.domain.is_some()).map(|p| p.name.as_str()).collect();
    match &numbers[..] {
        [] => format!("the claim `{}` has no parameter that is one, so that there is nothing to follow", claim.id),
        [one] => format!("follow {one}, and give {along} to --by"),
        several => format!("follow one of {}, and give {along} to --by", several.join(", ")),
    }
}

fn fault(option: &str, error: crate::run::RunError) -> Failure {
    Failure::new(format!("--{option} {error}"))
}

/// Says on standard error what has no value: nothing is left out in silence.
fn tell(record: &SweepRecord) {
    let outside: Vec<_> = record.rows.iter().filter(|row| row.outside).collect();
    let lacking: Vec<_> = record.rows.iter().filter(|row| !row.outside && row.value.is_none()).collect();
    for (rows, what) in [(outside, "are outside the claim's hypotheses"), (lacking, "have no value")] {
        if let Some(first) = rows.first() {
            let (count, all, along) = (rows.len(), record.rows.len(), &record.along);
            let (at, reason) = (short(first.at), &first.reason);
            remark(&format!("note: {count} of {all} points {what}; the first is {along} = {at}: {reason}"));
        }
    }
}

/// 2 if a point that the claim speaks of has no value.
pub fn exit_code(record: &SweepRecord) -> u8 {
    let lacking = record.rows.iter().any(|row| !row.outside && row.value.is_none());
    if lacking { 2 } else { 0 }
}
