//! What a run leaves behind: the judged results, as they stand on disk and as the report reads them.
//!
//! Plain data of its own, so that inner types stay free to change. May import nothing of this crate.

mod atlas;
pub mod base64;
pub mod bench;
mod calibration;
pub mod explored;
pub mod interactive;
mod mutants;
mod numbers;
mod report;
mod run;
mod sweep;
mod verdict;

pub use atlas::{AxisRecord, PanelRecord, PictureRecord, PointRecord, SeriesRecord};
pub use calibration::{CalibrationRecord, CalibrationRow, NullCell, NullRun};
pub use mutants::{ClaimMutants, Counts, MutantCounts, MutantRecord, MutantsRecord, OperatorRecord};
pub use report::{ClaimRecord, CurveRecord, ExperimentRecord, ExperimentRow, ReportData};
pub use run::{AskedRecord, CellRecord, FitRecord, NeededSize, RunRecord, SizeRecord, Subject};
pub use sweep::{SweepPoint, SweepRecord, SweepRow};
pub use verdict::{Standing, Verdict};
