//! From expression trees to [`Code`]: names resolved to slots, constants folded exactly, derivatives of defined functions
//! made on demand, sub-formulas that do not depend on bound variables moved into values computed once.

mod analysis;
mod constants;
mod integrals;
mod scope;

use super::LimitError;
use super::code::{Code, Domain, LinearSystem, Op, Root, Stieltjes, Test, Unit};
use super::elementary::{Elementary, Pair};
use crate::model::names::hint;
use crate::num::Estimate;
use crate::symbolic::{
    Binary, Condition, Definition, Equation, Expr, Interval, Node, Search, Span, Which, arity, derivative, expanded,
    function_names, occurs,
};
use constants::{fold, rounded, whole};
use dashu_ratio::RBig;
use integrals::Parts;
use scope::Scope;

/// Highest whole exponent computed by repeated products.
const MAX_WHOLE_EXPONENT: i32 = 4096;

/// Highest derivative of a defined function.
const MAX_PRIMES: u32 = 4;

/// A size of the model, and the parameter that is its ratio to the first size: `m` and `rho`.
#[derive(Clone, Debug)]
pub struct SizeName {
    pub name: String,
    pub ratio: Option<String>,
}

pub struct Compiler<'c> {
    pub definitions: &'c [Definition],
    /// Names of the claim's numeric parameters, and of parameters that only the shared definitions mention.
    pub parameters: Vec<String>,
    /// The claim's sizes, the one that grows first.
    pub sizes: Vec<SizeName>,
    /// Units without arguments.
    pub values: Vec<Unit>,
    /// For each definition: its index in `values` if it has no arguments.
    pub definition_values: Vec<Option<usize>>,
    pub functions: Vec<Unit>,
    /// For each of `functions`: the number of its definition, the number of primes, and the differentiated body.
    bodies: Vec<(usize, u32, Expr)>,
    roots: Vec<(Expr, Vec<String>)>,
    pub measures: Vec<Stieltjes>,
    /// For each definition: its index in `measures` if it is a measure.
    pub measure_numbers: Vec<Option<usize>>,
    pub systems: Vec<LinearSystem>,
    /// Names of the definitions that stand for `systems`.
    pub system_names: Vec<&'c str>,
}

