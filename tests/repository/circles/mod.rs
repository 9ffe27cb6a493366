//! No circle of files: within each folder of `src` there is an order in which the files can be read, each after those it uses.
//!
//! A file uses another if it imports or mentions, in its tests too, an item that is defined there, or if it calls on `self` a
//! method of the type at hand whose `impl` stands there. Re-exports are followed to the file of the definition; a `mod.rs` that only declares
//! and re-exports uses nothing. Not seen: methods called on anything but `self`, and what a macro of ours would write.

mod reader;
mod sources;

use sources::{Graph, Sources, circles};
use std::path::Path;

/// The folders (or files) of `src` in which there are no circles.
const FOLDERS: [&str; 14] = [
    "calibration",
    "claim",
    "command",
    "compare",
    "formula",
    "limit",
    "model",
    "num",
    "record",
    "report",
    "run",
    "sim",
    "symbolic",
    "verdict",
];

#[test]
fn no_files_of_a_folder_use_each_other_in_a_circle() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Sources::default();
    sources.read(&source, &source);
    let mut graph = sources.graph();
    let uses: usize = graph.values().map(|used| used.len()).sum();
    assert!(uses > 400, "only {uses} uses were found: is the reader broken?");
    graph.retain(|file, _| FOLDERS.contains(&file.split('/').next().unwrap().trim_end_matches(".rs")));
    let circles: Vec<String> = circles(&graph).iter().map(|lines| lines.join("\n    ")).collect();
    assert!(circles.is_empty(), "circles of files:\n    {}", circles.join("\n\n    "));
}

fn graph_of(files: &[(&str, &str)]) -> Graph {
    let mut sources = Sources::default();
    sources.add("lib.rs", "");
    files.iter().for_each(|(file, text)| sources.add(file, text));
    sources.graph()
}

/// The lines of the circles in planted sources.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    circles(&graph_of(files)).concat()
}

/// `b` uses `a`; what `a` says decides. With `use` lines and inline paths of every form, in tests and out of them.
#[test]
fn every_way_to_use_a_file_closes_a_circle() {
    let b = ("f/b.rs", "use super::a::A;\npub struct B;\npub enum Choice { One }\npub fn b(_: A) {}");
    let top = ("f/mod.rs", "mod a;\nmod b;\npub use b::{B, Choice as Renamed};");
    let ways = [
        "use super::b::B;",
        "use crate::f::b::B;",
        "use crate::{f::{b::{self, B}}, g};\nfn g() { b::b() }",
        "use crate::f::{b::{B as Other, Choice}};",
        "use super::{\n    B,\n};",
        "use super::Renamed;",
        "use super::b::*;\nfn f(x: B) {}",
        "use super::b;\nfn f() { b::b(A) }",
        "use self::super::b as other;\nfn f() { other::Choice::One; }",
        "fn f() { super::b::b(A) }",
        "fn f(x: &'static [crate::f::b::B]) {}",
        "pub use super::b::B;\nfn f(x: B) {}",
        "#[cfg(test)]\nmod tests {\n    use super::super::b::B;\n}",
        "#[cfg(test)]\nmod tests {\n    use super::*;\n    fn f() { super::super::b::b(A) }\n}",
        "fn f() { let quote = '\"'; let brace = '{'; crate::f::b::b(A) }",
    ];
    for way in ways {
        let a = format!("{way}\npub struct A;");
        let lines = found(&[top, b, ("f/a.rs", &a)]);
        assert!(lines.len() == 2 && lines[0].starts_with("f/a.rs:"), "{way}: {lines:?}");
    }
}

