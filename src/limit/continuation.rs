//! Roots of equations at complex arguments: the analytic continuation of the real root, by Newton's method from what is known close
//! by, or along a straight path that does not cross the real axis; for many arguments at once where these are in lanes.

use super::code::{Code, Root};
use super::complex::{ComplexOutcome, real_frame, shown};
use super::evaluate::{Evaluation, fault};
use super::lanes::{Kept, Run};
use super::newton::{Followed, Newton, Step, centre, chart, expected, nearest};
use crate::num::ComplexEstimate;
use crate::num::many::{ComplexEstimates, LANES, Many};
use crate::symbolic::Span;
use nalgebra::Complex;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Solutions remembered per root, to start from.
const MOST_KNOWN: usize = 4096;
/// Pieces of one path, failed ones included.
const MOST_PIECES: u32 = 500;
/// Step, relative to the root, after which a root in the middle of a path serves to go on from.
const ROUGH: f64 = 0.02;
/// Of many roots in a row every so many-th is followed, the others are guessed.
const STRIDE: usize = 3;

/// What evaluations at complex arguments remember.
#[derive(Default)]
pub(super) struct Continued {
    pub depth: Cell<u32>,
    /// For values of formulas at many places at once.
    pub kept: Kept<ComplexEstimate>,
    /// What each root solved so far is at which arguments.
    known: RefCell<HashMap<usize, Known>>,
}

#[derive(Default)]
struct Known {
    /// Those of the first value, those of the second, and so on.
    arguments: Vec<ComplexEstimate>,
    values: Vec<ComplexEstimate>,
    /// Behind the value found last: values are often asked for in the order in which they were found.
    next: usize,
}

/// Arguments, and what is followed of the root there.
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
    /// A root that is not known yet.
    fn remember(&self, root: &Root, arguments: &[ComplexEstimate], value: ComplexEstimate) {
        let mut known = self.known.borrow_mut();
        let known = known.entry(root.id).or_default();
        if known.values.len() < MOST_KNOWN {
            known.arguments.extend(arguments);
            known.values.push(value);
        }
    }

    /// What is known of a root of one argument on the side of the real axis of this one, or on it.
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
}

