//! Tables as tools write them: a head line with names, then a line for each row. Which columns there must be, the caller says.
//!
//! Columns stand in any order, and there may be more than are asked for. Names are found in any case of letters. Columns are
//! separated by commas, semicolons, tabs or blanks; fields may be quoted. Lines that start with `#` are comments, but the head
//! line may itself stand behind a `#`, as NumPy writes it. Row names, for which R writes no column name, are left out.

use csv::{Reader, ReaderBuilder, StringRecord};
use std::collections::HashSet;

/// What is wrong with a table, and what to do. The message begins with the line, if it is about one.
pub type Wrong = (String, String);

/// In the order in which they are tried.
const SEPARATORS: [u8; 4] = *b",;\t ";

/// A table whose head line has been read.
pub struct Table<'t> {
    names: Vec<String>,
    separator: u8,
    /// What stands below the head line.
    rows: &'t str,
    /// Lines above `rows`.
    above: usize,
}

/// One row.
pub struct Row<'r> {
    /// Its line in the file, from 1.
    pub line: usize,
    record: &'r StringRecord,
    /// Of each column the field that holds it.
    places: &'r [usize],
}

/// The head line: its names, the separator, and where the rows begin.
type Head = (Vec<String>, u8, usize, usize);

impl<'t> Table<'t> {
    /// Finds the head line: the first that is no comment; failing that, the last comment that names the columns.
    ///
    /// # Errors
    /// There is no line with these names.
    pub fn open(text: &'t str, needed: &[&str]) -> Result<Table<'t>, Wrong> {
        let advice = || format!("the first line names the columns: {}", needed.join(","));
        let (mut start, mut commented): (usize, Option<Head>) = (0, None);
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let end = start + line.len();
            let bare = line.trim_start_matches('\u{feff}').trim();
            start = end;
            // Excel writes `sep=;` above the head line.
            if bare.is_empty() || bare.starts_with("sep=") {
                continue;
            }
            let inside = bare.trim_start_matches(['#', '%']);
            let fitting = names(inside, needed);
            if inside.len() < bare.len() {
                commented = fitting.ok().map(|(names, separator)| (names, separator, end, index + 1)).or(commented);
                continue;
            }
            let (names, separator, below, above) = match (fitting, commented) {
                (Ok((names, separator)), _) => (names, separator, end, index + 1),
                (Err(_), Some(head)) => head,
                (Err(missing), None) => return Err((format!("line {}: {missing}", index + 1), advice())),
            };
            return Ok(Table::below(names, separator, &text[below..], above));
        }
        match commented {
            Some((names, separator, below, above)) => Ok(Table::below(names, separator, &text[below..], above)),
            None => Err(("no head line".to_string(), advice())),
        }
    }

    /// NumPy separates the rows by blanks, whatever stands between the names of the head line.
    fn below(names: Vec<String>, separator: u8, rows: &'t str, above: usize) -> Table<'t> {
        let first = rows.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let fields = |separator: u8| {
            let mut record = StringRecord::new();
            let read = reader(first.unwrap_or_default(), separator).read_record(&mut record);
            let filled = |field: &&str| separator != b' ' || !field.trim().is_empty();
            if read.unwrap_or(false) { record.iter().filter(filled).count() } else { 0 }
        };
        let fits = |separator: &u8| (names.len()..=names.len() + 1).contains(&fields(*separator));
        let separator = [separator].into_iter().chain(SEPARATORS).find(fits).unwrap_or(separator);
        Table { names, separator, rows, above }
    }

    /// All names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The column with this name, in these letters or else in any case.
    ///
    /// # Errors
    /// Several columns have the name.
    pub fn column(&self, name: &str) -> Result<Option<usize>, Wrong> {
        let find = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
            (0..self.names.len()).filter(|index| same(&self.names[*index])).collect()
        };
        let mut found = find(&|other| other == name);
        if found.is_empty() {
            found = find(&|other| other.eq_ignore_ascii_case(name));
        }
        match found[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            _ => {
                let message = format!("line {}: {} columns are called `{name}`", self.above, found.len());
                Err((message, "rename or delete all but one".to_string()))
            }
        }
    }

