//! A claim's statement as formulas to be set, and keeping the LaTeX of it in the Markdown in step with the formula.

use super::document::{BlockKind, find_block};
use super::types::{Claim, Kind, Sense};
use crate::symbolic::typeset::Typeset;
use crate::symbolic::{Expr, Family, Law, Layout, Node};

const OPEN: &str = "<!-- statement -->";
const CLOSE: &str = "<!-- /statement -->";

/// A claim in parts, each to be written as LaTeX.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What tends to what, or equals what.
    pub limit: Layout,
    /// The exact expectation at finite size, if the claim has one.
    pub finite: Option<Layout>,
    /// What the formula uses: the last definition first, then notation (Hermite coefficients, laws).
    pub definitions: Vec<Layout>,
    /// Domains of the parameters, and what `require` says.
    pub hypotheses: Vec<Layout>,
}

/// The statement of a claim.
pub fn statement(claim: &Claim) -> Statement {
    let typeset = Typeset::new(&claim.symbols);
    let symbol = claim.observable.as_ref().map_or("L", |observable| observable.symbol());
    let expected = || {
        let inside = Layout::fenced("\\left[", Layout::piece(symbol), "\\right]");
        Layout::row([Layout::piece("\\mathbb{E}"), inside])
    };
    let relation = match claim.sense {
        Sense::AtLeast => "\\ge",
        Sense::AtMost => "\\le",
    };
    let observed = claim.observable.is_some() || claim.samples.is_some();
    let mut limit = match (claim.kind, observed) {
        (Kind::Identity | Kind::Monotone, _) | (Kind::Bound, false) => vec![],
        (Kind::Bound, true) => vec![Layout::piece(format!("{symbol} {relation} "))],
        (Kind::Moment, true) => vec![expected(), Layout::piece(" = ")],
        (Kind::Rate, true) => vec![expected(), Layout::piece(" \\asymp ")],
        (_, true) => vec![Layout::piece(format!("{symbol} \\longrightarrow "))],
        (_, false) => vec![Layout::piece(format!("{symbol} = "))],
    };
    limit.push(typeset.expression(&claim.limit));
    if let Some(alternative) = &claim.alternative {
        let equals = if claim.kind == Kind::Bound { relation } else { "=" };
        limit.extend([Layout::piece(format!(" {equals} ")), typeset.expression(alternative)]);
    }
    if let Some(growth) = &claim.growth {
        limit.extend([Layout::piece(" \\quad \\text{per unit of } "), typeset.expression(growth)]);
    }
    if let Some(along) = &claim.along {
        let way = if along.increasing { "increasing" } else { "decreasing" };
        limit.extend([
            Layout::piece(format!(" \\quad \\text{{is {way} in }} ")),
            typeset.name(&along.parameter),
            Layout::piece(format!(" \\in [{}, {}]", along.low, along.high)),
        ]);
    }
    let finite = claim.finite.as_ref().map(|finite| {
        let mut row = vec![expected(), Layout::piece(" = "), typeset.expression(&finite.formula)];
        if let Some(when) = &finite.when {
            row.extend([Layout::piece(" \\quad \\text{if } "), typeset.condition(when)]);
        }
        Layout::Row(row)
    });
    let definitions = claim.definitions.iter().rev().filter_map(|definition| typeset.definition(definition));
    let definitions = definitions.chain(notation(claim).into_iter().map(Layout::piece)).collect();
    let domains = claim.parameters.iter().filter_map(|parameter| {
        let text = parameter.domain?.to_string().replace("inf", "\\infty").replace("3.141592653589793", "\\pi");
        Some(Layout::row([typeset.name(&parameter.name), Layout::piece(format!(" \\in {text}"))]))
    });
    let hypotheses = domains.chain(claim.require.iter().map(|condition| typeset.condition(condition))).collect();
    Statement { limit: Layout::Row(limit), finite, definitions, hypotheses }
}

