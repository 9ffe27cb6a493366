//! The walk over a compiled formula: the one place that says what each operation does, for every kind of number, at one place or at
//! many.
//!
//! What an operation needs beyond arithmetic (values of parameters, integrals, roots, series) it asks of the [`Machine`] that runs it.

use super::code::{Code, Eigenvalue, GaussianMoment, Op, Test, Unit};
use super::elementary::Elementary;
use super::fault::{Fault, LimitError, Why, relocated};
use super::number::{Number, Refusal, Single, real};
use super::registers::{Difference, Other, Registers};
use crate::num::Estimate;
use crate::num::many::{LANES, Many};
use crate::num::sets::{Set, Signs};
use crate::symbolic::{Binary, Comparison, Span};

/// What a formula refers to.
pub trait Context {
    /// A function that the formula calls.
    fn function(&self, index: usize) -> &Unit;
    /// The value of a name that does not depend on any variable: a parameter, a size, a definition without arguments, or an unknown.
    fn name(&self, code: &Code) -> Result<Estimate, Fault>;
    fn moment(&self, moment: GaussianMoment, span: Span) -> Result<Estimate, Fault>;
    fn hermite_coefficient(&self, k: Estimate, normalised: bool, span: Span) -> Result<Estimate, Fault>;
    /// A quantile function at a level. `complement` is one minus the level.
    fn quantile(&self, of: Eigenvalue, level: Estimate, complement: Estimate) -> Result<Estimate, String>;
    /// Notes that two sides of a condition counted as equal because rounding alone separates them.
    fn assumed(&self, _span: Span) {}
}

/// What runs formulas with one kind of number.
pub trait Machine<N: Number>: Context {
    /// Whether the values of functions that contain roots, integrals or series are remembered. A walk at many places then calls such a
    /// function at one place at a time.
    const REMEMBERS_CALLS: bool = false;

    /// The activation or a derivative at a number, in place.
    fn activation(&self, order: u32, x: &mut N, signs: &mut Signs, places: usize, span: Span) -> Result<(), Fault>;

    /// A Hermite coefficient of the activation.
    fn coefficient(&self, order: N::One, normalised: bool, span: Span) -> Result<N::One, Fault> {
        let k = order.real().ok_or_else(|| not_analytic::<N>(span))?;
        constant::<N>(self.hermite_coefficient(k, normalised, span)?, span)
    }

    /// A quantile function at a level, as for [`Context`].
    fn quantile_at(&self, of: Eigenvalue, level: N::One, other: N::One, _: &mut Signs) -> Result<N::One, Unpaired> {
        let (p, q) = (real(level).map_err(Unpaired::Refused)?, real(other).map_err(Unpaired::Refused)?);
        let value = self.quantile(of, p, q).map_err(Unpaired::Because)?;
        N::One::constant(value).map_err(Unpaired::Refused)
    }

    /// An integral, a root or a series.
    fn inner(&self, code: &Code, registers: &mut Registers<N>) -> Result<(), Fault>;

    /// Evaluates a sub-formula at each place separately. For numbers that are sets: whatever branch the conditions leave open.
    fn one_by_one(&self, code: &Code, _registers: &mut Registers<N>) -> Result<(), Fault> {
        Err(unplaced(code.span))
    }

    /// The value of a function remembered for these arguments.
    fn remembered(&self, _function: usize, _arguments: &[N]) -> Option<N::One> {
        None
    }

    /// Begins a value that will be remembered, so that what is noted about it can be told from what was noted before.
    fn begin(&self) -> Option<Why> {
        None
    }

    /// Ends it: with the function, its arguments and the value, if there is one.
    fn end(&self, _before: Option<Why>, _known: Option<(usize, Vec<N>, &N)>) {}
}

/// A fault at some of many places. It says nothing more, since the places are tried one by one afterwards, and that finds the cause.
fn unplaced(span: Span) -> Fault {
    Box::new(LimitError { message: String::new(), span })
}

/// Whether a fault says nothing.
fn silent<N: Number>() -> bool {
    N::PLACES > 1 || !N::One::TELLS
}

fn failed<N: Number>(span: Span, message: impl FnOnce() -> String) -> Fault {
    if silent::<N>() { unplaced(span) } else { Box::new(LimitError { message: message(), span }) }
}

