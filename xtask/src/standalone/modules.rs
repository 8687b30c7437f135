//! The scripts, styles and code of a single file, made ready: without comments, and with names in place of addresses.

use super::archive::File;
use crate::bare::{self, bare};
use crate::package::{self, Target};
use crate::scripts;
use crate::words::{self, Placed, Word};
use anyhow::{Context, Result, ensure};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fs;
use std::path::Path;

/// The element, from the repository's root.
const ELEMENT: &str = "www/raft-kv.js";

/// The module that takes everything from the archive, in place of the one that loads it.
const ASSETS: &str = include_str!("assets.js");
const LABORATORY: &str = "export const LABORATORY = \"\";";

/// The scripts that open the archive, in the order in which they need each other.
const OPENER: [(&str, &str); 4] = [
    ("letters.js", include_str!("letters.js")),
    ("lzma.js", include_str!("lzma.js")),
    ("seal.js", include_str!("seal.js")),
    ("open.js", include_str!("open.js")),
];

/// What JavaScript's `encodeURIComponent` leaves as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// All files of the archive, with the package in this folder.
pub fn files(root: &Path, package: &Path, laboratory: Option<&str>) -> Result<Vec<File>> {
    let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    let mut files: Vec<File> = Vec::new();
    let loaded = scripts::module(root, ELEMENT)?;
    for name in loaded.first.iter().chain(&loaded.later) {
        let script = if name == scripts::ASSETS { assets(laboratory)?.into_bytes() } else { read(&root.join(name))? };
        let script = String::from_utf8(bare(name, script)?).with_context(|| format!("{name} is no text"))?;
        files.push((page_name(name)?.to_owned(), named(name, &script)?.into_bytes()));
    }
    for name in scripts::styles(root)? {
        files.push((page_name(&name)?.to_owned(), bare(&name, read(&root.join(&name))?)?));
    }
    for name in [Target::Bundler.script(), package::WASM] {
        files.push((format!("{}/{name}", package::FOLDER), bare(name, read(&package.join(name))?)?));
    }
    Ok(files)
}

/// The module of assets, which tells where the laboratory is.
fn assets(laboratory: Option<&str>) -> Result<String> {
    let Some(address) = laboratory else { return Ok(ASSETS.to_owned()) };
    let is_plain = address.chars().all(|c| c.is_ascii_graphic() && !"\"'\\<>`#".contains(c));
    ensure!(
        is_plain && (address.starts_with("https://") || address.starts_with("http://")),
        "{address:?} is no address of a laboratory: it begins with https://, and ends before any #"
    );
    Ok(ASSETS.replace(LABORATORY, &format!("export const LABORATORY = \"{address}\";")))
}

/// A file of the page, by its name from the page's folder.
fn page_name(name: &str) -> Result<&str> {
    name.strip_prefix("www/").with_context(|| format!("the element loads {name}, which is not below www/"))
}

/// The script with a name in place of each address that it imports.
fn named(file: &str, script: &str) -> Result<String> {
    let words = words::words(script);
    let mut named = String::new();
    let mut end = 0;
    for place in 0..words.len() {
        let imported = match &words[place..] {
            [Placed { word: Word::Name("import" | "from"), .. }, Placed { word: Word::Text(address), range }, ..] => {
                Some((address, range))
            }
            [
                Placed { word: Word::Name("import"), .. },
                Placed { word: Word::Mark('('), .. },
                Placed { word: Word::Text(address), range },
                ..,
            ] => Some((address, range)),
            _ => None,
        };
        if let Some((address, range)) = imported {
            let module = scripts::named_by(file, address)?;
            named.push_str(&script[end..range.start]);
            named.push_str(&format!("\"raft_kv/{}\"", page_name(&module)?));
            end = range.end;
        }
    }
    Ok(named + &script[end..])
}

/// The text of the import map that `open.js` makes of the files, to the byte: it is allowed by its checksum.
pub fn import_map(files: &[File]) -> Result<String> {
    let scripts = files.iter().filter(|(name, _)| name.ends_with(".js"));
    let imports = scripts.map(|(name, bytes)| {
        let script = str::from_utf8(bytes).with_context(|| format!("{name} is no text"))?;
        Ok(format!("\"raft_kv/{name}\":\"data:text/javascript,{}\"", utf8_percent_encode(script, &PLAIN)))
    });
    Ok(format!("{{\"imports\":{{{}}}}}", imports.collect::<Result<Vec<_>>>()?.join(",")))
}

