//! Runs compiled formulas at many values of a variable at once: one walk through the tree for all of them.
//!
//! Every lane takes the operations of the plain evaluators (`evaluate`, `complex`) in their order, so that its value has the same
//! bits. What those do beyond arithmetic (integrals, roots, series, conditions that differ between lanes) is left to them, lane by lane.
//! Where anything has no value there is no answer at all: the plain evaluator then says what is wrong, and where.

use super::code::{Code, Elementary, Op, Test};
use super::evaluate::{Evaluation, Fault, compare, elementary, holds};
use crate::num::Estimate;
use crate::num::many::{Estimates, LANES, Many};
use crate::num::power_by_squaring;
use crate::symbolic::{Binary, Comparison, Span};
use std::cell::Cell;
use std::marker::PhantomData;

/// Values that one run may keep at once: variables of the formula and of the functions that it calls, and one for each level of
/// nesting. What needs more is left to the plain evaluators.
const MOST_KEPT: usize = 96;
/// Most variables of one formula or function.
const MOST_SLOTS: usize = 8;
/// Deepest nesting of operations in one run, and of runs in the integrals of others: what a failed run has done is done again by the
/// plain evaluator, at every level.
const MOST_DEPTH: u32 = 100;
const MOST_NESTED: u32 = 3;

/// Values with a bound on their errors, and the operations that plain evaluators make of formulas. `None`: no value.
pub(super) trait Ball: Copy {
    /// Many of them.
    type Lanes: Many<One = Self>;
    const ZERO: Self;
    /// Whether calls of functions with roots, integrals or series in them are remembered, so that they are left to the plain evaluator.
    const REMEMBERS_CALLS: bool;
    /// What does not depend on any variable.
    fn constant(x: Estimate) -> Option<Self>;
    fn power(self, exponent: Self) -> Option<Self>;
    fn whole_power(self, exponent: i32) -> Option<Self>;
    fn elementary(self, function: Elementary) -> Option<Self>;
    /// For what has real arguments only.
    fn only_real(self) -> Option<Estimate>;
    /// The activation, or a derivative, in the first lanes.
    fn activation(evaluation: &Evaluation, order: u32, lanes: &mut Self::Lanes, number: usize) -> Option<()>;
    /// The plain evaluator.
    fn plainly(evaluation: &Evaluation, code: &Code, frame: &mut [Self]) -> Result<Self, Fault>;
    /// Where an evaluation keeps the memory of its runs.
    fn kept<'e>(evaluation: &'e Evaluation) -> &'e Kept<Self>;
    /// A root or an integral, if there is a faster way than lane by lane.
    fn inner(run: &Run<Self>, code: &Code, frame: &mut [Self::Lanes], free: &mut [Self::Lanes]) -> Option<()>;
}

/// Memory for one run, unless one is under way.
pub(super) type Kept<B> = Cell<Option<Box<[<B as Ball>::Lanes]>>>;

fn arithmetic<B: Ball>(operator: Binary, x: &mut B::Lanes, y: &B::Lanes, lanes: usize) -> Option<()> {
    let fine = match operator {
        Binary::Add => x.add(y),
        Binary::Subtract => x.subtract(y),
        Binary::Multiply => x.multiply(y),
        Binary::Divide => x.divide(y),
        Binary::Power => x.with(y, lanes, B::power),
    };
    fine.then_some(())
}

/// As one value does it.
fn whole_power<B: Ball>(x: &mut B::Lanes, lanes: usize, exponent: i32) -> Option<()> {
    if x.is_same() || exponent < 0 {
        return x.each(lanes, |x| x.whole_power(exponent)).then_some(());
    }
    let one = B::Lanes::same(B::constant(Estimate::ONE)?);
    let product = |x: &mut B::Lanes, y: &B::Lanes| x.multiply(y).then_some(());
    *x = power_by_squaring(one, *x, exponent.unsigned_abs(), product)?;
    Some(())
}

/// What is run, and for how many lanes.
pub(super) struct Run<'r, 'p, B> {
    pub evaluation: &'r Evaluation<'p>,
    pub lanes: usize,
    depth: Cell<u32>,
    values: PhantomData<B>,
}

