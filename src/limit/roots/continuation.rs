//! Roots of equations at complex arguments, which are the analytic continuation of the real root. They are found by Newton's method, from
//! roots that are known close by or along a straight path that does not cross the real axis. Arguments in lanes are taken many at once.

use super::newton::{Followed, Newton, Step, centre, chart, expected, nearest};
use crate::formula::code::Root;
use crate::formula::number::Single;
use crate::formula::{Fault, fault};
use crate::num::many::{ComplexEstimates, LANES, Many};
use crate::num::{ComplexEstimate, Estimate};
use crate::symbolic::Span;
use nalgebra::Complex;
use std::cell::RefCell;
use std::collections::HashMap;

/// For each root so many solutions are remembered, to start from.
const MOST_KNOWN: usize = 4096;
/// A path may be cut into so many pieces. Pieces on which Newton's method failed count too.
const MOST_PIECES: u32 = 500;
/// In the middle of a path a root need not be exact. Once a Newton step is no longer than this, relative to the root, the path goes on.
const ROUGH: f64 = 0.02;
/// If too few roots are known to guess many others, one in so many is followed along a path, and the others are then guessed from these.
const STRIDE: usize = 3;

/// For each root, the solutions found so far and their arguments.
#[derive(Default)]
pub struct Continued {
    known: RefCell<HashMap<usize, Known>>,
}

/// The function whose root is continued.
pub trait Equation {
    /// Sets what the root depends on.
    fn set(&mut self, arguments: &[ComplexEstimate]);
    /// The value of the function where the unknown has this value.
    fn at(&mut self, p: ComplexEstimate) -> Option<ComplexEstimate>;
    /// The root in its interval, where the arguments are real.
    fn real_root(&mut self) -> Result<Estimate, Fault>;
}

/// The function of a root at many arguments at once, given the unknown for each place.
pub type AtMany<'a> = &'a mut dyn FnMut(&dyn Fn(usize) -> ComplexEstimate) -> Option<ComplexEstimates>;

#[derive(Default)]
struct Known {
    /// The arguments of the first value, then those of the second, and so on.
    arguments: Vec<ComplexEstimate>,
    values: Vec<ComplexEstimate>,
    /// Index after that of the value looked up last. The next search begins there, since values are often asked for in the order in which
    /// they were found.
    next: usize,
}

/// Arguments, and the value that is followed there: the root in its chart (see `Chart`).
struct Start {
    arguments: Vec<ComplexEstimate>,
    followed: Complex<f64>,
}

impl Known {
    fn arguments(&self, root: &Root, index: usize) -> &[ComplexEstimate] {
        let number = root.depends.len();
        &self.arguments[index * number..(index + 1) * number]
    }
}

impl Continued {
    /// Remembers a root that was not known yet.
    fn remember(&self, root: &Root, arguments: &[ComplexEstimate], value: ComplexEstimate) {
        let mut known = self.known.borrow_mut();
        let known = known.entry(root.id).or_default();
        if known.values.len() < MOST_KNOWN {
            known.arguments.extend(arguments);
            known.values.push(value);
        }
    }

    /// The known values of a root of one argument, for arguments on the same side of the real axis as `z` or on the axis.
    fn on_the_side_of(&self, root: &Root, z: ComplexEstimate) -> Vec<Followed> {
        let known = self.known.borrow();
        let pairs = known.get(&root.id).into_iter().flat_map(|known| known.arguments.iter().zip(&known.values));
        let same_side = pairs.filter(|(argument, _)| argument.im * z.im >= 0.0);
        same_side.map(|(argument, value)| (centre(*argument), chart(root).of(*value))).collect()
    }

    /// The root, if it is known for just these arguments.
    fn at(&self, root: &Root, arguments: &[ComplexEstimate]) -> Option<ComplexEstimate> {
        let mut known = self.known.borrow_mut();
        let known = known.get_mut(&root.id)?;
        let (before, number) = (known.next, known.values.len());
        let mut all = (before..number).chain(0..before);
        let index = all.find(|index| known.arguments(root, *index) == arguments)?;
        known.next = index + 1;
        Some(known.values[index])
    }

