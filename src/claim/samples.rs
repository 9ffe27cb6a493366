//! Samples of a reader's own simulation: a table beside the claim file, with a column for each size and one for the values.

use super::diagnostic::Diagnostic;
use super::document::{Statement, slice};
use super::parser::Parsed;
use super::size_rule::SizeRule;
use super::table::{Row, Table, Wrong};
use super::types::{Kind, OwnSamples, Parameter, SamplePoint, SampleSize};
use crate::model::settings::ReadFile;
use crate::model::{Activation, Settings, Value, short};
use std::collections::HashMap;

/// Fewest sizes to extrapolate from, and the smallest ratio of the last to the first.
const EXTRAPOLATED: (usize, usize) = (5, 6);
/// Fewest replicates of a size: less gives no variance to judge by.
const MIN_REPLICATES: usize = 16;

/// How far a number in a table may be from a point of the grid, relative to it: tables have as many digits as they were printed with.
const SAME: f64 = 1e-6;

/// What samples are read for.
pub struct Asked<'a> {
    pub kind: Kind,
    /// Names of the columns that hold the sizes: the first is what grows.
    pub sizes: &'a SizeRule,
    pub parameters: &'a [Parameter],
    pub activations: &'a [Activation],
    pub grid: &'a [Settings],
    pub read: ReadFile<'a>,
}

/// `samples file.csv` (or `samples: file.csv`).
pub fn samples(masked: &str, statement: Statement, asked: &Asked) -> Parsed<OwnSamples> {
    let text = slice(masked, statement.rest);
    let path = text.strip_prefix(':').unwrap_or(text).trim();
    let fault = |code: &'static str, message: String, hint: &str| {
        let place = if statement.rest.start == statement.rest.end { statement.word } else { statement.rest };
        Diagnostic::new(code, place, message).hint(hint)
    };
    if path.is_empty() {
        let message = "`samples` names no file".to_string();
        return Err(fault("C100", message, "write `samples file.csv`, relative to the claim file"));
    }
    let content = (asked.read)(path).map_err(|why| {
        fault("C100", format!("cannot read `{path}`: {why}"), "the path is relative to the claim file")
    })?;
    let found = table(path, &content, &names(asked.sizes), asked);
    let found = found.map_err(|(message, hint)| fault("C100", format!("{path}, {message}"), &hint))?;
    fits(&found, asked).map_err(|(message, hint)| fault("C101", format!("{path}: {message}"), &hint))?;
    Ok(found)
}

/// The draws of one size at one point, as they come.
struct Group {
    point: usize,
    sizes: Vec<usize>,
    first_line: usize,
    /// Number of the replicate, value, line.
    draws: Vec<(u64, f64, usize)>,
}

/// The table of a file. `sizes` are the names of the columns that hold sizes, the first of which is what grows.
fn table(path: &str, content: &str, sizes: &[&str], asked: &Asked) -> Result<OwnSamples, Wrong> {
    let needed: Vec<&str> = sizes.iter().copied().chain(["value"]).collect();
    let table = Table::open(content, &needed)?;
    let column = |name: &&str| Ok(table.column(name)?.unwrap_or_default());
    let size_columns: Vec<usize> = sizes.iter().map(column).collect::<Result<_, Wrong>>()?;
    let value_column = column(&"value")?;
    let replicate_column = table.column("replicate")?;
    let mut points = Points::new(&table, asked)?;
    let mut groups: Vec<Group> = Vec::new();
    let mut places: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut key: Vec<usize> = Vec::new();
    table.rows(|row| {
        key.clear();
        key.push(points.of(row)?);
        for (name, column) in sizes.iter().zip(&size_columns) {
            let remedy = format!("{} are whole numbers of at least 1", sizes.join(" and "));
            let size = row.whole(name, *column, &remedy)? as usize;
            if size == 0 {
                return Err(row.fault(format!("{name} = `0`"), remedy));
            }
            key.push(size);
        }
        let place = match places.get(key.as_slice()) {
            Some(place) => *place,
            None => {
                let group = Group { point: key[0], sizes: key[1..].to_vec(), first_line: row.line, draws: Vec::new() };
                groups.push(group);
                places.insert(key.clone(), groups.len() - 1);
                groups.len() - 1
            }
        };
        let draws = &mut groups[place].draws;
        let replicate = match replicate_column {
            Some(column) => row.whole("replicate", column, "replicates are numbered 0, 1, 2, ... at each size")?,
            None => draws.len() as u64,
        };
        draws.push((replicate, row.number("value", value_column)?, row.line));
        Ok(())
    })?;
    groups.iter_mut().try_for_each(|group| ordered(group, sizes))?;
    one_width(&groups, sizes)?;
    groups.sort_by(|a, b| (a.point, &a.sizes).cmp(&(b.point, &b.sizes)));
    let mut found: Vec<SamplePoint> =
        asked.grid.iter().map(|settings| SamplePoint { settings: settings.clone(), sizes: Vec::new() }).collect();
    for group in groups {
        let values = group.draws.into_iter().map(|(_, value, _)| value).collect();
        found[group.point].sizes.push(SampleSize { sizes: asked.sizes.of(&group.sizes), values });
    }
    let read: Vec<usize> = size_columns.into_iter().chain([value_column]).chain(replicate_column).collect();
    let unread = |(index, name): (usize, &String)| {
        let known = read.contains(&index) || points.columns.iter().any(|(_, column)| *column == index);
        (!known && !name.is_empty()).then(|| name.clone())
    };
    let unread = table.names().iter().enumerate().filter_map(unread).collect();
    Ok(OwnSamples { path: path.to_string(), points: found, unread })
}