impl Evaluation<'_> {
    /// The code's values where each of some variables has a value for each of `values.len()` lanes (at most [`LANES`]), and the others
    /// their values in the frame.
    ///
    /// # Errors
    /// The fault of the plain evaluator in the first lane that has one.
    pub(super) fn in_lanes<B: Ball>(
        &self,
        code: &Code,
        variables: &[(usize, &B::Lanes)],
        frame: &mut [B],
        values: &mut [B],
    ) -> Result<(), Fault> {
        // Work that a failed attempt has counted is counted by the plain one.
        let work = self.work.get();
        let nested = self.runs.get();
        if values.len() > 1 && nested < MOST_NESTED {
            self.runs.set(nested + 1);
            let done = self.attempt(code, variables, frame, values);
            self.runs.set(nested);
            if done.is_some() {
                return Ok(());
            }
        }
        self.work.set(work);
        for (lane, value) in values.iter_mut().enumerate() {
            for (slot, each) in variables {
                frame[*slot] = each.at(lane);
            }
            *value = B::plainly(self, code, frame)?;
        }
        Ok(())
    }

    fn attempt<B: Ball>(
        &self,
        code: &Code,
        variables: &[(usize, &B::Lanes)],
        frame: &[B],
        values: &mut [B],
    ) -> Option<()> {
        if frame.len() > MOST_SLOTS {
            return None;
        }
        let mut kept = B::kept(self).take().unwrap_or_else(|| vec![B::Lanes::same(B::ZERO); MOST_KEPT].into());
        let (slots, rest) = kept.split_at_mut(frame.len());
        for (slot, register) in slots.iter_mut().enumerate() {
            match variables.iter().find(|(varied, _)| *varied == slot) {
                Some((_, each)) => register.take(each),
                None => register.fill(frame[slot]),
            }
        }
        let done = Run { evaluation: self, lanes: values.len(), depth: Cell::new(0), values: PhantomData::<B> }
            .value(code, slots, rest);
        if done.is_some() {
            values.iter_mut().enumerate().for_each(|(lane, value)| *value = rest[0].at(lane));
        }
        B::kept(self).set(Some(kept));
        done
    }
}

impl<B: Ball> Run<'_, '_, B> {
    /// The code's value, in the first of the free registers.
    pub fn value(&self, code: &Code, frame: &mut [B::Lanes], free: &mut [B::Lanes]) -> Option<()> {
        let depth = self.depth.get();
        if depth == MOST_DEPTH || free.is_empty() {
            return None;
        }
        self.depth.set(depth + 1);
        let done = self.value_inside(code, frame, free);
        self.depth.set(depth);
        done
    }

