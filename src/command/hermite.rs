//! `limitcheck hermite`.

use super::library::{Library, is_file};
use super::{Failure, Outcome, json_number, print, print_json};
use crate::claim::{Definitions, read_claim};
use crate::limit::moments::hermite_coefficient;
use crate::limit::{Formula, Place, Program};
use crate::model::{Activation, Value, short};
use serde_json::json;
use std::path::Path;

#[derive(clap::Args)]
pub struct Arguments {
    /// Name of an activation, e.g. relu, gelu, he(3), "poly(0,1,1/2)", or a claim file that defines one
    activation: String,
    /// Highest k
    #[arg(long, default_value_t = 8, allow_negative_numbers = true)]
    order: u32,
    /// The physicists' polynomials: E s(X) H_k(X), X normal of variance 1/2, up to order 20
    #[arg(long)]
    physicists: bool,
    /// Print JSON: activation, coefficients
    #[arg(long)]
    json: bool,
}

/// Longest exact value that is shown; JSON has them all.
const LONGEST_EXACT: usize = 60;

fn shown_exact(exact: Option<&str>) -> &str {
    match exact {
        None => "-",
        Some(exact) if exact.len() > LONGEST_EXACT => "too long to be shown (--json has it)",
        Some(exact) => exact,
    }
}

const HIGHEST_ORDER: u32 = 40;
/// The physicists' polynomials have large coefficients of both signs.
const HIGHEST_OF_PHYSICISTS: u32 = 20;

/// The activation of this name, or the one that a claim file defines.
fn named(text: &str) -> Result<Activation, Failure> {
    if is_file(text) {
        return Library::for_claims(None, &[text.to_string()])?.activation_of_file(Path::new(text));
    }
    let no_files = |_: &str| Err("activations have no files".to_string());
    match Value::parse("activation", text, &[], &no_files).map_err(Failure::new)? {
        Value::Activation(activation) => Ok(activation),
        _ => Err(Failure::new(format!("`{text}` is not an activation"))),
    }
}

/// The polynomial `H_k` of physicists in x, as formulas write it: `H_(k+1) = 2 x H_k - 2 k H_(k-1)`.
fn polynomial(k: u32) -> String {
    let (mut before, mut last) = (vec![], vec![1_i128]);
    for n in 0..i128::from(k) {
        let mut next: Vec<i128> = std::iter::once(0).chain(last.iter().map(|c| 2 * c)).collect();
        next.iter_mut().zip(&before).for_each(|(c, lower): (&mut i128, &i128)| *c -= 2 * n * lower);
        (before, last) = (last, next);
    }
    let terms = last.iter().enumerate().filter(|(_, c)| **c != 0).map(|(power, c)| format!("({c})*x^{power}"));
    terms.collect::<Vec<_>>().join(" + ")
}

/// Coefficients on the polynomials of physicists, each as a formula.
fn physicists(activation: &Activation, arguments: &Arguments) -> Outcome {
    if arguments.order > HIGHEST_OF_PHYSICISTS {
        let order = arguments.order;
        return Err(Failure::new(format!(
            "--order {order} --physicists: coefficients up to {HIGHEST_OF_PHYSICISTS} are available"
        )));
    }
    let mut entries = Vec::new();
    let mut text = format!(
        "Hermite coefficients E[s(X) H_k(X)] of {activation}, X normal of variance 1/2, H_k the physicists' polynomials\n  k  value                   error\n"
    );
    for k in 0..=arguments.order {
        let block = format!(
            "```claim\nclaim coefficient\ntitle Coefficient\nkind identity\nstatus derived\nsource none\nparameter activation = relu\ngrid\n\
             limit E[sigma(x)*({}) : x ~ normal(0, sqrt(1/2))]\nalt 0\n```\n",
            polynomial(k)
        );
        let claim = read_claim("coefficient", &block, &Definitions::default(), &[], &|path| Err(path.to_string()))
            .map_err(Failure::new)?;
        let mut settings = claim.defaults();
        settings.set("activation", Value::Activation(activation.clone()));
        let program = Program::compile(&claim).map_err(|error| Failure::new(error.message))?;
        let found = program.evaluate_graded(Formula::Limit, &Place { settings, size: None });
        let found = found.map_err(|error| Failure::new(format!("k = {k}: {}", error.message)))?;
        let (value, abs_err) = (found.value.value, found.value.abs_err);
        text += &format!("{k:3}  {:<22}  {abs_err:.1e}\n", short(value));
        entries.push(json!({"k": k, "value": json_number(value), "abs_err": json_number(abs_err)}));
    }
    if arguments.json {
        let all = json!({"activation": activation.to_string(), "convention": "physicists", "coefficients": entries});
        print_json(&all)?;
    } else {
        print(&text)?;
    }
    Ok(0)
}

pub fn run(arguments: &Arguments) -> Outcome {
    if arguments.order > HIGHEST_ORDER {
        let order = arguments.order;
        return Err(Failure::new(format!("--order {order}: coefficients up to {HIGHEST_ORDER} are available")));
    }
    let activation = named(&arguments.activation)?;
    if arguments.physicists {
        return physicists(&activation, arguments);
    }
    let mut entries = Vec::new();
    let mut text = format!(
        "Hermite coefficients E[s(G) He_k(G)] of {activation}\n  k  value                   error at most  exact\n"
    );
    for k in 0..=arguments.order {
        let moment = hermite_coefficient(&activation, k).map_err(Failure::new)?;
        let exact = moment.exact.as_ref().map(ToString::to_string);
        let (value, abs_err) = (moment.estimate.value, moment.estimate.abs_err);
        let shown = short(value);
        text += &format!("{k:3}  {shown:<22}  {abs_err:<13.1e}  {}\n", shown_exact(exact.as_deref()));
        entries.push(json!({"k": k, "value": json_number(value), "abs_err": json_number(abs_err), "exact": exact}));
    }
    if arguments.json {
        print_json(&json!({"activation": activation.to_string(), "coefficients": entries}))?;
    } else {
        print(&text)?;
    }
    Ok(0)
}
