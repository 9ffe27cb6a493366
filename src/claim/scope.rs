//! Names in formulas: what each may refer to, how many arguments it takes, what it needs of the claim.

use super::diagnostic::Diagnostic;
use super::foreign;
use super::parser::literal;
use super::words::{NUMERIC_PARAMETERS, SIZES, reserved};
use crate::model::names::{close, hint};
use crate::model::settings::LAW_PARAMETERS;
use crate::symbolic::{Condition, Definition, Expr, Interval, Law, Node, Span, arity, function_names};
use std::collections::BTreeMap;

mod needs;
mod places;

use needs::{Needs, needs};
use places::{place_after, place_of};

/// Highest Hermite coefficient that a formula may name.
const MAX_HERMITE: u64 = 40;
/// Highest derivative of a defined function.
const MAX_PRIMES: u32 = 2;

/// Everything that a formula may refer to.
pub struct Scope<'a> {
    /// The file's text, to find bound variables in it.
    pub text: &'a str,
    /// Declared numeric parameters.
    pub numbers: Vec<&'a str>,
    /// Whether `parameter spectrum` is declared.
    pub spectrum: bool,
    /// Definitions that may be used.
    pub definitions: &'a [Definition],
    /// Name of the definition whose body this is: there is no recursion, but `k = root k in ... of ...` is fine.
    pub own: Option<&'a str>,
    /// Names whose own statement has a fault: nothing more is said about them.
    pub broken: &'a [String],
    /// Names of definitions further below, which may not be used.
    pub later: Vec<&'a str>,
    /// Shared definitions that cannot be used here, and the name that this claim gives to something else.
    pub lost: &'a [(String, String)],
    /// Names of the sizes, such as `d` and `m`.
    pub size_names: Vec<&'a str>,
    /// Whether they may be used.
    pub sizes: bool,
    /// Whether nothing is drawn, so that `d` and `m` are names like others.
    pub sizeless: bool,
}

impl<'a> Scope<'a> {
    /// Checks a formula in which the variables `bound` stand for something.
    pub fn expression(&self, expr: &Expr, bound: &[String], faults: &mut Vec<Diagnostic>) {
        let needs = needs(self.definitions);
        let mut check = Check { scope: self, needs: &needs, bound: bound.to_vec(), faults };
        check.expression(expr);
    }

    pub fn interval(&self, interval: &Interval, faults: &mut Vec<Diagnostic>) {
        let needs = needs(self.definitions);
        let mut check = Check { scope: self, needs: &needs, bound: Vec::new(), faults };
        check.interval(interval);
    }

    pub fn condition(&self, condition: &Condition, faults: &mut Vec<Diagnostic>) {
        let needs = needs(self.definitions);
        let mut check = Check { scope: self, needs: &needs, bound: Vec::new(), faults };
        check.condition(condition);
    }

    /// The fault that a new variable or definition would hide something, if so.
    ///
    /// `called`: it is a function.
    pub fn hides(&self, name: &str, called: bool, span: Span) -> Option<Diagnostic> {
        let what = if self.numbers.contains(&name) {
            "a parameter"
        } else if self.later.contains(&name) || self.definitions.iter().any(|definition| definition.name == name) {
            "a definition"
        } else if self.size_names.contains(&name) && reserved(name, called, span).is_none() {
            "a size"
        } else {
            let free = self.sizeless && SIZES.contains(&name);
            return reserved(name, called, span).filter(|_| !free);
        };
        Some(Diagnostic::new("C041", span, format!("`{name}` is already {what}")).hint("choose another name"))
    }
}

/// Whether formulas can use the name: a linear system has only those of its unknowns.
pub fn is_named(definition: &Definition) -> bool {
    !matches!(definition.body.node, Node::Linear { .. })
}

fn is_measure(definition: &Definition) -> bool {
    matches!(definition.body.node, Node::Measure { .. })
}