fn not_analytic<N: Number>(span: Span) -> Fault {
    failed::<N>(span, || {
        "this is not an analytic function of the variable of a measure (given by its Stieltjes transform), as an integral over a \
         contour around its support needs"
            .to_string()
    })
}

/// The code's value.
pub fn number<S: Single, M: Machine<S>>(machine: &M, code: &Code, registers: &mut Registers<S>) -> Result<S, Fault> {
    value(machine, code, registers)?;
    Ok(*registers.value())
}

/// The code's value, in the register where the walk stands.
pub fn value<N: Number, M: Machine<N>>(machine: &M, code: &Code, registers: &mut Registers<N>) -> Result<(), Fault> {
    registers.reserve();
    let at = registers.at;
    let done = inside(machine, code, registers);
    registers.at = at;
    done
}

fn inside<N: Number, M: Machine<N>>(machine: &M, code: &Code, registers: &mut Registers<N>) -> Result<(), Fault> {
    let (span, places) = (code.span, registers.places);
    match &code.op {
        Op::Slot(slot) => registers.load(*slot),
        Op::Constant(x) => registers.value().fill(constant::<N>(*x, span)?),
        Op::Parameter(_) | Op::Ratio(_) | Op::Size(_) | Op::Value { .. } | Op::Unknown { .. } => {
            registers.value().fill(constant::<N>(machine.name(code)?, span)?);
        }
        Op::Negate(argument) => {
            value(machine, argument, registers)?;
            let negated = registers.value().negate();
            negated.map_err(|_| failed::<N>(span, || "the opposite of this has no value".to_string()))?;
        }
        Op::Arithmetic(operator @ (Binary::Add | Binary::Subtract), a, b)
            if difference(*operator, a, b, registers)? => {}
        Op::Arithmetic(operator, a, b) => {
            value(machine, a, registers)?;
            let (x, y) = match &b.op {
                Op::Slot(slot) => registers.value_and_slot(*slot),
                _ => {
                    registers.up();
                    value(machine, b, registers)?;
                    registers.down();
                    registers.both()
                }
            };
            if let Err(why) = x.arithmetic(*operator, y, places) {
                return Err(no_result::<N>(*operator, x.at(0), y.at(0), why, b.span, span));
            }
        }
        Op::WholePower(base, exponent) => {
            value(machine, base, registers)?;
            let x = registers.value();
            if let Err(why) = x.whole_power(*exponent, places) {
                return Err(no_power::<N>(x.at(0), *exponent, why, base.span, span));
            }
        }
        Op::Elementary(function, argument) => {
            value(machine, argument, registers)?;
            let (x, signs) = registers.value_and_signs();
            elementary(*function, x, signs, places, argument.span)?;
        }
        Op::Pair(function, a, b) => {
            let refused = |why| match why {
                Refusal::Outside => Unpaired::Because(function.refusal().to_string()),
                why => Unpaired::Refused(why),
            };
            pair(machine, a, b, registers, |x, y, _| x.pair(*function, y).map_err(refused))?;
        }
        Op::Least(a, b) => match known_less(a, b, registers) {
            Some(less) => value(machine, if less { a } else { b }, registers)?,
            None => pair(machine, a, b, registers, |x, y, signs| x.least(y, signs).map_err(Unpaired::Refused))?,
        },
        Op::Greatest(a, b) => match known_less(a, b, registers) {
            Some(less) => value(machine, if less { b } else { a }, registers)?,
            None => pair(machine, a, b, registers, |x, y, signs| x.greatest(y, signs).map_err(Unpaired::Refused))?,
        },
        Op::Quantile { of, level, complement } => {
            pair(machine, level, complement, registers, |p, q, signs| machine.quantile_at(*of, p, q, signs))?;
        }
        Op::Activation { order, argument } => {
            value(machine, argument, registers)?;
            let (x, signs) = registers.value_and_signs();
            machine.activation(*order, x, signs, places, span)?;
        }
        Op::HermiteCoefficient { order, normalised } => {
            value(machine, order, registers)?;
            if !registers.value().is_same() {
                return machine.one_by_one(code, registers);
            }
            let k = registers.value().at(0);
            registers.value().fill(machine.coefficient(k, *normalised, span)?);
        }
        Op::GaussianMoments(terms) => return moments(machine, terms, span, registers),
        Op::Call { function, arguments, foreign } => {
            return call(machine, code, (*function, arguments, *foreign), registers);
        }
        Op::Sum { slot, from, to, term } => return sum(machine, code, (*slot, from, to, term), registers),
        Op::Let { slot, value: bound, body } => {
            value(machine, bound, registers)?;
            registers.store(*slot);
            value(machine, body, registers)?;
        }
        Op::Cases(branches, otherwise) => {
            for (test, branch) in branches {
                match truth(machine, test, registers)? {
                    Some(true) => return value(machine, branch, registers),
                    Some(false) => {}
                    None => return machine.one_by_one(code, registers),
                }
            }
            value(machine, otherwise, registers)?;
        }
        Op::Integral(_) | Op::Root(_) | Op::Series { .. } => machine.inner(code, registers)?,
    }
    Ok(())
}

