//! Simulated samples, in memory and, if asked, in a results file that grows block by block, so that a run can be
//! interrupted, resumed and merged.
//!
//! The file: a header line, then one JSON line per block of replicates with a checksum of its content. A last line without
//! its end is the trace of an interruption and is dropped; any other damage is an error that names the line.

use super::{RunError, files};
use crate::compare::Moments;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

const FORMAT: &str = "limitcheck samples";
/// Of the format, and of how networks are drawn: raised whenever the same replicate gives other samples, which then are not mixed.
const VERSION: u32 = 3;
const NOT_OURS: &str = "is not a results file of limitcheck; name another file";

#[derive(Debug, Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    seed: u64,
    program: String,
}

#[derive(Serialize, Deserialize)]
struct Line {
    row: Row,
    sum: String,
}

/// Which replicates of which network observed for which target. The text forms are part of the file's format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Key {
    pub simulator: String,
    pub weights: String,
    pub dim: usize,
    pub width: usize,
    /// Activation, spectra and scales, as text that determines them.
    pub target: String,
    /// Number of the first replicate, and how many.
    pub first: u64,
    pub count: u64,
}

/// What a block of replicates showed, by the name of the observable; None where a value was infinite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// Empty where a network failed.
    pub observed: BTreeMap<String, Option<Observed>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Failure>,
}

impl Block {
    fn is_kept(&self) -> bool {
        self.failed.as_ref().is_none_or(|failed| !failed.passing)
    }
}

/// Why a block cannot be had: the first of its networks that cannot be drawn or solved. Kept like samples, so that a run which goes on
/// from the file says the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Failure {
    pub place: String,
    pub message: String,
    /// Another time the block may be had: it is not kept in a file.
    #[serde(skip)]
    pub passing: bool,
}

/// One observable over a block.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Observed {
    pub moments: Moments,
    pub min: f64,
    pub max: f64,
    /// Largest bound on a sample's numerical error.
    pub numeric_error: f64,
}

impl Observed {
    /// From values with their error bounds; None if one is not finite.
    pub(crate) fn of(values: &[(f64, f64)]) -> Option<Observed> {
        let plain: Vec<f64> = values.iter().map(|(value, _)| *value).collect();
        let largest = |numbers: &mut dyn Iterator<Item = f64>| numbers.fold(f64::NEG_INFINITY, f64::max);
        plain.iter().all(|value| value.is_finite()).then(|| Observed {
            moments: Moments::of(&plain),
            min: -largest(&mut plain.iter().map(|x| -x)),
            max: largest(&mut plain.iter().copied()),
            numeric_error: largest(&mut values.iter().map(|(_, error)| *error)),
        })
    }

