//! Enclosed integrals: over intervals, half-lines and the line, and against laws.
//!
//! Ends at infinity are cut where a [`Tail`] proves that nothing is left. Finite ends at which halving panels does not help are
//! approached exponentially, `x = end + e^-t`, and cut likewise. See [`crate::num::enclosed::panels`] for what lies between.

pub mod gauss_legendre;
pub mod laws;
pub mod pair;
pub mod panels;
pub mod roots;
pub mod series;
#[cfg(test)]
mod tests;

use crate::num::Estimate;
use crate::num::sets::{Disc, Segment, Signs, Tail};
use gauss_legendre::MOST_POINTS;
use laws::{Chart, Law, MarchenkoPastur, Near, Place, place};
use panels::{Function, PANEL_SHARE, Refusal, Work};

/// Share of the tolerance that may be cut off at one end.
const CUT_SHARE: f64 = 1.0 / 50.0;
/// First place of a cut, and the factor to the next.
const FIRST_CUT: f64 = 4.0;
const NEXT_CUT: f64 = 1.15;
/// Places of a cut that are tried; the last is beyond 1e8.
const CUTS: usize = 125;

/// A formula to be integrated, on all kinds of numbers. `None`: no value; or, on a segment, a sign that is left open and noted.
pub trait Integrand<E> {
    /// All values on a segment. Signs that are decided are recorded, in order.
    fn segment(&mut self, place: &Place<Segment>, signs: &mut Signs) -> Result<Option<Segment>, E>;
    /// The analytic continuation from that segment, by the signs recorded there.
    fn disc(&mut self, place: &Place<Disc>, signs: &mut Signs) -> Result<Option<Disc>, E>;
    /// On a whole half-line of the integrator's variable.
    fn tail(&mut self, place: &Place<Tail>) -> Result<Option<Tail>, E>;
    /// Values at up to [`MOST_POINTS`] places; what is not finite has no value.
    fn at(&mut self, places: Places, values: &mut [Estimate]) -> Result<(), E>;
}

/// Many places at once, all near the same end or none near one.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    pub xs: &'a [Estimate],
    pub near: Option<Near<&'a [Estimate]>>,
}

/// How well, and at what cost at most.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Bound of the absolute error aimed at; errors of the integrand's values come on top.
    pub tolerance: f64,
    /// Evaluations of the integrand of all kinds.
    pub budget: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { tolerance: 1e-12, budget: 400_000 }
    }
}

/// An integral with a proved bound, and what it took.
#[derive(Clone, Copy, Debug)]
pub struct Enclosed {
    pub value: Estimate,
    pub work: Work,
}

/// What integrations return.
pub type Outcome<E> = Result<Enclosed, Refusal<E>>;

/// `E f(G)`, G standard normal; at `breaks` f is not smooth.
pub fn normal<E>(f: &mut dyn Integrand<E>, breaks: &[f64], settings: Settings) -> Outcome<E> {
    Integration::new(f, Law::Normal, settings).line(f64::NEG_INFINITY, f64::INFINITY, breaks)
}

/// `int f dx` from `low` to `high`, either of which may be infinite; minus that from `high` to `low` if they are so ordered.
/// Where an end is finite but no double, it is a ball.
pub fn interval<E>(
    f: &mut dyn Integrand<E>,
    low: Estimate,
    high: Estimate,
    breaks: &[f64],
    settings: Settings,
) -> Outcome<E> {
    if low.value.is_nan() || high.value.is_nan() {
        return Err(Refusal::NoValue { near: f64::NAN });
    }
    let exact = |x: Estimate| x.abs_err == 0.0;
    if exact(low) && exact(high) {
        if low.value > high.value {
            let reverse = interval(f, high, low, breaks, settings)?;
            return Ok(Enclosed { value: -reverse.value, ..reverse });
        }
        return Integration::new(f, Law::Length, settings).line(low.value, high.value, breaks);
    }
    let width = high - low;
    if low.is_finite() && high.is_finite() {
        // x = low + width u holds for every choice of the ends, whatever their order; inner breaks are found by halving.
        return Integration::new(f, Law::Stretched { low, high, width }, settings).line(0.0, 1.0, &[]);
    }
    Err(Refusal::NoValue { near: if exact(low) { high.value } else { low.value } })
}

