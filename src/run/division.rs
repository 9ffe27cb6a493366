//! Divides a run into shards. Cells that share networks stay together; what a cell will draw is foretold from the last standard run of the
//! catalogue, or else from its pilot. Nothing here depends on the machine.

use super::plan::{Cell, CellSize, Plan, Prepared};
use crate::claim::Claim;
use crate::claim::catalogue::read_embedded;
use crate::compare::Budget;
use crate::model::Value;
use crate::sim::Network;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

/// `K/N`: one of the shards of a run, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Its number, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// More shards than a run has use for.
pub const MOST_SHARDS: usize = 10_000;

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let numbers = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((number, of)) if (1..=of).contains(&number) && of <= MOST_SHARDS => Ok(Shard { number, of }),
            _ => Err(format!("write K/N, such as 2/8: K from 1 to N, N at most {MOST_SHARDS}")),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.number, self.of)
    }
}

/// The cells of a run, the rest of its claims, and what else is drawn, each with its shard.
pub(crate) struct Division {
    /// By the cells' numbers.
    cells: BTreeMap<usize, usize>,
    /// By the places of the claims.
    claims: Vec<usize>,
    /// By the places of further sizes.
    more: Vec<usize>,
    /// Work that is foretold for each shard.
    pub work: Vec<f64>,
    /// How many shards could have something to do.
    pub parts: usize,
}

/// Sizes with the draws that are foretold of each.
type Draws<'s> = Vec<(&'s CellSize, u64)>;

/// What is dealt: what it draws, and what its formulas cost besides.
struct Item<'s> {
    draws: Draws<'s>,
    formulas: f64,
}

impl Division {
    /// Divides the plan, which nothing was drawn for, and `more` sizes that are drawn for figures. The grids are those of the claims' files
    /// if `on_grid`.
    pub fn new(
        plan: &Plan,
        prepared: &[Prepared],
        more: &[CellSize],
        budget: Budget,
        on_grid: bool,
        of: usize,
    ) -> Division {
        let known = if on_grid { standard_draws() } else { BTreeMap::new() };
        let mut simulated: BTreeMap<&str, usize> = BTreeMap::new();
        let mut items: Vec<Item> = Vec::new();
        for cell in &plan.cells {
            let place = simulated.entry(cell.prepared.claim.id.as_str()).or_default();
            let all = known.get(cell.prepared.claim.id.as_str());
            let draws = foretold(cell, all.and_then(|all| all.get(*place)), budget);
            items.push(Item { draws, formulas: if cell.sizes.is_empty() { FORMULA } else { 0.0 } });
            *place += usize::from(!cell.sizes.is_empty());
        }
        items.extend(plan.without_value.iter().map(|_| Item { draws: Vec::new(), formulas: FORMULA }));
        items.extend(prepared.iter().map(|one| Item { draws: Vec::new(), formulas: rest(one.claim) }));
        items.extend(more.iter().map(|size| Item { draws: vec![(size, size.replicates)], formulas: 0.0 }));
        let groups = groups(&items);
        let parts = groups.iter().collect::<BTreeSet<_>>().len();
        let (shards, work) = dealt(&items, &groups, of);
        let mut shards = shards.into_iter();
        let numbers =
            plan.cells.iter().map(|cell| cell.number).chain(plan.without_value.iter().map(|point| point.number));
        let cells = numbers.zip(shards.by_ref()).collect();
        let claims = shards.by_ref().take(prepared.len()).collect();
        Division { cells, claims, more: shards.collect(), work, parts }
    }

    /// What is one shard's.
    pub fn share(&self, shard: Shard) -> Share {
        let own = |of: &usize| *of + 1 == shard.number;
        Share {
            cells: self.cells.iter().filter(|(_, of)| own(of)).map(|(number, _)| *number).collect(),
            claims: self.claims.iter().map(own).collect(),
            more: self.more.iter().map(own).collect(),
        }
    }
}

/// What is one shard's of a run.
pub(crate) struct Share {
    cells: BTreeSet<usize>,
    claims: Vec<bool>,
    more: Vec<bool>,
}

impl Share {
    /// Whether the grid point of this number is.
    pub fn has_cell(&self, number: usize) -> bool {
        self.cells.contains(&number)
    }

    /// Whether what a claim says besides its grid is: special cases, second forms, printed numbers.
    pub fn has_claim(&self, place: usize) -> bool {
        self.claims[place]
    }

    /// Those of the further sizes that are.
    pub fn of<'s>(&'s self, more: &'s [CellSize]) -> impl Iterator<Item = &'s CellSize> {
        more.iter().zip(&self.more).filter(|(_, own)| **own).map(|(size, _)| size)
    }
}

/// Draws of the simulated cells of the last standard run, by claim: of each cell, in the order of its grid, those at each size.
fn standard_draws() -> BTreeMap<String, Vec<Vec<u64>>> {
    let text = read_embedded("theory/README.md", "data/draws.txt").unwrap_or_default();
    let mut known: BTreeMap<String, Vec<Vec<u64>>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let Some(claim) = words.next() else { continue };
        known.entry(claim.to_string()).or_default().push(words.filter_map(|word| word.parse().ok()).collect());
    }
    known
}

/// What a cell will draw: what it drew in a standard run, more or fewer as its interval must narrow; or its pilot.
fn foretold<'s>(cell: &'s Cell, known: Option<&Vec<u64>>, budget: Budget) -> Draws<'s> {
    let narrower = (Budget::Standard.margin_fraction() / budget.margin_fraction()).powi(2);
    let known = known.filter(|known| known.len() == cell.sizes.len());
    let count = |(place, size): (usize, &CellSize)| {
        let then = known.map_or(0.0, |known| known[place] as f64 * narrower);
        // Without noise one network a size is enough.
        if size.replicates == 1 { 1 } else { size.replicates.max(then.round() as u64) }
    };
    let counts: Vec<u64> = cell.sizes.iter().enumerate().map(count).collect();
    cell.drawn().zip(counts.iter().cycle().copied()).collect()
}

