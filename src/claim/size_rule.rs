//! The sizes of a claim: what grows, what follows, and which are drawn.

use crate::model::{Settings, Sizes};

/// The sizes of a claim's models.
#[derive(Clone, Debug, PartialEq)]
pub struct SizeRule {
    /// The first grows.
    pub(super) names: Vec<String>,
    pub(super) drawn: Drawn,
}

/// Which sizes are drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Drawn {
    /// The first at each of these, or at those of the budget's ladder if there are none; every further one is the parameter of its place
    /// times the first, rounded.
    Growing { first: Vec<usize>, ratios: Vec<String> },
    /// These, whatever the budget.
    Fixed(Vec<Vec<usize>>),
}

impl Default for SizeRule {
    /// `sizes d, m = rho*d`
    fn default() -> SizeRule {
        let drawn = Drawn::Growing { first: Vec::new(), ratios: vec!["rho".to_string()] };
        SizeRule { names: vec!["d".to_string(), "m".to_string()], drawn }
    }
}

impl SizeRule {
    /// Names of the sizes, each with the parameter that is its ratio to the first. With fixed sizes `rho` is m/d.
    pub fn named(&self) -> impl Iterator<Item = (&str, Option<String>)> {
        let ratio = |index: usize| match &self.drawn {
            Drawn::Growing { ratios, .. } => index.checked_sub(1).and_then(|index| ratios.get(index).cloned()),
            Drawn::Fixed(_) => (self.are_of_a_network() && index == 1).then(|| "rho".to_string()),
        };
        self.names.iter().enumerate().map(move |(index, name)| (name.as_str(), ratio(index)))
    }

    /// The name of the size that grows.
    pub fn grows(&self) -> &str {
        &self.names[0]
    }

    /// Whether these are `d` and `m`, as every simulator of ours has them.
    pub fn are_of_a_network(&self) -> bool {
        self.names == ["d", "m"]
    }

    /// The sizes in use where the first is `first`. A ratio that the settings do not have is 1.
    pub fn at(&self, first: usize, settings: &Settings) -> Sizes {
        let further = self.named().skip(1).map(|(name, ratio)| {
            let ratio = ratio.and_then(|ratio| settings.number(&ratio)).unwrap_or(1.0);
            (name.to_string(), ((ratio * first as f64).round() as usize).max(1))
        });
        Sizes::new((self.grows(), first), further)
    }

    /// Likewise, with the second size as it is given.
    pub fn with_second(&self, first: usize, second: Option<usize>, settings: &Settings) -> Sizes {
        let sizes = self.at(first, settings);
        let further = sizes
            .iter()
            .skip(1)
            .enumerate()
            .map(|(index, (name, size))| (name.to_string(), second.filter(|_| index == 0).unwrap_or(size)));
        Sizes::new((self.grows(), first), further.collect::<Vec<_>>())
    }

    /// Every size that is drawn, whatever the budget; `None` where the budget's ladder says.
    pub fn stated(&self, settings: &Settings) -> Option<Vec<Sizes>> {
        match &self.drawn {
            Drawn::Growing { first, .. } if first.is_empty() => None,
            Drawn::Growing { first, .. } => Some(first.iter().map(|first| self.at(*first, settings)).collect()),
            Drawn::Fixed(all) => Some(all.iter().map(|sizes| self.of(sizes)).collect()),
        }
    }

    /// Sizes of these names.
    pub fn of(&self, sizes: &[usize]) -> Sizes {
        let further = self.names.iter().zip(sizes).skip(1).map(|(name, size)| (name.clone(), *size));
        Sizes::new((self.grows(), sizes[0]), further.collect::<Vec<_>>())
    }

    /// As a file writes it; `None` for the default.
    pub fn in_words(&self) -> Option<String> {
        if *self == SizeRule::default() {
            return None;
        }
        let list = |sizes: &[usize]| sizes.iter().map(|size| size.to_string()).collect::<Vec<_>>().join(", ");
        let parts: Vec<String> = match &self.drawn {
            Drawn::Growing { first, ratios } => {
                let grows = self.grows();
                let ladder = if first.is_empty() { String::new() } else { format!(" in {{{}}}", list(first)) };
                let further =
                    self.names[1..].iter().zip(ratios).map(|(name, ratio)| format!("{name} = {ratio}*{grows}"));
                [format!("{grows}{ladder}")].into_iter().chain(further).collect()
            }
            Drawn::Fixed(all) => {
                let one = |(index, name): (usize, &String)| {
                    let mut values: Vec<usize> = all.iter().map(|sizes| sizes[index]).collect();
                    values.dedup();
                    match &values[..] {
                        [value] => format!("{name} = {value}"),
                        several => format!("{name} in {{{}}}", list(several)),
                    }
                };
                self.names.iter().enumerate().map(one).collect()
            }
        };
        Some(parts.join(", "))
    }
}
