//! `cargo xtask serve`: the page in the browser, from a fresh clone with one command; or the site, as a host has it.

use crate::package::{self, Target};
use crate::server::{self, Content, Server};
use crate::{shell, site, tools};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;

/// Build the page, serve it and open it in the browser
///
/// Installs what is missing first (the WebAssembly target and wasm-pack), then builds the package in pkg/ and serves
/// the page on this machine until Ctrl+C. With --site nothing is built, and what `cargo xtask site` wrote is served.
#[derive(Args)]
pub struct Serve {
    /// The port to serve on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 8000)]
    port: u16,

    /// Only print the page's address, do not open a browser
    #[arg(long)]
    no_open: bool,

    /// Serve this folder, which `cargo xtask site` wrote (`dist` unless told), as a static host has it
    #[arg(long, value_name = "DIR")]
    site: Option<Option<PathBuf>>,
}

impl Serve {
    /// Runs the command; returns only when it fails.
    pub fn run(&self) -> Result<()> {
        // The port is taken before the long build, so that a port in use shows at once.
        let listener = server::listen(self.port)?;
        let (content, path) = match &self.site {
            Some(told) => {
                let folder = site::folder(told.as_deref());
                if !site::is_one(&folder) {
                    bail!("there is no site in {}; `cargo xtask site` writes one", folder.display());
                }
                (Content::Folders(vec![("/", folder)]), "/")
            }
            None => {
                tools::for_page()?;
                package::build(Target::Bundler)?;
                (Content::Repository(shell::root()), server::PAGE)
            }
        };
        let server = Server::start(content, listener)?;
        let page = server.at(path);
        println!("\nThe page is at {page} (Ctrl+C stops the server).");
        if !self.no_open
            && let Err(problem) = opener::open_browser(&page)
        {
            println!("The browser does not open by itself ({problem}); open the address above in one.");
        }
        server.wait()
    }
}