fn constant<N: Number>(x: Estimate, span: Span) -> Result<N::One, Fault> {
    N::One::constant(x).map_err(|why| {
        failed::<N>(span, || match why {
            Refusal::Overflow => "this is too large for a double".to_string(),
            _ => "no value at a complex argument: this is not finite".to_string(),
        })
    })
}

/// The reason why a function of two numbers has no value.
pub enum Unpaired {
    Refused(Refusal),
    /// A reason in words.
    Because(String),
}

/// A variable or a number.
fn operand(code: &Code) -> Option<Other> {
    match &code.op {
        Op::Slot(slot) => Some(Other::Slot(*slot)),
        Op::Constant(x) if x.abs_err == 0.0 => Some(Other::Number(x.value)),
        Op::Negate(inner) => match operand(inner)? {
            Other::Number(x) => Some(Other::Number(-x)),
            Other::Slot(_) => None,
        },
        _ => None,
    }
}

/// Puts a difference into the value, if more is known of it than its operands tell.
#[inline]
fn difference<N: Number>(operator: Binary, a: &Code, b: &Code, registers: &mut Registers<N>) -> Result<bool, Fault> {
    if registers.difference.is_none() {
        return Ok(false);
    }
    let (Some(mut first), Some(mut second)) = (operand(a), operand(b)) else { return Ok(false) };
    if operator == Binary::Add {
        // x + c = x - (-c), whichever stands first.
        (first, second) = match (first, second) {
            (Other::Slot(_), Other::Number(x)) => (first, Other::Number(-x)),
            (Other::Number(x), Other::Slot(_)) => (second, Other::Number(-x)),
            _ => return Ok(false),
        };
    }
    let Some((known, opposite)) = registers.known_difference(first, second) else { return Ok(false) };
    let known = known.clone();
    *registers.value() = known;
    if opposite {
        registers.value().negate().map_err(|_| unplaced(a.span))?;
    }
    Ok(true)
}

/// Whether one variable is less than another, if their difference tells.
#[inline]
fn known_less<N: Number>(a: &Code, b: &Code, registers: &mut Registers<N>) -> Option<bool> {
    registers.difference.as_ref()?;
    let (known, opposite) = registers.known_difference(operand(a)?, operand(b)?)?;
    let known = known.clone();
    let zero = N::everywhere(N::One::ZERO);
    let (low, high) = if opposite { (&zero, &known) } else { (&known, &zero) };
    low.truth(Comparison::Less, high, registers.places, &mut registers.signs).ok()?
}

/// A function of two values. Not inlined, so that deep formulas take little stack.
#[inline(never)]
fn pair<N: Number, M: Machine<N>>(
    machine: &M,
    a: &Code,
    b: &Code,
    registers: &mut Registers<N>,
    f: impl Fn(N::One, N::One, &mut Signs) -> Result<N::One, Unpaired>,
) -> Result<(), Fault> {
    let places = registers.places;
    value(machine, a, registers)?;
    registers.up();
    value(machine, b, registers)?;
    registers.down();
    let (x, y, signs) = registers.both_and_signs();
    let refused = |x, y| {
        f(x, y, signs).map_err(|why| match why {
            Unpaired::Refused(why) => why,
            Unpaired::Because(_) => Refusal::Undefined,
        })
    };
    match x.with(y, places, refused) {
        Ok(()) => Ok(()),
        Err(Refusal::NotAnalytic) => Err(not_analytic::<N>(a.span)),
        Err(_) => Err(failed::<N>(a.span, || match f(x.at(0), y.at(0), signs) {
            Err(Unpaired::Because(why)) => why,
            _ => format!("no value for {} and {}", x.at(0).shown(), y.at(0).shown()),
        })),
    }
}

