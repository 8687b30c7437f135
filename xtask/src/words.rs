//! The words of a script: enough of JavaScript to tell what it imports, and to leave out its comments.

use anyhow::{Result, bail};
use std::ops::Range;

/// One word of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// A name, a keyword or digits.
    Name(&'a str),
    /// What stands between quotes.
    Text(&'a str),
    /// A template, with its quotes and all that is put in.
    Template(&'a str),
    /// A regular expression, slashes and all.
    Pattern(&'a str),
    /// Any other sign.
    Mark(char),
}

/// A word and where it stands, in bytes; a text with its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The word.
    pub word: Word<'a>,
    /// Its place in the script.
    pub range: Range<usize>,
}

/// The words of a script, without its comments. A quote that is not closed ends with its line.
pub fn words(script: &str) -> Vec<Placed<'_>> {
    let mut words = Vec::new();
    let mut last = None;
    let mut start = 0;
    while start < script.len() {
        let (word, length) = next(&script[start..], last);
        if let Some(word) = word {
            words.push(Placed { word, range: start..start + length });
            last = Some(word);
        }
        start += length;
    }
    words
}

/// What comes first, a word or nothing that counts, and its length.
fn next<'a>(rest: &'a str, before: Option<Word<'a>>) -> (Option<Word<'a>>, usize) {
    match rest.chars().next() {
        None => (None, 0),
        Some(blank) if blank.is_whitespace() => (None, blank.len_utf8()),
        _ if rest.starts_with("//") => (None, rest.find('\n').unwrap_or(rest.len())),
        _ if rest.starts_with("/*") => (None, rest.find("*/").map_or(rest.len(), |end| end + 2)),
        Some(first) => {
            let (word, length) = word(rest, first, before);
            (Some(word), length)
        }
    }
}

/// The word at the beginning of the rest, which is no comment, and its length. What stands before it tells whether a
/// slash divides.
fn word<'a>(rest: &'a str, first: char, before: Option<Word<'a>>) -> (Word<'a>, usize) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    if first == '/' && !ends_value(before) {
        let length = pattern(rest);
        return (Word::Pattern(&rest[..length]), length);
    }
    if first == '`' {
        let length = template(rest);
        return (Word::Template(&rest[..length]), length);
    }
    if matches!(first, '"' | '\'') {
        let length = text(rest, first);
        let closed = length > 1 && rest[..length].ends_with(first);
        return (Word::Text(&rest[1..length - usize::from(closed)]), length);
    }
    if is_name(first) {
        let length = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        return (Word::Name(&rest[..length]), length);
    }
    (Word::Mark(first), first.len_utf8())
}

/// Whether what follows this word can divide it.
fn ends_value(word: Option<Word<'_>>) -> bool {
    const BEFORE_A_VALUE: [&str; 13] =
        ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "else", "do", "await", "instanceof"];
    match word {
        None => false,
        Some(Word::Name(name)) => !BEFORE_A_VALUE.contains(&name),
        Some(Word::Text(_) | Word::Template(_) | Word::Pattern(_)) => true,
        Some(Word::Mark(mark)) => matches!(mark, ')' | ']' | '}'),
    }
}

