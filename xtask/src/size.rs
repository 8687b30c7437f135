//! `cargo xtask size`: what the first loads of the laboratory and of the element weigh, file by file, and what a single file
//! does, against an aim and limits.

use crate::bare::bare;
use crate::package::{self, Target};
use crate::scripts::{self, Files};
use crate::{shell, standalone, tools};
use anyhow::{Context, Result, bail};
use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt;
use std::fs;
use std::io::Write;
use std::path::Path;

/// A kilobyte, as browsers and hosts count it.
const KB: usize = 1000;
const AIM: usize = 89 * KB;
/// What the laboratory loads at first. Three times the aim: one module runs, checks, tells why, draws the diagram, writes
/// files and opens runs. It keeps the load from growing unnoticed.
const LIMIT: usize = 295 * KB;
/// What the element loads at first. 110 KB would be a fine limit, and the WebAssembly alone, that same one module, weighs
/// twice that; so the limit stands just above what there is.
const ELEMENT_LIMIT: usize = 295 * KB;

/// What the element asks for at once to show its usual views with its usual controls; each with what it imports by
/// statements.
const ELEMENT: [&str; 10] = [
    "www/raft-kv.js",
    "www/element/showing.js",
    "www/stage.js",
    "www/joins/cluster.js",
    "www/grasp.js",
    "www/joins/trace.js",
    "www/time.js",
    "www/bar.js",
    "www/keys.js",
    "www/bindings.js",
];

/// Print what is loaded at first, and what a single file weighs
///
/// Lists every file the laboratory loads at first, its bytes and its bytes gzipped (level 9), both as a site has them, without
/// comments: what index.html links to, and what is imported from there. Then the same for the element with its usual views and controls. The gzipped totals are
/// held against an aim of 89 KB and a limit of 295 KB each (1 KB = 1000 bytes). The single file of
/// `cargo xtask standalone` may have 300 KB as it is. Above a limit the command fails. What a reader's doings load later is
/// listed below the laboratory's total. The package in pkg/ is weighed as it is, and built only when it is not there; that of
/// the single file is built when its sources are younger.
#[derive(Args)]
pub struct Size {}

impl Size {
    /// Runs the command.
    pub fn run(&self) -> Result<()> {
        let root = shell::root();
        if Target::of(&root.join(package::FOLDER)).is_none() {
            println!("There is no package in {}/ yet, so it is built first.", package::FOLDER);
            tools::for_page()?;
            package::build(Target::Bundler)?;
        }
        let (laboratory, element) = (Load::weigh(LABORATORY, &root, laboratory(&root)?)?, element(&root)?);
        let element = Load::weigh(EMBEDDED, &root, element)?;
        print!("{laboratory}\n{element}\n");
        let single = standalone::weigh()?;
        println!("The single file weighs {} (limit {}).", kb(single), kb(standalone::LIMIT));
        laboratory.judge()?;
        element.judge()
    }
}

struct File {
    name: String,
    bytes: usize,
    gzipped: usize,
}

/// What is weighed.
#[derive(Clone, Copy)]
struct Scale {
    name: &'static str,
    /// In bytes, gzipped.
    limit: usize,
}

const LABORATORY: Scale = Scale { name: "laboratory", limit: LIMIT };
const EMBEDDED: Scale = Scale { name: "element", limit: ELEMENT_LIMIT };

/// What is loaded.
struct Load {
    scale: Scale,
    /// The files of the first load, in the order a browser meets them.
    first: Vec<File>,
    /// Those that are loaded when a reader turns to something.
    later: Vec<File>,
}

impl Load {
    fn weigh(scale: Scale, root: &Path, Files { first, later }: Files) -> Result<Self> {
        let weigh = |name: String| {
            let path = root.join(&name);
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let bytes = bare(&name, bytes)?;
            Ok(File { bytes: bytes.len(), gzipped: gzipped(&bytes)?, name })
        };
        let first = first.into_iter().map(weigh).collect::<Result<_>>()?;
        Ok(Self { scale, first, later: later.into_iter().map(weigh).collect::<Result<_>>()? })
    }