    /// Hands every row to `each`, in order, up to its first fault.
    ///
    /// # Errors
    /// A row that has more or fewer fields than the head line has names, or what `each` finds.
    pub fn rows(&self, mut each: impl FnMut(&Row) -> Result<(), Wrong>) -> Result<(), Wrong> {
        let mut reader = reader(self.rows, self.separator);
        let mut record = StringRecord::new();
        let mut places: Vec<usize> = Vec::new();
        // Whether a name that has no column stands first in each row: the first row shows it.
        let mut named: Option<HashSet<String>> = None;
        let mut first = true;
        loop {
            let fault = |line: usize, what: String| (format!("line {line}: {what}"), self.line_advice());
            match reader.read_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    let line = error.position().map_or(0, |place| place.line() as usize);
                    return Err(fault(self.above + line, format!("no row of a table ({error})")));
                }
            }
            places.clear();
            places.extend((0..record.len()).filter(|at| self.separator != b' ' || !record[*at].trim().is_empty()));
            if places.is_empty() || places.iter().all(|at| record[*at].trim().is_empty()) {
                continue;
            }
            let line = self.above + record.position().map_or(0, |place| self.line_at(place));
            let (found, columns) = (places.len(), self.names.len());
            let trailing = |at: &usize| record[*at].trim().is_empty();
            if found == columns + 1 && places.last().is_some_and(trailing) && named.is_none() {
                places.pop();
            } else if first && found == columns + 1 {
                named = Some(HashSet::new());
            }
            first = false;
            if let Some(known) = named.as_mut().filter(|_| places.len() == columns + 1) {
                let name = unquoted(&record[places.remove(0)]);
                if !known.insert(name.to_string()) {
                    let what = format!(
                        "{found} fields, not {columns}, and the first, `{name}`, is no name of the row: it has stood before"
                    );
                    return Err(fault(line, what));
                }
            }
            if places.len() != columns || (named.is_some() && found == columns) {
                return Err(fault(line, format!("{found} fields, not {}", columns + usize::from(named.is_some()))));
            }
            each(&Row { line, record: &record, places: &places })?;
        }
    }

    /// The line of the record that is next at this place: comments and empty lines before it are not yet counted there.
    fn line_at(&self, place: &csv::Position) -> usize {
        let mut line = place.line() as usize;
        let mut rest = self.rows.as_bytes().get(place.byte() as usize..).unwrap_or_default();
        while let Some(byte) = rest.first().filter(|byte| matches!(byte, b'\n' | b'\r' | b'#')) {
            line += usize::from(*byte == b'\n');
            let length = if *byte == b'#' { rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len()) } else { 1 };
            rest = &rest[length..];
        }
        line
    }

    fn line_advice(&self) -> String {
        let separator = match self.separator {
            b'\t' => "tabs".to_string(),
            b' ' => "blanks".to_string(),
            other => format!("`{}`", char::from(other)),
        };
        format!("every line has the fields {}, separated by {separator}", self.names.join(", "))
    }
}

impl Row<'_> {
    /// The text of a column.
    pub fn text(&self, column: usize) -> &str {
        unquoted(&self.record[self.places[column]])
    }

    /// A fault of this row.
    pub fn fault(&self, what: impl std::fmt::Display, remedy: impl Into<String>) -> Wrong {
        (format!("line {}: {what}", self.line), remedy.into())
    }

    /// A whole number of at least 0 and at most 2^53, also written as `16.0` or `1.6e+01`.
    ///
    /// # Errors
    /// The field is something else; `remedy` says what belongs there.
    pub fn whole(&self, name: &str, column: usize, remedy: &str) -> Result<u64, Wrong> {
        const MOST: u64 = 1 << 53;
        let text = self.text(column);
        let real = || text.parse::<f64>().ok().filter(|x| x.fract() == 0.0 && (0.0..=MOST as f64).contains(x));
        let found = text.parse::<u64>().ok().or_else(|| real().map(|x| x as u64)).filter(|x| *x <= MOST);
        found.ok_or_else(|| self.fault(format!("{name} = `{text}`"), remedy))
    }

    /// A finite number.
    ///
    /// # Errors
    /// The field is something else.
    pub fn number(&self, name: &str, column: usize) -> Result<f64, Wrong> {
        let text = self.text(column);
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ if text.contains(',') => {
                Err(self.fault(format!("{name} = `{text}`"), "write decimals with a point: 0.517"))
            }
            _ => Err(self.fault(format!("{name} = `{text}`"), "a value is a finite number")),
        }
    }
}

fn reader(text: &str, separator: u8) -> Reader<&[u8]> {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).comment(Some(b'#')).delimiter(separator);
    builder.from_reader(text.as_bytes())
}

/// Without blanks around it, and without quotes that stand behind a blank, where the reader takes them for text. (The reader trims too, but
/// makes each record anew for it.)
fn unquoted(field: &str) -> &str {
    let field = field.trim();
    let inside = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.map_or(field, str::trim)
}

