//! A run that is divided into shards: which run, so that no other is mixed with it, and how far each shard has come.

use crate::run::RunError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the shards of a run have in common, as their files state it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunOf {
    /// The verb of the command line.
    pub verb: String,
    /// How many shards there are.
    pub of: usize,
    /// `quick`, `standard` or `thorough`.
    pub budget: String,
    /// Of the whole run.
    pub level: f64,
    /// In words, where another one is asked for than the budget's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<String>,
    /// Random points of each claim, of an exploration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<usize>,
    /// Digest of each claim by its id.
    pub claims: BTreeMap<String, String>,
}

impl RunOf {
    /// The first thing in which another run differs, in words.
    fn difference(&self, other: &RunOf) -> Option<String> {
        let differ = |what: &str, one: &dyn std::fmt::Display, other: &dyn std::fmt::Display| {
            let (one, other) = (one.to_string(), other.to_string());
            (one != other).then(|| format!("{what} {one} and {other}"))
        };
        let margin = |run: &RunOf| run.margin.clone().unwrap_or_else(|| "of the budget".to_string());
        let points = |run: &RunOf| run.points.map_or("no points".to_string(), |points| format!("{points} points"));
        differ("verbs", &self.verb, &other.verb)
            .or_else(|| differ("numbers of shards", &self.of, &other.of))
            .or_else(|| differ("budgets", &self.budget, &other.budget))
            .or_else(|| differ("levels", &self.level, &other.level))
            .or_else(|| differ("margins", &margin(self), &margin(other)))
            .or_else(|| differ("explorations:", &points(self), &points(other)))
            .or_else(|| self.claim_that_differs(other))
    }

    fn claim_that_differs(&self, other: &RunOf) -> Option<String> {
        let ids = self.claims.keys().chain(other.claims.keys());
        let differs = |id: &&String| self.claims.get(*id) != other.claims.get(*id);
        let id = ids.into_iter().find(differs)?;
        Some(match (self.claims.get(id), other.claims.get(id)) {
            (Some(_), Some(_)) => format!("claim `{id}` has changed between them"),
            _ => format!("claim `{id}` is in one of them only"),
        })
    }
}

/// A line about one shard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct ShardRow {
    number: usize,
    /// Once it has finished: how many cells of the whole run share the level.
    sharing: Option<usize>,
    #[serde(flatten)]
    pub run: RunOf,
}

/// A run and those of its shards that have begun.
#[derive(Clone, Debug, PartialEq)]
pub struct Divided {
    /// Which run.
    pub run: RunOf,
    /// By number: of a finished shard, how many cells of the whole run share the level.
    shards: BTreeMap<usize, Option<usize>>,
}

impl From<ShardRow> for Divided {
    fn from(row: ShardRow) -> Divided {
        Divided { run: row.run, shards: [(row.number, row.sharing)].into() }
    }
}

impl Divided {
    /// No shard has begun.
    pub fn new(run: RunOf) -> Divided {
        Divided { run, shards: BTreeMap::new() }
    }

    /// One shard; `sharing`, once it has finished, is how many cells of the whole run share the level.
    pub fn shard(run: RunOf, number: usize, sharing: Option<usize>) -> Divided {
        Divided { run, shards: [(number, sharing)].into() }
    }

    /// Whether a shard has finished.
    pub fn is_finished(&self, number: usize) -> bool {
        self.shards.get(&number).is_some_and(Option::is_some)
    }

    /// What is missing of the run, a shard each.
    pub fn missing(&self) -> Vec<String> {
        let of = self.run.of;
        let lacks = |number: &usize| match self.shards.get(number) {
            Some(Some(_)) => None,
            Some(None) => Some(format!("shard {number}/{of} has begun and not finished")),
            None => Some(format!("shard {number}/{of} is not there")),
        };
        (1..=of).filter_map(|number| lacks(&number)).collect()
    }

    /// Takes over what another file says of the same run.
    ///
    /// # Errors
    /// Another run, by what differs; shards that shared the level among different numbers of cells.
    pub(super) fn merge(&mut self, other: Divided) -> Result<(), RunError> {
        if let Some(difference) = self.run.difference(&other.run) {
            return Err(RunError::Input(format!(
                "holds shards of another run ({difference}); keep one file for each run"
            )));
        }
        for (number, sharing) in other.shards {
            let known = self.shards.entry(number).or_default();
            *known = known.or(sharing);
        }
        let finished = || self.shards.iter().filter_map(|(number, sharing)| Some((number, (*sharing)?)));
        let mut all = finished();
        let Some((first, cells)) = all.next() else { return Ok(()) };
        match all.find(|(_, other)| *other != cells) {
            None => Ok(()),
            Some((second, others)) => Err(RunError::Input(format!(
                "shard {first} shared the level among {cells} cells, and shard {second} among {others}: a formula had no value on one of \
                 their machines; run them with one build on machines of one kind"
            ))),
        }
    }

    /// What this says beyond another that is of the same run.
    pub(super) fn beyond(&self, known: &Divided) -> Divided {
        let news = |(number, sharing): &(&usize, &Option<usize>)| {
            known.shards.get(number).is_none_or(|old| old.is_none() && sharing.is_some())
        };
        let shards = self.shards.iter().filter(news).map(|(number, sharing)| (*number, *sharing)).collect();
        Divided { run: self.run.clone(), shards }
    }

    /// As lines, a shard each.
    pub(super) fn rows(&self) -> impl Iterator<Item = ShardRow> {
        self.shards.iter().map(|(number, sharing)| ShardRow {
            number: *number,
            sharing: *sharing,
            run: self.run.clone(),
        })
    }
}
