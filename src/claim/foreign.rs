//! Words of other languages (NumPy, SciPy, SymPy, Mathematica, LaTeX, pen and paper) and what to write for them.

use crate::symbolic::{arity, function_names};

/// Functions and operators of other languages. Several words that mean the same stand in one string. No entry proposes a function that
/// differs from what was written.
const FUNCTIONS: [(&str, &str); 70] = [
    ("arcsin", "write asin(x)"),
    ("arccos", "write acos(x)"),
    ("arctan", "write atan(x)"),
    ("asinh arcsinh arsinh ArcSinh", "write log(x + sqrt(x^2 + 1))"),
    ("acosh arccosh arcosh ArcCosh", "write log(x + sqrt(x^2 - 1))"),
    ("atanh arctanh artanh ArcTanh", "write (log1p(x) - log1p(-x))/2"),
    ("atan2 arctan2 ArcTan2", "write the angle with atan(y/x) and cases(...)"),
    ("sec", "write 1/cos(x)"),
    ("csc cosec", "write 1/sin(x)"),
    ("cot", "write cos(x)/sin(x)"),
    ("sech", "write 1/cosh(x)"),
    ("csch", "write 1/sinh(x)"),
    ("coth", "write 1/tanh(x)"),
    ("sinc Sinc", "write sin(x)/x"),
    ("log2 lg Log2", "write log(x)/log(2)"),
    ("log10 Log10", "write log(x)/log(10)"),
    ("exp2", "write 2^x"),
    ("logit", "write log(p/(1 - p))"),
    ("logsumexp logaddexp", "write log(exp(x) + exp(y))"),
    ("cbrt", "write x^(1/3), for x >= 0"),
    ("square sqr Square", "write x^2"),
    ("rsqrt", "write 1/sqrt(x)"),
    ("pow power Power Pow", "write x^y"),
    ("hypot norm", "write sqrt(x^2 + y^2)"),
    ("sigmoid expit Logistic LogisticSigmoid", "write logistic(x)"),
    ("relu ReLU Relu Ramp", "write pos(x)"),
    (
        "heaviside Heaviside HeavisideTheta UnitStep step indicator Indicator Boole",
        "write cases(x > 0: 1; otherwise: 0)",
    ),
    (
        "leaky_relu elu selu gelu silu swish mish softsign hardswish",
        "an activation is a parameter: parameter activation = gelu, and sigma(x)",
    ),
    ("floor ceil ceiling round trunc Floor Ceiling Round", "there is no rounding: write cases(...)"),
    ("mod fmod Mod", "there is no remainder: write cases(...)"),
    ("factorial Factorial", "write gamma(n + 1)"),
    ("Gamma tgamma", "write gamma(x)"),
    ("loggamma gammaln lngamma LogGamma logGamma", "write lgamma(x)"),
    ("psi polygamma PolyGamma Digamma", "write digamma(x); its derivatives are digamma'(x), digamma''(x)"),
    ("trigamma", "write digamma'(x)"),
    ("comb choose nchoosek Binomial binom nCr C", "write binomial(n, k)"),
    ("beta Beta", "write gamma(a)*gamma(b)/gamma(a + b)"),
    ("betaln lbeta", "write lgamma(a) + lgamma(b) - lgamma(a + b)"),
    ("zeta Zeta", "write (sum k from 1 of 1/k^s)"),
    ("gammainc gammaincc betainc expint exp1 expi Ei ei li E1", "write it as an integral, Int[f : x in [a, b]]"),
    ("erfcx", "write exp(x^2)*erfc(x)"),
    ("erfinv erfcinv ndtri probit ppf quantile_normal", "write the equation: root x in (-9, 9) of normal_cdf(x) - p"),
    ("ndtr Phi cdf norm_cdf normcdf CDF", "write normal_cdf(x)"),
    ("phi pdf norm_pdf normpdf PDF", "write normal_pdf(x)"),
    ("log_ndtr", "write log(normal_cdf(x))"),
    ("j0 J0", "write besselj(0, x)"),
    ("j1 J1", "write besselj(1, x)"),
    ("jv jn BesselJ besselJ J", "write besselj(n, x)"),
    ("i0 I0", "write besseli(0, x)"),
    ("i1 I1", "write besseli(1, x)"),
    ("iv BesselI besselI", "write besseli(n, x)"),
    ("k0 k1 kn kv y0 y1 yn yv besselk bessely BesselK BesselY airy", "write it as an integral, Int[f : x in [a, b]]"),
    ("sgn signum", "write sign(x)"),
    ("fabs absolute", "write abs(x)"),
    ("maximum fmax", "write max(x, y)"),
    ("minimum fmin clip clamp Clip", "write min(x, y) and max(x, y)"),
    ("Piecewise piecewise where If if ifelse IfElse Which select", "write cases(x < 1: a; otherwise: b)"),
    ("Sum nsum Total", "write sum k from a to b of term, or sum k from a of term for a series"),
    ("prod Product product Prod", "write exp(sum k from a to b of log(f))"),
    ("integrate Integrate quad integral Integral NIntegrate int dblquad", "write Int[f : x in [a, b]]"),
    ("Expectation NExpectation expectation mean Mean expect average", "write E[f(x) : x ~ normal]"),
    ("Var var Variance variance std Std Cov cov", "write E[x^2 : x ~ normal] - E[x : x ~ normal]^2"),
    ("P Pr Prob prob Probability", "a probability is written E[cases(x > 1: 1; otherwise: 0) : x ~ normal]"),
    (
        "N Normal gaussian Gaussian NormalDistribution normal uniform exponential chi_squared student rademacher bernoulli poisson semicircle mp",
        "a law stands in an expectation: E[f(x) : x ~ normal(mean, sd)]",
    ),
    ("diff Derivative D Diff", "define f(x) = ... and write f'(x)"),
    ("solve findroot FindRoot brentq fsolve newton Solve nsolve", "write root p in (a, b) of F"),
    ("lambertw LambertW ProductLog W", "write root w in (-1, inf) of w*exp(w) - x"),
    ("limit Limit lim", "there are no limits inside formulas: write what it tends to"),
    (
        "trace Tr tr det Det transpose inv",
        "there are no matrices: write an expectation over the law of the eigenvalues, E[f(x) : x ~ mp(rho)]",
    ),
    (
        "hyp1f1 hyp2f1 legendre laguerre chebyt ellipk ellipe hermitenorm eval_hermite",
        "write it as a sum, sum k from a of term, or as an integral",
    ),
];

