//! `cargo xtask serve`: the page in the browser, from a fresh clone with one command.

use crate::package::{self, Target};
use crate::server::{self, Server};
use crate::{shell, tools};
use anyhow::Result;
use clap::Args;

/// Build the page, serve it and open it in the browser
///
/// Installs what is missing first (the WebAssembly target and wasm-pack), then builds the package in pkg/ and serves
/// the page on this machine until Ctrl+C.
#[derive(Args)]
pub struct Serve {
    /// The port to serve on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 8000)]
    port: u16,

    /// Only print the page's address, do not open a browser
    #[arg(long)]
    no_open: bool,
}

impl Serve {
    /// Runs the command; returns only when it fails.
    pub fn run(&self) -> Result<()> {
        // The port is taken before the long build, so that a port in use shows at once.
        let listener = server::listen(self.port)?;
        tools::for_page()?;
        package::build(Target::Bundler)?;

        let server = Server::start(&shell::root(), listener)?;
        println!("\nThe page is at {} (Ctrl+C stops the server).", server.page());
        if !self.no_open
            && let Err(problem) = opener::open_browser(server.page())
        {
            println!("The browser does not open by itself ({problem}); open the address above in one.");
        }
        server.wait()
    }
}
