//! `E f(u, v)` for a pair of standard normals with correlation rho, iterated over rotated coordinates.
//!
//! `u = L x + S y` and `v = L x - S y` with `L^2 = (1 + rho)/2`, `S^2 = (1 - rho)/2`, and x, y independent. The inner integral runs over x,
//! in pieces between the lines where f is not smooth: `u = k` and `v = k`, whose x is affine in y. On a piece `u` and `v` are known at
//! both ends, so that signs at the lines are exact. Other lines along which a sign changes are found nowhere: they refuse.
//!
//! A panel of y needs two proofs. First, the inner integral is analytic in y: for real x and y on the ellipse's disc, the integrand is
//! within some M of a linear function of y, and M is summed over steps of x. Second, one set of inner rules is good enough for all its y.

mod pieces;
mod proof;
mod run;

pub use run::{Pair, PairIntegrand};

use pieces::{End, Piece, Rotation, STRIP, Span, crossings};
use run::{Part, Run, Strip};

use crate::num::Estimate;
use crate::num::enclosed::gauss_legendre::{self, MOST_POINTS};
use crate::num::enclosed::panels::{Refusal, Work};
use crate::num::enclosed::{Enclosed, Outcome, Settings};
use crate::num::sets::rounding::above;
use crate::num::sets::{Segment, Signs, Tail};

/// What is known of the function beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape<'a> {
    /// It is not smooth where u is one of these.
    pub u_kinks: &'a [f64],
    /// It is not smooth where v is one of these.
    pub v_kinks: &'a [f64],
    /// It is not smooth where `u = v`.
    pub diagonal: bool,
    /// `f(u, v) = f(v, u)`
    pub symmetric: bool,
}

/// Share of the tolerance that a panel of y may take for its rule, and again for its inner rules.
const PANEL_SHARE: f64 = 1.0 / 60.0;
/// Share that may be cut off.
const CUT_SHARE: f64 = 1.0 / 20.0;
/// Halvings of the range of y at most.
const PANEL_DEPTH: u32 = 40;

/// Cosine and sine of half the angle whose cosine is the correlation. Near 0 and pi an angle keeps digits that its cosine has lost.
#[derive(Clone, Copy, Debug)]
pub struct HalfAngle {
    cosine: Estimate,
    sine: Estimate,
}

impl HalfAngle {
    /// Correlation 0.
    pub fn independent() -> HalfAngle {
        let root = Estimate::exact(0.5).sqrt().unwrap_or(Estimate::UNDEFINED);
        HalfAngle { cosine: root, sine: root }
    }

    /// `None` unless the correlation lies between -1 and 1.
    pub fn of_cosine(rho: Estimate) -> Option<HalfAngle> {
        let half = |x: Estimate| (x * Estimate::exact(0.5)).sqrt();
        Some(HalfAngle { cosine: half(Estimate::ONE + rho)?, sine: half(Estimate::ONE - rho)? })
    }

    pub fn of_angle(half: Estimate) -> Option<HalfAngle> {
        half.is_finite().then(|| HalfAngle { cosine: half.cos().abs(), sine: half.sin().abs() })
    }

    /// Whether `v = u` (`false`) or `v = -u` (`true`).
    pub fn is_line(&self) -> Option<bool> {
        match (self.sine == Estimate::ZERO, self.cosine == Estimate::ZERO) {
            (true, _) => Some(false),
            (_, true) => Some(true),
            _ => None,
        }
    }
}

/// `E f(u, v)` with a correlation between -1 and 1, both excluded.
pub fn normal_pair<E>(
    f: &mut dyn PairIntegrand<E>,
    half_angle: HalfAngle,
    shape: Shape,
    settings: Settings,
) -> Outcome<E> {
    let HalfAngle { cosine, sine } = half_angle;
    let mirrored = sine.value > cosine.value;
    let (large, small) = if mirrored { (sine, cosine) } else { (cosine, sine) };
    let apart = small.low() > 0.0;
    if !apart {
        return Err(Refusal::NoValue { near: 0.0 });
    }
    let tolerance = settings.tolerance;
    let mut run = Run {
        f,
        rotation: Rotation { large, small },
        mirrored,
        tolerance,
        work: Work::new(settings.budget),
        signs: Signs::new(),
    };
    let (radius, rest) = run.cut()?;
    let v_kinks: Vec<f64> = shape.v_kinks.iter().map(|k| if mirrored { -k } else { *k }).collect();
    let symmetric = shape.symmetric && !mirrored;
    let kinks = Shape { v_kinks: &v_kinks, symmetric, ..shape };
    let value = run.planes(radius, kinks)?;
    Ok(Enclosed { value: value.widened(rest), work: run.work })
}

