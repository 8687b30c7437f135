//! Numbers as people write and read them.

use std::fmt;
use std::str::FromStr;

/// The largest number that a list may have, so that `1-4000000000` does not fill the memory.
const LARGEST: u32 = 1_000_000;

/// A number with separators: `1,234,567`.
pub(super) struct Grouped(pub(super) u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.char_indices() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// A number of things: `1 seed`, `2,000 seeds`.
pub(super) struct Count(pub(super) u64, pub(super) &'static str);

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Count(count, what) = self;
        write!(f, "{} {what}{}", Grouped(*count), if *count == 1 { "" } else { "s" })
    }
}

/// Some of a kind by their numbers: `client 2`, `clients 1, 2 and 5`.
pub(super) struct Named<'a>(pub(super) &'static str, pub(super) &'a [u32]);

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More than these are only counted.
        const SHOWN: usize = 10;
        let Named(kind, ids) = self;
        write!(f, "{kind}{}", if ids.len() == 1 { " " } else { "s " })?;
        let shown = if ids.len() > SHOWN { SHOWN - 1 } else { ids.len() };
        for (place, id) in ids[..shown].iter().enumerate() {
            let separator = match place {
                0 => "",
                _ if place + 1 == ids.len() => " and ",
                _ => ", ",
            };
            write!(f, "{separator}{id}")?;
        }
        if shown < ids.len() { write!(f, " and {} others", Grouped((ids.len() - shown) as u64)) } else { Ok(()) }
    }
}

/// Numbers in ascending order, from 1: `2,5-7,40`, or `none`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbers(pub(super) Vec<u32>);

impl FromStr for Numbers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim() == "none" {
            return Ok(Numbers(Vec::new()));
        }
        let mut numbers = Vec::new();
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            match (first.trim().parse(), last.trim().parse()) {
                (Ok(first @ 1..), Ok(last @ ..=LARGEST)) if first <= last => numbers.extend(first..=last),
                _ => {
                    return Err(format!(
                        "write numbers from 1 to {LARGEST} in ascending order, as in 2,5-7,40, or none; `{part}` is \
                         neither a number nor a range"
                    ));
                }
            }
        }
        match numbers.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(format!("{} stands before {}; write numbers in ascending order", pair[0], pair[1])),
            None => Ok(Numbers(numbers)),
        }
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (place, run) in self.0.chunk_by(|a, b| a + 1 == *b).enumerate() {
            let separator = if place > 0 { "," } else { "" };
            match run {
                [only] => write!(f, "{separator}{only}")?,
                [first, .., last] => write!(f, "{separator}{first}-{last}")?,
                [] => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(Grouped(number).to_string(), text);
        }
        assert_eq!([1, 2].map(|count| Count(count, "seed").to_string()), ["1 seed", "2 seeds"]);
    }

    #[test]
    fn processes_are_named() {
        for (ids, text) in [(&[2][..], "client 2"), (&[1, 3], "clients 1 and 3"), (&[1, 2, 5], "clients 1, 2 and 5")] {
            assert_eq!(Named("client", ids).to_string(), text);
        }
        let many: Vec<u32> = (1..=20).collect();
        assert_eq!(Named("client", &many).to_string(), "clients 1, 2, 3, 4, 5, 6, 7, 8, 9 and 11 others");
    }

    #[test]
    fn lists_are_read_as_they_are_written() {
        for text in ["none", "1", "2,5-7,40", "1-1000000"] {
            assert_eq!(text.parse::<Numbers>().map(|numbers| numbers.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(" 3 , 4 ".parse(), Ok(Numbers(vec![3, 4])));
        for text in ["", "0", "0-3", "x", "5-3", "1,1", "7,2", "1-1000001", "1,,2", "-1"] {
            assert!(text.parse::<Numbers>().is_err(), "{text}");
        }
    }
}
