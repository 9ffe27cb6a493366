//! The finite systems that are simulated and what is observed of them: names that claims and simulations share.

use crate::model::Settings;
use std::fmt;

/// What is drawn at random, and how it is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Simulator {
    /// Output weights random, nothing trained.
    Init,
    /// First layer random, output weights and intercept optimal.
    RandomFeatures,
    /// The same without an intercept.
    RandomFeaturesNoIntercept,
    /// First layer random, intercept optimal; the output weights follow gradient flow from a random start for a finite time.
    LazyRandomFeatures,
    /// First layer random, intercept optimal; the output weights are optimal under a penalty on their distance from a random start.
    DecayedRandomFeatures,
    /// Quadratic activation, linearised around random first-layer weights, optimal.
    NeuralTangent,
    /// Any activation that does not jump, linearised around random first-layer weights, optimal.
    GeneralTangent,
    /// Quadratic activation, first layer trained: best approximation of rank m.
    FullTraining,
    /// The same by gradient descent on the population loss from a random start.
    FullTrainingDescent,
    /// Eigenvalues of `W'W`.
    MarchenkoPastur,
    /// Traces of the resolvent of `l_1^2 W W'`.
    Resolvent,
    /// Kernel matrices against their linear parts, in operator norm.
    KernelMatrix,
    /// Random features' kernel of one network of finite width, at two inputs.
    FeatureKernel,
    /// The tangent kernel of both layers likewise.
    TangentKernel,
    /// Central moments of the features' kernel over an ensemble of networks.
    FeatureKernels,
    /// Central moments of the tangent kernel over an ensemble of networks.
    TangentKernels,
    /// The target's gradient at random inputs.
    InputGradient,
    /// The target itself under the strongest perturbation of random inputs.
    Adversarial,
    /// A random-features network likewise, by projected gradient ascent.
    AdversarialNetwork,
    /// Quadratic activation, linearised around a random network, trained by gradient flow from that start.
    LazyTangent,
    /// The same from a start of zero output: every neuron twice, with opposite output weights.
    LazyTangentSymmetrised,
    /// The optimal tangent model, with the random start added to it.
    AdditiveTangent,
    /// Quadratic activation, first layer trained by gradient flow for a time from a random start.
    TrainingPath,
    /// The same by gradient descent on the population loss.
    TrainingPathDescent,
    /// The same by stochastic gradient descent that sees each input once.
    TrainingPathOnline,
    /// Random features of the quadratic activation on inputs uniform on a sphere.
    RandomFeaturesOnSphere,
    /// The same on inputs with independent entries of +-1.
    RandomFeaturesOnSigns,
    /// The neural tangent model of the quadratic activation on inputs uniform on a sphere.
    NeuralTangentOnSphere,
    /// The same on inputs with independent entries of +-1.
    NeuralTangentOnSigns,
    /// Random features of a target whose mean is not zero.
    RandomFeaturesOffset,
    /// The same without an intercept.
    RandomFeaturesOffsetNoIntercept,
    /// The neural tangent model of the quadratic activation without an intercept, of such a target.
    NeuralTangentOffset,
}

/// A number observed of one draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Observable {
    /// `E(f - f*)^2 / E f*^2`
    TestError,
    /// `E|grad f|^2 / E|grad f*|^2`
    Robustness,
    /// `sqrt R - (1 - sqrt eps)`, at least 0 for every network with a free intercept.
    TradeoffSlack,
    /// `R - (1 - eps)^2`, at least 0 for a least-squares projection.
    ProjectionSlack,
    /// `(tr PB)^2/||B||_F^2`, P the projection on the null space of the first layer.
    ProjectedTraceSquared,
    /// `(1/d) tr (W'W)^2`
    SecondMoment,
    /// `(1/d) tr (W'W)^3`
    ThirdMoment,
    /// Share of the eigenvalues of `W'W` up to the point x.
    Distribution,
    /// The largest eigenvalue of `W'W`.
    LargestEigenvalue,
    /// The smallest eigenvalue of `W'W` that is not zero.
    SmallestEigenvalue,
    /// Share of the eigenvalues of `W'W` that are zero.
    ZeroFraction,
    /// `(1/d) tr (z I + l_1^2 W W')^-1`
    Resolvent,
    /// `(1/d) tr (z I + l_1^2 W W')^-2`
    ResolventSquare,
    /// `||U - (lbar I + l_1^2 W W' + (l_2^2/2) ||Gamma||_F^2 1 1')||_op`
    CovarianceError,
    /// `||C - (eta I + l_1^2 W W' + l_2^2 ||Gamma||_F^2 1 1')||_op`
    GradientError,
    /// `K_m`, the kernel of one network, at two inputs.
    Kernel,
    /// `m Var K_m`
    KernelVariance,
    /// `m^2 E(K_m - E K_m)^3`
    KernelThirdMoment,
    /// `m^2 E(K_m - E K_m)^4`
    KernelFourthMoment,
    /// `|grad f(x)|^2 / S2`, averaged over inputs.
    GradientNorm,
    /// `d (|grad f(x)|^2 / S2 - 1)^2`, averaged over inputs.
    GradientSpread,
    /// `max (f(x + e) - f(x)) / (r sqrt(S2))` over `|e| <= r`, averaged over inputs.
    AdversarialGain,
    /// The same less `(|grad f(x)|^2 / S2 - 1)/2`, whose mean is zero: the same mean, with much less noise.
    ControlledGain,
    /// `sqrt d (controlled gain - 1)`
    GainExcess,
    /// What the output of the start adds to the test error: the same weights with that output and without it.
    StartExcessTestError,
    /// Likewise for the robustness.
    StartExcessRobustness,
}

