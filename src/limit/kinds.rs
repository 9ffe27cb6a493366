//! An evaluation with each kind of number: real and complex balls, at one place and at 32 places.
//!
//! A walk at many places does the same operations in the same order as a walk at one place, so that every value has the same bits. What
//! goes beyond arithmetic (integrals, roots, series, conditions that differ between places) is done at one place at a time. If there is no
//! value at some place, the places are tried one by one. That tells what is wrong, and where.

use super::activation;
use super::bodies::Continuable;
use super::evaluation::{Evaluation, Key};
use super::laws::Discrete;
use crate::formula::code::{Code, Measure, Op, Root};
use crate::formula::number::{Number, Single};
use crate::formula::registers::Registers;
use crate::formula::walk::{self, Machine};
use crate::formula::{Fault, Why, fault};
use crate::num::many::{ComplexEstimates, Estimates, LANES, Many};
use crate::num::sets::Signs;
use crate::num::{ComplexEstimate, Estimate};
use crate::symbolic::{Binary, Span};

impl<'p> Evaluation<'p> {
    /// An evaluation that works on one place at a time, also where it could take many at once.
    #[cfg(test)]
    fn one_by_one(program: &'p super::Program, place: &'p super::Place) -> Evaluation<'p> {
        let evaluation = Evaluation::new(program, place);
        evaluation.pools.nested.set(u32::MAX);
        evaluation
    }
}

impl Machine<Estimate> for Evaluation<'_> {
    const REMEMBERS_CALLS: bool = true;

    fn activation(&self, order: u32, x: &mut Estimate, _: &mut Signs, _: usize, span: Span) -> Result<(), Fault> {
        *x = self.activation_at(order, *x, span)?;
        Ok(())
    }

    fn inner(&self, code: &Code, registers: &mut Registers<Estimate>) -> Result<(), Fault> {
        let value = match &code.op {
            Op::Integral(integral) => self.integral(integral, registers, code.span)?,
            Op::Root(root) => self.root(root, registers, code.span)?,
            Op::Series { slot, from, term } => self.series((*slot, *from, term), registers, code.span)?,
            _ => return fault("this has no value here", code.span),
        };
        *registers.value() = value;
        Ok(())
    }

    fn remembered(&self, function: usize, arguments: &[Estimate]) -> Option<Estimate> {
        Evaluation::remembered(self, &Key::call(function, arguments))
    }

    fn begin(&self) -> Option<Why> {
        self.take_why()
    }

    fn end(&self, before: Option<Why>, known: Option<(usize, Vec<Estimate>, &Estimate)>) {
        let known = known.map(|(function, arguments, value)| (Key::call(function, &arguments), *value));
        self.remember(before, known);
    }
}

impl Machine<Estimates> for Evaluation<'_> {
    const REMEMBERS_CALLS: bool = true;

    fn activation(
        &self,
        order: u32,
        xs: &mut Estimates,
        _: &mut Signs,
        places: usize,
        span: Span,
    ) -> Result<(), Fault> {
        match activation::at_many(&self.point.activation, order, xs, places) {
            true => Ok(()),
            false => fault(String::new(), span),
        }
    }

    fn inner(&self, code: &Code, registers: &mut Registers<Estimates>) -> Result<(), Fault> {
        Machine::<Estimates>::one_by_one(self, code, registers)
    }

    fn one_by_one(&self, code: &Code, registers: &mut Registers<Estimates>) -> Result<(), Fault> {
        self.pools.real.lend(|narrow| walk::each_place(self, code, registers, narrow))
    }
}

impl Machine<ComplexEstimate> for Evaluation<'_> {
    fn activation(
        &self,
        order: u32,
        z: &mut ComplexEstimate,
        _: &mut Signs,
        _: usize,
        span: Span,
    ) -> Result<(), Fault> {
        let Some(x) = z.real() else {
            return fault("the activation is not an analytic function: its argument must be real here", span);
        };
        *z = ComplexEstimate::real(self.activation_at(order, x, span)?);
        Ok(())
    }

    fn inner(&self, code: &Code, registers: &mut Registers<ComplexEstimate>) -> Result<(), Fault> {
        if let Some((law, slot, body)) = self.atoms(code) {
            return self.over_atoms(law, slot, body, registers);
        }
        let value = match &code.op {
            Op::Integral(integral) => self.complex_integral(integral, registers, code.span)?,
            Op::Root(root) => self.continued_root(root, registers, code.span)?,
            _ => return fault("a series cannot be evaluated at complex arguments: write it in closed form", code.span),
        };
        *registers.value() = value;
        Ok(())
    }
}

