//! Records of runs, plain and extreme, as the report gets them.

use limitcheck::record::*;
use serde_json::{Map, Value, json};

/// Pseudo-random numbers of mean 0 and variance 1, so that pictures look like simulations.
pub struct Noise(pub u64);

impl Noise {
    pub fn next(&mut self) -> f64 {
        let mut uniform = || {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    }
}

pub fn set(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.clone())).collect()
}

/// A cell with a ladder of five sizes around a limit, off by `error`.
pub fn cell(claim: &str, rho: f64, activation: &str, limit: f64, error: f64, noise: &mut Noise) -> CellRecord {
    let fit = FitRecord {
        limit: error + 2e-4 * noise.next(),
        first: -1.8,
        second: 12.0,
        rate: 1.0,
        chi_squared_p: 0.42,
        from_dim: [Some(40), None],
    };
    let sizes = [40, 80, 120, 200, 320]
        .map(|dim| {
            let x = 1.0 / dim as f64;
            let std_error = 0.012 / (dim as f64).sqrt();
            SizeRecord {
                dim,
                width: (rho * dim as f64) as usize,
                named: Vec::new(),
                trials: 64,
                mean: Some(limit + error + fit.first * x + fit.second * x * x + std_error * noise.next()),
                std_error: Some(std_error),
                limit: Some(limit),
                limit_abs_err: Some(3.2e-13),
                finite: None,
            }
        })
        .to_vec();
    let margin = f64::max(0.01 * limit.abs(), 0.001);
    let half = 0.0019;
    let interval = [fit.limit - half, fit.limit + half];
    let verdict = if interval[0] > margin || interval[1] < -margin {
        Verdict::Disagrees
    } else if interval[0] > -margin && interval[1] < margin {
        Verdict::Agrees
    } else {
        Verdict::Undecided
    };
    CellRecord {
        claim: claim.into(),
        defaults: Vec::new(),
        set: set(&[
            ("rho", json!(rho)),
            ("activation", json!(activation)),
            ("spectrum", json!("exponential")),
            ("weights", json!("gaussian")),
        ]),
        verdict,
        expected: Verdict::Agrees,
        gap: Some(fit.limit),
        interval: Some(interval),
        margin: Some(margin),
        detectable: Some(margin + 0.0016),
        replicates: 320,
        sizes,
        reason: if verdict == Verdict::Agrees { String::new() } else { "the interval is not inside the margin".into() },
        limit: Some(limit),
        limit_abs_err: Some(2.1e-14),
        fit: Some(fit),
        ..CellRecord::default()
    }
}

/// A cell without statistics.
pub fn bare(claim: &str, verdict: Verdict, expected: Verdict) -> CellRecord {
    CellRecord {
        claim: claim.into(),
        verdict,
        expected,
        reason: "no grid point meets lbar > 0".into(),
        ..CellRecord::default()
    }
}

pub fn claim(id: &str, title: &str, observable: &str) -> ClaimRecord {
    ClaimRecord {
        id: id.into(),
        title: title.into(),
        kind: "limit".into(),
        status: "derived".into(),
        source: "GMMM19 Theorem 1 (recalled and re-derived)".into(),
        grows: "d and m, with m/d -> rho".into(),
        breaks: None,
        why: "Only $\\lambda_2$ counts, as in [the regime](rf-test-error.md) of [DB22](bibliography.md).".into(),
        statement: "\\varepsilon \\to 1 - \\alpha^2 \\frac{\\kappa}{1+\\kappa}".into(),
        definitions: vec!["\\kappa = q\\,\\psi(\\bar\\lambda)".into(), "q = \\lambda_2^2 T_2/2".into()],
        hypotheses: vec!["\\bar\\lambda > 0".into()],
        parameters: vec![
            ["rho".into(), "1".into(), "(0, inf)".into()],
            ["activation".into(), "relu".into(), String::new()],
        ],
        observable: observable.into(),
        bias: "d^-1".into(),
        analysis: vec!["For large rho the error tends to 1 - alpha2: what is left is the part orthogonal to I.".into()],
        remarks: 1,
        path: format!("theory/{id}.md"),
        curve_axis: "m/d".into(),
        curves: vec![],
        experiments: vec![],
        mutants: None,
    }
}