    /// Both together; order matters in the last bits.
    pub(crate) fn merge(self, other: Observed) -> Observed {
        Observed {
            moments: self.moments.merge(other.moments),
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            numeric_error: self.numeric_error.max(other.numeric_error),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Row {
    #[serde(flatten)]
    key: Key,
    #[serde(flatten)]
    block: Block,
}

/// All samples of one seed.
#[derive(Debug)]
pub struct Store {
    /// What was drawn into it by this process, in floating-point operations by the work formulas.
    pub drawn: f64,
    seed: u64,
    blocks: BTreeMap<Key, Block>,
    file: Option<(PathBuf, File)>,
}

impl Store {
    /// An empty store in memory, which no file follows.
    pub fn new(seed: u64) -> Store {
        Store { drawn: 0.0, seed, blocks: BTreeMap::new(), file: None }
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
        let mut store = Store::new(seed);
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
        let (found, length) = parse(path, &files::text_of(path, bytes)?)?;
        if let Some(found) = found {
            if found.seed != seed {
                let message = format!("holds samples of seed {}, not {seed}; name another file", found.seed);
                return Err(RunError::file(path, message));
            }
            store.blocks = found.blocks;
            keep = length;
        }
        let _whole = files::hold_writes();
        file.set_len(keep).map_err(failed)?;
        std::io::Seek::seek(&mut file, std::io::SeekFrom::End(0)).map_err(failed)?;
        if keep == 0 {
            write_line(&mut file, &Header::new(seed)).map_err(failed)?;
        }
        store.file = Some((path.to_path_buf(), file));
        Ok(store)
    }

    /// Reads a results file without opening it for writing.
    ///
    /// # Errors
    /// The file cannot be read, is none of ours or of another version, holds nothing, or is damaged; messages name the line.
    pub fn load(path: &Path) -> Result<Store, RunError> {
        let (found, _) = parse(path, &files::read(path)?)?;
        found.ok_or_else(|| RunError::file(path, "holds no results; name a file written by --results or a report"))
    }

    pub(crate) fn get(&self, key: &Key) -> Option<&Block> {
        self.blocks.get(key)
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

    /// Adds blocks, in the file first.
    pub(crate) fn insert(&mut self, rows: Vec<(Key, Block)>) -> Result<(), RunError> {
        if let Some((path, file)) = &mut self.file {
            let _whole = files::hold_writes();
            for (key, block) in rows.iter().filter(|(_, block)| block.is_kept()) {
                let row = Row { key: key.clone(), block: block.clone() };
                let sum = checksum(&row);
                write_line(file, &Line { row, sum })
                    .map_err(|error| RunError::file(path.clone(), format!("cannot be written: {error}")))?;
            }
        }
        self.blocks.extend(rows);
        Ok(())
    }

    /// The whole store as the text of a results file, blocks in the order of their keys.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        push_line(&mut text, &Header::new(self.seed));
        for (key, block) in self.blocks.iter().filter(|(_, block)| block.is_kept()) {
            let row = Row { key: key.clone(), block: block.clone() };
            let sum = checksum(&row);
            push_line(&mut text, &Line { row, sum });
        }
        text
    }

    /// Takes over the blocks of another store of the same seed; the same replicates with other values are an error.
    ///
    /// # Errors
    /// Stores of different seeds; blocks that differ; a file that cannot be written.
    pub fn merge(&mut self, other: Store) -> Result<(), RunError> {
        if other.seed != self.seed {
            let message = format!("results of seed {} and of seed {} cannot be merged", self.seed, other.seed);
            return Err(RunError::Input(message));
        }
        let mut fresh = Vec::new();
        for (key, block) in other.blocks {
            match self.blocks.get(&key) {
                Some(own) if *own != block => {
                    let place = format!("{} d = {}, m = {}, {}", key.simulator, key.dim, key.width, key.target);
                    return Err(RunError::Input(format!(
                        "the two results differ for the same replicates ({place}, from {}): made by different versions or machines",
                        key.first
                    )));
                }
                Some(_) => {}
                None => fresh.push((key, block)),
            }
        }
        self.insert(fresh)
    }
}

impl Header {
    fn new(seed: u64) -> Header {
        Header { format: FORMAT.into(), version: VERSION, seed, program: env!("CARGO_PKG_VERSION").into() }
    }
}

fn push_line<T: Serialize>(text: &mut String, value: &T) {
    text.push_str(&serde_json::to_string(value).expect("rows hold text and finite numbers"));
    text.push('\n');
}

fn write_line<T: Serialize>(file: &mut File, value: &T) -> std::io::Result<()> {
    let mut text = String::new();
    push_line(&mut text, value);
    // One write a line: an interruption leaves whole lines and at most one cut short.
    file.write_all(text.as_bytes())
}

/// 64-bit FNV-1a of the row's JSON: finds accidents, not malice.
fn checksum(row: &Row) -> String {
    let text = serde_json::to_string(row).unwrap_or_default();
    format!("{:016x}", fingerprint(text.as_bytes()))
}

/// 64-bit FNV-1a.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The store in a file's text and the length of its whole lines; None if the file ends before its first line does.
fn parse(path: &Path, text: &str) -> Result<(Option<Store>, u64), RunError> {
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut lines = text[..whole].lines().enumerate();
    let Some((_, first)) = lines.next() else {
        let begun = text.starts_with(files::RESULTS_MARK) || files::RESULTS_MARK.starts_with(text);
        return if begun { Ok((None, 0)) } else { Err(RunError::file(path, NOT_OURS)) };
    };
    let header: Header =
        serde_json::from_str(first).map_err(|_| RunError::file(path, format!("line 1: {NOT_OURS}")))?;
    if header.format != FORMAT || header.version != VERSION || header.program != env!("CARGO_PKG_VERSION") {
        let message = format!(
            "line 1: written as `{}` version {} by limitcheck {}; this is {}, which goes on from version {VERSION}: use the build that \
             wrote it, or start a new file",
            header.format,
            header.version,
            header.program,
            env!("CARGO_PKG_VERSION")
        );
        return Err(RunError::file(path, message));
    }
    let mut store = Store::new(header.seed);
    for (index, text) in lines {
        let place = index + 1;
        let line: Line = serde_json::from_str(text).map_err(|error| {
            RunError::file(path, format!("line {place} is damaged ({error}); delete that line to simulate it again"))
        })?;
        if checksum(&line.row) != line.sum {
            let message = format!("line {place} was altered (checksum); delete that line to simulate it again");
            return Err(RunError::file(path, message));
        }
        store.blocks.insert(line.row.key, line.row.block);
    }
    Ok((Some(store), whole as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn row(first: u64, mean: f64) -> (Key, Block) {
        let key = Key {
            simulator: "rf".into(),
            weights: "gaussian".into(),
            dim: 24,
            width: 72,
            target: "relu; exponential".into(),
            first,
            count: 64,
        };
        let moments = Moments { count: 64, mean, squares: 0.1 };
        let observed = Observed { moments, min: mean - 0.1, max: mean + 0.1, numeric_error: 1e-15 };
        let observed = [("test-error".to_string(), Some(observed)), ("robustness".to_string(), None)];
        (key, Block { observed: observed.into(), failed: None })
    }

    #[test]
    fn a_file_cut_short_resumes_with_its_whole_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.jsonl");
        let mut store = Store::open(&path, 7).unwrap();
        store.insert(vec![row(0, 0.1), row(64, 1.0 / 3.0)]).unwrap();
        drop(store);
        let whole = fs::read(&path).unwrap();
        for cut in 1..40 {
            fs::write(&path, &whole[..whole.len() - cut]).unwrap();
            let mut again = Store::open(&path, 7).unwrap();
            assert_eq!(again.len(), 1);
            again.insert(vec![row(64, 1.0 / 3.0)]).unwrap();
            assert_eq!(fs::read(&path).unwrap(), whole, "resumed file has the same bytes");
        }
    }

    #[test]
    fn a_file_has_one_writer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.jsonl");
        let first = Store::open(&path, 7).unwrap();
        assert!(Store::open(&path, 7).unwrap_err().to_string().contains("in use"));
        drop(first);
        let header = fs::read_to_string(&path).unwrap();
        for cut in 1..header.len() {
            fs::write(&path, &header[..cut]).unwrap();
            assert!(Store::open(&path, 7).unwrap().is_empty());
            assert_eq!(fs::read_to_string(&path).unwrap(), header);
        }
    }

    #[test]
    fn damage_is_named_and_the_file_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("results.jsonl");
        Store::open(&path, 7).unwrap().insert(vec![row(0, 0.125), row(64, 0.25)]).unwrap();
        let good = fs::read_to_string(&path).unwrap();
        let altered = good.replace("0.125", "0.126");
        let broken = good.replacen("{\"row\"", "{row", 1);
        let foreign = "hello\n".to_string();
        let newer = good.replace(&format!("\"version\":{VERSION}"), "\"version\":9");
        for (text, expected) in
            [(altered, "line 2 was altered"), (broken, "line 2 is damaged"), (foreign, "line 1"), (newer, "version 9")]
        {
            fs::write(&path, &text).unwrap();
            let error = Store::open(&path, 7).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::write(&path, &good).unwrap();
        assert!(Store::open(&path, 8).unwrap_err().to_string().contains("seed 7"));
    }

    #[test]
    fn stores_merge_unless_they_contradict() {
        let mut one = Store::new(7);
        one.insert(vec![row(0, 0.1)]).unwrap();
        let mut two = Store::new(7);
        two.insert(vec![row(0, 0.1), row(64, 0.2)]).unwrap();
        one.merge(two).unwrap();
        assert_eq!(one.len(), 2);
        let mut other = Store::new(7);
        other.insert(vec![row(0, 0.3)]).unwrap();
        assert!(one.merge(other).is_err());
        assert!(one.merge(Store::new(8)).is_err());
    }
}
