//! Which integrals are enclosed, and how.

use super::super::evaluation::Evaluation;
use super::Unproved;
use super::body::{Body, Exhausted, OfPair};
use super::inner::coupled;
use super::variables::{Level, Variables};
use crate::formula::code::{Axis, Break, Code, Correlation, Eigenvalue, Integral, Lebesgue, Levels, Measure, Op};
use crate::formula::number::short;
use crate::formula::registers::Registers;
use crate::formula::walk::number;
use crate::num::Estimate;
use crate::num::enclosed::pair::{HalfAngle, Shape, normal_pair};
use crate::num::enclosed::panels::Refusal;
use crate::num::enclosed::{self, Outcome, Settings};

/// Bound of an integral's error that is aimed at, beside the errors of its integrand.
const TOLERANCE: f64 = 1e-14;
/// Evaluations of one integrand at most.
const BUDGET: usize = 200_000;
/// An integral with a larger relative error is computed again, with a bound that suits its size.
const RELATIVE: f64 = 1e-11;
/// The bound aimed at then, relative to the value.
const AGAIN: f64 = 1e-14;

type Proved = Result<Estimate, Unproved>;

impl Evaluation<'_> {
    /// The integral with a proved bound, or why there is none.
    #[inline(never)]
    pub fn enclosed_integral(&self, over: &Integral, registers: &mut Registers<Estimate>) -> Proved {
        let body = &over.body;
        match &over.measure {
            Measure::Normal { slot, breaks } => {
                if let Op::Integral(inner) = &body.op
                    && let Measure::Normal { slot: second, breaks: others } = &inner.measure
                    && !matches!(&inner.body.op, Op::Integral(_))
                {
                    let axes = [(*slot, breaks.as_slice()), (*second, others.as_slice())];
                    let found = self.pair(HalfAngle::independent(), axes, false, &inner.body, registers);
                    if found.is_ok() {
                        return found;
                    }
                }
                let kinks = self.kinks(breaks, *slot, false, registers);
                self.line(body, Variables::Plain(*slot), registers, |f, settings| enclosed::normal(f, &kinks, settings))
            }
            Measure::NormalPair { correlation, first, second, symmetric } => {
                let half = self.half_angle(correlation, registers)?;
                for (axis, other) in [(first, second), (second, first)] {
                    if !other.used {
                        let kinks = self.kinks(&axis.breaks, axis.slot, false, registers);
                        let variable = Variables::Plain(axis.slot);
                        return self
                            .line(body, variable, registers, |f, settings| enclosed::normal(f, &kinks, settings));
                    }
                }
                if let Some(opposite) = half.is_line() {
                    let variables = Variables::Both { first: first.slot, second: second.slot, opposite };
                    return self.line(body, variables, registers, |f, settings| enclosed::normal(f, &[], settings));
                }
                let axes = [(first.slot, first.breaks.as_slice()), (second.slot, second.breaks.as_slice())];
                self.pair(half, axes, *symmetric, body, registers)
            }
            Measure::MarchenkoPastur { aspect, slot } => self.marchenko_pastur(body, aspect, *slot, registers),
            Measure::Eigenvalues { of, axis } => self.eigenvalue(body, *of, axis, registers),
            Measure::Spectra { first, second } => self.spectra(body, first, second, registers),
            Measure::Lebesgue(measure) => self.between(body, measure, registers),
            Measure::Stieltjes { measure, .. } => {
                let name = &self.program.measures[*measure].name;
                Err(format!("the integral against `{name}` runs along a contour").into())
            }
        }
    }

    /// An integral over one variable.
    fn line(
        &self,
        code: &Code,
        variables: Variables,
        registers: &mut Registers<Estimate>,
        integrate: impl Fn(&mut Body, Settings) -> Outcome<Exhausted>,
    ) -> Proved {
        let mut body = Body::new(self, code, variables, registers).ok_or("an outer variable is not finite")?;
        sharpened(|settings| integrate(&mut body, settings))
    }

    fn pair(
        &self,
        half: HalfAngle,
        [(first, breaks), (second, others)]: [(usize, &[Break]); 2],
        symmetric: bool,
        code: &Code,
        registers: &mut Registers<Estimate>,
    ) -> Proved {
        let (mut u_kinks, mut v_kinks, mut diagonal) = (vec![], vec![], false);
        for item in breaks.iter().chain(others) {
            let mut at = |u: f64, v: f64| {
                registers.set(first, Estimate::exact(u));
                registers.set(second, Estimate::exact(v));
                number(self, &item.affine, registers).map_or(f64::NAN, |x| x.value)
            };
            let constant = at(0.0, 0.0);
            let (of_u, of_v) = (at(1.0, 0.0) - constant, at(0.0, 1.0) - constant);
            for level in self.levels(item.levels) {
                let gap = level - constant;
                match (of_u == 0.0, of_v == 0.0) {
                    (false, true) => u_kinks.push(gap / of_u),
                    (true, false) => v_kinks.push(gap / of_v),
                    (false, false) => diagonal |= of_u == -of_v && gap == 0.0,
                    (true, true) => {}
                }
            }
        }
        for kinks in [&mut u_kinks, &mut v_kinks] {
            kinks.retain(|k| k.is_finite());
            kinks.sort_by(f64::total_cmp);
            kinks.dedup();
        }
        registers.set(first, Estimate::ZERO);
        registers.set(second, Estimate::ZERO);
        let shape = Shape { u_kinks: &u_kinks, v_kinks: &v_kinks, diagonal, symmetric };
        let mut body =
            Body::new(self, code, Variables::Plain(first), registers).ok_or("an outer variable is not finite")?;
        sharpened(|settings| normal_pair(&mut OfPair { body: &mut body, first, second }, half, shape, settings))
    }

    fn half_angle(
        &self,
        correlation: &Correlation,
        registers: &mut Registers<Estimate>,
    ) -> Result<HalfAngle, Unproved> {
        let found = match correlation {
            Correlation::CosineOfTwice(half) => number(self, half, registers).map(HalfAngle::of_angle),
            Correlation::Value(code) => number(self, code, registers).map(HalfAngle::of_cosine),
        };
        Ok(found.ok().flatten().ok_or("the correlation has no value")?)
    }

    fn marchenko_pastur(&self, code: &Code, aspect: &Code, slot: usize, registers: &mut Registers<Estimate>) -> Proved {
        let rho = number(self, aspect, registers)?;
        let mass = (Estimate::ONE - rho).positive_part();
        let value = self.line(code, Variables::Plain(slot), registers, |f, settings| {
            enclosed::marchenko_pastur(f, rho, settings)
        })?;
        if mass == Estimate::ZERO {
            return Ok(value);
        }
        registers.set(slot, Estimate::ZERO);
        self.count_integrands(1);
        let there = number(self, code, registers)?;
        let value = value + there * mass;
        if value.is_finite() { Ok(value) } else { Err("the integrand is not finite at 0".into()) }
    }

    /// An expectation over a continuous law: over the levels of its quantile function.
    fn eigenvalue(&self, code: &Code, of: Eigenvalue, axis: &Axis, registers: &mut Registers<Estimate>) -> Proved {
        if !axis.used {
            return Ok(number(self, code, registers)?);
        }
        self.over_levels(code, vec![Level { slot: axis.slot, of, opposite: false, constant: None }], registers)
    }

    fn over_levels(&self, code: &Code, levels: Vec<Level>, registers: &mut Registers<Estimate>) -> Proved {
        let mut cuts = vec![Estimate::ZERO, Estimate::ONE];
        for level in &levels {
            let jumps = self.point.laws.discrete(level.of).map_or(&[][..], |law| &law.jumps);
            cuts.extend(jumps.iter().map(|jump| if level.opposite { Estimate::ONE - *jump } else { *jump }));
        }
        cuts.sort_by(|a, b| a.value.total_cmp(&b.value));
        cuts.dedup();
        let mut sum = Estimate::ZERO;
        for ends in cuts.windows(2) {
            // Between jumps a discrete law has one value.
            let middle = 0.5 * (ends[0].value + ends[1].value);
            let mut levels = levels.clone();
            for level in &mut levels {
                let p = if level.opposite { 1.0 - middle } else { middle };
                level.constant = self.point.laws.discrete(level.of).and_then(|law| {
                    let below = law.jumps.partition_point(|jump| jump.value < p);
                    law.atoms.get(below).map(|(value, _)| *value)
                });
            }
            let variables = Variables::Levels(levels);
            sum = sum
                + self.line(code, variables, registers, |f, settings| {
                    enclosed::interval(f, ends[0], ends[1], &[], settings)
                })?;
        }
        Ok(sum)
    }

    fn spectra(&self, code: &Code, first: &Axis, second: &Axis, registers: &mut Registers<Estimate>) -> Proved {
        if !second.used {
            return self.eigenvalue(code, Eigenvalue::Spectrum, first, registers);
        }
        if !first.used {
            return self.eigenvalue(code, Eigenvalue::Covariance, second, registers);
        }
        if let Some(levels) = coupled(&self.point.laws, first, second) {
            return self.over_levels(code, levels, registers);
        }
        let laws = &self.point.laws;
        let level = |axis: &Axis, of, opposite| Level { slot: axis.slot, of, opposite, constant: None };
        if let Some(opposite) = laws.opposite() {
            let levels =
                vec![level(first, Eigenvalue::Spectrum, false), level(second, Eigenvalue::Covariance, opposite)];
            return self.over_levels(code, levels, registers);
        }
        // Independent laws, one of them discrete: the other's expectation for each of its values.
        for (of, axis, other, of_other) in [
            (Eigenvalue::Spectrum, first, second, Eigenvalue::Covariance),
            (Eigenvalue::Covariance, second, first, Eigenvalue::Spectrum),
        ] {
            let Some(law) = laws.discrete(of) else { continue };
            let mut sum = Estimate::ZERO;
            for (value, weight) in &law.atoms {
                registers.set(axis.slot, *value);
                sum = sum + self.eigenvalue(code, of_other, other, registers)? * *weight;
            }
            return Ok(sum.div(law.total).ok_or("the law has no mass")?);
        }
        Err("both laws are continuous and independent".into())
    }

    fn between(&self, code: &Code, measure: &Lebesgue, registers: &mut Registers<Estimate>) -> Proved {
        let mut end = |code: &Code| -> Proved { Ok(number(self, code, registers)?) };
        let (low, high) = (end(&measure.low)?, end(&measure.high)?);
        let breaks = self.kinks(&measure.breaks, measure.slot, true, registers);
        self.line(code, Variables::Beside(measure.slot), registers, |f, settings| {
            enclosed::interval(f, low, high, &breaks, settings)
        })
    }

    fn levels(&self, levels: Levels) -> Vec<f64> {
        match levels {
            Levels::Zero => vec![0.0],
            Levels::Kinks => self.point.activation.kinks().to_vec(),
            Levels::Quantile(of) => match self.point.laws.discrete(of) {
                Some(law) => law.jumps.iter().map(|jump| jump.value).collect(),
                None => vec![],
            },
        }
    }

    /// Where the body is not smooth, as far as its form tells. Others are found by halving, and these need not be exact.
    fn kinks(
        &self,
        breaks: &[Break],
        slot: usize,
        has_complement: bool,
        registers: &mut Registers<Estimate>,
    ) -> Vec<f64> {
        let mut kinks = vec![];
        for item in breaks {
            let mut at = |x: f64| {
                registers.set(slot, Estimate::exact(x));
                if has_complement {
                    registers.set(slot + 1, Estimate::exact(1.0 - x));
                }
                number(self, &item.affine, registers).map_or(f64::NAN, |value| value.value)
            };
            let constant = at(0.0);
            let slope = at(1.0) - constant;
            kinks.extend(self.levels(item.levels).into_iter().map(|level| (level - constant) / slope));
        }
        kinks.retain(|kink| kink.is_finite());
        kinks
    }
}