impl Evaluation<'_> {
    /// At real arguments the root in its interval. At complex ones its continuation: from the nearest arguments solved
    /// before, on the same side of the real axis or on it, along the straight line. (Transforms of measures are analytic
    /// off the real axis, so that this is the branch that is continued from infinity too.)
    pub(super) fn complex_root(&self, root: &Root, frame: &mut [ComplexEstimate], span: Span) -> ComplexOutcome {
        let arguments: Vec<ComplexEstimate> = root.depends.iter().map(|slot| frame[*slot]).collect();
        if let Some(known) = self.continued.at(root, &arguments) {
            return Ok(known);
        }
        if arguments.iter().all(|argument| argument.is_real()) {
            let value = ComplexEstimate::real(self.root(root, &mut real_frame(frame), span)?);
            self.continued.remember(root, &arguments, value);
            return Ok(value);
        }
        let Some(start) = self.continued.nearest(root, &arguments) else {
            return fault(
                "this root is known at no real argument from which it could be continued to complex ones",
                span,
            );
        };
        let guess = match arguments[..] {
            [argument] => expected(&self.continued.on_the_side_of(root, argument), argument),
            _ => None,
        };
        let directly = guess.and_then(|guess| self.newton(root, guess, 0.0, frame));
        let value = directly.or_else(|| self.follow(root, &start, &arguments, 0.0, frame));
        for (slot, argument) in root.depends.iter().zip(&arguments) {
            frame[*slot] = *argument;
        }
        let Some(value) = value else {
            let place = arguments.iter().map(|z| shown(*z)).collect::<Vec<_>>().join(", ");
            return fault(format!("the root could not be continued to the complex argument {place}"), span);
        };
        self.continued.remember(root, &arguments, value);
        Ok(value)
    }

    /// What is followed of a root of one argument there, within about [`ROUGH`]: from what some close to it say, or along the line from
    /// the nearest of them.
    fn roughly(
        &self,
        root: &Root,
        known: &[Followed],
        argument: ComplexEstimate,
        frame: &mut [ComplexEstimate],
    ) -> Option<Complex<f64>> {
        let guess = expected(known, argument);
        let directly = guess.and_then(|guess| self.newton(root, guess, ROUGH, frame));
        let found = directly.or_else(|| {
            let (place, followed) = nearest(known, argument)?;
            let start = Start { arguments: vec![ComplexEstimate::exact(place.re, place.im)], followed };
            self.follow(root, &start, &[argument], ROUGH, frame)
        });
        found.map(|value| chart(root).of(value))
    }

    /// The root at `end`, from that at `start`, until a step is no longer than `enough` (see `newton`); pieces of the path are halved
    /// until Newton's method contracts on each.
    fn follow(
        &self,
        root: &Root,
        start: &Start,
        end: &[ComplexEstimate],
        enough: f64,
        frame: &mut [ComplexEstimate],
    ) -> Option<ComplexEstimate> {
        let (mut done, mut piece, mut followed) = (0.0, 1.0, start.followed);
        // After a failure a piece of the same length comes first.
        let mut longer = true;
        for _ in 0..MOST_PIECES {
            let next = f64::min(done + piece, 1.0);
            for ((slot, from), to) in root.depends.iter().zip(&start.arguments).zip(end) {
                let (re, im) = (from.re + next * (to.re - from.re), from.im + next * (to.im - from.im));
                frame[*slot] = if next == 1.0 { *to } else { ComplexEstimate::exact(re, im) };
            }
            match self.newton(root, followed, if next == 1.0 { enough } else { ROUGH }, frame) {
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

    /// Newton's method from `near`, until a step, relative to the root, is no longer than `enough` (0: until it settles).
    fn newton(
        &self,
        root: &Root,
        near: Complex<f64>,
        enough: f64,
        frame: &mut [ComplexEstimate],
    ) -> Option<ComplexEstimate> {
        let mut at = |p: ComplexEstimate| {
            frame[root.slot] = p;
            self.complex_value(&root.body, frame).ok()
        };
        let mut newton = Newton::new(near, chart(root));
        let (beside, here) = (at(newton.beside())?, at(newton.point())?);
        let mut step = newton.start(beside, here);
        while step == Step::On {
            if newton.is_within(enough) {
                return Some(newton.point());
            }
            step = newton.step(at(newton.point())?);
        }
        if let Step::Settled(found) = step { Some(found) } else { None }
    }
}

impl Run<'_, '_, ComplexEstimate> {
    /// Roots at complex arguments, one for each lane: Newton's method on all of them at once from what roots close by say. Of some lanes
    /// that is found out first, roughly, if too few are known; lanes for which no guess is good enough are followed.
    pub(super) fn roots(
        &self,
        code: &Code,
        root: &Root,
        frame: &mut [ComplexEstimates],
        free: &mut [ComplexEstimates],
    ) -> Option<()> {
        let [slot] = root.depends[..] else { return self.lane_by_lane(code, frame, free) };
        let arguments: [ComplexEstimate; LANES] = std::array::from_fn(|lane| frame[slot].at(lane));
        let arguments = &arguments[..self.lanes];
        if frame[slot].is_same() || arguments.iter().any(|z| z.is_real() || z.im * arguments[0].im < 0.0) {
            return self.lane_by_lane(code, frame, free);
        }
        let continued = &self.evaluation.continued;
        let mut found: [Option<ComplexEstimate>; LANES] = [None; LANES];
        found.iter_mut().zip(arguments).for_each(|(found, z)| *found = continued.at(root, &[*z]));
        let mut narrow: Vec<ComplexEstimate> = frame.iter().map(|slot| slot.at(0)).collect();
        let mut rough = vec![];
        let mut roughly = true;
        loop {
            let open: Vec<usize> = (0..self.lanes).filter(|lane| found[*lane].is_none()).collect();
            if open.is_empty() {
                break;
            }
            let mut known = continued.on_the_side_of(root, arguments[0]);
            known.append(&mut rough);
            // What is found helps to guess the others.
            if self.all_at_once(root, arguments, &known, &mut found, frame, free) > 0 {
                continue;
            }
            for lane in open.into_iter().step_by(STRIDE) {
                let z = arguments[lane];
                narrow[slot] = z;
                if !roughly {
                    found[lane] = Some(self.evaluation.complex_root(root, &mut narrow, code.span).ok()?);
                } else if let Some(followed) = self.evaluation.roughly(root, &known, z, &mut narrow) {
                    known.push((centre(z), followed));
                    rough.push((centre(z), followed));
                }
            }
            roughly = false;
        }
        found.iter().flatten().enumerate().for_each(|(lane, value)| free[0].put(lane, *value));
        free[0].pad(self.lanes);
        Some(())
    }

    /// Newton's method in all lanes where nothing is found yet and a guess is possible, until it has settled in each or is lost, or the
    /// function has no value somewhere. How many roots are found.
    fn all_at_once(
        &self,
        root: &Root,
        arguments: &[ComplexEstimate],
        known: &[Followed],
        found: &mut [Option<ComplexEstimate>; LANES],
        frame: &mut [ComplexEstimates],
        free: &mut [ComplexEstimates],
    ) -> usize {
        let chart = chart(root);
        let mut running = vec![];
        let mut newtons = Vec::with_capacity(LANES);
        for (lane, z) in arguments.iter().enumerate() {
            let guess = if found[lane].is_none() { expected(known, *z) } else { None };
            if guess.is_some() {
                running.push(lane);
            }
            // Lanes with nothing to do go along where they are at home: at their roots, or at those close by.
            let home =
                || found[lane].map(|value| chart.of(value)).or_else(|| nearest(known, *z).map(|(_, there)| there));
            let Some(start) = guess.or_else(home) else { return 0 };
            newtons.push(Newton::new(start, chart));
        }
        if running.is_empty() {
            return 0;
        }
        newtons.resize(LANES, newtons[0]);
        let mut at = |points: &dyn Fn(usize) -> ComplexEstimate| {
            (0..LANES).for_each(|lane| frame[root.slot].put(lane, points(lane)));
            self.value(&root.body, frame, free)?;
            Some(free[0])
        };
        let mut beside = at(&|lane| newtons[lane].beside());
        if beside.is_none() {
            return 0;
        }
        let started = running.clone();
        while !running.is_empty()
            && let Some(values) = at(&|lane| newtons[lane].point())
        {
            running.retain(|lane| {
                let (newton, value) = (&mut newtons[*lane], values.at(*lane));
                let step = match &beside {
                    Some(beside) => newton.start(beside.at(*lane), value),
                    None => newton.step(value),
                };
                if let Step::Settled(value) = step {
                    found[*lane] = Some(value);
                }
                step == Step::On
            });
            beside = None;
        }
        let settled = started.into_iter().filter_map(|lane| Some((arguments[lane], found[lane]?)));
        settled.map(|(z, value)| self.evaluation.continued.remember(root, &[z], value)).count()
    }
}
