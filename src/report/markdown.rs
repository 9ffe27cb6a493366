//! Pieces of Markdown as GitHub renders it: escaped text, tables, formulas, links, comma-separated values.

/// Text that Markdown shows as it stands, also within a table: no markup, no HTML, no formula, one line.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '$' | '~' | '#' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Text for HTML outside of Markdown.
pub fn html(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A command as an indented code block, which needs no escapes.
pub fn command(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("    {}\n", line.trim())
}

/// A displayed formula on lines of its own. The formula stays on one line, so that none of its lines reads as a
/// list or a heading, and `<` is spelt out, so that it does not open a tag.
pub fn formula(latex: &str) -> String {
    format!("$$\n{}\n$$\n", spelt(latex))
}

/// A formula as [`formula`] writes it.
pub fn spelt(latex: &str) -> String {
    let spelt = latex.replace('<', "\\lt ").replace('>', "\\gt ");
    spelt.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A drawing that has a version for light and one for dark pages, by its path without ending. GitHub shows the one that suits the reader's theme.
pub fn picture(alt: &str, path: &str) -> String {
    let alt = html(alt).replace('"', "&quot;");
    format!(
        "<picture><source media=\"(prefers-color-scheme: dark)\" srcset=\"{path}-dark.svg\"><img alt=\"{alt}\" src=\"{path}.svg\"></picture>\n"
    )
}

/// Alignment of a table's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Right,
}

/// A table; `columns` are headings with their alignment. The cells must be escaped already; short rows are filled up.
pub fn table(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let line = |cells: &mut dyn Iterator<Item = String>| format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "));
    let mut out = line(&mut columns.iter().map(|(name, _)| name.to_string()));
    out += &line(&mut columns.iter().map(|(_, align)| match align {
        Align::Left => "---".to_string(),
        Align::Right => "---:".to_string(),
    }));
    for row in rows {
        out += &line(&mut (0..columns.len()).map(|k| row.get(k).cloned().unwrap_or_default()));
    }
    out
}

/// A part that opens on a click. GitHub reads the summary as HTML, without Markdown.
pub fn details(summary: &str, body: &str) -> String {
    format!("<details>\n<summary>{}</summary>\n\n{}\n\n</details>\n", html(summary), body.trim_end())
}

/// One line of comma-separated values, quoted where needed.
pub fn csv_line(fields: &[String]) -> String {
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.clone()
        }
    });
    quoted.collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_cannot_break_a_table() {
        assert_eq!(escape("poly(1|2)_x <b>&$a$\nc"), "poly(1\\|2)\\_x &lt;b&gt;&amp;\\$a\\$ c");
        let text =
            table(&[("a", Align::Left), ("b", Align::Right)], &[vec!["1".into()], vec![escape("x|y"), "2".into()]]);
        assert_eq!(text, "| a | b |\n| --- | ---: |\n| 1 |  |\n| x\\|y | 2 |\n");
    }

    #[test]
    fn formulas_stay_on_one_line() {
        assert_eq!(formula("a\n- b < c"), "$$\na - b \\lt c\n$$\n");
    }

    #[test]
    fn values_are_quoted_where_needed() {
        assert_eq!(
            csv_line(&["two-point(1, 2)".into(), "a\"b".into(), "3".into()]),
            "\"two-point(1, 2)\",\"a\"\"b\",3\n"
        );
    }
}
