//! Integrals inside a formula that is walked on sets: enclosed by sums over pieces, on each of which the integrand is a set.
//!
//! A segment of the outer variable cuts the integral into pieces, finer where its values spread most, and records them. A disc around the
//! segment replays the same pieces, each with the signs that it had, so that the sum is an analytic function of the outer variable. What
//! is cut off at infinity is bounded on the segment, and is the drift of the disc.

use super::super::evaluation::Evaluation;
use super::super::laws::Laws;
use super::variables::{Level, Variables, carried};
use crate::formula::code::{Axis, Code, Eigenvalue, Integral, Lebesgue, Measure, Op};
use crate::formula::registers::{Pool, Registers};
use crate::formula::walk::number;
use crate::num::Estimate;
use crate::num::enclosed::laws::{Chart, Law, MarchenkoPastur, Near, Place, place};
use crate::num::sets::signs::Plan;
use crate::num::sets::{Disc, Kind, Segment, Set, Signs, Slope, Tail};

/// A kind of set on which an evaluation walks.
pub trait OnSet: Set {
    /// Numbers up to this size, whatever the variable.
    fn within_size(most: f64) -> Option<Self> {
        Self::independent(Segment { low: -most, high: most })
    }

    /// No member is less.
    fn least(self) -> f64 {
        f64::NEG_INFINITY
    }

    fn pool<'e>(evaluation: &'e Evaluation) -> &'e Pool<Self>;

    fn inner_integral(evaluation: &Evaluation, integral: &Integral, registers: &mut Registers<Self>) -> Option<Self>;

    /// `sum k from a of term`, for the slot of k, a and the term.
    fn inner_series(
        _evaluation: &Evaluation,
        _series: (usize, u64, &Code),
        _registers: &mut Registers<Self>,
    ) -> Option<Self> {
        None
    }
}

/// Most pieces of one inner integral where a root is sought.
pub const FEW_PIECES: usize = 12;
/// An integral inside another has so many times fewer, but this many at least.
const FEWER: usize = 4;
const LEAST_PIECES: usize = 8;
/// Pieces whose values spread less than this share of their size are fine enough.
const SHARP: f64 = 1e-4;
/// Halving a piece must take so much of its spread, or it is left.
const LESS: f64 = 0.8;
/// Halvings of a piece without a value at most; at a finite end one is approached exponentially earlier.
const MOST_HALVINGS: u32 = 14;
const SINGULAR_FROM: u32 = 3;
/// What is cut off is to be less.
const NOTHING: f64 = 1e-19;
/// Places at which a half-line may be cut.
const FIRST_CUT: f64 = 4.0;
const NEXT_CUT: f64 = 1.2;
const CUTS: usize = 24;

/// An integral over one variable t, from `range[0]` to `range[1]`.
struct Path<'c, K> {
    body: &'c Code,
    variables: Variables,
    law: Law,
    range: [f64; 2],
    /// `x = low + width t`, where the ends depend on outer variables: low, high, width.
    stretched: Option<[K; 3]>,
    /// Where an exponential approach to each end begins.
    charts: [f64; 2],
    /// Mass that the law has at 0 beside.
    atom: Estimate,
}

#[derive(Clone)]
struct Piece<K> {
    chart: usize,
    low: f64,
    high: f64,
    depth: u32,
    done: bool,
    value: Option<K>,
    signs: Signs,
}

impl<K: Set> Piece<K> {
    fn spread(&self) -> f64 {
        self.value.map_or(f64::INFINITY, K::spread)
    }
}

