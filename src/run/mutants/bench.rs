//! A claim's own values and samples, and the class of each of its mutants by them.

use super::record::{Class, MutantRecord};
use crate::claim::{Claim, Kind, Status};
use crate::compare::{Budget, Moments, SizeGap, compare};
use crate::limit::{Formula, Place, Program};
use crate::num::Estimate;
use crate::run::RunError;
use crate::run::check::{limit_at, settings_json};
use crate::run::plan::{Cell, Plan, Prepared, limit_error};
use crate::run::simulate::collect;
use crate::run::store::Store;
use crate::symbolic::source::to_source;
use crate::symbolic::{Expr, Law, Mutant, Node, mutants, prove_equal};
use crate::verdict::{Verdict, judge, margin};

/// A mutant whose value nowhere moves by more than this many margins is too close to be refuted for certain.
const CLOSE_MARGINS: f64 = 2.0;

/// A claim with everything that its mutants are judged by.
pub(super) struct Bench<'a> {
    pub claim: &'a Claim,
    cells: Vec<Stand<'a>>,
    rate: f64,
    alpha: f64,
    pub notes: Vec<String>,
}

/// A cell: the formula's own values, and the samples.
struct Stand<'a> {
    cell: &'a Cell<'a>,
    limit: Estimate,
    margin: f64,
    sizes: Vec<SizeStand>,
}

struct SizeStand {
    place: Place,
    dim: usize,
    limit: Estimate,
    /// None where a sample was infinite.
    moments: Option<Moments>,
    numeric_error: f64,
}

/// Which formula of the claim is replaced.
pub(super) struct Change {
    /// None: the limit itself.
    definition: Option<usize>,
    mutant: Mutant,
}

/// Where a mutant differs most, so far.
struct Shift<'a> {
    value: f64,
    /// The same in margins of the cell.
    margins: f64,
    at: Option<(&'a Cell<'a>, Option<usize>)>,
}

impl<'a> Shift<'a> {
    fn see(&mut self, stand: &Stand<'a>, dim: Option<usize>, own: Estimate, mutated: Estimate) {
        // Two equal infinities do not differ.
        let value = if own.value == mutated.value { 0.0 } else { (mutated.value - own.value).abs() };
        let margins = value / stand.margin;
        if margins > self.margins || self.at.is_none() {
            *self = Shift { value, margins, at: Some((stand.cell, dim)) };
        }
    }
}

impl<'a> Bench<'a> {
    pub fn new(
        prepared: &'a Prepared<'a>,
        plan: &'a Plan<'a>,
        budget: Budget,
        alpha: f64,
        store: &Store,
    ) -> Result<Bench<'a>, RunError> {
        let claim = prepared.claim;
        let mut bench = Bench { claim, cells: Vec::new(), rate: 1.0, alpha, notes: Vec::new() };
        if claim.kind != Kind::Limit || claim.simulator.is_none() || claim.status == Status::KnownFalse {
            let what = if claim.status == Status::KnownFalse { "known to be false" } else { "not a simulated limit" };
            bench.notes.push(format!("{what}: it has no mutants"));
            return Ok(bench);
        }
        for cell in plan.cells.iter().filter(|cell| cell.prepared.claim.id == claim.id) {
            bench.rate = cell.rate();
            let stand = Stand::new(cell, budget, store)?;
            // A formula that is itself refuted would lend its refutation to every mutant.
            let own: Vec<Estimate> = stand.sizes.iter().map(|size| size.limit).collect();
            match stand.verdict(stand.limit, &own, bench.rate, alpha) {
                Verdict::Disagrees => {
                    bench.notes.push(format!("left out, the claim itself disagrees: {}", cell.settings));
                }
                _ => bench.cells.push(stand),
            }
        }
        if bench.cells.is_empty() {
            bench.notes.push("no cell to judge by: it has no mutants".to_string());
        }
        Ok(bench)
    }

    /// Every mutant of the limit and of the definitions that it uses, directly or not.
    pub fn changes(&self) -> Vec<Change> {
        if self.cells.is_empty() {
            return Vec::new();
        }
        let mut changes: Vec<Change> =
            mutants(&self.claim.limit).into_iter().map(|mutant| Change { definition: None, mutant }).collect();
        for index in used_definitions(self.claim) {
            let body = mutants(&self.claim.definitions[index].body);
            changes.extend(body.into_iter().map(|mutant| Change { definition: Some(index), mutant }));
        }
        changes
    }

    pub fn class(&self, change: &Change) -> (Class, MutantRecord) {
        let original = change.definition.map_or(&self.claim.limit, |i| &self.claim.definitions[i].body);
        let mut shift = Shift { value: 0.0, margins: 0.0, at: None };
        let judged = if prove_equal(original, &change.mutant.expr, &[]) == Some(true) {
            Ok(Class::Identical)
        } else {
            self.mutated(change).and_then(|program| self.judged(&program, &mut shift))
        };
        let (class, reason) = match judged {
            Ok(class) => (class, String::new()),
            Err(reason) => (Class::Invalid, reason),
        };
        let source = to_source(&change.mutant.expr);
        let formula = match change.definition.map(|i| &self.claim.definitions[i]) {
            None => format!("limit {source}"),
            Some(own) if own.arguments.is_empty() => format!("{} = {source}", own.name),
            Some(own) => format!("{}({}) = {source}", own.name, own.arguments.join(", ")),
        };
        let record = MutantRecord {
            formula,
            operator: change.mutant.operator.to_string(),
            largest_shift: shift.at.map(|_| shift.value).filter(|shift| shift.is_finite()),
            margins: shift.at.map(|_| shift.margins).filter(|margins| margins.is_finite()),
            set: shift.at.map(|(cell, _)| settings_json(&cell.settings)).unwrap_or_default(),
            dim: shift.at.and_then(|(_, dim)| dim),
            reason,
        };
        (class, record)
    }

    /// The claim's limit with the change, compiled; nothing else of the claim takes part.
    fn mutated(&self, change: &Change) -> Result<Program, String> {
        let mut claim = self.claim.clone();
        match change.definition {
            None => claim.limit = change.mutant.expr.clone(),
            Some(index) => claim.definitions[index].body = change.mutant.expr.clone(),
        }
        claim.require.clear();
        claim.alternative = None;
        claim.finite = None;
        claim.specials.clear();
        Program::compile(&claim).map_err(|error| error.message)
    }

    /// Err: the mutant has no value somewhere on the grid. A mutant that is refuted and not close is not evaluated further.
    fn judged(&self, program: &Program, shift: &mut Shift<'a>) -> Result<Class, String> {
        let value = |place: &Place| {
            let value = program.evaluate(Formula::Limit, place).map_err(|error| error.message);
            let number = |value: Estimate| if value.value.is_nan() { Err("not a number".into()) } else { Ok(value) };
            value.and_then(number).map_err(|message| format!("at {}: {message}", place.settings))
        };
        let mut order = Vec::new();
        for stand in &self.cells {
            let place = Place { settings: stand.cell.settings.clone(), size: None };
            let limit = value(&place)?;
            shift.see(stand, None, stand.limit, limit);
            order.push((stand, limit));
        }
        // Most promising first: a refutation ends the matter. The sort is stable, so the order is the same every time.
        let promise = |stand: &Stand, limit: Estimate| match (limit.value - stand.limit.value).abs() / stand.margin {
            margins if margins.is_finite() => margins,
            _ => 0.0,
        };
        order.sort_by(|(a, x), (b, y)| promise(b, *y).total_cmp(&promise(a, *x)));
        let mut refuted = false;
        for (stand, limit) in order {
            if refuted && shift.margins >= CLOSE_MARGINS {
                break;
            }
            let mut limits = Vec::new();
            for size in &stand.sizes {
                let at_size = value(&size.place)?;
                shift.see(stand, Some(size.dim), size.limit, at_size);
                limits.push(at_size);
            }
            refuted |= stand.verdict(limit, &limits, self.rate, self.alpha) == Verdict::Disagrees;
        }
        Ok(match refuted {
            _ if shift.margins < CLOSE_MARGINS => Class::Close,
            true => Class::Killed,
            false => Class::Survived,
        })
    }
}

