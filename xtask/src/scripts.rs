//! Which files a page loads at once, and which ones only when its reader turns to something: read from the page itself.
//!
//! The style sheets and scripts that the page names are loaded at once, and with them what a module imports by a
//! statement. What a module imports by a call, `import("./x.js")`, is loaded later. A script that is no module has
//! nothing but the call, so what it imports counts as loaded at once. Addresses that are computed are not seen.

use crate::folder;
use crate::words::{self, Word};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// The module that loads what is not imported by name, from the repository's root.
pub const ASSETS: &str = "www/assets.js";

/// What pages of others load.
const FOR_OTHERS: [&str; 2] = ["www/raft-kv.js", "www/resize.js"];

/// Files by their names from the repository's root.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// What is loaded at once, in the order a browser meets it.
    pub first: Vec<String>,
    /// What is loaded later.
    pub later: Vec<String>,
}

/// The files that a page loads, itself among them.
pub fn loaded(root: &Path, page: &str) -> Result<Files> {
    let text = read(root, page)?;
    let mut files = Files { first: vec![page.to_owned()], later: Vec::new() };
    let mut calls = Vec::new();
    let mut announced = Vec::new();
    for tag in text.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        if tag.starts_with("link ") && attribute(tag, "rel") == Some("stylesheet") {
            files.first.push(named_by(page, attribute(tag, "href").context("a style sheet has an address")?)?);
        } else if tag.starts_with("link ") && attribute(tag, "rel") == Some("modulepreload") {
            announced.push(named_by(page, attribute(tag, "href").context("a module has an address")?)?);
        } else if let Some(address) = attribute(tag, "src").filter(|_| tag.starts_with("script ")) {
            let script = named_by(page, address)?;
            let called = follow(root, &script, &mut files.first)?;
            if attribute(tag, "type") == Some("module") {
                calls.extend(called);
                continue;
            }
            for module in called {
                calls.extend(follow(root, &module, &mut files.first)?);
            }
        }
    }
    assert_announced(page, &announced, &files.first)?;
    follow_calls(root, calls, &mut files)?;
    Ok(files)
}

/// The files that a module loads, itself among them.
pub fn module(root: &Path, script: &str) -> Result<Files> {
    let mut files = Files::default();
    let calls = follow(root, script, &mut files.first)?;
    follow_calls(root, calls, &mut files)?;
    Ok(files)
}

/// Adds what is loaded later, and all that is loaded then.
fn follow_calls(root: &Path, mut calls: Vec<String>, files: &mut Files) -> Result<()> {
    while let Some(module) = calls.pop() {
        let mut all = [&files.first[..], &files.later].concat();
        let known = all.len();
        calls.extend(follow(root, &module, &mut all)?);
        files.later.extend(all.drain(known..));
    }
    Ok(())
}

/// The style sheets that an element wears: those that the list `STYLES` of the assets' module names.
pub fn styles(root: &Path) -> Result<Vec<String>> {
    let text = read(root, ASSETS)?;
    let words: Vec<Word> = words::words(&text).into_iter().map(|placed| placed.word).collect();
    let start = [Word::Name("STYLES"), Word::Mark('='), Word::Mark('[')];
    let place = words.windows(3).position(|three| three == start);
    let place = place.with_context(|| format!("{ASSETS} has no list STYLES of the element's style sheets"))?;
    let listed = words[place + 3..].iter().take_while(|word| **word != Word::Mark(']'));
    let name = |word: &Word| if let Word::Text(name) = word { Some(format!("www/style/{name}.css")) } else { None };
    Ok(listed.filter_map(name).collect())
}