impl Machine<ComplexEstimates> for Evaluation<'_> {
    fn activation(
        &self,
        order: u32,
        zs: &mut ComplexEstimates,
        _: &mut Signs,
        places: usize,
        span: Span,
    ) -> Result<(), Fault> {
        let at = |z: ComplexEstimate| Some(ComplexEstimate::real(self.activation_at(order, z.real()?, span).ok()?));
        if Many::each(zs, places, at) { Ok(()) } else { fault(String::new(), span) }
    }

    fn inner(&self, code: &Code, registers: &mut Registers<ComplexEstimates>) -> Result<(), Fault> {
        if let Some((law, slot, body)) = self.atoms(code) {
            return self.over_atoms(law, slot, body, registers);
        }
        match &code.op {
            Op::Root(root) => self.continued_roots(code, root, registers),
            _ => Machine::<ComplexEstimates>::one_by_one(self, code, registers),
        }
    }

    fn one_by_one(&self, code: &Code, registers: &mut Registers<ComplexEstimates>) -> Result<(), Fault> {
        self.pools.complex.lend(|narrow| walk::each_place(self, code, registers, narrow))
    }
}

impl Evaluation<'_> {
    /// For an expectation over eigenvalues that is a sum: the law, the slot of the variable, and the body.
    pub fn atoms<'a>(&'a self, code: &'a Code) -> Option<(&'a Discrete, usize, &'a Code)> {
        let Op::Integral(integral) = &code.op else { return None };
        let Measure::Eigenvalues { of, axis } = &integral.measure else { return None };
        Some((self.point.laws.discrete(*of)?, axis.slot, &integral.body))
    }

    /// An expectation over finitely many eigenvalues. If values are complex, the real and the imaginary part are summed together.
    pub fn over_atoms<N: Number>(
        &self,
        law: &Discrete,
        slot: usize,
        body: &Code,
        registers: &mut Registers<N>,
    ) -> Result<(), Fault>
    where
        Self: Machine<N>,
    {
        let places = registers.places;
        let no_value =
            |_| Box::new(crate::formula::LimitError { message: "this sum has no value".to_string(), span: body.span });
        let constant = |x: Estimate| N::One::constant(x).map(N::everywhere).map_err(no_value);
        registers.value().fill(N::One::constant(Estimate::ZERO).map_err(no_value)?);
        for (value, weight) in &law.atoms {
            self.count_integrands(places);
            *registers.slot_mut(slot) = constant(*value)?;
            registers.up();
            walk::value(self, body, registers)?;
            registers.value().arithmetic(Binary::Multiply, &constant(*weight)?, places).map_err(no_value)?;
            registers.down();
            let (sum, term) = registers.both();
            sum.arithmetic(Binary::Add, term, places).map_err(no_value)?;
        }
        registers.value().arithmetic(Binary::Divide, &constant(law.total)?, places).map_err(no_value)
    }

    #[inline(never)]
    fn continued_root(
        &self,
        root: &Root,
        registers: &mut Registers<ComplexEstimate>,
        span: Span,
    ) -> Result<ComplexEstimate, Fault> {
        let arguments: Vec<ComplexEstimate> = root.depends.iter().map(|slot| *registers.slot(*slot)).collect();
        let mut equation = Continuable { evaluation: self, root, registers, span };
        self.continued.root(root, &arguments, &mut equation, span)
    }

    /// The values of a root at many places. A root that depends on one argument is continued to all places together, any other root place
    /// by place.
    #[inline(never)]
    fn continued_roots(
        &self,
        code: &Code,
        root: &Root,
        registers: &mut Registers<ComplexEstimates>,
    ) -> Result<(), Fault> {
        let places = registers.places;
        let [slot] = root.depends[..] else { return Machine::<ComplexEstimates>::one_by_one(self, code, registers) };
        let arguments: [ComplexEstimate; LANES] = std::array::from_fn(|place| Many::at(registers.slot(slot), place));
        let arguments = &arguments[..places];
        let one_side = arguments.iter().all(|z| !z.is_real() && z.im * arguments[0].im >= 0.0);
        if Many::is_same(registers.slot(slot)) || !one_side {
            return Machine::<ComplexEstimates>::one_by_one(self, code, registers);
        }
        let found = self.pools.complex.lend(|narrow| {
            narrow.begin(registers.at.slots, 1);
            for slot in 0..registers.at.slots {
                *narrow.slot_mut(slot) = Many::at(registers.slot(slot), 0);
            }
            let mut equation = Continuable { evaluation: self, root, registers: narrow, span: code.span };
            let mut at_many = |points: &dyn Fn(usize) -> ComplexEstimate| {
                (0..LANES).for_each(|place| registers.slot_mut(root.slot).put(place, points(place)));
                walk::value(self, &root.body, registers).ok()?;
                Some(*registers.value())
            };
            self.continued.roots(root, arguments, &mut equation, &mut at_many, code.span)
        })?;
        let value = registers.value();
        found.iter().flatten().enumerate().for_each(|(place, root)| value.put(place, *root));
        value.pad(places);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Claim;
    use crate::formula::code::Unit;
    use crate::limit::{FiniteSize, Formula, Place, Program};
    use crate::model::{Pairing, eigenvalue_pairs};

    /// Every formula of the catalogue, at its defaults and at a small finite size, gives the same bits at many places as at one place at a
    /// time, and counts as much work. Only integrals over measures begin with other guesses for their roots. They may differ by the sum of
    /// their error bounds.
    #[test]
    fn many_at_once_changes_no_bit() {
        let catalogue = crate::testing::catalogue();
        let (mut values, mut same) = (0, 0);
        for claim in &catalogue.claims {
            let (limit, finite) = (Formula::Limit, Formula::Finite);
            let finite = claim.finite.is_some().then(|| (finite, small(claim)));
            let limits = [Some((limit, Place { settings: claim.defaults(), size: None })), Some((limit, small(claim)))];
            for (formula, place) in limits.into_iter().chain([finite]).flatten() {
                // Each evaluation has a program of its own, since a program remembers values.
                let [alone, together] = [0; 2].map(|_| Program::compile(claim).unwrap());
                let (plain, many) = (Evaluation::one_by_one(&alone, &place), Evaluation::new(&together, &place));
                match (plain.formula(unit(&alone, formula)), many.formula(unit(&together, formula))) {
                    (Ok(plain_value), Ok(value)) => {
                        values += 1;
                        if plain_value == value {
                            same += 1;
                            assert_eq!(plain.work(), many.work(), "{}", claim.id);
                        } else {
                            let apart = (plain_value.value - value.value).abs();
                            assert!(!alone.measures.is_empty(), "{}: {plain_value:?} {value:?}", claim.id);
                            assert!(
                                apart <= plain_value.abs_err + value.abs_err,
                                "{}: {plain_value:?} {value:?}",
                                claim.id
                            );
                        }
                    }
                    (plain_fault, fault) => assert_eq!(plain_fault, fault, "{}", claim.id),
                }
            }
        }
        assert!(values > 150 && 10 * same > 9 * values, "{same} of {values}");
    }

    /// The limits of all cells of the catalogue by the rules that only check each other, the crate's among them, against the proved
    /// bounds: unlike computations, whose bounds must meet.
    #[test]
    fn estimates_meet_enclosures() {
        let catalogue = crate::testing::catalogue();
        let mut met = 0;
        for claim in &catalogue.claims {
            for settings in &claim.grid {
                let place = Place { settings: settings.clone(), size: None };
                let [one, other] = [0; 2].map(|_| Program::compile(claim).unwrap());
                let (enclosed, estimated) = (Evaluation::new(&one, &place), Evaluation::estimating(&other, &place));
                let (Ok(x), Ok(y)) = (enclosed.formula(&one.limit), estimated.formula(&other.limit)) else { continue };
                if enclosed.why().is_some() || !x.is_finite() {
                    continue;
                }
                let (apart, room) = ((x.value - y.value).abs(), x.abs_err + y.abs_err);
                assert!(apart <= room, "{} {settings}: {x:?} {y:?}", claim.id);
                met += 1;
            }
        }
        assert!(met > 450, "{met}");
    }

    /// Cases that are rare in the catalogue: conditions that differ between lanes, faults in some lanes, operations that are done at one
    /// place at a time, and formulas that need too many registers or are nested too deeply.
    #[test]
    fn what_is_unusual_has_the_plain_bits_and_faults_too() {
        let nested = |times: usize| "g + (".repeat(times) + "g" + &")".repeat(times);
        let long = |times: usize| "g".to_string() + &" + g".repeat(times);
        let formulas = [
            "E[cases(sin(20*g) < 0: g; otherwise: g^2) : g ~ normal]".to_string(),
            "E[cases(sin(20*g) < 0 or g > 1: g^3; g < 1/2 and g > 0: 2; otherwise: g^2) : g ~ normal]".to_string(),
            "E[1/(g - 1/3)^2 : g ~ normal]".to_string(),
            "E[sqrt(g) : g ~ normal]".to_string(),
            "E[1/(g - g) : g ~ normal]".to_string(),
            "E[(2 + cos(g))^(-3) + min(g, 1/4)*max(g, -1) + (1 + g^2)^(1/3) : g ~ normal]".to_string(),
            "E[exp(300*g) : g ~ normal]".to_string(),
            "E[sigma(g) + sigma'(2*g)*hermite(2) + erf(g)*lambda(1) : g ~ normal]".to_string(),
            "E[Int[1/(1 + p^2*g^2) : p in [0, 1]] : g ~ normal]".to_string(),
            "E[Int[ln(g*p) : p in [0, 1]] : g ~ normal]".to_string(),
            "E[root x in (0, inf) of x - 1/x - g : g ~ normal]".to_string(),
            "E[sum k from 0 of (1/3)^k*cos(k*g) : g ~ normal]".to_string(),
            "Int[quantile(spectrum, p)^2*p : p in [0, 1]] + E[t/(1 + t) : t ~ covariance]".to_string(),
            "E[b^2*t/(b + t) : (b, t) ~ spectra]".to_string(),
            format!("E[{} : g ~ normal]", nested(40)),
            format!("E[{} : g ~ normal]", nested(48)),
            format!("E[{} : g ~ normal]", long(90)),
            format!("E[{} : g ~ normal]", long(300)),
        ];
        for formula in formulas {
            let claim = claim(&format!(
                "parameter activation = gelu\nparameter spectrum = exponential\nparameter covariance = power(2)\nlimit {formula}"
            ));
            let [alone, together] = [0; 2].map(|_| Program::compile(&claim).unwrap());
            let place = Place { settings: claim.defaults(), size: None };
            let (plain, many) = (Evaluation::one_by_one(&alone, &place), Evaluation::new(&together, &place));
            assert_eq!(plain.formula(&alone.limit), many.formula(&together.limit), "{formula}");
        }
    }

    /// A function that contains a root is called where no register is left.
    #[test]
    fn registers_run_out_without_harm() {
        let nested = |times: usize, inside: &str| "0*z + (".repeat(times) + inside + &")".repeat(times);
        for times in [30, 42, 43, 44, 45] {
            let root = "root p in (0, inf) of rho/p + z - E[t/(1 + t*p) : t ~ covariance]";
            let claim = claim(&format!(
                "parameter covariance = isotropic\ng(z) = {}\nmu = measure stieltjes z -> {} within [0, 4] mass 1\n\
                 limit Int[u : u ~ mu]",
                nested(times, root),
                nested(48, "g(z)")
            ));
            let place = Place { settings: claim.defaults(), size: None };
            let value = Program::compile(&claim).unwrap().evaluate(Formula::Limit, &place).unwrap();
            assert!(value.contains(1.0) && value.abs_err < 1e-10, "{times}: {value:?}");
        }
    }

    fn claim(lines: &str) -> Claim {
        let text = format!(
            "```claim\nclaim t\ntitle T\nkind limit\nstatus derived\nsource none\ngrid\nparameter rho = 1 in (0, inf)\n{lines}\n```\n"
        );
        let claim = crate::testing::read_claim("t.md", &text, &Default::default(), &|_| Err(String::new()));
        claim.unwrap_or_else(|faults| panic!("{lines}: {faults}"))
    }

    fn unit(program: &Program, formula: Formula) -> &Unit {
        if formula == Formula::Finite { program.finite.as_ref().unwrap() } else { &program.limit }
    }

    fn small(claim: &Claim) -> Place {
        let settings = claim.defaults();
        let pairs = eigenvalue_pairs(&settings.spectrum(), &settings.covariance(), Pairing::Comonotone, 12);
        let pairs = pairs.unwrap_or_else(|_| vec![(1.0, 1.0); 12]);
        Place { settings, size: Some(FiniteSize::network(12, 7, pairs.into())) }
    }
}