    fn value_inside(&self, code: &Code, frame: &mut [B::Lanes], free: &mut [B::Lanes]) -> Option<()> {
        let lanes = self.lanes;
        match &code.op {
            Op::Slot(slot) => free.first_mut()?.take(&frame[*slot]),
            Op::Constant(value) => free.first_mut()?.fill(B::constant(*value)?),
            Op::Parameter(_) | Op::Aspect | Op::Dim | Op::Width | Op::Value { .. } | Op::Unknown { .. } => {
                let value = self.evaluation.value(code, &mut []).ok()?;
                free.first_mut()?.fill(B::constant(value)?);
            }
            Op::Elementary(function, argument) => {
                self.value(argument, frame, free)?;
                free[0].each(lanes, |x| x.elementary(*function)).then_some(())?;
            }
            Op::Negate(argument) => {
                self.value(argument, frame, free)?;
                free[0].negate();
            }
            Op::Arithmetic(operator, a, b) => {
                self.value(a, frame, free)?;
                let (x, free) = free.split_first_mut()?;
                if let Op::Slot(slot) = &b.op {
                    arithmetic::<B>(*operator, x, &frame[*slot], lanes)?;
                } else {
                    self.value(b, frame, free)?;
                    arithmetic::<B>(*operator, x, &free[0], lanes)?;
                }
            }
            Op::WholePower(base, exponent) => {
                self.value(base, frame, free)?;
                whole_power::<B>(&mut free[0], lanes, *exponent)?;
            }
            Op::Least(a, b) => {
                self.both(a, b, frame, free, |x, y| B::constant(x.only_real()?.min(y.only_real()?)))?;
            }
            Op::Greatest(a, b) => {
                self.both(a, b, frame, free, |x, y| B::constant(x.only_real()?.max(y.only_real()?)))?;
            }
            Op::Activation { order, argument } => {
                self.value(argument, frame, free)?;
                B::activation(self.evaluation, *order, &mut free[0], lanes)?;
            }
            Op::Quantile { of, level, complement } => {
                self.both(level, complement, frame, free, |p, q| {
                    B::constant(self.evaluation.laws.quantile(*of, p.only_real()?, q.only_real()?).ok()?)
                })?;
            }
            Op::Call { function, arguments, .. } => {
                let unit = &self.evaluation.program.functions[*function];
                if (unit.heavy && B::REMEMBERS_CALLS) || unit.slots > MOST_SLOTS || unit.slots >= free.len() {
                    return self.lane_by_lane(code, frame, free);
                }
                // Each argument is found where the function expects it.
                for slot in 0..arguments.len() {
                    self.value(&arguments[slot], frame, &mut free[slot..])?;
                }
                let (inner, rest) = free.split_at_mut(unit.slots);
                self.value(&unit.code, inner, rest)?;
                let (value, rest) = free.split_first_mut()?;
                value.take(rest.get(unit.slots.checked_sub(1)?)?);
            }
            Op::Let { slot, value, body } => {
                self.value(value, frame, free)?;
                frame[*slot].take(&free[0]);
                self.value(body, frame, free)?;
            }
            Op::Cases(branches, otherwise) => {
                for (test, value) in branches {
                    match self.test(test, frame, free)? {
                        Some(true) => return self.value(value, frame, free),
                        Some(false) => {}
                        None => return self.lane_by_lane(code, frame, free),
                    }
                }
                self.value(otherwise, frame, free)?;
            }
            Op::Integral(_) | Op::Root(_) => B::inner(self, code, frame, free)?,
            Op::HermiteCoefficient { .. } | Op::GaussianMoments(_) | Op::Series { .. } => {
                self.lane_by_lane(code, frame, free)?;
            }
        }
        Some(())
    }

    /// A function of two values, in the first of the free registers.
    fn both(
        &self,
        a: &Code,
        b: &Code,
        frame: &mut [B::Lanes],
        free: &mut [B::Lanes],
        f: impl Fn(B, B) -> Option<B>,
    ) -> Option<()> {
        self.value(a, frame, free)?;
        let (x, free) = free.split_first_mut()?;
        self.value(b, frame, free)?;
        x.with(&free[0], self.lanes, f).then_some(())
    }

    /// What the plain evaluator makes of each lane; of one, if no variable differs between them.
    pub fn lane_by_lane(&self, code: &Code, frame: &[B::Lanes], free: &mut [B::Lanes]) -> Option<()> {
        let mut narrow = [B::ZERO; MOST_SLOTS];
        let narrow = &mut narrow[..frame.len()];
        let same = frame.iter().all(|slot| slot.is_same());
        let mut values = [B::ZERO; LANES];
        let lanes = if same { 1 } else { self.lanes };
        for (lane, found) in values.iter_mut().enumerate().take(lanes) {
            narrow.iter_mut().zip(frame).for_each(|(value, slot)| *value = slot.at(lane));
            *found = B::plainly(self.evaluation, code, narrow).ok()?;
        }
        *free.first_mut()? = B::Lanes::of(&values[..lanes]);
        Some(())
    }

    /// The truth of a condition, if it is the same in every lane; the outer `None`: it cannot be told.
    fn test(&self, test: &Test, frame: &mut [B::Lanes], free: &mut [B::Lanes]) -> Option<Option<bool>> {
        let (a, b, decided) = match test {
            Test::Compare(comparison, a, b) => {
                self.value(a, frame, free)?;
                let (x, free) = free.split_first_mut()?;
                self.value(b, frame, free)?;
                return self.compared(*comparison, x, &free[0]);
            }
            Test::And(a, b) => (a, b, false),
            Test::Or(a, b) => (a, b, true),
        };
        match self.test(a, frame, free)? {
            Some(truth) if truth != decided => self.test(b, frame, free),
            first => Some(first),
        }
    }

