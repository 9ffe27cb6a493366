//! Wrong versions of every claim, as a hand that slips would write them: the judge must say `disagrees` by simulation. A file
//! per regime.

mod adversarial;
mod finite;
mod full_training;
mod general_tangent;
mod hypotheses;
mod initialization;
mod kernels;
mod lazy_random_features;
mod lazy_tangent;
mod neural_tangent;
mod random_features;
mod random_matrices;
mod tradeoffs;
mod training_path;

/// A replacement in the claim's text, or in the shared definitions, that makes the statement wrong.
pub struct Planted {
    pub claim: &'static str,
    pub slip: &'static str,
    pub from: &'static str,
    pub to: &'static str,
}

const fn planted(claim: &'static str, slip: &'static str, from: &'static str, to: &'static str) -> Planted {
    Planted { claim, slip, from, to }
}

const LIMIT: &str = "\nlimit ";

/// Every regime's.
pub fn all() -> impl Iterator<Item = &'static Planted> {
    let regimes = [
        initialization::PLANTED,
        random_features::PLANTED,
        neural_tangent::PLANTED,
        general_tangent::PLANTED,
        full_training::PLANTED,
        tradeoffs::PLANTED,
        finite::PLANTED,
        lazy_random_features::PLANTED,
        random_matrices::PLANTED,
        kernels::PLANTED,
        adversarial::PLANTED,
        lazy_tangent::PLANTED,
        training_path::PLANTED,
        hypotheses::PLANTED,
    ];
    regimes.into_iter().flatten()
}