/// What every network shows.
const NETWORK: &[Observable] =
    &[Observable::TestError, Observable::Robustness, Observable::TradeoffSlack, Observable::ProjectionSlack];

/// The same, and a moment of the projection on the directions that no neuron sees.
const TANGENT: &[Observable] = &[
    Observable::TestError,
    Observable::Robustness,
    Observable::TradeoffSlack,
    Observable::ProjectionSlack,
    Observable::ProjectedTraceSquared,
];

/// What perturbed inputs show.
const ATTACK: &[Observable] = &[
    Observable::GradientNorm,
    Observable::GradientSpread,
    Observable::AdversarialGain,
    Observable::ControlledGain,
    Observable::GainExcess,
];

/// What the eigenvalues of `W'W` show.
const EIGENVALUES: &[Observable] = &[
    Observable::SecondMoment,
    Observable::ThirdMoment,
    Observable::Distribution,
    Observable::LargestEigenvalue,
    Observable::SmallestEigenvalue,
    Observable::ZeroFraction,
];

/// What an ensemble of kernels shows.
const KERNELS: &[Observable] =
    &[Observable::KernelVariance, Observable::KernelThirdMoment, Observable::KernelFourthMoment];

/// What a network with a start shows.
const STARTED: &[Observable] = &[
    Observable::TestError,
    Observable::Robustness,
    Observable::TradeoffSlack,
    Observable::ProjectionSlack,
    Observable::StartExcessTestError,
    Observable::StartExcessRobustness,
];

impl Simulator {
    /// Every simulator, in the order of `limitcheck list --simulators`.
    pub const ALL: [Simulator; 32] = [
        Simulator::Init,
        Simulator::RandomFeatures,
        Simulator::RandomFeaturesNoIntercept,
        Simulator::LazyRandomFeatures,
        Simulator::DecayedRandomFeatures,
        Simulator::NeuralTangent,
        Simulator::GeneralTangent,
        Simulator::FullTraining,
        Simulator::FullTrainingDescent,
        Simulator::MarchenkoPastur,
        Simulator::Resolvent,
        Simulator::KernelMatrix,
        Simulator::FeatureKernel,
        Simulator::TangentKernel,
        Simulator::FeatureKernels,
        Simulator::TangentKernels,
        Simulator::InputGradient,
        Simulator::Adversarial,
        Simulator::AdversarialNetwork,
        Simulator::LazyTangent,
        Simulator::LazyTangentSymmetrised,
        Simulator::AdditiveTangent,
        Simulator::TrainingPath,
        Simulator::TrainingPathDescent,
        Simulator::TrainingPathOnline,
        Simulator::RandomFeaturesOnSphere,
        Simulator::RandomFeaturesOnSigns,
        Simulator::NeuralTangentOnSphere,
        Simulator::NeuralTangentOnSigns,
        Simulator::RandomFeaturesOffset,
        Simulator::RandomFeaturesOffsetNoIntercept,
        Simulator::NeuralTangentOffset,
    ];

