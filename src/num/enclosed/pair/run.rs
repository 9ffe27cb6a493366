//! The integrand over a pair of normals, and what a panel asks of it.

use super::pieces::{Piece, Place, Rotation};
use crate::num::Estimate;
use crate::num::enclosed::panels::{Refusal, Work};
use crate::num::sets::{Disc, Segment, Signs, Tail};

/// Where a function of two variables is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Pair<N> {
    pub u: N,
    pub v: N,
    /// `u - v`, whose sign is known where those of u and v by themselves do not tell it.
    pub difference: N,
}

/// A function of two variables, on all kinds of numbers; as [`crate::num::enclosed::Integrand`].
pub trait PairIntegrand<E> {
    fn segment(&mut self, at: &Pair<Segment>, signs: &mut Signs) -> Result<Option<Segment>, E>;
    fn disc(&mut self, at: &Pair<Disc>, signs: &mut Signs) -> Result<Option<Disc>, E>;
    fn tail(&mut self, at: &Pair<Tail>) -> Result<Option<Tail>, E>;
    fn at(&mut self, us: &[Estimate], vs: &[Estimate], values: &mut [Estimate]) -> Result<(), E>;
}

/// A part of the inner integral, for all y of a panel.
pub(super) enum Part {
    /// The integral itself.
    Known(Estimate),
    /// A rule on `[low, high]`, with its error.
    Rule { piece: Box<Piece>, low: f64, high: f64, rule: usize, error: f64 },
}

/// A range of y.
#[derive(Clone, Copy)]
pub(super) struct Strip {
    pub low: f64,
    pub high: f64,
    pub depth: u32,
}

pub(super) struct Run<'a, E> {
    pub f: &'a mut dyn PairIntegrand<E>,
    pub rotation: Rotation,
    /// f is asked for `-v`, as the correlation is negative.
    pub mirrored: bool,
    pub tolerance: f64,
    pub work: Work,
    pub signs: Signs,
}

impl<E> Run<'_, E> {
    pub fn spend(&mut self, count: usize) -> Result<(), Refusal<E>> {
        self.work.spend(count);
        if self.work.left == 0 { Err(Refusal::Budget { best: None }) } else { Ok(()) }
    }

    /// The arguments on a segment, with `u - v = 2 S y`, or `u + v = 2 L x` before mirroring.
    fn pair_of_segments(&self, place: &Place<Segment>, y: Segment) -> Option<Pair<Segment>> {
        let Place { x, u, v, .. } = *place;
        let twice = |root: Estimate| Segment::of(root * Estimate::exact(2.0));
        if self.mirrored {
            return Some(Pair { u, v: -v, difference: (twice(self.rotation.large)? * x).intersection(u + v)? });
        }
        Some(Pair { u, v, difference: (twice(self.rotation.small)? * y).intersection(u - v)? })
    }

    /// The weighted integrand on a segment, signs recorded.
    pub fn segment(&mut self, piece: &Piece, t: Segment, y: Segment) -> Result<Option<Segment>, Refusal<E>> {
        self.work.segments += 1;
        self.spend(1)?;
        self.signs.begin_record();
        let Some(place) = piece.segment(t, y) else { return Ok(None) };
        let Some(pair) = self.pair_of_segments(&place, y) else { return Ok(None) };
        let value = self.f.segment(&pair, &mut self.signs)?;
        Ok(value.map(|value| value * place.weight).filter(|value| value.is_bounded()))
    }

    /// The rest of the weighted integrand on a disc, signs replayed.
    pub fn rest(&mut self, piece: &Piece, t: Disc, y: Disc) -> Result<Option<f64>, Refusal<E>> {
        self.work.discs += 1;
        self.spend(1)?;
        self.signs.begin_replay();
        let Some(place) = piece.place(t, y) else { return Ok(None) };
        let v = if self.mirrored { place.v.neg() } else { Some(place.v) };
        let Some(pair) = v.and_then(|v| Some(Pair { u: place.u, v, difference: place.u.sub(v)? })) else {
            return Ok(None);
        };
        let value = self.f.disc(&pair, &mut self.signs)?;
        let rest = value.and_then(|value| value.mul(place.weight)).and_then(Disc::rest);
        // A function that is analytic only to within a drift is not handled here.
        Ok(rest.filter(|(_, drift)| *drift == 0.0).map(|(rest, _)| rest))
    }
}