/// The names of a head line and their separator, if the needed ones are among them; else what is wrong.
fn names(line: &str, needed: &[&str]) -> Result<(Vec<String>, u8), String> {
    // The most needed names that any separator finds, and the first of those that it does not.
    let mut nearest = (0, "no head line".to_string());
    for separator in SEPARATORS {
        let mut record = StringRecord::new();
        if !reader(line, separator).read_record(&mut record).unwrap_or(false) {
            continue;
        }
        let mut names: Vec<String> = record.iter().map(|name| unquoted(name).to_string()).collect();
        if separator == b' ' {
            names.retain(|name| !name.is_empty());
        }
        // A separator at the end of the line begins no column.
        if names.last().is_some_and(String::is_empty) {
            names.pop();
        }
        let has = |name: &&str| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        let Some(missing) = needed.iter().find(|name| !has(name)) else { return Ok((names, separator)) };
        let found = needed.iter().filter(|name| has(name)).count();
        if found > nearest.0 {
            nearest = (found, format!("the head line has no column `{missing}`"));
        }
    }
    Err(nearest.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines, sizes and values.
    fn read(text: &str) -> Result<Vec<(usize, u64, u64, f64)>, Wrong> {
        let table = Table::open(text, &["d", "m", "value"])?;
        let [d, m, value] = ["d", "m", "value"].map(|name| table.column(name).unwrap().unwrap());
        let mut rows = Vec::new();
        table.rows(|row| {
            let size = |name, column| row.whole(name, column, "sizes are whole numbers");
            rows.push((row.line, size("d", d)?, size("m", m)?, row.number("value", value)?));
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn tables_of_many_tools_say_the_same() {
        for (what, text, line) in [
            ("plain", "d,m,value\n16,8,0.5\n24,12,-2e-1\n", 2),
            ("another order, case and more columns", "Value;M;seed;D\n0.5;8;a b;16\n-0.2;12;;24\n", 2),
            ("a separator at the end of every line", "d,m,value,\n16,8,0.5,\n24,12,-0.2,\n", 2),
            ("a separator at the end of rows", "d,m,value\n16,8,0.5,\n24,12,-0.2,\n", 2),
            ("pandas", ",d,m,value\n0,16,8,0.5\n1,24,12,-0.2\n", 2),
            ("R, write.table", "\"d\" \"m\" \"value\"\n\"1\" 16 8 0.5\n\"2\" 24 12 -0.2\n", 2),
            ("R, write.csv", "\"\",\"d\",\"m\",\"value\"\n\"1\",16,8,0.5\n\"2\",24,12,-0.2\n", 2),
            ("NumPy", "# d,m,value\n1.600000000000000000e+01,8.0,5e-1\n2.4e+01,1.2e+01,-2.0e-01\n", 2),
            ("NumPy, without a delimiter", "# d,m,value\n1.6e+01 8.0 5e-1\n2.4e+01 1.2e+01 -2.0e-01\n", 2),
            ("tabs and a comment", "# my own d m value\n\nD\tM\tVALUE\r\n16\t8\t0.5\r\n# half\r\n24\t12\t-0.2\r\n", 4),
            ("blanks in rows", "  d   m   value\n 16   8   0.5\n 24  12  -0.2\n", 2),
            ("blanks and quotes", "\u{feff}\"d\", \"m\", \"value\"\n16, 8, \"0.5\"\n24, 12, \"-0.2\"", 2),
            ("Excel", "\u{feff}sep=;\r\nd;m;value\r\n16;8;0.5\r\n24;12;-0.2\r\n;;\r\n", 3),
        ] {
            let found = read(text).unwrap_or_else(|wrong| panic!("{what}: {wrong:?}"));
            let values: Vec<(u64, u64, f64)> = found.iter().map(|(_, d, m, value)| (*d, *m, *value)).collect();
            assert_eq!((values, found[0].0), (vec![(16, 8, 0.5), (24, 12, -0.2)], line), "{what}");
        }
    }

    #[test]
    fn faults_name_the_line() {
        for (text, expected) in [
            ("", "no head line"),
            ("16,8,0.5\n", "line 1: no head line"),
            ("# mine\nd,m\n16,8\n", "line 2: the head line has no column `value`"),
            ("d,m,value\n16,8\n", "line 2: 2 fields, not 3"),
            ("d,m,value\n16,8,1\n\n16,8,1,2\n", "line 4: 4 fields, not 3"),
            ("d,m,value\n0,16,8,1\n0,16,8,1\n", "line 3: 4 fields, not 3, and the first, `0`, is no name"),
            ("d,m,value\na,16,8,1\n16,8,1\n", "line 3: 3 fields, not 4"),
            ("d,m,value\na,16,8,1\nb,16,8,\n", "line 3: value = ``"),
            ("d,m,value\n16.5,8,1\n", "line 2: d = `16.5`"),
            ("d,m,value\n-16,8,1\n", "line 2: d = `-16`"),
            ("d,m,value\n1e300,8,1\n", "line 2: d = `1e300`"),
            ("d,m,value\n16,8,NaN\n", "line 2: value = `NaN`"),
            ("d,m,value\n16,8,inf\n", "line 2: value = `inf`"),
            ("d;m;value\n16;8;0,5\n", "line 2: value = `0,5`"),
            ("d,m,value\n16,8,\"1\n24,12,3\n", "line 2: value = "),
        ] {
            let (message, remedy) = read(text).unwrap_err();
            assert!(message.starts_with(expected) && !remedy.is_empty(), "{text}: {message}");
        }
        let table = Table::open("d,m,value,Value\n", &["d", "m", "value"]).unwrap();
        assert_eq!(table.column("value").unwrap(), Some(2));
        let twice = Table::open("d,m,VALUE,Value\n", &["d", "m", "value"]).unwrap();
        assert!(twice.column("value").unwrap_err().0.contains("2 columns are called `value`"));
    }
}
