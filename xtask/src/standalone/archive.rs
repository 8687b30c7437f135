//! The archive of a single file: files one behind the other, packed, sealed, as letters. `letters.js`, `seal.js`, `lzma.js` and
//! `open.js` take them out again.

use anyhow::{Context, Result};
use flate2::Crc;
use lzma_rust2::{EncodeMode, LzmaOptions, LzmaWriter, MfType};
use std::fmt::Write as _;
use std::io::Write as _;

/// A file by its name in the archive.
pub type File = (String, Vec<u8>);

/// Matches are looked for this far, the most that LZMA can.
const NICE_LENGTH: u32 = 273;

/// The files as letters, without a sign that HTML reads itself.
pub fn letters(files: &[File]) -> Result<String> {
    Ok(as_letters(&sealed(&packed(&joined(files))?)?))
}

/// A line that lists names and lengths, and then the files.
fn joined(files: &[File]) -> Vec<u8> {
    let mut list = String::new();
    for (name, bytes) in files {
        let comma = if list.is_empty() { "" } else { "," };
        write!(list, "{comma}[\"{name}\",{}]", bytes.len()).expect("a string takes all that is written");
    }
    let mut joined = format!("[{list}]\n").into_bytes();
    files.iter().for_each(|(_, bytes)| joined.extend(bytes));
    joined
}

/// The bytes as a file ".lzma" that tells its length.
fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    let size = u32::try_from(bytes.len()).context("the archive is too large")?.next_power_of_two();
    // Neither scripts nor WebAssembly are aligned, so the place of a byte tells nothing of it.
    let options = LzmaOptions::new(size, 3, 0, 0, EncodeMode::Normal, NICE_LENGTH, MfType::Bt4, 0);
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))?;
    writer.write_all(bytes)?;
    Ok(writer.finish()?)
}

/// The bytes behind their length and their checksum, by which a file that was cut or changed on its way is known.
fn sealed(bytes: &[u8]) -> Result<Vec<u8>> {
    let length = u32::try_from(bytes.len()).context("the archive is too large")?;
    let mut sum = Crc::new();
    sum.update(bytes);
    Ok([&length.to_be_bytes(), &sum.sum().to_be_bytes(), bytes].concat())
}

/// Five letters for each four bytes; the last ones are filled up with zeros.
fn as_letters(bytes: &[u8]) -> String {
    let mut letters = String::with_capacity(bytes.len().div_ceil(4) * 5);
    for four in bytes.chunks(4) {
        let value = four.iter().chain(&[0; 3]).take(4).fold(0, |value, byte| value << 8 | u32::from(*byte));
        for power in [85_u32.pow(4), 85_u32.pow(3), 85_u32.pow(2), 85, 1] {
            letters.push(letter(value / power % 85));
        }
    }
    letters
}

/// The letters are those from `(` to `~` but `<` and `\`: nothing that ends a text in HTML, or would be written at length in
/// an attribute.
fn letter(digit: u32) -> char {
    let code = u32::from('(') + digit;
    let code = code + u32::from(code >= u32::from('<'));
    let code = code + u32::from(code >= u32::from('\\'));
    char::from_u32(code).expect("there are so many letters")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::{self, Line};
    use std::fs;
    use which::which;

    #[test]
    fn letters_are_plain_and_all_different() {
        let letters: String = (0..85).map(letter).collect();
        assert_eq!(letters.len(), 85);
        assert!(letters.starts_with('(') && letters.ends_with('~'), "{letters}");
        assert!(letters.chars().is_sorted_by(|one, other| one < other));
        assert!(!letters.contains(['<', '\\', '"', '\'', '&']), "{letters}");
        assert_eq!(as_letters(&[0; 5]), "((((((((((");
        assert_eq!(as_letters(&[255; 4]).len(), 5);
    }

    #[test]
    fn the_page_takes_out_what_was_packed() {
        let Ok(node) = which("node") else {
            return println!("Node.js is not in PATH: not tried outside of a browser.");
        };
        let wasm: Vec<u8> = (0..200_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> (at % 29)) as u8).collect();
        let text = fs::read(shell::root().join("Cargo.lock")).unwrap();
        let files: Vec<File> =
            vec![("a.js".into(), text.clone()), ("b".into(), wasm), ("c".into(), vec![]), ("d".into(), text)];
        let folder = tempfile::tempdir().unwrap();
        let scripts = shell::root().join("xtask/src/standalone");
        for name in ["lzma", "letters", "seal"] {
            fs::copy(scripts.join(format!("{name}.js")), folder.path().join(format!("{name}.mjs"))).unwrap();
        }
        let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
        write("joined", &joined(&files));
        write("letters", letters(&files).unwrap().as_bytes());
        write("try.mjs", TRY.as_bytes());
        let line = Line::new("").arg(node).arg(folder.path().join("try.mjs"));
        assert_eq!(
            line.output().as_deref(),
            Some("same, its end is missing, its end is missing, it is damaged, it is damaged")
        );
    }

    const TRY: &str = "
        import { readFileSync } from 'node:fs';
        import { bytesOf } from './letters.mjs';
        import { unpackLzma } from './lzma.mjs';
        import { unsealed } from './seal.mjs';
        const at = (name) => new URL(name, import.meta.url);
        const sealed = bytesOf(readFileSync(at('letters'), 'latin1'));
        const problem = (bytes) => {
            try {
                return Buffer.compare(readFileSync(at('joined')), unpackLzma(unsealed(bytes))) === 0 ? 'same' : 'different';
            } catch (error) {
                return error.message;
            }
        };
        const damaged = (place) => sealed.map((byte, at) => (at === place ? byte ^ 4 : byte));
        const tries = [sealed, sealed.slice(0, sealed.length / 2), sealed.slice(0, 5), damaged(7), damaged(sealed.length - 9)];
        console.log(tries.map(problem).join(', '));
    ";
}
