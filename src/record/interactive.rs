//! What the interactive page holds: values of the regimes' formulas on grids, simulated networks, and verdicts.

use super::base64;
use super::verdict::Verdict;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// The numbers of the interactive page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InteractiveRecord {
    /// Version of the program that made the numbers.
    pub version: String,
    /// The command that makes the page again.
    pub command: String,
    /// What the tables run along.
    pub axes: Vec<AxisGrid>,
    /// Share of the mean eigenvalue in each spectrum, in the order of its axis: what the linear models are affine in.
    pub beta: Vec<f64>,
    /// Sizes of the start that can be chosen.
    pub starts: Vec<f64>,
    /// In the order of training.
    pub regimes: Vec<RegimeRecord>,
    /// One for each claim that a regime names.
    pub tables: Vec<TableRecord>,
    /// Simulated networks.
    pub networks: Vec<NetworksRecord>,
    /// The seed of the networks.
    pub seed: u64,
    /// What a report says of the claims; none where no report was named.
    pub verdicts: Option<VerdictsRecord>,
}

/// One axis of the tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AxisGrid {
    /// Such as `rho` or `activation`.
    pub name: String,
    /// How values between its nodes come about.
    pub kind: AxisKind,
    /// The numbers of the nodes, increasing; empty for the other kinds.
    pub at: Vec<f64>,
    /// Nodes where a slope may jump: no cell of the interpolation reaches across.
    pub kinks: Vec<f64>,
    /// What each node is called.
    pub labels: Vec<String>,
    /// The parameters that each node sets, with their values as text.
    pub sets: Vec<Vec<(String, String)>>,
}

/// How values between the nodes of an axis come about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AxisKind {
    /// There are none.
    Choice,
    /// Three nodes: neither target nor start, the target alone, the start alone. The value is affine in `beta` and in the square of the
    /// size of the start.
    Parts,
    /// By the cubic through four neighbouring nodes, in the logarithm.
    Cubic,
}

/// A regime and the claims that state its two numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegimeRecord {
    /// Such as `rf`; also determines the colour.
    pub id: String,
    /// In words.
    pub label: String,
    /// By stage (`start`, `time`, `end`, `samples`): the claims of the test error and of the sensitivity.
    pub stages: BTreeMap<String, [String; 2]>,
}

/// A claim's values on a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableRecord {
    /// The claim's id.
    pub claim: String,
    /// The claim's title.
    pub title: String,
    /// Names of its axes, the slowest first.
    pub axes: Vec<String>,
    /// One over the value is interpolated: the value grows without bound at the end of what the claim speaks of.
    pub inverse: bool,
    /// A value is the square of `step` times its code.
    pub step: f64,
    /// In the order of the axes; see [`INFINITE`] and [`NONE`].
    #[serde(with = "codes")]
    pub codes: Vec<u16>,
    /// Largest distance between the interpolation and the formula at centres of cells; of values above 1 as a share of them.
    pub error: f64,
    /// The centre where that is, as settings.
    pub error_at: String,
    /// How many centres were compared.
    pub compared: usize,
    /// Largest bound on the error of a value that was stored or compared with.
    pub abs_err: f64,
}

/// Code of an infinite value.
pub const INFINITE: u16 = u16::MAX;
/// Code of a node where the claim has no value.
pub const NONE: u16 = u16::MAX - 1;

/// Networks of one regime at one stage and state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworksRecord {
    /// The regime's id.
    pub regime: String,
    /// The stage of training.
    pub stage: String,
    /// The node of each axis that the claims have, by its label.
    pub state: BTreeMap<String, String>,
    /// d, m, networks, mean and standard error of the test error, the same of the sensitivity; null where not finite or not known.
    pub rows: Vec<(usize, usize, u64, [Option<f64>; 4])>,
}

/// What a report says of the claims.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerdictsRecord {
    /// The command that made the report.
    pub command: String,
    /// Folder of the report's pages as seen from the page, with a slash at its end if it is not empty; None if it cannot be linked to.
    pub folder: Option<String>,
    /// By claim: each verdict with the number of grid points that have it.
    pub claims: BTreeMap<String, Vec<(Verdict, usize)>>,
    /// Grid points that the page can show.
    pub points: Vec<JudgedPoint>,
}

/// A judged grid point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JudgedPoint {
    /// The claim's id.
    pub claim: String,
    /// m/d.
    pub rho: f64,
    /// The other settings, by axis.
    pub state: BTreeMap<String, String>,
    /// Value at infinite size as simulations extrapolate it, with the ends of its interval.
    pub value: [f64; 3],
    /// The verdict.
    pub verdict: Verdict,
}

/// Codes as text: two bytes each, the lower first, in base 64.
mod codes {
    use super::{Deserialize, Deserializer, Serializer, base64};

    pub fn serialize<S: Serializer>(codes: &[u16], to: S) -> Result<S::Ok, S::Error> {
        let bytes: Vec<u8> = codes.iter().flat_map(|code| code.to_le_bytes()).collect();
        to.serialize_str(&base64::encode(&bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u16>, D::Error> {
        let bytes = base64::decode(&String::deserialize(from)?);
        let bytes = bytes.filter(|bytes| bytes.len() % 2 == 0).ok_or_else(|| {
            <D::Error as serde::de::Error>::custom("codes are two bytes each, in base 64 with padding")
        })?;
        Ok(bytes.chunks(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect())
    }
}
