//! The chapters of the catalogue, in the order of its reading: where the index, the menu and the overview put a claim.

use super::cells::Group;
use crate::record::{ClaimRecord, ReportData};

/// A chapter, by the folder of its claim files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    Regimes,
    Starts,
    Finite,
    Kernels,
    RandomMatrices,
    Tradeoffs,
    Adversarial,
    Hypotheses,
    KnownFalse,
    Others,
}

/// Every chapter with its title.
const CHAPTERS: [(Chapter, &str); 10] = [
    (Chapter::Regimes, "The regimes"),
    (Chapter::Starts, "Starts and controls"),
    (Chapter::Finite, "Exact means at every size"),
    (Chapter::Kernels, "Kernels"),
    (Chapter::RandomMatrices, "Random matrices"),
    (Chapter::Tradeoffs, "Trade-offs"),
    (Chapter::Adversarial, "What the energy means"),
    (Chapter::Hypotheses, "Which hypotheses matter"),
    (Chapter::KnownFalse, "Known to be false"),
    (Chapter::Others, "Claims of your own"),
];

impl Chapter {
    pub fn title(self) -> &'static str {
        CHAPTERS.iter().find(|(chapter, _)| *chapter == self).map_or("", |(_, title)| title)
    }

    /// That of a claim.
    pub fn of(claim: &ClaimRecord) -> Chapter {
        match claim.path.strip_prefix("theory/").map(|rest| rest.split_once('/')) {
            Some(Some(("finite", _))) => Chapter::Finite,
            Some(Some(("kernels", _))) => Chapter::Kernels,
            Some(Some(("random-matrices", _))) => Chapter::RandomMatrices,
            Some(Some(("tradeoffs", _))) => Chapter::Tradeoffs,
            Some(Some(("adversarial", _))) => Chapter::Adversarial,
            Some(Some(("hypotheses", _))) => Chapter::Hypotheses,
            Some(Some(("known-false", _))) => Chapter::KnownFalse,
            Some(None) => {
                let aside = ["-start-", "-symmetrised-", "rf-no-intercept", "rf-odd-activation", "-growth"];
                if aside.iter().any(|part| claim.id.contains(part)) { Chapter::Starts } else { Chapter::Regimes }
            }
            _ if claim.status == "known-false" => Chapter::KnownFalse,
            _ => Chapter::Others,
        }
    }
}

/// The groups of cells by chapter, claims without a record last; in the order of the run within each.
pub fn by_chapter<'a, 'b>(data: &ReportData, groups: &'b [Group<'a>]) -> Vec<(Chapter, Vec<&'b Group<'a>>)> {
    let of = |id: &str| data.claims.iter().find(|claim| claim.id == id).map_or(Chapter::Others, Chapter::of);
    let ours = |chapter: Chapter| groups.iter().filter(|(id, _)| of(id) == chapter).collect::<Vec<_>>();
    CHAPTERS.iter().map(|(chapter, _)| (*chapter, ours(*chapter))).filter(|(_, groups)| !groups.is_empty()).collect()
}

/// The claims by chapter.
pub fn claims_by_chapter(data: &ReportData) -> Vec<(Chapter, Vec<&ClaimRecord>)> {
    let ours = |chapter: Chapter| data.claims.iter().filter(|claim| Chapter::of(claim) == chapter).collect::<Vec<_>>();
    CHAPTERS.iter().map(|(chapter, _)| (*chapter, ours(*chapter))).filter(|(_, claims)| !claims.is_empty()).collect()
}