struct Check<'a, 'f> {
    scope: &'a Scope<'a>,
    needs: &'a BTreeMap<&'a str, Needs>,
    bound: Vec<String>,
    faults: &'f mut Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn fault(&mut self, code: &'static str, span: Span, message: String, hint: impl Into<String>) {
        self.faults.push(Diagnostic::new(code, span, message).hint(hint));
    }

    fn expression(&mut self, expr: &Expr) {
        match &expr.node {
            // Equations are checked one side at a time.
            Node::Number(_) | Node::Infinity | Node::Linear { .. } | Node::Unknown { .. } => {}
            Node::Name(name) => self.name(name, expr.span),
            Node::Apply { function, primes, arguments } => self.apply(function, *primes, arguments, expr.span),
            Node::Negate(inner) => self.expression(inner),
            Node::Binary(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            Node::Integral { body, bindings, .. } => {
                let outer = self.bound.len();
                for binding in bindings {
                    self.law(&binding.law, expr.span);
                    for variable in &binding.variables {
                        self.bind(variable, expr.span, true);
                    }
                }
                self.expression(body);
                self.bound.truncate(outer);
            }
            Node::Root { variable, interval, body, .. } => {
                self.interval(interval);
                self.with(variable, expr.span, body);
            }
            Node::Cases { branches, otherwise } => {
                for branch in branches {
                    self.condition(&branch.condition);
                    self.expression(&branch.value);
                }
                self.expression(otherwise);
            }
            Node::Series { variable, term, .. } => self.with(variable, expr.span, term),
            Node::Sum { variable, from, to, term } => {
                self.expression(from);
                self.expression(to);
                self.with(variable, expr.span, term);
            }
            Node::Measure { variable, transform, support, mass } => {
                self.measure_definition(variable, transform, support, mass, expr.span);
            }
            Node::Let { name, value, body } => {
                self.expression(value);
                self.with(name, expr.span, body);
            }
        }
    }

    fn with(&mut self, variable: &str, span: Span, body: &Expr) {
        self.bind(variable, span, false);
        self.expression(body);
        self.bound.pop();
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Compare(_, left, right) => {
                self.expression(left);
                self.expression(right);
            }
            Condition::And(left, right) | Condition::Or(left, right) => {
                self.condition(left);
                self.condition(right);
            }
        }
    }

    fn interval(&mut self, interval: &Interval) {
        self.expression(&interval.low);
        self.expression(&interval.high);
        for (end, closed) in [(&interval.low, interval.low_closed), (&interval.high, interval.high_closed)] {
            let infinite = match &end.node {
                Node::Negate(inner) => inner.node == Node::Infinity,
                node => *node == Node::Infinity,
            };
            if infinite && closed {
                self.fault("C047", end.span, "an infinite end is never reached".into(), "write a round bracket there");
            }
        }
    }

    fn law(&mut self, law: &Law, span: Span) {
        match law {
            Law::Normal | Law::Covariance => {}
            Law::Measure(name) => self.measure(name, span),
            Law::NormalPair(argument) | Law::MarchenkoPastur(argument) => self.expression(argument),
            Law::Spectrum | Law::Spectra => self.spectrum(span),
            Law::Lebesgue(interval) => self.interval(interval),
            Law::Family(_, parameters) => parameters.iter().for_each(|parameter| self.expression(parameter)),
        }
    }

    fn spectrum(&mut self, span: Span) {
        if !self.scope.spectrum {
            let hint = "add `parameter spectrum = exponential`";
            self.fault("C045", span, "this needs the parameter `spectrum`, which the claim does not have".into(), hint);
        }
    }

    /// Brings a variable into scope; it may not hide anything.
    fn bind(&mut self, variable: &str, span: Span, last: bool) {
        self.bind_at(variable, place_of(self.scope.text, span, variable, last));
    }

    fn bind_at(&mut self, variable: &str, place: Span) {
        if self.bound.iter().any(|known| known == variable) {
            let message = format!("`{variable}` already stands for something here");
            self.fault("C041", place, message, "choose another name for the inner variable");
        } else if let Some(fault) = self.scope.hides(variable, false, place) {
            self.faults.push(fault);
        }
        self.bound.push(variable.to_string());
    }

    /// Not inlined, so that the checks of deep formulas take no more stack.
    #[inline(never)]
    fn measure_definition(&mut self, variable: &str, transform: &Expr, support: &Interval, mass: &Expr, span: Span) {
        self.interval(support);
        self.expression(mass);
        self.bind_at(variable, place_after(self.scope.text, span, "stieltjes", variable));
        self.expression(transform);
        self.bound.pop();
    }

    /// The name of a measure that is integrated against.
    fn measure(&mut self, name: &str, span: Span) {
        let place = place_after(self.scope.text, span, "~", name);
        let definition = self.definition(name);
        if definition.is_some_and(is_measure) {
            return self.shared_needs(name, place);
        }
        if self.scope.broken.iter().any(|broken| broken == name) {
            return;
        }
        let form = format!("{name} = measure stieltjes z -> S(z) within [a, b] mass c");
        if definition.is_some() {
            return self.fault(
                "C027",
                place,
                format!("`{name}` is not a measure"),
                format!("a measure is defined by {form}"),
            );
        }
        let advice = if self.scope.later.contains(&name) {
            format!("`{name}` is defined further below: move that definition up")
        } else {
            format!("define it: {form}")
        };
        self.fault("C027", place, format!("unknown measure `{name}`"), advice);
    }

    fn definition(&self, name: &str) -> Option<&Definition> {
        self.scope.definitions.iter().rfind(|definition| definition.name == name)
    }

    fn name(&mut self, name: &str, span: Span) {
        if self.bound.iter().any(|known| known == name) || name == "pi" || self.scope.numbers.contains(&name) {
            return;
        }
        if let Some(definition) = self.definition(name) {
            if !definition.arguments.is_empty() {
                let form = format!("write {name}({})", definition.arguments.join(", "));
                return self.fault("C043", span, format!("`{name}` is a function"), form);
            }
            if is_measure(definition) {
                let form = format!("write Int[f(u) : u ~ {name}]");
                return self.fault("C043", span, format!("`{name}` is a measure, not a number"), form);
            }
            return self.shared_needs(name, span);
        }
        if self.scope.size_names.contains(&name) {
            if !self.scope.sizes {
                let names = self.scope.size_names.join(" and ");
                let hint = format!("only `finite`, and the limit of kind `moment`, may use the sizes {names}");
                self.fault("C046", span, format!("`{name}` has no value in a limit"), hint);
            }
            return;
        }
        if let Some(count) = arity(name) {
            let form = match (name, count) {
                ("hermite", _) => "write hermite(k) with a whole number k".to_string(),
                ("lambda", _) => "write lambda(k) with a whole number k".to_string(),
                (_, 1) => format!("write {name}(x)"),
                _ => format!("write {name}(x, y)"),
            };
            return self.fault("C043", span, format!("`{name}` is a function"), form);
        }
        if LAW_PARAMETERS.contains(&name) {
            let hint = "formulas see it through sigma(x), lambda(k), and E[...] over spectrum, covariance or spectra";
            return self.fault("C042", span, format!("`{name}` is not a number"), hint);
        }
        self.unknown("C042", "name", name, span);
    }

    fn unknown(&mut self, code: &'static str, what: &str, name: &str, span: Span) {
        if self.scope.broken.iter().any(|broken| broken == name) {
            return;
        }
        if self.scope.own == Some(name) {
            let hint = "an unknown that solves an equation is written root x in (a, b) of F";
            return self.fault("C041", span, format!("`{name}` is defined by itself"), hint);
        }
        let is_function = what == "function";
        let advice = if self.scope.later.contains(&name) {
            format!("`{name}` is defined further below: move that definition up")
        } else if let Some((_, other)) = self.scope.lost.iter().find(|(lost, _)| lost == name) {
            if other == name {
                format!(
                    "the shared definition `{name}` is not to be had, as this claim gives the name to something else"
                )
            } else {
                format!(
                    "the shared definition `{name}` uses `{other}`, a name that this claim gives to something else: rename that"
                )
            }
        } else if let Some((_, declaration)) = NUMERIC_PARAMETERS.iter().find(|(known, _)| *known == name) {
            format!("declare it: {declaration}")
        } else if let Some(instead) = if is_function { foreign::function(name) } else { foreign::number(name) } {
            instead
        } else {
            let definitions = self.scope.definitions.iter().filter(|d| d.arguments.is_empty() != is_function);
            let mut known: Vec<&str> = definitions.filter(|d| is_named(d)).map(|d| d.name.as_str()).collect();
            if is_function {
                function_names().chain(["quantile"]).for_each(|name| known.push(name));
            } else {
                known.extend(self.bound.iter().map(String::as_str).chain(self.scope.numbers.iter().copied()));
                known.extend(["pi", "inf"]);
            }
            // Of functions only a slip of the pen is taken for another one.
            if is_function { close(name, known) } else { hint(name, known) }
        };
        self.fault(code, span, format!("unknown {what} `{name}`"), advice);
    }

    /// A shared definition may use what this claim does not declare.
    fn shared_needs(&mut self, name: &str, span: Span) {
        if !self.definition(name).is_some_and(|definition| definition.shared) {
            return;
        }
        let Some(needs) = self.needs.get(name) else { return };
        let mut missing: Vec<&str> = needs.numbers.iter().map(String::as_str).collect();
        missing.retain(|number| !self.scope.numbers.contains(number));
        let declarations: Vec<&str> = missing
            .iter()
            .filter_map(|number| NUMERIC_PARAMETERS.iter().find(|(known, _)| known == number).map(|(_, form)| *form))
            .chain((needs.spectrum && !self.scope.spectrum).then_some("parameter spectrum = exponential"))
            .collect();
        if !declarations.is_empty() {
            let message = format!("the shared definition `{name}` needs a parameter that this claim does not have");
            self.fault("C045", span, message, format!("add `{}`", declarations.join("` and `")));
        }
    }

    fn apply(&mut self, function: &str, primes: u32, arguments: &[Expr], span: Span) {
        if function == "quantile" {
            return self.quantile(primes, arguments, span);
        }
        if function == "lambda" {
            return self.lambda(primes, arguments, span);
        }
        arguments.iter().for_each(|argument| self.expression(argument));
        let builtin = arity(function);
        let defined = self.definition(function).map(|definition| definition.arguments.len());
        let number = self.bound.iter().any(|known| known == function) || self.scope.numbers.contains(&function);
        if builtin.is_some() && (number || defined == Some(0)) {
            let place = Span { start: span.start, end: span.start + function.len() };
            let message =
                format!("`{function}` is a number of this claim, and a function of the language before a bracket");
            let hint = format!("write {function}*(...) for a product; to call the function, rename the number");
            return self.fault("C043", place, message, hint);
        }
        let head = Span { start: span.start, end: span.start + function.len() + primes as usize };
        let count = match (builtin, defined) {
            (Some(count), _) => count,
            (None, Some(0)) => {
                let hint = format!("multiplication is always written: {function}*(...)");
                return self.fault("C043", head, format!("`{function}` is not a function"), hint);
            }
            (None, Some(count)) => {
                self.shared_needs(function, head);
                count
            }
            (None, None) => {
                let is_value = self.bound.iter().any(|known| known == function)
                    || self.scope.numbers.contains(&function)
                    || function == "pi"
                    || self.scope.size_names.contains(&function);
                return if is_value {
                    let hint = format!("multiplication is always written: {function}*(...)");
                    self.fault("C043", head, format!("`{function}` is not a function"), hint);
                } else {
                    self.unknown("C042", "function", function, head);
                };
            }
        };
        if arguments.len() != count {
            let plural = if count == 1 { "argument" } else { "arguments" };
            let message = format!("`{function}` takes {count} {plural}, not {}", arguments.len());
            self.fault("C044", span, message, "arguments are separated by commas");
        }
        if primes == 0 {
            return;
        }
        if builtin.is_some() && !matches!(function, "sigma" | "digamma" | "exprel") {
            let hint =
                "a prime is for sigma and for defined functions of one argument: define f(x) = ... and write f'(x)";
            self.fault("C048", head, format!("`{function}` takes no prime"), hint);
        } else if builtin.is_none() && count != 1 {
            let hint = "a prime is for functions of one argument";
            self.fault("C048", head, format!("`{function}` has {count} arguments and takes no prime"), hint);
        } else if primes > MAX_PRIMES {
            let hint = format!("at most {MAX_PRIMES} primes");
            self.fault("C048", head, format!("the derivative of `{function}` is of too high an order"), hint);
        }
    }

    fn lambda(&mut self, primes: u32, arguments: &[Expr], span: Span) {
        let hint =
            format!("lambda(k) is a Hermite coefficient of the activation, k a whole number from 0 to {MAX_HERMITE}");
        let order = match arguments {
            [argument] => literal(argument).filter(|k| k.is_int()).and_then(|k| u64::try_from(k.into_parts().0).ok()),
            _ => None,
        };
        if primes > 0 || order.is_none_or(|k| k > MAX_HERMITE) {
            self.fault("C049", span, "this is not a Hermite coefficient".into(), hint);
        }
    }

    fn quantile(&mut self, primes: u32, arguments: &[Expr], span: Span) {
        let hint = "write quantile(spectrum, p) or quantile(covariance, p)";
        match arguments {
            [Expr { node: Node::Name(law), .. }, p] if primes == 0 && (law == "spectrum" || law == "covariance") => {
                if law == "spectrum" {
                    self.spectrum(span);
                }
                self.expression(p);
            }
            _ => self.fault("C049", span, "this is not a quantile function".into(), hint),
        }
    }
}
