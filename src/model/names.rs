//! Near names: what the user may have meant.

/// The candidate closest to `name`, if one is close enough to offer (at most a third of its letters differ).
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // One letter is no slip of another.
    let letters = name.chars().count();
    let limit = if letters == 1 { 0 } else { letters.max(3) / 3 };
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= limit || candidate.starts_with(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// As [`hint`], but only a slip of one letter counts as near, so that no function is proposed for another one that exists.
pub(crate) fn close<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    let slip = |candidate: &&str| name.len() > 2 && strsim::damerau_levenshtein(name, candidate) <= 1;
    match candidates.clone().into_iter().find(slip) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", candidates.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

/// `did you mean X?`, or `known: a, b, c` when nothing is close.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(name, candidates.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", candidates.into_iter().collect::<Vec<_>>().join(", ")),
    }
}
