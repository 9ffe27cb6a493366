//! Roots of equations at complex arguments: the analytic continuation of the real root, followed by Newton's method along
//! a straight path that does not cross the real axis.

use super::code::Root;
use super::complex::{ComplexOutcome, real_frame, shown};
use super::evaluate::{Evaluation, fault};
use crate::num::ComplexEstimate;
use crate::symbolic::Span;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// Solutions remembered per root, to start from.
const MOST_KNOWN: usize = 4096;
/// Pieces of one path, failed ones included.
const MOST_PIECES: u32 = 500;
/// Newton steps on one piece.
const MOST_STEPS: u32 = 30;
/// Longest first step, relative to the root, and slowest contraction: far inside the region where Newton's method keeps
/// to one root.
const FIRST_STEP: f64 = 0.25;
const CONTRACTION: f64 = 0.3;
/// Step of the central difference for the derivative, relative to the root.
const DIFFERENCE: f64 = 1e-4;

/// What evaluations at complex arguments remember.
#[derive(Default)]
pub(super) struct Continued {
    pub depth: Cell<u32>,
    /// Arguments and values of each root solved so far.
    known: RefCell<HashMap<usize, Vec<Known>>>,
}

#[derive(Clone)]
struct Known {
    arguments: Vec<ComplexEstimate>,
    value: ComplexEstimate,
}

impl Evaluation<'_> {
    /// At real arguments the root in its interval. At complex ones its continuation: from the nearest arguments solved
    /// before, on the same side of the real axis or on it, along the straight line. (Transforms of measures are analytic
    /// off the real axis, so that this is the branch that is continued from infinity too.)
    pub(super) fn complex_root(&self, root: &Root, frame: &mut [ComplexEstimate], span: Span) -> ComplexOutcome {
        let arguments: Vec<ComplexEstimate> = root.depends.iter().map(|slot| frame[*slot]).collect();
        if arguments.iter().all(|argument| argument.is_real()) {
            let value = ComplexEstimate::real(self.root(root, &mut real_frame(frame), span)?);
            self.remember_root(root, arguments, value);
            return Ok(value);
        }
        let Some(start) = self.nearest(root, &arguments) else {
            return fault(
                "this root is known at no real argument from which it could be continued to complex ones",
                span,
            );
        };
        if start.arguments == arguments {
            return Ok(start.value);
        }
        let value = self.follow(root, &start, &arguments, frame);
        for (slot, argument) in root.depends.iter().zip(&arguments) {
            frame[*slot] = *argument;
        }
        let Some(value) = value else {
            let place = arguments.iter().map(|z| shown(*z)).collect::<Vec<_>>().join(", ");
            return fault(format!("the root could not be continued to the complex argument {place}"), span);
        };
        self.remember_root(root, arguments, value);
        Ok(value)
    }

    fn remember_root(&self, root: &Root, arguments: Vec<ComplexEstimate>, value: ComplexEstimate) {
        let mut known = self.continued.known.borrow_mut();
        let known = known.entry(root.id).or_default();
        if known.len() < MOST_KNOWN && known.iter().all(|other| other.arguments != arguments) {
            known.push(Known { arguments, value });
        }
    }

    /// The nearest solution with no argument on the other side of the real axis.
    fn nearest(&self, root: &Root, arguments: &[ComplexEstimate]) -> Option<Known> {
        let known = self.continued.known.borrow();
        let distance = |other: &Known| {
            let differences = other.arguments.iter().zip(arguments);
            differences.map(|(a, b)| (a.re - b.re).powi(2) + (a.im - b.im).powi(2)).sum::<f64>()
        };
        let same_side = |other: &&Known| other.arguments.iter().zip(arguments).all(|(a, b)| a.im * b.im >= 0.0);
        let candidates = known.get(&root.id)?.iter().filter(same_side);
        candidates.min_by(|a, b| distance(a).total_cmp(&distance(b))).cloned()
    }

    /// The root at `end`, from that at `start`; pieces of the path are halved until Newton's method contracts on each.
    fn follow(
        &self,
        root: &Root,
        start: &Known,
        end: &[ComplexEstimate],
        frame: &mut [ComplexEstimate],
    ) -> Option<ComplexEstimate> {
        let (mut done, mut piece, mut value) = (0.0, 1.0, start.value);
        for _ in 0..MOST_PIECES {
            let next = f64::min(done + piece, 1.0);
            for ((slot, from), to) in root.depends.iter().zip(&start.arguments).zip(end) {
                let (re, im) = (from.re + next * (to.re - from.re), from.im + next * (to.im - from.im));
                frame[*slot] = if next == 1.0 { *to } else { ComplexEstimate::exact(re, im) };
            }
            match self.newton(root, value, frame) {
                Some(found) if next == 1.0 => return Some(found),
                Some(found) => (done, piece, value) = (next, 2.0 * piece, found),
                None => piece *= 0.5,
            }
        }
        None
    }

    /// Newton's method from `near`, with the bound `2 |F|/|F'|` on what is left, F's own error included.
    fn newton(&self, root: &Root, near: ComplexEstimate, frame: &mut [ComplexEstimate]) -> Option<ComplexEstimate> {
        let mut at = |p: ComplexEstimate| {
            frame[root.slot] = p;
            self.complex_value(&root.body, frame).ok()
        };
        let mut point = ComplexEstimate::exact(near.re, near.im);
        let mut before = FIRST_STEP * point.modulus() / CONTRACTION;
        for _ in 0..MOST_STEPS {
            let apart = ComplexEstimate::exact(DIFFERENCE * point.modulus(), 0.0);
            let rise = at(point + apart)? - at(point - apart)?;
            let slope = rise.div(apart.times(2.0))?;
            let value = at(point)?;
            let step = value.div(slope)?;
            let size = step.modulus();
            let settled = value.modulus() <= 2.0 * value.abs_err || size <= 4.0 * f64::EPSILON * point.modulus();
            if settled {
                let error = 2.0 * (value.modulus() + value.abs_err) / (slope.modulus() - slope.abs_err).max(0.0);
                let found = ComplexEstimate::new(point.re, point.im, error);
                return found.is_finite().then_some(found);
            }
            if size > CONTRACTION * before {
                return None;
            }
            before = size;
            point = ComplexEstimate::exact(point.re - step.re, point.im - step.im);
        }
        None
    }
}