    /// The name in claim files; part of the key of the random stream.
    pub fn name(self) -> &'static str {
        match self {
            Simulator::Init => "init",
            Simulator::RandomFeatures => "rf",
            Simulator::RandomFeaturesNoIntercept => "rf-no-intercept",
            Simulator::LazyRandomFeatures => "rf-lazy",
            Simulator::DecayedRandomFeatures => "rf-decay",
            Simulator::NeuralTangent => "nt",
            Simulator::GeneralTangent => "nt-general",
            Simulator::FullTraining => "sgd",
            Simulator::FullTrainingDescent => "sgd-descent",
            Simulator::MarchenkoPastur => "marchenko-pastur",
            Simulator::Resolvent => "resolvent",
            Simulator::KernelMatrix => "kernel-matrix",
            Simulator::FeatureKernel => "kernel-rf",
            Simulator::TangentKernel => "kernel-ntk",
            Simulator::FeatureKernels => "kernel-rf-ensemble",
            Simulator::TangentKernels => "kernel-ntk-ensemble",
            Simulator::InputGradient => "input-gradient",
            Simulator::Adversarial => "adversarial",
            Simulator::AdversarialNetwork => "adversarial-rf",
            Simulator::LazyTangent => "nt-lazy",
            Simulator::LazyTangentSymmetrised => "nt-lazy-symmetrised",
            Simulator::AdditiveTangent => "nt-additive",
            Simulator::TrainingPath => "sgd-flow",
            Simulator::TrainingPathDescent => "sgd-flow-descent",
            Simulator::TrainingPathOnline => "sgd-flow-online",
            Simulator::RandomFeaturesOnSphere => "rf-inputs-sphere",
            Simulator::RandomFeaturesOnSigns => "rf-inputs-signs",
            Simulator::NeuralTangentOnSphere => "nt-inputs-sphere",
            Simulator::NeuralTangentOnSigns => "nt-inputs-signs",
            Simulator::RandomFeaturesOffset => "rf-offset",
            Simulator::RandomFeaturesOffsetNoIntercept => "rf-offset-no-intercept",
            Simulator::NeuralTangentOffset => "nt-offset-no-intercept",
        }
    }

    /// The simulator that [`Simulator::name`] calls so.
    pub fn from_name(name: &str) -> Option<Simulator> {
        Simulator::ALL.into_iter().find(|simulator| simulator.name() == name)
    }

    /// One line for `list --simulators`.
    pub fn description(self) -> &'static str {
        match self {
            Simulator::Init => {
                "random first layer, output weights of length zeta in a random direction, nothing trained"
            }
            Simulator::RandomFeatures => "random first layer, optimal output weights and intercept (Cholesky solve)",
            Simulator::RandomFeaturesNoIntercept => "random first layer, optimal output weights, no intercept",
            Simulator::LazyRandomFeatures => {
                "random first layer, output weights by gradient flow for a time from a random start of length zeta"
            }
            Simulator::DecayedRandomFeatures => {
                "random first layer, output weights optimal with weight decay towards a random start of length zeta"
            }
            Simulator::NeuralTangent => {
                "quadratic activation linearised around a random first layer, optimal (projection)"
            }
            Simulator::GeneralTangent => {
                "any activation linearised around a random first layer, optimal (conjugate gradients)"
            }
            Simulator::FullTraining => {
                "quadratic activation, first layer trained: best approximation of rank m (no noise)"
            }
            Simulator::FullTrainingDescent => {
                "quadratic activation, first layer trained by gradient descent from a random start"
            }
            Simulator::MarchenkoPastur => "eigenvalues of W'W (d x d), W the random first layer",
            Simulator::Resolvent => "traces of the resolvent of lambda_1^2 W W' (m x m) at -ridge",
            Simulator::KernelMatrix => {
                "covariance and gradient matrices of the features against their linear parts (m x m)"
            }
            Simulator::FeatureKernel => "kernel of m random features at two inputs at angle theta",
            Simulator::TangentKernel => {
                "tangent kernel of both layers of a network of width m at two inputs at angle theta"
            }
            Simulator::FeatureKernels => {
                "the same for 256 independent networks of m random features: its central moments"
            }
            Simulator::TangentKernels => {
                "the same for 256 independent networks: central moments of their tangent kernel"
            }
            Simulator::InputGradient => "the gradient of the target at random inputs (exact)",
            Simulator::Adversarial => "the target at random inputs, perturbed as badly as a radius allows (exact)",
            Simulator::AdversarialNetwork => "a random-features network likewise, by projected gradient ascent",
            Simulator::LazyTangent => {
                "the model of `nt` trained by gradient flow for a time, from a start of output scale zeta"
            }
            Simulator::LazyTangentSymmetrised => {
                "the same from a start of zero output: each of m neurons twice, with opposite signs"
            }
            Simulator::AdditiveTangent => "the model of `nt`, optimal, with a start of output scale zeta added to it",
            Simulator::TrainingPath => {
                "quadratic activation, first layer trained by gradient flow for a time (closed form)"
            }
            Simulator::TrainingPathDescent => {
                "the same by gradient descent on the population loss, extrapolated in the step"
            }
            Simulator::TrainingPathOnline => {
                "the same by stochastic gradient descent on fresh inputs, extrapolated in the step"
            }
            Simulator::RandomFeaturesOnSphere => "`rf`, quadratic, on inputs uniform on the sphere of radius sqrt d",
            Simulator::RandomFeaturesOnSigns => "`rf`, quadratic, on inputs with independent entries of +-1",
            Simulator::NeuralTangentOnSphere => "`nt` on inputs uniform on the sphere of radius sqrt d",
            Simulator::NeuralTangentOnSigns => "`nt` on inputs with independent entries of +-1",
            Simulator::RandomFeaturesOffset => {
                "`rf` of a target with mean offset * tr B, the intercept a feature of its own"
            }
            Simulator::RandomFeaturesOffsetNoIntercept => "`rf-no-intercept` of a target with mean offset * tr B",
            Simulator::NeuralTangentOffset => "`nt` without an intercept, of a target with mean offset * tr B",
        }
    }

    /// What is observed of each draw, in the order in which samples hold it.
    pub fn observables(self) -> &'static [Observable] {
        match self {
            Simulator::NeuralTangent => TANGENT,
            Simulator::Init
            | Simulator::RandomFeatures
            | Simulator::RandomFeaturesNoIntercept
            | Simulator::GeneralTangent
            | Simulator::LazyRandomFeatures
            | Simulator::DecayedRandomFeatures
            | Simulator::FullTraining
            | Simulator::FullTrainingDescent
            | Simulator::TrainingPath
            | Simulator::TrainingPathDescent
            | Simulator::TrainingPathOnline => NETWORK,
            Simulator::LazyTangent | Simulator::LazyTangentSymmetrised | Simulator::AdditiveTangent => STARTED,
            Simulator::MarchenkoPastur => EIGENVALUES,
            Simulator::RandomFeaturesOnSphere
            | Simulator::RandomFeaturesOnSigns
            | Simulator::NeuralTangentOnSphere
            | Simulator::NeuralTangentOnSigns
            | Simulator::RandomFeaturesOffset
            | Simulator::RandomFeaturesOffsetNoIntercept
            | Simulator::NeuralTangentOffset => &[Observable::TestError],
            Simulator::Resolvent => &[Observable::Resolvent, Observable::ResolventSquare],
            Simulator::KernelMatrix => &[Observable::CovarianceError, Observable::GradientError],
            Simulator::FeatureKernel | Simulator::TangentKernel => &[Observable::Kernel],
            Simulator::FeatureKernels | Simulator::TangentKernels => KERNELS,
            Simulator::InputGradient => &[Observable::GradientNorm, Observable::GradientSpread],
            Simulator::Adversarial | Simulator::AdversarialNetwork => ATTACK,
        }
    }

    /// Numeric parameters on which a draw depends, besides the sizes.
    pub fn numbers(self) -> &'static [&'static str] {
        match self {
            Simulator::Init | Simulator::AdditiveTangent => &["zeta"],
            Simulator::LazyRandomFeatures | Simulator::LazyTangent | Simulator::LazyTangentSymmetrised => {
                &["zeta", "time"]
            }
            Simulator::DecayedRandomFeatures => &["zeta", "decay"],
            Simulator::TrainingPath | Simulator::TrainingPathDescent | Simulator::TrainingPathOnline => {
                &["scale", "time"]
            }
            Simulator::RandomFeatures
            | Simulator::RandomFeaturesNoIntercept
            | Simulator::NeuralTangent
            | Simulator::GeneralTangent
            | Simulator::FullTraining
            | Simulator::FullTrainingDescent
            | Simulator::RandomFeaturesOnSphere
            | Simulator::RandomFeaturesOnSigns
            | Simulator::NeuralTangentOnSphere
            | Simulator::NeuralTangentOnSigns
            | Simulator::InputGradient
            | Simulator::KernelMatrix => &[],
            Simulator::RandomFeaturesOffset
            | Simulator::RandomFeaturesOffsetNoIntercept
            | Simulator::NeuralTangentOffset => &["offset"],
            Simulator::MarchenkoPastur => &["point"],
            Simulator::Resolvent => &["ridge"],
            Simulator::FeatureKernel
            | Simulator::TangentKernel
            | Simulator::FeatureKernels
            | Simulator::TangentKernels => &["theta"],
            Simulator::Adversarial | Simulator::AdversarialNetwork => &["radius"],
        }
    }

    /// Whether a target, with the eigenvalues of B, is involved.
    pub fn has_target(self) -> bool {
        !matches!(
            self,
            Simulator::FeatureKernel | Simulator::TangentKernel | Simulator::FeatureKernels | Simulator::TangentKernels
        )
    }

    /// False if every replicate is the same network.
    pub fn needs_noise(self) -> bool {
        self != Simulator::FullTraining
    }
}

