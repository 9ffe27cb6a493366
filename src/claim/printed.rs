//! Numbers that a paper or a program prints: `printed 0.0708 at rho = 2`, or a table of them, `printed table.csv`.

use super::assignment::{split_at_word, trim};
use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::parser::Parsed;
use super::points::{Values, check_domain, defaults};
use super::table::{Row, Table, Wrong};
use super::types::{Parameter, Printed};
use crate::model::settings::parse_exact;
use crate::model::{Settings, Value};
use crate::symbolic::Span;
use dashu_ratio::RBig;

const FORM: &str =
    "write `printed 0.0708 at rho = 2`, or `printed table.csv` with a column for each parameter and `value`";

/// All numbers of a `printed` statement.
pub fn printed(values: &Values, statement: Statement, parameters: &[Parameter]) -> Parsed<Vec<Printed>> {
    let (left, place) = match split_at_word(values.masked, statement.rest, "at") {
        Some((left, place)) => (left, Some(place)),
        None => (statement.rest, None),
    };
    let text = slice(values.masked, left);
    let fault = |message: String, hint: &str| {
        let at = if left.start == left.end { statement.word } else { left };
        Diagnostic::new("C120", at, message).hint(hint)
    };
    match (number(text), place) {
        (Some((value, half_unit)), place) => {
            let settings = point(values, place.unwrap_or(Span { start: left.end, end: left.end }), parameters)?;
            let source = text.to_string();
            Ok(vec![Printed { settings, value, half_unit, text: text.to_string(), source, span: statement.span() }])
        }
        (None, Some(_)) => {
            Err(fault(format!("`{text}` is not a printed number"), "write digits, as in 0.0708 or -1.5e-3"))
        }
        (None, None) => {
            let path = text.strip_prefix(':').unwrap_or(text).trim();
            if path.is_empty() {
                return Err(fault("`printed` says nothing".to_string(), FORM));
            }
            let content = (values.read)(path).map_err(|why| {
                fault(format!("`{path}` is no printed number, and cannot be read as a table: {why}"), FORM)
            })?;
            table(values, path, &content, statement.span(), parameters)
                .map_err(|(message, hint)| fault(format!("{path}, {message}"), &hint))
        }
    }
}

fn point(values: &Values, place: Span, parameters: &[Parameter]) -> Parsed<Settings> {
    match <[Settings; 1]>::try_from(values.settings(place, parameters)?) {
        Ok([settings]) => Ok(settings),
        Err(_) => Err(Diagnostic::new("C050", trim(values.masked, place), "a printed number belongs to one point")
            .hint("write one `printed` line for each point")),
    }
}

/// The value of a decimal and half a unit of its last digit.
fn number(text: &str) -> Option<(RBig, RBig)> {
    // As papers print a minus.
    let text = text.trim().replace('\u{2212}', "-");
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let exponent = exponent.parse::<isize>().ok().filter(|exponent| exponent.abs() <= 300)?;
    let decimals = mantissa.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let value = parse_exact(&text).filter(|_| !text.contains('/') && text.len() <= 100)?;
    let unit = RBig::from(10).pow(exponent - decimals as isize);
    Some((value, unit / RBig::from(2)))
}

fn table(
    values: &Values,
    path: &str,
    content: &str,
    span: Span,
    parameters: &[Parameter],
) -> Result<Vec<Printed>, Wrong> {
    let table = Table::open(content, &["value"])?;
    let value_column = table.column("value")?.unwrap_or_default();
    let mut columns: Vec<(&Parameter, usize)> = Vec::new();
    for parameter in parameters {
        columns.extend(table.column(&parameter.name)?.map(|column| (parameter, column)));
    }
    let mut found = Vec::new();
    table.rows(|row| {
        let settings = settings(values, row, &columns, parameters)?;
        let text = row.text(value_column);
        let (value, half_unit) = number(text).ok_or_else(|| {
            row.fault(format!("value = `{text}`"), "a printed number has digits, as in 0.0708 or -1.5e-3")
        })?;
        let source = format!("{path}, line {}: {text}", row.line);
        found.push(Printed { settings, value, half_unit, text: text.to_string(), source, span });
        Ok(())
    })?;
    if found.is_empty() {
        return Err(("no rows".to_string(), FORM.to_string()));
    }
    Ok(found)
}

/// The point of a row: what is no column has its default.
fn settings(
    values: &Values,
    row: &Row,
    columns: &[(&Parameter, usize)],
    parameters: &[Parameter],
) -> Result<Settings, Wrong> {
    let mut settings = defaults(parameters);
    for (parameter, column) in columns {
        let name = &parameter.name;
        let value = Value::parse(name, row.text(*column), values.activations, values.read)
            .map_err(|why| row.fault(why.message, why.hint))?;
        check_domain(name, &value, parameter.domain).map_err(|(message, hint)| row.fault(message, hint))?;
        settings.set(name, value);
    }
    settings.check().map_err(|why| row.fault(why.message, why.hint))?;
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_unit_of_the_last_digit() {
        for (text, value, half) in [
            ("0.0708", "0.0708", "0.00005"),
            ("-0.50", "-0.5", "0.005"),
            ("\u{2212}1.5e-3", "-0.0015", "0.00005"),
            ("12", "12", "0.5"),
            ("1.2e3", "1200", "50"),
            ("0.193877576791", "0.193877576791", "5e-13"),
            ("3.", "3", "0.5"),
        ] {
            let exact = |text: &str| parse_exact(text).unwrap();
            assert_eq!(number(text), Some((exact(value), exact(half))), "{text}");
        }
        for text in ["1/3", "", "abc", "0.07(1)", "inf", "nan", "1e", "1e999", "0,07", "0.1.2"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