    fn bytes(&self) -> usize {
        self.first.iter().map(|file| file.bytes).sum()
    }

    fn gzipped(&self) -> usize {
        self.first.iter().map(|file| file.gzipped).sum()
    }

    fn judge(&self) -> Result<()> {
        let Scale { name, limit } = self.scale;
        if self.gzipped() > limit {
            bail!(
                "the first load of the {name} weighs {} gzipped, above the limit of {}",
                kb(self.gzipped()),
                kb(limit)
            );
        }
        Ok(())
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.first.iter().chain(&self.later);
        let width = files.map(|file| file.name.len()).max().unwrap_or(0).max("total".len());
        let Scale { name, limit } = self.scale;
        writeln!(f, "{name:width$}  {:>9}  {:>9}", "bytes", "gzipped")?;
        let row = |f: &mut fmt::Formatter<'_>, name: &str, bytes: usize, gzipped: usize| {
            writeln!(f, "{name:width$}  {bytes:>9}  {gzipped:>9}")
        };
        for file in &self.first {
            row(f, &file.name, file.bytes, file.gzipped)?;
        }
        row(f, "total", self.bytes(), self.gzipped())?;
        if !self.later.is_empty() {
            writeln!(f, "later")?;
            for file in &self.later {
                row(f, &file.name, file.bytes, file.gzipped)?;
            }
        }
        let place = match self.gzipped() {
            ..=AIM => "within the aim",
            total if total <= limit => "above the aim, within the limit",
            _ => "above the limit",
        };
        writeln!(f, "{} gzipped: {place} (aim {}, limit {})", kb(self.gzipped()), kb(AIM), kb(limit))
    }
}

/// What the laboratory loads, from the repository's root.
fn laboratory(root: &Path) -> Result<Files> {
    let mut files = scripts::loaded(root, "www/index.html")?;
    files.first.extend(run_by(root)?);
    Ok(files)
}

/// What the element loads at first, from the repository's root.
fn element(root: &Path) -> Result<Files> {
    scripts::assert_all_named(root, "www")?;
    let all = scripts::module(root, ELEMENT[0])?;
    let mut files = Files::default();
    for part in ELEMENT {
        if !all.first.iter().chain(&all.later).any(|name| name == part) {
            bail!("the element does not load {part} any more: mend the list of what it loads at first");
        }
        let loaded = scripts::module(root, part)?.first;
        files.first.extend(loaded.into_iter().filter(|name| !files.first.contains(name)).collect::<Vec<_>>());
    }
    files.first.extend(scripts::styles(root)?);
    files.first.extend(run_by(root)?);
    Ok(files)
}

/// The package, and what runs if nobody says anything else.
fn run_by(root: &Path) -> Result<[String; 4]> {
    let folder = package::FOLDER;
    let target = Target::of(&root.join(folder)).with_context(|| format!("there is no whole package in {folder}/"))?;
    let [script, wasm] = [target.script(), package::WASM].map(|name| format!("{folder}/{name}"));
    Ok([format!("{folder}/package.json"), script, wasm, "config.toml".to_owned()])
}

fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// Kilobytes with one decimal, rounded up so that no weight looks lighter than it is.
fn kb(bytes: usize) -> String {
    let tenths = bytes.div_ceil(KB / 10);
    match tenths % 10 {
        0 => format!("{} KB", tenths / 10),
        tenth => format!("{}.{tenth} KB", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(weights: &[(usize, usize)]) -> Load {
        let file = |&(bytes, gzipped)| File { name: "www/a.js".to_owned(), bytes, gzipped };
        Load {
            scale: LABORATORY,
            first: weights.iter().map(file).collect(),
            later: vec![file(&(10_000_000, 5_000_000))],
        }
    }

    #[test]
    fn weights_add_up() {
        let load = load(&[(300, 100), (50, 60), (0, 20)]);
        assert_eq!((load.bytes(), load.gzipped()), (350, 180));
        assert_eq!((self::load(&[]).bytes(), self::load(&[]).gzipped()), (0, 0));
    }

    #[test]
    fn the_limit_itself_is_still_allowed() {
        assert!(load(&[(900_000, 100_000), (1, 195_000)]).judge().is_ok());
        let problem = load(&[(900_000, 100_000), (1, 195_001)]).judge().unwrap_err().to_string();
        assert_eq!(problem, "the first load of the laboratory weighs 295.1 KB gzipped, above the limit of 295 KB");
    }

    #[test]
    fn the_table_says_where_the_total_stands() {
        let place = |gzipped| load(&[(1, gzipped)]).to_string().lines().last().unwrap().to_owned();
        assert_eq!(place(89_000), "89 KB gzipped: within the aim (aim 89 KB, limit 295 KB)");
        assert_eq!(place(89_001), "89.1 KB gzipped: above the aim, within the limit (aim 89 KB, limit 295 KB)");
        assert_eq!(place(295_001), "295.1 KB gzipped: above the limit (aim 89 KB, limit 295 KB)");
    }

    #[test]
    fn kilobytes_are_a_thousand_bytes_rounded_up() {
        assert_eq!(
            [0, 1, 100, 101, 999, 1000, 88_950].map(kb),
            ["0 KB", "0.1 KB", "0.1 KB", "0.2 KB", "1 KB", "1 KB", "89 KB"]
        );
    }

    #[test]
    fn text_gets_lighter_and_nothing_keeps_the_frame() {
        assert!(gzipped(&[b'a'; 10_000]).unwrap() < 100);
        assert_eq!(gzipped(&[]).unwrap(), 20);
    }

    #[test]
    fn what_is_loaded_later_stands_below_the_total_and_does_not_count() {
        let table = load(&[(300, 100), (50, 60)]).to_string();
        let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(rows[3..6], [vec!["total", "350", "160"], vec!["later"], vec!["www/a.js", "10000000", "5000000"]]);
        let all_at_once = Load { later: vec![], ..load(&[(1, 1)]) };
        assert!(!all_at_once.to_string().contains("later"));
    }

    #[test]
    fn the_files_are_those_the_page_loads() {
        let folder = tempfile::tempdir().unwrap();
        let add = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        add(
            "www/index.html",
            "<link rel=\"stylesheet\" href=\"a.css\">\n<script type=\"module\" src=\"main.js\"></script>",
        );
        add("www/main.js", "const load = () => import(\"./late.js\");\n");
        for name in ["www/a.css", "www/late.js", "www/notes.md", "config.toml"] {
            add(name, "");
        }
        for name in ["pkg/package.json", "pkg/raft_kv.js", "pkg/raft_kv.d.ts", "pkg/raft_kv_bg.wasm"] {
            add(name, "");
        }
        let Files { first, later } = laboratory(folder.path()).unwrap();
        let package = ["pkg/package.json", "pkg/raft_kv.js", "pkg/raft_kv_bg.wasm"];
        assert_eq!(first, [&["www/index.html", "www/a.css", "www/main.js"], &package[..], &["config.toml"]].concat());
        assert_eq!(later, ["www/late.js"]);
        add("pkg/raft_kv_bg.js", "");
        assert_eq!(laboratory(folder.path()).unwrap().first[4], "pkg/raft_kv_bg.js");
        let weigh = || Load::weigh(LABORATORY, folder.path(), laboratory(folder.path()).unwrap());
        assert!(weigh().unwrap().first[0].bytes > 60);
        fs::remove_file(folder.path().join("config.toml")).unwrap();
        assert!(weigh().is_err());
    }

    #[test]
    fn the_element_loads_its_parts_once_and_its_styles() {
        let root = shell::root();
        let loads = |name: &str| element(&root).map(|files| files.first.iter().filter(|file| *file == name).count());
        if Target::of(&root.join(package::FOLDER)).is_none() {
            assert!(element(&root).unwrap_err().to_string().contains("no whole package"));
            return;
        }
        for name in ["www/raft-kv.js", "www/views/cluster.js", "www/style/element.css", "config.toml"] {
            assert_eq!(loads(name).unwrap(), 1, "{name}");
        }
        assert_eq!(loads("www/views/diagram.js").unwrap(), 0, "it is none of the usual views");
    }
}
