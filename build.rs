//! Takes what only debuggers read out of the page's WebAssembly: the names of all functions, half of its weight.
//!
//! It says so to the linker itself, because `strip = true` in the profile makes the build warn.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_ARCH", "wasm32") && is("PROFILE", "release") {
        println!("cargo:rustc-link-arg-cdylib=--strip-all");
        // wasm-bindgen reads from this section what the module may use.
        println!("cargo:rustc-link-arg-cdylib=--keep-section=target_features");
    }
}
