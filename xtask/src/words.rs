//! The words of a script: enough of JavaScript to tell what it imports.

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
}