    fn compared(&self, comparison: Comparison, x: &B::Lanes, y: &B::Lanes) -> Option<Option<bool>> {
        let mut truth = None;
        for lane in 0..if x.is_same() && y.is_same() { 1 } else { self.lanes } {
            let order = compare(x.at(lane).only_real()?, y.at(lane).only_real()?)?;
            let holds = holds(comparison, order);
            if *truth.get_or_insert(holds) != holds {
                return Some(None);
            }
        }
        Some(truth)
    }
}

impl Ball for Estimate {
    type Lanes = Estimates;
    const ZERO: Estimate = Estimate::ZERO;
    const REMEMBERS_CALLS: bool = true;

    fn constant(x: Estimate) -> Option<Estimate> {
        Some(x)
    }

    fn power(self, exponent: Estimate) -> Option<Estimate> {
        self.pow(exponent).filter(|power| !power.value.is_nan())
    }

    fn whole_power(self, exponent: i32) -> Option<Estimate> {
        self.powi(exponent).filter(|power| !power.value.is_nan())
    }

    fn elementary(self, function: Elementary) -> Option<Estimate> {
        elementary(function, self, Span::default()).ok()
    }

    fn only_real(self) -> Option<Estimate> {
        Some(self)
    }

    fn activation(evaluation: &Evaluation, order: u32, lanes: &mut Estimates, number: usize) -> Option<()> {
        evaluation.activations_at(order, lanes, number)
    }

    fn plainly(evaluation: &Evaluation, code: &Code, frame: &mut [Estimate]) -> Result<Estimate, Fault> {
        evaluation.value(code, frame)
    }