/// What the formulas of the claim write without defining it.
fn notation(claim: &Claim) -> Vec<&'static str> {
    const LINES: [(&str, &str); 10] = [
        (
            "lambda",
            "\\lambda_k = \\mathbb{E}_{g \\sim \\mathcal{N}(0, 1)}\\left[\\sigma(g) \\thinspace \\mathrm{He}_k(g)\\right]",
        ),
        (
            "hermite",
            "h_k = \\mathbb{E}_{g \\sim \\mathcal{N}(0, 1)}\\left[\\sigma(g) \\thinspace \\mathrm{He}_k(g)\\right] / \\sqrt{k!}",
        ),
        ("normal", "\\mathcal{N}_2(c) \\text{: two standard Gaussians with correlation } c"),
        ("mp", "\\mathrm{MP}(\\rho) \\text{: Marchenko-Pastur law with ratio } \\rho \\text{, atom at 0 included}"),
        ("semicircle", "\\mathrm{SC}(r) \\text{: semicircle law on } [-r, r]"),
        ("spectrum", "\\mu_B \\text{: limiting law of the eigenvalues of } B"),
        ("covariance", "\\mu_{\\Gamma} \\text{: limiting law of the eigenvalues of } d \\thinspace \\Gamma"),
        (
            "spectra",
            "\\mu_{B,\\Gamma} \\text{: limiting law of the pairs of eigenvalues of } B \\text{ and } d \\thinspace \\Gamma",
        ),
        ("quantile spectrum", "Q_{B} \\text{: quantile function of the eigenvalues of } B"),
        ("quantile covariance", "Q_{\\Gamma} \\text{: quantile function of the eigenvalues of } d \\thinspace \\Gamma"),
    ];
    let mut used: Vec<&str> = Vec::new();
    let mut look = |expr: &Expr| match &expr.node {
        Node::Apply { function, .. } if function == "lambda" => used.push("lambda"),
        Node::Apply { function, .. } if function == "hermite" => used.push("hermite"),
        Node::Apply { function, arguments, .. } if function == "quantile" => {
            let of_spectrum = arguments.first().is_some_and(|law| law.node == Node::Name("spectrum".to_string()));
            used.push(if of_spectrum { "quantile spectrum" } else { "quantile covariance" });
        }
        Node::Integral { bindings, .. } => used.extend(bindings.iter().filter_map(|binding| match binding.law {
            Law::NormalPair(_) => Some("normal"),
            Law::MarchenkoPastur(_) => Some("mp"),
            Law::Spectrum => Some("spectrum"),
            Law::Covariance => Some("covariance"),
            Law::Spectra => Some("spectra"),
            Law::Family(Family::Semicircle, _) => Some("semicircle"),
            Law::Normal | Law::Lebesgue(_) | Law::Measure(_) | Law::Family(..) => None,
        })),
        _ => {}
    };
    let formulas = [&claim.limit].into_iter().chain(&claim.alternative).chain(&claim.growth);
    let formulas = formulas.chain(claim.finite.iter().map(|f| &f.formula));
    formulas.chain(claim.definitions.iter().map(|d| &d.body)).for_each(|expr| expr.visit(&mut |inner| look(inner)));
    claim.require.iter().for_each(|condition| condition.visit(&mut |inner| look(inner)));
    LINES.iter().filter(|(key, _)| used.contains(key)).map(|(_, line)| *line).collect()
}

/// The statement as Markdown: each formula a display block of one line.
pub(crate) fn markdown(claim: &Claim) -> String {
    let Statement { limit, finite, definitions, hypotheses } = statement(claim);
    let block = |formula: &Layout| format!("$$\n{}\n$$\n", formula.latex());
    let mut text = block(&limit);
    if !definitions.is_empty() {
        text += "\nwhere\n";
        definitions.iter().for_each(|definition| text += &format!("\n{}", block(definition)));
    }
    if !hypotheses.is_empty() {
        text += &format!("\nfor\n\n{}", block(&Layout::list(hypotheses, ",\\quad ")));
    }
    if let Some(finite) = finite {
        text += &format!("\nAt finite size\n\n{}", block(&finite));
    }
    text
}

/// `text`, the claim's own file, with the statement between its markers made anew; without markers they are put behind
/// the claim block. Idempotent; keeps `\r\n` line ends.
pub fn sync(text: &str, claim: &Claim) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let made = format!("{OPEN}\n{}{CLOSE}", markdown(claim)).replace('\n', end);
    if let Some((start, stop)) = markers(text) {
        return format!("{}{made}{}", &text[..start], &text[stop..]);
    }
    let Ok(block) = find_block(text, BlockKind::Claim) else { return text.to_string() };
    let (before, after) = text.split_at(block.whole.end);
    let gap = if before.ends_with('\n') { end.to_string() } else { end.repeat(2) };
    format!("{before}{gap}{made}{end}{after}")
}