impl<'c, K: OnSet> Path<'c, K> {
    /// `None`: an integral of another kind.
    fn new(evaluation: &Evaluation, integral: &'c Integral, registers: &mut Registers<K>) -> Option<Path<'c, K>> {
        let path = |variables, law, range| Path {
            body: &integral.body,
            variables,
            law,
            range,
            stretched: None,
            charts: range,
            atom: Estimate::ZERO,
        };
        let line = [f64::NEG_INFINITY, f64::INFINITY];
        let laws = &evaluation.point.laws;
        Some(match &integral.measure {
            Measure::Normal { slot, .. } => path(Variables::Plain(*slot), Law::Normal, line),
            Measure::MarchenkoPastur { aspect, slot } => {
                let rho = constant(evaluation, aspect)?;
                let law = Law::MarchenkoPastur(MarchenkoPastur::new(rho)?);
                let atom = (Estimate::ONE - rho).positive_part();
                Path { atom, ..path(Variables::Plain(*slot), law, [0.0, 1.0]) }
            }
            Measure::Eigenvalues { of, axis } => {
                let levels = vec![Level { slot: axis.slot, of: *of, opposite: false, constant: None }];
                path(Variables::Levels(levels), Law::Length, [0.0, 1.0])
            }
            Measure::Spectra { first, second } => {
                path(Variables::Levels(coupled(laws, first, second)?), Law::Length, [0.0, 1.0])
            }
            Measure::Lebesgue(measure) => return Path::between(evaluation, &integral.body, measure, registers),
            Measure::NormalPair { .. } | Measure::Stieltjes { .. } => return None,
        })
    }

    fn between(
        evaluation: &Evaluation,
        body: &'c Code,
        measure: &Lebesgue,
        registers: &mut Registers<K>,
    ) -> Option<Path<'c, K>> {
        let variables = Variables::Beside(measure.slot);
        let mut end = |code: &Code| number(evaluation, code, registers).ok();
        let ends = [infinite(&measure.low), infinite(&measure.high)];
        let atom = Estimate::ZERO;
        let path = |range, stretched| Path { body, variables, law: Law::Length, range, stretched, charts: range, atom };
        Some(match ends {
            [None, None] => {
                let (low, high) = (end(&measure.low)?, end(&measure.high)?);
                match (low.single(), high.single()) {
                    (Some(low), Some(high)) if low < high => path([low, high], None),
                    _ => path([0.0, 1.0], Some([low, high, high.sub(low)?])),
                }
            }
            [low, high] => {
                let finite = |code: &Code, known: Option<f64>, end: &mut dyn FnMut(&Code) -> Option<K>| match known {
                    Some(x) => Some(x),
                    None => end(code)?.single(),
                };
                let range = [finite(&measure.low, low, &mut end)?, finite(&measure.high, high, &mut end)?];
                if range[0] >= range[1] {
                    return None;
                }
                path(range, None)
            }
        })
    }

    /// The sum over the pieces with what the atom adds.
    fn with_atom(&self, sum: K, evaluation: &Evaluation, registers: &mut Registers<K>) -> Option<K> {
        if self.atom == Estimate::ZERO {
            return Some(sum);
        }
        self.variables.set(evaluation, &Place { x: K::ZERO, near: None }, registers)?;
        let there = number(evaluation, self.body, registers).ok()?;
        sum.add(there.mul(K::of(self.atom)?)?)
    }

    fn chart(&self, chart: usize) -> Chart {
        let scale = |end: f64, inner: f64| Estimate::exact(end.max(inner)) - Estimate::exact(end.min(inner));
        match chart {
            0 => Chart::Identity,
            1 => {
                let end = self.range[0];
                Chart::Toward { end, above: true, scale: scale(end, self.charts[0]) }
            }
            _ => {
                let end = self.range[1];
                Chart::Toward { end, above: false, scale: scale(end, self.charts[1]) }
            }
        }
    }

    /// The weighted integrand at a place of the law, with the weight there.
    fn weighted<S: OnSet>(
        &self,
        evaluation: &Evaluation,
        (mut at, mut weight): (Place<S>, Option<S>),
        stretched: Option<[S; 3]>,
        registers: &mut Registers<S>,
    ) -> Option<S> {
        if !evaluation.effort(1) {
            return None;
        }
        if let Some([low, high, width]) = stretched {
            let x = match at.near {
                Some(near) if !near.above => high.sub(width.mul(near.distance)?)?,
                _ => low.add(width.mul(at.x)?)?,
            };
            at = Place { x, near: None };
            weight = Some(weight.map_or(Some(width), |weight| weight.mul(width))?);
        }
        self.variables.set(evaluation, &at, registers)?;
        let value = number(evaluation, self.body, registers).ok()?;
        weight.map_or(Some(value), |weight| value.mul(weight))
    }