impl<E> Run<'_, E> {
    /// A radius and a bound of what lies beyond: `|u|` and `|v|` are at most r at distance r from the origin, whose density is
    /// `r e^(-r^2/2)`.
    fn cut(&mut self) -> Result<(f64, f64), Refusal<E>> {
        let mut radius = 4.0;
        while radius < 100.0 {
            let distance = Tail::line(Estimate::exact(radius), Estimate::ONE);
            let argument = Tail::line(Estimate::new(0.0, radius), Estimate::new(0.0, 1.0));
            let half = Tail::of(Estimate::exact(-0.5)).ok_or(Refusal::Divergent { end: radius })?;
            let density = distance.mul(distance).mul(half).exp().mul(distance);
            self.work.tails += 1;
            let difference = argument.add(argument);
            let value = self.f.tail(&Pair { u: argument, v: argument, difference })?;
            let rest = value.map_or(f64::INFINITY, |value| value.mul(density).integral());
            if rest <= self.tolerance * CUT_SHARE {
                return Ok((radius, rest));
            }
            radius = (radius * 1.07 * 8.0).ceil() / 8.0;
        }
        Err(Refusal::Divergent { end: f64::INFINITY })
    }

    /// All of the plane within `|y| <= radius` and a range of x that holds `|x| <= radius` and all kinks there.
    fn planes(&mut self, radius: f64, shape: Shape) -> Result<Estimate, Refusal<E>> {
        let mut lines = vec![];
        for (kinks, of_u) in [(shape.u_kinks, true), (shape.v_kinks, false)] {
            for &k in kinks {
                lines.push(self.rotation.kink(k, of_u).ok_or(Refusal::NoValue { near: k })?);
            }
        }
        if shape.diagonal && self.mirrored {
            lines.push(self.rotation.middle());
        }
        let reach = shape.u_kinks.iter().chain(shape.v_kinks).fold(0.0, |most: f64, k| most.max(k.abs()));
        // |x| on a kink is at most |k|/L + (S/L) |y|, with L at least 0.7 and S at most L.
        let range = if reach == 0.0 { radius } else { above(radius + reach / 0.7) };
        let start = if shape.symmetric { 0.0 } else { -radius };
        let (places, strips) = crossings(start, radius, &lines, shape.diagonal && !self.mirrored);
        let mut sum = Estimate::ZERO;
        for (low, high) in places {
            // Between crossings the lines keep their order.
            let middle = Estimate::exact(0.5 * low + 0.5 * high);
            let mut order = lines.clone();
            let place = |end: &End| end.x.at(middle).map_or(f64::NAN, |x| x.value);
            order.sort_by(|a, b| place(a).total_cmp(&place(b)));
            order.insert(0, self.rotation.fixed(-range));
            order.push(self.rotation.fixed(range));
            let pieces: Vec<Piece> = order.windows(2).map(|pair| Piece { a: pair[0], b: pair[1] }).collect();
            sum = sum + self.panels(Strip { low, high, depth: 0 }, &pieces)?;
        }
        let whole = Piece { a: self.rotation.fixed(-range), b: self.rotation.fixed(range) };
        for (low, high) in strips {
            let panel = Strip { low, high, depth: PANEL_DEPTH };
            let strip = self.crude(panel, &[whole], 64)?.ok_or(Refusal::NoValue { near: low })?;
            sum = sum + strip;
        }
        Ok(if shape.symmetric { sum * Estimate::exact(2.0) } else { sum })
    }

    fn panels(&mut self, whole: Strip, pieces: &[Piece]) -> Result<Estimate, Refusal<E>> {
        let mut stack = vec![whole];
        let mut sum = Estimate::ZERO;
        while let Some(panel) = stack.pop() {
            if let Some(value) = self.panel(panel, pieces)? {
                sum = sum + value;
                continue;
            }
            let (middle, depth) = (0.5 * panel.low + 0.5 * panel.high, panel.depth + 1);
            if depth > PANEL_DEPTH {
                return Err(Refusal::NoValue { near: panel.low });
            }
            stack.push(Strip { low: middle, depth, ..panel });
            stack.push(Strip { high: middle, depth, ..panel });
        }
        Ok(sum)
    }

    /// The integral over a panel of y; `None` if it must be halved.
    fn panel(&mut self, panel: Strip, pieces: &[Piece]) -> Result<Option<Estimate>, Refusal<E>> {
        let share = self.tolerance * PANEL_SHARE;
        if let Some(value) = self.crude(panel, pieces, 8)?
            && value.abs_err <= share
        {
            return Ok(Some(value));
        }
        let mut plan = vec![];
        let spans = self.spans(panel, pieces, &mut plan)?;
        let Some((rule, error)) = self.outer_rule(panel, &spans, share)? else { return Ok(None) };
        if !self.plan(panel, &spans, share / (panel.high - panel.low), &mut plan)? {
            return Ok(None);
        }
        let mut places = [Estimate::ZERO; MOST_POINTS];
        let mut values = [Estimate::ZERO; MOST_POINTS];
        let count = gauss_legendre::nodes(panel.low, panel.high, rule, &mut places);
        for (y, value) in places[..count].iter().zip(&mut values) {
            *value = self.inner(*y, &plan)?;
        }
        let sum = gauss_legendre::sum(panel.low, panel.high, rule, &values[..count]);
        if !sum.is_finite() {
            return Err(Refusal::NoValue { near: panel.low });
        }
        Ok(Some(sum.widened(error)))
    }

    /// The integral by segments alone, in so many steps per piece; `None` if they have no bound.
    fn crude(&mut self, panel: Strip, pieces: &[Piece], steps: u32) -> Result<Option<Estimate>, Refusal<E>> {
        let y = Segment { low: panel.low, high: panel.high };
        let mut sum = Estimate::ZERO;
        for piece in pieces {
            for step in 0..steps {
                let t =
                    Segment { low: f64::from(step) / f64::from(steps), high: f64::from(step + 1) / f64::from(steps) };
                let Some(value) = self.segment(piece, t, y)?.and_then(Segment::to_estimate) else { return Ok(None) };
                sum = sum + value * (Estimate::exact(t.high) - Estimate::exact(t.low));
            }
        }
        Ok(Some(sum * (Estimate::exact(panel.high) - Estimate::exact(panel.low))))
    }

    /// The pieces with their signs. Where a sign is open only because f jumps at an end, the ends are taken off, into the plan.
    fn spans(&mut self, panel: Strip, pieces: &[Piece], plan: &mut Vec<Part>) -> Result<Vec<Span>, Refusal<E>> {
        let y = Segment { low: panel.low, high: panel.high };
        let mut spans = vec![];
        for piece in pieces {
            self.segment(piece, Segment { low: 0.0, high: 1.0 }, y)?;
            if !self.signs.undecided() {
                spans.push(Span { piece: *piece, low: 0.0, high: 1.0, decided: true });
                continue;
            }
            let strips = [(0.0, STRIP), (1.0 - STRIP, 1.0)];
            let mut known = vec![];
            for (low, high) in strips {
                let value = self.segment(piece, Segment { low, high }, y)?.and_then(Segment::to_estimate);
                known.extend(value.map(|value| Part::Known(value * Estimate::exact(STRIP))));
            }
            self.segment(piece, Segment { low: STRIP, high: 1.0 - STRIP }, y)?;
            let decided = !self.signs.undecided();
            if decided && known.len() == strips.len() {
                plan.extend(known);
                spans.push(Span { piece: *piece, low: STRIP, high: 1.0 - STRIP, decided });
            } else {
                spans.push(Span { piece: *piece, low: 0.0, high: 1.0, decided: false });
            }
        }
        Ok(spans)
    }

    /// The inner integral at one y.
    fn inner(&mut self, y: Estimate, plan: &[Part]) -> Result<Estimate, Refusal<E>> {
        let mut sum = Estimate::ZERO;
        for part in plan {
            let (piece, low, high, rule, error) = match part {
                Part::Known(value) => {
                    sum = sum + *value;
                    continue;
                }
                Part::Rule { piece, low, high, rule, error } => (piece, *low, *high, *rule, *error),
            };
            let mut places = [Estimate::ZERO; MOST_POINTS];
            let (mut us, mut vs) = ([Estimate::ZERO; MOST_POINTS], [Estimate::ZERO; MOST_POINTS]);
            let (mut weights, mut values) = ([Estimate::ZERO; MOST_POINTS], [Estimate::UNDEFINED; MOST_POINTS]);
            let count = gauss_legendre::nodes(low, high, rule, &mut places);
            self.work.points += count;
            self.spend(count)?;
            let along = piece.along(y);
            for (i, t) in places[..count].iter().enumerate() {
                let place = along.as_ref().and_then(|along| along.place(*t));
                let Some(place) = place else { return Ok(Estimate::UNDEFINED) };
                us[i] = place.u;
                vs[i] = if self.mirrored { -place.v } else { place.v };
                weights[i] = place.weight;
            }
            self.f.at(&us[..count], &vs[..count], &mut values[..count])?;
            values.iter_mut().zip(&weights).for_each(|(value, weight)| *value = *value * *weight);
            sum = sum + gauss_legendre::sum(low, high, rule, &values[..count]).widened(error);
        }
        Ok(sum)
    }
}
