//! `limitcheck page`.

use super::{Outcome, command_line, interruption, library::Library, print, remark};
use crate::report::interactive::interactive_page;
use crate::run::interactive::{Source, interactive};
use crate::run::simulate::use_threads;
use crate::run::{RunError, files, report_file};
use std::path::{Component, Path, PathBuf};

#[derive(clap::Args)]
pub struct Arguments {
    /// The page, an HTML file that needs no other
    #[arg(long, default_value = "page.html", value_name = "FILE.html")]
    out: PathBuf,
    /// Show the verdicts of a report, and link to its pages: its report.json
    #[arg(long, value_name = "REPORT.json")]
    from: Option<PathBuf>,
    /// Seed of the simulated networks; the same seed gives the same bytes
    #[arg(long, default_value_t = 1, allow_negative_numbers = true)]
    seed: u64,
    /// Threads (default: one per core); the result does not depend on it
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    jobs: usize,
}

pub fn run(theory: Option<&Path>, arguments: &Arguments) -> Outcome {
    let started = std::time::Instant::now();
    let out = &arguments.out;
    if out.extension().is_none_or(|ending| ending != "html") {
        return Err(RunError::file(out, "is an HTML page; give it a name that ends in .html").into());
    }
    // Asked before the run, so that no work is lost, and again before writing.
    files::check_ours(out)?;
    files::check_creatable(out)?;
    let source = arguments.from.as_deref().map(|path| source(path, out)).transpose()?;
    let library = Library::open(theory)?;
    use_threads(arguments.jobs)?;
    interruption::end_in_order(false);
    let record = interactive(&library.catalogue, &command(theory, arguments), arguments.seed, source.as_ref())?;
    files::write_ours(out, &interactive_page(&record))?;
    print(&format!("{}\n", out.display()))?;
    let worst = record.tables.iter().max_by(|a, b| a.error.total_cmp(&b.error));
    if let Some(table) = worst {
        remark(&format!("largest error of interpolation: {:.1e} ({}, {})", table.error, table.claim, table.error_at));
    }
    remark(&format!("{:.1} s", started.elapsed().as_secs_f64()));
    Ok(0)
}

/// The command that makes the page again.
fn command(theory: Option<&Path>, arguments: &Arguments) -> String {
    let mut options = format!("--out {} --seed {}", arguments.out.display(), arguments.seed);
    if let Some(path) = &arguments.from {
        options = format!("--from {} {options}", path.display());
    }
    command_line("page", &[], theory, &options)
}

fn source(path: &Path, out: &Path) -> Result<Source, RunError> {
    let folder = |path: &Path| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::canonicalize(parent).ok()
    };
    let linked = folder(out).zip(folder(path)).and_then(|(from, to)| relative(&from, &to));
    Ok(Source { data: report_file::read(path)?, folder: linked })
}

/// The way from one folder to another, as a link has it: with a slash at its end, or empty.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let (from, to): (Vec<Component>, Vec<Component>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    // Two drives of one machine.
    if shared == 0 {
        return None;
    }
    let up = from[shared..].iter().map(|_| Some("../".to_string()));
    let down = to[shared..].iter().map(|part| Some(format!("{}/", part.as_os_str().to_str()?)));
    up.chain(down).collect()
}

#[cfg(test)]
mod tests {
    use super::relative;
    use std::path::Path;

    #[test]
    fn links_go_up_and_down() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).unwrap();
        assert_eq!(way("/a/b", "/a/b"), "");
        assert_eq!(way("/a/b", "/a/c/d"), "../c/d/");
        assert_eq!(way("/a", "/a/c"), "c/");
    }
}
