//! Numbers as text: as many digits as the error warrants. Knows no records.

/// Fewer digits than this many decimals are written out; smaller numbers are written with an exponent.
const MOST_DECIMALS: i32 = 9;

/// Decimal exponent of `x` after rounding to two significant digits: -1 for 0.0996, which rounds to 0.10.
/// None for zero, infinity and NaN.
fn exponent(x: f64) -> Option<i32> {
    if x == 0.0 || !x.is_finite() {
        return None;
    }
    format!("{x:.1e}").split_once('e').and_then(|(_, e)| e.parse().ok())
}

fn special(x: f64) -> Option<String> {
    if x.is_nan() {
        Some("not a number".into())
    } else if x.is_infinite() {
        Some(if x > 0.0 { "inf" } else { "-inf" }.into())
    } else {
        None
    }
}

/// Takes the sign from what rounded to zero: `-0.00` says more than is known.
fn without_negative_zero(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if !rest.chars().any(|c| ('1'..='9').contains(&c)) => rest.to_string(),
        _ => text,
    }
}

fn fixed(x: f64, decimals: i32) -> String {
    without_negative_zero(format!("{x:.0$}", decimals.max(0) as usize))
}

/// `x` to `digits` significant digits, trailing zeros dropped; with an exponent below 1e-4 and from 1e9.
pub fn significant(x: f64, digits: usize) -> String {
    if let Some(text) = special(x) {
        return text;
    }
    let digits = digits.max(1);
    let scientific = format!("{x:.0$e}", digits - 1);
    let power: i32 = match scientific.split_once('e').map(|(_, e)| e.parse()) {
        Some(Ok(power)) => power,
        _ => return scientific,
    };
    if x == 0.0 {
        "0".into()
    } else if (-4..9).contains(&power) {
        drop_zeros(&fixed(x, digits as i32 - 1 - power))
    } else {
        let (mantissa, _) = scientific.split_once('e').unwrap_or((&scientific, ""));
        format!("{}e{power}", drop_zeros(mantissa))
    }
}

fn drop_zeros(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text.to_string() }
}

/// `value` to the decimal at which its error (a standard error, a half width) has two significant digits:
/// 0.123456 with error 0.0017 is `0.1235`. Without a usable error, six significant digits.
pub fn with_error(value: f64, error: f64) -> String {
    if let Some(text) = special(value) {
        return text;
    }
    let Some(power) = exponent(error) else { return significant(value, 6) };
    let decimals = 1 - power;
    if decimals <= MOST_DECIMALS && value.abs() < 1e9 {
        return fixed(value, decimals);
    }
    match exponent(value) {
        // Too small for written-out decimals: keep the same last digit, by an exponent.
        Some(top) if !(-4..9).contains(&top) => format!("{value:.0$e}", (top + decimals).clamp(1, 15) as usize),
        Some(_) => fixed(value, MOST_DECIMALS),
        None => "0".into(),
    }
}

/// An estimate and the two ends of its interval, all to the decimal that half the interval's width warrants.
pub fn interval(estimate: f64, [low, high]: [f64; 2]) -> [String; 3] {
    let half_width = (high - low) / 2.0;
    // An interval of no width has nothing to say about digits.
    let error = if half_width > 0.0 { half_width } else { f64::NAN };
    [estimate, low, high].map(|x| if error.is_nan() { significant(x, 3) } else { with_error(x, error) })
}

/// An error bound, to one significant digit, rounded up so that it stays a bound.
pub fn rounded_up(bound: f64) -> String {
    if let Some(text) = special(bound) {
        return text;
    }
    if bound <= 0.0 {
        return "0".into();
    }
    // What is left of an exact value by the last rounding of all says nothing to a reader.
    if bound < 1e-300 {
        return "1e-300".into();
    }
    let nearest = format!("{bound:.0e}");
    let (Some((digit, power)), Ok(value)) = (nearest.split_once('e'), nearest.parse::<f64>()) else { return nearest };
    match (digit.parse::<u32>(), power.parse::<i32>()) {
        (Ok(9), Ok(power)) if value < bound => format!("1e{}", power + 1),
        (Ok(digit), Ok(power)) if value < bound => format!("{}e{power}", digit + 1),
        _ => nearest,
    }
}

/// A fraction as a percentage of two significant digits.
pub fn percent(fraction: f64) -> String {
    format!("{} %", significant(100.0 * fraction, 2))
}

/// `1 cell`, `2 cells`.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

/// A number for a CSV file: the shortest text that reads back as the same number, or nothing.
pub fn exact(x: Option<f64>) -> String {
    match x {
        None => String::new(),
        Some(x) if x != 0.0 && x.is_finite() && !(1e-4..1e15).contains(&x.abs()) => format!("{x:e}"),
        Some(x) => format!("{x}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_the_error() {
        for (value, error, text) in [
            (-0.0004, 0.00165, "-0.0004"),
            (0.123456, 0.0017, "0.1235"),
            (0.123456, 0.0996, "0.12"),
            (0.5, 0.00996, "0.500"),
            (1234.56, 130.0, "1235"),
            (-0.00001, 0.0021, "0.0000"),
            (0.5, 2e-12, "0.500000000"),
            (-3.14e-12, 2.1e-13, "-3.14e-12"),
            (2.0 / 3.0, 0.0, "0.666667"),
            (2.0 / 3.0, f64::NAN, "0.666667"),
            (f64::INFINITY, 0.1, "inf"),
            (0.0, 1e-14, "0"),
        ] {
            assert_eq!(with_error(value, error), text, "{value} with error {error}");
        }
    }

    #[test]
    fn an_interval_has_one_last_digit() {
        assert_eq!(interval(-0.00041, [-0.00206, 0.00124]), ["-0.0004", "-0.0021", "0.0012"]);
        assert_eq!(interval(0.25, [0.25, 0.25]), ["0.25", "0.25", "0.25"]);
        assert_eq!(interval(1e-13, [-1e-12, 1.2e-12]), ["1.0e-13", "-1.0e-12", "1.2e-12"]);
    }

    #[test]
    fn significant_digits() {
        for (x, digits, text) in [
            (1.0 / 3.0, 3, "0.333"),
            (0.5, 6, "0.5"),
            (99.96, 3, "100"),
            (3.2e-5, 3, "3.2e-5"),
            (1.5e12, 2, "1.5e12"),
            (0.0, 3, "0"),
            (-2.0, 3, "-2"),
            (1200.0, 2, "1200"),
        ] {
            assert_eq!(significant(x, digits), text);
        }
    }

    #[test]
    fn error_bounds_are_never_understated() {
        for (bound, text) in
            [(2.1e-13, "3e-13"), (9.2e-5, "1e-4"), (2e-10, "2e-10"), (0.0, "0"), (4e-323, "1e-300"), (0.14, "2e-1")]
        {
            assert_eq!(rounded_up(bound), text);
        }
    }

    #[test]
    fn exact_numbers_read_back() {
        for x in [1.0 / 3.0, -2.5e-17, 1e300, 0.0, 450.0] {
            assert_eq!(exact(Some(x)).parse::<f64>(), Ok(x));
        }
        assert_eq!(exact(None), "");
    }
}
