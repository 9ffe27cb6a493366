//! This crate's side of `benches/peers/compare.py`: runs one reference job and prints its seconds, or its values and the weights
//! that they belong to.
//!
//!     peers JOB REPEATS        {"seconds": [...]}
//!     peers JOB values FILE    {"values": [...]}     FILE is written: rows, then output weights or signs, as doubles

use limitcheck::claim::Catalogue;
use limitcheck::limit::{Formula, Place, Program};
use limitcheck::model::{Activation, Numbers, Pairing, Spectrum, Value, Weights, eigenvalue_pairs};
use limitcheck::sim::weights::Draw;
use limitcheck::sim::{Network, Target, draw, simulator};
use rayon::prelude::*;
use serde_json::json;
use std::time::Instant;

const SEED: u64 = 1;

struct Job {
    network: Network,
    /// One per time.
    targets: Vec<Target>,
    /// Whether the output is a test error alone.
    has_energy: bool,
}

fn job(name: &str) -> Option<Job> {
    let (name, activation, dim, width) = match name {
        "rf-relu" => ("rf", Activation::Relu, 1000, 2000),
        "rf-gelu" => ("rf", Activation::Gelu, 1000, 2000),
        "nt-general-relu" => ("nt-general", Activation::Relu, 300, 300),
        "rf-lazy-relu" => ("rf-lazy", Activation::Relu, 500, 1000),
        "nt-lazy" => ("nt-lazy", Activation::Quadratic, 1000, 1000),
        _ => return None,
    };
    let weights = if name == "nt-general" { Weights::Sphere } else { Weights::Gaussian };
    let pairs = eigenvalue_pairs(&Spectrum::Exponential, &Spectrum::Identity, Pairing::Comonotone, dim);
    let target = Target::new(activation, pairs.ok()?, Numbers::default());
    let timed = name.contains("lazy");
    let at = |k: i32| Target { numbers: Numbers { time: 0.5 * f64::from(k), ..target.numbers }, ..target.clone() };
    let targets = (1..=if timed { 20 } else { 1 }).map(at).collect();
    let network = Network { simulator: simulator(name)?, weights, dim, width };
    Some(Job { network, targets, has_energy: name != "nt-general" })
}

impl Job {
    /// Test errors, then robustnesses.
    fn run(&self, replicate: u64) -> Vec<f64> {
        let samples = draw(&self.network, &self.targets, SEED, replicate).expect("a regular draw");
        let errors = samples.iter().map(|sample| sample.test_error());
        let energies = samples.iter().filter(|_| self.has_energy).map(|sample| sample.robustness());
        errors.chain(energies).collect()
    }

    /// Of replicate 0.
    fn weights(&self) -> Vec<u8> {
        let mut draw = Draw::new(&self.network, SEED, 0);
        let variances: Vec<f64> = self.targets[0].pairs.iter().map(|(_, t)| *t).collect();
        let rows = draw.rows(&variances).expect("rows that are not zero").columns;
        rows.iter().chain(&draw.output_start()).flat_map(|x| x.to_le_bytes()).collect()
    }
}

/// Limits of these claims at rho = 0.02, 0.04, ... 4, from formulas that are compiled each time.
fn curve(catalogue: &Catalogue, name: &str) -> Option<Vec<f64>> {
    // The peers write them down in two ways.
    let claims: &[&str] = match name.trim_end_matches("-adaptive") {
        "rf-curve" => &["rf-test-error", "rf-robustness"],
        "rf-lazy-curve" => &["rf-lazy-test-error", "rf-lazy-robustness"],
        "nt-general-curve" => &["nt-general-test-error"],
        "all-curves" => {
            &["rf-test-error", "rf-robustness", "rf-lazy-test-error", "rf-lazy-robustness", "nt-general-test-error"]
        }
        _ => return None,
    };
    let along = |id: &&str| {
        let claim = catalogue.find(id).expect("a claim of the catalogue");
        let program = Program::compile(claim).expect("a claim that compiles");
        let at = |k: u32| {
            let mut settings = claim.defaults();
            settings.set("rho", Value::Number(0.02 * f64::from(k)));
            let value = program.evaluate(Formula::Limit, &Place { settings, size: None }).expect("a limit");
            assert!(value.abs_err <= 1e-10 * value.value.abs().max(1.0));
            value.value
        };
        (1..=200).into_par_iter().map(at).collect::<Vec<f64>>()
    };
    Some(claims.iter().flat_map(along).collect())
}

fn main() {
    // As the program does.
    limitcheck::num::keep_freed_memory();
    // Cargo adds `--bench` to what it is asked to pass on.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let [name, what, rest @ ..] = &arguments[..] else {
        return println!("the jobs here are run by benches/peers/compare.py");
    };
    let job = job(name);
    let catalogue = limitcheck::testing::catalogue();
    let run = |replicate: u64| match &job {
        Some(job) => job.run(replicate),
        None => curve(catalogue, name).unwrap_or_else(|| panic!("no job `{name}`")),
    };
    if what == "values" {
        if let (Some(job), Some(path)) = (&job, rest.first()) {
            std::fs::write(path, job.weights()).expect("a file that can be written");
        }
        return println!("{}", json!({"values": run(0)}));
    }
    let repeats: u64 = what.parse().expect("how often to run");
    run(0);
    let time = |replicate| {
        let start = Instant::now();
        assert!(run(replicate).iter().all(|value| value.is_finite()));
        start.elapsed().as_secs_f64()
    };
    println!("{}", json!({"seconds": (1..=repeats).map(time).collect::<Vec<f64>>()}));
}