pub fn curve(label: &str, height: f64, noise: &mut Noise) -> CurveRecord {
    let limit = |rho: f64| 1.0 - height * rho / (1.0 + rho);
    CurveRecord {
        label: label.into(),
        limit: (1..=80).map(|k| (k as f64 / 20.0, limit(k as f64 / 20.0))).collect(),
        points: [0.5, 1.0, 2.0, 3.0].map(|rho| (rho, limit(rho) + 0.012 * noise.next(), 0.012)).to_vec(),
        points_dim: 320,
        extrapolated: vec![[1.0, limit(1.0), limit(1.0) - 0.01, limit(1.0) + 0.01]],
    }
}

pub fn experiment(label: &str, noise: &mut Noise) -> ExperimentRecord {
    let rows = (1..=12).map(|k| {
        let (width, rho) = (75 * k, 75.0 * k as f64 / 450.0);
        let limit = f64::max(0.0, 1.0 - rho).powi(2) * 0.5 + 0.5 * f64::max(0.0, 1.0 - rho);
        let std_error = if rho < 1.0 { 0.008 } else { 0.0 };
        let mean = limit + 0.01 * limit + std_error * noise.next();
        ExperimentRow { width, trials: 16, mean, std_error, limit, limit_abs_err: 1e-14, finite: Some(1.01 * limit) }
    });
    ExperimentRecord { label: label.into(), dim: 450, rows: rows.collect(), curve: vec![(75.0, 0.9), (900.0, 0.0)] }
}

pub fn example() -> ReportData {
    let noise = &mut Noise(7);
    let mut cells = Vec::new();
    for id in ["init-test-error", "rf-test-error", "rf-robustness"] {
        for activation in ["relu", "abs", "poly(0,1|2,3)"] {
            for (rho, limit) in [(0.5, 0.82), (1.0, 0.62), (3.0, 0.41)] {
                cells.push(cell(id, rho, activation, limit, 0.0, noise));
            }
        }
    }
    cells.push(cell("rf-robustness", 2.0, "relu", 0.5, 0.031, noise));
    cells.push(cell("rf-robustness", 1.5, "relu", 0.3, 0.0025, noise));
    for rho in [0.25, 0.5] {
        cells.push(cell("nt-test-error", rho, "quadratic", 0.4, 0.0, noise));
    }
    let mut exact = cell("sgd-test-error", 0.5, "quadratic", 0.2, 0.0, noise);
    for size in &mut exact.sizes {
        (size.mean, size.std_error, size.trials) = (Some(0.2 + 1e-13), Some(0.0), 1);
    }
    (exact.gap, exact.interval, exact.margin) = (Some(1e-13), Some([-2e-12, 2e-12]), Some(1e-9));
    (exact.detectable, exact.replicates, exact.fit) = (None, 0, None);
    exact.verdict = Verdict::Agrees;
    cells.push(exact);
    let mut wrong = cell("rf-without-intercept", 1.0, "relu", 0.62, 0.38, noise);
    wrong.expected = Verdict::Disagrees;
    cells.push(wrong);
    cells.push(bare("tradeoff-identity", Verdict::Proved, Verdict::Proved));
    cells.push(bare("kernel-rf", Verdict::Vacuous, Verdict::Agrees));

    let mut random_features = claim("rf-test-error", "Test error of random features", "test error");
    random_features.curves = vec![
        curve("activation=relu", 0.7, noise),
        curve("activation=abs", 0.9, noise),
        curve("activation=tanh", 0.2, noise),
    ];
    let mut robustness = claim("rf-robustness", "Sensitivity of random features", "robustness");
    robustness.curves = vec![curve("activation=relu", 0.7, noise)];
    let mut tangent = claim("nt-test-error", "Test error of the neural tangent model", "test error");
    tangent.curves = vec![curve("spectrum=exponential", 0.7, noise), curve("spectrum=identity", 0.9, noise)];
    tangent.experiments = vec![experiment("spectrum=file(data/gmmm19.txt)", noise)];
    let others =
        ["init-test-error", "sgd-test-error", "rf-without-intercept", "tradeoff-identity", "kernel-rf", "unjudged"];
    let mut claims = vec![random_features, robustness, tangent];
    claims.extend(others.map(|id| claim(id, &format!("A claim <named> {id}"), "test error")));
    ReportData {
        run: RunRecord { level: 1e-3, seed: 1, budget: "standard".into(), work: 3.2e12, cells },
        command: "limitcheck report --budget standard --seed 1".into(),
        version: "0.1.0".into(),
        claims,
        atlas: vec![picture(noise), PictureRecord { id: "top".into(), front: false, columns: 1, ..picture(noise) }],
        interactive: false,
    }
}

