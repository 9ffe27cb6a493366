//! Short pieces of LaTeX (symbols, signs, words, notation) as MathML elements.
//!
//! Reads what our own formulas and the `symbol` lines of claims have; a command that is not in the tables is shown as it is
//! written.

use super::element::{element, one, scripted};
use std::iter::Peekable;
use std::str::Chars;

/// Letters by their names.
const LETTERS: [(&str, char); 44] = [
    ("alpha", 'α'),
    ("beta", 'β'),
    ("gamma", 'γ'),
    ("delta", 'δ'),
    ("epsilon", 'ϵ'),
    ("varepsilon", 'ε'),
    ("zeta", 'ζ'),
    ("eta", 'η'),
    ("theta", 'θ'),
    ("vartheta", 'ϑ'),
    ("iota", 'ι'),
    ("kappa", 'κ'),
    ("lambda", 'λ'),
    ("mu", 'μ'),
    ("nu", 'ν'),
    ("xi", 'ξ'),
    ("pi", 'π'),
    ("rho", 'ρ'),
    ("varrho", 'ϱ'),
    ("sigma", 'σ'),
    ("varsigma", 'ς'),
    ("tau", 'τ'),
    ("upsilon", 'υ'),
    ("phi", 'ϕ'),
    ("varphi", 'φ'),
    ("chi", 'χ'),
    ("psi", 'ψ'),
    ("omega", 'ω'),
    ("Gamma", 'Γ'),
    ("Delta", 'Δ'),
    ("Theta", 'Θ'),
    ("Lambda", 'Λ'),
    ("Xi", 'Ξ'),
    ("Pi", 'Π'),
    ("Sigma", 'Σ'),
    ("Upsilon", 'Υ'),
    ("Phi", 'Φ'),
    ("Psi", 'Ψ'),
    ("Omega", 'Ω'),
    ("ell", 'ℓ'),
    ("infty", '∞'),
    ("nabla", '∇'),
    ("partial", '∂'),
    ("hbar", 'ℏ'),
];

/// Signs by their names.
const SIGNS: [(&str, char); 34] = [
    ("sim", '∼'),
    ("in", '∈'),
    ("longrightarrow", '⟶'),
    ("rightarrow", '→'),
    ("to", '→'),
    ("mapsto", '↦'),
    ("asymp", '≍'),
    ("approx", '≈'),
    ("equiv", '≡'),
    ("propto", '∝'),
    ("lt", '<'),
    ("gt", '>'),
    ("le", '≤'),
    ("leq", '≤'),
    ("ge", '≥'),
    ("geq", '≥'),
    ("ne", '≠'),
    ("cdot", '⋅'),
    ("times", '×'),
    ("otimes", '⊗'),
    ("oplus", '⊕'),
    ("odot", '⊙'),
    ("pm", '±'),
    ("circ", '∘'),
    ("ast", '∗'),
    ("star", '⋆'),
    ("parallel", '∥'),
    ("perp", '⊥'),
    ("top", '⊤'),
    ("dagger", '†'),
    ("int", '∫'),
    ("sum", '∑'),
    ("prod", '∏'),
    ("prime", '′'),
];

/// Brackets by their names.
const BRACKETS: [(&str, &str); 18] = [
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    ("|", "|"),
    (".", ""),
    ("\\lbrace", "{"),
    ("\\rbrace", "}"),
    ("\\lvert", "|"),
    ("\\rvert", "|"),
    ("\\vert", "|"),
    ("\\lVert", "‖"),
    ("\\rVert", "‖"),
    ("\\Vert", "‖"),
    ("\\langle", "⟨"),
    ("\\rangle", "⟩"),
    ("\\lfloor", "⌊"),
    ("\\rfloor", "⌋"),
];

/// Functions that are written as a word.
const FUNCTIONS: [&str; 17] = [
    "ln", "log", "exp", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "min", "max", "det",
    "sup", "lim",
];

const SPACES: [(&str, &str); 4] = [("thinspace", "0.17em"), ("enspace", "0.5em"), ("quad", "1em"), ("qquad", "2em")];

const ACCENTS: [(&str, char); 5] = [("bar", '¯'), ("hat", '^'), ("tilde", '~'), ("dot", '˙'), ("vec", '→')];

/// The elements of a piece, side by side.
pub fn read(latex: &str) -> Vec<String> {
    Reader { rest: latex.chars().peekable(), depth: 0 }.elements(&|_| false)
}