/// Numbers by the names that other languages give them.
const NUMBERS: [(&str, &str); 6] = [
    ("Pi PI", "write pi"),
    ("infinity Infinity oo Inf INF infty", "write inf"),
    ("e E", "the base of the natural logarithm is exp(1)"),
    ("euler_gamma EulerGamma", "write -digamma(1)"),
    ("nan NaN None null", "a formula has a value everywhere it is used"),
    ("i I j", "formulas are real: complex numbers stand in measures only"),
];

/// Laws by other names.
const LAWS: [(&str, &str); 15] = [
    (
        "N Normal gaussian Gaussian norm gauss NormalDistribution",
        "write x ~ normal(mean, sd), with the standard deviation",
    ),
    ("U Uniform unif Unif UniformDistribution", "write x ~ uniform(a, b)"),
    ("Exp Exponential expon exp Expo ExponentialDistribution", "write x ~ exponential(rate), of mean 1/rate"),
    ("Gamma GammaDistribution", "write x ~ gamma(shape, rate), of mean shape/rate"),
    ("Beta BetaDistribution", "write x ~ beta(a, b)"),
    ("chi2 chisq Chi2 chi_square chisquare ChiSquared ChiSquareDistribution", "write x ~ chi_squared(k)"),
    ("t student_t T StudentT StudentTDistribution", "write x ~ student(k)"),
    ("cauchy Cauchy", "write x ~ student(1)"),
    ("signs sign Rademacher coin", "write s ~ rademacher"),
    ("Bernoulli Ber", "write b ~ bernoulli(p)"),
    ("Poisson Poi Pois PoissonDistribution", "write k ~ poisson(rate)"),
    ("wigner Wigner sc semi_circle Semicircle semicircular", "write x ~ semicircle(radius)"),
    ("marchenko_pastur MP marchenkopastur MarchenkoPastur", "write x ~ mp(rho)"),
    ("lognormal LogNormal lognorm", "write exp(x) with x ~ normal(mean, sd)"),
    ("laplace Laplace", "write s*x with s ~ rademacher, x ~ exponential(rate)"),
];

