//! A formula as it is set: what stands beside, above and below what. Written as LaTeX.

/// A part of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// LaTeX of a symbol, a number, a sign or words, complete in itself, with the spaces around it.
    Piece(String),
    /// Parts side by side.
    Row(Vec<Layout>),
    /// A numerator above a denominator, with a line between.
    Fraction(Box<Layout>, Box<Layout>),
    /// A square root.
    Root(Box<Layout>),
    /// Something with parts at its lower and upper right, or below and above a sum.
    Scripts(Box<Scripts>),
    /// Something between brackets, which are as high as it is if their LaTeX begins with `\left`.
    Fenced {
        /// LaTeX of the bracket before, with the space behind it.
        open: &'static str,
        /// What the brackets hold.
        body: Box<Layout>,
        /// LaTeX of the bracket behind.
        close: &'static str,
    },
    /// A function and its arguments in brackets.
    Call(Box<Layout>, Box<Layout>),
    /// A derivative of a function, of this order.
    Primed(Box<Layout>, u32),
    /// Rows below each other, in two columns.
    Table {
        /// `cases` (with a brace at its left) or `aligned`.
        environment: &'static str,
        /// Cells, row by row.
        rows: Vec<Vec<Layout>>,
    },
}

/// What [`Layout::Scripts`] holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripts {
    /// What the scripts belong to.
    pub base: Layout,
    /// The lower one.
    pub below: Option<Layout>,
    /// The upper one.
    pub above: Option<Layout>,
    /// LaTeX has no braces around a script of one letter.
    tight: bool,
}

impl Layout {
    /// See [`Layout::Piece`].
    pub fn piece(latex: impl Into<String>) -> Layout {
        Layout::Piece(latex.into())
    }

    /// Parts side by side.
    pub fn row<const N: usize>(parts: [Layout; N]) -> Layout {
        Layout::Row(parts.into())
    }

    /// Parts side by side, with the LaTeX `separator` between any two.
    pub fn list(parts: impl IntoIterator<Item = Layout>, separator: &str) -> Layout {
        let mut row = Vec::new();
        for part in parts {
            if !row.is_empty() {
                row.push(Layout::piece(separator));
            }
            row.push(part);
        }
        Layout::Row(row)
    }

    /// A fraction.
    pub fn fraction(top: Layout, bottom: Layout) -> Layout {
        Layout::Fraction(Box::new(top), Box::new(bottom))
    }

    /// A square root.
    pub fn root(inside: Layout) -> Layout {
        Layout::Root(Box::new(inside))
    }

    /// Something between brackets; see [`Layout::Fenced`].
    pub fn fenced(open: &'static str, body: Layout, close: &'static str) -> Layout {
        Layout::Fenced { open, body: Box::new(body), close }
    }

    /// A function and its arguments, brackets included.
    pub fn call(function: Layout, arguments: Layout) -> Layout {
        Layout::Call(Box::new(function), Box::new(arguments))
    }

    /// A function with primes; itself if there are none.
    pub fn primed(function: Layout, primes: u32) -> Layout {
        if primes == 0 { function } else { Layout::Primed(Box::new(function), primes) }
    }

    /// An exponent, without braces where it is one letter.
    pub fn power(base: Layout, exponent: Layout) -> Layout {
        Layout::scripts(base, None, Some(exponent), true)
    }

    /// An index, without braces where it is one letter.
    pub fn index(base: Layout, below: Layout) -> Layout {
        Layout::scripts(base, Some(below), None, true)
    }

    /// Something above, always in braces.
    pub fn above(base: Layout, above: Layout) -> Layout {
        Layout::scripts(base, None, Some(above), false)
    }

    /// Something below, always in braces.
    pub fn below(base: Layout, below: Layout) -> Layout {
        Layout::scripts(base, Some(below), None, false)
    }

    /// Something below and above, always in braces.
    pub fn both(base: Layout, below: Layout, above: Layout) -> Layout {
        Layout::scripts(base, Some(below), Some(above), false)
    }

    fn scripts(base: Layout, below: Option<Layout>, above: Option<Layout>, tight: bool) -> Layout {
        Layout::Scripts(Box::new(Scripts { base, below, above, tight }))
    }

    /// The formula in LaTeX, without dollar signs.
    pub fn latex(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Layout::Piece(latex) => out.push_str(latex),
            Layout::Row(parts) => parts.iter().for_each(|part| part.write(out)),
            Layout::Fraction(top, bottom) => {
                out.push_str("\\frac");
                braces(top, out);
                braces(bottom, out);
            }
            Layout::Root(inside) => {
                out.push_str("\\sqrt");
                braces(inside, out);
            }
            Layout::Scripts(scripts) => {
                scripts.base.write(out);
                for (sign, script) in [('_', &scripts.below), ('^', &scripts.above)] {
                    let Some(script) = script else { continue };
                    out.push(sign);
                    let latex = script.latex();
                    if scripts.tight && latex.len() == 1 { out.push_str(&latex) } else { braces(script, out) }
                }
            }
            Layout::Fenced { open, body, close } => {
                out.push_str(open);
                body.write(out);
                out.push_str(close);
            }
            Layout::Call(function, arguments) => {
                function.write(out);
                arguments.write(out);
            }
            Layout::Primed(function, primes) => {
                function.write(out);
                out.push_str(&"'".repeat(*primes as usize));
            }
            Layout::Table { environment, rows } => {
                out.push_str(&format!("\\begin{{{environment}}} "));
                for (k, row) in rows.iter().enumerate() {
                    out.push_str(if k == 0 { "" } else { " \\cr " });
                    for (k, cell) in row.iter().enumerate() {
                        out.push_str(if k == 0 { "" } else { " & " });
                        cell.write(out);
                    }
                }
                out.push_str(&format!(" \\end{{{environment}}}"));
            }
        }
    }
}

fn braces(inside: &Layout, out: &mut String) {
    out.push('{');
    inside.write(out);
    out.push('}');
}
