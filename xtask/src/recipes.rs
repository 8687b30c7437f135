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
use anyhow::{Context, Result};
use clap::Args;
use recipe::Recipe;
use std::fs;
use std::path::PathBuf;

/// Where the projects are, from the repository's root.
const PROJECTS: &str = "tests/recipes";

/// Build the recipes of www/recipes.html with their own tools and open the results in a browser
///
/// Each project in tests/recipes/ is copied, gets the site's files, is built by its tool and opened in Chromium. A recipe
/// whose tool is not there is left out; with --install, tools that come as packages are installed first, below the
/// build's folder (target/recipes/). A table of the recipes closes it.
#[derive(Args)]
pub struct Recipes {
    /// Which recipes; all of them if none is named
    names: Vec<Recipe>,

    /// Install the tools that are not there
    #[arg(long)]
    install: bool,
}

impl Recipes {
    /// Those that need no tool but the browser.
    pub fn without_tools() -> Self {
        Self { names: vec![Recipe::Page, Recipe::Frame], install: false }
    }

    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let browser = tools::for_browser()?;
        package::freshen()?;
        let folder = node::build_folder().join("recipes");
        let target = Target::of(&shell::root().join(package::FOLDER)).context("the package in pkg/ is not whole")?;
        let shop = Shop { site: folder.join("dist"), folder, target, browser };
        site::write(&shop.site)?;
        let names = if self.names.is_empty() { Recipe::all() } else { self.names.clone() };
        let mut report = Report::default();
        for recipe in names {
            match tool::find(recipe, &shop.room(recipe), self.install)? {
                // The table at the end tells of all that failed.
                Ok(tool) => drop(report.step(&tool.to_string(), || told(shop.try_out(recipe, &tool)))),
                Err(reason) => report.skip(recipe.name(), &reason),
            }
        }
        print!("\n{report}");
        report.outcome()
    }
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

    fn try_out(&self, recipe: Recipe, tool: &tool::Tool) -> Result<()> {
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
        let test = Line::new("cargo test --test recipes -- --nocapture --exact").arg(recipe.name().replace('-', "_"));
        drive_folder(test, self.window(), self.target, &self.browser)
    }
}
