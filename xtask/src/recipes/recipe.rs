//! A recipe: which tool it is for, where that tool wants the site's files, and how it is built.

use super::tool::Tool;
use crate::folder;
use crate::shell::Line;
use anyhow::Result;
use clap::ValueEnum;
use std::path::Path;

/// A recipe, named like its folder in `tests/recipes/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Recipe {
    /// A plain page
    Page,
    /// A frame in a page, as in Canvas and Moodle
    Frame,
    /// mdBook
    Mdbook,
    /// Jupyter Book 1
    JupyterBook,
    /// Docusaurus
    Docusaurus,
    /// reveal.js
    Reveal,
    /// Quarto
    Quarto,
}

impl Recipe {
    pub fn all() -> Vec<Self> {
        Self::value_variants().to_vec()
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Frame => "frame",
            Self::Mdbook => "mdbook",
            Self::JupyterBook => "jupyter-book",
            Self::Docusaurus => "docusaurus",
            Self::Reveal => "reveal",
            Self::Quarto => "quarto",
        }
    }

    /// Its test in `tests/recipes.rs`.
    pub fn test(self) -> String {
        self.name().replace('-', "_")
    }

    /// Where in the project the site's files belong, so that the tool copies them as they are.
    pub fn place(self) -> &'static str {
        match self {
            Self::Page | Self::Frame | Self::Reveal | Self::Quarto => "raft_kv",
            Self::Mdbook => "src/raft_kv",
            Self::JupyterBook => "site/raft_kv",
            Self::Docusaurus => "static/raft_kv",
        }
    }

    /// Builds the project into `built`, which is not there yet.
    pub fn build(self, tool: &Tool, project: &Path, built: &Path) -> Result<()> {
        match self {
            Self::Page | Self::Frame => folder::replace(project, built),
            Self::Mdbook => tool.line().args(["build"]).arg(project).args(["--dest-dir"]).arg(built).run(),
            Self::JupyterBook => {
                tool.line().args(["build"]).arg(project).run()?;
                folder::replace(&project.join("_build/html"), built)
            }
            Self::Docusaurus => {
                let program = tool.packages().join("@docusaurus/core/bin/docusaurus.mjs");
                // What it keeps for the next time, it keeps where it runs.
                Line::new("node").arg(program).args(["build", "--out-dir"]).arg(built).within(project).run()
            }
            Self::Reveal => {
                folder::replace(project, built)?;
                folder::replace(&tool.packages().join("reveal.js/dist"), &built.join("dist"))
            }
            Self::Quarto => {
                tool.line().args(["render"]).arg(project).run()?;
                folder::replace(&project.join("_site"), built)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell;
    use std::fs;

    #[test]
    fn each_has_a_project_and_a_test_and_they_are_called_like_it() {
        let tests = fs::read_to_string(shell::root().join("tests/recipes.rs")).unwrap();
        for recipe in Recipe::all() {
            let value = recipe.to_possible_value().expect("none is hidden");
            assert_eq!(value.get_name(), recipe.name());
            assert!(shell::root().join(super::super::PROJECTS).join(recipe.name()).is_dir(), "{}", recipe.name());
            // Where no test is called so, none would run, and none fail.
            assert!(tests.contains(&format!("#[test]\nfn {}() {{", recipe.test())), "{}", recipe.test());
        }
    }
}
