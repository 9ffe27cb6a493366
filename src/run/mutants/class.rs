//! What became of a mutant.

use crate::record::Counts;

/// What became of a mutant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Identical,
    Close,
    Invalid,
    Killed,
    Survived,
}

impl Class {
    /// One mutant of this class.
    pub fn counts(self) -> Counts {
        let one = |wanted| usize::from(self == wanted);
        Counts {
            generated: 1,
            identical: one(Class::Identical),
            close: one(Class::Close),
            invalid: one(Class::Invalid),
            killed: one(Class::Killed),
            survived: one(Class::Survived),
        }
    }
}