/// A sum of factors times moments. Not inlined, as above.
#[inline(never)]
fn moments<N: Number, M: Machine<N>>(
    machine: &M,
    terms: &[(Code, GaussianMoment)],
    span: Span,
    registers: &mut Registers<N>,
) -> Result<(), Fault> {
    let (places, nothing) = (registers.places, constant::<N>(Estimate::ZERO, span)?);
    let opposite = || failed::<N>(span, || "a sum of infinite moments of opposite sign has no value".to_string());
    registers.value().fill(nothing);
    for (factor, moment) in terms {
        registers.up();
        value(machine, factor, registers)?;
        registers.down();
        let (sum, term) = registers.both();
        // A term with the factor 0 does not count, even if its moment is infinite or has no value.
        if term.is_same() && term.at(0).real() == Some(Estimate::ZERO) {
            continue;
        }
        let mut term = term.clone();
        let moment = N::everywhere(constant::<N>(machine.moment(*moment, span)?, span)?);
        term.arithmetic(Binary::Multiply, &moment, places).map_err(|_| opposite())?;
        sum.arithmetic(Binary::Add, &term, places).map_err(|_| opposite())?;
    }
    Ok(())
}

/// More terms of a finite sum are refused.
const MOST_TERMS: f64 = 1e6;

/// A finite sum. Its ends are whole numbers, the same at all places. Not inlined, as above.
#[inline(never)]
fn sum<N: Number, M: Machine<N>>(
    machine: &M,
    code: &Code,
    (slot, from, to, term): (usize, &Code, &Code, &Code),
    registers: &mut Registers<N>,
) -> Result<(), Fault> {
    let places = registers.places;
    let mut ends = [0.0; 2];
    for (end, code) in ends.iter_mut().zip([from, to]) {
        value(machine, code, registers)?;
        if !registers.value().is_same() {
            return machine.one_by_one(code, registers);
        }
        let shown = registers.value().at(0);
        let whole = shown.real().filter(|x| x.abs_err == 0.0 && x.value.fract() == 0.0 && x.value.abs() < 1e15);
        let whole = whole.ok_or_else(|| {
            failed::<N>(code.span, || format!("a sum runs between whole numbers, not {}", shown.shown()))
        })?;
        *end = whole.value;
    }
    let [first, last] = ends;
    if last - first > MOST_TERMS {
        return Err(failed::<N>(code.span, || format!("a sum of more than {MOST_TERMS} terms")));
    }
    registers.value().fill(constant::<N>(Estimate::ZERO, code.span)?);
    let mut index = first;
    while index <= last {
        registers.slot_mut(slot).fill(constant::<N>(Estimate::exact(index), code.span)?);
        registers.up();
        value(machine, term, registers)?;
        registers.down();
        let (sum, term) = registers.both();
        if let Err(why) = sum.arithmetic(Binary::Add, term, places) {
            return Err(no_result::<N>(Binary::Add, sum.at(0), term.at(0), why, code.span, code.span));
        }
        index += 1.0;
    }
    Ok(())
}

/// A call of a function that a definition gives. Not inlined, as above.
#[inline(never)]
fn call<N: Number, M: Machine<N>>(
    machine: &M,
    code: &Code,
    (function, arguments, foreign): (usize, &[Code], bool),
    registers: &mut Registers<N>,
) -> Result<(), Fault> {
    let unit = machine.function(function);
    let remembers = unit.heavy && M::REMEMBERS_CALLS;
    if remembers && N::PLACES > 1 {
        return machine.one_by_one(code, registers);
    }
    let at = registers.at;
    // Each argument is computed in the register in which the function expects it.
    for argument in arguments {
        value(machine, argument, registers)?;
        registers.up();
    }
    registers.at = at;
    registers.enter(unit.slots);
    registers.reserve();
    let mut key = None;
    if remembers {
        let arguments = &registers.frame()[..arguments.len()];
        if let Some(known) = machine.remembered(function, arguments) {
            registers.at = at;
            registers.value().fill(known);
            return Ok(());
        }
        key = Some(arguments.to_vec());
    }
    let Some(arguments) = key else {
        value(machine, &unit.code, registers).map_err(|fault| relocated(fault, unit, foreign, code.span))?;
        registers.leave(at);
        return Ok(());
    };
    let before = machine.begin();
    let done = value(machine, &unit.code, registers).map_err(|fault| relocated(fault, unit, foreign, code.span));
    if done.is_ok() {
        registers.leave(at);
        machine.end(before, Some((function, arguments, registers.value())));
    } else {
        machine.end(before, None);
    }
    done
}