impl Observable {
    /// Every observable.
    pub const ALL: [Observable; 26] = [
        Observable::TestError,
        Observable::Robustness,
        Observable::TradeoffSlack,
        Observable::ProjectionSlack,
        Observable::ProjectedTraceSquared,
        Observable::SecondMoment,
        Observable::ThirdMoment,
        Observable::Distribution,
        Observable::LargestEigenvalue,
        Observable::SmallestEigenvalue,
        Observable::ZeroFraction,
        Observable::Resolvent,
        Observable::ResolventSquare,
        Observable::CovarianceError,
        Observable::GradientError,
        Observable::Kernel,
        Observable::KernelVariance,
        Observable::KernelThirdMoment,
        Observable::KernelFourthMoment,
        Observable::GradientNorm,
        Observable::GradientSpread,
        Observable::AdversarialGain,
        Observable::ControlledGain,
        Observable::GainExcess,
        Observable::StartExcessTestError,
        Observable::StartExcessRobustness,
    ];

    /// As a claim file writes it; part of the results file's format.
    pub fn name(self) -> &'static str {
        match self {
            Observable::TestError => "test-error",
            Observable::Robustness => "robustness",
            Observable::TradeoffSlack => "tradeoff-slack",
            Observable::ProjectionSlack => "projection-slack",
            Observable::ProjectedTraceSquared => "projected-trace-squared",
            Observable::SecondMoment => "moment-2",
            Observable::ThirdMoment => "moment-3",
            Observable::Distribution => "distribution",
            Observable::LargestEigenvalue => "largest-eigenvalue",
            Observable::SmallestEigenvalue => "smallest-eigenvalue",
            Observable::ZeroFraction => "zero-fraction",
            Observable::Resolvent => "resolvent",
            Observable::ResolventSquare => "resolvent-square",
            Observable::CovarianceError => "covariance-error",
            Observable::GradientError => "gradient-error",
            Observable::Kernel => "kernel",
            Observable::KernelVariance => "kernel-variance",
            Observable::KernelThirdMoment => "kernel-third-moment",
            Observable::KernelFourthMoment => "kernel-fourth-moment",
            Observable::GradientNorm => "gradient-norm",
            Observable::GradientSpread => "gradient-spread",
            Observable::AdversarialGain => "adversarial-gain",
            Observable::ControlledGain => "controlled-gain",
            Observable::GainExcess => "gain-excess",
            Observable::StartExcessTestError => "start-excess-test-error",
            Observable::StartExcessRobustness => "start-excess-robustness",
        }
    }

    /// The observable that [`Observable::name`] calls so.
    pub fn from_name(name: &str) -> Option<Observable> {
        Observable::ALL.into_iter().find(|observable| observable.name() == name)
    }

    /// Its symbol in statements, as LaTeX.
    pub fn symbol(self) -> &'static str {
        match self {
            Observable::TestError => "\\varepsilon",
            Observable::Robustness => "R",
            Observable::TradeoffSlack => "\\sqrt{R} - (1 - \\sqrt{\\varepsilon})",
            Observable::ProjectionSlack => "R - (1 - \\varepsilon)^2",
            Observable::ProjectedTraceSquared => "\\frac{(\\mathrm{tr} P B)^2}{\\lVert B \\rVert_F^2}",
            Observable::SecondMoment => "\\frac{1}{d} \\mathrm{tr} \\thinspace (W^\\top W)^2",
            Observable::ThirdMoment => "\\frac{1}{d} \\mathrm{tr} \\thinspace (W^\\top W)^3",
            Observable::Distribution => "F_d(x)",
            Observable::LargestEigenvalue => "x_{\\max}",
            Observable::SmallestEigenvalue => "x_{\\min}",
            Observable::ZeroFraction => "F_d(0)",
            Observable::Resolvent => "\\frac{1}{d} \\mathrm{tr} \\thinspace (z I + \\lambda_1^2 W W^\\top)^{-1}",
            Observable::ResolventSquare => "\\frac{1}{d} \\mathrm{tr} \\thinspace (z I + \\lambda_1^2 W W^\\top)^{-2}",
            Observable::CovarianceError => "\\Vert U - U_{\\mathrm{lin}} \\Vert",
            Observable::GradientError => "\\Vert C - C_{\\mathrm{lin}} \\Vert",
            Observable::Kernel => "K_m",
            Observable::KernelVariance => "m \\thinspace (K_m - K)^2",
            Observable::KernelThirdMoment => "m^2 \\thinspace (K_m - K)^3",
            Observable::KernelFourthMoment => "m^2 \\thinspace (K_m - K)^4",
            Observable::GradientNorm => "\\frac{\\Vert \\nabla f(x) \\Vert^2}{S_2}",
            Observable::GradientSpread => "d \\left(\\frac{\\Vert \\nabla f(x) \\Vert^2}{S_2} - 1\\right)^2",
            Observable::AdversarialGain => GAIN,
            Observable::ControlledGain => GAIN,
            Observable::GainExcess => {
                "\\sqrt{d} \\left(\\frac{\\max_{\\Vert e \\Vert \\le r} f(x + e) - f(x)}{r \\sqrt{S_2}} - 1\\right)"
            }
            Observable::StartExcessTestError => "\\varepsilon - \\varepsilon_{f_0 = 0}",
            Observable::StartExcessRobustness => "R - R_{f_0 = 0}",
        }
    }
}

