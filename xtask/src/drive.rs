//! What steers the page in a browser: a command line that is told where the page, the browser and its driver are.

use crate::package::Target;
use crate::server::{self, Content, Server};
use crate::shell::{self, Line};
use crate::tools::Browser;
use anyhow::Result;
use std::path::PathBuf;

/// Runs a line that drives the page in the browser, served by this very process.
pub fn drive(line: Line, target: Target, browser: &Browser) -> Result<()> {
    drive_at(line, Content::Repository(shell::root()), server::PAGE, target, browser)
}

/// Runs a line that drives the pages of a folder in the browser, served by this very process.
pub fn drive_folder(line: Line, folder: PathBuf, target: Target, browser: &Browser) -> Result<()> {
    drive_at(line, Content::Folders(vec![("/", folder)]), "/", target, browser)
}

fn drive_at(line: Line, content: Content, path: &str, target: Target, browser: &Browser) -> Result<()> {
    let server = Server::start(content, server::listen(0)?)?;
    line.env("RAFT_KV_PAGE", server.at(path))
        .env("RAFT_KV_CHROMEDRIVER", &browser.chromedriver)
        .env("RAFT_KV_CHROMIUM", &browser.chromium)
        .env("RAFT_KV_TARGET", target.name())
        .run()
}