/// Commands of LaTeX.
const COMMANDS: [(&str, &str); 22] = [
    ("frac dfrac tfrac", "write a/b"),
    ("binom", "write binomial(n, k)"),
    ("cdot times ast", "write *"),
    ("left right big Big", "leave it out: formulas have round brackets"),
    ("sum", "write sum k from a to b of term"),
    ("prod", "write exp(sum k from a to b of log(f))"),
    ("int", "write Int[f : x in [a, b]]"),
    ("mathbb mathbf mathcal operatorname mathrm text", "write the name alone; an expectation is E[f(x) : x ~ normal]"),
    ("infty", "write inf"),
    ("le leq leqslant", "write <="),
    ("ge geq geqslant", "write >="),
    ("ne neq", "write !="),
    ("in", "write in"),
    ("sim", "write ~"),
    ("to rightarrow mapsto", "write ->"),
    ("begin end", "cases are written cases(x < 1: a; otherwise: b)"),
    ("lvert rvert vert lVert rVert", "write abs(x)"),
    ("arcsin", "write asin(x)"),
    ("arccos", "write acos(x)"),
    ("arctan", "write atan(x)"),
    ("partial nabla", "define f(x) = ... and write f'(x)"),
    ("quad qquad", "leave it out"),
];

fn found(table: &[(&str, &'static str)], word: &str) -> Option<String> {
    table.iter().find(|(words, _)| words.split(' ').any(|known| known == word)).map(|(_, hint)| hint.to_string())
}

/// A call, as hints show it.
fn call(name: &str) -> String {
    if arity(name) == Some(2) { format!("write {name}(x, y)") } else { format!("write {name}(x)") }
}

/// The word in small letters, if that is a function.
fn small(word: &str) -> Option<String> {
    let small = word.to_lowercase();
    function_names().find(|name| *name == small).map(call)
}

/// What to write for a function of another language.
pub fn function(word: &str) -> Option<String> {
    found(&FUNCTIONS, word).or_else(|| small(word))
}

/// What to write for a name that another language has.
pub fn number(word: &str) -> Option<String> {
    found(&NUMBERS, word)
}

/// What to write for a law with another name.
pub fn law(word: &str) -> Option<String> {
    found(&LAWS, word)
}

/// What to write for a command of LaTeX, given without its backslash.
pub fn command(word: &str) -> Option<String> {
    let letters = word.strip_prefix("var").unwrap_or(word);
    if GREEK.contains(&letters) {
        return Some(format!("write {letters}"));
    }
    found(&COMMANDS, word).or_else(|| small(word))
}

/// What to write for `np.sqrt`, `math.pi` and the like, given as written.
pub fn dotted(path: &str) -> String {
    let (before, word) = path.rsplit_once('.').unwrap_or(("", path));
    let without = format!("without `{before}.`");
    if arity(word).is_some() {
        return format!("{}, {without}", call(word));
    }
    if matches!(word, "pi" | "inf") {
        return format!("write {word}, {without}");
    }
    let known = function(word).or_else(|| number(word)).or_else(|| law(word));
    known.unwrap_or_else(|| "names have no points: digits stand on both sides of one, as in 0.5".to_string())
}

/// Greek letters by their names.
const GREEK: [&str; 32] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Sigma",
    "Phi", "Psi", "Omega", "Xi",
];
