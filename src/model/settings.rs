//! Parameter values as a user writes them, and the settings at which a claim is evaluated.

use super::activation::{Activation, NAMED, Polynomial};
use super::names::hint;
use super::pairing::Pairing;
use super::spectrum::{Spectrum, short};
use dashu_ratio::RBig;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// Law of the rows of W, independent of each other; `E w w' = Gamma` with `tr Gamma = 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Weights {
    /// `N(0, Gamma)`: independent entries of variance `t_i/d` with t the eigenvalues of d Gamma.
    Gaussian,
    /// Uniform on the unit sphere; isotropic only.
    Sphere,
    /// Independent entries, each uniform on an interval about 0, of the variances of the Gaussian ones.
    Uniform,
}

/// What a parameter can be set to; its name decides the variant ([`LAW_PARAMETERS`]). `Display` writes what [`Value::parse`]
/// reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// Of the parameter `activation`.
    Activation(Activation),
    /// Of the parameter `spectrum`: law of the eigenvalues of B before normalisation.
    Spectrum(Spectrum),
    /// Of the parameter `covariance`: law of the eigenvalues of d Gamma, scaled to mean 1 where it is used; `isotropic` is [`Spectrum::Identity`].
    Covariance(Spectrum),
    /// Of the parameter `pairing`.
    Pairing(Pairing),
    /// Of the parameter `weights`.
    Weights(Weights),
}

/// A value that could not be read, with what to do about it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message} ({hint})")]
pub struct ValueError {
    /// What is wrong with the value.
    pub message: String,
    /// How it may be written, or a near name.
    pub hint: String,
}

impl ValueError {
    fn new(message: String, hint: impl Into<String>) -> ValueError {
        ValueError { message, hint: hint.into() }
    }
}

/// Reads a file named by `file(PATH)`; the caller decides what the path is relative to.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Names of the parameters that are not numbers; every other parameter is a number.
pub const LAW_PARAMETERS: [&str; 5] = ["activation", "spectrum", "covariance", "pairing", "weights"];

impl Value {
    /// Reads the value of the parameter `name`; which kind of value it has follows from the name.
    /// `defined` are the activations that the claim file defines.
    ///
    /// # Errors
    /// The text is no value of the parameter, a number is not finite, a law is out of its domain, or a file cannot be read.
    /// Domains that a claim declares are not known here.
    pub fn parse(name: &str, text: &str, defined: &[Activation], read: ReadFile) -> Result<Value, ValueError> {
        let text = text.trim();
        Ok(match name {
            "activation" => Value::Activation(parse_activation(text, defined)?),
            "spectrum" => Value::Spectrum(parse_spectrum("spectrum", text, read)?),
            "covariance" => Value::Covariance(parse_covariance(text, read)?),
            "pairing" => Value::Pairing(one_of(
                "pairing",
                text,
                &[
                    ("comonotone", Pairing::Comonotone),
                    ("antitone", Pairing::Antitone),
                    ("independent", Pairing::Independent),
                ],
            )?),
            "weights" => Value::Weights(one_of(
                "weights",
                text,
                &[("gaussian", Weights::Gaussian), ("sphere", Weights::Sphere), ("uniform", Weights::Uniform)],
            )?),
            _ => Value::Number(parse_number(name, text)?),
        })
    }
}

fn one_of<T: Copy>(what: &str, text: &str, known: &[(&str, T)]) -> Result<T, ValueError> {
    known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        ValueError::new(format!("unknown {what} `{text}`"), hint(text, names))
    })
}

/// A number or a quotient of two, such as `0.4`, `1e-3`, `1/3`, `pi/2`; must be finite.
fn parse_number(name: &str, text: &str) -> Result<f64, ValueError> {
    let read = |part: &str| match part.trim() {
        "pi" => Some(std::f64::consts::PI),
        part => f64::from_str(part).ok().filter(|x| x.is_finite()),
    };
    let value = match text.split_once('/') {
        Some((top, bottom)) => read(top).zip(read(bottom)).map(|(a, b)| a / b).filter(|x| x.is_finite()),
        None => read(text),
    };
    value.ok_or_else(|| {
        ValueError::new(format!("`{name}` needs a finite number, not `{text}`"), "write it like 0.5, 1e-3, 1/3 or pi/2")
    })
}