/// Sorts the draws by their numbers, so that the order of the lines does not matter.
fn ordered(group: &mut Group, names: &[&str]) -> Result<(), Wrong> {
    group.draws.sort_unstable_by_key(|(replicate, _, line)| (*replicate, *line));
    let twice = group.draws.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    match twice.min_by_key(|pair| pair[1].2) {
        None => Ok(()),
        Some(pair) => {
            let place = located(&group.sizes, names);
            let (replicate, first, line) = (pair[0].0, pair[0].2, pair[1].2);
            let message = format!("line {line}: {place}, replicate {replicate} is already on line {first}");
            Err((message, "every replicate of a size has a number of its own and stands once".to_string()))
        }
    }
}

/// `d = 24, m = 12`.
fn located(sizes: &[usize], names: &[&str]) -> String {
    let parts: Vec<String> = names.iter().zip(sizes).map(|(name, size)| format!("{name} = {size}")).collect();
    parts.join(", ")
}

/// At each point what grows decides the other sizes.
fn one_width(groups: &[Group], names: &[&str]) -> Result<(), Wrong> {
    let mut known: HashMap<(usize, usize), &[usize]> = HashMap::new();
    for group in groups {
        let own = *known.entry((group.point, group.sizes[0])).or_insert(&group.sizes);
        if own != group.sizes {
            let (here, above) = (located(&group.sizes[1..], &names[1..]), located(&own[1..], &names[1..]));
            let place = located(&group.sizes[..1], names);
            let message = format!("line {}: {place} has {here} here and {above} above", group.first_line);
            let first = names[0];
            return Err((message, format!("a claim is judged at one ratio of the sizes: one width for each {first}")));
        }
    }
    Ok(())
}

/// Which point of the grid a row is of.
struct Points<'a> {
    asked: &'a Asked<'a>,
    /// Columns that are called as parameters.
    columns: Vec<(&'a str, usize)>,
    /// Of texts that stood in these columns.
    known: HashMap<Vec<String>, usize>,
    last: (Vec<String>, usize),
}

