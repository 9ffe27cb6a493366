//! Breaks texts into lines.

use crate::report::table::elide;

/// Breaks a text into lines of at most `room` characters: at spaces, and inside a longer word behind a comma or an equals sign. What more
/// than `most` lines would take is cut.
pub fn wrapped(text: &str, room: usize, most: usize) -> Vec<String> {
    let room = room.max(4);
    let length = |text: &str| text.chars().count();
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(last) = lines.last_mut() else { break };
        if last.is_empty() {
            *last = word.to_string();
        } else if length(last) + 1 + length(word) <= room {
            *last += " ";
            *last += word;
        } else {
            lines.push(word.to_string());
        }
        while let Some(long) = lines.pop_if(|last| length(last) > room) {
            let fits: String = long.chars().take(room).collect();
            let end = fits.rfind([',', '=']).map_or(fits.len(), |place| place + 1);
            lines.extend([long[..end].to_string(), long[end..].to_string()]);
        }
    }
    if lines.len() > most {
        let rest = lines.split_off(most - 1).join(" ");
        // One character more than fits, so that it is cut in any case.
        lines.push(elide(&format!("{rest} {}", " ".repeat(room)), room));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_headings_are_broken_and_cut_only_where_lines_run_out() {
        assert_eq!(wrapped("rho=1, activation=relu", 14, 5), ["rho=1,", "activation=", "relu"]);
        assert_eq!(wrapped("activation=poly(0,1/2,3/20): agrees", 20, 5), ["activation=poly(0,", "1/2,3/20): agrees"]);
        assert_eq!(wrapped("short", 14, 5), ["short"]);
        assert_eq!(wrapped("abcdefghij", 6, 5), ["abcdef", "ghij"]);
        assert_eq!(wrapped("one two three four", 6, 2), ["one", "two..."]);
        assert_eq!(wrapped("", 6, 2), [""]);
    }
}
