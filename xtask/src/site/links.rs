//! Whether the pages, scripts, types and style sheets of a site name only what is in it.

use super::Files;
use crate::scripts;
use crate::words::{self, Word};
use anyhow::{Context, Result, bail};

/// What begins the addresses of others.
const ELSEWHERE: [&str; 5] = ["https://", "http://", "data:", "mailto:", "#"];

/// Fails at the first address that leads to nothing, or out of the site.
pub fn check(files: &Files) -> Result<()> {
    for (name, bytes) in files {
        let text = || str::from_utf8(bytes).with_context(|| format!("{name} is no text"));
        let addresses = match name.rsplit_once('.') {
            Some((_, "html")) => in_page(text()?),
            Some((_, "js")) => in_script(text()?),
            Some((stem, "ts")) if stem.ends_with(".d") => in_script(text()?),
            Some((_, "css")) => in_style(text()?),
            _ => continue,
        };
        for address in addresses {
            check_one(files, name, address)?;
        }
    }
    Ok(())
}

fn check_one(files: &Files, name: &str, address: &str) -> Result<()> {
    if ELSEWHERE.iter().any(|start| address.starts_with(start)) {
        return Ok(());
    }
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let above = path.split('/').filter(|step| *step == "..").count();
    if path.starts_with('/') || above > name.matches('/').count() {
        bail!("{name} names {address}, which leads out of the site");
    }
    let mut file = scripts::named_by(name, path)?;
    if file.is_empty() || file.ends_with('/') {
        file.push_str("index.html");
    }
    if let (true, Some(stem)) = (name.ends_with(".d.ts"), file.strip_suffix(".js")) {
        // Types name a script, and mean what stands beside it.
        file = format!("{stem}.d.ts");
    }
    if !files.contains_key(&file) {
        bail!("{name} names {address}, and there is no {file} in the site");
    }
    Ok(())
}

/// What the tags of a page link to and load.
fn in_page(text: &str) -> Vec<&str> {
    let mut addresses = Vec::new();
    for tag in text.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        for attribute in ["href", "src", "config"] {
            addresses.extend(scripts::attribute(tag, attribute));
        }
    }
    addresses
}

/// What a script imports by a name that is written there.
fn in_script(text: &str) -> Vec<&str> {
    let words: Vec<Word> = words::words(text).into_iter().map(|placed| placed.word).collect();
    let address = |place: usize| match words[place..] {
        [Word::Name("import" | "from"), Word::Text(address), ..] => Some(address),
        [Word::Name("import"), Word::Mark('('), Word::Text(address), ..] => Some(address),
        _ => None,
    };
    (0..words.len()).filter_map(address).filter(|address| address.starts_with('.')).collect()
}

/// What a style sheet loads.
fn in_style(text: &str) -> Vec<&str> {
    let addresses = text.split("url(").skip(1).filter_map(|rest| rest.split_once(')'));
    addresses.map(|(address, _)| address.trim_matches(['"', '\'', ' '])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(name: &str, text: &str) -> Option<String> {
        let others = ["index.html", "notes/index.html", "a.js", "a.d.ts", "notes/b.css", "LICENSE-MIT"];
        let mut files: Files = others.iter().map(|name| (name.to_string(), Vec::new())).collect();
        files.insert(name.to_owned(), text.into());
        check(&files).err().map(|problem| problem.to_string())
    }

    #[test]
    fn links_to_what_is_there_pass() {
        let page = "<a href=\"../index.html?scenario=a#run=b\">x</a><a href=\"./\">y</a><a href=\"../\">z</a>
            <script src=\"../a.js\"></script><a href=\"#c\">c</a><a href=\"https://raft.github.io\">d</a>
            &lt;script src=\"nowhere.js\"&gt; <link href=\"b.css\" rel=\"stylesheet\"><a href=\"../LICENSE-MIT\">l</a>";
        assert_eq!(problem("notes/index.html", page), None);
        assert_eq!(
            problem("c.js", "import \"./a.js\"; import(`${x}.js`); /* import('./no.js') */ import x from 'bare';"),
            None
        );
        assert_eq!(problem("notes/c.d.ts", "// it's\nimport type { A } from \"../a.js\"; // `\n"), None);
        assert_eq!(problem("notes/c.css", "a { background: url(\"data:,\") } b { background: url(b.css) }"), None);
    }

    #[test]
    fn links_to_nothing_and_out_of_the_site_are_named() {
        for (name, text) in [
            ("x.html", "<a href=\"missing.html\">x</a>"),
            ("x.html", "<raft-kv config=\"run.toml\">"),
            ("notes/x.html", "<a href=\"../../pkg/a.js\">x</a>"),
            ("x.html", "<a class=\"b\" href=\"/index.html\">x</a>"),
            ("x.js", "import('./views/missing.js')"),
            ("x.d.ts", "import type { A } from \"../pkg/a.js\";"),
            ("x.d.ts", "export type { A } from \"./notes/a.js\";"),
            ("x.d.ts", "type A = import(\"./b.js\").A;"),
            ("x.css", "@import url(missing.css);"),
        ] {
            let problem = problem(name, text).unwrap_or_else(|| panic!("{name}: {text}"));
            assert!(problem.starts_with(&format!("{name} names ")), "{problem}");
        }
    }
}
