//! Which cells a run has, at which sizes each is simulated, and which networks that takes. Fixed before the first draw.

use super::RunError;
use super::memory::{MemoryLimit, memory_anywhere, memory_limit};
use super::no_value::{WithoutValue, limit_error, reason};
use super::store::{Key, fingerprint};
use crate::claim::{Bias, Claim, Kind, Status, program};
use crate::compare::ladder::{self, MIN_REPLICATES};
use crate::compare::{Budget, Draws, Order};
use crate::limit::{FiniteSize, Formula, Place, Program};
use crate::model::{Activation, Numbers, Settings, Sizes, Spectrum, Value, eigenvalue_pairs};
use crate::sim::{self, Network, Simulator, Target, draw_flops};
use crate::symbolic::Condition;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A claim with its compiled formulas.
pub struct Prepared<'a> {
    /// Where the formulas are from.
    pub claim: &'a Claim,
    /// Its formulas, ready to be evaluated anywhere. Shared, since they keep what they have computed.
    pub program: Arc<Program>,
    /// What draws its networks; None of claims about formulas alone and of those with samples of the reader's own.
    pub simulator: Option<Simulator>,
    /// What a network of it may take.
    memory: MemoryLimit,
}

impl<'a> Prepared<'a> {
    /// Compiles the claim's formulas; its simulator is one of the library's.
    ///
    /// # Errors
    /// [`RunError::Limit`] for a formula that cannot be evaluated anywhere; [`RunError::Input`] for a simulator that the library has not.
    pub fn new(claim: &'a Claim) -> Result<Prepared<'a>, RunError> {
        Prepared::with_program(claim, Arc::new(compile(claim)?), None)
    }

    /// The same with a simulator of the caller's.
    ///
    /// # Errors
    /// As [`Prepared::new`]; a simulator that does not observe what the claim is about.
    pub fn simulated_by(claim: &'a Claim, simulator: Simulator) -> Result<Prepared<'a>, RunError> {
        if simulator.observables().iter().all(|known| known.name() != observable(claim)) {
            return Err(RunError::Input(format!(
                "claim `{}` is about `{}`, which simulator `{}` does not observe",
                claim.id,
                observable(claim),
                simulator.name()
            )));
        }
        Prepared::with_program(claim, Arc::new(compile(claim)?), Some(simulator))
    }

    /// With formulas that were compiled before, of the same claim; `own` is a simulator of the caller's.
    ///
    /// # Errors
    /// As [`Prepared::new`].
    pub fn with_program(
        claim: &'a Claim,
        program: Arc<Program>,
        own: Option<Simulator>,
    ) -> Result<Prepared<'a>, RunError> {
        let simulator = if own.is_some() { own } else { simulator(claim)? };
        Ok(Prepared { claim, program, simulator, memory: memory_limit })
    }

    /// The same, planned alike on every machine: whether this one has the memory for its networks is asked when they are drawn.
    pub fn planned_anywhere(self) -> Prepared<'a> {
        Prepared { memory: memory_anywhere, ..self }
    }

    /// The same claim with another grid, and the same simulator.
    ///
    /// # Errors
    /// As [`Prepared::new`].
    pub(crate) fn again<'b>(&self, claim: &'b Claim) -> Result<Prepared<'b>, RunError> {
        Ok(Prepared {
            claim,
            program: Arc::new(compile(claim)?),
            simulator: self.simulator.clone(),
            memory: self.memory,
        })
    }

    /// One size, for experiments and the ladder alike.
    ///
    /// # Errors
    /// As [`cell_size`].
    pub fn size(&self, settings: &Settings, sizes: Sizes, replicates: u64) -> Result<CellSize, RunError> {
        let mut size = simulated(self.claim, self.simulator.clone(), settings, sizes, replicates, self.memory)?;
        if self.claim.cost.is_some() {
            size.target.flops = Some(self.cost(&size, settings)?);
        }
        Ok(size)
    }

    /// What the claim says that a draw costs.
    fn cost(&self, size: &CellSize, settings: &Settings) -> Result<f64, RunError> {
        let place = size.place(settings);
        let found = self.program.evaluate(Formula::Cost, &place);
        let cost = found.map_err(|error| limit_error(self.claim, Some(&place), error))?.value;
        if cost.is_finite() && cost > 0.0 {
            return Ok(cost);
        }
        let message = format!("`cost` is {cost}, and a draw costs something");
        Err(RunError::Size { claim: self.claim.id.clone(), size: size.sizes.to_string(), message })
    }
}

