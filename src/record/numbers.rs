//! Numbers that need not be finite: JSON has no infinity, so it is written as text.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Finite(f64),
    Text(String),
}

fn of(x: f64) -> Either {
    if x.is_finite() { Either::Finite(x) } else { Either::Text(x.to_string()) }
}

fn back<E: serde::de::Error>(number: Either) -> Result<f64, E> {
    match number {
        Either::Finite(x) => Ok(x),
        Either::Text(text) => text.parse().map_err(|_| E::custom(format!("`{text}` is no number"))),
    }
}

pub fn serialize<S: Serializer>(x: &f64, to: S) -> Result<S::Ok, S::Error> {
    of(*x).serialize(to)
}

pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    back(Either::deserialize(from)?)
}

pub mod pairs {
    use super::*;

    pub fn serialize<S: Serializer>(rows: &[(f64, f64)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(rows.iter().map(|(a, b)| (of(*a), of(*b))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(f64, f64)>, D::Error> {
        let rows = Vec::<(Either, Either)>::deserialize(from)?;
        rows.into_iter().map(|(a, b)| Ok((back(a)?, back(b)?))).collect()
    }
}

pub mod triples {
    use super::*;

    pub fn serialize<S: Serializer>(rows: &[(f64, f64, f64)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(rows.iter().map(|(a, b, c)| (of(*a), of(*b), of(*c))))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(f64, f64, f64)>, D::Error> {
        let rows = Vec::<(Either, Either, Either)>::deserialize(from)?;
        rows.into_iter().map(|(a, b, c)| Ok((back(a)?, back(b)?, back(c)?))).collect()
    }
}
