//! The gallery: a page that lists the scenarios, each with its question, a link to the laboratory and the line that embeds
//! it.

use super::Files;
use crate::told::{escaped, told};
use anyhow::{Context, Result};
use raft_kv::config::{Config, Scenario};

const STYLE: &str = include_str!("gallery.css");

const HEAD: &str = r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'">
<title>raft_kv: the scenarios</title>
<meta name="description" content="Runs of a Raft-replicated key-value store that show one thing each.">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="gallery.css">
</head>
<body>
<main>
<h1>Scenarios</h1>
<p>Runs of a replicated key-value store that show one thing each. Guess first, then watch.
<a href="index.html">The laboratory</a> runs any configuration; <a href="notes/index.html">the notes</a> tell the whole
story.</p>
<p>Each can stand in a page of yours: the script once, with the address of this site in front of its name, then one line
where it shall be. In <a href="recipes.html">recipes</a> there is more.</p>
<pre><code>&lt;script type="module" src="raft-kv.js"&gt;&lt;/script&gt;</code></pre>
"##;

/// The page and its style sheet, of the scenarios' files by their names.
pub fn page(scenarios: &Files) -> Result<Files> {
    let list = scenarios.get("list.json").context("www/scenarios/list.json is missing")?;
    let mut page = HEAD.to_owned();
    for name in names(&String::from_utf8_lossy(list)) {
        let file = format!("{name}.toml");
        let bytes = scenarios.get(&file).with_context(|| format!("list.json names {name}, and there is no {file}"))?;
        let config = Config::parse_bytes(&format!("www/scenarios/{file}"), bytes)?;
        page.push_str(&item(name, &config.scenario.with_context(|| format!("{file} tells no scenario"))?));
    }
    page.push_str("</main>\n</body>\n</html>\n");
    Ok(Files::from([("gallery.css".to_owned(), STYLE.into()), ("gallery.html".to_owned(), page.into_bytes())]))
}

/// The names in a list of plain texts.
fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split('"').skip(1).step_by(2)
}

fn item(name: &str, scenario: &Scenario) -> String {
    let (title, told) = (escaped(&scenario.title), told(scenario));
    format!(
        "<section id=\"{name}\">\n<h2><a href=\"index.html?scenario={name}\">{title}</a></h2>\n{told}\
         <pre><code>&lt;raft-kv scenario=\"{name}\"&gt;&lt;/raft-kv&gt;</code></pre>\n</section>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOML: &str = "[scenario]\ntitle = \"A < B\"\ntext = \"Why & how\"\nlook_for = \"<b>\"\n";

    #[test]
    fn each_scenario_has_its_title_its_link_and_its_line() {
        let files = [("list.json", "[\n \"one\",\n \"two\"\n]"), ("one.toml", TOML), ("two.toml", TOML)];
        let files: Files = files.iter().map(|(name, text)| (name.to_string(), text.as_bytes().into())).collect();
        let page = String::from_utf8(page(&files).unwrap()["gallery.html"].clone()).unwrap();
        assert!(
            page.contains("<h2><a href=\"index.html?scenario=two\">A &lt; B</a></h2>\n<p>Why &amp; how</p>"),
            "{page}"
        );
        assert!(page.contains("&lt;raft-kv scenario=\"one\"&gt;"), "{page}");
        assert!(!page.contains("<b>"), "{page}");
    }

    #[test]
    fn a_scenario_that_is_not_there_is_named() {
        let files = Files::from([("list.json".to_owned(), b"[\"one\"]".to_vec())]);
        assert!(page(&files).unwrap_err().to_string().contains("one.toml"));
    }
}