fn compile(claim: &Claim) -> Result<Program, RunError> {
    Program::compile(claim).map_err(|error| limit_error(claim, None, error))
}

/// The simulator of the library that a claim names.
///
/// # Errors
/// A name that the library has not, as in a claim that was read for simulators of the caller's own.
pub fn simulator(claim: &Claim) -> Result<Option<Simulator>, RunError> {
    let Some(name) = &claim.simulator else { return Ok(None) };
    if [program::PROGRAM, program::GIVEN].contains(&name.as_str()) {
        return Ok(None);
    }
    match sim::simulator(name) {
        Some(simulator) => Ok(Some(simulator)),
        None => {
            Err(RunError::Input(format!("claim `{}` has the simulator `{name}`, which there is not here", claim.id)))
        }
    }
}

/// What stands before a place, which may be that of another text: it may lie within a character of this one, or behind its end.
fn text_before(text: &str, place: usize) -> &str {
    let boundary = (0..=place.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..boundary.unwrap_or(0)]
}

/// The line of the claim file that states its n-th condition (`require`), with its comment.
pub fn hypothesis(claim: &Claim, index: usize) -> &str {
    let mut first = &claim.require[index];
    while let Condition::And(left, _) | Condition::Or(left, _) = first {
        first = left;
    }
    let Condition::Compare(_, left, _) = first else { return "" };
    let text = &claim.text.text;
    let start = text_before(text, left.span.start).rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or("")
}

/// A claim at one grid point.
pub struct Cell<'a> {
    /// Its number among the grid points of the run that meet the hypotheses.
    pub number: usize,
    /// The claim.
    pub prepared: &'a Prepared<'a>,
    /// The grid point.
    pub settings: Settings,
    /// Empty for claims without a simulator.
    pub sizes: Vec<CellSize>,
    /// Of a claim that diverges: the grid point before, from which the slope is taken.
    pub before: Option<Before>,
}

/// A grid point with the same ladder as its cell.
pub struct Before {
    /// That grid point.
    pub settings: Settings,
    /// As many as those of the cell.
    pub sizes: Vec<CellSize>,
}

/// One size of a cell: where the formula is evaluated, and what is simulated.
#[derive(Clone)]
pub struct CellSize {
    /// The sizes, with the names that the claim gives them.
    pub sizes: Sizes,
    /// What is drawn.
    pub network: Network,
    /// What it is observed for.
    pub target: Target,
    /// Text that determines the target.
    pub label: String,
    /// Networks to draw; more at each look.
    pub replicates: u64,
}

impl CellSize {
    /// Where the formula is compared: these settings at this size, with the eigenvalue pairs in use.
    pub fn place(&self, settings: &Settings) -> Place {
        // A simulator of a user's own has none.
        let pairs = Some(Arc::clone(&self.target.pairs)).filter(|pairs| !pairs.is_empty());
        Place { settings: settings.clone(), size: Some(FiniteSize { sizes: self.sizes.clone(), pairs }) }
    }

    /// What one draw costs.
    pub(crate) fn flops(&self) -> f64 {
        flops(&self.network, &self.target)
    }

    /// The blocks of replicates of this size, in order.
    pub(crate) fn keys(&self) -> Vec<Key> {
        ladder::blocks(self.replicates).into_iter().map(|(first, count)| self.key(first, count)).collect()
    }

    fn key(&self, first: u64, count: u64) -> Key {
        Key {
            simulator: self.network.simulator.name().to_string(),
            weights: Value::Weights(self.network.weights).to_string(),
            dim: self.network.dim,
            width: self.network.width,
            target: self.label.clone(),
            first,
            count,
        }
    }
}