/// Draws with the same text share what is dear in them: the matrices and their factorisations.
fn shared(size: &CellSize) -> (&Network, String) {
    let Some(_) = size.network.simulator.properties().numbers else {
        // Nothing is known of a user's own simulator.
        return (&size.network, size.label.clone());
    };
    let covariance = Value::Covariance(size.target.settings.covariance());
    (&size.network, format!("{}; {covariance}", size.target.activation))
}

/// What another target costs on networks that are drawn anyway, as a share of the first.
const ANOTHER_TARGET: f64 = 0.25;
/// How much longer an operation takes where a draw works neuron by neuron, and not on matrices.
const SCALAR: f64 = 10.0;
/// What a formula costs where nothing is drawn.
const FORMULA: f64 = 1e9;
/// How many times that a second form costs: both forms are evaluated, and compared.
const SECOND_FORM: f64 = 8.0;

/// What a claim's special cases, printed numbers and second form cost.
fn rest(claim: &Claim) -> f64 {
    let second_form = if claim.alternative.is_some() { SECOND_FORM * claim.grid.len() as f64 } else { 0.0 };
    FORMULA * (1.0 + (claim.specials.len() + claim.printed.len()) as f64 + second_form)
}

/// What a draw costs, in operations on matrices.
pub(crate) fn cost(size: &CellSize) -> f64 {
    size.flops() * if size.network.simulator.properties().is_scalar { SCALAR } else { 1.0 }
}

/// The shard (from 0) of each item, and the work of each shard: groups of what shares networks, the dearest first, each to the shard that has
/// least so far; ties by order.
fn dealt(items: &[Item], groups: &[usize], of: usize) -> (Vec<usize>, Vec<f64>) {
    let mut costs: BTreeMap<usize, f64> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        *costs.entry(*group).or_default() += items[index].formulas;
    }
    // The dearest draw of a network, how many there are at most, and for which targets.
    type Drawn<'a> = (f64, u64, BTreeSet<&'a str>);
    let mut drawn: BTreeMap<(usize, (&Network, String)), Drawn> = BTreeMap::new();
    for (item, group) in items.iter().zip(groups) {
        for (size, count) in &item.draws {
            let (work, most, labels) = drawn.entry((*group, shared(size))).or_default();
            *work = work.max(cost(size));
            *most = (*most).max(*count);
            labels.insert(&size.label);
        }
    }
    for ((group, _), (work, count, labels)) in &drawn {
        let targets = 1.0 + ANOTHER_TARGET * (labels.len() - 1) as f64;
        *costs.entry(*group).or_default() += work * *count as f64 * targets;
    }
    let mut order: Vec<(usize, f64)> = costs.into_iter().collect();
    order.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    let mut work = vec![0.0; of];
    let mut shard_of: BTreeMap<usize, usize> = BTreeMap::new();
    for (group, cost) in order {
        let least = (0..of).min_by(|a, b| f64::total_cmp(&work[*a], &work[*b])).unwrap_or(0);
        work[least] += cost;
        shard_of.insert(group, least);
    }
    (groups.iter().map(|group| shard_of[group]).collect(), work)
}

/// For each item the first of those that it shares networks with, be it through others.
fn groups(items: &[Item]) -> Vec<usize> {
    let mut first: Vec<usize> = (0..items.len()).collect();
    let root = |first: &[usize], mut item: usize| {
        while first[item] != item {
            item = first[item];
        }
        item
    };
    let mut seen: BTreeMap<(&Network, String), usize> = BTreeMap::new();
    for (index, item) in items.iter().enumerate() {
        for (size, _) in &item.draws {
            let other = *seen.entry(shared(size)).or_insert(index);
            let (one, other) = (root(&first, index), root(&first, other));
            first[one.max(other)] = one.min(other);
        }
    }
    (0..items.len()).map(|item| root(&first, item)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::catalogue;

    #[test]
    fn the_catalogue_is_divided_evenly_and_networks_stay_together() {
        let one = |claim| Prepared::new(claim).unwrap().planned_anywhere();
        let prepared: Vec<Prepared> = catalogue().claims.iter().map(one).collect();
        let plan = Plan::new(&prepared, Budget::Standard).unwrap();
        let division = Division::new(&plan, &prepared, &[], Budget::Standard, true, 8);
        let mean = division.work.iter().sum::<f64>() / 8.0;
        assert!(division.work.iter().all(|work| *work < 1.5 * mean), "{:?}", division.work);
        let shares: Vec<Share> = (1..=8).map(|number| division.share(Shard { number, of: 8 })).collect();
        let mut seen = BTreeMap::new();
        for cell in &plan.cells {
            let own: Vec<usize> = (0..8).filter(|shard| shares[*shard].has_cell(cell.number)).collect();
            assert_eq!(own.len(), 1, "cell {} of `{}`", cell.number, cell.prepared.claim.id);
            for size in cell.drawn() {
                let first = *seen.entry(shared(size)).or_insert(own[0]);
                assert_eq!(first, own[0], "{} of `{}`", size.sizes, cell.prepared.claim.id);
            }
        }
        assert!((0..prepared.len()).all(|claim| shares.iter().filter(|share| share.has_claim(claim)).count() == 1));
    }
}
