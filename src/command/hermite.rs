//! `limitcheck hermite`.

use super::{Failure, Outcome, json_number, print, print_json};
use crate::limit::moments::hermite_coefficient;
use crate::model::{Value, short};
use serde_json::json;

#[derive(clap::Args)]
pub struct Arguments {
    /// Name of an activation, e.g. relu, gelu, he(3), "poly(0,1,1/2)"
    activation: String,
    /// Highest k
    #[arg(long, default_value_t = 8, allow_negative_numbers = true)]
    order: u32,
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

pub fn run(arguments: &Arguments) -> Outcome {
    if arguments.order > HIGHEST_ORDER {
        let order = arguments.order;
        return Err(Failure::new(format!("--order {order}: coefficients up to {HIGHEST_ORDER} are available")));
    }
    let no_files = |_: &str| Err("activations have no files".to_string());
    let value = Value::parse("activation", &arguments.activation, &[], &no_files).map_err(Failure::new)?;
    let Value::Activation(activation) = value else {
        return Err(Failure::new(format!("`{}` is not an activation", arguments.activation)));
    };
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
