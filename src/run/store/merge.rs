//! Two stores into one.

use super::samples::{Key, Part};
use super::whole::Store;
use crate::run::RunError;
use std::collections::BTreeMap;

impl Store {
    /// Takes over the blocks of another store of the same seed; the same replicates with other values are an error.
    ///
    /// # Errors
    /// Stores of different seeds, or of shards of different runs; blocks that differ; a file that cannot be written.
    pub fn merge(&mut self, other: Store) -> Result<(), RunError> {
        if other.seed != self.seed {
            let message = format!("results of seed {} and of seed {} cannot be merged", self.seed, other.seed);
            return Err(RunError::Input(message));
        }
        if let Some(divided) = other.divided {
            self.note(divided)?;
        }
        let mut fresh = Vec::new();
        for (key, block) in other.blocks {
            match self.blocks.get(&key) {
                Some(own) if *own != block => return Err(contradiction(&key, key.first)),
                Some(_) => {}
                None => fresh.push((key, block)),
            }
        }
        self.insert(fresh)?;
        for (key, part) in other.parts {
            if self.blocks.contains_key(&key) {
                continue;
            }
            let own = self.parts.remove(&key).unwrap_or_else(|| Part { key: key.clone(), replicates: Vec::new() });
            self.parts.insert(key, both(own, part)?);
        }
        Ok(())
    }
}

/// The replicates of both.
fn both(one: Part, other: Part) -> Result<Part, RunError> {
    let mut replicates: BTreeMap<u64, Vec<(f64, f64)>> = one.replicates.into_iter().collect();
    for (number, values) in other.replicates {
        if replicates.get(&number).is_some_and(|known| *known != values) {
            return Err(contradiction(&one.key, number));
        }
        replicates.insert(number, values);
    }
    Ok(Part { key: one.key, replicates: replicates.into_iter().collect() })
}

fn contradiction(key: &Key, replicate: u64) -> RunError {
    let place = format!("{} d = {}, m = {}, {}", key.simulator, key.dim, key.width, key.target);
    RunError::Input(format!(
        "the two results differ for the same replicates ({place}, from {replicate}): made by different versions or machines"
    ))
}
