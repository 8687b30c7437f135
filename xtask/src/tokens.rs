//! Whether published scripts are what they were written as, by the word of TypeScript's parser: [`mod@crate::bare`] does not
//! parse.

use crate::bare::bare;
use crate::package::{FOLDER, Target};
use crate::shell::{self, Line};
use crate::{folder, node, types};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// What compares, see there.
const SCRIPT: &str = "xtask/src/tokens.cjs";

/// The command line that compares all scripts, the package's too, as they are written with what is published of them; or why
/// there is none.
pub fn line() -> Result<Result<Line, &'static str>> {
    let (node, typescript) = match types::typescript()? {
        Ok(found) => found,
        Err(reason) => return Ok(Err(reason)),
    };
    let root = shell::root();
    let mut scripts = types::scripts(&root)?;
    let target = Target::of(&root.join(FOLDER)).context("there is no whole package in pkg/")?;
    scripts.push(format!("{FOLDER}/{}", target.script()));
    let published = node::build_folder().join("published");
    folder::remove(&published)?;
    for name in &scripts {
        publish(&root.join(name), &published.join(name))?;
    }
    let line = Line::new("").arg(node).arg(root.join(SCRIPT)).arg(typescript).arg(published);
    Ok(Ok(line.args(scripts.iter().map(String::as_str))))
}

fn publish(from: &Path, to: &Path) -> Result<()> {
    let text = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    let cannot = || format!("cannot write {}", to.display());
    fs::create_dir_all(to.parent().context("a script is in a folder")?).with_context(cannot)?;
    fs::write(to, bare(&from.to_string_lossy(), text)?).with_context(cannot)
}

#[cfg(test)]
mod tests {
    use super::*;
    use which::which;

    /// Whether TypeScript takes both for the same; nothing, if it is not at hand.
    fn is_same(written: &str, published: &str) -> Option<bool> {
        let typescript = node::build_folder().join("typescript/node_modules/typescript");
        let node = which("node").ok().filter(|_| typescript.exists())?;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.js"), written).unwrap();
        fs::create_dir(folder.path().join("published")).unwrap();
        fs::write(folder.path().join("published/a.js"), published).unwrap();
        let line = Line::new("").arg(node).arg(shell::root().join(SCRIPT)).arg(typescript);
        let line = line.args(["published", "a.js"]).within(folder.path());
        Some(line.succeeds())
    }

    #[test]
    fn only_comments_and_blanks_may_differ() {
        let written = "/** Says. */\nconst a = (/** @type {A} */ (b)); // c\nif (d) /e\"  /.test(a);\nreturn_(i++ / 2 + \" f   g\");";
        if is_same(written, "").is_none() {
            return println!("Node.js and TypeScript are not at hand: not tried.");
        }
        assert_eq!(is_same(written, &String::from_utf8(bare("a.js", written.into()).unwrap()).unwrap()), Some(true));
        for (here, there) in
            [("f   g", "f g"), ("e\"  /", "e\" /"), ("= (", "= "), ("if (d) ", ""), ("return_(", "return (")]
        {
            assert_eq!(is_same(written, &written.replace(here, there)), Some(false), "{here}");
        }
        assert_eq!(is_same("f = () => {\nreturn\na\n}", "f = () => {\nreturn a\n}"), Some(false));
    }
}