/// True if the file's statement is what its formula says.
pub fn is_in_step(text: &str, claim: &Claim) -> bool {
    sync(text, claim) == text
}

/// The first opening marker with its closing one: a closing marker pairs with the last opening one before it, so that a
/// lone marker never swallows prose.
fn markers(text: &str) -> Option<(usize, usize)> {
    text.match_indices(CLOSE).find_map(|(close, _)| {
        let open = text[..close].rfind(OPEN)?;
        let clean = !text[open..close].contains(CLOSE);
        clean.then_some((open, close + CLOSE.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Definitions;

    const TEXT: &str = "# T\n\n```claim\nclaim t\ntitle T\nkind limit\nstatus derived\nsource S\n\
        parameter rho = 1 in (0, inf)\nsimulator rf\nobservable test-error\nbias d^-1\ngrid\n\
        k_star = 2*lambda(2)\nsymbol k_star \\kappa^*\nrequire rho <= 4\n\
        limit k_star^2/(1+rho)\nalt 4*lambda(2)^2/(1+rho)\nfinite 1 - m/d when rho < 1\n```\nProse.\n";

    fn claim(text: &str) -> Claim {
        crate::testing::read_claim("t.md", text, &Definitions::default(), &|_| Err(String::new()))
            .unwrap_or_else(|why| panic!("{why}"))
    }

    #[test]
    fn statement_has_its_parts() {
        let parts = statement(&claim(TEXT));
        assert_eq!(
            parts.limit.latex(),
            r"\varepsilon \longrightarrow \frac{(\kappa^*)^2}{1 + \rho} = \frac{4 \lambda_2^2}{1 + \rho}"
        );
        assert_eq!(
            parts.finite.unwrap().latex(),
            r"\mathbb{E}\left[\varepsilon\right] = 1 - \frac{m}{d} \quad \text{if } \rho \lt 1"
        );
        assert_eq!(parts.definitions[0].latex(), r"\kappa^* = 2 \lambda_2");
        assert!(parts.definitions[1].latex().starts_with(r"\lambda_k = "));
        let hypotheses: Vec<String> = parts.hypotheses.iter().map(Layout::latex).collect();
        assert_eq!(hypotheses, [r"\rho \in (0, \infty)", r"\rho \le 4"]);
    }

    #[test]
    fn sync_is_idempotent_and_keeps_the_prose() {
        for text in [TEXT.to_string(), TEXT.replace('\n', "\r\n"), TEXT.trim_end_matches("\nProse.\n").to_string()] {
            let once = sync(&text, &claim(&text));
            assert!(!is_in_step(&text, &claim(&text)) && is_in_step(&once, &claim(&once)), "{once}");
            assert_eq!(once.matches(OPEN).count(), 1);
            assert_eq!(text.contains("Prose."), once.contains("Prose."));
            assert!(!text.contains('\r') || !once.replace("\r\n", "").contains('\n'));
        }
    }

    #[test]
    fn a_changed_formula_is_out_of_step_until_synced() {
        let once = sync(TEXT, &claim(TEXT));
        let changed = once.replace("alt 4*lambda", "alt 5*lambda");
        assert!(!is_in_step(&changed, &claim(&changed)));
        assert_eq!(
            sync(&changed, &claim(&changed)),
            once.replace("alt 4*lambda", "alt 5*lambda").replace("frac{4 ", "frac{5 ")
        );
    }

    #[test]
    fn a_lone_marker_swallows_nothing() {
        let lone = format!("{OPEN}\nkept\n{TEXT}");
        let once = sync(&lone, &claim(&lone));
        assert!(once.contains("kept") && is_in_step(&once, &claim(&once)));
    }

    /// GitHub's Markdown takes a backslash before punctuation as its own.
    #[test]
    fn no_backslash_stands_before_punctuation() {
        for claim in crate::testing::catalogue().claims.clone() {
            let text = markdown(&claim);
            let bytes = text.as_bytes();
            for at in 0..bytes.len() {
                assert!(bytes[at] != b'\\' || bytes[at + 1].is_ascii_alphabetic(), "{}: {text}", claim.id);
            }
        }
    }
}
