//! Labels of marks, around them; names beside curves: a name stands where the curves are apart, and goes to the key where there is no
//! such place.

use crate::report::canvas::text_width;

/// A rectangle: left, top, right, bottom.
pub type Box = [f64; 4];

/// Pixels between the places of a curve that are looked at.
const STEP: f64 = 6.0;

/// Cost above which a name goes to the key.
const TOO_MUCH: f64 = 9.0;

/// Where a name stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    pub middle: (f64, f64),
    /// A line from the curve to the name, if it stands some way off.
    pub leader: Option<[(f64, f64); 2]>,
}

/// Finds places for names in a panel.
pub struct Places {
    /// The panel.
    inside: Box,
    /// All curves as dense points, each with the number of its curve.
    crowd: Vec<(usize, (f64, f64))>,
    /// What no name may cover.
    taken: Vec<Box>,
}

impl Places {
    /// In a panel with these curves, in pixels, and boxes that are taken.
    pub fn new(inside: Box, curves: &[Vec<(f64, f64)>], taken: Vec<Box>) -> Places {
        let crowd = curves.iter().enumerate().flat_map(|(k, curve)| dense(curve).into_iter().map(move |at| (k, at)));
        Places { inside, crowd: crowd.collect(), taken }
    }

    /// A place for the name of the n-th curve: beside it, or else some way off with a line that leads to it. None where it would stand in
    /// the way or could be taken for another's.
    pub fn find(&mut self, curve: usize, text: &str, size: f64) -> Option<Place> {
        self.beside(curve, text, size)
            .map(|middle| Place { middle, leader: None })
            .or_else(|| self.away(curve, text, size))
    }

    /// The nearest free place from which a line leads to where the curve is by itself.
    fn away(&mut self, curve: usize, text: &str, size: f64) -> Option<Place> {
        let (half, high) = (text_width(text, size) / 2.0 + 2.0, size * 0.6 + 1.0);
        let alone = |(x, y): (f64, f64)| {
            let others = self.crowd.iter().filter(|(k, _)| *k != curve);
            others.map(|(_, (a, b))| (a - x).hypot(b - y)).fold(f64::INFINITY, f64::min)
        };
        let own: Vec<(f64, f64)> = self.crowd.iter().filter(|(k, _)| *k == curve).map(|(_, at)| *at).collect();
        let mut best: Option<(f64, Place)> = None;
        for from in own.iter().step_by(3) {
            let room = alone(*from);
            if room < 4.0 {
                continue;
            }
            for (turn, reach) in (0..12).flat_map(|turn| [20.0, 34.0, 50.0, 70.0].map(|reach| (turn, reach))) {
                let angle = f64::from(turn) * std::f64::consts::PI / 6.0;
                let (dx, dy) = (angle.cos(), angle.sin());
                let end = (from.0 + reach * dx, from.1 + reach * dy);
                let middle = (end.0 + half * dx, end.1 + high * dy);
                let area = [middle.0 - half, middle.1 - high, middle.0 + half, middle.1 + high];
                let upon = |(_, (x, y)): &(usize, (f64, f64))| {
                    (area[0] - 2.0..area[2] + 2.0).contains(x) && (area[1] - 2.0..area[3] + 2.0).contains(y)
                };
                let cost = reach - 2.0 * room.min(15.0);
                let better = best.as_ref().is_none_or(|(least, _)| cost < *least);
                if better && self.cost(curve, area).is_some() && !self.crowd.iter().any(upon) {
                    best = Some((cost, Place { middle, leader: Some([*from, end]) }));
                }
            }
        }
        let (_, place) = best?;
        let (x, y) = place.middle;
        self.taken.push([x - half, y - high, x + half, y + high]);
        Some(place)
    }