/// The length of a text between these quotes.
fn text(rest: &str, quote: char) -> usize {
    let mut signs = rest.char_indices().skip(1);
    while let Some((place, sign)) = signs.next() {
        match sign {
            '\\' => drop(signs.next()),
            '\n' => return place,
            sign if sign == quote => return place + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a template, with whatever is put in.
fn template(rest: &str) -> usize {
    let mut place = 1;
    while let Some(sign) = rest[place..].chars().next() {
        place += match sign {
            '\\' => 1 + rest[place + 1..].chars().next().map_or(0, char::len_utf8),
            '`' => return place + 1,
            '$' if rest[place..].starts_with("${") => 2 + inserted(&rest[place + 2..]),
            sign => sign.len_utf8(),
        };
    }
    rest.len()
}

/// The length of what is put into a template, with the brace at its end.
fn inserted(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut last = None;
    let mut start = 0;
    while start < rest.len() {
        let (word, length) = next(&rest[start..], last);
        start += length;
        last = word.or(last);
        match word {
            Some(Word::Mark('{')) => depth += 1,
            Some(Word::Mark('}')) if depth == 0 => return start,
            Some(Word::Mark('}')) => depth -= 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a regular expression with its flags. One that is not closed is a mere slash.
fn pattern(rest: &str) -> usize {
    let mut in_class = false;
    let mut signs = rest.char_indices().skip(1);
    while let Some((place, sign)) = signs.next() {
        match sign {
            '\\' => drop(signs.next()),
            '\n' => return 1,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => {
                let flags = &rest[place + 1..];
                return place + 1 + flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len());
            }
            _ => {}
        }
    }
    1
}

/// The script without its comments, and without blanks that mean nothing.
pub fn without_comments(script: &str) -> Result<String> {
    let mut bare = String::with_capacity(script.len());
    let mut end = 0;
    let mut before = None;
    for Placed { word, range } in words(script) {
        let gap = &script[end..range.start];
        if let Some(before) = before
            && !gap.is_empty()
        {
            bare.push_str(between(before, gap.contains('\n'), word));
        }
        bare.push_str(&script[range.clone()]);
        (before, end) = (Some(word), range.end);
    }
    let same =
        words(script).into_iter().map(|placed| placed.word).eq(words(&bare).into_iter().map(|placed| placed.word));
    if !same {
        bail!("its comments cannot be left out without changing it");
    }
    Ok(bare)
}

/// What must stay between two words that stood apart.
fn between(before: Word<'_>, is_line: bool, after: Word<'_>) -> &'static str {
    let opens = matches!(before, Word::Mark('{' | '(' | '[' | ',' | ';'));
    match (before, after) {
        _ if opens => "",
        // A statement may end with its line.
        _ if is_line => "\n",
        (Word::Name(_) | Word::Pattern(_), Word::Name(_) | Word::Mark('.' | '#')) => " ",
        // Side by side these would be another sign.
        (Word::Mark(_), Word::Mark('+' | '-' | '/' | '*' | '=' | '<' | '>' | '&' | '|' | '?' | '!' | '.')) => " ",
        (Word::Mark('/' | '<'), Word::Pattern(_)) => " ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(script: &str) -> Vec<Word<'_>> {
        words(script).into_iter().map(|placed| placed.word).collect()
    }

    #[test]
    fn a_slash_begins_a_pattern_where_a_value_is_due_and_divides_elsewhere() {
        let script = "a = b / c / d; x.replace(/[/\"]\\/\\/ '/gu, y); return /`/.test(z) ? (p) / 2 : [q][0] / 3";
        let patterns: Vec<_> = plain(script).into_iter().filter(|word| matches!(word, Word::Pattern(_))).collect();
        assert_eq!(patterns, [Word::Pattern("/[/\"]\\/\\/ '/gu"), Word::Pattern("/`/")]);
    }

    #[test]
    fn templates_hold_what_is_put_into_them() {
        let script = "f(`a ${g({ b: `}${'`'}` })} \\` // no comment`); // one";
        assert_eq!(plain(script)[2], Word::Template("`a ${g({ b: `}${'`'}` })} \\` // no comment`"));
        assert_eq!(plain(script).len(), 5);
    }

    #[test]
    fn a_text_ends_with_its_quote_or_its_line() {
        assert_eq!(plain("'a\\'b' \"c"), [Word::Text("a\\'b"), Word::Text("c")]);
        assert_eq!(plain("'a\nb"), [Word::Text("a"), Word::Name("b")]);
        assert_eq!(plain("''"), [Word::Text("")]);
    }

    #[test]
    fn comments_and_idle_blanks_go_and_all_else_stays() {
        let script = "// @ts-check\n/** Says. */\nexport const a = 1; // one\nlet b = a + +a\nlet c = `x\n  // y`\n\
            const d = \"/* no */\"; if (a) /* why */ return\n(b);\n";
        let bare = "export const a=1;let b=a+ +a\nlet c=`x\n  // y`\nconst d=\"/* no */\";if(a)return\n(b);";
        assert_eq!(without_comments(script).unwrap(), bare);
    }

    #[test]
    fn the_pages_scripts_keep_their_words() {
        fn look(folder: &std::path::Path) -> usize {
            let entries = folder.read_dir().unwrap().map(|entry| entry.unwrap().path());
            let count = |file: std::path::PathBuf| {
                if file.is_dir() {
                    return look(&file);
                }
                let is_script = file.extension().is_some_and(|found| found == "js");
                if is_script {
                    let text = std::fs::read_to_string(&file).unwrap();
                    let bare = without_comments(&text).unwrap();
                    assert!(bare.len() < text.len(), "{} has no comment", file.display());
                }
                usize::from(is_script)
            };
            entries.map(count).sum()
        }
        assert!(look(&crate::shell::root().join("www")) > 50);
    }
}