/// Splits `name(a, b)` into the name and its arguments.
fn call(text: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = text.split_once('(')?;
    let inside = rest.strip_suffix(')')?;
    Some((name.trim(), inside.split(',').map(str::trim).collect()))
}

fn parse_activation(text: &str, defined: &[Activation]) -> Result<Activation, ValueError> {
    if let Some((_, activation)) = NAMED.iter().find(|(name, _)| *name == text) {
        return Ok(activation.clone());
    }
    if let Some(found) = defined.iter().find(|a| a.to_string() == text) {
        return Ok(found.clone());
    }
    match call(text) {
        Some(("he", arguments)) => {
            let degree = match arguments[..] {
                [k] => k.parse().ok().filter(|k| (1..=20).contains(k)),
                _ => None,
            };
            degree.map(Activation::Hermite).ok_or_else(|| {
                ValueError::new(format!("`{text}` is not a Hermite polynomial"), "write he(k) with k from 1 to 20")
            })
        }
        Some(("poly", arguments)) => {
            let coefficients: Option<Vec<RBig>> = arguments.iter().map(|c| parse_exact(c)).collect();
            match coefficients {
                Some(exact) if exact.len() <= 21 && exact.iter().skip(1).any(|c| !c.is_zero()) => {
                    Ok(Activation::Polynomial(Arc::new(Polynomial::new(exact))))
                }
                _ => Err(ValueError::new(
                    format!("`{text}` is not a polynomial activation"),
                    "write poly(c0,c1,...) with numbers such as 0.5 or 1/3, degree 1 to 20",
                )),
            }
        }
        _ => {
            let names = NAMED.iter().map(|(name, _)| *name).chain(["he(k)", "poly(c0,c1,...)"]);
            let names: Vec<&str> = names.collect();
            Err(ValueError::new(format!("unknown activation `{text}`"), hint(text, names)))
        }
    }
}

/// Reads `3`, `-0.25`, `1/3` or `1e-3` as an exact rational.
pub fn parse_exact(text: &str) -> Option<RBig> {
    if let Some((top, bottom)) = text.split_once('/') {
        let bottom = parse_exact(bottom.trim()).filter(|b| !b.is_zero())?;
        return Some(parse_exact(top.trim())? / bottom);
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|e| e.abs() <= 400)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = format!("{whole}{fraction}");
    let bare = digits.trim_start_matches(['-', '+']);
    if bare.is_empty() || bare.len() + 1 < digits.len() || !bare.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = RBig::from_str(digits.trim_start_matches('+')).ok()?;
    let shift = exponent as isize - fraction.len() as isize;
    Some(value * RBig::from(10).pow(shift))
}

const SPECTRA: [&str; 7] =
    ["identity", "exponential", "uniform", "rademacher", "two-point(b1,b2,p)", "power(g)", "file(PATH)"];

fn parse_spectrum(what: &str, text: &str, read: ReadFile) -> Result<Spectrum, ValueError> {
    match text {
        "identity" => return Ok(Spectrum::Identity),
        "exponential" => return Ok(Spectrum::Exponential),
        "uniform" => return Ok(Spectrum::Uniform),
        "rademacher" => return Ok(Spectrum::Rademacher),
        _ => {}
    }
    match call(text) {
        Some(("two-point", arguments)) => {
            let numbers: Result<Vec<f64>, _> = arguments.iter().map(|a| parse_number("two-point", a)).collect();
            match numbers?[..] {
                [first, second, weight] if weight > 0.0 && weight < 1.0 && (first != 0.0 || second != 0.0) => {
                    Ok(Spectrum::TwoPoint { first, second, weight })
                }
                _ => Err(ValueError::new(
                    format!("`{text}` is not a two-point law"),
                    "write two-point(b1,b2,p): b1 with weight p strictly between 0 and 1, not both zero",
                )),
            }
        }
        Some(("power", arguments)) => match arguments[..] {
            [exponent] => {
                let exponent = parse_number("power", exponent)?;
                if exponent > 0.0 && exponent <= 20.0 {
                    Ok(Spectrum::Power { exponent })
                } else {
                    Err(ValueError::new(format!("`{text}` is out of its domain"), "power(g) needs 0 < g <= 20"))
                }
            }
            _ => Err(ValueError::new(format!("`{text}` is not a power law"), "write power(g)")),
        },
        Some(("file", _)) => {
            let path = text["file(".len()..text.len() - 1].trim();
            read_spectrum(path, read)
        }
        _ => Err(ValueError::new(format!("unknown {what} `{text}`"), hint(text, SPECTRA))),
    }
}

