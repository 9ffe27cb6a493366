//! `limitcheck slurm`.

mod request;

use super::{Failure, Outcome, command_line, library::Library, prepare, print, programs::Programs, quoted, terms};
use crate::run::files;
use crate::run::shard::{Foretold, foretold, measured_speed};
use crate::run::simulate::use_threads;
use request::{Duration, Memory};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// Ids of claims, or claim files (default: the whole catalogue)
    claims: Vec<String>,
    #[command(flatten)]
    terms: terms::Arguments,
    /// Seed of every random draw; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Tasks of the array
    #[arg(long, value_name = "N", required_unless_present = "measure", value_parser = clap::value_parser!(u64).range(1..=MOST_SHARDS))]
    shards: Option<u64>,
    /// Time limit of a task: HH:MM:SS, or D-HH:MM:SS
    #[arg(long, value_name = "HH:MM:SS", required_unless_present = "measure")]
    time: Option<Duration>,
    /// Memory of a task, such as 4G
    #[arg(long, value_name = "SIZE", required_unless_present = "measure")]
    mem: Option<Memory>,
    /// Threads of a task
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    cpus: u64,
    /// Partition of the cluster
    #[arg(long, value_name = "NAME")]
    partition: Option<String>,
    /// Most tasks that run at once
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u64).range(1..))]
    array_limit: Option<u64>,
    /// Operations a second of a task, as --measure prints them on a node: to foretell the time
    #[arg(long, value_name = "FLOPS", allow_negative_numbers = true)]
    speed: Option<f64>,
    /// Measure the speed of this machine with as many threads as --cpus says, and print it; nothing else is done
    #[arg(long)]
    measure: bool,
    /// Folder to write
    #[arg(long, value_name = "DIR", required_unless_present = "measure")]
    out: Option<PathBuf>,
    #[command(flatten)]
    programs: Programs,
}

const MOST_SHARDS: u64 = crate::run::division::MOST_SHARDS as u64;

/// Of the program itself, formulas and samples.
const PROGRAM_BYTES: u64 = 256 << 20;

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    if arguments.measure {
        use_threads(arguments.cpus as usize)?;
        print(&format!("{:.2e}\n", measured_speed()?))?;
        return Ok(0);
    }
    let (Some(shards), Some(time), Some(mem), Some(out)) =
        (arguments.shards, &arguments.time, &arguments.mem, &arguments.out)
    else {
        return Err(Failure::new("name --shards, --time, --mem and --out, or --measure"));
    };
    if arguments.speed.is_some_and(|speed| !(speed.is_finite() && speed > 0.0)) {
        return Err(Failure::new("--speed: operations a second, above 0, as `limitcheck slurm --measure` prints them"));
    }
    let library = Library::for_claims(theory, &arguments.claims)?;
    let claims = library.claims(&arguments.claims)?;
    let terms = arguments.terms.of(theory, &claims)?;
    let ready = prepare(&claims, &arguments.programs)?.divided(true);
    let figures = &library.catalogue.figures;
    let ahead = foretold(&ready.prepared, figures, terms.budget, shards as usize, arguments.cpus as usize)?;
    let needed = ahead.bytes.saturating_add(PROGRAM_BYTES);
    if needed > mem.bytes {
        return Err(Failure::new(format!(
            "a task needs {} of memory, for {}, more than --mem {mem}: ask for more, or for fewer --cpus",
            Memory::of(needed),
            ahead.largest
        )));
    }
    let longest = ahead.work.iter().copied().fold(0.0, f64::max);
    let seconds = arguments.speed.map(|speed| longest / speed);
    if let Some(seconds) = seconds.filter(|seconds| *seconds > time.seconds as f64) {
        let message = if ahead.parts > shards as usize {
            "ask for more time, more --shards or more --cpus"
        } else {
            "ask for more time or more --cpus: more shards would not divide it further"
        };
        return Err(Failure::new(format!(
            "the largest shard is foretold to take {}, more than --time {time}: {message}",
            Duration::of(seconds)
        )));
    }
    let summary = summary(&ahead, needed, mem, seconds, time);
    write(theory, arguments, out, &summary)?;
    print(&format!("{summary}\nwritten; submit it: bash {}\n", quoted(&out.join("submit.sh").display().to_string())))?;
    Ok(ready.code(0))
}

