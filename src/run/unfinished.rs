//! Blocks of replicates that are being drawn. What is finished of them when the run is interrupted goes into the results file, so that it
//! need not be drawn again.

use super::store::{Key, Part, part_line};
use crate::sim::Sample;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The samples of a block's replicates, one for each target, each replicate once it is finished.
pub(crate) struct Slots {
    first: u64,
    samples: Vec<OnceLock<Vec<Sample>>>,
}

impl Slots {
    /// Empty ones for `count` replicates from `first` on.
    pub fn new(first: u64, count: u64) -> Slots {
        Slots { first, samples: (0..count).map(|_| OnceLock::new()).collect() }
    }

    /// Numbers of the replicates.
    pub fn numbers(&self) -> Range<u64> {
        self.first..self.first + self.samples.len() as u64
    }

    /// Whether this replicate is finished.
    pub fn is_filled(&self, replicate: u64) -> bool {
        self.samples[(replicate - self.first) as usize].get().is_some()
    }

    /// Notes a finished replicate.
    pub fn fill(&self, replicate: u64, samples: Vec<Sample>) {
        // One that was finished before has the same samples.
        let _ = self.samples[(replicate - self.first) as usize].set(samples);
    }

    /// The finished replicates.
    pub fn finished(&self) -> impl Iterator<Item = (u64, &Vec<Sample>)> {
        self.numbers().zip(&self.samples).filter_map(|(number, slot)| Some((number, slot.get()?)))
    }

    /// What the finished replicates showed, in order.
    pub fn into_samples(self) -> Vec<Vec<Sample>> {
        self.samples.into_iter().filter_map(OnceLock::into_inner).collect()
    }
}

/// A block that is being drawn.
pub(crate) struct Unfinished {
    /// One for each target.
    pub keys: Vec<Key>,
    /// How many values a sample has.
    pub observables: usize,
    /// What is finished of it.
    pub slots: Slots,
}

impl Unfinished {
    /// A line for each target: the replicates whose values are finite. Others are drawn again.
    fn lines(&self) -> String {
        let part = |(target, key): (usize, &Key)| {
            let values = |(number, samples): (u64, &Vec<Sample>)| {
                let values: Vec<(f64, f64)> = (0..self.observables).map(|index| samples[target].at(index)).collect();
                values.iter().all(|(value, error)| value.is_finite() && error.is_finite()).then_some((number, values))
            };
            Part { key: key.clone(), replicates: self.slots.finished().filter_map(values).collect() }
        };
        let parts = self.keys.iter().enumerate().map(part);
        parts.filter(|part| !part.replicates.is_empty()).map(|part| part_line(&part)).collect()
    }
}

/// Blocks that are drawn together into one results file.
struct Batch {
    file: Option<File>,
    blocks: Vec<Unfinished>,
}

impl Batch {
    fn keep(&self) {
        let lines: String = self.blocks.iter().map(Unfinished::lines).collect();
        if let Some(mut file) = self.file.as_ref() {
            // The run is over, and nobody is left to be told; a line that is cut short is dropped by the next reader.
            let _ = file.write_all(lines.as_bytes());
        }
    }
}

/// All of this process.
static BATCHES: Mutex<Vec<Arc<Batch>>> = Mutex::new(Vec::new());

fn batches() -> MutexGuard<'static, Vec<Arc<Batch>>> {
    BATCHES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Blocks of which the end of the process would keep what is finished, as long as this lives.
pub(crate) struct UnderWay(Arc<Batch>);

impl UnderWay {
    /// Blocks that are drawn into a results file, if there is one.
    pub fn begin(file: Option<File>, blocks: Vec<Unfinished>) -> UnderWay {
        let batch = Arc::new(Batch { file, blocks });
        batches().push(Arc::clone(&batch));
        UnderWay(batch)
    }

    /// The blocks.
    pub fn blocks(&self) -> &[Unfinished] {
        &self.0.blocks
    }

    /// Writes what is finished of these blocks, once, and leaves those of other runs in this process alone: they go on. For one who
    /// [holds the writes](super::files::hold_writes).
    pub fn keep_finished(&self) {
        let mut batches = batches();
        if let Some(own) = batches.iter().position(|batch| Arc::ptr_eq(batch, &self.0)) {
            batches.remove(own).keep();
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        batches().retain(|batch| !Arc::ptr_eq(batch, &self.0));
    }
}

/// Writes what is finished of all blocks under way, once. For one who ends the process and [holds the writes](super::files::hold_writes).
pub fn keep_finished() {
    batches().drain(..).for_each(|batch| batch.keep());
}