impl Cell<'_> {
    /// Every size that is simulated for the cell.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = &CellSize> {
        self.sizes.iter().chain(self.before.iter().flat_map(|before| &before.sizes))
    }

    /// Sets the replicates of each size.
    pub(crate) fn set_replicates(&mut self, counts: &[u64]) {
        for sizes in [Some(&mut self.sizes), self.before.as_mut().map(|before| &mut before.sizes)].into_iter().flatten()
        {
            sizes.iter_mut().zip(counts).for_each(|(size, count)| size.replicates = *count);
        }
    }

    /// Cost of one draw at each size.
    pub(crate) fn work(&self) -> Vec<f64> {
        let points = if self.before.is_some() { 2.0 } else { 1.0 };
        self.sizes.iter().map(|size| points * size.flops()).collect()
    }

    /// Whether its verdict needs statistics: then it shares in the run's level.
    pub(crate) fn needs_statistics(&self) -> bool {
        let claim = self.prepared.claim;
        let statistics = !matches!(claim.kind, Kind::Bound | Kind::Identity | Kind::Monotone);
        let noise = self.sizes.iter().any(|size| size.network.simulator.properties().is_random);
        statistics && (noise || claim.samples.is_some()) && claim.status != Status::KnownFalse
    }

    pub(crate) fn order(&self) -> Order {
        match self.prepared.claim.bias {
            Bias::Exact => Order::Exact,
            Bias::Power(rate) => Order::Power(rate),
        }
    }
}

/// The cells of the claims, and the claims none of whose grid points meets the hypotheses.
pub struct Plan<'a> {
    /// In the order of the claims, of each in the order of its grid.
    pub cells: Vec<Cell<'a>>,
    /// None of their grid points meets the hypotheses.
    pub vacuous: Vec<&'a Claim>,
    /// Grid points that cannot be judged.
    pub without_value: Vec<WithoutValue<'a>>,
}

/// A grid point that meets the hypotheses, or of which not even that can be said.
type Point<'a> = Result<Cell<'a>, WithoutValue<'a>>;

impl<'a> Plan<'a> {
    pub(crate) fn new(prepared: &'a [Prepared<'a>], budget: Budget) -> Result<Plan<'a>, RunError> {
        let mut plan = Plan { cells: Vec::new(), vacuous: Vec::new(), without_value: Vec::new() };
        let mut number = 0;
        for one in prepared.iter().filter(|one| !one.claim.is_judged_by_printed_numbers()) {
            let points: Result<Vec<Option<Point>>, RunError> =
                one.claim.grid.iter().map(|settings| point(one, settings, budget)).collect();
            let mut points: Vec<Point> = points?.into_iter().flatten().collect();
            if one.claim.kind == Kind::Diverges {
                points = slopes(points);
            }
            if points.is_empty() {
                plan.vacuous.push(one.claim);
            }
            for point in points {
                match point {
                    Ok(cell) => plan.cells.push(Cell { number, ..cell }),
                    Err(point) => plan.without_value.push(WithoutValue { number, ..point }),
                }
                number += 1;
            }
        }
        Ok(plan)
    }

    pub(crate) fn cells_with_statistics(&self) -> usize {
        self.cells.iter().filter(|cell| cell.needs_statistics()).count()
    }

    /// Cost of the networks of all cells.
    pub(crate) fn work(&self) -> f64 {
        work(self.sizes())
    }

    /// Every size of every cell.
    pub(crate) fn sizes(&self) -> impl Iterator<Item = &CellSize> {
        self.cells.iter().flat_map(Cell::drawn)
    }
}

/// Cost of the networks of these sizes, each block counted once for every target that it is observed for.
pub(crate) fn work<'s>(sizes: impl Iterator<Item = &'s CellSize>) -> f64 {
    let blocks: BTreeMap<Key, f64> = sizes
        .flat_map(|size| {
            let work = size.flops();
            size.keys().into_iter().map(move |key| (key.clone(), work * key.count as f64))
        })
        .collect();
    // Of no blocks: 0, not the -0 of `Iterator::sum`.
    blocks.values().fold(0.0, |sum, work| sum + work)
}

/// The cell at a grid point; None where the hypotheses do not hold.
fn point<'a>(one: &'a Prepared<'a>, settings: &Settings, budget: Budget) -> Result<Option<Point<'a>>, RunError> {
    let place = Place { settings: settings.clone(), size: None };
    let admitted = one.program.admits(&place).map_err(|error| limit_error(one.claim, Some(&place), error));
    let sizes = match admitted {
        Ok(false) => return Ok(None),
        Ok(true) => sizes(one, settings, budget),
        Err(error) => Err(error),
    };
    let settings = settings.clone();
    Ok(Some(match sizes {
        Ok(sizes) => Ok(Cell { number: 0, prepared: one, settings, sizes, before: None }),
        Err(error) => Err(WithoutValue { number: 0, claim: one.claim, settings, reason: reason(error)? }),
    }))
}