    /// One piece, with the signs as they stand in the registers. Place and weight do not depend on outer variables: segments tell most of
    /// them.
    fn piece(
        &self,
        evaluation: &Evaluation,
        (chart, low, high): (usize, f64, f64),
        registers: &mut Registers<K>,
    ) -> Option<K> {
        let (at, weight) = place(&self.chart(chart), &self.law, Segment { low, high })?;
        let near = match at.near {
            Some(Near { end, above, distance }) => Some(Near { end, above, distance: K::independent(distance)? }),
            None => None,
        };
        let at = Place { x: K::independent(at.x)?, near };
        let weight = match weight {
            Some(weight) => Some(K::independent(weight)?),
            None => None,
        };
        let value = self.weighted(evaluation, (at, weight), self.stretched, registers)?;
        value.mul(K::of(Estimate::exact(high) - Estimate::exact(low))?)
    }
}

/// The value of a formula without variables. `None`: it may depend on some.
fn constant(evaluation: &Evaluation, code: &Code) -> Option<Estimate> {
    fn is_constant(code: &Code) -> bool {
        match &code.op {
            Op::Constant(_) | Op::Parameter(_) | Op::Ratio(_) | Op::Size(_) | Op::Value { .. } => true,
            Op::Negate(a) | Op::WholePower(a, _) | Op::Elementary(_, a) => is_constant(a),
            Op::Arithmetic(_, a, b) | Op::Least(a, b) | Op::Greatest(a, b) => is_constant(a) && is_constant(b),
            _ => false,
        }
    }
    is_constant(code).then_some(())?;
    evaluation.pools.real.lend(|registers| {
        registers.begin(0, 1);
        number(evaluation, code, registers).ok()
    })
}

/// The infinite end that a formula states, if it is one.
fn infinite(code: &Code) -> Option<f64> {
    match &code.op {
        Op::Constant(x) if x.is_infinity() => Some(x.value),
        Op::Negate(inner) => infinite(inner).map(|x| -x),
        _ => None,
    }
}

/// Both eigenvalues as quantiles at one level, if they are coupled and no law has jumps.
pub fn coupled(laws: &Laws, first: &Axis, second: &Axis) -> Option<Vec<Level>> {
    use Eigenvalue::{Covariance, Spectrum};
    let constant = |of| laws.discrete(of).is_some_and(|law| law.atoms.len() == 1);
    let smooth = |of| laws.discrete(of).is_none() || constant(of);
    let one = constant(Spectrum) || constant(Covariance) || !first.used || !second.used;
    let opposite = if one && laws.pairs.is_none() { false } else { laws.opposite()? };
    let level = |axis: &Axis, of, opposite| Level { slot: axis.slot, of, opposite, constant: None };
    (smooth(Spectrum) && smooth(Covariance))
        .then(|| vec![level(first, Spectrum, false), level(second, Covariance, opposite)])
}

/// A kind on which the pieces are chosen: what lies beyond a cut is known by a kind of tail.
trait Cut: OnSet {
    /// An upper bound of the size.
    fn size(self) -> f64;
    type Beyond: OnSet;
    fn beyond(self) -> Option<Self::Beyond>;
    /// All of the half-line `start + step s`.
    fn line(start: f64, step: f64) -> Self::Beyond;
    /// A bound of the integral over the half-line.
    fn rest(rest: &Self::Beyond) -> f64;
    fn widened(self, rest: &Self::Beyond) -> Option<Self>;
}

impl Cut for Segment {
    type Beyond = Tail;

    fn size(self) -> f64 {
        self.magnitude()
    }

    fn beyond(self) -> Option<Tail> {
        Some(Tail::within(self))
    }

    fn line(start: f64, step: f64) -> Tail {
        Tail::line(Estimate::exact(start), Estimate::exact(step))
    }

    fn rest(rest: &Tail) -> f64 {
        rest.integral()
    }

    fn widened(self, rest: &Tail) -> Option<Segment> {
        Kind::add(self, Segment::within_size(rest.integral())?)
    }
}

impl Cut for Slope<Segment> {
    type Beyond = Slope<Tail>;

    fn size(self) -> f64 {
        self.value.magnitude().min(self.first.magnitude())
    }

    fn beyond(self) -> Option<Slope<Tail>> {
        let second = || self.second?.beyond();
        Some(Slope { value: self.value.beyond()?, first: self.first.beyond()?, second: second() })
    }