fn read_spectrum(path: &str, read: ReadFile) -> Result<Spectrum, ValueError> {
    let content = read(path).map_err(|why| {
        ValueError::new(format!("cannot read `{path}`: {why}"), "the path is relative to the claim file")
    })?;
    let mut values = Vec::new();
    for (index, line) in content.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match line.parse::<f64>() {
            Ok(value) if value.is_finite() => values.push(value),
            _ => {
                return Err(ValueError::new(
                    format!("{path}:{}: `{line}` is not a finite number", index + 1),
                    "one eigenvalue a line; lines starting with # are skipped",
                ));
            }
        }
    }
    if values.is_empty() || values.iter().all(|v| *v == 0.0) {
        return Err(ValueError::new(
            format!("`{path}` holds no eigenvalue other than 0"),
            "one eigenvalue a line; lines starting with # are skipped",
        ));
    }
    values.sort_by(f64::total_cmp);
    Ok(Spectrum::File { path: path.to_string(), values: values.into() })
}

fn parse_covariance(text: &str, read: ReadFile) -> Result<Spectrum, ValueError> {
    if text == "isotropic" {
        return Ok(Spectrum::Identity);
    }
    let law = parse_spectrum("covariance", text, read)?;
    if !law.is_non_negative() {
        return Err(ValueError::new(
            format!("covariance `{text}` has negative eigenvalues"),
            "take a law >= 0: isotropic, exponential, uniform, power(g), or two-point with both points >= 0",
        ));
    }
    Ok(law)
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(x) => write!(out, "{}", short(*x)),
            Value::Activation(a) => write!(out, "{a}"),
            Value::Spectrum(s) => write!(out, "{s}"),
            Value::Covariance(Spectrum::Identity) => write!(out, "isotropic"),
            Value::Covariance(s) => write!(out, "{s}"),
            Value::Pairing(Pairing::Comonotone) => write!(out, "comonotone"),
            Value::Pairing(Pairing::Antitone) => write!(out, "antitone"),
            Value::Pairing(Pairing::Independent) => write!(out, "independent"),
            Value::Weights(Weights::Gaussian) => write!(out, "gaussian"),
            Value::Weights(Weights::Sphere) => write!(out, "sphere"),
            Value::Weights(Weights::Uniform) => write!(out, "uniform"),
        }
    }
}

/// A value for every parameter of a claim, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings(BTreeMap<String, Value>);

