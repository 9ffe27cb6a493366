//! The colours of all figures: one for each regime, each for light and for dark pages.

/// A colour of a figure, by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Colour {
    /// Behind everything.
    Paper,
    /// Text and marks of no regime.
    Ink,
    /// Text of less weight, axes.
    Soft,
    /// What stands back.
    Faint,
    /// Lines of the grid.
    Grid,
    /// Within the margin.
    Band,
    /// What is contrary.
    Alarm,
    /// A hue, from light (0) over itself (1/2) to its farthest from the paper (1).
    Hue(Hue, f64),
}

/// The palette of Okabe and Ito without its yellow, which white drowns. On dark pages its lighter relatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hue {
    Orange,
    Blue,
    Green,
    Purple,
    Sky,
    Vermilion,
    Grey,
}

impl Hue {
    /// Neighbours are far apart.
    pub const SERIES: [Hue; 7] = [Hue::Blue, Hue::Vermilion, Hue::Green, Hue::Purple, Hue::Orange, Hue::Sky, Hue::Grey];

    /// That of a regime or a claim, by the first part of its id.
    pub fn of_regime(id: &str) -> Hue {
        match id.split(['-', '*']).next() {
            Some("init") => Hue::Orange,
            Some("rf") => Hue::Blue,
            Some("nt") => Hue::Green,
            Some("sgd") => Hue::Purple,
            Some("kernel") => Hue::Sky,
            Some("mp" | "psi" | "linearised") => Hue::Vermilion,
            _ => Hue::Grey,
        }
    }

    pub fn plain(self) -> Colour {
        Colour::Hue(self, 0.5)
    }

    /// Name of its class in a drawing, and the colour on light and on dark pages.
    fn values(self) -> (&'static str, [u32; 2]) {
        match self {
            Hue::Orange => ("o", [0xC77F00, 0xF0B340]),
            Hue::Blue => ("b", [0x0072B2, 0x5AB4EC]),
            Hue::Green => ("g", [0x008A63, 0x3FC79C]),
            Hue::Purple => ("p", [0xB0578A, 0xE79CC6]),
            Hue::Sky => ("s", [0x2D94CF, 0x8CCBF0]),
            Hue::Vermilion => ("v", [0xC65300, 0xF58A4B]),
            Hue::Grey => ("y", [0x5B6166, 0xB4BAC0]),
        }
    }
}

/// Paper and ink of light and of dark pages.
const PAPER: [u32; 2] = [0xFFFFFF, 0x14171A];
const INK: [u32; 2] = [0x1F2326, 0xE6E8EA];

impl Colour {
    /// One of several of a hue, from light (0) over itself (1/2) to dark (1).
    pub fn shaded(hue: Hue, place: f64) -> Colour {
        Colour::Hue(hue, if place == 0.5 { 0.5 } else { 0.2 + 0.7 * place })
    }

    /// The n-th of several of a hue.
    pub fn nth(hue: Hue, index: usize, count: usize) -> Colour {
        Colour::shaded(hue, if count > 1 { index as f64 / (count - 1) as f64 } else { 0.5 })
    }

    /// The class that has it.
    pub fn class(self) -> String {
        match self {
            Colour::Paper => "paper".into(),
            Colour::Ink => "ink".into(),
            Colour::Soft => "soft".into(),
            Colour::Faint => "faint".into(),
            Colour::Grid => "grid".into(),
            Colour::Band => "band".into(),
            Colour::Alarm => "alarm".into(),
            Colour::Hue(hue, shade) => format!("{}{}", hue.values().0, step(shade)),
        }
    }

    /// On light (0) or dark (1) pages.
    fn value(self, page: usize) -> u32 {
        match self {
            Colour::Paper => PAPER[page],
            Colour::Ink => INK[page],
            Colour::Soft => [0x5F666C, 0xA4ABB2][page],
            Colour::Faint => [0xC3C8CC, 0x4E565D][page],
            Colour::Grid => [0xE8EAEC, 0x2A3036][page],
            Colour::Band => [0xE3EAEF, 0x26323B][page],
            Colour::Alarm => [0xC2410C, 0xFF8A50][page],
            Colour::Hue(hue, shade) => {
                let (own, share) = (hue.values().1[page], f64::from(step(shade)) / 10.0);
                match share < 0.5 {
                    true => mix(own, PAPER[page], 0.5 - share),
                    false => mix(own, INK[page], share - 0.5),
                }
            }
        }
    }

    /// As style sheets write it, on light (0) or dark (1) pages.
    pub fn hex(self, page: usize) -> String {
        format!("#{:06x}", self.value(page))
    }

    /// The rule that gives its class the colour.
    pub fn rule(self, page: usize) -> String {
        format!(".{}{{color:{}}}", self.class(), self.hex(page))
    }

    /// Every colour that a figure can have.
    pub fn all() -> impl Iterator<Item = Colour> {
        let named =
            [Colour::Paper, Colour::Ink, Colour::Soft, Colour::Faint, Colour::Grid, Colour::Band, Colour::Alarm];
        let shades =
            Hue::SERIES.into_iter().flat_map(|hue| (0..=10).map(move |k| Colour::Hue(hue, f64::from(k) / 10.0)));
        named.into_iter().chain(shades)
    }
}

/// Shades come in tenths.
fn step(shade: f64) -> u8 {
    (shade.clamp(0.0, 1.0) * 10.0).round() as u8
}

/// One colour with a part of another in it.
fn mix(own: u32, other: u32, part: f64) -> u32 {
    let channel = |shift: u32| {
        let [a, b] = [own, other].map(|colour| f64::from((colour >> shift) & 0xFF));
        ((a + (b - a) * part).round() as u32) << shift
    };
    channel(16) | channel(8) | channel(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_from_the_paper_to_the_ink_and_keep_the_colour_in_the_middle() {
        let blue = |shade| Colour::Hue(Hue::Blue, shade);
        assert_eq!(blue(0.5).rule(0), ".b5{color:#0072b2}");
        assert_eq!(blue(0.0).value(0), mix(0x0072B2, 0xFFFFFF, 0.5));
        assert_eq!(blue(0.0).value(1), mix(0x5AB4EC, 0x14171A, 0.5));
        assert_eq!(mix(0x000000, 0xFF8001, 1.0), 0xFF8001);
    }

    #[test]
    fn a_regime_has_one_colour() {
        assert_eq!(Hue::of_regime("rf-lazy-robustness"), Hue::of_regime("rf-*"));
        assert_ne!(Hue::of_regime("rf"), Hue::of_regime("nt"));
    }
}