/// A bracket; none for a full stop.
pub fn bracket(latex: &str, form: &str, high: bool) -> Vec<String> {
    let known = BRACKETS.iter().find(|(name, _)| *name == latex).map_or(latex, |(_, sign)| *sign);
    match known {
        "" => vec![],
        sign => vec![format!("<mo fence=\"true\" form=\"{form}\" stretchy=\"{high}\">{}</mo>", escape(sign))],
    }
}

/// Braces within braces that are followed; a symbol has a few.
const DEEPEST: u32 = 50;

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    depth: u32,
}

/// A part of a piece.
enum Part {
    Element(String),
    Nothing,
    /// `\right` with its bracket, at which the part behind the matching `\left` ends.
    Right(String),
}

impl Reader<'_> {
    /// Elements up to a character at which `ends` is true, which is taken too.
    fn elements(&mut self, ends: &dyn Fn(char) -> bool) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        while let Some(c) = self.rest.next() {
            if ends(c) {
                break;
            }
            match c {
                '_' | '^' => {
                    let base = found.pop().unwrap_or_else(|| "<mrow></mrow>".to_string());
                    found.push(self.scripts(base, c));
                }
                '\'' => {
                    let base = found.pop().unwrap_or_else(|| "<mrow></mrow>".to_string());
                    found.push(scripted(base, None, Some("<mo>\u{2032}</mo>".to_string())));
                }
                c => match self.part(c) {
                    Part::Element(element) => found.push(element),
                    Part::Nothing => {}
                    Part::Right(close) => {
                        found.extend(bracket(&close, "postfix", true));
                        break;
                    }
                },
            }
        }
        found
    }

    /// Both scripts of an element, in either order.
    fn scripts(&mut self, base: String, first: char) -> String {
        let (mut below, mut above) = (None, None);
        let mut sign = Some(first);
        while let Some(c) = sign {
            let argument = self.argument();
            if c == '_' {
                below = Some(argument)
            } else {
                above = Some(argument)
            }
            let open = if below.is_none() { '_' } else { '^' };
            let more = (below.is_none() || above.is_none()) && self.rest.peek() == Some(&open);
            sign = if more { self.rest.next() } else { None };
        }
        scripted(base, below, above)
    }

    /// A group in braces, or the next part.
    fn argument(&mut self) -> String {
        while self.rest.peek() == Some(&' ') {
            self.rest.next();
        }
        match self.rest.next().map(|c| self.part(c)) {
            Some(Part::Element(element)) => element,
            _ => "<mrow></mrow>".to_string(),
        }
    }

    fn part(&mut self, c: char) -> Part {
        Part::Element(match c {
            ' ' | '&' => return Part::Nothing,
            '{' if self.depth < DEEPEST => {
                self.depth += 1;
                let inside = self.elements(&|c| c == '}');
                self.depth -= 1;
                one(inside)
            }
            '{' | '}' => return Part::Nothing,
            '0'..='9' => {
                let mut digits = c.to_string();
                while let Some(next) = self.rest.next_if(|next| next.is_ascii_digit() || *next == '.') {
                    digits.push(next);
                }
                format!("<mn>{digits}</mn>")
            }
            'a'..='z' | 'A'..='Z' => format!("<mi>{c}</mi>"),
            '(' | '[' => bracket(&c.to_string(), "prefix", false).concat(),
            ')' | ']' => bracket(&c.to_string(), "postfix", false).concat(),
            '-' => "<mo>\u{2212}</mo>".to_string(),
            '\\' => return self.command(),
            c if c.is_alphabetic() => format!("<mi>{c}</mi>"),
            c => format!("<mo>{}</mo>", escape(&c.to_string())),
        })
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(char::is_ascii_alphabetic) {
            word.push(c);
        }
        word
    }

    /// What stands behind a backslash.
    fn command(&mut self) -> Part {
        let name = self.word();
        let name = name.as_str();
        let letter = LETTERS.iter().find(|(known, _)| *known == name).map(|(_, letter)| format!("<mi>{letter}</mi>"));
        let sign = || SIGNS.iter().find(|(known, _)| *known == name);
        let sign = || sign().map(|(_, sign)| format!("<mo>{}</mo>", escape(&sign.to_string())));
        let function = || FUNCTIONS.contains(&name).then(|| format!("<mi>{name}</mi>"));
        let space = || SPACES.iter().find(|(known, _)| *known == name);
        let space = || space().map(|(_, width)| format!("<mspace width=\"{width}\"></mspace>"));
        if let Some(element) = letter.or_else(sign).or_else(function).or_else(space) {
            return Part::Element(element);
        }
        if let Some((_, accent)) = ACCENTS.iter().find(|(known, _)| *known == name) {
            let base = self.argument();
            return Part::Element(format!("<mover accent=\"true\">{base}<mo stretchy=\"false\">{accent}</mo></mover>"));
        }
        let bar = format!("\\{name}");
        if BRACKETS.iter().any(|(known, _)| *known == bar) {
            let form = if name.starts_with('r') { "postfix" } else { "prefix" };
            return Part::Element(bracket(&bar, form, false).concat());
        }
        Part::Element(match name {
            "frac" => {
                let top = self.argument();
                element("mfrac", &[top, self.argument()])
            }
            "sqrt" => element("msqrt", &[self.argument()]),
            "left" if self.depth < DEEPEST => {
                let open = bracket(&self.bracket_name(), "prefix", true);
                self.depth += 1;
                let inside = self.elements(&|_| false);
                self.depth -= 1;
                element("mrow", &[open, inside].concat())
            }
            "right" => return Part::Right(self.bracket_name()),
            "text" => words(&self.raw()),
            "mathrm" | "operatorname" => upright(&self.raw()),
            "mathbb" | "mathcal" | "mathfrak" => {
                let alphabet = name.to_string();
                let letters: String = self.raw().chars().map(|c| in_alphabet(&alphabet, c)).collect();
                format!("<mi>{}</mi>", escape(&letters))
            }
            unknown => format!("<mtext>\\{}</mtext>", escape(unknown)),
        })
    }

    /// The bracket behind `\left` or `\right`.
    fn bracket_name(&mut self) -> String {
        match self.rest.next() {
            Some('\\') => format!("\\{}", self.word()),
            Some(c) => c.to_string(),
            None => ".".to_string(),
        }
    }

    /// What the next braces hold, unread; or one character.
    fn raw(&mut self) -> String {
        match self.rest.next() {
            Some('{') => {
                let mut inside = String::new();
                let mut depth = 0;
                for c in self.rest.by_ref() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    inside.push(c);
                }
                inside
            }
            Some(c) => c.to_string(),
            None => String::new(),
        }
    }
}