    fn line(start: f64, step: f64) -> Slope<Tail> {
        Slope { value: Segment::line(start, step), first: Tail::ZERO, second: Some(Tail::ZERO) }
    }

    /// Where the value may be anything, the derivative alone counts.
    fn rest(rest: &Slope<Tail>) -> f64 {
        let (value, first) = (rest.value.integral(), rest.first.integral());
        if value.is_infinite() { first } else { value.max(first) }
    }

    fn widened(self, rest: &Slope<Tail>) -> Option<Slope<Segment>> {
        Some(Slope { value: self.value.widened(&rest.value)?, first: self.first.widened(&rest.first)?, second: None })
    }
}

/// Where to cut in the direction of a half-line, and what lies beyond.
fn cut<K: Cut>(
    path: &Path<K>,
    evaluation: &Evaluation,
    registers: &Registers<K>,
    (chart, from, step): (usize, f64, f64),
) -> Option<(f64, K::Beyond)> {
    <K::Beyond as OnSet>::pool(evaluation).lend(|beyond| {
        carried(registers, beyond, K::beyond)?;
        let stretched = match path.stretched {
            Some([low, high, width]) => Some([low.beyond()?, high.beyond()?, width.beyond()?]),
            None => None,
        };
        let mut best: Option<(f64, K::Beyond)> = None;
        let mut t = FIRST_CUT;
        for _ in 0..CUTS {
            let at = K::line(from + step * t, step);
            let placed = place(&path.chart(chart), &path.law, at);
            if let Some(rest) = placed.and_then(|placed| path.weighted(evaluation, placed, stretched, beyond)) {
                let size = K::rest(&rest);
                if size.is_finite() && best.as_ref().is_none_or(|(_, known)| size < K::rest(known)) {
                    best = Some((t, rest));
                }
                if size <= NOTHING {
                    break;
                }
            }
            t = (t * NEXT_CUT * 4.0).ceil() / 4.0;
        }
        best
    })
}

/// The integral by pieces that are halved where their values spread most. The registers' record gets the signs and the pieces.
fn chosen<K: Cut>(path: &mut Path<K>, evaluation: &Evaluation, registers: &mut Registers<K>) -> Option<K> {
    let outer = std::mem::take(&mut registers.signs);
    let most = evaluation.pieces.get();
    // Integrals further inside get fewer, as each piece here asks for all of theirs.
    let found = pieces(path, evaluation, registers, most);
    evaluation.pieces.set(most);
    let (pieces, rests) = match found {
        Some(found) => found,
        None => {
            registers.signs = outer;
            // Whatever else was open is no more than no value.
            return None;
        }
    };
    registers.signs = outer;
    let rest: f64 = rests.iter().map(K::rest).sum();
    let parts = pieces.iter().map(|piece| (piece.chart, piece.low, piece.high)).collect();
    registers.signs.record_plan(Plan {
        pieces: parts,
        range: path.range,
        charts: path.charts,
        rest: rest * (1.0 + 1e-14),
    });
    let mut sum = K::ZERO;
    for piece in pieces {
        sum = sum.add(piece.value?)?;
        registers.signs.append(piece.signs);
    }
    for beyond in &rests {
        sum = sum.widened(beyond)?;
    }
    path.with_atom(sum, evaluation, registers)
}

type Chosen<K> = (Vec<Piece<K>>, Vec<<K as Cut>::Beyond>);

