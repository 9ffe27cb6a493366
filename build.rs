//! The catalogue is embedded in the binary: a new or changed file under `theory/` must rebuild the crate.

fn main() {
    println!("cargo:rerun-if-changed=theory");
    println!("cargo:rerun-if-changed=build.rs");
}