/// Words between formulas; the spaces at their ends would be dropped.
fn words(text: &str) -> String {
    let inner = text.trim();
    let space = |has: bool| if has { "\u{a0}" } else { "" };
    let (before, after) = (space(text.starts_with(' ')), space(text.ends_with(' ')));
    format!("<mtext>{before}{}{after}</mtext>", escape(inner))
}

/// Letters that do not lean.
fn upright(text: &str) -> String {
    let inner = text.trim();
    let variant = if inner.chars().count() == 1 { " mathvariant=\"normal\"" } else { "" };
    format!("<mi{variant}>{}</mi>", escape(inner))
}

/// A capital of a mathematical alphabet; a few stand elsewhere in Unicode than the others. Small letters of Fraktur too.
fn in_alphabet(alphabet: &str, c: char) -> char {
    let elsewhere = match (alphabet, c) {
        ("mathbb", 'C') => 'ℂ',
        ("mathbb", 'H') => 'ℍ',
        ("mathbb", 'N') => 'ℕ',
        ("mathbb", 'P') => 'ℙ',
        ("mathbb", 'Q') => 'ℚ',
        ("mathbb", 'R') => 'ℝ',
        ("mathbb", 'Z') => 'ℤ',
        ("mathcal", 'B') => 'ℬ',
        ("mathcal", 'E') => 'ℰ',
        ("mathcal", 'F') => 'ℱ',
        ("mathcal", 'H') => 'ℋ',
        ("mathcal", 'I') => 'ℐ',
        ("mathcal", 'L') => 'ℒ',
        ("mathcal", 'M') => 'ℳ',
        ("mathcal", 'R') => 'ℛ',
        ("mathfrak", 'C') => 'ℭ',
        ("mathfrak", 'H') => 'ℌ',
        ("mathfrak", 'I') => 'ℑ',
        ("mathfrak", 'R') => 'ℜ',
        ("mathfrak", 'Z') => 'ℨ',
        _ => c,
    };
    if elsewhere != c {
        return elsewhere;
    }
    let first = match (alphabet, c) {
        ("mathbb", 'A'..='Z') => 0x1D538 + (c as u32 - 'A' as u32),
        ("mathcal", 'A'..='Z') => 0x1D49C + (c as u32 - 'A' as u32),
        ("mathfrak", 'A'..='Z') => 0x1D504 + (c as u32 - 'A' as u32),
        ("mathfrak", 'a'..='z') => 0x1D51E + (c as u32 - 'a' as u32),
        _ => c as u32,
    };
    char::from_u32(first).unwrap_or(c)
}

/// Text that HTML and XML read as it stands.
fn escape(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
