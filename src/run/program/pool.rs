//! As many processes of one program as are asked at once, kept alive between questions.

use super::super::progress::interrupted;
use super::command::{Command, shown};
use super::process::{Process, Silence};
use super::protocol::{Question, Said, answer, request};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Replicates of one request: a line that every pipe holds, and enough that a round trip costs little.
pub const BLOCK: usize = 64;
/// How often a wait looks whether the run is to end.
const GLANCE: Duration = Duration::from_millis(50);

/// Why a replicate has no values.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The replicate it is about: the first without an answer.
    pub replicate: u64,
    /// What happened, with the end of standard error.
    pub message: String,
}

/// Processes of a program. What is asked of it does not depend on which of them answers.
pub struct Pool {
    command: Command,
    timeout: Duration,
    idle: Mutex<Vec<Process>>,
}

/// What went wrong with a process: it is not asked again.
enum Broken {
    /// Something that another try may mend: the program ended, or took too long.
    Once(Failure),
    /// What the program said, and would say again.
    Said(Failure),
}

type Seeded = (u64, [u32; 8]);

impl Pool {
    /// No process is started before the first question. `timeout` is for one replicate.
    pub fn new(command: Command, timeout: Duration) -> Pool {
        Pool { command, timeout, idle: Mutex::new(Vec::new()) }
    }

    /// Values of every replicate, in the order asked. `show` is told each line that is sent and received.
    ///
    /// # Errors
    /// A program that cannot be started; a replicate without an answer, after one restart; an error that the program reports.
    pub fn ask(&self, question: &Question, replicates: &[Seeded], show: Show) -> Result<Vec<Vec<f64>>, Failure> {
        let mut values = Vec::with_capacity(replicates.len());
        for block in replicates.chunks(BLOCK) {
            let first = match self.attempt(question, block, show) {
                Ok(found) => {
                    values.extend(found);
                    continue;
                }
                Err(Broken::Said(failure)) => return Err(failure),
                Err(Broken::Once(failure)) => failure,
            };
            if interrupted() {
                return Err(first);
            }
            match self.attempt(question, block, show) {
                Ok(found) => values.extend(found),
                Err(Broken::Said(failure) | Broken::Once(failure)) => return Err(failure),
            }
        }
        Ok(values)
    }

    /// Whether other processes, asked in another order, give the same values: the first replicate that has others, if there is one.
    ///
    /// # Errors
    /// As [`Pool::ask`].
    pub fn repeats(
        &self,
        question: &Question,
        replicates: &[Seeded],
        known: &[Vec<f64>],
    ) -> Result<Option<u64>, Failure> {
        let other = Pool::new(self.command.clone(), self.timeout);
        let backwards: Vec<Seeded> = replicates.iter().rev().copied().collect();
        let again = other.ask(question, &backwards, &|_, _| {})?;
        let differs = |((_, known), again): &((&Seeded, &Vec<f64>), &Vec<f64>)| {
            known.iter().zip(again.iter()).any(|(a, b)| a.to_bits() != b.to_bits())
        };
        let pairs = replicates.iter().zip(known).zip(again.iter().rev());
        Ok(pairs.into_iter().find(differs).map(|((seeded, _), _)| seeded.0))
    }

    /// One question to one process, which is kept if all went well.
    fn attempt(&self, question: &Question, block: &[Seeded], show: Show) -> Result<Vec<Vec<f64>>, Broken> {
        let replicate = block.first().map_or(0, |(replicate, _)| *replicate);
        let kept = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let started = kept.map_or_else(|| Process::start(&self.command), Ok);
        let mut process = started.map_err(|message| Broken::Said(Failure { replicate, message }))?;
        let line = request(question, block);
        show(">", line.trim_end());
        process.send(&line);
        let mut found: BTreeMap<u64, Vec<f64>> = BTreeMap::new();
        // A program may keep its answers back until it has them all.
        let allowance = |left: usize| Instant::now() + self.timeout.saturating_mul(left as u32);
        let mut until = allowance(block.len());
        while found.len() < block.len() {
            let missing =
                || block.iter().map(|(replicate, _)| *replicate).find(|replicate| !found.contains_key(replicate));
            let (replicate, left) = (missing().unwrap_or(replicate), block.len() - found.len());
            let fail = |why: String, process: &Process| Failure { replicate, message: why + &process.last_words() };
            let line = match process.line(GLANCE, until) {
                Ok(line) => line,
                Err(Silence::NotYet) if interrupted() => {
                    return Err(Broken::Said(fail("interrupted".to_string(), &process)));
                }
                Err(Silence::NotYet) => continue,
                Err(Silence::Ended(why)) => return Err(Broken::Once(fail(why, &process))),
                Err(Silence::TimedOut) => {
                    let seconds = self.timeout.as_secs_f64();
                    let why =
                        format!("no answer within {seconds} seconds a replicate, {left} of {} to come", block.len());
                    return Err(Broken::Once(fail(why, &process)));
                }
            };
            show("<", line.trim_end());
            match answer(line.trim_end(), &question.observables) {
                Said::Values(number, values) if block.iter().any(|(replicate, _)| *replicate == number) => {
                    if found.insert(number, values).is_some() {
                        let why = format!("two answers for replicate {number}");
                        return Err(Broken::Said(Failure { replicate: number, message: why + &process.last_words() }));
                    }
                    until = allowance(left);
                }
                Said::Error(number, why) => {
                    let message = format!("the program says: {}{}", shown(&why), process.last_words());
                    return Err(Broken::Said(Failure { replicate: number, message }));
                }
                Said::Values(number, _) => {
                    let why = format!("an answer for replicate {number}, which was not asked for");
                    return Err(Broken::Said(fail(why, &process)));
                }
                Said::Nonsense(why) => return Err(Broken::Said(fail(format!("the program printed {why}"), &process))),
            }
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        // In the order asked; every replicate has its answer.
        Ok(block.iter().filter_map(|(replicate, _)| found.remove(replicate)).collect())
    }
}

/// Is told `>` and a line that is sent, `<` and one that is received.
pub type Show<'a> = &'a dyn Fn(&str, &str);
