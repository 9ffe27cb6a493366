//! `slurm`: the scripts of a job array. `.ci/slurm` runs them.

use crate::support::program::{expect, folder, refused, tangent_claim, write};
use std::fs;

/// What a script says of itself to Slurm and to the program.
#[test]
fn a_job_array_is_written_and_what_does_not_fit_is_refused() {
    let here = folder();
    write(here.path(), "mine.md", tangent_claim("mine", "conjecture", "(1 - rho)^2", ""));
    let words = |more: &[&'static str]| [&["slurm", "mine.md", "--budget", "quick"], more].concat();
    let slurm = |more: &[&'static str]| {
        let fixed =
            ["--shards", "4", "--time", "00:30:00", "--mem", "1G", "--partition", "long nodes", "--out", "jobs"];
        words(&[&fixed, more].concat())
    };
    let out = expect(here.path(), &slurm(&["--cpus", "2", "--array-limit", "3", "--speed", "1e9"]), 0).out;
    assert!(out.contains("Foretold: ") && out.contains("00:30:00 for the largest shard"), "{out}");
    let read = |name: &str| fs::read_to_string(here.path().join("jobs").join(name)).unwrap();
    let shard = read("shard.sh");
    for line in ["--array=1-4%3", "--time=00:30:00", "--mem=1G", "--cpus-per-task=2", "--signal=B:TERM@60"] {
        assert!(shard.contains(&format!("#SBATCH {line}\n")), "{line}: {shard}");
    }
    let run = "report mine.md --budget quick --seed 1 --jobs 2 --shard \"$number/4\"";
    assert!(shard.contains(run), "{shard}");
    assert!(read("site.sh").contains("options=('--partition=long nodes')"));
    assert!(read("README.md").lines().filter(|line| !line.is_empty()).count() <= 12);
    for name in ["shard.sh", "report.sh", "submit.sh", "site.sh"] {
        let text = read(name);
        assert!(!text.replace("${", "").contains("{s") && !text.contains("{w") && !text.contains("{f"), "{text}");
    }
    // The site's options are the user's; another's file stays.
    write(here.path(), "jobs/site.sh", "options=(--account=mine)\n");
    expect(here.path(), &slurm(&["--cpus", "2"]), 0);
    assert_eq!(read("site.sh"), "options=(--account=mine)\n");
    write(here.path(), "jobs/shard.sh", "echo mine\n");
    refused(here.path(), &slurm(&[]), &["shard.sh", "not written by limitcheck"]);
    let table: [(&[&'static str], &[&str]); 6] = [
        (
            &["--time", "00:30:00", "--speed", "1"],
            &["largest shard", "more than --time 00:30:00", "would not divide it further"],
        ),
        (&["--time", "00:30:00", "--mem", "10M"], &["a task needs", "more than --mem 10M"]),
        (&["--time", "30"], &["--time", "HH:MM:SS"]),
        (&["--time", "00:30:00", "--mem", "4 bytes"], &["--mem", "4G"]),
        (&["--time", "00:30:00", "--speed", "-1"], &["--speed"]),
        (&["--time", "00:30:00", "--shards", "0"], &["--shards"]),
    ];
    for (more, fragments) in table {
        let given = |name: &str| more.contains(&name);
        let mut all = words(&["--out", "other"]);
        for (name, value) in [("--mem", "1G"), ("--shards", "2")] {
            if !given(name) {
                all.extend([name, value]);
            }
        }
        all.extend(more);
        refused(here.path(), &all, fragments);
        assert!(!here.path().join("other").exists());
    }
}
