//! What the Python package `limitcheck` is made of: the library's front door, callable from Python. The package itself, in `py/`, gives it the
//! form that Python programs expect.

mod block;
mod calls;
mod claim;
mod error;
mod generator;
mod watched;

use pyo3::prelude::*;

/// The command line with the arguments of this process. Returns the exit code.
#[pyfunction]
fn main(py: Python<'_>) -> PyResult<u8> {
    let words: Vec<std::ffi::OsString> = py.import("sys")?.getattr("argv")?.extract()?;
    // Ctrl-C is the program's from here on.
    let signal = py.import("signal")?;
    signal.call_method1("signal", (signal.getattr("SIGINT")?, signal.getattr("SIG_DFL")?))?;
    Ok(py.detach(|| limitcheck::command::run(words)))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<claim::Claim>()?;
    module.add_class::<block::Block>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(claim::ids, module)?)?;
    module.add_function(wrap_pyfunction!(claim::find, module)?)?;
    module.add_function(wrap_pyfunction!(claim::read, module)?)?;
    module.add_function(wrap_pyfunction!(claim::parse, module)?)?;
    module.add_function(wrap_pyfunction!(generator::states, module)?)?;
    module.add_function(wrap_pyfunction!(calls::limits, module)?)?;
    module.add_function(wrap_pyfunction!(calls::simulate, module)?)?;
    module.add_function(wrap_pyfunction!(calls::check, module)?)?;
    module.add_function(wrap_pyfunction!(calls::explore, module)?)?;
    module.add_function(wrap_pyfunction!(calls::table, module)?)?;
    module.add_function(wrap_pyfunction!(calls::figures, module)?)?;
    Ok(())
}