/// A cell for each grid point but the first: the slope from the point before it.
fn slopes(points: Vec<Point>) -> Vec<Point> {
    let before: Vec<Result<Before, String>> = points
        .iter()
        .map(|point| match point {
            Ok(cell) => Ok(Before { settings: cell.settings.clone(), sizes: cell.sizes.clone() }),
            Err(none) => Err(format!("no slope from the point before{}: {}", none.settings.located(), none.reason)),
        })
        .collect();
    points.into_iter().skip(1).zip(before).map(slope).collect()
}

fn slope<'a>((point, before): (Point<'a>, Result<Before, String>)) -> Point<'a> {
    match (point, before) {
        (Ok(cell), Ok(before)) => Ok(Cell { before: Some(before), ..cell }),
        (Ok(Cell { number, prepared, settings, .. }), Err(reason)) => {
            Err(WithoutValue { number, claim: prepared.claim, settings, reason })
        }
        (none, _) => none,
    }
}

fn sizes(one: &Prepared, settings: &Settings, budget: Budget) -> Result<Vec<CellSize>, RunError> {
    let claim = one.claim;
    let Some(simulator) = &one.simulator else {
        // One that is not ours must be brought: without it nothing is judged.
        return if claim.simulator.is_none() { Ok(Vec::new()) } else { Err(no_simulator(claim)) };
    };
    let at = |sizes: Sizes| {
        let mut size = one.size(settings, sizes, 1)?;
        if size.network.simulator.properties().is_random {
            size.replicates = MIN_REPLICATES;
        }
        Ok(size)
    };
    if let Some(stated) = claim.sizes.stated(settings) {
        return stated.into_iter().map(at).collect();
    }
    let none = |error: crate::model::SpectrumError| RunError::Size {
        claim: claim.id.clone(),
        size: String::new(),
        message: error.to_string(),
    };
    let targets = settings.spectrum().dim_multiple().map_err(none)?;
    let variances = settings.covariance().dim_multiple().map_err(none)?;
    let multiple = least_common_multiple(targets, variances).max(2);
    let draws = match simulator.properties() {
        properties if properties.is_very_dear => Draws::VeryDear,
        properties if properties.is_dear => Draws::Dear,
        _ => Draws::Plain,
    };
    let ladder = budget.dims(multiple, draws);
    ladder.into_iter().map(|first| at(claim.sizes.at(first, settings))).collect()
}

/// One size of a claim that is simulated by the library.
///
/// # Errors
/// The claim has no simulator, or the size cannot be: no dimension or width, more memory than there is, eigenvalues that do not
/// fill it ([`SpectrumError`](crate::model::SpectrumError)).
pub fn cell_size(claim: &Claim, settings: &Settings, sizes: Sizes, replicates: u64) -> Result<CellSize, RunError> {
    simulated(claim, simulator(claim)?, settings, sizes, replicates, memory_limit)
}

fn simulated(
    claim: &Claim,
    simulator: Option<Simulator>,
    settings: &Settings,
    sizes: Sizes,
    replicates: u64,
    memory: MemoryLimit,
) -> Result<CellSize, RunError> {
    let simulator = simulator.ok_or_else(|| no_simulator(claim))?;
    size_of(simulator, settings, sizes.clone(), replicates, memory).map_err(|message| RunError::Size {
        claim: claim.id.clone(),
        size: sizes.to_string(),
        message,
    })
}

/// What a draw costs, in floating-point operations by the work formulas.
pub(crate) fn flops(network: &Network, target: &Target) -> f64 {
    target.flops.unwrap_or_else(|| draw_flops(network, target))
}

/// Why nothing can be drawn for a claim.
fn no_simulator(claim: &Claim) -> RunError {
    let id = &claim.id;
    RunError::Input(match (&claim.samples, claim.simulator.as_deref()) {
        (Some(samples), _) => {
            format!("claim `{id}` has no simulator: its samples are the reader's own, in {}", samples.path)
        }
        (None, Some(program::PROGRAM)) => {
            format!("claim `{id}` is simulated by a program, which was not allowed to run")
        }
        (None, Some(_)) => {
            format!("claim `{id}` is simulated by what its caller gives (Python, or the library), and none is")
        }
        (None, None) => format!("claim `{id}` has no simulator: it is a statement about formulas"),
    })
}

