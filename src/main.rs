//! The command line, see `terminal/`.

#[cfg(not(target_arch = "wasm32"))]
mod terminal;

#[cfg(target_arch = "wasm32")]
fn main() {
    // The browser has a face of its own; this one is for the terminal.
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    terminal::main()
}
