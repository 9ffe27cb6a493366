//! A claim's own values and samples, and the class of each of its mutants by them.

use super::class::Class;
use crate::claim::{Claim, Kind, Printed, Status};
use crate::compare::{Budget, Order, compare};
use crate::limit::{Formula, Place, Program};
use crate::model::Settings;
use crate::num::Estimate;
use crate::record::MutantRecord;
use crate::run::RunError;
use crate::run::gaps::{Own, at_infinity, gaps, observe, slopes};
use crate::run::kinds::each;
use crate::run::no_value::reason;
use crate::run::plan::{Cell, Plan, Prepared};
use crate::run::printed::compare as compare_printed;
use crate::run::records::settings_json;
use crate::run::store::{Observed, Store};
use crate::symbolic::source::{statement_to_source, to_source};
use crate::symbolic::{Expr, Mutant, mutants, prove_equal};
use crate::verdict::kinds::judge_each;
use crate::verdict::{Verdict, judge, margin};
use std::collections::BTreeSet;

/// A mutant whose value nowhere moves by more than this many margins is too close to be refuted for certain.
const CLOSE_MARGINS: f64 = 2.0;

/// A claim with everything that its mutants are judged by.
pub(super) struct TestBed<'a> {
    pub claim: &'a Claim,
    program: &'a Program,
    cells: Vec<Stand<'a>>,
    /// Numbers that others print, with the formula's own values there.
    printed: Vec<(&'a Printed, Estimate)>,
    order: Order,
    alpha: f64,
    pub notes: Vec<String>,
}

/// A cell: the formula's own values, and the samples.
struct Stand<'a> {
    cell: &'a Cell<'a>,
    /// None for a mean at every finite size.
    limit: Option<Estimate>,
    /// The formula at each size, and the margin there.
    own: Vec<Estimate>,
    margins: Vec<f64>,
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
    at: Option<(&'a Settings, Option<usize>)>,
}

impl<'a> Shift<'a> {
    fn see(&mut self, point: &'a Settings, dim: Option<usize>, margin: f64, own: Estimate, mutated: Estimate) {
        // Two equal infinities do not differ.
        let value = if own.value == mutated.value { 0.0 } else { (mutated.value - own.value).abs() };
        let margins = value / margin;
        if margins > self.margins || self.at.is_none() {
            *self = Shift { value, margins, at: Some((point, dim)) };
        }
    }
}

impl<'a> TestBed<'a> {
    pub fn new(
        prepared: &'a Prepared<'a>,
        plan: &'a Plan<'a>,
        budget: Budget,
        alpha: f64,
        store: &Store,
    ) -> Result<TestBed<'a>, RunError> {
        let claim = prepared.claim;
        let mut bed = TestBed {
            claim,
            program: &prepared.program,
            cells: Vec::new(),
            printed: Vec::new(),
            order: Order::Exact,
            alpha,
            notes: Vec::new(),
        };
        if let Some(why) = without_mutants(claim) {
            bed.notes.push(format!("{why}: it has no mutants"));
            return Ok(bed);
        }
        for point in plan.without_value.iter().filter(|point| point.claim.id == claim.id) {
            bed.leave_out(&point.settings, &point.reason);
        }
        bed.add_printed();
        let simulated = claim.simulator.is_some() && matches!(claim.kind, Kind::Limit | Kind::Moment | Kind::Diverges);
        for cell in plan.cells.iter().filter(|cell| simulated && cell.prepared.claim.id == claim.id) {
            bed.order = cell.order();
            let stand = match Stand::new(cell, budget, store) {
                Ok(stand) => stand,
                Err(error) => {
                    bed.leave_out(&cell.settings, &reason(error)?);
                    continue;
                }
            };
            // A formula that is itself refuted would lend its refutation to every mutant.
            match stand.verdict(&stand.own, bed.order, alpha) {
                Verdict::Disagrees => {
                    bed.notes.push(format!("left out, the claim itself disagrees{}", cell.settings.located()));
                }
                _ => bed.cells.push(stand),
            }
        }
        if bed.cells.is_empty() && bed.printed.is_empty() {
            bed.notes.push("no cell to judge by: it has no mutants".to_string());
        }
        Ok(bed)
    }

    /// The printed numbers that the formula itself meets.
    fn add_printed(&mut self) {
        for printed in &self.claim.printed {
            let place = Place { settings: printed.settings.clone(), size: None };
            match self.program.evaluate(Formula::Limit, &place) {
                Err(error) => self.leave_out(&printed.settings, &error.message),
                Ok(own) if compare_printed(own, printed).0 == Verdict::Agrees => self.printed.push((printed, own)),
                Ok(_) => {
                    let at = printed.settings.located();
                    self.notes.push(format!("left out, the claim itself is not {}{at}", printed.source));
                }
            }
        }
    }

    /// A cell that has no value judges no mutant.
    fn leave_out(&mut self, settings: &Settings, why: &str) {
        self.notes.push(format!("left out, the claim itself has no value{}: {why}", settings.located()));
    }

    /// Every mutant of the limit and of the definitions that it uses, directly or not.
    pub fn changes(&self) -> Vec<Change> {
        if self.cells.is_empty() && self.printed.is_empty() {
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
            set: shift.at.map(|(point, _)| settings_json(point)).unwrap_or_default(),
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
        claim.printed.clear();
        let program = Program::compile(&claim).map_err(|error| error.message)?;
        program.inherit(self.program, &reached(self.claim, change.definition));
        Ok(program)
    }

    /// Err: the mutant has a value at no cell, or only where it does not differ. Where it has none at one, it is judged by the others. A mutant that is refuted and
    /// not close is not evaluated further.
    fn judged(&self, program: &Program, shift: &mut Shift<'a>) -> Result<Class, String> {
        let value = |place: &Place| {
            let value = program.estimate(Formula::Limit, place).map_err(|error| error.message);
            let number = |value: Estimate| if value.value.is_nan() { Err("not a number".into()) } else { Ok(value) };
            value.and_then(number).map_err(|message| format!("no value{}: {message}", place.settings.located()))
        };
        let mut order = Vec::new();
        let mut nowhere: Option<String> = None;
        let mut judged_somewhere = false;
        for (printed, own) in &self.printed {
            let place = Place { settings: printed.settings.clone(), size: None };
            match value(&place) {
                Ok(mutated) => {
                    judged_somewhere = true;
                    shift.see(&printed.settings, None, printed.half_unit.to_f64().value(), *own, mutated);
                    let refuted = compare_printed(mutated, printed).0 == Verdict::Disagrees;
                    if refuted && shift.margins >= CLOSE_MARGINS {
                        return Ok(Class::Killed);
                    }
                }
                Err(message) => nowhere = nowhere.or(Some(message)),
            }
        }
        for stand in &self.cells {
            let Some(own) = stand.limit else {
                order.push((stand, 0.0));
                continue;
            };
            let margin = stand.margin_at_infinity();
            match value(&at_infinity(stand.cell)) {
                Ok(limit) => {
                    shift.see(&stand.cell.settings, None, margin, own, limit);
                    let margins = (limit.value - own.value).abs() / margin;
                    order.push((stand, if margins.is_finite() { margins } else { 0.0 }));
                }
                Err(message) => nowhere = nowhere.or(Some(message)),
            }
        }
        // Most promising first: a refutation ends the matter. The sort is stable, so the order is the same every time.
        order.sort_by(|(_, a), (_, b)| b.total_cmp(a));
        for (stand, _) in order {
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
            for (index, size) in stand.cell.sizes.iter().enumerate() {
                shift.see(
                    &stand.cell.settings,
                    Some(size.network.dim),
                    stand.margins[index],
                    stand.own[index],
                    limits[index],
                );
            }
            let refuted = stand.verdict(&limits, self.order, self.alpha) == Verdict::Disagrees;
            if refuted && shift.margins >= CLOSE_MARGINS {
                return Ok(Class::Killed);
            }
        }
        match judged_somewhere {
            false => Err(nowhere.unwrap_or_default()),
            // The part that was changed is evaluated only where it has no value.
            true if shift.margins == 0.0 && nowhere.is_some() => Err(nowhere.unwrap_or_default()),
            true if shift.margins < CLOSE_MARGINS => Ok(Class::Close),
            true => Ok(Class::Survived),
        }
    }
}