/// A picture of the atlas with every kind of series.
pub fn picture(noise: &mut Noise) -> PictureRecord {
    let curve =
        |k: usize| (0..=40).map(|i| (i as f64 / 20.0, 1.0 / (1.0 + k as f64 + i as f64 / 10.0))).collect::<Vec<_>>();
    let mut point = |x: f64| PointRecord {
        x,
        x_error: (x > 1.0).then_some(0.02),
        y: 0.5 + 0.01 * noise.next(),
        y_error: (x < 1.5).then_some(0.01),
        dim: 128,
        width: (128.0 * x) as usize,
        trials: 32,
        label: "1/2".into(),
        at: Some(x),
        x_limit: None,
        y_limit: (x < 1.5).then_some([0.5, 0.48, 0.52]),
    };
    let strokes = [
        ("line", "rf"),
        ("dashed", "nt"),
        ("dotted", "sgd"),
        ("reference", "reference"),
        ("marks", ""),
        ("bars", "mp"),
        ("atom", "mp"),
        ("note", "reference"),
    ];
    let mut series: Vec<SeriesRecord> = strokes
        .iter()
        .enumerate()
        .map(|(k, (stroke, colour))| SeriesRecord {
            label: format!("{stroke}, a <label> | of some length"),
            colour: colour.to_string(),
            shade: 0.35 + 0.1 * k as f64,
            stroke: stroke.to_string(),
            line: curve(k),
            points: [0.5, 1.0, 1.5].map(&mut point).to_vec(),
            arrows: k == 1,
        })
        .collect();
    series[1].line[3].1 = f64::NAN;
    (series[2].line, series[3].label) = (vec![], String::new());
    let axis =
        |label: &str, logarithmic| AxisRecord { label: label.into(), logarithmic, zero: !logarithmic, ticks: vec![] };
    let panel = |k: usize, series: &[SeriesRecord]| PanelRecord {
        heading: format!("panel {k}"),
        horizontal: axis("m/d", k == 1),
        vertical: axis("test error", k == 2),
        series: series.to_vec(),
    };
    PictureRecord {
        id: "all".into(),
        title: "Every <kind> of series".into(),
        caption: "What | to see.".into(),
        front: true,
        columns: 2,
        panels: vec![panel(0, &series), panel(1, &series[..1]), panel(2, &series), panel(3, &[])],
        claims: vec!["rf-test-error".into()],
        command: "limitcheck report rf-test-error --out all".into(),
    }
}