/// Fails if a page that announces modules, so that they need not wait for each other, does not announce just those that
/// are loaded at once.
fn assert_announced(page: &str, announced: &[String], first: &[String]) -> Result<()> {
    let is_module = |file: &&String| file.ends_with(".js") && !file.ends_with("/boot.js");
    if let Some(stray) = announced.iter().find(|file| !first.contains(file)) {
        bail!("{page} announces {stray}, which is not loaded at once: take its modulepreload away");
    }
    match first.iter().filter(is_module).find(|file| !announced.contains(file)) {
        Some(missing) if !announced.is_empty() => {
            bail!("{page} does not announce {missing}, which is loaded at once: add a modulepreload for it")
        }
        _ => Ok(()),
    }
}

/// Fails if there is a style sheet or a script below the folder that no page there loads, nor one that embeds the element.
pub fn assert_all_named(root: &Path, pages: &str) -> Result<()> {
    let all = folder::names_below(root, pages)?;
    let mut named = styles(root)?;
    let mut add = |files: Files| named.extend(files.first.into_iter().chain(files.later));
    for page in all.iter().filter(|name| name.ends_with(".html")) {
        add(loaded(root, page)?);
    }
    for script in FOR_OTHERS {
        add(module(root, script)?);
    }
    let is_loadable = |name: &&String| name.ends_with(".css") || name.ends_with(".js");
    match all.iter().filter(is_loadable).find(|name| !named.contains(name)) {
        Some(name) => {
            bail!("nothing seems to load {name}: remove it, or name it where it is loaded, so that it is weighed")
        }
        None => Ok(()),
    }
}

/// Adds a script and all that it imports by statements, unless they are there. Returns what they import by calls.
fn follow(root: &Path, script: &str, files: &mut Vec<String>) -> Result<Vec<String>> {
    if files.iter().any(|file| file == script) {
        return Ok(Vec::new());
    }
    files.push(script.to_owned());
    let text = read(root, script)?;
    let words: Vec<Word> = words::words(&text).into_iter().map(|placed| placed.word).collect();
    let mut calls = Vec::new();
    for place in 0..words.len() {
        match words[place..] {
            [Word::Name("import" | "from"), Word::Text(address), ..] => {
                calls.extend(follow(root, &named_by(script, address)?, files)?);
            }
            [Word::Name("import"), Word::Mark('('), Word::Text(address), ..] => {
                calls.push(named_by(script, address)?);
            }
            _ => {}
        }
    }
    Ok(calls)
}

/// The file that an address stands for which a file of the page names.
pub fn named_by(file: &str, address: &str) -> Result<String> {
    if address.contains(':') || address.starts_with('/') {
        bail!("{file} loads {address}, which is not weighed: it is no file of the page's own");
    }
    let mut folders: Vec<&str> = file.split('/').collect();
    folders.pop();
    for name in address.split('/') {
        match name {
            "." => {}
            ".." => folders.truncate(folders.len().saturating_sub(1)),
            name => folders.push(name),
        }
    }
    Ok(folders.join("/"))
}

/// What a tag says behind this name.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