impl<'a> Stand<'a> {
    fn new(cell: &'a Cell<'a>, budget: Budget, store: &Store) -> Result<Stand<'a>, RunError> {
        let claim = cell.prepared.claim;
        let own = Own::of(cell)?;
        let margin = |value: f64| margin(value, budget, claim.margin);
        let margins = own.sizes.iter().map(|size| margin(own.limit.unwrap_or(*size).value)).collect();
        let observed = if claim.kind == Kind::Diverges { slopes(cell, &own, store)? } else { observe(cell, store)? };
        Ok(Stand { cell, limit: own.limit, own: own.sizes, margins, observed })
    }

    /// All sizes of a limit share its margin.
    fn margin_at_infinity(&self) -> f64 {
        self.margins.first().copied().unwrap_or(f64::NAN)
    }

    /// The verdict on a formula with these values at each size: the rule of `check` at its last look, with the margins of the
    /// claim's own formula.
    fn verdict(&self, values: &[Estimate], order: Order, alpha: f64) -> Verdict {
        if values.iter().any(|value| value.value.is_infinite()) || !self.margins.iter().all(|margin| margin.is_finite())
        {
            return Verdict::Undecided;
        }
        let gaps = gaps(self.cell, &self.observed, values);
        match self.limit {
            Some(_) => judge(&compare(&gaps, order, alpha), self.margin_at_infinity(), "").verdict,
            None => {
                let places = self.cell.sizes.iter().map(|size| size.sizes.to_string());
                judge_each(&each(places, alpha / gaps.len().max(1) as f64, &gaps, &self.margins)).1.verdict
            }
        }
    }
}

/// Why a claim has no mutants, if it has none.
fn without_mutants(claim: &Claim) -> Option<&'static str> {
    match claim.kind {
        _ if claim.status == Status::KnownFalse => Some("known to be false"),
        _ if !claim.printed.is_empty() => None,
        _ if claim.simulator.is_none() => Some("judged without simulation"),
        Kind::Limit | Kind::Moment | Kind::Diverges => None,
        // A bound may be moved away from the networks and stay true; a rate is a shape up to a constant.
        _ => Some("an inequality or a rate"),
    }
}

/// Names of the definitions that a change of this one reaches, itself included.
fn reached(claim: &Claim, changed: Option<usize>) -> BTreeSet<String> {
    let mut reached: BTreeSet<String> =
        changed.map(|index| claim.definitions[index].name.clone()).into_iter().collect();
    let uses = |expr: &Expr, names: &BTreeSet<String>| {
        let mut found = false;
        expr.visit(&mut |tree| found |= tree.names().iter().any(|name| names.contains(*name)));
        found
    };
    loop {
        let more: Vec<String> = claim
            .definitions
            .iter()
            .filter(|definition| !reached.contains(&definition.name) && uses(&definition.body, &reached))
            .map(|definition| definition.name.clone())
            .collect();
        if more.is_empty() {
            return reached;
        }
        reached.extend(more);
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