/// The truth of a condition, if it is the same at all places. If the two sides overlap and are not known to within rounding, that is a
/// fault: the truth is never guessed.
pub fn truth<N: Number, M: Machine<N>>(
    machine: &M,
    test: &Test,
    registers: &mut Registers<N>,
) -> Result<Option<bool>, Fault> {
    let (a, b, decided) = match test {
        Test::Compare(comparison, a, b) => {
            let ordered = match comparison {
                Comparison::Less => known_less(a, b, registers),
                Comparison::Greater => known_less(b, a, registers),
                Comparison::LessEqual => known_less(b, a, registers).map(|less| !less),
                Comparison::GreaterEqual => known_less(a, b, registers).map(|less| !less),
                Comparison::Equal | Comparison::NotEqual => None,
            };
            if ordered.is_some() {
                return Ok(ordered);
            }
            value(machine, a, registers)?;
            registers.up();
            value(machine, b, registers)?;
            registers.down();
            let places = registers.places;
            let (x, y, signs) = registers.both_and_signs();
            let truth = x.truth(*comparison, y, places, signs);
            if signs.assumed {
                signs.assumed = false;
                machine.assumed(a.span);
            }
            return truth.map_err(|why| match why {
                Refusal::NotAnalytic => not_analytic::<N>(if x.at(0).real().is_some() { b.span } else { a.span }),
                _ => failed::<N>(Span { start: a.span.start, end: b.span.end.max(a.span.end) }, || {
                    format!("cannot decide the condition: {} against {} overlap", x.at(0).shown(), y.at(0).shown())
                }),
            });
        }
        Test::And(a, b) => (a, b, false),
        Test::Or(a, b) => (a, b, true),
    };
    match truth(machine, a, registers)? {
        Some(truth) if truth == decided => Ok(Some(truth)),
        Some(_) => self::truth(machine, b, registers),
        None => Ok(None),
    }
}

/// For numbers that are sets: the values of all branches that the conditions leave open.
pub fn either_branch<K: Set, M: Machine<K>>(
    machine: &M,
    code: &Code,
    registers: &mut Registers<K>,
) -> Result<(), Fault> {
    let Op::Cases(branches, otherwise) = &code.op else { return Err(unplaced(code.span)) };
    let mut either: Option<K> = None;
    let mut join = |branch: K| -> Result<(), Fault> {
        either = Some(match either {
            None => branch,
            Some(known) => known.hull(branch).ok_or_else(|| unplaced(code.span))?,
        });
        Ok(())
    };
    let mut open = true;
    for (test, branch) in branches {
        let truth = truth(machine, test, registers)?;
        if truth != Some(false) {
            join(number(machine, branch, registers)?)?;
        }
        if truth == Some(true) {
            open = false;
            break;
        }
    }
    if open {
        join(number(machine, otherwise, registers)?)?;
    }
    *registers.value() = either.ok_or_else(|| unplaced(code.span))?;
    Ok(())
}

/// A function of one number. Not inlined, as above.
#[inline(never)]
fn elementary<N: Number>(
    function: Elementary,
    x: &mut N,
    signs: &mut Signs,
    places: usize,
    span: Span,
) -> Result<(), Fault> {
    x.each(places, |x| x.elementary(function, signs))
        .map_err(|why| no_function_value::<N>(function, x.at(0), why, span))
}

