//! Files as they are published: without comments, which weigh about a third of a script.
//!
//! Nothing here reads JavaScript or CSS. Only what is a comment on any reading is left out, which has its lines for itself or
//! says a type; whoever writes so that this cannot be told from the line alone is asked to write it in another way.

use anyhow::{Context, Result, bail, ensure};

/// The file as it is published: scripts and style sheets without comments, all others as they are.
pub fn bare(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let without_comments: fn(&str) -> Result<String> = match name.rsplit_once('.') {
        Some((_, "js")) => script,
        Some((_, "css")) => style,
        _ => return Ok(bytes),
    };
    let text = str::from_utf8(&bytes).with_context(|| format!("{name} is no text"))?;
    Ok(without_comments(text).with_context(|| format!("cannot publish {name}"))?.into_bytes())
}

/// A script without the comments that have their lines for themselves, without types, and without the blanks at its lines'
/// beginnings and ends. All else stays as it is.
pub fn script(text: &str) -> Result<String> {
    const OTHER_ENDS: [char; 3] = ['\r', '\u{2028}', '\u{2029}'];
    let mut bare = String::with_capacity(text.len());
    let mut is_comment = false;
    for (line, number) in text.split('\n').zip(1..) {
        ensure!(!line.contains(OTHER_ENDS), "line {number} ends otherwise than with a line feed alone");
        let line = line.trim();
        let begins = line.starts_with("/*");
        let end = if begins { line[2..].find("*/").map(|end| end + 2) } else { line.find("*/") };
        if is_comment || (begins && end.is_none_or(|end| end + 2 == line.len())) {
            ensure!(
                end.is_none_or(|end| end + 2 == line.len()),
                "line {number} goes on behind a comment: give the comment lines of its own"
            );
            is_comment = end.is_none();
        } else if !line.is_empty() && !line.starts_with("//") {
            assert_whole(line).with_context(|| format!("line {number}"))?;
            bare.push_str(&without_types(line));
            bare.push('\n');
        }
    }
    ensure!(!is_comment, "its last comment has no end");
    Ok(bare)
}

/// Fails if a template, a text or a comment may go on behind this line, in which comments would be none.
fn assert_whole(line: &str) -> Result<()> {
    ensure!(
        line.matches('`').count().is_multiple_of(2),
        "a template that goes on in the next line cannot be published"
    );
    ensure!(!line.ends_with('\\'), "a text that goes on in the next line cannot be published");
    let opened = line.rmatch_indices("/*").next();
    if let Some((place, _)) = opened
        && !line[place + 2..].contains("*/")
    {
        bail!("a comment that begins behind something ends in another line: give it lines of its own");
    }
    Ok(())
}

/// The line without the types in it, `/** … */` behind a blank or what opens, as long as nothing before is a text.
fn without_types(line: &str) -> String {
    let mut bare = String::new();
    let mut rest = line;
    while let Some((before, (_, behind))) =
        rest.split_once("/**").and_then(|(before, behind)| Some((before, behind.split_once("*/")?)))
        && (before.is_empty() || before.ends_with([' ', '(', '[']))
        && !before.contains(['"', '\'', '`', '/'])
    {
        bare.push_str(before);
        rest = behind.trim_start();
    }
    bare + rest
}

/// A style sheet without its comments and without the blanks at its lines' beginnings.
fn style(text: &str) -> Result<String> {
    let mut parts = text.split("/*");
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let line = bare.lines().next_back().filter(|_| !bare.ends_with('\n')).unwrap_or_default();
        let is_text =
            line.matches(['"', '\'']).count() % 2 == 1 || line.matches('(').count() > line.matches(')').count();
        ensure!(!is_text, "`/*` behind `{}` may be no comment: write it in another way", line.trim());
        let (_, rest) = part.split_once("*/").context("its last comment has no end")?;
        // Where a comment was, two words stay two.
        bare.push(' ');
        bare.push_str(rest);
    }
    Ok(bare.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare_text(name: &str, text: &str) -> String {
        String::from_utf8(bare(name, text.into()).unwrap()).unwrap()
    }

    fn refused(name: &str, text: &str) -> String {
        format!("{:#}", bare(name, text.into()).expect_err(text))
    }

    #[test]
    fn scripts_and_styles_lose_their_comments_and_all_else_stays() {
        assert_eq!(bare_text("a.js", "// one\nlet a = 1; // two\n"), "let a = 1; // two\n");
        assert_eq!(
            bare_text("a.css", "/* one\n two */\na { b: c }\n\n  /* three */ d { e: f/**/g }\n"),
            "a { b: c }\nd { e: f g }"
        );
        for name in ["a.html", "a.toml", "LICENSE-MIT", "a.d.ts"] {
            assert_eq!(bare_text(name, "// one\n/* two */\n"), "// one\n/* two */\n", "{name}");
        }
    }

    #[test]
    fn only_what_is_a_comment_on_any_reading_goes() {
        let script = "/** Says\n * `much. */\n  const a = i++ / 2 + \" of  /* no */ /   three\";\n\n  if (a) /b \"/.test(c);\n\
            f(/** @type {A} */ (b), \"/** @type {A} */ (b)\");\nconst g = (/** @type {B} */ c, /** @type {D} */ d) => `//`;\n";
        let bare = "const a = i++ / 2 + \" of  /* no */ /   three\";\nif (a) /b \"/.test(c);\n\
            f((b), \"/** @type {A} */ (b)\");\nconst g = (c, d) => `//`;\n";
        assert_eq!(bare_text("a.js", script), bare);
    }

    #[test]
    fn what_may_be_no_comment_is_refused_with_its_place() {
        for script in ["let a;\nlet b = `x", "let a;\nb = 'x\\", "let a;\nb; /* c", "let a;\nlet b;\r\n", "/*/\n*/ b"] {
            let problem = refused("a.js", script);
            assert!(problem.starts_with("cannot publish a.js: line 2"), "{problem}");
        }
        assert!(refused("a.js", "/* b").contains("no end"));
        assert!(refused("a.js", "let a = \"\u{2028}\";").contains("line 1"));
        for style in ["a { b: \"/* c */\" }", "a { b: url(/*c*/d) }", "@import '/*';", "a {} /* b"] {
            assert!(refused("a.css", style).starts_with("cannot publish a.css: "), "{style}");
        }
    }

    #[test]
    fn the_pages_files_can_be_published() {
        fn look(folder: &std::path::Path) -> usize {
            let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
            let count = |file: std::path::PathBuf| {
                if file.is_dir() {
                    return look(&file);
                }
                let text = std::fs::read(&file).unwrap();
                let length = text.len();
                let bare = bare(file.to_str().unwrap(), text).unwrap();
                let is_script = file.extension().is_some_and(|found| found == "js");
                assert!(!is_script || bare.len() < length, "{} has no comment", file.display());
                usize::from(is_script)
            };
            entries.map(count).sum()
        }
        assert!(look(&crate::shell::root().join("www")) > 50);
    }
}