/// `int f d mu` over the absolutely continuous part of the Marchenko-Pastur law with aspect rho; its atom `(1 - rho)+` at 0 is the
/// caller's. At its lower end f may be singular.
pub fn marchenko_pastur<E>(f: &mut dyn Integrand<E>, rho: Estimate, settings: Settings) -> Outcome<E> {
    let law = MarchenkoPastur::new(rho).ok_or(Refusal::NoValue { near: 0.0 })?;
    Integration::new(f, Law::MarchenkoPastur(law), settings).line(0.0, 1.0, &[])
}

/// One integral in progress.
struct Integration<'a, E> {
    integrand: &'a mut dyn Integrand<E>,
    law: Law,
    tolerance: f64,
    work: Work,
    /// Whether the integrand had a value on some tail.
    valued: bool,
}

impl<'a, E> Integration<'a, E> {
    fn new(integrand: &'a mut dyn Integrand<E>, law: Law, settings: Settings) -> Integration<'a, E> {
        Integration { integrand, law, tolerance: settings.tolerance, work: Work::new(settings.budget), valued: false }
    }

    /// The whole integral from `low` to `high` in the law's variable.
    fn line(mut self, low: f64, high: f64, breaks: &[f64]) -> Outcome<E> {
        let mut breaks: Vec<f64> = breaks.iter().copied().filter(|b| low < *b && *b < high).collect();
        breaks.sort_by(f64::total_cmp);
        breaks.dedup();
        let mut sum = Estimate::ZERO;
        let (from, to) = (self.open_end(low, high, -1.0, &mut sum)?, self.open_end(high, low, 1.0, &mut sum)?);
        // A cut end is not singular.
        let is_end = [from == low, to == high];
        breaks.retain(|b| from < *b && *b < to);
        let mut places = vec![from];
        places.extend(&breaks);
        places.push(to);
        let last = places.len() - 2;
        for (index, pair) in places.windows(2).enumerate() {
            let defer = [index > 0 || is_end[0], index < last || is_end[1]];
            let piece = self.piece(pair[0], pair[1], defer).map_err(|refusal| match refusal {
                // What encloses a part encloses the whole only if there is no other.
                Refusal::Budget { best } => Refusal::Budget { best: best.filter(|_| last == 0).map(|best| best + sum) },
                other => other,
            })?;
            sum = sum + piece;
        }
        Ok(Enclosed { value: sum, work: self.work })
    }

    /// Where to begin at an end, in the direction `side`. An infinite one is cut where no more than its share is left; if nothing shows
    /// that, all from some place on is integrated exponentially. What is beyond the end is added to the sum.
    fn open_end(&mut self, end: f64, other: f64, side: f64, sum: &mut Estimate) -> Result<f64, Refusal<E>> {
        if end.is_finite() {
            return Ok(end);
        }
        let from = if other.is_finite() { other } else { 0.0 };
        let outward = |t: f64| Tail::line(Estimate::exact(from + side * t), Estimate::exact(side));
        if let Some((t, rest)) = self.cut(Chart::Identity, outward)? {
            *sum = sum.widened(rest);
            return Ok(from + side * t);
        }
        let scale = if side * from >= 1.0 { from } else { side };
        *sum = *sum + self.chart(Chart::Away { scale }, end)?;
        Ok(scale)
    }

    /// The first place t at which the rest, on the tail that begins there, is within its share; and a bound of the rest.
    fn cut(&mut self, chart: Chart, tail: impl Fn(f64) -> Tail) -> Result<Option<(f64, f64)>, Refusal<E>> {
        let mut t = FIRST_CUT;
        for _ in 0..CUTS {
            self.work.tails += 1;
            let rest = self.beyond(chart, tail(t))?;
            if rest <= self.tolerance * CUT_SHARE {
                return Ok(Some((t, rest)));
            }
            // Eighths, so that places are short numbers.
            t = (t * NEXT_CUT * 8.0).ceil() / 8.0;
        }
        Ok(None)
    }

    /// A bound of the integral of the magnitude over a tail of the integrator's variable.
    fn beyond(&mut self, chart: Chart, t: Tail) -> Result<f64, E> {
        let Some((x, weight)) = place(&chart, &self.law, t) else { return Ok(f64::INFINITY) };
        let value = self.integrand.tail(&x)?;
        self.valued |= value.is_some();
        Ok(value.map_or(f64::INFINITY, |value| weight.map_or(value, |weight| value.mul(weight)).integral()))
    }

    /// All of a chart, `t >= 0`, which approaches `end`.
    fn chart(&mut self, chart: Chart, end: f64) -> Result<Estimate, Refusal<E>> {
        let line = |t: f64| Tail::line(Estimate::exact(t), Estimate::ONE);
        let (t, rest) = self.cut(chart, line)?.ok_or_else(|| self.divergent(end))?;
        Ok(self.panels(chart, [0.0, t], [false; 2])?.value.widened(rest))
    }

    /// Why there is no integral near an end: nothing bounds the integrand, or it has no value there.
    fn divergent(&self, end: f64) -> Refusal<E> {
        if self.valued { Refusal::Divergent { end } } else { Refusal::NoValue { near: end } }
    }

    fn panels(&mut self, chart: Chart, ends: [f64; 2], defer: [bool; 2]) -> Result<panels::Total, Refusal<E>> {
        let tolerance = self.tolerance * PANEL_SHARE;
        let law = self.law;
        let mut weighted = Weighted { integrand: self.integrand, chart, law };
        panels::integrate(&mut weighted, ends, &[], defer, tolerance, &mut self.work).map_err(|refusal| match refusal {
            Refusal::NoValue { near } => {
                let x = place(&chart, &law, Estimate::exact(near)).map_or(near, |(x, _)| x.x.value);
                Refusal::NoValue { near: x }
            }
            Refusal::Budget { .. } if !matches!(chart, Chart::Identity) => Refusal::Budget { best: None },
            other => other,
        })
    }

    /// A finite piece; at ends that may be singular it is approached exponentially where halving does not help.
    fn piece(&mut self, low: f64, high: f64, singular: [bool; 2]) -> Result<Estimate, Refusal<E>> {
        let sum = self.panels(Chart::Identity, [low, high], singular)?;
        let mut value = sum.value;
        for (inner, end, above) in [(sum.deferred[0], low, true), (sum.deferred[1], high, false)] {
            let Some(inner) = inner else { continue };
            let scale = Estimate::exact(inner.max(end)) - Estimate::exact(inner.min(end));
            let approached = self.chart(Chart::Toward { end, above, scale }, end);
            value = value
                + match approached {
                    // Nothing shows that the rest is small; but there may be nothing wrong with the end itself.
                    Err(Refusal::Divergent { .. } | Refusal::NoValue { .. }) => {
                        let ends = [inner.min(end), inner.max(end)];
                        self.panels(Chart::Identity, ends, [false; 2])
                            .map_err(|refusal| match refusal {
                                Refusal::Budget { .. } | Refusal::NoValue { .. } => self.divergent(end),
                                other => other,
                            })?
                            .value
                    }
                    other => other?,
                };
        }
        Ok(value)
    }
}

/// The integrand as a function of the integrator's variable, with all weights.
struct Weighted<'a, E> {
    integrand: &'a mut dyn Integrand<E>,
    chart: Chart,
    law: Law,
}