fn summary(ahead: &Foretold, needed: u64, mem: &Memory, seconds: Option<f64>, time: &Duration) -> String {
    let (sum, most) = (ahead.work.iter().sum::<f64>(), ahead.work.iter().copied().fold(0.0, f64::max));
    let mean = sum / ahead.work.len() as f64;
    let time = match seconds {
        Some(seconds) => format!("about {} of {time} for the largest shard", Duration::of(seconds)),
        None => "not foretold without --speed, which `limitcheck slurm --measure` prints on a node".to_string(),
    };
    format!(
        "Foretold: {sum:.1e} operations, at most {most:.1e} a shard (mean {mean:.1e}).\nMemory: {} of {mem} a task.\nTime: {time}.",
        Memory::of(needed)
    )
}

fn write(theory: Option<&Path>, arguments: &Arguments, out: &Path, summary: &str) -> Result<(), Failure> {
    let here = |error| Failure::new(format!("the current folder and program cannot be found: {error}"));
    let start = std::env::current_dir().map_err(here)?;
    let program = std::env::current_exe().map_err(here)?;
    let folder = out.display().to_string();
    let allowed = if arguments.programs.are_allowed() { " --allow-programs" } else { "" };
    let terms = format!("{}{allowed}", arguments.terms.text());
    let seeded = format!("{terms} --seed {}", arguments.seed);
    let merged = quoted(&out.join("merged.jsonl").display().to_string());
    let line = |verb, options: &str| command_line(verb, &arguments.claims, theory, options);
    let text = |value: Option<String>| value.unwrap_or_default();
    let values = [
        ("shards", text(arguments.shards.map(|shards| shards.to_string()))),
        ("limit", text(arguments.array_limit.map(|limit| format!("%{limit}")))),
        ("time", text(arguments.time.as_ref().map(Duration::to_string))),
        ("mem", text(arguments.mem.as_ref().map(Memory::to_string))),
        ("cpus", arguments.cpus.to_string()),
        ("folder", quoted(&folder)),
        ("start", quoted(&start.display().to_string())),
        ("draw", line("report", &seeded).trim_start_matches("limitcheck ").to_string()),
        // The seed is that of the samples.
        ("write", line("report", &terms).trim_start_matches("limitcheck ").to_string()),
        ("options", text(arguments.partition.as_ref().map(|name| quoted(&format!("--partition={name}"))))),
        ("program", quoted(&program.display().to_string())),
        ("check", line("check", &format!("{seeded} --results {merged}"))),
        ("foretold", summary.to_string()),
    ];
    let filled = |template: &str| {
        let put = |text: String, (name, value): &(&str, String)| text.replace(&format!("{{{name}}}"), value);
        values.iter().fold(template.to_string(), put)
    };
    let scripts = [
        ("shard.sh", include_str!("shard.sh")),
        ("report.sh", include_str!("report.sh")),
        ("submit.sh", include_str!("submit.sh")),
    ];
    files::check_writable(out)?;
    for name in scripts.iter().map(|(name, _)| *name).chain(["README.md"]) {
        files::check_ours(&out.join(name))?;
    }
    for (name, template) in scripts {
        files::write_whole(&out.join(name), &filled(template))?;
    }
    files::write_ours(&out.join("README.md"), &filled(include_str!("README.md")))?;
    // The user's own from then on.
    let site = out.join("site.sh");
    if !site.exists() {
        files::write_whole(&site, &filled(include_str!("site.sh")))?;
    }
    Ok(())
}