    /// The nearest solution with no argument on the other side of the real axis.
    fn nearest(&self, root: &Root, arguments: &[ComplexEstimate]) -> Option<Start> {
        let known = self.known.borrow();
        let known = known.get(&root.id)?;
        let distance = |index: &usize| {
            let differences = known.arguments(root, *index).iter().zip(arguments);
            differences.map(|(a, b)| (a.re - b.re).powi(2) + (a.im - b.im).powi(2)).sum::<f64>()
        };
        let same_side =
            |index: &usize| known.arguments(root, *index).iter().zip(arguments).all(|(a, b)| a.im * b.im >= 0.0);
        let candidates = (0..known.values.len()).filter(same_side);
        let index = candidates.min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
        let followed = chart(root).of(known.values[index]);
        Some(Start { arguments: known.arguments(root, index).to_vec(), followed })
    }

    /// At real arguments this is the root in its interval. At complex arguments it is the continuation of that root along the straight line
    /// from the nearest arguments solved before, on the same side of the real axis or on it. (Transforms of measures are analytic off the
    /// real axis. So this is the same branch as the one that is continued from infinity.)
    pub fn root(
        &self,
        root: &Root,
        arguments: &[ComplexEstimate],
        equation: &mut dyn Equation,
        span: Span,
    ) -> Result<ComplexEstimate, Fault> {
        if let Some(known) = self.at(root, arguments) {
            return Ok(known);
        }
        if arguments.iter().all(|argument| argument.is_real()) {
            let value = ComplexEstimate::real(equation.real_root()?);
            self.remember(root, arguments, value);
            return Ok(value);
        }
        let Some(start) = self.nearest(root, arguments) else {
            return fault(
                "this root is known at no real argument from which it could be continued to complex ones",
                span,
            );
        };
        let guess = match arguments {
            [argument] => expected(&self.on_the_side_of(root, *argument), *argument),
            _ => None,
        };
        let directly = guess.and_then(|guess| newton(root, guess, 0.0, equation));
        let value = directly.or_else(|| follow(root, &start, arguments, 0.0, equation));
        equation.set(arguments);
        let Some(value) = value else {
            let place = arguments.iter().map(|z| z.shown()).collect::<Vec<_>>().join(", ");
            return fault(format!("the root could not be continued to the complex argument {place}"), span);
        };
        self.remember(root, arguments, value);
        Ok(value)
    }

    /// The values of a root of one argument, for many arguments on one side of the real axis. Newton's method runs for all of them at once,
    /// from guesses that known roots close by give. If too few are known, the roots at some arguments are first found roughly. Where no
    /// guess is good enough, the root is followed along a path.
    pub fn roots(
        &self,
        root: &Root,
        arguments: &[ComplexEstimate],
        equation: &mut dyn Equation,
        at_many: AtMany,
        span: Span,
    ) -> Result<[Option<ComplexEstimate>; LANES], Fault> {
        let mut found: [Option<ComplexEstimate>; LANES] = [None; LANES];
        found.iter_mut().zip(arguments).for_each(|(found, z)| *found = self.at(root, &[*z]));
        let mut rough = vec![];
        let mut roughly = true;
        loop {
            let open: Vec<usize> = (0..arguments.len()).filter(|place| found[*place].is_none()).collect();
            if open.is_empty() {
                return Ok(found);
            }
            let mut known = self.on_the_side_of(root, arguments[0]);
            known.append(&mut rough);
            // The roots found in this round help to guess the others, so another round is tried.
            if self.all_at_once(root, arguments, &known, &mut found, at_many) > 0 {
                continue;
            }
            for place in open.into_iter().step_by(STRIDE) {
                let z = arguments[place];
                equation.set(&[z]);
                if !roughly {
                    found[place] = Some(self.root(root, &[z], equation, span)?);
                } else if let Some(followed) = near(root, &known, z, equation) {
                    known.push((centre(z), followed));
                    rough.push((centre(z), followed));
                }
            }
            roughly = false;
        }
    }

