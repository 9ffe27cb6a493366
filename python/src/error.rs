//! Errors of the library as exceptions of the package.

use limitcheck::Error;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The exception of `limitcheck.errors` for an error. Its place and parts are attributes.
pub fn raised(py: Python<'_>, error: Error) -> PyErr {
    let message = error.to_string();
    let made = match error {
        Error::Faults { faults, .. } => {
            let one = |fault: &limitcheck::Fault| {
                let parts = (&fault.path, fault.line, fault.column, &fault.code, &fault.message, &fault.hint);
                parts.into_pyobject(py)
            };
            let place = faults.first().map(|fault| format!("{}:{}:{}", fault.path, fault.line, fault.column));
            let faults: PyResult<Vec<_>> = faults.iter().map(one).collect();
            faults.and_then(|faults| exception(py, "FaultsError", &message, place, Some(faults)))
        }
        Error::Unknown { .. } => plain(py, "UnknownError", &message, None),
        Error::NeedsSize { claim } => plain(py, "NeedsSizeError", &message, Some(claim)),
        Error::Outside { hypothesis, .. } => plain(py, "OutsideError", &message, Some(hypothesis)),
        Error::NoValue { place, .. } => plain(py, "NoValueError", &message, Some(place)),
        Error::File { path, .. } => plain(py, "FileError", &message, Some(path.display().to_string())),
        Error::Simulation { place, .. } => plain(py, "SimulationError", &message, Some(place)),
        Error::Interrupted => return pyo3::exceptions::PyKeyboardInterrupt::new_err(message),
        _ => plain(py, "RequestError", &message, None),
    };
    made.unwrap_or_else(|error| error)
}

fn plain(py: Python<'_>, name: &str, message: &str, place: Option<String>) -> PyResult<PyErr> {
    exception(py, name, message, place, None)
}

fn exception(
    py: Python<'_>,
    name: &str,
    message: &str,
    place: Option<String>,
    faults: Option<Vec<Bound<'_, pyo3::types::PyTuple>>>,
) -> PyResult<PyErr> {
    let class = py.import("limitcheck.errors")?.getattr(name)?;
    let named = PyDict::new(py);
    named.set_item("place", place)?;
    if let Some(faults) = faults {
        named.set_item("faults", faults)?;
    }
    Ok(PyErr::from_value(class.call((message.trim_end(),), Some(&named))?))
}

/// What no caller can do anything about.
pub fn panicked() -> PyErr {
    PyRuntimeError::new_err("limitcheck failed inside; what it wrote on standard error says where")
}
