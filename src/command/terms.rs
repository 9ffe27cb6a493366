//! `--budget`, `--level` and `--margin`: what a run is judged by.

use super::failure::Failure;
use super::library::Named;
use crate::claim::Catalogue;
use crate::compare::Budget;
use crate::sim::signatures;
use crate::verdict::{Terms, Tolerance, rule::HIGHEST_LEVEL};
use std::ffi::OsString;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// How much to simulate and how narrow the margin: quick (2 %), standard (1 %), thorough (0.5 %)
    #[arg(long, default_value = "standard", value_parser = super::budget)]
    pub budget: Budget,
    /// Probability of any false verdict that you allow, at most 0.05 (default 0.001); of claims outside the catalogue only
    #[arg(long, value_name = "P", value_parser = level)]
    level: Option<f64>,
    /// Gap that does not matter, in place of the budget's: a fraction of the limit, at most 0.2, or `abs 0.01`; of claims outside the catalogue
    /// only
    #[arg(long, value_name = "FRACTION|abs X")]
    margin: Option<Tolerance>,
}

fn level(text: &str) -> Result<f64, String> {
    let level = text.parse::<f64>().ok().filter(|level| *level > 0.0 && *level <= HIGHEST_LEVEL);
    level.ok_or_else(|| format!("write a probability above 0, at most {HIGHEST_LEVEL}"))
}

impl Arguments {
    /// What is asked of these claims. An error if something else than the budget's own is asked of a catalogue.
    pub fn of(&self, theory: Option<&Path>, claims: &Named) -> Result<Terms, Failure> {
        let terms = Terms { budget: self.budget, level: self.level, margin: self.margin };
        if !terms.are_own() {
            return Ok(terms);
        }
        let own = "--level and --margin are for claims of your own";
        if theory.is_some() {
            return Err(Failure::new(format!("{own}, not for a catalogue: leave out --theory, and name claim files")));
        }
        let ids: Vec<&str> = claims.found.iter().map(|claim| claim.id.as_str()).collect();
        let known = Catalogue::embedded_part(&ids, &signatures()).unwrap_or_default();
        match known.claims.first() {
            Some(claim) => {
                let id = &claim.id;
                Err(Failure::new(format!("{own}, but `{id}` is in the catalogue: its level and margin are fixed")))
            }
            None => Ok(terms),
        }
    }

    /// Whether something else than the budget's own is asked.
    pub fn are_own(&self) -> bool {
        self.level.is_some() || self.margin.is_some()
    }

    /// As a command line states it.
    pub fn text(&self) -> String {
        let level = self.level.map(|level| format!(" --level {level}")).unwrap_or_default();
        let margin = match self.margin {
            None => String::new(),
            Some(Tolerance::Fraction(fraction)) => format!(" --margin {fraction}"),
            Some(Tolerance::Absolute(margin)) => format!(" --margin 'abs {margin}'"),
        };
        format!("--budget {}{level}{margin}", self.budget)
    }
}

/// The words of the command line with `--margin abs 0.01` as one value: without quotes a shell makes two of it.
pub fn joined(words: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    for word in words {
        let after_abs = joined.last().is_some_and(|last| last == "abs" || last == "--margin=abs");
        let option = joined.len() >= 2 && joined[joined.len() - 2] == "--margin";
        match joined.last_mut().filter(|last| after_abs && (option || *last == "--margin=abs")) {
            Some(last) => {
                last.push(" ");
                last.push(word);
            }
            None => joined.push(word),
        }
    }
    joined
}
