//! A conjecture of the user's own, outside the repository, and a catalogue of the user's own.

use crate::support::program::{expect, folder, json, limitcheck, refused, trained_claim, write};
use std::fs;
use std::path::Path;

/// Neither the repository nor the claim's folder.
const ELSEWHERE: &str = "elsewhere";

const CONJECTURE: &str = "# My conjecture

With these eigenvalues the error is what the smallest leave.

```claim
claim my-conjecture
title Rank with my eigenvalues
kind limit
status conjecture
source my notebook
grows d and m, with m/d -> rho

parameter rho = 0.25 in (0, inf)
parameter spectrum = file(mine.txt)

simulator sgd
observable test-error
bias exact

grid rho in {0.25, 0.5}
special 14/30 at rho = 1/4

limit Int[quantile(spectrum, p)^2 : p in [0, pos(1 - rho)]]/E[b^2 : b ~ spectrum]
```
";

#[test]
fn a_conjecture_with_its_own_spectrum_beside_it() {
    let here = folder();
    fs::create_dir(here.path().join(ELSEWHERE)).unwrap();
    let cwd = here.path().join(ELSEWHERE);
    write(here.path(), "claims/my-conjecture.md", CONJECTURE);
    write(here.path(), "claims/mine.txt", "# my eigenvalues\n1\n2\n3\n4\n");
    for path in
        ["../claims/my-conjecture.md".to_string(), here.path().join("claims/my-conjecture.md").display().to_string()]
    {
        let run = expect(&cwd, &["check", &path, "--budget", "quick", "--json", "verdicts.json"], 0);
        assert!(run.out.contains("my-conjecture") && run.out.contains("2 agrees"), "{}", run.out);
        expect(&cwd, &["show", &path], 0);
        let value = json(&cwd, &["eval", &path, "--set", "rho=0.25", "--json"]);
        assert!((value["value"].as_f64().unwrap() - 14.0 / 30.0).abs() < 1e-14, "{value}");
    }
    // Another law of the user's, again relative to the claim file, else to the current folder.
    write(here.path(), "claims/other.txt", "1\n1\n");
    write(&cwd, "here.txt", "1\n1\n");
    for file in ["other.txt", "here.txt"] {
        let set = format!("spectrum=file({file})");
        let value = json(&cwd, &["eval", "../claims/my-conjecture.md", "--set", &set, "--json"]);
        assert!((value["value"].as_f64().unwrap() - 0.75).abs() < 1e-14, "{value}");
    }
    expect(&cwd, &["report", "../claims/my-conjecture.md", "--budget", "quick", "--out", "report"], 0);
    assert!(cwd.join("report/claims/my-conjecture.md").is_file());
    // A bare file name in the current folder is a file, if no claim is called so.
    expect(&here.path().join("claims"), &["check", "my-conjecture.md", "--budget", "quick"], 0);
}

#[test]
fn an_activation_of_ones_own() {
    let here = folder();
    let claim = "```claim\nclaim bumpy\ntitle Random start with a bump\nkind limit\nstatus conjecture\nsource me\n\
        activation bump(t) = t^2*exp(-t^2/2) kinks {} smooth 2\nparameter activation = bump\nparameter zeta = 1 in [0, inf)\n\
        parameter rho = 2 in (0, inf)\nparameter weights = sphere\nsimulator init\nobservable test-error\nbias d^-1\ngrid\n\
        limit 1 + zeta^2*(E[sigma(g)^2 : g ~ normal] - lambda(0)^2)/2\n```\n";
    let path = write(here.path(), "bumpy.md", claim);
    let run = expect(here.path(), &["check", &path, "--budget", "quick"], 0);
    assert!(run.out.contains("1 agrees"), "{}", run.out);
    // E g^4 exp(-g^2) = 3/3^(5/2), E g^2 exp(-g^2/2) = 1/2^(3/2).
    let value = json(here.path(), &["eval", &path, "--json"]);
    let exact = 1.0 + (3.0 / 3_f64.powf(2.5) - 0.125) / 2.0;
    assert!((value["value"].as_f64().unwrap() - exact).abs() < 1e-12, "{value}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_catalogue_of_ones_own_is_the_bundled_one_and_more() {
    let here = folder();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("theory"), &here.path().join("theory"));
    let bundled = json(here.path(), &["list", "--json"]);
    assert_eq!(json(here.path(), &["list", "--json", "--theory", "theory"]), bundled);
    write(here.path(), "theory/sub/extra.md", trained_claim("extra", "derived", "1 - rho", ""));
    let listed = json(here.path(), &["--theory", "theory", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), bundled.as_array().unwrap().len() + 1);
    expect(here.path(), &["check", "extra", "sgd-robustness", "--theory", "theory", "--budget", "quick"], 0);
    refused(here.path(), &["check", "extra"], &["unknown claim `extra`"]);
}

