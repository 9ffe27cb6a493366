//! What grows and what follows: `sizes n, p = gamma*n`, or the networks of a moment claim, `sizes d = 16, m in {17, 34}`.

use super::assignment::split;
use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::parser::Parsed;
use super::size_rule::{Drawn, SizeRule};
use super::types::{Kind, Parameter};
use super::words::reserved;
use crate::model::{Settings, Value, eigenvalue_pairs};
use crate::symbolic::Span;

/// Largest size.
const MAX_SIZE: usize = 20_000;
/// Most sizes of one claim.
const MOST: usize = 6;
/// Fewest sizes that are extrapolated, and the least ratio of the last to the first.
const FEWEST: usize = 5;
const LEAST_RATIO: usize = 6;

const FORM: &str = "write sizes n, p = gamma*n, or sizes n in {50, 100, 200, 400, 800}, p = gamma*n";
const FIXED_FORM: &str = "write sizes d = 16, m in {17, 34, 68}";

/// One part of the statement: a name and what is said of it.
struct Part<'a> {
    name: &'a str,
    name_span: Span,
    said: Said,
}

enum Said {
    Nothing,
    /// `= 16` (one value) or `in {16, 32}`.
    Values(Vec<usize>, bool),
    /// `= gamma*n`: the two names, and where they stand.
    Product(String, String, Span),
}

/// Reads the statement. Parameters are declared before; the grid, if it is known, has its eigenvalues checked by [`fits`].
pub fn sizes(masked: &str, statement: Statement, parameters: &[Parameter]) -> Parsed<SizeRule> {
    let fault = |span: Span, message: String, hint: &str| Diagnostic::new("C057", span, message).hint(hint);
    let mut parts: Vec<Part> = Vec::new();
    for span in split(masked, statement.rest, b',')? {
        let part = part(masked, span)?;
        let named =
            |kind: &str| fault(part.name_span, format!("`{}` is already {kind}", part.name), "choose another name");
        if parts.iter().any(|other| other.name == part.name) {
            return Err(named("a size"));
        }
        if parameters.iter().any(|parameter| parameter.name == part.name) {
            return Err(named("a parameter"));
        }
        if !matches!(part.name, "d" | "m")
            && let Some(fault) = reserved(part.name, false, part.name_span)
        {
            return Err(fault);
        }
        parts.push(part);
    }
    if parts.len() > MOST {
        return Err(fault(statement.rest, format!("more than {MOST} sizes"), FORM));
    }
    let names: Vec<String> = parts.iter().map(|part| part.name.to_string()).collect();
    let fixed = parts.iter().any(|part| matches!(part.said, Said::Values(_, false)));
    let drawn = if fixed { self::fixed(&parts, parameters)? } else { growing(&parts, parameters)? };
    Ok(SizeRule { names, drawn })
}

/// `n, p = gamma*n`
fn growing(parts: &[Part], parameters: &[Parameter]) -> Parsed<Drawn> {
    let fault = |span: Span, message: String, hint: &str| Diagnostic::new("C057", span, message).hint(hint);
    let first = match &parts[0].said {
        Said::Nothing => Vec::new(),
        Said::Values(values, _) => values.clone(),
        Said::Product(..) => {
            return Err(fault(parts[0].name_span, "the first size grows by itself".to_string(), FORM));
        }
    };
    let mut ratios: Vec<String> = Vec::new();
    for part in &parts[1..] {
        let Said::Product(one, other, span) = &part.said else {
            let message = format!("`{}` must follow from `{}`", part.name, parts[0].name);
            return Err(fault(part.name_span, message, FORM));
        };
        let ratio = match (one == parts[0].name, other == parts[0].name) {
            (true, false) => other,
            (false, true) => one,
            _ => {
                let message = format!("a size is a parameter times `{}`, the first size", parts[0].name);
                return Err(fault(*span, message, FORM));
            }
        };
        let Some(declared) = parameters.iter().find(|parameter| parameter.name == *ratio) else {
            let hint = format!("declare it: parameter {ratio} = 1 in (0, inf)");
            return Err(fault(*span, format!("the claim has no parameter `{ratio}`"), &hint));
        };
        let positive = declared.domain.is_some_and(|domain| domain.low >= 0.0 && !domain.contains(0.0));
        if !positive || !matches!(declared.default, Value::Number(_)) {
            let hint = format!("write parameter {ratio} = 1 in (0, inf)");
            return Err(fault(declared.span, format!("`{ratio}` is a ratio of sizes and positive"), &hint));
        }
        if ratios.contains(ratio) {
            return Err(fault(
                *span,
                format!("`{ratio}` is the ratio of another size"),
                "give each size its own ratio",
            ));
        }
        ratios.push(ratio.clone());
    }
    Ok(Drawn::Growing { first, ratios })
}

