//! Texts of a sketch, which stay in their lines and columns whatever they hold.

use unicode_width::UnicodeWidthChar;

const DOTS: &str = "...";

/// How many columns a text takes, which is plain.
pub(super) fn columns_of(text: &str) -> usize {
    text.chars().map(|letter| letter.width().unwrap_or(0)).sum()
}

/// One of our own texts, in ASCII.
pub(super) fn ascii(text: &str) -> String {
    text.replace(['−', '–'], "-").replace('→', "->")
}

/// As much of a text as so many columns hold, and dots for the rest. What would take no column of its own, end the line or
/// turn its direction is written as its number: `\u{202e}`.
pub(super) fn plain(text: &str, columns: usize) -> String {
    let mut out = String::new();
    let (mut taken, mut end) = (0, 0);
    for letter in text.chars() {
        let piece = if is_plain(letter) { letter.to_string() } else { letter.escape_unicode().to_string() };
        taken += columns_of(&piece);
        if taken > columns {
            out.truncate(end);
            return out + DOTS;
        }
        out += &piece;
        if taken + DOTS.len() <= columns {
            end = out.len();
        }
    }
    out
}

fn is_plain(letter: char) -> bool {
    let is_space = letter.is_whitespace() && letter != ' ';
    letter.width().is_some_and(|width| width > 0) && !is_space && !is_right_to_left(letter) && !is_for_nobody(letter)
}

/// Letters of scripts that are written from right to left, and turn what stands beside them.
fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// What no font has a letter for: characters that say how others are shown, and those that are none.
fn is_for_nobody(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The lines of a plain text, each of so many columns at most, broken between words where that can be.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in text.split(' ') {
        let width = columns_of(word);
        if taken + 1 + width <= columns && !line.is_empty() {
            line.push(' ');
            taken += 1;
        } else if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            taken = 0;
        }
        for letter in word.chars() {
            let width = letter.width().unwrap_or(0);
            if taken + width > columns {
                lines.push(std::mem::take(&mut line));
                taken = 0;
            }
            line.push(letter);
            taken += width;
        }
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_not_stay_in_its_line_is_written_as_its_number() {
        assert_eq!(plain("put x hello", 60), "put x hello");
        assert_eq!(plain("a\nb\tc\u{7f}", 60), "a\\u{a}b\\u{9}c\\u{7f}");
        assert_eq!(plain("\u{202e}x\u{5d0}\u{301}", 60), "\\u{202e}x\\u{5d0}\\u{301}");
        assert_eq!(plain("größe 鍵", 60), "größe 鍵");
    }

    #[test]
    fn a_text_is_cut_between_letters_by_the_columns_that_they_take() {
        assert_eq!(plain("12345678", 8), "12345678");
        assert_eq!(plain("123456789", 8), "12345...");
        assert_eq!(plain("鍵鍵鍵鍵鍵", 8), "鍵鍵...");
        assert_eq!(plain("1\u{202e}2345", 10), "1...", "a number is whole or not there");
    }

    #[test]
    fn lines_are_broken_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("append 3-5, commit 2", 12), ["append 3-5,", "commit 2"]);
        assert_eq!(wrap("put x 0123456789abcdef", 8), ["put x", "01234567", "89abcdef"]);
        assert_eq!(wrap("鍵鍵鍵", 5), ["鍵鍵", "鍵"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
