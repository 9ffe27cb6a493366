//! Elements of MathML as text: one with its children, several as one, one with scripts.

/// An element with its children.
pub fn element(name: &str, children: &[String]) -> String {
    format!("<{name}>{}</{name}>", children.concat())
}

/// Several elements as one.
pub fn one(mut elements: Vec<String>) -> String {
    match elements.len() {
        1 => elements.remove(0),
        _ => element("mrow", &elements),
    }
}

/// An element with scripts; those of a sum stand below and above it.
pub fn scripted(base: String, below: Option<String>, above: Option<String>) -> String {
    let sum = base == "<mo>\u{2211}</mo>";
    match (below, above) {
        (Some(below), Some(above)) => element(if sum { "munderover" } else { "msubsup" }, &[base, below, above]),
        (Some(below), None) => element(if sum { "munder" } else { "msub" }, &[base, below]),
        (None, Some(above)) => element("msup", &[base, above]),
        (None, None) => base,
    }
}