/// Inputs at the edges of what a run can leave behind.
pub fn extremes() -> Vec<(&'static str, ReportData)> {
    let noise = &mut Noise(3);
    let data = |cells: Vec<CellRecord>, claims: Vec<ClaimRecord>| ReportData {
        run: RunRecord { level: 1e-3, seed: u64::MAX, budget: "quick".into(), work: 0.0, cells },
        command: "limitcheck report `rm | x`".into(),
        version: "0.1.0".into(),
        claims,
        atlas: vec![],
        interactive: false,
    };
    let base = claim("rf-test-error", "T | itle *with* $marks$ <b>&", "test error");

    let mut many = Vec::new();
    for k in 0..300 {
        many.push(cell("rf-test-error", 0.1 + k as f64 / 50.0, "relu", 0.5, 2e-3 * noise.next(), noise));
    }
    let mut long = cell("rf-test-error", 1.0, &"two-point(1|2,3,0.25)+".repeat(40), 0.5, 0.0, noise);
    long.reason = "a reason | with a pipe\nand two lines".into();
    long.verdict = Verdict::Undecided;

    let mut infinite = cell("rf-test-error", 1.0, "relu", 0.5, 0.0, noise);
    (infinite.limit, infinite.limit_abs_err, infinite.gap, infinite.interval) = (None, None, None, None);
    (infinite.margin, infinite.detectable, infinite.fit) = (None, None, None);
    infinite.sizes.iter_mut().for_each(|size| size.limit = None);
    infinite.sizes[0].mean = None;

    let mut one_size = cell("rf-test-error", 2.0, "relu", 0.0, 0.0, noise);
    one_size.sizes.truncate(1);
    (one_size.sizes[0].std_error, one_size.interval, one_size.margin) = (None, None, Some(0.0));

    // The width grows at a fixed dimension: the ladder is one of widths.
    let mut widths = cell("kernel-rf", 1.0, "relu", 0.3, 0.0, noise);
    widths.sizes.iter_mut().for_each(|size| (size.width, size.dim) = (size.dim, 10));

    let mut single = base.clone();
    single.curves = vec![
        CurveRecord {
            label: String::new(),
            limit: vec![(1.0, 0.5)],
            points: vec![],
            points_dim: 0,
            extrapolated: vec![],
        },
        CurveRecord {
            label: "long, ".repeat(60),
            limit: vec![(0.5, 1.0), (1.0, f64::INFINITY), (2.0, f64::NAN), (3.0, 0.5), (4.0, 0.4)],
            points: vec![(1.0, 0.5, f64::NAN)],
            points_dim: 40,
            extrapolated: vec![],
        },
        CurveRecord { label: "empty".into(), limit: vec![], points: vec![], points_dim: 0, extrapolated: vec![] },
    ];
    single.experiments = vec![
        ExperimentRecord { label: String::new(), dim: 0, rows: vec![], curve: vec![] },
        ExperimentRecord {
            label: "a | b".into(),
            dim: 10,
            rows: experiment("", noise).rows[..1].to_vec(),
            curve: vec![],
        },
    ];
    let mut plenty = base.clone();
    plenty.curves = (0..30).map(|k| curve(&format!("activation=he({k})"), 0.03 * k as f64, noise)).collect();
    // Along time, with a start at 0.
    plenty.curve_axis = "time".into();
    plenty.curves[0].points.push((0.0, 0.5, 0.01));

    vec![
        ("example", example()),
        ("empty", data(vec![], vec![])),
        ("no cells", data(vec![], vec![base.clone()])),
        ("no claims", data(vec![bare("lost", Verdict::Proved, Verdict::Proved)], vec![])),
        ("vacuous only", data(vec![bare("rf-test-error", Verdict::Vacuous, Verdict::Agrees)], vec![base.clone()])),
        ("hundreds", data(many, vec![base.clone()])),
        ("long settings", data(vec![long], vec![base.clone()])),
        ("infinite", data(vec![infinite, one_size], vec![base.clone()])),
        ("widths", data(vec![widths], vec![claim("kernel-rf", "Kernel", "kernel")])),
        ("single points", data(vec![], vec![single])),
        ("many curves", data(vec![], vec![plenty])),
    ]
}