/// Likewise for a simulator by itself.
pub(crate) fn size_of(
    simulator: Simulator,
    settings: &Settings,
    sizes: Sizes,
    replicates: u64,
    memory: MemoryLimit,
) -> Result<CellSize, String> {
    let own = simulator.properties().numbers.is_none();
    let (dim, width) = match (sizes.get("d"), sizes.get("m")) {
        (Some(dim), Some(width)) => (dim, width),
        _ if own => (sizes.first(), sizes.second()),
        _ => return Err(format!("simulator `{}` has the sizes d and m, not {sizes}", simulator.name())),
    };
    let network = Network { simulator, weights: settings.weights(), dim, width };
    if dim == 0 || width == 0 {
        return Err("a network needs a dimension and a width of at least 1".to_string());
    }
    // Before anything of that size is allocated.
    sim::check_memory(&network, memory(&network)).map_err(|error| error.to_string())?;
    // Without a target every dimension will do.
    let spectrum = if network.simulator.properties().has_target { settings.spectrum() } else { Spectrum::Identity };
    let without = own && !network.simulator.properties().has_target;
    let pairs = if without { Arc::from([]) } else { pairs_of(settings, &spectrum, dim)? };
    let numbers = Numbers::of(settings);
    let named = Some(sizes.clone()).filter(|sizes| !sizes.are_of_a_network());
    let target =
        Target { settings: settings.clone(), sizes: named, ..Target::new(settings.activation(), pairs, numbers) };
    let label = label(&network.simulator, &target);
    Ok(CellSize { sizes, network, target, label, replicates })
}

/// The pairs of eigenvalues of B and d Gamma in use at a dimension.
pub(crate) fn pairs_of(settings: &Settings, spectrum: &Spectrum, dim: usize) -> Result<Arc<[(f64, f64)]>, String> {
    let pairs = eigenvalue_pairs(spectrum, &settings.covariance(), settings.pairing(), dim);
    pairs.map(Arc::from).map_err(|error| error.to_string())
}

/// Text that determines a target at a given dimension: names for the reader, and a fingerprint of the eigenvalue pairs, so that
/// samples of other pairs (a file that has changed, another discretisation) are never taken for these. Part of the results
/// file's format.
fn label(simulator: &Simulator, target: &Target) -> String {
    let settings = &target.settings;
    let bytes: Vec<u8> = target.pairs.iter().flat_map(|(b, t)| [b.to_le_bytes(), t.to_le_bytes()]).flatten().collect();
    let pairs = fingerprint(&bytes);
    let Some(numbers) = simulator.properties().numbers else {
        let sizes = target.sizes.as_ref().map(|sizes| format!("{sizes}; ")).unwrap_or_default();
        return format!("{sizes}{settings}; pairs {pairs:016x}");
    };
    let activation = match &target.activation {
        Activation::Defined(own) => format!("{} = {} kinks {:?}", own.name, own.formula, own.kinks),
        other => other.to_string(),
    };
    let (spectrum, covariance) = (settings.spectrum(), Value::Covariance(settings.covariance()));
    let pairing = Value::Pairing(settings.pairing());
    let number = |one: &sim::Number| format!("{} {}; ", one.name, target.numbers.get(one.name).unwrap_or(f64::NAN));
    let numbers: String = numbers.iter().map(number).collect();
    format!("{activation}; {spectrum}; {covariance}; {pairing}; {numbers}pairs {pairs:016x}")
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

/// Networks and the targets to observe on them, block by block: what is missing from a run is drawn once for all claims.
pub(crate) fn blocks<'a>(
    sizes: impl Iterator<Item = &'a CellSize>,
    missing: impl Fn(&Key) -> bool,
) -> BTreeMap<(Network, u64, u64), BTreeMap<Key, Target>> {
    let mut blocks: BTreeMap<(Network, u64, u64), BTreeMap<Key, Target>> = BTreeMap::new();
    for size in sizes {
        for key in size.keys().into_iter().filter(&missing) {
            let block = blocks.entry((size.network.clone(), key.first, key.count)).or_default();
            block.entry(key).or_insert_with(|| size.target.clone());
        }
    }
    blocks
}

/// Which of a sample's observables a claim is about, by name.
pub fn observable(claim: &Claim) -> &str {
    claim.observable.as_ref().map_or("test-error", |observable| observable.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_place_has_a_text_before_it() {
        // An e with an accent has two bytes, the sign of infinity three.
        let text = "é\n∞x";
        let before: Vec<&str> = (0..10).map(|place| text_before(text, place)).collect();
        assert_eq!(before, ["", "", "é", "é\n", "é\n", "é\n", "é\n∞", text, text, text]);
        assert_eq!((text_before(text, usize::MAX), text_before("", 3)), (text, ""));
    }
}