/// The scripts that open the archive as one, which is no module: once a module is loaded, some browsers read no import map
/// any more.
pub fn opener() -> Result<String> {
    let mut opener = "(()=>{\"use strict\";\n".to_owned();
    for (name, script) in OPENER {
        let bare = bare::script(script).with_context(|| name.to_owned())?;
        let lines = bare.split_inclusive('\n').filter(|line| !line.starts_with("import "));
        opener.extend(lines.map(|line| line.strip_prefix("export ").unwrap_or(line)));
    }
    opener.push_str("})()");
    let words: Vec<Word> = words::words(&opener).into_iter().map(|placed| placed.word).collect();
    let is_left = |pair: &[Word]| match pair {
        [Word::Name("import"), next] => *next != Word::Mark('('),
        [Word::Name(name), _] => *name == "export",
        _ => false,
    };
    ensure!(!words.windows(2).any(is_left), "the scripts that open a single file cannot be joined to one");
    ensure!(!opener.contains("</") && !opener.contains("<!--"), "the opener holds what ends a script in HTML");
    Ok(opener)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_names_wherever_they_are_imported() {
        let script =
            "import{a}from\"../dom.js\";import\"./b.js\";const c=()=>import('./deep/c.js');const from=\"./no.js\";";
        let expected = "import{a}from\"raft_kv/dom.js\";import\"raft_kv/views/b.js\";\
                        const c=()=>import(\"raft_kv/views/deep/c.js\");const from=\"./no.js\";";
        assert_eq!(named("www/views/a.js", script).unwrap(), expected);
        let problem = named("www/a.js", "import \"../pkg/raft_kv.js\";").unwrap_err().to_string();
        assert!(problem.contains("pkg/raft_kv.js"), "{problem}");
        assert!(named("www/a.js", "import \"https://example.org/a.js\";").is_err());
    }

    #[test]
    fn the_import_map_is_what_the_page_makes_of_the_scripts() {
        let files = [("a.js", "f('ä \"b\"')\n"), ("style/a.css", "a"), ("views/b.js", "-_.!~*'()%;/?:@&=+$,#")];
        let files: Vec<File> = files.iter().map(|(name, text)| (name.to_string(), text.as_bytes().to_vec())).collect();
        let map = "{\"imports\":{\"raft_kv/a.js\":\"data:text/javascript,f('%C3%A4%20%22b%22')%0A\",\
                   \"raft_kv/views/b.js\":\"data:text/javascript,-_.!~*'()%25%3B%2F%3F%3A%40%26%3D%2B%24%2C%23\"}}";
        assert_eq!(import_map(&files).unwrap(), map);
    }

    #[test]
    fn the_opener_is_one_script_with_all_that_it_needs() {
        let opener = opener().unwrap();
        for name in ["function bytesOf", "function unpackLzma", "function unsealed", "async function open"] {
            assert_eq!(opener.matches(name).count(), 1, "{name}");
        }
        let declared = |line: &'static str| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            ["const ", "function ", "class ", "async function "].iter().find_map(|start| line.strip_prefix(start))
        };
        let lines = OPENER.iter().flat_map(|(_, script)| script.lines());
        let mut names: Vec<&str> =
            lines.filter_map(declared).filter_map(|rest| rest.split([' ', '(']).next()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "two of them use one name: {names:?}");
        assert!(opener.starts_with("(()=>{") && opener.ends_with("})()") && !opener.contains("import {"), "{opener}");
    }

    #[test]
    fn the_assets_of_a_single_file_are_those_of_the_page() {
        let names = |text: &str| {
            let exported: Vec<&str> = text.split("\nexport ").skip(1).collect();
            let name = |text: &str| {
                text.split(['(', ' ', '='])
                    .find(|word| !["async", "function", "const"].contains(word))
                    .unwrap()
                    .to_owned()
            };
            exported.into_iter().map(name).filter(|name| name != "take").collect::<std::collections::BTreeSet<_>>()
        };
        let page = fs::read_to_string(crate::shell::root().join(scripts::ASSETS)).unwrap();
        assert_eq!(names(ASSETS), names(&page));
        assert!(names(ASSETS).contains("glue"));
    }

    #[test]
    fn a_laboratory_is_an_address() {
        let told = assets(Some("https://example.org/raft/index.html")).unwrap();
        assert!(told.contains("LABORATORY = \"https://example.org/raft/index.html\";"), "{told}");
        assert!(assets(None).unwrap().contains(LABORATORY));
        for bad in ["index.html", "javascript:alert(1)", "https://a/\"; alert(1)", "https://a b", "https://a/#run=x"] {
            assert!(assets(Some(bad)).unwrap_err().to_string().contains("no address of a laboratory"), "{bad}");
        }
    }
}
