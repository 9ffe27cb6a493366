//! What several simulators observe. What one alone observes stands in its file.

use crate::model::Observable;

/// `E(f - f*)^2 / E f*^2`
pub(crate) const TEST_ERROR: Observable = Observable::new("test-error", "\\varepsilon");
/// `E|grad f|^2 / E|grad f*|^2`
pub(crate) const ROBUSTNESS: Observable = Observable::new("robustness", "R");
/// `sqrt R - (1 - sqrt eps)`, at least 0 for every network with a free intercept.
pub(crate) const TRADEOFF_SLACK: Observable =
    Observable::new("tradeoff-slack", "\\sqrt{R} - (1 - \\sqrt{\\varepsilon})");
/// `R - (1 - eps)^2`, at least 0 for a least-squares projection.
pub(crate) const PROJECTION_SLACK: Observable = Observable::new("projection-slack", "R - (1 - \\varepsilon)^2");
/// What the output of the start adds to the test error: the same weights with that output and without it.
const START_EXCESS_TEST_ERROR: Observable =
    Observable::new("start-excess-test-error", "\\varepsilon - \\varepsilon_{f_0 = 0}");
/// Likewise for the robustness.
const START_EXCESS_ROBUSTNESS: Observable = Observable::new("start-excess-robustness", "R - R_{f_0 = 0}");

/// `|grad f(x)|^2 / S2`, averaged over inputs.
pub(crate) const GRADIENT_NORM: Observable =
    Observable::new("gradient-norm", "\\frac{\\Vert \\nabla f(x) \\Vert^2}{S_2}");
/// `d (|grad f(x)|^2 / S2 - 1)^2`, averaged over inputs.
pub(crate) const GRADIENT_SPREAD: Observable =
    Observable::new("gradient-spread", "d \\left(\\frac{\\Vert \\nabla f(x) \\Vert^2}{S_2} - 1\\right)^2");
/// `max (f(x + e) - f(x)) / (r sqrt(S2))` over `|e| <= r`, averaged over inputs.
const ADVERSARIAL_GAIN: Observable = Observable::new("adversarial-gain", GAIN);
/// The same less `(|grad f(x)|^2 / S2 - 1)/2`, whose mean is zero: the same mean, with much less noise.
const CONTROLLED_GAIN: Observable = Observable::new("controlled-gain", GAIN);
/// `sqrt d (controlled gain - 1)`
const GAIN_EXCESS: Observable = Observable::new(
    "gain-excess",
    "\\sqrt{d} \\left(\\frac{\\max_{\\Vert e \\Vert \\le r} f(x + e) - f(x)}{r \\sqrt{S_2}} - 1\\right)",
);
const GAIN: &str = "\\frac{\\max_{\\Vert e \\Vert \\le r} f(x + e) - f(x)}{r \\sqrt{S_2}}";

/// What every network shows.
pub(crate) const NETWORK: &[Observable] = &[TEST_ERROR, ROBUSTNESS, TRADEOFF_SLACK, PROJECTION_SLACK];

/// What a network with a start shows.
pub(crate) const STARTED: &[Observable] =
    &[TEST_ERROR, ROBUSTNESS, TRADEOFF_SLACK, PROJECTION_SLACK, START_EXCESS_TEST_ERROR, START_EXCESS_ROBUSTNESS];

/// What perturbed inputs show.
pub(crate) const ATTACK: &[Observable] =
    &[GRADIENT_NORM, GRADIENT_SPREAD, ADVERSARIAL_GAIN, CONTROLLED_GAIN, GAIN_EXCESS];