/// `d = 16, m in {17, 34}`
fn fixed(parts: &[Part], parameters: &[Parameter]) -> Parsed<Drawn> {
    let fault = |span: Span, message: &str| Diagnostic::new("C057", span, message).hint(FIXED_FORM);
    if let Some(ratio) =
        parameters.iter().find(|parameter| parameter.name == "rho" && parts.iter().any(|p| p.name == "m"))
    {
        let message = "with `sizes` rho is m/d: it is no parameter of its own";
        return Err(Diagnostic::new("C057", ratio.span, message).hint("delete it, and write m/d in the formula"));
    }
    let mut all: Vec<Vec<usize>> = vec![Vec::new()];
    let mut several = false;
    for part in parts {
        let Said::Values(values, _) = &part.said else {
            return Err(fault(part.name_span, "some sizes are fixed and this one is not"));
        };
        if values.len() > 1 && std::mem::replace(&mut several, true) {
            return Err(fault(part.name_span, "only one size may have several values here"));
        }
        all = all.iter().flat_map(|row| values.iter().map(|v| row.iter().copied().chain([*v]).collect())).collect();
    }
    Ok(Drawn::Fixed(all))
}

fn part(masked: &str, span: Span) -> Parsed<Part<'_>> {
    let fault = |span: Span, message: String| Diagnostic::new("C057", span, message).hint(FORM);
    let text = slice(masked, span);
    let length = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    let name_span = Span { start: span.start, end: span.start + length };
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        let place = if text.is_empty() { Span { start: span.start, end: span.start } } else { span };
        return Err(fault(place, "the name of a size is missing here".to_string()));
    }
    let size = |text: &str| match text.trim().parse::<usize>() {
        Ok(size) if (1..=MAX_SIZE).contains(&size) => Ok(size),
        _ => Err(fault(span, format!("`{}` cannot be a size: a whole number from 1 to {MAX_SIZE}", text.trim()))),
    };
    let rest = rest.trim();
    let said = if rest.is_empty() {
        Said::Nothing
    } else if let Some(value) = rest.strip_prefix('=').map(str::trim) {
        match value.split_once('*') {
            Some((one, other)) => Said::Product(one.trim().to_string(), other.trim().to_string(), span),
            None => Said::Values(vec![size(value)?], false),
        }
    } else if let Some(set) =
        rest.strip_prefix("in").map(str::trim).and_then(|set| set.strip_prefix('{')?.strip_suffix('}'))
    {
        let values: Vec<usize> = set.split(',').map(size).collect::<Parsed<_>>()?;
        if !values.is_sorted_by(|a, b| a < b) {
            return Err(fault(name_span, format!("the values of `{name}` do not increase")));
        }
        Said::Values(values, true)
    } else {
        return Err(fault(span, format!("this says nothing of `{name}`")));
    };
    Ok(Part { name, name_span, said })
}

/// Whether sizes suit the kind of claim and its grid.
pub fn fits(rule: &SizeRule, kind: Kind, grid: &[Settings], place: Span) -> Vec<Diagnostic> {
    let fault = |message: String, hint: &str| Diagnostic::new("C057", place, message).hint(hint);
    match &rule.drawn {
        Drawn::Fixed(_) if kind != Kind::Moment => {
            let message = "sizes that do not grow together belong to claims of kind `moment`";
            vec![Diagnostic::new("C062", place, message).hint("write sizes d, m = rho*d, or change the kind")]
        }
        Drawn::Fixed(all) if rule.are_of_a_network() => {
            let pairs = |point: &Settings, dim| {
                eigenvalue_pairs(&point.spectrum(), &point.covariance(), point.pairing(), dim).err()
            };
            let found = grid.iter().find_map(|point| all.iter().find_map(|sizes| pairs(point, sizes[0])));
            found.into_iter().map(|why| fault(why.to_string(), "choose another d")).collect()
        }
        Drawn::Growing { first, .. } if !first.is_empty() && !matches!(kind, Kind::Moment | Kind::Bound) => {
            let wide = first.first().zip(first.last()).is_some_and(|(low, high)| high / LEAST_RATIO >= *low);
            if first.len() >= FEWEST && wide {
                return Vec::new();
            }
            let message = format!("{} sizes from {} to {}", first.len(), first[0], first[first.len() - 1]);
            vec![fault(message, "extrapolation needs five sizes or more, the largest at least six times the smallest")]
        }
        _ => Vec::new(),
    }
}
