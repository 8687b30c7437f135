//! Files as they are published: without comments, which weigh about a third of a script.

use crate::words;
use anyhow::{Context, Result};

/// The file as it is published: scripts and style sheets without comments, all others as they are.
pub fn bare(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let without_comments: fn(&str) -> Result<String> = match name.rsplit_once('.') {
        Some((_, "js")) => words::without_comments,
        Some((_, "css")) => |text| Ok(style(text)),
        _ => return Ok(bytes),
    };
    let text = str::from_utf8(&bytes).with_context(|| format!("{name} is no text"))?;
    Ok(without_comments(text).with_context(|| format!("cannot publish {name}"))?.into_bytes())
}

/// A style sheet without its comments and without the blanks at its lines' beginnings.
fn style(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    parts.for_each(|part| bare.push_str(part.split_once("*/").map_or("", |(_, rest)| rest)));
    bare.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_and_styles_lose_their_comments_and_all_else_stays() {
        let bare = |name: &str, text: &str| String::from_utf8(bare(name, text.into()).unwrap()).unwrap();
        assert_eq!(bare("a.js", "// one\nlet a = 1; // two\n"), "let a=1;");
        assert_eq!(
            bare("a.css", "/* one\n two */\na { b: c }\n\n  /* three */ d { e: f }\n"),
            "a { b: c }\nd { e: f }"
        );
        for name in ["a.html", "a.toml", "LICENSE-MIT", "a.d.ts"] {
            assert_eq!(bare(name, "// one\n/* two */\n"), "// one\n/* two */\n", "{name}");
        }
    }

    #[test]
    fn the_pages_style_sheets_keep_their_braces() {
        for entry in crate::shell::root().join("www/style").read_dir().unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let bare = style(&text);
            let (open, close) = (bare.matches('{').count(), bare.matches('}').count());
            assert!(open == close && open > 0 && bare.len() <= text.len());
        }
    }
}