    /// Runs Newton's method at all places where no root is found yet and a guess is possible. It ends when the method has settled or failed
    /// at each place, or when the function has no value at some place. Returns how many roots were found.
    fn all_at_once(
        &self,
        root: &Root,
        arguments: &[ComplexEstimate],
        known: &[Followed],
        found: &mut [Option<ComplexEstimate>; LANES],
        at_many: AtMany,
    ) -> usize {
        let chart = chart(root);
        let mut running = vec![];
        let mut newtons = Vec::with_capacity(LANES);
        for (place, z) in arguments.iter().enumerate() {
            let guess = if found[place].is_none() { expected(known, *z) } else { None };
            if guess.is_some() {
                running.push(place);
            }
            // The function is evaluated at all places, also at places where no root is sought. There it is evaluated at a root that is
            // known, that of the place itself or the nearest one, since the function certainly has a value at a root.
            let home =
                || found[place].map(|value| chart.of(value)).or_else(|| nearest(known, *z).map(|(_, there)| there));
            let Some(start) = guess.or_else(home) else { return 0 };
            newtons.push(Newton::new(start, chart));
        }
        if running.is_empty() {
            return 0;
        }
        newtons.resize(LANES, newtons[0]);
        let mut beside = at_many(&|place| newtons[place].beside());
        if beside.is_none() {
            return 0;
        }
        let started = running.clone();
        while !running.is_empty()
            && let Some(values) = at_many(&|place| newtons[place].point())
        {
            running.retain(|place| {
                let (newton, value) = (&mut newtons[*place], values.at(*place));
                let step = match &beside {
                    Some(beside) => newton.start(beside.at(*place), value),
                    None => newton.step(value),
                };
                if let Step::Settled(value) = step {
                    found[*place] = Some(value);
                }
                step == Step::On
            });
            beside = None;
        }
        let settled = started.into_iter().filter_map(|place| Some((arguments[place], found[place]?)));
        settled.map(|(z, value)| self.remember(root, &[z], value)).count()
    }
}

/// The value of a root of one argument in its chart, good to about [`ROUGH`]. It is found from a guess that known roots close by give, or
/// else along the line from the nearest of them.
fn near(
    root: &Root,
    known: &[Followed],
    argument: ComplexEstimate,
    equation: &mut dyn Equation,
) -> Option<Complex<f64>> {
    let guess = expected(known, argument);
    let directly = guess.and_then(|guess| newton(root, guess, ROUGH, equation));
    let found = directly.or_else(|| {
        let (place, followed) = nearest(known, argument)?;
        let start = Start { arguments: vec![ComplexEstimate::exact(place.re, place.im)], followed };
        follow(root, &start, &[argument], ROUGH, equation)
    });
    found.map(|value| chart(root).of(value))
}

/// The root at `end`, followed from that at `start`. Pieces of the path are halved until Newton's method contracts on each. At the end it
/// stops when a step is no longer than `enough` (see `newton`).
fn follow(
    root: &Root,
    start: &Start,
    end: &[ComplexEstimate],
    enough: f64,
    equation: &mut dyn Equation,
) -> Option<ComplexEstimate> {
    let (mut done, mut piece, mut followed) = (0.0, 1.0, start.followed);
    // After a failure a piece of the same length comes first.
    let mut longer = true;
    for _ in 0..MOST_PIECES {
        let next = f64::min(done + piece, 1.0);
        let between = |(from, to): (&ComplexEstimate, &ComplexEstimate)| {
            let (re, im) = (from.re + next * (to.re - from.re), from.im + next * (to.im - from.im));
            if next == 1.0 { *to } else { ComplexEstimate::exact(re, im) }
        };
        let place: Vec<ComplexEstimate> = start.arguments.iter().zip(end).map(between).collect();
        equation.set(&place);
        match newton(root, followed, if next == 1.0 { enough } else { ROUGH }, equation) {
            Some(found) if next == 1.0 => return Some(found),
            Some(found) => {
                (done, followed) = (next, chart(root).of(found));
                piece *= if longer { 2.0 } else { 1.0 };
                longer = true;
            }
            None => (piece, longer) = (0.5 * piece, false),
        }
    }
    None
}

/// Newton's method from `near`, until a step, relative to the root, is no longer than `enough`. If `enough` is 0, it runs until it settles.
fn newton(root: &Root, near: Complex<f64>, enough: f64, equation: &mut dyn Equation) -> Option<ComplexEstimate> {
    let mut newton = Newton::new(near, chart(root));
    let (beside, here) = (equation.at(newton.beside())?, equation.at(newton.point())?);
    let mut step = newton.start(beside, here);
    while step == Step::On {
        if newton.is_within(enough) {
            return Some(newton.point());
        }
        step = newton.step(equation.at(newton.point())?);
    }
    if let Step::Settled(found) = step { Some(found) } else { None }
}