const GAIN: &str = "\\frac{\\max_{\\Vert e \\Vert \\le r} f(x + e) - f(x)}{r \\sqrt{S_2}}";

impl fmt::Display for Observable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// The numeric parameters that simulators know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numbers {
    /// Scale of random output weights: the mean of their sum of squares is `zeta^2`.
    pub zeta: f64,
    /// Training time of the flow on `E(f - f*)^2/2`; of the lazy tangent models `tau = 4 zeta^2 t/m`.
    pub time: f64,
    /// Scale of a random start: the root mean square norm of a row of the first layer.
    pub scale: f64,
    /// Angle between two inputs, in radians.
    pub theta: f64,
    /// Strength k of weight decay towards the start: the penalty is `k |v - v_0|^2/2`.
    pub decay: f64,
    /// Where the distribution function of the eigenvalues of `W'W` is taken.
    pub point: f64,
    /// The z of a resolvent `(z I + A)^-1`.
    pub ridge: f64,
    /// Radius of the ball in which an input is perturbed; inputs themselves have a length of about `sqrt d`.
    pub radius: f64,
    /// Mean of the target over `tr B`: 0 is centred, 1 is `x'Bx`.
    pub offset: f64,
}

impl Default for Numbers {
    fn default() -> Numbers {
        Numbers {
            zeta: 1.0,
            time: 1.0,
            scale: 1.0,
            theta: 1.0,
            decay: 1.0,
            point: 1.0,
            ridge: 1.0,
            radius: 1.0,
            offset: 1.0,
        }
    }
}

