//! What stands around the emulation in a single file, and the rules that keep everything else out of it.

use crate::told::{escaped, told};
use anyhow::{Result, ensure};
use raft_kv::config::Config;
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("page.css");

const TITLE: &str = "A replicated log at work";
const TEXT: &str = "A key-value store on several nodes that agree on a log with the Raft consensus protocol, emulated in this \
                    page message by message. Step forward and back, or let it run.";

/// A single file.
pub struct Page<'a> {
    /// What runs.
    pub config: &'a Config,
    /// The text of the import map that the opener makes.
    pub modules: &'a str,
    /// The script that opens the archive.
    pub opener: &'a str,
    /// The archive, as letters.
    pub archive: &'a str,
}

impl Page<'_> {
    /// The whole text of the file.
    pub fn write(&self) -> Result<String> {
        let toml = self.config.text.trim_start_matches('\u{feff}').trim_end();
        let lower = toml.to_ascii_lowercase();
        ensure!(
            !lower.contains("</script") && !lower.contains("<!--"),
            "{} holds `</script` or `<!--`, which would end it within the page: write it in another way",
            self.config.file
        );
        let (title, text) = match &self.config.scenario {
            Some(scenario) => (escaped(&scenario.title), told(scenario)),
            None => (TITLE.to_owned(), format!("<p>{TEXT}</p>\n")),
        };
        let rules = self.rules();
        let Self { opener, archive, .. } = self;
        Ok(format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{rules}">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{text}<noscript><p role="alert">The emulation runs in your browser and needs JavaScript for it.</p></noscript>
<raft-kv views="cluster diagram logs trace checks" controls="all"><script type="application/toml">
{toml}
</script></raft-kv>
<details><summary>Configuration</summary>
<pre><code></code></pre>
</details>
</main>
<script type="text/plain" id="archive">{archive}</script>
<script>{opener}</script>
</body>
</html>
"#
        ))
    }

    /// Nothing is loaded from anywhere. Scripts run that are known by their checksums, and all at `data:` addresses: the
    /// packed ones have such, and nobody else's text becomes one.
    fn rules(&self) -> String {
        let [opener, modules, style] = [self.opener, self.modules, STYLE].map(checksum);
        format!(
            "default-src 'none'; script-src {opener} {modules} data: 'wasm-unsafe-eval'; style-src {style}; img-src data:; \
             base-uri 'none'; form-action 'none'"
        )
    }
}

/// By which a page's rules know a script or a style.
fn checksum(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text)))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut letters = String::new();
    for three in bytes.chunks(3) {
        let value = three.iter().chain(&[0; 2]).take(3).fold(0, |value, byte| value << 8 | usize::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[value >> (18 - 6 * place) & 63];
            letters.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(toml: &str) -> Result<String> {
        let config = Config::parse("mine.toml", toml)?;
        Page { config: &config, modules: "{}", opener: "open()", archive: "((((" }.write()
    }

    #[test]
    fn the_configuration_stands_in_the_page_once_as_it_is() {
        let toml = "seed = 4 # <b> & co.\n[scenario]\ntitle = 'A & B'\ntext = 'x'\nlook_for = '<y>'\n";
        let page = page(toml).unwrap();
        assert!(
            page.contains(&format!("<script type=\"application/toml\">\n{}\n</script>", toml.trim_end())),
            "{page}"
        );
        assert_eq!(page.matches("seed = 4").count(), 1, "{page}");
        assert!(page.contains("<title>A &amp; B</title>") && page.contains("<h1>A &amp; B</h1>"), "{page}");
        assert!(page.contains("</strong> &lt;y&gt;</p>"), "{page}");
    }

    #[test]
    fn a_long_configuration_adds_no_more_than_itself() {
        let long = format!("# {}", "&".repeat(10_000));
        assert_eq!(page(&long).unwrap().len(), page("").unwrap().len() + long.len());
    }

    #[test]
    fn what_would_end_the_script_is_refused_with_the_name_of_the_file() {
        for toml in ["# </SCRIPT >", "# <!-- x"] {
            let problem = page(toml).unwrap_err().to_string();
            assert!(problem.starts_with("mine.toml holds"), "{problem}");
        }
    }

    #[test]
    fn the_rules_allow_what_is_there_by_its_checksum() {
        assert_eq!(checksum("abc"), "'sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0='");
        assert_eq!(["", "a", "ab", "abc"].map(|text| base64(text.as_bytes())), ["", "YQ==", "YWI=", "YWJj"]);
        let page = page("").unwrap();
        assert!(page.contains(&checksum("open()")) && page.contains(&checksum("{}")), "{page}");
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        assert!(page.contains(&checksum(style)), "{page}");
    }
}
