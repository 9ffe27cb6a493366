//! The lines of a results file: a header, then one JSON object a line with a checksum of its content. A last line without its end is
//! the trace of an interruption and is dropped; any other damage is an error that names the line.

use super::divided::{Divided, ShardRow};
use super::samples::{Block, Key, Part};
use crate::run::{RunError, files};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

const FORMAT: &str = "limitcheck samples";
/// Of the format, and of how networks are drawn: raised whenever the same replicate gives other samples, which then are not mixed.
pub(super) const VERSION: u32 = 3;
const NOT_OURS: &str = "is not a results file of limitcheck; name another file";

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Header {
    format: String,
    version: u32,
    seed: u64,
    program: String,
}

impl Header {
    pub fn new(seed: u64) -> Header {
        Header { format: FORMAT.into(), version: VERSION, seed, program: env!("CARGO_PKG_VERSION").into() }
    }

    pub fn line(&self) -> String {
        json(self) + "\n"
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Row {
    #[serde(flatten)]
    pub key: Key,
    #[serde(flatten)]
    pub block: Block,
}

/// What a line holds: a block, some replicates of one that is not finished, or what is known of a shard of the run.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Content {
    Row(Row),
    Part(Part),
    Shard(ShardRow),
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    content: Content,
    sum: String,
}

impl Content {
    pub fn line(self) -> String {
        let sum = self.checksum();
        json(&Line { content: self, sum }) + "\n"
    }

    /// 64-bit FNV-1a of the content's JSON: finds accidents, not malice.
    fn checksum(&self) -> String {
        let text = match self {
            Content::Row(row) => json(row),
            Content::Part(part) => json(part),
            Content::Shard(shard) => json(shard),
        };
        format!("{:016x}", fingerprint(text.as_bytes()))
    }
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("lines hold text and finite numbers")
}

/// 64-bit FNV-1a.
pub(crate) fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What a results file holds.
pub(super) struct Read {
    pub seed: u64,
    pub blocks: BTreeMap<Key, Block>,
    /// Of blocks that are not there.
    pub parts: BTreeMap<Key, Part>,
    pub divided: Option<Divided>,
    /// Where the lines end that stay.
    pub end: u64,
}

/// What is in a file's text; None if it ends before its first line does.
pub(super) fn parse(path: &Path, text: &str) -> Result<Option<Read>, RunError> {
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut lines = text[..whole].split_inclusive('\n').enumerate();
    let Some((_, first)) = lines.next() else {
        let begun = text.starts_with(files::RESULTS_MARK) || files::RESULTS_MARK.starts_with(text);
        return if begun { Ok(None) } else { Err(RunError::file(path, NOT_OURS)) };
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
    let (blocks, parts, end) = (BTreeMap::new(), BTreeMap::new(), first.len() as u64);
    let mut read = Read { seed: header.seed, blocks, parts, divided: None, end };
    let mut at = read.end;
    for (index, text) in lines {
        let place = index + 1;
        let line: Line = serde_json::from_str(text).map_err(|error| {
            RunError::file(path, format!("line {place} is damaged ({error}); delete that line to simulate it again"))
        })?;
        if line.content.checksum() != line.sum {
            let message = format!("line {place} was altered (checksum); delete that line to simulate it again");
            return Err(RunError::file(path, message));
        }
        at += text.len() as u64;
        match line.content {
            Content::Row(row) => {
                read.blocks.insert(row.key, row.block);
                read.end = at;
            }
            Content::Shard(row) => {
                let known = read.divided.get_or_insert_with(|| Divided::new(row.run.clone()));
                known.merge(row.into()).map_err(|error| RunError::file(path, format!("line {place}: {error}")))?;
                read.end = at;
            }
            // Those at the end make room for what comes; the last word on a block is the longest.
            Content::Part(part) => {
                read.parts.insert(part.key.clone(), part);
            }
        }
    }
    let Read { blocks, parts, .. } = &mut read;
    parts.retain(|key, _| !blocks.contains_key(key));
    Ok(Some(read))
}