impl Numbers {
    /// Those of the settings, and 1 for what is not set.
    pub fn of(settings: &Settings) -> Numbers {
        let number = |name| settings.number(name).unwrap_or(1.0);
        Numbers {
            zeta: number("zeta"),
            time: number("time"),
            scale: number("scale"),
            theta: number("theta"),
            decay: number("decay"),
            point: number("point"),
            ridge: number("ridge"),
            radius: number("radius"),
            offset: number("offset"),
        }
    }

    /// The number that claims call so; None if no simulator knows it.
    pub fn get(&self, name: &str) -> Option<f64> {
        match name {
            "zeta" => Some(self.zeta),
            "time" => Some(self.time),
            "scale" => Some(self.scale),
            "theta" => Some(self.theta),
            "decay" => Some(self.decay),
            "point" => Some(self.point),
            "ridge" => Some(self.ridge),
            "radius" => Some(self.radius),
            "offset" => Some(self.offset),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for simulator in Simulator::ALL {
            assert_eq!(Simulator::from_name(simulator.name()), Some(simulator));
            assert!(!simulator.observables().is_empty());
            assert!(simulator.numbers().iter().all(|name| Numbers::default().get(name).is_some()));
        }
        for observable in Observable::ALL {
            assert_eq!(Observable::from_name(observable.name()), Some(observable));
        }
        assert_eq!(Simulator::from_name("adam"), None);
    }
}
