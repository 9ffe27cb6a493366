//! The sizes of one finite model, with their names.

use std::fmt;

/// Sizes in the order in which a claim names them, at least one: `d = 24, m = 12`, or those of a model of one's own,
/// `n = 50, p = 100`. The first is the one that grows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sizes(Vec<(String, usize)>);

impl Sizes {
    /// Sizes with names; the first grows.
    pub fn new(first: (&str, usize), further: impl IntoIterator<Item = (String, usize)>) -> Sizes {
        let mut sizes = vec![(first.0.to_string(), first.1)];
        sizes.extend(further);
        Sizes(sizes)
    }

    /// Those of a network: the dimension `d` and the width `m`.
    pub fn network(dim: usize, width: usize) -> Sizes {
        Sizes::new(("d", dim), [("m".to_string(), width)])
    }

    /// The first, which grows.
    pub fn first(&self) -> usize {
        self.0[0].1
    }

    /// The second; 1 where there is none.
    pub fn second(&self) -> usize {
        self.0.get(1).map_or(1, |(_, size)| *size)
    }

    /// The size of that name.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, size)| *size)
    }

    /// Names and sizes, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(name, size)| (name.as_str(), *size))
    }

    /// The name of the first.
    pub fn grows(&self) -> &str {
        &self.0[0].0
    }

    /// Whether these are `d` and `m`, as every simulator of ours has them.
    pub fn are_of_a_network(&self) -> bool {
        self.iter().map(|(name, _)| name).eq(["d", "m"])
    }
}

impl fmt::Display for Sizes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, size)) in self.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(out, "{comma}{name} = {size}")?;
        }
        Ok(())
    }
}