impl<'a> Points<'a> {
    fn new(table: &Table, asked: &'a Asked) -> Result<Points<'a>, Wrong> {
        let mut columns = Vec::new();
        for parameter in asked.parameters {
            if names(asked.sizes).contains(&parameter.name.as_str()) {
                continue;
            }
            if let Some(column) = table.column(&parameter.name)? {
                columns.push((parameter.name.as_str(), column));
                continue;
            }
            let varies = asked.grid.windows(2).any(|pair| pair[0].get(&parameter.name) != pair[1].get(&parameter.name));
            if varies {
                let (count, name) = (asked.grid.len(), &parameter.name);
                let message = format!("a table without a column `{name}`, but the grid has {count} points");
                return Err((
                    message,
                    format!("add the column `{name}`, which says what each line is of, or give the grid one point"),
                ));
            }
        }
        Ok(Points { asked, columns, known: HashMap::new(), last: (Vec::new(), 0) })
    }

    fn of(&mut self, row: &Row) -> Result<usize, Wrong> {
        let texts = || self.columns.iter().map(|(_, column)| row.text(*column));
        if texts().eq(self.last.0.iter().map(String::as_str)) {
            return Ok(self.last.1);
        }
        let key: Vec<String> = texts().map(str::to_string).collect();
        let point = match self.known.get(&key) {
            Some(point) => *point,
            None => self.found(row)?,
        };
        self.known.insert(key.clone(), point);
        self.last = (key, point);
        Ok(point)
    }

    fn found(&self, row: &Row) -> Result<usize, Wrong> {
        let mut left: Vec<usize> = (0..self.asked.grid.len()).collect();
        for (name, column) in &self.columns {
            let text = row.text(*column);
            let value = Value::parse(name, text, self.asked.activations, self.asked.read)
                .map_err(|why| row.fault(why.message, why.hint))?;
            left.retain(|index| self.asked.grid[*index].get(name).is_some_and(|own| same(own, &value)));
            if left.is_empty() {
                let remedy = "add the point to the grid line, or leave these lines out of the table";
                return Err(row.fault(format!("{name} = {text} is on no point of the grid"), remedy));
            }
        }
        Ok(left[0])
    }
}

fn same(own: &Value, other: &Value) -> bool {
    match (own, other) {
        (Value::Number(own), Value::Number(other)) => (own - other).abs() <= SAME * own.abs(),
        _ => own == other,
    }
}

/// Names of the sizes.
fn names(rule: &SizeRule) -> Vec<&str> {
    rule.named().map(|(name, _)| name).collect()
}

/// Whether every point has what its kind is judged by.
fn fits(samples: &OwnSamples, asked: &Asked) -> Result<(), Wrong> {
    for point in &samples.points {
        let at = if samples.points.len() > 1 { format!("at {}, ", point.settings) } else { String::new() };
        enough(point, asked.kind).map_err(|(message, hint)| (format!("{at}{message}"), hint))?;
        for (name, ratio) in asked.sizes.named() {
            let Some(ratio) = ratio else { continue };
            let Some(value) = point.settings.number(&ratio) else { continue };
            let off = |size: &&SampleSize| {
                let found = size.sizes.get(name).unwrap_or(1) as f64;
                (found - value * size.sizes.first() as f64).abs() > 1.0
            };
            if let Some(size) = point.sizes.iter().find(off) {
                let message = format!("{at}{} is not of {ratio} = {}", size.sizes, short(value));
                let remedy = format!("set {ratio} on the grid line to the ratio of the samples");
                return Err((message, format!("{name} is {ratio}*{}, rounded; {remedy}", asked.sizes.grows())));
            }
        }
    }
    let dims = |point: &SamplePoint| point.sizes.iter().map(|size| size.sizes.first()).collect::<Vec<usize>>();
    let other = samples.points.windows(2).find(|pair| dims(&pair[0]) != dims(&pair[1]));
    if let Some(pair) = other.filter(|_| asked.kind == Kind::Diverges) {
        let grows = asked.sizes.grows();
        let message = format!("at {} there are other {grows} than at {}", pair[1].settings, pair[0].settings);
        let hint = format!("slopes are taken between points at the same {grows}: give every point the same sizes");
        return Err((message, hint));
    }
    Ok(())
}

fn enough(point: &SamplePoint, kind: Kind) -> Result<(), Wrong> {
    let [Some(first), Some(last)] = [point.sizes.first(), point.sizes.last()] else {
        let hint = "add the lines of this point, or take it off the grid";
        return Err(("no samples".to_string(), hint.to_string()));
    };
    let grows = first.sizes.grows();
    if !matches!(kind, Kind::Moment | Kind::Bound) {
        let (first, last) = (first.sizes.first(), last.sizes.first());
        let (sizes, ratio) = EXTRAPOLATED;
        let hint = "extrapolation needs five sizes or more, the largest at least six times the smallest";
        if point.sizes.len() < sizes {
            return Err((format!("{} different {grows}, fewer than {sizes}", point.sizes.len()), hint.to_string()));
        }
        if last / ratio < first {
            return Err((format!("{grows} from {first} to {last}, a ratio below {ratio}"), hint.to_string()));
        }
    }
    let few = |size: &&SampleSize| size.values.len() < MIN_REPLICATES;
    if let Some(size) = point.sizes.iter().find(few).filter(|_| kind != Kind::Bound) {
        let message = format!(
            "{} replicates at {grows} = {}, fewer than {MIN_REPLICATES}",
            size.values.len(),
            size.sizes.first()
        );
        let hint = "intervals need a variance: give 16 replicates of each size or more, better 64";
        return Err((message, hint.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::types::Domain;
    use crate::symbolic::Span;

    /// Five sizes with 16 replicates each.
    fn good() -> String {
        let mut text = String::from("d, m, replicate, value\n");
        for dim in [8, 12, 16, 24, 48] {
            for replicate in 0..16 {
                text += &format!("{dim},{},{replicate},{}\n", dim / 2, 0.25 + f64::from(replicate) / 1e3);
            }
        }
        text
    }

    fn number(name: &str) -> Parameter {
        let domain = Domain { low: 0.0, low_closed: false, high: f64::INFINITY, high_closed: false };
        let place = Span { start: 0, end: 0 };
        Parameter { name: name.to_string(), default: Value::Number(1.0), domain: Some(domain), span: place }
    }

    /// The table of a claim with the parameters `time` and `activation`, at these points.
    fn read_at(text: &str, kind: Kind, points: &[(f64, Activation)]) -> Result<OwnSamples, Wrong> {
        let point = |(time, activation): &(f64, Activation)| {
            let mut settings = Settings::default();
            settings.set("time", Value::Number(*time));
            settings.set("activation", Value::Activation(activation.clone()));
            settings
        };
        let grid: Vec<Settings> = points.iter().map(point).collect();
        let parameters = [number("time"), Parameter { domain: None, ..number("activation") }];
        let asked = Asked {
            kind,
            sizes: &SizeRule::default(),
            parameters: &parameters,
            activations: &[],
            grid: &grid,
            read: &|_| Err("none".to_string()),
        };
        let found = table("own.csv", text, &names(asked.sizes), &asked)?;
        fits(&found, &asked).map(|()| found)
    }

    fn read(text: &str) -> Result<OwnSamples, Wrong> {
        read_at(text, Kind::Limit, &[(1.0, Activation::Relu)])
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let found = read(&good()).unwrap();
        let sizes = &found.points[0].sizes;
        assert_eq!(
            sizes.iter().map(|s| (s.sizes.first(), s.sizes.second())).collect::<Vec<_>>(),
            [(8, 4), (12, 6), (16, 8), (24, 12), (48, 24)]
        );
        assert!(sizes.iter().all(|s| s.values.len() == 16 && s.values.is_sorted()));
        let text = good();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        let other = format!("\u{feff}# mine\r\n\r\n{}\r\n", lines.join("\r\n"));
        assert_eq!(read(&other).unwrap(), found);
    }

    #[test]
    fn without_a_column_of_replicates_the_lines_count() {
        let plain = |line: &str| {
            let fields: Vec<&str> = line.split(',').collect();
            format!("{}.0;{};x;{}\n", fields[0].trim(), fields[1], fields[3])
        };
        let text = "D;M;Seed;VALUE\n".to_string() + &good().lines().skip(1).map(plain).collect::<String>();
        let found = read(&text).unwrap();
        assert_eq!((&found.points, found.unread), (&read(&good()).unwrap().points, vec!["Seed".to_string()]));
    }

    #[test]
    fn points_stand_in_columns_called_as_parameters() {
        let at = |time: &str, activation: &str| -> String {
            good().lines().skip(1).map(|line| format!("{line},{activation},{time}\n")).collect()
        };
        let text = good().lines().next().unwrap().to_string() + ",Activation,time\n";
        let text = text + &at("0.333333333", "relu") + &at("2.0", "tanh") + &at("2", "relu");
        let points = [(1.0 / 3.0, Activation::Relu), (2.0, Activation::Relu), (2.0, Activation::Tanh)];
        let found = read_at(&text, Kind::Limit, &points).unwrap();
        assert!(found.points.iter().all(|point| point.sizes.len() == 5) && found.unread.is_empty());
        for (points, expected) in [
            (&points[1..], "line 2: time = 0.333333333 is on no point"),
            (&[points[0].clone(), points[1].clone()][..], "line 82: activation = tanh is on no point"),
        ] {
            let (message, _) = read_at(&text, Kind::Limit, points).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
        let more = [&points[..], &[(4.0, Activation::Relu)]].concat();
        assert!(read_at(&text, Kind::Limit, &more).unwrap_err().0.contains("at activation=relu, time=4, no samples"));
        assert!(read_at(&good(), Kind::Limit, &points).unwrap_err().0.contains("without a column `time`"));
        let unknown = text.replace("tanh", "tahn");
        let (message, hint) = read_at(&unknown, Kind::Limit, &points).unwrap_err();
        assert!(message.contains("line 82: unknown activation `tahn`") && hint.contains("tanh"), "{message} {hint}");
    }

    #[test]
    fn each_kind_has_what_it_is_judged_by() {
        let one: String = good().lines().take(17).map(|line| format!("{line}\n")).collect();
        let points = [(1.0, Activation::Relu)];
        assert!(read_at(&one, Kind::Moment, &points).is_ok());
        assert!(read_at(&one, Kind::Rate, &points).unwrap_err().0.contains("1 different d, fewer than 5"));
        let three: String = good().lines().take(4).map(|line| format!("{line}\n")).collect();
        assert!(read_at(&three, Kind::Bound, &points).is_ok());
        assert!(read_at(&three, Kind::Moment, &points).unwrap_err().0.contains("3 replicates at d = 8"));
        let timed = |time: &str, from: &str, to: &str| -> String {
            good().lines().skip(1).map(|line| format!("{time},{}\n", line.replacen(from, to, 1))).collect()
        };
        let two = [(1.0, Activation::Relu), (2.0, Activation::Relu)];
        let head = "time,d,m,replicate,value\n".to_string() + &timed("1", "", "");
        assert!(read_at(&(head.clone() + &timed("2", "", "")), Kind::Diverges, &two).is_ok());
        let other = read_at(&(head + &timed("2", "16,8,", "18,9,")), Kind::Diverges, &two).unwrap_err().0;
        assert!(other.contains("there are other d than at"), "{other}");
    }

    #[test]
    fn faults_name_the_line() {
        for (from, to, expected) in [
            ("d, m, replicate, value\n", "", "line 1: no head line"),
            ("8,4,3,0.253", "8,4,0.253", "line 5: 3 fields, not 4"),
            ("8,4,3,0.253", "8,4,3,0.253,1", "line 5: 5 fields"),
            ("8,4,3,0.253", "8.5,4,3,0.253", "line 5: d = `8.5`"),
            ("8,4,3,0.253", "8,0,3,0.253", "line 5: m = `0`"),
            ("8,4,3,0.253", "8,4,-3,0.253", "line 5: replicate = `-3`"),
            ("8,4,3,0.253", "8,4,3,nan", "line 5: value = `nan`"),
            ("8,4,3,0.253", "8,4,3,1e999", "line 5: value = `1e999`"),
            ("8,4,3,0.253", "8,4,2,0.253", "line 5: d = 8, m = 4, replicate 2 is already on line 4"),
            ("8,4,3,0.253", "8,5,3,0.253", "line 5: d = 8 has m = 5 here and m = 4 above"),
            ("8,4,3,0.253\n", "", "15 replicates at d = 8"),
            ("48,", "24,", "d = 24 has m = 24 here and m = 12 above"),
            ("48,24", "47,24", "d from 8 to 47, a ratio below 6"),
            ("12,6", "16,8", "is already on line"),
        ] {
            let (message, hint) = read(&good().replace(from, to)).unwrap_err();
            assert!(message.contains(expected) && !hint.is_empty(), "{from} to {to}: {message}");
        }
        let four: String = good().lines().filter(|line| !line.starts_with("12,")).map(|l| format!("{l}\n")).collect();
        assert!(read(&four).unwrap_err().0.contains("4 different d, fewer than 5"));
        assert!(read("").unwrap_err().0.contains("no head line"));
    }
}