/// The integral, once more with another bound to aim at if its size asks for that.
fn sharpened(mut integrate: impl FnMut(Settings) -> Outcome<Exhausted>) -> Proved {
    let settings = Settings { tolerance: TOLERANCE, budget: BUDGET };
    let value = integrate(settings).map_err(reason)?.value;
    let size = value.value.abs();
    // What may be 0 has no size.
    let wide = value.abs_err > RELATIVE * size && size > value.abs_err;
    let again = AGAIN * size;
    if !wide || again >= TOLERANCE || again <= 0.0 {
        return finite(value);
    }
    match integrate(Settings { tolerance: again, budget: BUDGET }) {
        Ok(sharper) if sharper.value.abs_err < value.abs_err => finite(sharper.value),
        _ => finite(value),
    }
}

fn finite(value: Estimate) -> Proved {
    if value.is_finite() { Ok(value) } else { Err("it is too large for a double".into()) }
}

fn reason(refusal: Refusal<Exhausted>) -> Unproved {
    match refusal {
        Refusal::Integrand(Exhausted) => "the formula took too much work".into(),
        Refusal::NoValue { near } => format!("no bound was found for its integrand near {}", short(near)).into(),
        Refusal::Budget { .. } => format!("{BUDGET} evaluations of its integrand were not enough").into(),
        Refusal::Divergent { end } => {
            Unproved { reason: format!("nothing shows that it converges at {}", short(end)), diverges: true }
        }
    }
}