#[cold]
#[inline(never)]
fn no_result<N: Number>(operator: Binary, x: N::One, y: N::One, why: Refusal, right: Span, span: Span) -> Fault {
    if silent::<N>() {
        return unplaced(span);
    }
    let (x, y) = (x.shown(), y.shown());
    match (operator, why) {
        (Binary::Divide, Refusal::Outside) => {
            failed::<N>(right, || format!("division by a value that may be zero here: {y}"))
        }
        (Binary::Power, Refusal::Outside) => {
            failed::<N>(span, || format!("({x})^({y}) is not defined for real numbers"))
        }
        _ => {
            let sign = match operator {
                Binary::Add => "+",
                Binary::Subtract => "-",
                Binary::Multiply => "*",
                Binary::Divide => "/",
                Binary::Power => "^",
            };
            failed::<N>(span, || match why {
                Refusal::Overflow => format!("too large for a double: ({x}) {sign} ({y})"),
                _ => format!("({x}) {sign} ({y}) has no value"),
            })
        }
    }
}

#[cold]
#[inline(never)]
fn no_power<N: Number>(x: N::One, exponent: i32, why: Refusal, base: Span, span: Span) -> Fault {
    match why {
        Refusal::Undefined => failed::<N>(span, || format!("({})^{exponent} has no value", x.shown())),
        Refusal::Overflow => failed::<N>(span, || format!("too large for a double: ({})^{exponent}", x.shown())),
        _ => failed::<N>(base, || format!("power {exponent} of a value that may be zero here: {}", x.shown())),
    }
}

#[cold]
#[inline(never)]
fn no_function_value<N: Number>(function: Elementary, x: N::One, why: Refusal, span: Span) -> Fault {
    if silent::<N>() {
        return unplaced(span);
    }
    let (name, shown) = (function.name(), x.shown());
    failed::<N>(span, || match (why, x.real()) {
        (Refusal::Outside, Some(_)) => format!("{}: {shown}", function.refusal()),
        (Refusal::Outside, None) => format!("`{name}` near a branch cut or a pole: {shown}"),
        (Refusal::Undefined, _) => format!("`{name}` has no value: argument {shown}"),
        (Refusal::Overflow, _) => format!("`{name}` is too large for a double: argument {shown}"),
        (Refusal::NotAnalytic, _) => format!(
            "`{name}` of the variable of a measure (given by its Stieltjes transform) is not available at complex arguments"
        ),
    })
}

/// Values at up to [`LANES`] places. The variables in `variables` have a value for each place. The others have the values that stand in the
/// registers `narrow`. `difference` is what more is known of one of them. Returns `false` if there is no value at some place.
pub fn at_places<L, M>(
    machine: &M,
    code: &Code,
    variables: &[(usize, &L)],
    difference: Option<Difference<L>>,
    narrow: &Registers<<L as Many>::One>,
    wide: &mut Registers<L>,
    values: &mut [<L as Many>::One],
) -> bool
where
    L: Many + Number<One = <L as Many>::One>,
    <L as Many>::One: Single,
    M: Machine<L>,
{
    wide.begin(narrow.at.slots, values.len());
    wide.difference = difference;
    for (slot, one) in narrow.frame().iter().enumerate() {
        match variables.iter().find(|(varied, _)| *varied == slot) {
            Some((_, each)) => Number::take(wide.slot_mut(slot), each),
            None => Number::fill(wide.slot_mut(slot), *one),
        }
    }
    let done = value(machine, code, wide).is_ok();
    if done {
        let found = wide.value();
        values.iter_mut().enumerate().for_each(|(place, value)| *value = Many::at(found, place));
    }
    done
}

/// Walks over the code at each of many places separately. If no variable differs between the places, one walk is enough.
pub fn each_place<L, M>(
    machine: &M,
    code: &Code,
    wide: &mut Registers<L>,
    narrow: &mut Registers<<L as Many>::One>,
) -> Result<(), Fault>
where
    L: Many + Number<One = <L as Many>::One>,
    <L as Many>::One: Single,
    M: Machine<<L as Many>::One>,
{
    let same = wide.frame().iter().all(|slot| Many::is_same(slot));
    let places = if same { 1 } else { wide.places };
    let mut values = [<L as Number>::One::ZERO; LANES];
    for (place, found) in values.iter_mut().enumerate().take(places) {
        narrow.begin(wide.at.slots, 1);
        for slot in 0..wide.at.slots {
            *narrow.slot_mut(slot) = Many::at(wide.slot(slot), place);
        }
        *found = number(machine, code, narrow)?;
    }
    *wide.value() = L::of(&values[..places]);
    Ok(())
}
