//! Files that are cut short, shared, damaged or merged.

use super::lines::VERSION;
use super::{Block, Divided, Key, Observed, Part, RunOf, Store, part_line};
use crate::compare::Moments;
use std::fs;

fn row(first: u64, mean: f64) -> (Key, Block) {
    let key = Key {
        simulator: "rf".into(),
        weights: "gaussian".into(),
        dim: 24,
        width: 72,
        target: "relu; exponential".into(),
        first,
        count: 64,
    };
    let moments = Moments { count: 64, mean, squares: 0.1 };
    let observed = Observed { moments, min: mean - 0.1, max: mean + 0.1, numeric_error: 1e-15 };
    let observed = [("test-error".to_string(), Some(observed)), ("robustness".to_string(), None)];
    (key, Block { observed: observed.into(), failed: None })
}

#[test]
fn a_file_cut_short_resumes_with_its_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.jsonl");
    let mut store = Store::open(&path, 7).unwrap();
    store.insert(vec![row(0, 0.1), row(64, 1.0 / 3.0)]).unwrap();
    drop(store);
    let whole = fs::read(&path).unwrap();
    for cut in 1..40 {
        fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let mut again = Store::open(&path, 7).unwrap();
        assert_eq!(again.len(), 1);
        again.insert(vec![row(64, 1.0 / 3.0)]).unwrap();
        assert_eq!(fs::read(&path).unwrap(), whole, "resumed file has the same bytes");
    }
}

#[test]
fn a_file_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.jsonl");
    let first = Store::open(&path, 7).unwrap();
    assert!(Store::open(&path, 7).unwrap_err().to_string().contains("in use"));
    drop(first);
    let header = fs::read_to_string(&path).unwrap();
    for cut in 1..header.len() {
        fs::write(&path, &header[..cut]).unwrap();
        assert!(Store::open(&path, 7).unwrap().is_empty());
        assert_eq!(fs::read_to_string(&path).unwrap(), header);
    }
}

#[test]
fn damage_is_named_and_the_file_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.jsonl");
    Store::open(&path, 7).unwrap().insert(vec![row(0, 0.125), row(64, 0.25)]).unwrap();
    let good = fs::read_to_string(&path).unwrap();
    let altered = good.replace("0.125", "0.126");
    let broken = good.replacen("{\"row\"", "{row", 1);
    let foreign = "hello\n".to_string();
    let newer = good.replace(&format!("\"version\":{VERSION}"), "\"version\":9");
    for (text, expected) in
        [(altered, "line 2 was altered"), (broken, "line 2 is damaged"), (foreign, "line 1"), (newer, "version 9")]
    {
        fs::write(&path, &text).unwrap();
        let error = Store::open(&path, 7).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
    fs::write(&path, &good).unwrap();
    assert!(Store::open(&path, 8).unwrap_err().to_string().contains("seed 7"));
}

#[test]
fn stores_merge_unless_they_contradict() {
    let mut one = Store::new(7);
    one.insert(vec![row(0, 0.1)]).unwrap();
    let mut two = Store::new(7);
    two.insert(vec![row(0, 0.1), row(64, 0.2)]).unwrap();
    one.merge(two).unwrap();
    assert_eq!(one.len(), 2);
    let mut other = Store::new(7);
    other.insert(vec![row(0, 0.3)]).unwrap();
    assert!(one.merge(other).is_err());
    assert!(one.merge(Store::new(8)).is_err());
}

#[test]
fn unfinished_blocks_stand_at_the_end_of_a_file_and_make_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("results.jsonl");
    let part = |first: u64, replicates: &[(u64, f64)]| {
        let values = |(number, value): &(u64, f64)| (*number, vec![(*value, 0.0)]);
        Part { key: row(first, 0.0).0, replicates: replicates.iter().map(values).collect() }
    };
    let lines = |parts: &[Part]| parts.iter().map(part_line).collect::<String>();
    let text = Store::new(7).to_text();
    fs::write(&path, text.clone() + &lines(&[part(0, &[(3, 0.5)]), part(64, &[(70, 0.25)])])).unwrap();
    let mut store = Store::open(&path, 7).unwrap();
    assert_eq!(store.part(&row(64, 0.0).0).unwrap().values(70), Some(&[(0.25, 0.0)][..]));
    store.insert(vec![row(0, 0.1)]).unwrap();
    assert!(store.part(&row(0, 0.0).0).is_none());
    drop(store);
    let mut whole = Store::new(7);
    whole.insert(vec![row(0, 0.1)]).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), whole.to_text() + &lines(&[part(64, &[(70, 0.25)])]));
    // Two runs have left parts of the same block.
    fs::write(folder.path().join("other.jsonl"), text.clone() + &lines(&[part(64, &[(71, 0.75)])])).unwrap();
    let mut both = Store::load(&path).unwrap();
    both.merge(Store::load(&folder.path().join("other.jsonl")).unwrap()).unwrap();
    assert_eq!(both.part(&row(64, 0.0).0).unwrap(), &part(64, &[(70, 0.25), (71, 0.75)]));
    fs::write(folder.path().join("other.jsonl"), text + &lines(&[part(64, &[(70, 0.75)])])).unwrap();
    let error = both.merge(Store::load(&folder.path().join("other.jsonl")).unwrap()).unwrap_err();
    assert!(error.to_string().contains("differ for the same replicates"), "{error}");
}

#[test]
fn shards_that_found_other_levels_are_not_merged() {
    let run = RunOf {
        verb: "check".into(),
        of: 2,
        budget: "quick".into(),
        level: 1e-3,
        margin: None,
        points: None,
        claims: [("mine".to_string(), "0".to_string())].into(),
    };
    let shard = |number, sharing| {
        let mut store = Store::new(7);
        store.note(Divided::shard(run.clone(), number, Some(sharing))).unwrap();
        store
    };
    let mut merged = shard(1, 40);
    let error = merged.merge(shard(2, 39)).unwrap_err().to_string();
    assert!(error.contains("among 40 cells") && error.contains("among 39"), "{error}");
    let mut merged = shard(1, 40);
    assert_eq!(merged.divided().unwrap().missing(), ["shard 2/2 is not there"]);
    merged.merge(shard(2, 40)).unwrap();
    assert!(merged.divided().unwrap().missing().is_empty());
}