#[test]
fn what_only_looks_like_a_use_closes_none() {
    let b = ("f/b.rs", "use super::a::A;\npub struct B;\npub fn b(_: A) {}");
    let top = ("f/mod.rs", "mod a;\nmod b;\npub use b::B;");
    let ways = [
        "",
        "// use super::b::B;",
        "/* /* nested */ use super::b::B; */",
        "//! [`super::b::B`]",
        "const TEXT: &str = \"use super::b::B; \\\" super::b::b()\";",
        "const TEXT: &str = r#\"use \"super::b::B\"; super::b::b()\"#;",
        "pub use super::b::B;",
        "use other::b::B;",
        "fn f(x: other::B) { x.b::<u8>() }",
        "use super::*;\nfn f() {}",
        "use super::A as B;",
        "struct B;\nfn f() { self::B::new() }",
    ];
    for way in ways {
        let a = format!("{way}\npub struct A;");
        let lines = found(&[top, b, ("f/a.rs", &a)]);
        assert!(lines.is_empty(), "{way}: {lines:?}");
    }
}

#[test]
fn a_circle_may_lead_through_other_files_and_is_named_with_its_lines() {
    let files = [
        ("f/mod.rs", "pub mod a;\npub mod b;\npub mod c;\npub mod d;"),
        ("f/a.rs", "use super::b::B;\npub struct A;"),
        ("f/b.rs", "\nuse super::c::C;\npub struct B;"),
        ("f/c.rs", "use crate::f::d::D;\n\n#[cfg(test)]\nmod tests {\n    use crate::f::a::A;\n}\npub struct C;"),
        ("f/d.rs", "pub struct D;"),
    ];
    let expected = [
        "f/a.rs:1 uses `super::b::B` of f/b.rs",
        "f/b.rs:2 uses `super::c::C` of f/c.rs",
        "f/c.rs:5 uses `crate::f::a::A` of f/a.rs",
    ];
    assert_eq!(found(&files), expected);
    // Another folder is another graph.
    assert!(
        found(&[("f.rs", "use crate::g::G;\npub struct F;"), ("g.rs", "use crate::f::F;\npub struct G;")]).is_empty()
    );
    assert_eq!(found(&[("f.rs", "use a::A;\npub struct F;"), ("f/a.rs", "use super::F;\npub struct A;")]).len(), 2);
}

#[test]
fn a_mod_file_with_types_of_its_own_counts_as_a_file() {
    let child = ("f/a.rs", "use super::Shared;\npub struct A(Shared);");
    let own = ("f/mod.rs", "mod a;\nuse a::A;\npub struct Shared;\nfn f(x: A) {}");
    assert_eq!(found(&[own, child]).len(), 2);
    // With the type in a file of its own there is none, and the re-export is followed.
    let moved = ("f/mod.rs", "mod a;\nmod shared;\npub use shared::Shared;\nuse a::A;\nfn f(x: A) {}");
    let files = [moved, child, ("f/shared.rs", "pub struct Shared;")];
    assert!(found(&files).is_empty());
    assert!(graph_of(&files)["f/a.rs"].contains_key("f/shared.rs"));
}

/// A method lives where its `impl` stands, be that far from its type.
#[test]
fn methods_called_on_self_count() {
    let top = ("f/mod.rs", "mod a;\nmod b;");
    let home = ("f/a.rs", "pub struct A<T>(T);\nimpl<T: Fn(u8) -> u8> A<T> {\n    fn f(&self) { self.g() }\n}");
    let elsewhere = |head: &str| format!("use super::a::A;\n{head} {{\n    fn g(&self) {{}}\n}}");
    assert_eq!(found(&[top, home, ("f/b.rs", &elsewhere("impl<T> A<T>"))])[0], "f/a.rs:3 uses `self.g(..)` of f/b.rs");
    assert!(found(&[top, home, ("f/b.rs", &elsewhere("impl<T> Show for A<T>"))]).is_empty());
    // Between two files neither of which is the type's.
    let (first, second) = ("impl A { fn f(&self) { self.g() } }", "impl A { fn g(&self) { self.f() } }");
    let both = [first, second].map(|text| format!("use super::A;\n{text}"));
    let files = [("f/mod.rs", "mod b;\nmod c;\npub struct A;"), ("f/b.rs", &both[0]), ("f/c.rs", &both[1])];
    assert_eq!(found(&files).len(), 2);
}
