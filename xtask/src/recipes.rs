//! `cargo xtask recipes`: the site in the tools with which course notes are made. Each recipe's project is built by its
//! own tool and opened in a browser.
//!
//! A [`recipe`] says what it needs and how it is built; [`tool`] finds or installs what builds it.

mod recipe;
mod tool;

use crate::drive::drive_folder;
use crate::package::{self, Target};
use crate::report::Report;
use crate::shell::{self, Line};
use crate::tools::Browser;
use crate::{folder, node, site, tools};
use anyhow::{Context, Result, anyhow};
use clap::Args;
use recipe::Recipe;
use std::fs;
use std::path::PathBuf;
use tool::Tool;

/// Where the projects are, from the repository's root.
const PROJECTS: &str = "tests/recipes";

/// Build the recipes of www/recipes.html with their own tools and open the results in a browser
///
/// Each project in tests/recipes/ is copied, gets the site's files, is built by its tool and opened in Chromium. A recipe
/// whose tool is not there is left out, unless it was named: then that is a failure. With --install, tools that come as
/// packages are installed first, below the build's folder (target/recipes/); what cannot be installed fails. A table of
/// the recipes closes it.
#[derive(Args)]
pub struct Recipes {
    /// Which recipes; all of them if none is named
    names: Vec<Recipe>,

    /// Install the tools that are not there
    #[arg(long)]
    install: bool,
}

impl Recipes {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let browser = tools::for_browser()?;
        package::freshen()?;
        let folder = node::build_folder().join("recipes");
        let target = Target::of(&shell::root().join(package::FOLDER)).context("the package in pkg/ is not whole")?;
        let shop = Shop { site: folder.join("dist"), folder, target, browser };
        site::write(&shop.site)?;
        let is_named = !self.names.is_empty();
        let names = if is_named { self.names.clone() } else { Recipe::all() };
        let mut report = Report::default();
        for recipe in names {
            let found = tool::find(recipe, &shop.room(recipe), self.install);
            if let Some(tool) = tool_or_told(found, recipe, is_named, &mut report) {
                // The table at the end tells of all that failed.
                drop(report.step(&tool.to_string(), || told(shop.try_out(recipe, &tool))));
            }
        }
        print!("\n{report}");
        report.outcome()
    }
}

/// The tool that was found. If none was, the report says why; who named the recipe or wanted its tool to be installed, and
/// does not get it, is told of a failure.
fn tool_or_told(
    found: Result<Result<Tool, String>>,
    recipe: Recipe,
    is_named: bool,
    report: &mut Report,
) -> Option<Tool> {
    let problem = match found {
        Ok(Ok(tool)) => return Some(tool),
        Ok(Err(reason)) if !is_named => {
            report.skip(recipe.name(), &reason);
            return None;
        }
        Ok(Err(reason)) => anyhow!(reason),
        Err(problem) => problem,
    };
    let name = format!("{}: {problem:#}", recipe.name());
    drop(report.step::<()>(&name, || told(Err(problem))));
    None
}

/// Prints what went wrong.
fn told(outcome: Result<()>) -> Result<()> {
    outcome.inspect_err(|problem| println!("{problem:#}"))
}

/// Where the recipes are tried.
struct Shop {
    /// The site's files.
    site: PathBuf,
    /// All that is built here.
    folder: PathBuf,
    target: Target,
    browser: Browser,
}

impl Shop {
    /// A recipe's own folder.
    fn room(&self, recipe: Recipe) -> PathBuf {
        self.folder.join(recipe.name())
    }

    /// What the browser sees: the result of each recipe in a folder of its name.
    fn window(&self) -> PathBuf {
        self.folder.join("built")
    }

    fn try_out(&self, recipe: Recipe, tool: &Tool) -> Result<()> {
        let room = self.room(recipe);
        // Where node looks for packages: beside the project, or above it.
        let project = room.join("project");
        folder::replace(&shell::root().join(PROJECTS).join(recipe.name()), &project)?;
        folder::replace(&self.site, &project.join(recipe.place()))?;
        let built = self.window().join(recipe.name());
        folder::remove(&built)?;
        // Browsers ask every host for its sign, and complain if there is none.
        let sign = self.window().join("favicon.ico");
        fs::create_dir_all(self.window())
            .and_then(|()| fs::write(&sign, ""))
            .with_context(|| format!("cannot write {}", sign.display()))?;
        recipe.build(tool, &project, &built).with_context(|| format!("the recipe for {}", recipe.name()))?;
        let test = Line::new("cargo test --test recipes -- --nocapture --exact").arg(recipe.test());
        drive_folder(test, self.window(), self.target, &self.browser)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a search without a tool comes to.
    fn outcome(found: Result<Result<Tool, String>>, is_named: bool) -> Result<()> {
        let mut report = Report::default();
        assert!(tool_or_told(found, Recipe::Quarto, is_named, &mut report).is_none());
        assert!(report.to_string().contains("quarto: it is not here"), "{report}");
        report.outcome()
    }

    #[test]
    fn what_was_asked_for_and_is_not_there_fails() {
        let missing = || Ok(Err("it is not here".to_owned()));
        assert!(outcome(missing(), false).is_ok(), "who takes what there is misses nothing");
        let problem = outcome(missing(), true).unwrap_err().to_string();
        assert_eq!(problem, "failed: quarto: it is not here");
        assert!(outcome(Err(anyhow!("it is not here: cannot be installed")), false).is_err());
        let tool = Tool::None { recipe: "page" };
        assert!(tool_or_told(Ok(Ok(tool)), Recipe::Page, true, &mut Report::default()).is_some());
    }
}