fn pieces<K: Cut>(
    path: &mut Path<K>,
    evaluation: &Evaluation,
    registers: &mut Registers<K>,
    most: usize,
) -> Option<Chosen<K>> {
    evaluation.pieces.set((most / FEWER).max(LEAST_PIECES));
    let mut rests = vec![];
    let mut ends = path.range;
    let origin = match path.range {
        [low, _] if low.is_finite() => low,
        [_, high] if high.is_finite() => high,
        _ => 0.0,
    };
    for (end, step) in [(0, -1.0), (1, 1.0)] {
        if path.range[end].is_infinite() {
            let (t, rest) = cut(path, evaluation, registers, (0, origin, step))?;
            ends[end] = origin + step * t;
            rests.push(rest);
        }
    }
    let evaluated = |path: &Path<K>, registers: &mut Registers<K>, chart, low, high, depth| {
        registers.signs = Signs::new();
        let value = path.piece(evaluation, (chart, low, high), registers);
        Piece { chart, low, high, depth, done: false, value, signs: std::mem::take(&mut registers.signs) }
    };
    let count = if path.range[0].is_finite() && path.range[1].is_finite() { 4 } else { 8 };
    let place = |i: usize| ends[0] + (ends[1] - ends[0]) * i as f64 / count as f64;
    let mut pieces: Vec<Piece<K>> = vec![];
    for i in 0..count {
        let high = if i + 1 == count { ends[1] } else { place(i + 1) };
        pieces.push(evaluated(path, registers, 0, if i == 0 { ends[0] } else { place(i) }, high, 0));
    }
    while pieces.len() < most {
        let (spread, size) = pieces.iter().fold((0.0, 0.0), |(spread, size), piece| {
            (spread + piece.spread(), size + piece.value.map_or(0.0, K::size))
        });
        if spread <= SHARP * size {
            break;
        }
        let open = pieces.iter().enumerate().filter(|(_, piece)| !piece.done && piece.spread() > 0.0);
        let Some((worst, _)) = open.max_by(|a, b| a.1.spread().total_cmp(&b.1.spread())) else { break };
        let piece = pieces[worst].clone();
        if piece.value.is_none() && piece.chart == 0 && piece.depth >= SINGULAR_FROM {
            let (at_low, at_high) = (piece.low == path.range[0], piece.high == path.range[1]);
            let chart = if at_low { 1 } else { 2 };
            if at_low || at_high {
                path.charts[chart - 1] = if at_low { piece.high } else { piece.low };
                let (t, rest) = cut(path, evaluation, registers, (chart, 0.0, 1.0))?;
                rests.push(rest);
                let part = |i: usize| t * i as f64 / 8.0;
                let approach =
                    (0..8).map(|i| evaluated(path, registers, chart, part(i), part(i + 1), 0)).collect::<Vec<_>>();
                pieces.splice(worst..=worst, approach);
                continue;
            }
        }
        if piece.value.is_none() && piece.depth >= MOST_HALVINGS {
            return None;
        }
        let middle = 0.5 * piece.low + 0.5 * piece.high;
        let apart = piece.low < middle && middle < piece.high;
        if !apart {
            return None;
        }
        let mut halves = [(piece.low, middle), (middle, piece.high)]
            .map(|(low, high)| evaluated(path, registers, piece.chart, low, high, piece.depth + 1));
        let left: f64 = halves.iter().map(Piece::spread).sum();
        if piece.value.is_some() && left > LESS * piece.spread() {
            halves.iter_mut().for_each(|half| half.done = true);
        }
        pieces.splice(worst..=worst, halves);
    }
    Some((pieces, rests))
}

impl OnSet for Segment {
    fn pool<'e>(evaluation: &'e Evaluation) -> &'e Pool<Segment> {
        &evaluation.pools.segments
    }

    fn inner_integral(
        evaluation: &Evaluation,
        integral: &Integral,
        registers: &mut Registers<Segment>,
    ) -> Option<Segment> {
        let mut path = Path::new(evaluation, integral, registers)?;
        kept(registers, |registers| chosen(&mut path, evaluation, registers))
    }
}

impl OnSet for Slope<Segment> {
    fn pool<'e>(evaluation: &'e Evaluation) -> &'e Pool<Slope<Segment>> {
        &evaluation.pools.slopes
    }

    fn inner_integral(evaluation: &Evaluation, integral: &Integral, registers: &mut Registers<Self>) -> Option<Self> {
        let mut path = Path::new(evaluation, integral, registers)?;
        kept(registers, |registers| chosen(&mut path, evaluation, registers))
    }
}

impl OnSet for Disc {
    fn pool<'e>(evaluation: &'e Evaluation) -> &'e Pool<Disc> {
        &evaluation.pools.discs
    }

    /// The pieces of the segment again, each with its signs.
    fn inner_integral(evaluation: &Evaluation, integral: &Integral, registers: &mut Registers<Disc>) -> Option<Disc> {
        let mut path = Path::new(evaluation, integral, registers)?;
        // Ends that are one point of the disc but not of the segment leave a path of another kind, which the pieces do not fit.
        let plan = registers.signs.replay_plan().filter(|plan| plan.range == path.range)?;
        path.charts = plan.charts;
        kept(registers, |registers| {
            let mut sum = Disc::ZERO;
            for piece in &plan.pieces {
                sum = sum.add(path.piece(evaluation, *piece, registers)?)?;
            }
            path.with_atom(sum.drifting(plan.rest), evaluation, registers)
        })
    }
}