impl Settings {
    /// Sets or replaces the value; neither name nor domain is checked.
    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_string(), value);
    }

    /// The value set for the name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Names and values, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// These settings without the numbers that are not among the names.
    pub fn with_numbers(&self, names: &BTreeSet<String>) -> Settings {
        let kept = |(name, value): &(&String, &Value)| !matches!(value, Value::Number(_)) || names.contains(*name);
        Settings(self.0.iter().filter(kept).map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// The number `name`, if it is set and a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Value::Number(x)) => Some(*x),
            _ => None,
        }
    }

    /// The activation; quadratic where a claim has none (nt, sgd).
    pub fn activation(&self) -> Activation {
        match self.get("activation") {
            Some(Value::Activation(a)) => a.clone(),
            _ => Activation::Quadratic,
        }
    }

    /// The law of B; exponential where a claim has no such parameter.
    pub fn spectrum(&self) -> Spectrum {
        match self.get("spectrum") {
            Some(Value::Spectrum(s)) => s.clone(),
            _ => Spectrum::Exponential,
        }
    }

    /// The law of d Gamma before scaling to mean 1; isotropic where a claim has no such parameter.
    pub fn covariance(&self) -> Spectrum {
        match self.get("covariance") {
            Some(Value::Covariance(s)) => s.clone(),
            _ => Spectrum::Identity,
        }
    }

    /// How eigenvalues of B and d Gamma go together; comonotone where a claim has no such parameter.
    pub fn pairing(&self) -> Pairing {
        match self.get("pairing") {
            Some(Value::Pairing(p)) => *p,
            _ => Pairing::Comonotone,
        }
    }

    /// ` at rho=1, activation=relu`, to follow the name of a claim; nothing where there is no parameter.
    pub fn located(&self) -> String {
        let all = self.to_string();
        if all.is_empty() { all } else { format!(" at {all}") }
    }

    /// The law of the rows of W; Gaussian where a claim has no such parameter.
    pub fn weights(&self) -> Weights {
        match self.get("weights") {
            Some(Value::Weights(w)) => *w,
            _ => Weights::Gaussian,
        }
    }

    /// What no single parameter's domain can say: unit rows have no covariance.
    ///
    /// # Errors
    /// Weights on the sphere with a covariance other than isotropic.
    pub fn check(&self) -> Result<(), ValueError> {
        if self.weights() == Weights::Sphere && self.covariance() != Spectrum::Identity {
            return Err(ValueError::new(
                "weights on the unit sphere have no covariance".to_string(),
                "set weights = gaussian, or covariance = isotropic",
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(out, "{}", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str, text: &str) -> Result<Value, ValueError> {
        Value::parse(name, text, &[], &|path| match path {
            "good" => Ok("# comment\n2.0\n\n1\n".to_string()),
            "bad" => Ok("1\nxyz\n".to_string()),
            _ => Err("no such file".to_string()),
        })
    }

    #[test]
    fn values_print_as_they_are_read() {
        let texts = [
            ("activation", "relu"),
            ("activation", "he(3)"),
            ("activation", "poly(0,1/3,2)"),
            ("spectrum", "two-point(1,-2,0.25)"),
            ("spectrum", "power(0.5)"),
            ("spectrum", "file(good)"),
            ("covariance", "isotropic"),
            ("pairing", "antitone"),
            ("weights", "sphere"),
            ("rho", "0.4"),
            ("rho", "1e300"),
            ("spectrum", "two-point(1e-7,-2,0.25)"),
        ];
        for (name, text) in texts {
            assert_eq!(parse(name, text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn faults_offer_a_way_out() {
        let faults = [
            ("activation", "rlu", "did you mean `relu`?"),
            ("activation", "he(0)", "k from 1 to 20"),
            ("activation", "poly(1)", "degree 1 to 20"),
            ("spectrum", "exponental", "did you mean `exponential`?"),
            ("spectrum", "two-point(1,2,1)", "strictly between 0 and 1"),
            ("spectrum", "file(bad)", "one eigenvalue a line"),
            ("spectrum", "file(missing)", "relative to the claim file"),
            ("covariance", "rademacher", "a law >= 0"),
            ("rho", "NaN", "write it like 0.5"),
            ("rho", "inf", "write it like 0.5"),
            ("rho", "1/0", "write it like 0.5"),
        ];
        for (name, text, expected) in faults {
            let error = parse(name, text).unwrap_err().to_string();
            assert!(error.contains(expected), "{name}={text}: {error}");
        }
        assert!(parse("spectrum", "file(bad)").unwrap_err().message.contains("bad:2"));
    }

    #[test]
    fn exact_numbers() {
        for (text, top, bottom) in [("0.25", 1, 4u32), ("-1.5e1", -15, 1), ("2/6", 1, 3), ("1e-2", 1, 100)] {
            assert_eq!(parse_exact(text), Some(RBig::from_parts(top.into(), bottom.into())), "{text}");
        }
        for text in ["", ".", "-", "1..2", "--1", "1/0", "a"] {
            assert_eq!(parse_exact(text), None, "{text}");
        }
    }
}
