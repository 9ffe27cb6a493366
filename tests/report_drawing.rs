//! The report as files: what is linked exists, tables and drawings are well formed, and every input gets one.

use limitcheck::record::*;
use limitcheck::report::{render, verdict_table};
use serde_json::{Map, Value, json};

/// Pseudo-random numbers of mean 0 and variance 1, so that pictures look like simulations.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        let mut uniform = || {
            self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (self.0 >> 11) as f64 / (1u64 << 53) as f64
        };
        (0..12).map(|_| uniform()).sum::<f64>() - 6.0
    }
}

fn set(pairs: &[(&str, Value)]) -> Map<String, Value> {
    pairs.iter().map(|(k, v)| (k.to_string(), v.clone())).collect()
}

/// A cell with a ladder of five sizes around a limit, off by `error`.
fn cell(claim: &str, rho: f64, activation: &str, limit: f64, error: f64, noise: &mut Noise) -> CellRecord {
    let fit = FitRecord { limit: error + 2e-4 * noise.next(), first: -1.8, second: 12.0, rate: 1.0, chi_squared_p: 0.42 };
    let sizes = [40, 80, 120, 200, 320]
        .map(|dim| {
            let x = 1.0 / dim as f64;
            let std_error = 0.012 / (dim as f64).sqrt();
            SizeRecord {
                dim,
                width: (rho * dim as f64) as usize,
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
        "disagrees"
    } else if interval[0] > -margin && interval[1] < margin {
        "agrees"
    } else {
        "undecided"
    };
    CellRecord {
        claim: claim.into(),
        set: set(&[
            ("rho", json!(rho)),
            ("activation", json!(activation)),
            ("spectrum", json!("exponential")),
            ("weights", json!("gaussian")),
        ]),
        verdict: verdict.into(),
        expected: "agrees".into(),
        gap: Some(fit.limit),
        interval: Some(interval),
        margin: Some(margin),
        detectable: Some(margin + 0.0016),
        replicates: 320,
        sizes,
        reason: if verdict == "agrees" { String::new() } else { "the interval is not inside the margin".into() },
        limit: Some(limit),
        limit_abs_err: Some(2.1e-14),
        fit: Some(fit),
    }
}

/// A cell without statistics.
fn bare(claim: &str, verdict: &str, expected: &str) -> CellRecord {
    CellRecord {
        claim: claim.into(),
        set: Map::new(),
        verdict: verdict.into(),
        expected: expected.into(),
        gap: None,
        interval: None,
        margin: None,
        detectable: None,
        replicates: 0,
        sizes: vec![],
        reason: "no grid point meets lbar > 0".into(),
        limit: None,
        limit_abs_err: None,
        fit: None,
    }
}

fn claim(id: &str, title: &str, observable: &str) -> ClaimRecord {
    ClaimRecord {
        id: id.into(),
        title: title.into(),
        kind: "limit".into(),
        status: "derived".into(),
        source: "GMMM19 Theorem 1 (recalled and re-derived)".into(),
        grows: "d and m, with m/d -> rho".into(),
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
        path: format!("theory/{id}.md"),
        curves: vec![],
        experiments: vec![],
    }
}

fn curve(label: &str, height: f64, noise: &mut Noise) -> CurveRecord {
    let limit = |rho: f64| 1.0 - height * rho / (1.0 + rho);
    CurveRecord {
        label: label.into(),
        limit: (1..=80).map(|k| (k as f64 / 20.0, limit(k as f64 / 20.0))).collect(),
        points: [0.5, 1.0, 2.0, 3.0].map(|rho| (rho, limit(rho) + 0.012 * noise.next(), 0.012)).to_vec(),
        points_dim: 320,
    }
}

fn experiment(label: &str, noise: &mut Noise) -> ExperimentRecord {
    let rows = (1..=12).map(|k| {
        let (width, rho) = (75 * k, 75.0 * k as f64 / 450.0);
        let limit = f64::max(0.0, 1.0 - rho).powi(2) * 0.5 + 0.5 * f64::max(0.0, 1.0 - rho);
        let std_error = if rho < 1.0 { 0.008 } else { 0.0 };
        let mean = limit + 0.01 * limit + std_error * noise.next();
        ExperimentRow { width, trials: 16, mean, std_error, limit, limit_abs_err: 1e-14, finite: Some(1.01 * limit) }
    });
    ExperimentRecord { label: label.into(), dim: 450, rows: rows.collect() }
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
    exact.verdict = "agrees".into();
    cells.push(exact);
    let mut wrong = cell("rf-without-intercept", 1.0, "relu", 0.62, 0.38, noise);
    wrong.expected = "disagrees".into();
    cells.push(wrong);
    cells.push(bare("tradeoff-identity", "proved", "proved"));
    cells.push(bare("kernel-rf", "vacuous", "agrees"));

    let mut random_features = claim("rf-test-error", "Test error of random features", "test error");
    random_features.curves =
        vec![curve("activation=relu", 0.7, noise), curve("activation=abs", 0.9, noise), curve("activation=tanh", 0.2, noise)];
    let mut robustness = claim("rf-robustness", "Robustness of random features", "robustness");
    robustness.curves = vec![curve("activation=relu", 0.7, noise)];
    let mut tangent = claim("nt-test-error", "Test error of the neural tangent model", "test error");
    tangent.curves = vec![curve("spectrum=exponential", 0.7, noise), curve("spectrum=identity", 0.9, noise)];
    tangent.experiments = vec![experiment("spectrum=file(data/gmmm19.txt)", noise)];
    let others = ["init-test-error", "sgd-test-error", "rf-without-intercept", "tradeoff-identity", "kernel-rf", "unjudged"];
    let mut claims = vec![random_features, robustness, tangent];
    claims.extend(others.map(|id| claim(id, &format!("A claim <named> {id}"), "test error")));
    ReportData {
        run: RunRecord { level: 1e-3, seed: 1, budget: "standard".into(), cells },
        command: "limitcheck report --budget standard --seed 1".into(),
        version: "0.1.0".into(),
        claims,
    }
}