impl<'c> Compiler<'c> {
    /// Compiles all `definitions`, in order, so that none has to be compiled inside another. `parameters`: the names of numbers.
    pub fn new(
        parameters: Vec<String>,
        sizes: Vec<SizeName>,
        definitions: &'c [Definition],
    ) -> Result<Compiler<'c>, LimitError> {
        let mut compiler = Compiler {
            definitions,
            parameters,
            sizes,
            values: vec![],
            definition_values: vec![None; definitions.len()],
            functions: vec![],
            bodies: vec![],
            roots: vec![],
            measures: vec![],
            measure_numbers: vec![None; definitions.len()],
            systems: vec![],
            system_names: vec![],
        };
        for (index, definition) in definitions.iter().enumerate() {
            match (&definition.body.node, definition.arguments.is_empty()) {
                (Node::Measure { variable, transform, support, mass }, _) => {
                    compiler.measure(index, variable, transform, support, mass)?;
                }
                (Node::Linear { unknowns, equations, search }, _) => {
                    compiler.system(index, unknowns, equations, search.as_deref())?;
                }
                (_, true) => {
                    compiler.definition(index)?;
                }
                (_, false) => {
                    compiler.function(index, 0, definition.span)?;
                }
            }
        }
        Ok(compiler)
    }

    /// A formula of the claim itself, in which every definition can be used.
    pub fn formula(&mut self, expr: &Expr) -> Result<Unit, LimitError> {
        let mut scope = Scope::new(self.definitions.len(), false);
        let code = self.code(expr, &mut scope)?;
        Ok(scope.unit(code, None))
    }

    /// A formula of one variable, which has the first slot.
    pub fn formula_of(&mut self, expr: &Expr, variable: &str) -> Result<Unit, LimitError> {
        let mut scope = Scope::new(self.definitions.len(), false);
        scope.bind(variable, false);
        let code = self.code(expr, &mut scope)?;
        Ok(scope.unit(code, None))
    }

    pub fn condition(&mut self, condition: &Condition) -> Result<(Test, usize), LimitError> {
        let mut scope = Scope::new(self.definitions.len(), false);
        let test = self.test(condition, &mut scope)?;
        Ok((test, scope.slots()))
    }

    /// The value of the definition number `index`, which has no arguments.
    pub fn definition(&mut self, index: usize) -> Result<usize, LimitError> {
        if let Some(unit) = self.definition_values[index] {
            return Ok(unit);
        }
        let definition = &self.definitions[index];
        let mut scope = Scope::new(index, definition.shared);
        let code = self.code(&definition.body, &mut scope)?;
        let unit = self.add_value(scope.unit(code, Some(definition.name.clone())));
        self.definition_values[index] = Some(unit);
        Ok(unit)
    }

    fn add_value(&mut self, unit: Unit) -> usize {
        self.values.push(unit);
        self.values.len() - 1
    }

    /// The function number `index` among the definitions, differentiated `primes` times.
    fn function(&mut self, index: usize, primes: u32, span: Span) -> Result<usize, LimitError> {
        if let Some(known) = self.bodies.iter().position(|(i, p, _)| (*i, *p) == (index, primes)) {
            return Ok(known);
        }
        let definition = &self.definitions[index];
        if primes > MAX_PRIMES {
            return LimitError::at(
                format!("`{}` is differentiated more than {MAX_PRIMES} times", definition.name),
                span,
            );
        }
        let mut body = definition.body.clone();
        for _ in 0..primes {
            let [argument] = &definition.arguments[..] else {
                let name = &definition.name;
                return LimitError::at(
                    format!("`{name}` has several arguments, so that `{name}'` is not defined"),
                    span,
                );
            };
            body = derivative(&body, argument).map_err(|error| LimitError {
                message: format!("`{}` has no derivative: {}", definition.name, error.message),
                span: if definition.shared { span } else { error.span },
            })?;
        }
        let mut scope = Scope::new(index, definition.shared);
        for argument in &definition.arguments {
            scope.bind(argument, false);
        }
        let code = self.code(&body, &mut scope)?;
        let name = format!("{}{}", definition.name, "'".repeat(primes as usize));
        self.functions.push(scope.unit(code, Some(name)));
        self.bodies.push((index, primes, body));
        Ok(self.functions.len() - 1)
    }

    fn code_inside(&mut self, expr: &Expr, scope: &mut Scope) -> Result<Code, LimitError> {
        let span = expr.span;
        if let Some(constant) = fold(expr) {
            return Ok(Code { op: Op::Constant(rounded(&constant)), span });
        }
        let leaf = matches!(expr.node, Node::Name(_) | Node::Infinity);
        if !leaf && scope.names().next().is_some() && scope.names().all(|name| !occurs(expr, name)) {
            return self.moved_out(expr, scope);
        }
        let op = match &expr.node {
            Node::Number(_) => return LimitError::at("this number is too long", span),
            Node::Infinity => Op::Constant(Estimate::INFINITY),
            Node::Name(name) => self.name(name, scope, span)?,
            Node::Negate(inner) => Op::Negate(Box::new(self.code(inner, scope)?)),
            Node::Binary(operator, a, b) => self.binary(*operator, a, b, scope)?,
            Node::Apply { function, primes, arguments } => self.apply(function, *primes, arguments, scope, span)?,
            Node::Integral { body, bindings, .. } => {
                scope.heavy = true;
                return integrals::integral(self, (body, bindings), scope, span);
            }
            _ => self.form(expr, scope)?,
        };
        Ok(Code { op, span })
    }

    /// Compiles an expression that does not depend on the bound variables around it, as a value of its own. This function and the next ones
    /// are not inlined, so that deep formulas take little stack.
    #[inline(never)]
    fn moved_out(&mut self, expr: &Expr, scope: &mut Scope) -> Result<Code, LimitError> {
        let mut outer = Scope::new(scope.visible, scope.shared);
        let code = self.code(expr, &mut outer)?;
        scope.heavy |= outer.heavy;
        scope.reads.merge(&outer.reads);
        scope.reach(outer.deepest(), expr.span)?;
        // A constant, a value or a parameter stays what it is, since reading it through another value would not be cheaper.
        let op = match code.op {
            Op::Constant(_) | Op::Value { .. } | Op::Parameter(_) => code.op,
            _ => Op::Value { unit: self.add_value(outer.unit(code, None)), foreign: false },
        };
        Ok(Code { op, span: expr.span })
    }

    #[inline(never)]
    fn form(&mut self, expr: &Expr, scope: &mut Scope) -> Result<Op, LimitError> {
        Ok(match &expr.node {
            Node::Root { which, variable, interval, body } => {
                scope.heavy = true;
                self.root(expr, *which, variable, interval, body, scope)?
            }
            Node::Cases { branches, otherwise } => {
                let mut compiled = vec![];
                for branch in branches {
                    compiled.push((self.test(&branch.condition, scope)?, self.code(&branch.value, scope)?));
                }
                Op::Cases(compiled, Box::new(self.code(otherwise, scope)?))
            }
            Node::Series { variable, from, term } => {
                scope.heavy = true;
                let slot = scope.bind(variable, false);
                let term = Box::new(self.code(term, scope)?);
                scope.release(1);
                Op::Series { slot, from: *from, term }
            }
            Node::Sum { variable, from, to, term } => {
                let (from, to) = (Box::new(self.code(from, scope)?), Box::new(self.code(to, scope)?));
                let slot = scope.bind(variable, false);
                let term = Box::new(self.code(term, scope)?);
                scope.release(1);
                Op::Sum { slot, from, to, term }
            }
            Node::Let { name, value, body } => {
                let value = Box::new(self.code(value, scope)?);
                let slot = scope.bind(name, false);
                let body = Box::new(self.code(body, scope)?);
                scope.release(1);
                Op::Let { slot, value, body }
            }
            Node::Unknown { system, index } => {
                scope.reads.solved = true;
                self.unknown(system, *index, scope, expr.span)?
            }
            _ => return LimitError::at("a measure or a system of equations is not a number", expr.span),
        })
    }

    #[inline(never)]
    fn name(&mut self, name: &str, scope: &mut Scope, span: Span) -> Result<Op, LimitError> {
        if let Some(variable) = scope.variable(name) {
            return Ok(Op::Slot(variable.slot));
        }
        if let Some(index) = self.visible_definition(name, scope) {
            let definition = &self.definitions[index];
            if !definition.arguments.is_empty() {
                return LimitError::at(
                    format!("`{name}` is a function: give it its arguments, as in `{name}(...)`"),
                    span,
                );
            }
            if let Node::Measure { .. } = definition.body.node {
                return LimitError::at(
                    format!("`{name}` is a measure, not a number: write Int[f(u) : u ~ {name}]"),
                    span,
                );
            }
            let foreign = definition.shared && !scope.shared;
            let unit = self.definition(index)?;
            scope.reach(self.values[unit].depth, span)?;
            scope.reads.merge(&self.values[unit].reads);
            return Ok(Op::Value { unit, foreign });
        }
        if name == "pi" {
            return Ok(Op::Constant(Estimate::new(std::f64::consts::PI, 1.3e-16)));
        }
        if let Some(index) = self.sizes.iter().position(|size| size.ratio.as_deref() == Some(name)) {
            scope.reads.aspect = true;
            return Ok(Op::Ratio(index));
        }
        if let Some(index) = self.parameters.iter().position(|parameter| parameter == name) {
            scope.reads.numbers.insert(name.to_string());
            return Ok(Op::Parameter(index));
        }
        if let Some(index) = self.sizes.iter().position(|size| size.name == name) {
            scope.reads.aspect = true;
            return Ok(Op::Size(index));
        }
        match name {
            // Shared definitions may speak of parameters that a claim does not declare; such a value fails if it is used.
            _ if scope.shared => {
                scope.reads.numbers.insert(name.to_string());
                self.parameters.push(name.to_string());
                Ok(Op::Parameter(self.parameters.len() - 1))
            }
            _ => {
                let known: Vec<&str> = scope
                    .names()
                    .chain(self.definitions[..scope.visible].iter().map(|d| d.name.as_str()))
                    .chain(self.parameters.iter().map(String::as_str))
                    .chain(["pi", "rho"])
                    .collect();
                LimitError::at(format!("unknown name `{name}` ({})", hint(name, known)), span)
            }
        }
    }

    fn binary(&mut self, operator: Binary, a: &Expr, b: &Expr, scope: &mut Scope) -> Result<Op, LimitError> {
        if operator == Binary::Subtract
            && let Node::Name(name) = &b.node
            && fold(a).is_some_and(|one| one == RBig::ONE)
            && let Some(variable) = scope.variable(name).filter(|v| v.has_complement)
        {
            return Ok(Op::Slot(variable.slot + 1));
        }
        if operator == Binary::Power
            && let Some(exponent) = fold(b).and_then(|n| whole(&n))
            && exponent.abs() <= MAX_WHOLE_EXPONENT
        {
            return Ok(Op::WholePower(Box::new(self.code(a, scope)?), exponent));
        }
        Ok(Op::Arithmetic(operator, Box::new(self.code(a, scope)?), Box::new(self.code(b, scope)?)))
    }

    #[inline(never)]
    fn apply(
        &mut self,
        function: &str,
        primes: u32,
        arguments: &[Expr],
        scope: &mut Scope,
        span: Span,
    ) -> Result<Op, LimitError> {
        if arity(function).is_none()
            && let Some(index) = self.visible_definition(function, scope)
        {
            let definition = &self.definitions[index];
            let expected = definition.arguments.len();
            if expected == 0 {
                return LimitError::at(format!("`{function}` is a value, not a function"), span);
            }
            if expected != arguments.len() {
                return LimitError::at(
                    format!("`{function}` takes {expected} arguments, not {}", arguments.len()),
                    span,
                );
            }
            let foreign = definition.shared && !scope.shared;
            let function = self.function(index, primes, span)?;
            scope.heavy |= self.functions[function].heavy;
            scope.reads.merge(&self.functions[function].reads);
            scope.reach(self.functions[function].depth, span)?;
            let arguments = arguments.iter().map(|a| self.code(a, scope)).collect::<Result<_, _>>()?;
            return Ok(Op::Call { function, arguments, foreign });
        }
        if let (Some(longer), 0) = (expanded(function, arguments, span), primes) {
            return Ok(self.code(&longer, scope)?.op);
        }
        if let (Some(pair), [a, b], 0) = (Pair::named(function), arguments, primes) {
            return Ok(Op::Pair(pair, Box::new(self.code(a, scope)?), Box::new(self.code(b, scope)?)));
        }
        match (function, arguments) {
            ("quantile", [law, level]) if primes == 0 => {
                let Some(of) = analysis::eigenvalue_named(law) else {
                    return LimitError::at("`quantile` takes `spectrum` or `covariance`, then a level", law.span);
                };
                let complement = match &level.node {
                    Node::Binary(Binary::Subtract, one, rest) if fold(one).is_some_and(|n| n == RBig::ONE) => {
                        (**rest).clone()
                    }
                    _ => {
                        let parts = (Box::new(Expr::integer(1)), Box::new(level.clone()));
                        Expr::new(Node::Binary(Binary::Subtract, parts.0, parts.1), level.span)
                    }
                };
                let complement = Box::new(self.code(&complement, scope)?);
                scope.reads.eigenvalues = true;
                return Ok(Op::Quantile { of, level: Box::new(self.code(level, scope)?), complement });
            }
            ("min", [a, b]) if primes == 0 => {
                return Ok(Op::Least(Box::new(self.code(a, scope)?), Box::new(self.code(b, scope)?)));
            }
            ("max", [a, b]) if primes == 0 => {
                return Ok(Op::Greatest(Box::new(self.code(a, scope)?), Box::new(self.code(b, scope)?)));
            }
            ("sigma", [x]) if primes <= 2 => {
                return Ok(Op::Activation { order: primes, argument: Box::new(self.code(x, scope)?) });
            }
            ("sigma", [_]) => return LimitError::at("the activation has no derivative above `sigma''` here", span),
            ("lambda", [k]) if primes == 0 => {
                return Ok(Op::HermiteCoefficient { order: Box::new(self.code(k, scope)?), normalised: false });
            }
            ("hermite", [k]) if primes == 0 => {
                return Ok(Op::HermiteCoefficient { order: Box::new(self.code(k, scope)?), normalised: true });
            }
            _ => {}
        }
        let Some(elementary) = Elementary::named(function, primes) else {
            let names = self.definitions[..scope.visible].iter().map(|d| d.name.as_str());
            let mut known: Vec<&str> = names.collect();
            function_names().chain(["quantile"]).for_each(|name| known.push(name));
            return match known.contains(&function) {
                true => LimitError::at(format!("`{function}` is not defined with these primes and arguments"), span),
                false => LimitError::at(format!("unknown function `{function}` ({})", hint(function, known)), span),
            };
        };
        match arguments {
            [x] => Ok(Op::Elementary(elementary, Box::new(self.code(x, scope)?))),
            _ => LimitError::at(format!("`{function}` takes one argument, not {}", arguments.len()), span),
        }
    }

    #[inline(never)]
    fn root(
        &mut self,
        whole: &Expr,
        which: Which,
        variable: &str,
        interval: &Interval,
        body: &Expr,
        scope: &mut Scope,
    ) -> Result<Op, LimitError> {
        let mut free: Vec<String> = scope.names().map(str::to_string).collect();
        free.retain(|name| occurs(whole, name));
        free.sort();
        free.dedup();
        let depends = free.iter().filter_map(|name| scope.variable(name)).map(|v| v.slot).collect();
        let key = (whole.clone(), free);
        let id = self.roots.iter().position(|known| *known == key).unwrap_or_else(|| {
            self.roots.push(key);
            self.roots.len() - 1
        });
        let low = self.code(&interval.low, scope)?;
        let high = self.code(&interval.high, scope)?;
        let slot = scope.bind(variable, false);
        let body = self.code(body, scope)?;
        scope.release(1);
        let (low_closed, high_closed) = (interval.low_closed, interval.high_closed);
        Ok(Op::Root(Box::new(Root { id, which, slot, low, low_closed, high, high_closed, body, depends })))
    }

    fn test(&mut self, condition: &Condition, scope: &mut Scope) -> Result<Test, LimitError> {
        Ok(match condition {
            Condition::Compare(comparison, a, b) => {
                Test::Compare(*comparison, self.code(a, scope)?, self.code(b, scope)?)
            }
            Condition::And(a, b) => Test::And(Box::new(self.test(a, scope)?), Box::new(self.test(b, scope)?)),
            Condition::Or(a, b) => Test::Or(Box::new(self.test(a, scope)?), Box::new(self.test(b, scope)?)),
        })
    }

    /// Adds the definition number `index`, a measure.
    fn measure(
        &mut self,
        index: usize,
        variable: &str,
        transform: &Expr,
        support: &Interval,
        mass: &Expr,
    ) -> Result<(), LimitError> {
        let definition = &self.definitions[index];
        let mut scope = Scope::new(index, definition.shared);
        scope.bind(variable, false);
        let code = self.code(transform, &mut scope)?;
        let transform = scope.unit(code, Some(definition.name.clone()));
        let mut number = |expr: &Expr| {
            let mut scope = Scope::new(index, definition.shared);
            let code = self.code(expr, &mut scope)?;
            Ok(scope.unit(code, Some(definition.name.clone())))
        };
        let (low, high, mass) = (number(&support.low)?, number(&support.high)?, number(mass)?);
        let (name, span) = (definition.name.clone(), definition.span);
        self.measures.push(Stieltjes { name, transform, low, high, mass, span });
        self.measure_numbers[index] = Some(self.measures.len() - 1);
        Ok(())
    }

    /// The linear system that the definition number `index` is.
    fn system(
        &mut self,
        index: usize,
        unknowns: &'c [String],
        equations: &[Equation],
        search: Option<&Search>,
    ) -> Result<(), LimitError> {
        let definition = &self.definitions[index];
        let mut compiled = vec![];
        for equation in equations {
            let mut scope = Scope::new(index, definition.shared);
            for unknown in unknowns {
                scope.bind(unknown, false);
            }
            let code = self.code(&equation.difference(), &mut scope)?;
            compiled.push(scope.unit(code, None));
        }
        let mut number = |expr: &Expr| -> Result<Unit, LimitError> {
            let mut scope = Scope::new(index, definition.shared);
            let code = self.code(expr, &mut scope)?;
            Ok(scope.unit(code, None))
        };
        let mut domain = None;
        if let Some(search) = search {
            let mut ends = vec![];
            for interval in &search.intervals {
                let low = (number(&interval.low)?, interval.low_closed);
                ends.push((low, (number(&interval.high)?, interval.high_closed)));
            }
            let start = search.start.iter().map(&mut number).collect::<Result<_, _>>()?;
            let named = |(equation, unknown): (&Equation, &String)| equation.left.node == Node::Name(unknown.clone());
            domain = Some(Domain { ends, start, explicit: equations.iter().zip(unknowns).all(named) });
        }
        let (unknowns, span) = (unknowns.to_vec(), definition.span);
        self.systems.push(LinearSystem { unknowns, equations: compiled, domain, span });
        self.system_names.push(&definition.name);
        Ok(())
    }

    /// Compiles a reference to an unknown of a linear system. Not inlined, so that deep formulas take little stack.
    #[inline(never)]
    fn unknown(&mut self, name: &str, index: usize, scope: &mut Scope, span: Span) -> Result<Op, LimitError> {
        let Some(system) = self.system_names.iter().rposition(|known| *known == name) else {
            return LimitError::at(format!("the equations of `{name}` are missing"), span);
        };
        let depth = self.systems[system].equations.iter().map(|unit| unit.depth).max().unwrap_or(0);
        scope.reach(depth, span)?;
        Ok(Op::Unknown { system, index })
    }
}

impl Parts for Compiler<'_> {
    fn code(&mut self, expr: &Expr, scope: &mut Scope) -> Result<Code, LimitError> {
        let levels = scope.deeper(matches!(expr.node, Node::Integral { .. }), expr.span)?;
        let code = self.code_inside(expr, scope);
        scope.shallower(levels);
        code
    }

    fn definitions(&self) -> &[Definition] {
        self.definitions
    }

    fn measure_number(&self, definition: usize) -> Option<usize> {
        self.measure_numbers[definition]
    }

    fn measure_depth(&self, measure: usize) -> usize {
        self.measures[measure].transform.depth
    }
}