impl<E> Function<E> for Weighted<'_, E> {
    fn segment(&mut self, t: Segment, signs: &mut Signs) -> Result<Option<Segment>, E> {
        let Some((x, weight)) = place(&self.chart, &self.law, t) else { return Ok(None) };
        let value = self.integrand.segment(&x, signs)?;
        Ok(value.map(|value| weight.map_or(value, |weight| value * weight)))
    }

    fn disc(&mut self, t: Disc, signs: &mut Signs) -> Result<Option<Disc>, E> {
        let Some((x, weight)) = place(&self.chart, &self.law, t) else { return Ok(None) };
        let value = self.integrand.disc(&x, signs)?;
        Ok(value.and_then(|value| weight.map_or(Some(value), |weight| value.mul(weight))))
    }

    fn at(&mut self, ts: &[Estimate], values: &mut [Estimate]) -> Result<(), E> {
        let mut xs = [Estimate::UNDEFINED; MOST_POINTS];
        let mut distances = [Estimate::UNDEFINED; MOST_POINTS];
        let mut weights = [Estimate::ONE; MOST_POINTS];
        let mut near = None;
        for (i, t) in ts.iter().enumerate() {
            let Some((x, weight)) = place(&self.chart, &self.law, *t) else {
                values.fill(Estimate::UNDEFINED);
                return Ok(());
            };
            xs[i] = x.x;
            weights[i] = weight.unwrap_or(Estimate::ONE);
            if let Some(found) = x.near {
                distances[i] = found.distance;
                near = Some((found.end, found.above));
            }
        }
        let count = ts.len();
        let near = near.map(|(end, above)| Near { end, above, distance: &distances[..count] });
        self.integrand.at(Places { xs: &xs[..count], near }, values)?;
        for (value, weight) in values.iter_mut().zip(&weights) {
            *value = *value * *weight;
        }
        Ok(())
    }
}
