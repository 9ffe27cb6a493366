//! Claims, and where they are found.

use crate::error::raised;
use limitcheck::Catalogue;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::time::Duration;

/// A claim, read.
#[pyclass(frozen, from_py_object)]
#[derive(Clone)]
pub struct Claim(pub limitcheck::Claim);

#[pymethods]
impl Claim {
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    #[getter]
    fn title(&self) -> &str {
        self.0.title()
    }

    #[getter]
    fn kind(&self) -> String {
        self.0.kind()
    }

    #[getter]
    fn status(&self) -> String {
        self.0.status()
    }

    #[getter]
    fn latex(&self) -> String {
        self.0.latex()
    }

    #[getter]
    fn path(&self) -> &str {
        self.0.path()
    }

    #[getter]
    fn parameters(&self) -> Vec<(String, String)> {
        self.0.parameters()
    }

    #[getter]
    fn sizes(&self) -> Vec<String> {
        self.0.sizes().into_iter().map(str::to_string).collect()
    }

    #[getter]
    fn observable(&self) -> Option<&str> {
        self.0.observable()
    }

    #[getter]
    fn simulator(&self) -> Option<&str> {
        self.0.simulator()
    }

    #[getter]
    fn command(&self) -> Option<String> {
        self.0.command()
    }

    /// The claim, simulated by the program that it names.
    fn allowing_program(&self, py: Python<'_>, timeout: f64) -> PyResult<Claim> {
        let allowed = self.0.allowing_program(Duration::from_secs_f64(timeout));
        allowed.map(Claim).map_err(|error| raised(py, error))
    }
}

/// Ids of the bundled claims, sorted.
#[pyfunction]
pub fn ids(py: Python<'_>) -> Vec<String> {
    py.detach(|| Catalogue::bundled().ids().map(str::to_string).collect())
}

/// The bundled claim of this id.
#[pyfunction]
pub fn find(py: Python<'_>, id: &str) -> PyResult<Claim> {
    py.detach(|| Catalogue::bundled().claim(id)).map(Claim).map_err(|error| raised(py, error))
}

/// The claim in a file.
#[pyfunction]
pub fn read(py: Python<'_>, path: PathBuf) -> PyResult<Claim> {
    py.detach(|| limitcheck::Claim::read(path)).map(Claim).map_err(|error| raised(py, error))
}

/// The claim in a text; `name` stands for its file.
#[pyfunction]
pub fn parse(py: Python<'_>, name: &str, text: &str) -> PyResult<Claim> {
    py.detach(|| limitcheck::Claim::parse(name, text)).map(Claim).map_err(|error| raised(py, error))
}