    fn beside(&mut self, curve: usize, text: &str, size: f64) -> Option<(f64, f64)> {
        let (half, high) = (text_width(text, size) / 2.0 + 2.0, size * 0.6 + 1.0);
        let own: Vec<(f64, f64)> = self.crowd.iter().filter(|(k, _)| *k == curve).map(|(_, at)| *at).collect();
        let mut best: Option<(f64, (f64, f64))> = None;
        for (index, (x, y)) in own.iter().enumerate() {
            // A little off the middle of the curve rather than at its ends.
            let along = index as f64 / own.len() as f64;
            let offsets = [(0.0, -high - 3.0), (0.0, high + 3.0), (half + 5.0, 0.0), (-half - 5.0, 0.0)];
            let steep = [(half + 5.0, -high), (half + 5.0, high), (-half - 5.0, -high), (-half - 5.0, high)];
            for (dx, dy) in offsets.into_iter().chain(steep) {
                let middle = (x + dx, y + dy);
                let area = [middle.0 - half, middle.1 - high, middle.0 + half, middle.1 + high];
                if let Some(cost) = self.cost(curve, area) {
                    let cost = cost + 1.5 * (along - 0.6).abs();
                    if best.is_none_or(|(least, _)| cost < least) {
                        best = Some((cost, middle));
                    }
                }
            }
        }
        let (_, middle) = best.filter(|(cost, _)| *cost < TOO_MUCH)?;
        self.taken.push([middle.0 - half, middle.1 - high, middle.0 + half, middle.1 + high]);
        Some(middle)
    }

    /// How much a name there is in the way; None where it cannot be.
    fn cost(&self, curve: usize, [left, top, right, bottom]: Box) -> Option<f64> {
        let [l, t, r, b] = self.inside;
        if left < l + 2.0 || right > r || top < t - 4.0 || bottom > b - 2.0 {
            return None;
        }
        let overlaps = |other: &Box| left < other[2] && right > other[0] && top < other[3] && bottom > other[1];
        if self.taken.iter().any(overlaps) {
            return None;
        }
        let mut cost = 0.0;
        let mut nearest = [f64::INFINITY; 2];
        for (k, (x, y)) in &self.crowd {
            let (dx, dy) = ((left - x).max(x - right).max(0.0), (top - y).max(y - bottom).max(0.0));
            let away = dx.hypot(dy);
            if away == 0.0 {
                cost += if *k == curve { 1.0 } else { 3.0 };
            }
            let which = usize::from(*k != curve);
            nearest[which] = nearest[which].min(away);
        }
        // It could be taken for the name of another curve.
        if nearest[1] < nearest[0] + 4.0 {
            cost += 12.0;
        }
        // Far from all others is best.
        Some(cost + 4.0 * (1.0 - (nearest[1] / 40.0).min(1.0)))
    }
}

/// Where the label of a mark stands, and what it covers.
pub struct Label {
    pub middle: (f64, f64),
    pub area: Box,
}

/// Places for the labels of marks (what the mark covers, its point, the text), around the mark, where they cover no other mark and no
/// other label. None where there is no such place: the label of a neighbour tells as much.
pub fn around(marks: &[(Box, (f64, f64), &str)], inside: Box, size: f64) -> Vec<Option<Label>> {
    let mut taken: Vec<Box> = Vec::new();
    let mut out = Vec::new();
    for (number, (_, (x, y), text)) in marks.iter().enumerate() {
        let (half, high) = (text_width(text, size) / 2.0, size * 0.6);
        let (beside, above) = (half + 7.0, high + 3.0);
        let sides = [
            (beside, -above),
            (-beside, above),
            (beside, above),
            (-beside, -above),
            (0.0, -above - 5.0),
            (0.0, above + 5.0),
        ];
        let at = |(dx, dy): (f64, f64)| {
            let middle = (x + dx, y + dy);
            Label { middle, area: [middle.0 - half - 1.0, middle.1 - high, middle.0 + half + 1.0, middle.1 + high] }
        };
        let fits = |label: &Label| {
            let [left, top, right, bottom] = label.area;
            let apart = |other: &Box| left >= other[2] || right <= other[0] || top >= other[3] || bottom <= other[1];
            let others = marks.iter().enumerate().filter(|(other, _)| *other != number).map(|(_, (area, ..))| area);
            // Headings begin above the panel, its right margin is narrow.
            let within = left >= inside[0] && top >= inside[1] - 8.0 && right <= inside[2] + 8.0 && bottom <= inside[3];
            within && others.chain(&taken).all(apart)
        };
        let found = if text.is_empty() { None } else { sides.into_iter().map(at).find(fits) };
        taken.extend(found.iter().map(|label| label.area));
        out.push(found);
    }
    out
}