impl<'a> Stand<'a> {
    fn new(cell: &'a Cell<'a>, budget: Budget, store: &Store) -> Result<Stand<'a>, RunError> {
        let claim = cell.prepared.claim;
        let limit = limit_at(cell)?;
        let mut sizes = Vec::new();
        for size in &cell.sizes {
            let place = size.place(&cell.settings);
            let own = cell.prepared.program.evaluate(Formula::Limit, &place);
            let dim = size.network.dim;
            let observed = collect(size, claim, store).ok_or_else(|| {
                let (id, settings) = (&claim.id, &cell.settings);
                RunError::Input(format!("claim `{id}` at {settings}: the results lack d = {dim}"))
            })?;
            sizes.push(SizeStand {
                dim,
                limit: own.map_err(|error| limit_error(claim, Some(&cell.settings), error))?,
                place,
                moments: observed.map(|o| o.moments),
                numeric_error: observed.map_or(0.0, |o| o.numeric_error),
            });
        }
        Ok(Stand { cell, limit, margin: margin(limit.value, budget, claim.margin), sizes })
    }

    /// The verdict on a formula with these values at infinite size and at each size: the rule of `check`, with the margin of
    /// the claim's own limit.
    fn verdict(&self, limit: Estimate, limits: &[Estimate], rate: f64, alpha: f64) -> Verdict {
        if limit.value.is_infinite() || !self.margin.is_finite() {
            return Verdict::Undecided;
        }
        let gap = |(size, limit): (&SizeStand, &Estimate)| {
            let mean = size.moments.map_or(f64::INFINITY, |m| m.mean);
            SizeGap {
                dim: size.dim,
                gap: Moments { mean: mean - limit.value, ..size.moments.unwrap_or_default() },
                scale: mean.abs().max(limit.value.abs()).max(1.0),
                abs_err: limit.abs_err + size.numeric_error,
            }
        };
        let gaps: Vec<SizeGap> = self.sizes.iter().zip(limits).map(gap).collect();
        judge(&compare(&gaps, rate, alpha), self.margin).verdict
    }
}

/// The definitions that the limit needs, directly or through others, in order of definition.
fn used_definitions(claim: &Claim) -> Vec<usize> {
    let mut used = vec![false; claim.definitions.len()];
    mark(&claim.limit, claim, &mut used);
    // A definition uses only earlier ones.
    for index in (0..claim.definitions.len()).rev() {
        if used[index] {
            mark(&claim.definitions[index].body, claim, &mut used[..index]);
        }
    }
    (0..used.len()).filter(|index| used[*index]).collect()
}

fn mark(expr: &Expr, claim: &Claim, used: &mut [bool]) {
    let mut note = |name: &str| {
        let last = used.len().min(claim.definitions.len());
        if let Some(index) = claim.definitions[..last].iter().rposition(|definition| definition.name == name) {
            used[index] = true;
        }
    };
    expr.visit(&mut |tree| match &tree.node {
        Node::Name(name) => note(name),
        Node::Apply { function, .. } => note(function),
        Node::Integral { bindings, .. } => bindings.iter().for_each(|binding| {
            if let Law::Measure(name) = &binding.law {
                note(name);
            }
        }),
        _ => {}
    });
}