/// Calls with the registers where the walk stands one higher, so that the value there is kept. The distance to an end that holds around
/// the integral is the one that holds after it: the variable of the integral leaves its slot to others.
fn kept<K: OnSet, T>(registers: &mut Registers<K>, work: impl FnOnce(&mut Registers<K>) -> T) -> T {
    let outer = registers.difference.clone();
    registers.up();
    registers.reserve();
    let found = work(registers);
    registers.down();
    registers.difference = outer;
    found
}

/// So many pieces of an inner integral, for each value of the outer variable on a half-line.
const PIECES_OF_TAIL: u32 = 16;
/// Where an inner normal law is divided.
const INNER_RANGE: f64 = 8.0;

impl OnSet for Tail {
    fn least(self) -> f64 {
        self.range().low
    }

    fn pool<'e>(evaluation: &'e Evaluation) -> &'e Pool<Tail> {
        &evaluation.pools.tails
    }

    fn inner_integral(evaluation: &Evaluation, integral: &Integral, registers: &mut Registers<Tail>) -> Option<Tail> {
        let path = Path::new(evaluation, integral, registers)?;
        let normal = matches!(path.law, Law::Normal);
        let [low, high] = if normal { [-INNER_RANGE, INNER_RANGE] } else { path.range };
        if !low.is_finite() || !high.is_finite() {
            return None;
        }
        let pieces = f64::from(PIECES_OF_TAIL);
        let place = |i: u32| low + (high - low) * f64::from(i) / pieces;
        kept(registers, |registers| {
            let mut sum = Tail::ZERO;
            for i in 0..PIECES_OF_TAIL {
                let to = if i + 1 == PIECES_OF_TAIL { high } else { place(i + 1) };
                sum = sum.add(path.piece(evaluation, (0, place(i), to), registers)?);
            }
            if normal {
                sum = sum.add(both_beyond(&path, evaluation, registers)?);
            }
            path.with_atom(sum, evaluation, registers)
        })
    }
}

/// What an inner expectation over a normal law has beyond the range that is divided, for outer variables on a half-line: for an inner
/// variable at distance `R + r`, r above that of the outer variables, it is bounded with each of those anywhere up to r.
fn both_beyond(path: &Path<Tail>, evaluation: &Evaluation, registers: &Registers<Tail>) -> Option<Tail> {
    Tail::pool(evaluation).lend(|far| {
        carried(registers, far, Tail::up_to)?;
        let mut bound = 0.0;
        for side in [-1.0, 1.0] {
            let line = Tail::line(Estimate::exact(side * INNER_RANGE), Estimate::exact(side));
            let placed = place(&Chart::Identity, &path.law, line)?;
            bound += path.weighted(evaluation, placed, None, far)?.integral();
        }
        let nearer = bound.is_finite();
        nearer.then_some(())?;
        // Between R and R + s, where the law has no more than this mass.
        let mass = Tail::of(Estimate::exact(1.3e-15))?;
        let wide = Tail::line(Estimate::new(0.0, INNER_RANGE), Estimate::new(0.0, 1.0));
        Tail::pool(evaluation).lend(|same| {
            carried(registers, same, Some)?;
            path.variables.set(evaluation, &Place { x: wide, near: None }, same)?;
            let between = number(evaluation, path.body, same).ok()?;
            let size = between.abs().mul(mass).add(Tail::within_size(bound)?.abs());
            Some(size.hull(size.neg()))
        })
    })
}

impl OnSet for Slope<Tail> {
    fn pool<'e>(evaluation: &'e Evaluation) -> &'e Pool<Slope<Tail>> {
        &evaluation.pools.slopes_of_tails
    }

    fn inner_integral(_: &Evaluation, _: &Integral, _: &mut Registers<Self>) -> Option<Self> {
        None
    }
}
