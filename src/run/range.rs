//! Values of a parameter as a command line writes them: `0.1:4:40`, `log:0.01:100:30`, `relu,gelu`.

use super::RunError;
use crate::model::{Value, short};

/// Digits of the values between two ends.
const DIGITS: usize = 12;

/// Most values that one text may name.
const MOST: usize = 10_000;

/// Texts of values, in order; what they mean depends on the parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// As they were written, or with twelve digits.
    pub texts: Vec<String>,
    /// Equal ratios: a drawing's axis is logarithmic then.
    pub logarithmic: bool,
}

impl Range {
    /// Reads `NAME=VALUES` into the name and its values.
    ///
    /// # Errors
    /// [`RunError::Input`] for a text without `=`, a range without two ends in order, a number of values that is not from 2 to
    /// 10000, or a range of what is no number.
    pub fn of_assignment(text: &str) -> Result<(String, Range), RunError> {
        let form = "write it as rho=0.1:4:40, time=log:0.01:100:30 or activation=relu,gelu";
        let fault = |why: &str| RunError::Input(format!("`{text}`: {why}; {form}"));
        let (name, values) = text.split_once('=').ok_or_else(|| fault("values are missing"))?;
        let range = Range::of(name.trim(), values).map_err(|why| fault(&why))?;
        Ok((name.trim().to_string(), range))
    }

    fn of(name: &str, text: &str) -> Result<Range, String> {
        match &split(text, ':')[..] {
            [_] => {
                let texts = split(text, ',');
                if texts.iter().any(|value| value.is_empty()) {
                    return Err("a value is missing".to_string());
                }
                at_most(texts.len())?;
                Ok(Range { texts, logarithmic: false })
            }
            [low, high, count] => Range::between(name, [low, high, count], false),
            [log, low, high, count] if log == "log" => Range::between(name, [low, high, count], true),
            _ => Err("a range is low:high:count".to_string()),
        }
    }

    /// Values at equal differences, or equal ratios, both ends included. Inner ones have twelve digits: 0.3, not 0.30000000000000004.
    fn between(name: &str, [low, high, count]: [&str; 3], logarithmic: bool) -> Result<Range, String> {
        let number = |text: &str| match Value::parse(name, text, &[], &|_| Err(String::new())) {
            Ok(Value::Number(x)) => Ok(x),
            Ok(_) => Err(format!("`{name}` is not a number: name its values one by one")),
            Err(why) if crate::model::settings::LAW_PARAMETERS.contains(&name) => {
                Err(format!("`{name}` is not a number: name its values one by one ({})", why.hint))
            }
            Err(why) => Err(why.to_string()),
        };
        let (low, high) = (number(low)?, number(high)?);
        let count: usize = count.parse().map_err(|_| format!("`{count}` is no number of values"))?;
        at_most(count)?;
        if count < 2 {
            return Err("a range has at least two values".to_string());
        }
        if low >= high {
            return Err("the lower end comes first".to_string());
        }
        if logarithmic && low <= 0.0 {
            return Err("equal ratios need ends above 0".to_string());
        }
        let value = |k: usize| {
            let share = k as f64 / (count - 1) as f64;
            match k {
                0 => low,
                _ if k == count - 1 => high,
                _ if logarithmic => rounded((low.ln() + share * (high.ln() - low.ln())).exp(), DIGITS),
                _ => {
                    let x = rounded(low + share * (high - low), DIGITS);
                    // What cancellation leaves of a zero.
                    if x.abs() < 1e-12 * low.abs().max(high.abs()) { 0.0 } else { x }
                }
            }
        };
        Ok(Range { texts: (0..count).map(|k| short(value(k))).collect(), logarithmic })
    }
}

fn at_most(count: usize) -> Result<(), String> {
    if count > MOST { Err(format!("{count} values, and at most {MOST} will do")) } else { Ok(()) }
}

/// The number with so many digits that is nearest.
pub(super) fn rounded(x: f64, digits: usize) -> f64 {
    format!("{x:.0$e}", digits.saturating_sub(1)).parse().unwrap_or(x)
}

/// The parts between the separators that stand outside brackets, trimmed.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_i32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        match parts.last_mut() {
            Some(part) if c != separator || depth > 0 => part.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().map(|part| part.trim().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        Range::of_assignment(text).unwrap().1.texts
    }

    #[test]
    fn ranges_have_their_ends_and_short_values() {
        assert_eq!(texts("rho=0.1:0.5:5"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(texts("x=-1:1:3"), ["-1", "0", "1"]);
        assert_eq!(texts("time = log:0.01:100:5"), ["0.01", "0.1", "1", "10", "100"]);
        assert_eq!(texts("rho=1/4:1/2:2"), ["0.25", "0.5"]);
        assert_eq!(texts("spectrum=two-point(1,-2,0.25), power(2)"), ["two-point(1,-2,0.25)", "power(2)"]);
        assert!(Range::of_assignment("rho=log:1:2:3").unwrap().1.logarithmic);
    }

    #[test]
    fn what_is_no_range_is_said() {
        for (text, why) in [
            ("rho", "values are missing"),
            ("rho=", "a value is missing"),
            ("rho=1,,2", "a value is missing"),
            ("rho=2:1:5", "the lower end comes first"),
            ("rho=1:2:1", "at least two values"),
            ("rho=1:2:many", "`many` is no number"),
            ("rho=1:2", "low:high:count"),
            ("rho=log:0:2:5", "ends above 0"),
            ("rho=1:2:10001", "at most 10000"),
            ("rho=a:2:5", "finite number"),
            ("activation=relu:gelu:3", "is not a number"),
        ] {
            let message = Range::of_assignment(text).unwrap_err().to_string();
            assert!(message.contains(why) && message.contains("write it as"), "{text}: {message}");
        }
    }
}
