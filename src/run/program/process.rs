//! One process of a program: its lines, the end of what it says on standard error, and its end.

use super::super::progress::interrupted;
use super::command::{Command, shown};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// As much of the end of standard error as a message holds.
const TAIL: usize = 1000;
/// Lines that wait to be read; a program that writes more waits itself.
const LINES: usize = 4096;
/// A line longer than this is no answer.
const LONGEST_LINE: u64 = 1 << 20;
/// What a program may take to end by itself once its input has ended.
const GRACE: Duration = Duration::from_millis(300);

/// A running program. Ended, with all that it has started, when it is dropped.
pub(super) struct Process {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Result<String, String>>,
    errors: Arc<Mutex<Vec<u8>>>,
}

/// Why no line came.
pub(super) enum Silence {
    /// The program has ended, or its output cannot be read, as the text says.
    Ended(String),
    TimedOut,
    /// Time to look whether the run is to end.
    NotYet,
}

impl Process {
    /// Starts the program.
    pub fn start(command: &Command) -> Result<Process, String> {
        let mut start = std::process::Command::new(command.program());
        start.args(&command.words[1..]).current_dir(&command.folder);
        start.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        // A group of its own, so that what it starts can be ended with it.
        std::os::unix::process::CommandExt::process_group(&mut start, 0);
        let name = shown(&command.words[0]);
        let mut child = {
            // Nobody ends all processes between the start of this one and its place on the list.
            let mut running = running();
            if ENDED.load(Ordering::SeqCst) {
                return Err("interrupted".to_string());
            }
            let child = start.spawn().map_err(|error| format!("`{name}` cannot be started: {error}"))?;
            running.insert(child.id());
            child
        };
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (send, lines) = sync_channel(LINES);
        if let Some(output) = output {
            std::thread::spawn(move || {
                let mut output = BufReader::new(output);
                loop {
                    let mut line = String::new();
                    let read = output.by_ref().take(LONGEST_LINE).read_line(&mut line);
                    let line = match read {
                        Ok(0) => return,
                        Ok(read) if read as u64 == LONGEST_LINE => Err("a line of more than a megabyte".to_string()),
                        Ok(_) => Ok(line),
                        Err(error) => Err(format!("its output cannot be read: {error}")),
                    };
                    let last = line.is_err();
                    if send.send(line).is_err() || last {
                        return;
                    }
                }
            });
        }
        let kept = Arc::new(Mutex::new(Vec::new()));
        if let Some(mut errors) = errors {
            let kept = Arc::clone(&kept);
            std::thread::spawn(move || {
                let mut buffer = [0; 4096];
                while let Ok(read @ 1..) = errors.read(&mut buffer) {
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    kept.extend_from_slice(&buffer[..read]);
                    let surplus = kept.len().saturating_sub(2 * TAIL);
                    kept.drain(..surplus);
                }
            });
        }
        Ok(Process { child, input, lines, errors: kept })
    }

    /// Sends a line, which ends with a newline. A program that has ended is found when no answer comes.
    pub fn send(&mut self, line: &str) {
        if let Some(input) = &mut self.input {
            let _ = input.write_all(line.as_bytes()).and_then(|()| input.flush());
        }
    }

    /// The next line, or why there is none by then.
    pub fn line(&mut self, wait: Duration, until: Instant) -> Result<String, Silence> {
        let left = until.saturating_duration_since(Instant::now());
        match self.lines.recv_timeout(wait.min(left)) {
            Ok(Ok(line)) => Ok(line),
            Ok(Err(why)) => Err(Silence::Ended(why)),
            Err(RecvTimeoutError::Timeout) if Instant::now() >= until => Err(Silence::TimedOut),
            Err(RecvTimeoutError::Timeout) => Err(Silence::NotYet),
            Err(RecvTimeoutError::Disconnected) => Err(Silence::Ended(self.how_it_ended())),
        }
    }

    fn how_it_ended(&mut self) -> String {
        // Its output has ended, so it is about to end itself.
        let start = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return format!("the program ended ({status})"),
                Ok(None) if start.elapsed() < GRACE => std::thread::sleep(Duration::from_millis(5)),
                _ => return "the program closed its output".to_string(),
            }
        }
    }

    /// The end of what it said on standard error, in words; empty if it said nothing.
    pub fn last_words(&self) -> String {
        let kept = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept[kept.len().saturating_sub(TAIL)..]).trim().to_string();
        if text.is_empty() { text } else { format!("; standard error ends: {}", shown(&text.replace('\n', " | "))) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // End of input ends the program; one that does not listen is ended.
        self.input = None;
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < GRACE && !interrupted() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let mut running = running();
        end(self.child.id());
        let _ = self.child.kill();
        let _ = self.child.wait();
        running.remove(&self.child.id());
    }
}

/// Processes that run, by their number.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

fn running() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// No further process is started.
static ENDED: AtomicBool = AtomicBool::new(false);

/// Ends every program that runs, at once, with all that it has started, and starts no more: for one who is about to end this process.
pub fn end_all() {
    let running = running();
    ENDED.store(true, Ordering::SeqCst);
    running.iter().for_each(|process| end(*process));
}

/// Ends a process and the group that it leads. It is known to be a child of ours that nobody has waited for, or its group is
/// empty: the number is not another's.
#[cfg(unix)]
fn end(process: u32) {
    let Ok(group) = i32::try_from(process) else { return };
    // SAFETY: a system call without memory of ours.
    unsafe {
        libc::kill(-group, libc::SIGKILL);
    }
}

/// Where there are no groups, [`Child::kill`] is all there is.
#[cfg(not(unix))]
fn end(_: u32) {}
