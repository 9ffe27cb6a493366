//! How gaps may depend on the dimension: the form that a claim declares, and its rivals.

/// Order of the bias `E sample - limit` that a claim declares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// Falls like `d^-r`.
    Power(f64),
    /// Zero at every size.
    Exact,
}

/// Rates that occur in this theory; those within a factor of two of the declared one are its neighbours.
const RATES: [f64; 5] = [0.5, 2.0 / 3.0, 1.0, 1.5, 2.0];

/// One term of a form, besides the constant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Term {
    /// `d^-r`
    Power(f64),
    /// `d^-r log d`
    Logarithm(f64),
}

/// `L` and a combination of terms that vanish as d grows.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Beside the constant `L`.
    pub terms: Vec<Term>,
}

impl Form {
    /// `L + b d^-r + c d^-2r`, or `L` alone.
    pub fn claimed(order: Order) -> Form {
        let terms = match order {
            Order::Power(rate) => vec![Term::Power(rate), Term::Power(2.0 * rate)],
            Order::Exact => Vec::new(),
        };
        Form { terms }
    }

    /// What the bias might be if the declared order is not: neighbouring rates, a next order half a power away, a logarithm.
    pub fn rivals(order: Order) -> Vec<Form> {
        let Order::Power(rate) = order else { return Vec::new() };
        let near = |other: &f64| *other != rate && *other >= rate / 2.0 && *other <= 2.0 * rate;
        let mut rivals: Vec<Form> =
            RATES.into_iter().filter(near).map(|other| Form::claimed(Order::Power(other))).collect();
        rivals.push(Form { terms: vec![Term::Power(rate), Term::Power(1.5 * rate)] });
        rivals.push(Form { terms: vec![Term::Power(rate), Term::Logarithm(rate)] });
        rivals
    }

    /// Coefficients: one for `L` and one per term.
    pub fn coefficients(&self) -> usize {
        1 + self.terms.len()
    }

    /// The constant and the terms at `dim`, the powers in units of their values at `base`: same L, better conditioned.
    pub fn value(&self, column: usize, dim: usize, base: usize) -> f64 {
        let ratio = base as f64 / dim as f64;
        match column.checked_sub(1).map(|index| self.terms[index]) {
            None => 1.0,
            Some(Term::Power(rate)) => ratio.powf(rate),
            // ln(d / base): with the term d^-r beside it, the base does not matter.
            Some(Term::Logarithm(rate)) => -ratio.powf(rate) * ratio.ln(),
        }
    }

    /// The factor that makes a fitted coefficient, which goes with a term in units of its value at `base`, that of the term itself.
    pub fn unit(&self, column: usize, base: usize) -> f64 {
        match column.checked_sub(1).map(|index| self.terms[index]) {
            None => 1.0,
            Some(Term::Power(rate) | Term::Logarithm(rate)) => (base as f64).powf(rate),
        }
    }
}

impl Form {
    /// As files write it, in the size that grows: `d^-1 and d^-2`.
    pub fn in_size(&self, grows: &str) -> String {
        let power = |rate: f64| {
            // As a fraction, as files write it; rates are halves and thirds, rounded.
            let whole = |parts: &f64| (parts * rate - (parts * rate).round()).abs() < 1e-9;
            match [1.0, 2.0, 3.0].into_iter().find(whole) {
                Some(1.0) => format!("{grows}^-{}", rate.round()),
                Some(parts) => format!("{grows}^-{}/{parts}", (parts * rate).round()),
                None => format!("{grows}^-{rate}"),
            }
        };
        let mut names = self.terms.iter().map(|term| match term {
            Term::Power(rate) => power(*rate),
            Term::Logarithm(rate) => format!("{} log {grows}", power(*rate)),
        });
        match (names.next(), names.next()) {
            (Some(first), Some(second)) => format!("{first} and {second}"),
            (Some(only), None) => only,
            _ => "a constant".to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(order: Order) -> Vec<String> {
        Form::rivals(order).iter().map(|form| form.in_size("d")).collect()
    }

    #[test]
    fn rivals_are_neighbours_and_never_the_claim_itself() {
        let expected = [
            "d^-1/2 and d^-1",
            "d^-2/3 and d^-4/3",
            "d^-3/2 and d^-3",
            "d^-2 and d^-4",
            "d^-1 and d^-3/2",
            "d^-1 and d^-1 log d",
        ];
        assert_eq!(names(Order::Power(1.0)), expected);
        assert_eq!(names(Order::Power(2.0 / 3.0))[..2], ["d^-1/2 and d^-1", "d^-1 and d^-2"]);
        assert!(names(Order::Power(2.0)).contains(&"d^-1 and d^-2".to_string()));
        assert!(!names(Order::Power(2.0)).contains(&"d^-1/2 and d^-1".to_string()));
        assert!(names(Order::Exact).is_empty());
        for rate in RATES {
            assert!(!Form::rivals(Order::Power(rate)).contains(&Form::claimed(Order::Power(rate))));
        }
    }

    #[test]
    fn terms_at_the_base_and_beyond() {
        let form = Form { terms: vec![Term::Power(0.5), Term::Logarithm(1.0)] };
        let row = |dim| [0, 1, 2].map(|column| form.value(column, dim, 16));
        assert_eq!(row(16), [1.0, 1.0, 0.0]);
        assert_eq!(row(64), [1.0, 0.5, 0.25 * 4f64.ln()]);
    }
}
