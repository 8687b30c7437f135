//! Errors and warnings: what is wrong, where it stands in the text, and how that is shown.

use std::fmt;
use std::ops::Range;

/// Why a configuration cannot be run, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The name of the file.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// The column in characters, counted from 1.
    pub column: u32,
    /// How many characters are meant, at least 1.
    pub width: u32,
    /// The whole line.
    pub source: String,
    /// What is wrong: what was found, and what is allowed.
    pub message: String,
    /// How to mend it, where that can be guessed.
    pub help: Option<String>,
}

impl std::error::Error for ConfigError {}

/// More of a line than this is cut from what is shown of it, in characters.
const SHOWN_WIDTH: usize = 100;

impl fmt::Display for ConfigError {
    /// The message with its place, the line with a caret under what is meant, and the help.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConfigError { file, line, column, width, source, message, help } = self;
        let message: String = message.chars().map(printable).collect();
        writeln!(f, "{file}:{line}:{column}: {message}")?;

        let (column, width) = (*column as usize - 1, *width as usize);
        let start = if column + width > SHOWN_WIDTH { column.saturating_sub(SHOWN_WIDTH / 2) } else { 0 };
        let shown: String = source.chars().skip(start).take(SHOWN_WIDTH).map(printable).collect();
        // Tabs stay tabs, so that the caret stands below what it means.
        let blank: String =
            source.chars().skip(start).take(column - start).map(|c| if c == '\t' { c } else { ' ' }).collect();
        let carets = "^".repeat(width.min(SHOWN_WIDTH - (column - start)).max(1));
        let gutter = " ".repeat(line.to_string().len());
        writeln!(f, "{gutter} |")?;
        writeln!(f, "{line} | {shown}")?;
        write!(f, "{gutter} | {blank}{carets}")?;
        if let Some(help) = help {
            write!(f, "\n{gutter} = {help}")?;
        }
        Ok(())
    }
}

/// What a terminal would take for a command is shown as a mark.
fn printable(c: char) -> char {
    if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c }
}

/// Something wrong, at some bytes of the text.
pub(crate) struct Mistake {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    /// Empty if there is none.
    pub(crate) help: String,
}

impl Mistake {
    /// The same in lines and columns of the text, which has the name `file`.
    pub(crate) fn locate(self, file: &str, text: &str) -> ConfigError {
        let Mistake { span, message, help } = self;
        let bytes = text.as_bytes();
        let mut start = span.start.min(bytes.len());
        // What is behind the last line is shown at its end, where a person looks.
        if bytes[start..].iter().all(u8::is_ascii_whitespace) {
            while start > 0 && matches!(bytes[start - 1], b'\r' | b'\n') {
                start -= 1;
            }
        }
        let line_start = bytes[..start].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
        let is_line_end = |&byte: &u8| matches!(byte, b'\r' | b'\n');
        let line_end = bytes[start..].iter().position(is_line_end).map_or(bytes.len(), |len| start + len);
        ConfigError {
            file: file.to_owned(),
            line: count(bytes[..start].iter().filter(|&&byte| byte == b'\n')) + 1,
            column: count_chars(&bytes[line_start..start]) + 1,
            width: count_chars(&bytes[start..span.end.clamp(start, line_end)]).max(1),
            source: text[line_start..line_end].to_owned(),
            message,
            help: (!help.is_empty()).then_some(help),
        }
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// How many characters begin in these bytes of UTF-8.
fn count_chars(bytes: &[u8]) -> u32 {
    count(bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000))
}
