//! A claim's own values and samples, and the class of each of its mutants by them.

use super::record::{Class, MutantRecord};
use crate::claim::{Claim, Kind, Status};
use crate::compare::{Budget, Order, compare};
use crate::limit::{Formula, Place, Program};
use crate::num::Estimate;
use crate::run::RunError;
use crate::run::gaps::{Own, at_infinity, gaps, observe, value};
use crate::run::plan::{Cell, Plan, Prepared};
use crate::run::records::settings_json;
use crate::run::store::{Observed, Store};
use crate::symbolic::source::{statement_to_source, to_source};
use crate::symbolic::{Mutant, mutants, prove_equal};
use crate::verdict::{Verdict, judge, margin};

/// A mutant whose value nowhere moves by more than this many margins is too close to be refuted for certain.
const CLOSE_MARGINS: f64 = 2.0;

/// A claim with everything that its mutants are judged by.
pub(super) struct Bench<'a> {
    pub claim: &'a Claim,
    cells: Vec<Stand<'a>>,
    order: Order,
    alpha: f64,
    pub notes: Vec<String>,
}

/// A cell: the formula's own values, and the samples.
struct Stand<'a> {
    cell: &'a Cell<'a>,
    limit: Estimate,
    margin: f64,
    /// The formula at each size.
    own: Vec<Estimate>,
    /// None where a sample was infinite.
    observed: Vec<Option<Observed>>,
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
        let mut bench = Bench { claim, cells: Vec::new(), order: Order::Exact, alpha, notes: Vec::new() };
        if claim.kind != Kind::Limit || claim.simulator.is_none() || claim.status == Status::KnownFalse {
            let what = if claim.status == Status::KnownFalse { "known to be false" } else { "not a simulated limit" };
            bench.notes.push(format!("{what}: it has no mutants"));
            return Ok(bench);
        }
        for cell in plan.cells.iter().filter(|cell| cell.prepared.claim.id == claim.id) {
            bench.order = cell.order();
            let stand = Stand::new(cell, budget, store)?;
            // A formula that is itself refuted would lend its refutation to every mutant.
            match stand.verdict(stand.limit, &stand.own, bench.order, alpha) {
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
        let own = change.definition.map(|index| &self.claim.definitions[index]);
        let formula = own
            .and_then(|own| statement_to_source(own, &change.mutant.expr))
            .unwrap_or_else(|| format!("limit {}", to_source(&change.mutant.expr)));
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

    /// Err: the mutant has a value at no cell. Where it has none at one, it is judged by the others. A mutant that is refuted and
    /// not close is not evaluated further.
    fn judged(&self, program: &Program, shift: &mut Shift<'a>) -> Result<Class, String> {
        let value = |place: &Place| {
            let value = program.evaluate(Formula::Limit, place).map_err(|error| error.message);
            let number = |value: Estimate| if value.value.is_nan() { Err("not a number".into()) } else { Ok(value) };
            value.and_then(number).map_err(|message| format!("at {}: {message}", place.settings))
        };
        let mut order = Vec::new();
        let mut nowhere: Option<String> = None;
        for stand in &self.cells {
            match value(&at_infinity(stand.cell)) {
                Ok(limit) => {
                    shift.see(stand, None, stand.limit, limit);
                    order.push((stand, limit));
                }
                Err(message) => nowhere = nowhere.or(Some(message)),
            }
        }
        // Most promising first: a refutation ends the matter. The sort is stable, so the order is the same every time.
        let promise = |stand: &Stand, limit: Estimate| match (limit.value - stand.limit.value).abs() / stand.margin {
            margins if margins.is_finite() => margins,
            _ => 0.0,
        };
        order.sort_by(|(a, x), (b, y)| promise(b, *y).total_cmp(&promise(a, *x)));
        let mut judged_somewhere = false;
        for (stand, limit) in order {
            let at_sizes: Result<Vec<Estimate>, String> =
                stand.cell.sizes.iter().map(|size| value(&size.place(&stand.cell.settings))).collect();
            let limits = match at_sizes {
                Ok(limits) => limits,
                Err(message) => {
                    nowhere = nowhere.or(Some(message));
                    continue;
                }
            };
            judged_somewhere = true;
            for ((size, own), limit) in stand.cell.sizes.iter().zip(&stand.own).zip(&limits) {
                shift.see(stand, Some(size.network.dim), *own, *limit);
            }
            let refuted = stand.verdict(limit, &limits, self.order, self.alpha) == Verdict::Disagrees;
            if refuted && shift.margins >= CLOSE_MARGINS {
                return Ok(Class::Killed);
            }
        }
        match judged_somewhere {
            false => Err(nowhere.unwrap_or_default()),
            true if shift.margins < CLOSE_MARGINS => Ok(Class::Close),
            true => Ok(Class::Survived),
        }
    }
}

impl<'a> Stand<'a> {
    fn new(cell: &'a Cell<'a>, budget: Budget, store: &Store) -> Result<Stand<'a>, RunError> {
        let limit = value(cell, Formula::Limit, &at_infinity(cell))?;
        let margin = margin(limit.value, budget, cell.prepared.claim.margin);
        Ok(Stand { cell, limit, margin, own: Own::of(cell)?.sizes, observed: observe(cell, store)? })
    }

    /// The verdict on a formula with these values at infinite size and at each size: the rule of `check` at its last look, with
    /// the margin of the claim's own limit.
    fn verdict(&self, limit: Estimate, limits: &[Estimate], order: Order, alpha: f64) -> Verdict {
        if limit.value.is_infinite() || !self.margin.is_finite() {
            return Verdict::Undecided;
        }
        judge(&compare(&gaps(self.cell, &self.observed, limits), order, alpha), self.margin).verdict
    }
}

/// The definitions that the limit needs, directly or through others, in order of definition.
fn used_definitions(claim: &Claim) -> Vec<usize> {
    let mut used = vec![false; claim.definitions.len()];
    let mut open = vec![&claim.limit];
    while let Some(expr) = open.pop() {
        expr.visit(&mut |tree| {
            for name in tree.names() {
                let found = claim.definitions.iter().rposition(|definition| definition.name == name);
                if let Some(index) = found.filter(|index| !used[*index]) {
                    used[index] = true;
                    open.push(&claim.definitions[index].body);
                }
            }
        });
    }
    (0..used.len()).filter(|index| used[*index]).collect()
}
