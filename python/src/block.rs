//! Draws that a simulator of Python's is asked for.

use limitcheck::{Drawing, Setting};
use numpy::{PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::sync::Mutex;
use std::sync::mpsc::SyncSender;

/// The value of each draw, or the replicate that has none, and why.
pub type Answer = Result<Vec<f64>, (u64, String)>;

/// Up to 64 draws of one size at one point. It is answered once, by `reply` or `fail`, from any thread.
#[pyclass(frozen)]
pub struct Block {
    sizes: Vec<(String, usize)>,
    settings: Vec<(String, Setting)>,
    /// What the claim is about.
    #[pyo3(get)]
    observable: String,
    /// Number of the first replicate.
    #[pyo3(get)]
    first: u64,
    seeds: Vec<[u32; 8]>,
    answer: Mutex<Option<SyncSender<Answer>>>,
}

impl Block {
    pub fn new(drawings: &[Drawing], observable: &str, answer: SyncSender<Answer>) -> Block {
        let one = &drawings[0];
        let setting = |(name, text): (String, String)| {
            let value = one.number(&name).map_or_else(|| Setting::from(text), Setting::from);
            (name, value)
        };
        Block {
            sizes: one.sizes().into_iter().map(|(name, size)| (name.to_string(), size)).collect(),
            settings: one.settings().into_iter().map(setting).collect(),
            observable: observable.to_string(),
            first: one.replicate,
            seeds: drawings.iter().map(|drawing| drawing.seed).collect(),
            answer: Mutex::new(Some(answer)),
        }
    }

    /// Whoever waits for an answer that nobody waits for any more is gone.
    fn answer(&self, answer: Answer) {
        let waiting = self.answer.lock().ok().and_then(|mut waiting| waiting.take());
        let _ = waiting.map(|waiting| waiting.send(answer));
    }
}

#[pymethods]
impl Block {
    /// Sizes by name, the one that grows first.
    #[getter]
    fn sizes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let sizes = PyDict::new(py);
        self.sizes.iter().try_for_each(|(name, size)| sizes.set_item(name, size))?;
        Ok(sizes)
    }

    /// Every parameter of the claim: numbers as numbers, the rest as text.
    #[getter]
    fn settings<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let settings = PyDict::new(py);
        for (name, value) in &self.settings {
            match value {
                Setting::Number(number) => settings.set_item(name, number)?,
                Setting::Text(text) => settings.set_item(name, text)?,
                _ => {}
            }
        }
        Ok(settings)
    }

    /// The words of each replicate's seed: shape (draws, 8), uint32.
    #[getter]
    fn words<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<u32>>> {
        let all: Vec<u32> = self.seeds.iter().flatten().copied().collect();
        numpy::PyArray1::from_vec(py, all).reshape([self.seeds.len(), 8])
    }

    /// Gives the value of each draw, in order.
    fn reply(&self, values: Vec<f64>) {
        self.answer(Ok(values));
    }

    /// Says that this replicate has no value.
    fn fail(&self, replicate: u64, why: String) {
        self.answer(Err((replicate, why)));
    }
}