/// A link that leads back up would be read for ever, or twice.
#[cfg(unix)]
#[test]
fn links_in_a_catalogue_do_not_go_round() {
    let here = folder();
    write(here.path(), "theory/one.md", trained_claim("one", "derived", "1 - rho", ""));
    std::os::unix::fs::symlink(".", here.path().join("theory/again")).unwrap();
    std::os::unix::fs::symlink("..", here.path().join("theory/up")).unwrap();
    let listed = json(here.path(), &["--theory", "theory", "list", "--json"]);
    assert_eq!(listed.as_array().unwrap().len(), 1);
}

#[test]
fn a_catalogue_with_faults_or_without_claims_is_refused() {
    let here = folder();
    fs::create_dir(here.path().join("empty")).unwrap();
    refused(here.path(), &["check", "--theory", "empty"], &["--theory empty", "holds no claim"]);
    refused(here.path(), &["list", "--theory", "nowhere"], &["--theory nowhere", "No such file"]);
    let one = write(here.path(), "twice/a.md", trained_claim("one", "derived", "1 - rho", ""));
    refused(here.path(), &["list", "--theory", &one], &["a.md", "Not a directory"]);
    write(here.path(), "twice/b.md", trained_claim("one", "derived", "1 - rho", ""));
    refused(here.path(), &["list", "--theory", "twice"], &["id `one`", "a.md", "b.md", "ids are unique"]);
    write(here.path(), "broken/a.md", trained_claim("one", "derived", "1 - roh", ""));
    refused(here.path(), &["list", "--theory", "broken"], &["unknown name `roh`", "a.md:17:11", "did you mean `rho`?"]);
}

#[test]
fn a_folder_means_the_claim_files_below_it() {
    let here = folder();
    write(here.path(), "mine/one.md", trained_claim("one", "derived", "1 - rho", ""));
    write(here.path(), "mine/deep/two.md", trained_claim("two", "known-false", "1 - rho^2", ""));
    write(here.path(), "mine/README.md", "# Nothing to judge here\n");
    let run = expect(here.path(), &["check", "mine", "sgd-robustness", "--budget", "quick", "--json", "all.json"], 0);
    let all: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(here.path().join("all.json")).unwrap()).unwrap();
    let judged = |id: &str| all["cells"].as_array().unwrap().iter().filter(|cell| cell["claim"] == id).count();
    assert!(judged("one") > 0 && judged("two") > 0 && judged("sgd-robustness") > 0, "{}", run.out);

    // What is known to be false is explored only if it is named itself.
    let explored = |arguments: &[&str]| {
        let mut words = vec!["explore", "--points", "2", "--budget", "quick", "--json", "points.json"];
        words.extend(arguments);
        let run = limitcheck(here.path(), &words);
        assert!(run.code.is_some_and(|code| code < 3), "{}", run.err);
        fs::read_to_string(here.path().join("points.json")).unwrap()
    };
    let text = explored(&["mine"]);
    assert!(text.contains("\"one\"") && !text.contains("\"two\""), "{text}");
    let text = explored(&["mine/deep/two.md"]);
    assert!(text.contains("\"two\""), "{text}");
    refused(here.path(), &["explore", "mine/deep"], &["known to be false", "name it itself"]);

    expect(here.path(), &["report", "mine", "--budget", "quick", "--out", "drawn"], 0);
    let index = fs::read_to_string(here.path().join("drawn/README.md")).unwrap();
    let (own, wrong) = (index.find("### Claims of your own"), index.find("### Known to be false"));
    assert!(own.is_some() && wrong.is_some(), "{index}");
    assert!(here.path().join("drawn/claims/two.md").is_file());
}

#[test]
fn a_folder_without_claims_or_with_faults_says_so() {
    let here = folder();
    fs::create_dir(here.path().join("empty")).unwrap();
    refused(here.path(), &["check", "empty"], &["empty: holds no claim", "block marked `claim`"]);
    refused(here.path(), &["check", "nowhere"], &["unknown claim `nowhere`"]);
    write(here.path(), "mine/one.md", trained_claim("one", "derived", "1 - rho", ""));
    write(here.path(), "mine/bad.md", trained_claim("bad", "derived", "1 - roh", ""));
    let run = expect(here.path(), &["check", "mine", "--budget", "quick"], 3);
    assert!(run.err.contains("bad.md:17:11") && run.out.contains("one"), "{}{}", run.out, run.err);
    refused(here.path(), &["check", "mine", "mine/one.md"], &["claim `one` is named twice"]);
}
