//! Simulators against unlike routes to the same networks.

mod population;
mod registry;
mod training_path;
