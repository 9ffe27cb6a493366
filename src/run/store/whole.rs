//! All samples of one seed.

use super::divided::Divided;
use super::journal::Journal;
use super::lines::{Content, Header, Read, Row, parse};
use super::samples::{Block, Key, Part};
use crate::run::{RunError, files};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read as _;
use std::path::Path;

/// All samples of one seed.
#[derive(Debug)]
pub struct Store {
    /// What was drawn into it by this process, in floating-point operations by the work formulas.
    pub drawn: f64,
    pub(super) seed: u64,
    pub(super) blocks: BTreeMap<Key, Block>,
    /// Of blocks that are not there.
    pub(super) parts: BTreeMap<Key, Part>,
    /// The run whose shards have drawn into it.
    pub(super) divided: Option<Divided>,
    file: Option<Journal>,
}

impl From<Read> for Store {
    fn from(read: Read) -> Store {
        let Read { seed, blocks, parts, divided, .. } = read;
        Store { blocks, parts, divided, ..Store::new(seed) }
    }
}

impl Store {
    /// An empty store in memory, which no file follows.
    pub fn new(seed: u64) -> Store {
        Store { drawn: 0.0, seed, blocks: BTreeMap::new(), parts: BTreeMap::new(), divided: None, file: None }
    }

    /// The seed of every sample in the store.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Opens or starts a results file for `seed`. A file of another seed, another format or a damaged one is an error, and
    /// is left as it is.
    ///
    /// # Errors
    /// See above; also a file that another run has open, or that cannot be written.
    pub fn open(path: &Path, seed: u64) -> Result<Store, RunError> {
        let mut keep = 0;
        let failed = |error: std::io::Error| {
            RunError::file(path, format!("cannot be written: {error}; name another file for the results"))
        };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.read(true).create(true).write(true).truncate(false).open(path).map_err(failed)?;
        // Two runs that append to one file would interleave. Where the file system has no locks, there is no such care.
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            let message = "is in use by another run of limitcheck; wait for its end, or name another file";
            return Err(RunError::file(path, message));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let found = parse(path, &files::text_of(path, bytes)?)?;
        let mut store = Store::new(seed);
        if let Some(found) = found {
            if found.seed != seed {
                let message = format!("holds samples of seed {}, not {seed}; name another file", found.seed);
                return Err(RunError::file(path, message));
            }
            keep = found.end;
            store = found.into();
        }
        let mut journal = Journal::new(path, file, keep);
        let header = if keep == 0 { Header::new(seed).line() } else { String::new() };
        journal.append(&header, &store.part_lines())?;
        store.file = Some(journal);
        Ok(store)
    }

    /// Reads a results file without opening it for writing.
    ///
    /// # Errors
    /// The file cannot be read, is none of ours or of another version, holds nothing, or is damaged; messages name the line.
    pub fn load(path: &Path) -> Result<Store, RunError> {
        let found = parse(path, &files::read(path)?)?;
        let none = "holds no results; name a file written by --results or a report";
        found.map(Store::from).ok_or_else(|| RunError::file(path, none))
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Block> {
        self.blocks.get(key)
    }

    /// What is there of a block that is not.
    pub(crate) fn part(&self, key: &Key) -> Option<&Part> {
        self.parts.get(key)
    }

    /// Blocks held: runs of consecutive replicates of one network, observed for one target.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Names of the simulators whose draws are held.
    pub fn simulators(&self) -> BTreeSet<&str> {
        self.blocks.keys().map(|key| key.simulator.as_str()).collect()
    }

    /// Whether nothing was simulated yet.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The run whose shards have drawn what is held, if it was divided.
    pub fn divided(&self) -> Option<&Divided> {
        self.divided.as_ref()
    }

    /// Notes that this run's shards draw into the store, and what is known of them.
    ///
    /// # Errors
    /// The store holds shards of another run; a file that cannot be written.
    pub(crate) fn note(&mut self, divided: Divided) -> Result<(), RunError> {
        let (known, fresh) = match &self.divided {
            None => (divided.clone(), divided),
            Some(own) => {
                let fresh = divided.beyond(own);
                let mut known = own.clone();
                known.merge(divided)?;
                (known, fresh)
            }
        };
        let lines: String = fresh.rows().map(|row| Content::Shard(row).line()).collect();
        self.divided = Some(known);
        self.write(&lines)
    }

    /// Adds blocks, in the file first.
    pub(crate) fn insert(&mut self, rows: Vec<(Key, Block)>) -> Result<(), RunError> {
        for (key, _) in &rows {
            self.parts.remove(key);
        }
        let kept = rows.iter().filter(|(_, block)| block.is_kept());
        let lines: String = kept.map(row_line).collect();
        self.write(&lines)?;
        self.blocks.extend(rows);
        Ok(())
    }

    fn write(&mut self, lines: &str) -> Result<(), RunError> {
        let parts = self.part_lines();
        match &mut self.file {
            Some(file) if !lines.is_empty() => file.append(lines, &parts),
            _ => Ok(()),
        }
    }

    /// The file, for one who ends the process while blocks are being drawn.
    pub(crate) fn file(&self) -> Option<File> {
        self.file.as_ref().and_then(Journal::handle)
    }

    /// The whole store as the text of a results file: what is known of shards, then blocks and parts in the order of their keys.
    pub fn to_text(&self) -> String {
        let mut text = Header::new(self.seed).line();
        text.extend(self.divided.iter().flat_map(Divided::rows).map(|row| Content::Shard(row).line()));
        let kept = self.blocks.iter().filter(|(_, block)| block.is_kept());
        text.extend(kept.map(|(key, block)| row_line(&(key.clone(), block.clone()))));
        text + &self.part_lines()
    }

    fn part_lines(&self) -> String {
        self.parts.values().map(part_line).collect()
    }
}

fn row_line((key, block): &(Key, Block)) -> String {
    Content::Row(Row { key: key.clone(), block: block.clone() }).line()
}

/// The line of a file that holds these replicates.
pub(crate) fn part_line(part: &Part) -> String {
    Content::Part(part.clone()).line()
}
