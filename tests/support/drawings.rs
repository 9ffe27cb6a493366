//! What makes a page, a drawing and a table of values sound.

/// Targets of `](...)` in a Markdown file, and the drawings of its pictures.
pub fn links(text: &str) -> Vec<&str> {
    let after = |mark: &'static str, end: char| text.split(mark).skip(1).filter_map(move |rest| rest.split(end).next());
    after("](", ')').chain(after(" src=\"", '"')).chain(after(" srcset=\"", '"')).collect()
}

/// Number of columns of a row of a Markdown table: bars that no backslash escapes, less one.
pub fn columns(row: &str) -> usize {
    let bytes = row.as_bytes();
    (0..bytes.len()).filter(|&k| bytes[k] == b'|' && (k == 0 || bytes[k - 1] != b'\\')).count() - 1
}

/// Every table of a page has as many columns in each row as in its heading, and stands by itself. Returns how many there are.
pub fn check_tables(place: &str, text: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let mut tables = 0;
    for k in (0..lines.len()).filter(|&k| lines[k].starts_with('|')) {
        if k > 0 && lines[k - 1].starts_with('|') {
            assert_eq!(columns(lines[k]), columns(lines[k - 1]), "{place}: {}", lines[k]);
        } else {
            assert!(lines[k + 1].starts_with("| --"), "{place}: a table without a rule: {}", lines[k]);
            assert!(k == 0 || lines[k - 1].is_empty(), "{place}: a table within a paragraph");
            tables += 1;
        }
    }
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{place}");
    assert_eq!(lines.iter().filter(|line| **line == "$$").count() % 2, 0, "{place}");
    tables
}

/// The names of an SVG's elements, or what is wrong with it: tags that do not match, stray `<`, `>`, `&` or quotes.
pub fn elements(svg: &str) -> Result<Vec<String>, String> {
    let (mut open, mut seen): (Vec<String>, Vec<String>) = (vec![], vec![]);
    let mut rest = svg.trim();
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        if text.contains('>') || text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(format!("bad text `{text}`"));
        }
        if open.is_empty() && !seen.is_empty() {
            return Err("something after the root".into());
        }
        let end = rest.find('>').ok_or("a tag without an end")?;
        let tag = &rest[start + 1..end];
        for entity in rest[..end].split('&').skip(1) {
            if !["lt;", "gt;", "amp;", "quot;", "apos;"].iter().any(|known| entity.starts_with(known)) {
                return Err(format!("bad entity &{entity}"));
            }
        }
        if tag.contains('<') || tag.matches('"').count() % 2 == 1 {
            return Err(format!("bad tag <{tag}>"));
        }
        let name = tag.trim_matches('/').split_whitespace().next().unwrap_or_default().to_string();
        if tag.starts_with('/') {
            if open.pop().as_ref() != Some(&name) {
                return Err(format!("</{name}> closes nothing"));
            }
        } else {
            seen.push(name.clone());
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        rest = &rest[end + 1..];
    }
    if open.is_empty() && rest.is_empty() { Ok(seen) } else { Err(format!("left open: {open:?} {rest}")) }
}

#[test]
fn the_check_of_drawings_finds_faults() {
    for bad in ["<a>", "<a></b>", "<a>&</a>", "<a x=\"1></a>", "<a>></a>", "<a/>b<c/>"] {
        assert!(elements(bad).is_err(), "{bad}");
    }
    assert_eq!(elements("<a x=\"1\">&lt;<b/></a>").unwrap(), ["a", "b"]);
}

/// A drawing is well formed and stays within its card.
pub fn check_drawing(place: &str, svg: &str) {
    let seen = elements(svg).unwrap_or_else(|fault| panic!("{place}: {fault}"));
    assert!(seen.iter().any(|element| element == "text"), "{place}: no text");
    assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{place}");
    let size = |axis: usize| -> f64 {
        let view = svg.split("viewBox=\"").nth(1).unwrap().split('"').next().unwrap();
        view.split(' ').nth(axis).unwrap().parse().unwrap()
    };
    for (attribute, limit) in
        [("x", size(2)), ("cx", size(2)), ("x1", size(2)), ("x2", size(2)), ("y", size(3)), ("cy", size(3))]
    {
        for value in svg.split(&format!(" {attribute}=\"")).skip(1) {
            let value: f64 = value.split('"').next().unwrap().parse().unwrap();
            assert!((0.0..=limit).contains(&value), "{place}: {attribute}={value} outside 0 to {limit}");
        }
    }
}

/// Every line of comma-separated values has as many fields.
pub fn check_values(place: &str, text: &str) {
    let fields = |line: &str| {
        // Commas outside of quotes.
        let (mut quoted, mut count) = (false, 1);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => count += 1,
                _ => {}
            }
        }
        count
    };
    let heading = fields(text.lines().next().unwrap());
    assert!(text.lines().all(|line| fields(line) == heading), "{place}");
}