fn read(root: &Path, name: &str) -> Result<String> {
    fs::read_to_string(root.join(name)).with_context(|| format!("cannot read {name}, which the page loads"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a page of these files loads; the first one is the page.
    fn load(files: &[(&str, &str)]) -> Result<Files> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        loaded(folder.path(), files[0].0)
    }

    #[test]
    fn links_and_statements_are_loaded_at_once_and_calls_later() {
        let page = "<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"style.css\">
            <a href=\"elsewhere.js\">x</a><script src=\"boot.js\" defer></script><script>1 < 2</script>";
        let files = load(&[
            ("www/index.html", page),
            ("www/style.css", ""),
            ("www/boot.js", "(() => { import(\"./main.js\").catch(() => {}); })();"),
            (
                "www/main.js",
                "import { a } from \"./a.js\";\nimport {\n  b,\n} from './views/b.js';\nimport \"./plain.js\";
                const late = async () => (await import(\"./views/late.js\")).x;",
            ),
            ("www/a.js", "export * from \"./deep.js\";\nexport { a } from \"./a.js\";"),
            ("www/deep.js", "export const from = \"./nowhere.js\";"),
            ("www/views/b.js", "import { a } from \"../a.js\";"),
            ("www/plain.js", ""),
            (
                "www/views/late.js",
                "import \"../a.js\"; import \"./later.js\"; import(\"./last.js\"); import('../main.js');",
            ),
            ("www/views/later.js", ""),
            ("www/views/last.js", ""),
        ]);
        let Files { first, later } = files.unwrap();
        let at_once = ["index.html", "style.css", "boot.js", "main.js", "a.js", "deep.js", "views/b.js", "plain.js"];
        assert_eq!(first, at_once.map(|name| format!("www/{name}")));
        assert_eq!(later, ["late.js", "later.js", "last.js"].map(|name| format!("www/views/{name}")));
    }

    #[test]
    fn what_a_module_calls_is_loaded_later() {
        let files = load(&[
            ("www/index.html", "<script type=\"module\" src=\"main.js\"></script>"),
            ("www/main.js", "import(\"./late.js\");"),
            ("www/late.js", ""),
        ]);
        assert_eq!(files.unwrap().later, ["www/late.js"]);
    }

    #[test]
    fn comments_texts_and_computed_addresses_import_nothing() {
        let script = "// import \"./x.js\"\n/** @type {import(\"./x.js\").X} */ let x = 'import \"./x.js\"';
            /* import './x.js' */ const pattern = /\"/; import(new URL(\"x.js\", here).href);
            const y = `import \"./x.js\"\nfrom './x.js'`; call({ from: \"./x.js\" });";
        let files = load(&[("www/index.html", "<script type=\"module\" src=\"a.js\"></script>"), ("www/a.js", script)]);
        assert_eq!(files.unwrap(), Files { first: vec!["www/index.html".into(), "www/a.js".into()], later: vec![] });
    }

    #[test]
    fn what_cannot_be_weighed_is_told() {
        let page = ("www/index.html", "<script type=\"module\" src=\"a.js\"></script>");
        let problem = |files: &[(&str, &str)]| load(files).unwrap_err().to_string();
        let missing = problem(&[page, ("www/a.js", "import \"./b.js\";")]);
        assert!(missing.contains("www/b.js"), "{missing}");
        let announcing = |name| format!("<link rel=\"modulepreload\" href=\"{name}\">{}", page.1);
        let announced =
            |name, script| problem(&[("www/index.html", &announcing(name)), ("www/a.js", script), ("www/b.js", "")]);
        let stray = announced("b.js", "import(\"./b.js\");");
        assert!(stray.contains("announces www/b.js"), "{stray}");
        let missing = announced("a.js", "import \"./b.js\";");
        assert!(missing.contains("does not announce www/b.js"), "{missing}");
        let foreign = problem(&[page, ("www/a.js", "import \"https://example.org/b.js\";")]);
        assert!(foreign.contains("example.org"), "{foreign}");
    }

    #[test]
    fn what_nobody_loads_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        add("www/index.html", "<script src=\"a.js\"></script>");
        add("www/notes/one.html", "<link rel=\"stylesheet\" href=\"../style/notes.css\">");
        add(ASSETS, "const STYLES = [\"theme\"];");
        add("www/raft-kv.js", "import \"./assets.js\"; import(\"./late.js\");");
        for name in
            ["www/a.js", "www/late.js", "www/resize.js", "www/style/notes.css", "www/style/theme.css", "www/x.md"]
        {
            add(name, "");
        }
        assert_all_named(folder.path(), "www").unwrap();
        for name in ["www/style/other.css", "www/views/b.js"] {
            add(name, "");
            let problem = assert_all_named(folder.path(), "www").unwrap_err().to_string();
            assert!(problem.contains(name), "{problem}");
            fs::remove_file(folder.path().join(name)).unwrap();
        }
    }

    #[test]
    fn the_elements_style_sheets_are_those_it_lists() {
        let styles = styles(&crate::shell::root()).unwrap();
        assert!(styles.contains(&"www/style/element.css".to_owned()), "{styles:?}");
    }
}
