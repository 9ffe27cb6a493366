//! Whether programs that claims name as their simulators may run.

use super::{Failure, remark};
use crate::claim::Claim;
use crate::run::plan::Prepared;
use crate::run::simulator_program::{command_shown, simulator};
use crate::run::store::Store;
use std::time::Duration;

#[derive(clap::Args)]
pub struct Programs {
    /// Run the programs that claims name as their simulators (also LIMITCHECK_ALLOW_PROGRAMS=1): what is in the claim file is
    /// executed on this machine
    #[arg(long)]
    allow_programs: bool,
    /// Seconds that such a program may take for one replicate
    #[arg(long, default_value_t = 600.0, value_name = "SECONDS", allow_negative_numbers = true)]
    timeout: f64,
}

const LONGEST: f64 = 1e7;

impl Programs {
    /// What a program may take for one replicate.
    pub fn timeout(&self) -> Result<Duration, Failure> {
        if self.timeout > 0.0 && self.timeout <= LONGEST {
            return Ok(Duration::from_secs_f64(self.timeout));
        }
        Err(Failure::new(format!("--timeout {}: seconds above 0, at most {LONGEST:e}", self.timeout)))
    }

    /// Whether programs may run at all.
    pub fn are_allowed(&self) -> bool {
        self.allow_programs || std::env::var("LIMITCHECK_ALLOW_PROGRAMS").is_ok_and(|value| value == "1")
    }

    /// An error that shows what the claim would run, unless that is allowed.
    pub fn allow(&self, claim: &Claim) -> Result<(), Failure> {
        if claim.program.is_none() || self.are_allowed() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "claim `{}` ({}) would run this program on your machine:\n    {}\nread it first; then allow it with --allow-programs",
            claim.id,
            claim.text.path,
            command_shown(claim)
        )))
    }

    /// Names draws of programs that no claim here makes, such as those from before a change of the code: nothing is mixed in silence.
    pub fn tell_of_others(store: &Store, prepared: &[Prepared]) {
        let own =
            |name: &str| prepared.iter().any(|one| one.simulator.as_ref().is_some_and(|known| known.name() == name));
        let others: Vec<&str> =
            store.simulators().into_iter().filter(|name| name.starts_with("program ") && !own(name)).collect();
        if !others.is_empty() {
            remark(&format!(
                "note: the results hold draws that are not used: of `{}`. No claim of this run has a program with that digest: its \
                 command or files have changed, or it is another claim's",
                others.join("`, `")
            ));
        }
    }

    /// The claim with its simulator. Nothing runs yet.
    pub fn prepare<'a>(&self, claim: &'a Claim) -> Result<Prepared<'a>, Failure> {
        if claim.program.is_none() {
            return Ok(Prepared::new(claim)?);
        }
        self.allow(claim)?;
        Ok(Prepared::simulated_by(claim, simulator(claim, self.timeout()?)?)?)
    }
}
