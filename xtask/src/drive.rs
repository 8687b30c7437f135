//! What steers the page in a browser: a command line that is told where the page, the browser and its driver are.

use crate::package::Target;
use crate::server::{self, Content, Server};
use crate::shell::{self, Line};
use crate::tools::Browser;
use anyhow::Result;

/// Runs a line that drives the page in the browser, served by this very process.
pub fn drive(line: Line, target: Target, browser: &Browser) -> Result<()> {
    let server = Server::start(Content::Repository(shell::root()), server::listen(0)?)?;
    line.env("RAFT_KV_PAGE", server.at(server::PAGE))
        .env("RAFT_KV_CHROMEDRIVER", &browser.chromedriver)
        .env("RAFT_KV_CHROMIUM", &browser.chromium)
        .env("RAFT_KV_TARGET", target.name())
        .run()
}