/// Points of a polyline, some pixels apart.
fn dense(curve: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    let seen = |at: &(f64, f64)| at.0.is_finite() && at.1.is_finite() && at.0.abs() < 1e5 && at.1.abs() < 1e5;
    let mut left = 0.0;
    for pair in curve.windows(2).filter(|pair| pair.iter().all(seen)) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = (x1 - x0).hypot(y1 - y0);
        let mut at = left;
        while at < length && out.len() < 5000 {
            out.push((x0 + (x1 - x0) * at / length, y0 + (y1 - y0) * at / length));
            at += STEP;
        }
        left = at - length;
    }
    if out.is_empty() {
        out.extend(curve.iter().find(|at| seen(at)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: Box = [0.0, 0.0, 300.0, 200.0];

    fn line(from: (f64, f64), to: (f64, f64)) -> Vec<(f64, f64)> {
        vec![from, to]
    }

    #[test]
    fn names_stand_where_curves_are_apart_and_not_upon_each_other() {
        let curves = [line((0.0, 100.0), (300.0, 20.0)), line((0.0, 100.0), (300.0, 180.0))];
        let mut places = Places::new(PANEL, &curves, Vec::new());
        let [first, second] = [(0, "upper"), (1, "lower")].map(|(k, name)| places.find(k, name, 11.0).unwrap().middle);
        assert!(first.0 > 60.0 && second.0 > 60.0, "{first:?} {second:?}");
        assert!((first.1 - second.1).abs() > 20.0);
    }

    #[test]
    fn a_name_without_room_beside_its_curve_stands_off_with_a_leader() {
        let curves: Vec<_> =
            (0..4).map(|k| line((0.0, 20.0 + 7.0 * f64::from(k)), (300.0, 20.0 + 7.0 * f64::from(k)))).collect();
        let mut places = Places::new(PANEL, &curves, Vec::new());
        let place = places.find(1, "second", 11.0).unwrap();
        let [from, _] = place.leader.unwrap();
        assert!((from.1 - 27.0).abs() < 1e-9 && place.middle.1 > 45.0, "{place:?}");
    }

    #[test]
    fn curves_that_coincide_have_no_place_for_a_name() {
        let curves = [line((0.0, 100.0), (300.0, 100.0)), line((0.0, 101.0), (300.0, 101.0))];
        let mut places = Places::new(PANEL, &curves, Vec::new());
        assert_eq!(places.find(0, "one", 11.0), None);
    }

    #[test]
    fn labels_of_marks_cover_nothing() {
        let mark = |x: f64, y: f64, text| ([x - 4.0, y - 4.0, x + 4.0, y + 4.0], (x, y), text);
        let marks =
            [mark(100.0, 100.0, "0.5"), mark(104.0, 98.0, "1"), mark(295.0, 3.0, "corner"), mark(50.0, 50.0, "")];
        let labels = around(&marks, PANEL, 11.0);
        assert_eq!(labels.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, true, false]);
        let areas: Vec<Box> = labels.iter().flatten().map(|label| label.area).collect();
        for (k, one) in areas.iter().enumerate() {
            assert!(one[2] <= 308.0 && one[1] >= -8.0, "{one:?}");
            for other in &areas[..k] {
                assert!(one[0] >= other[2] || other[0] >= one[2] || one[1] >= other[3] || other[1] >= one[3]);
            }
        }
        // Of many marks at one place some labels are left out rather than piled up.
        let crowd = vec![mark(100.0, 100.0, "1.25"); 12];
        let kept = around(&crowd, PANEL, 11.0).iter().flatten().count();
        assert!((1..=6).contains(&kept), "{kept}");
    }
}