    fn kept<'e>(evaluation: &'e Evaluation) -> &'e Kept<Estimate> {
        &evaluation.kept
    }

    fn inner(run: &Run<Self>, code: &Code, frame: &mut [Self::Lanes], free: &mut [Self::Lanes]) -> Option<()> {
        run.lane_by_lane(code, frame, free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::{Catalogue, Claim, read_claim};
    use crate::limit::code::Unit;
    use crate::limit::{FiniteSize, Formula, Place, Program};
    use crate::model::{Pairing, eigenvalue_pairs};

    /// Every formula of the catalogue, at its defaults and at a small finite size, has the bits of the plain evaluators and counts as
    /// much work. Integrals over measures start from other guesses for their roots there, and may differ by what they do not know.
    #[test]
    fn many_at_once_changes_no_bit() {
        let catalogue = Catalogue::embedded().unwrap();
        let (mut values, mut same) = (0, 0);
        for claim in &catalogue.claims {
            let (limit, finite) = (Formula::Limit, Formula::Finite);
            let finite = claim.finite.is_some().then(|| (finite, small(claim)));
            let limits = [Some((limit, Place { settings: claim.defaults(), size: None })), Some((limit, small(claim)))];
            for (formula, place) in limits.into_iter().chain([finite]).flatten() {
                // Each with a program of its own, since values are remembered.
                let [alone, together] = [0; 2].map(|_| Program::compile(claim).unwrap());
                let (plain, many) = (Evaluation::plain(&alone, &place), Evaluation::new(&together, &place));
                match (plain.formula(unit(&alone, formula)), many.formula(unit(&together, formula))) {
                    (Ok(plain_value), Ok(value)) => {
                        values += 1;
                        if plain_value == value {
                            same += 1;
                            assert_eq!(plain.work.get(), many.work.get(), "{}", claim.id);
                        } else {
                            let apart = (plain_value.value - value.value).abs();
                            assert!(!alone.measures.is_empty(), "{}: {plain_value:?} {value:?}", claim.id);
                            assert!(
                                apart <= plain_value.abs_err + value.abs_err,
                                "{}: {plain_value:?} {value:?}",
                                claim.id
                            );
                        }
                    }
                    (plain_fault, fault) => assert_eq!(plain_fault, fault, "{}", claim.id),
                }
            }
        }
        assert!(values > 150 && 10 * same > 9 * values, "{same} of {values}");
    }

    /// What the catalogue has little of: conditions that differ between lanes, faults in some of them, what is left to the plain
    /// evaluators, what needs too many registers or is nested too deeply.
    #[test]
    fn what_is_unusual_has_the_plain_bits_and_faults_too() {
        let nested = |times: usize| "g + (".repeat(times) + "g" + &")".repeat(times);
        let long = |times: usize| "g".to_string() + &" + g".repeat(times);
        let formulas = [
            "E[cases(sin(20*g) < 0: g; otherwise: g^2) : g ~ normal]".to_string(),
            "E[cases(sin(20*g) < 0 or g > 1: g^3; g < 1/2 and g > 0: 2; otherwise: g^2) : g ~ normal]".to_string(),
            "E[1/(g - 1/3)^2 : g ~ normal]".to_string(),
            "E[sqrt(g) : g ~ normal]".to_string(),
            "E[1/(g - g) : g ~ normal]".to_string(),
            "E[(2 + cos(g))^(-3) + min(g, 1/4)*max(g, -1) + (1 + g^2)^(1/3) : g ~ normal]".to_string(),
            "E[exp(300*g) : g ~ normal]".to_string(),
            "E[sigma(g) + sigma'(2*g)*hermite(2) + erf(g)*lambda(1) : g ~ normal]".to_string(),
            "E[Int[1/(1 + p^2*g^2) : p in [0, 1]] : g ~ normal]".to_string(),
            "E[Int[ln(g*p) : p in [0, 1]] : g ~ normal]".to_string(),
            "E[root x in (0, inf) of x - 1/x - g : g ~ normal]".to_string(),
            "E[sum k from 0 of (1/3)^k*cos(k*g) : g ~ normal]".to_string(),
            "Int[quantile(spectrum, p)^2*p : p in [0, 1]] + E[t/(1 + t) : t ~ covariance]".to_string(),
            "E[b^2*t/(b + t) : (b, t) ~ spectra]".to_string(),
            format!("E[{} : g ~ normal]", nested(40)),
            format!("E[{} : g ~ normal]", nested(48)),
            format!("E[{} : g ~ normal]", long(90)),
            format!("E[{} : g ~ normal]", long(300)),
        ];
        for formula in formulas {
            let claim = claim(&format!(
                "parameter activation = gelu\nparameter spectrum = exponential\nparameter covariance = power(2)\nlimit {formula}"
            ));
            let [alone, together] = [0; 2].map(|_| Program::compile(&claim).unwrap());
            let place = Place { settings: claim.defaults(), size: None };
            let (plain, many) = (Evaluation::plain(&alone, &place), Evaluation::new(&together, &place));
            assert_eq!(plain.formula(&alone.limit), many.formula(&together.limit), "{formula}");
        }
    }

    /// A call of a function with a root in it where no register is left.
    #[test]
    fn registers_run_out_without_harm() {
        let nested = |times: usize, inside: &str| "0*z + (".repeat(times) + inside + &")".repeat(times);
        for times in [30, 42, 43, 44, 45] {
            let root = "root p in (0, inf) of rho/p + z - E[t/(1 + t*p) : t ~ covariance]";
            let claim = claim(&format!(
                "parameter covariance = isotropic\ng(z) = {}\nmu = measure stieltjes z -> {} within [0, 4] mass 1\n\
                 limit Int[u : u ~ mu]",
                nested(times, root),
                nested(48, "g(z)")
            ));
            let place = Place { settings: claim.defaults(), size: None };
            let value = Program::compile(&claim).unwrap().evaluate(Formula::Limit, &place).unwrap();
            assert!(value.contains(1.0) && value.abs_err < 1e-10, "{times}: {value:?}");
        }
    }

    fn claim(lines: &str) -> Claim {
        let text = format!(
            "```claim\nclaim t\ntitle T\nkind limit\nstatus derived\nsource none\ngrid\nparameter rho = 1 in (0, inf)\n{lines}\n```\n"
        );
        let claim = read_claim("t.md", &text, &Default::default(), &|_| Err(String::new()));
        claim.unwrap_or_else(|faults| panic!("{lines}: {faults}"))
    }

    fn unit(program: &Program, formula: Formula) -> &Unit {
        if formula == Formula::Finite { program.finite.as_ref().unwrap() } else { &program.limit }
    }

    fn small(claim: &Claim) -> Place {
        let settings = claim.defaults();
        let pairs = eigenvalue_pairs(&settings.spectrum(), &settings.covariance(), Pairing::Comonotone, 12);
        let pairs = pairs.unwrap_or_else(|_| vec![(1.0, 1.0); 12]);
        Place { settings, size: Some(FiniteSize { dim: 12, width: 7, pairs: pairs.into() }) }
    }
}
