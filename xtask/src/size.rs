//! `cargo xtask size`: what the page's first load weighs, file by file, against an aim and a limit.

use crate::package::{self, Target};
use crate::scripts::{self, Files};
use crate::{shell, tools};
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
/// Three times the aim: one module runs, checks, tells why, draws the diagram, writes files and opens runs. It keeps the
/// load from growing unnoticed.
const LIMIT: usize = 295 * KB;

/// Print what the page's first load weighs
///
/// Lists every file the page loads at first, its bytes and its bytes gzipped (level 9): what index.html links to, and
/// what is imported from there. The gzipped total is held against an aim of 89 KB and a limit of 295 KB (1 KB = 1000
/// bytes); above the limit the command fails. What a reader's doings load later is listed below the total. The package
/// in pkg/ is weighed as it is, and built only when it is not there.
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
        let load = Load::weigh(&root)?;
        print!("{load}");
        load.judge()
    }
}

struct File {
    name: String,
    bytes: usize,
    gzipped: usize,
}

/// What the page loads.
struct Load {
    /// The files of the first load, in the order a browser meets them.
    first: Vec<File>,
    /// Those that are loaded when a reader turns to something.
    later: Vec<File>,
}

impl Load {
    fn weigh(root: &Path) -> Result<Self> {
        let Files { first, later } = names(root)?;
        let weigh = |name: String| {
            let path = root.join(&name);
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok(File { bytes: bytes.len(), gzipped: gzipped(&bytes)?, name })
        };
        let first = first.into_iter().map(weigh).collect::<Result<_>>()?;
        Ok(Self { first, later: later.into_iter().map(weigh).collect::<Result<_>>()? })
    }

    fn bytes(&self) -> usize {
        self.first.iter().map(|file| file.bytes).sum()
    }

    fn gzipped(&self) -> usize {
        self.first.iter().map(|file| file.gzipped).sum()
    }

    fn judge(&self) -> Result<()> {
        if self.gzipped() > LIMIT {
            bail!("the first load weighs {} gzipped, above the limit of {}", kb(self.gzipped()), kb(LIMIT));
        }
        Ok(())
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.first.iter().chain(&self.later);
        let width = files.map(|file| file.name.len()).max().unwrap_or(0).max("total".len());
        writeln!(f, "{:width$}  {:>9}  {:>9}", "file", "bytes", "gzipped")?;
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
            total if total <= LIMIT => "above the aim, within the limit",
            _ => "above the limit",
        };
        writeln!(f, "{} gzipped: {place} (aim {}, limit {})", kb(self.gzipped()), kb(AIM), kb(LIMIT))
    }
}

/// The names of the files, from the repository's root.
fn names(root: &Path) -> Result<Files> {
    let folder = package::FOLDER;
    let target = Target::of(&root.join(folder)).with_context(|| format!("there is no whole package in {folder}/"))?;
    let mut files = scripts::loaded(root, "www/index.html")?;
    scripts::assert_all_loaded(root, "www", &files)?;
    files.first.push(format!("{folder}/package.json"));
    files.first.push(format!("{folder}/{}", target.script()));
    files.first.push(format!("{folder}/{}", package::WASM));
    files.first.push("config.toml".to_owned());
    Ok(files)
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
        Load { first: weights.iter().map(file).collect(), later: vec![file(&(10_000_000, 5_000_000))] }
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
        assert_eq!(problem, "the first load weighs 295.1 KB gzipped, above the limit of 295 KB");
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
        let Files { first, later } = names(folder.path()).unwrap();
        let package = ["pkg/package.json", "pkg/raft_kv.js", "pkg/raft_kv_bg.wasm"];
        assert_eq!(first, [&["www/index.html", "www/a.css", "www/main.js"], &package[..], &["config.toml"]].concat());
        assert_eq!(later, ["www/late.js"]);
        add("pkg/raft_kv_bg.js", "");
        assert_eq!(names(folder.path()).unwrap().first[4], "pkg/raft_kv_bg.js");
        assert!(Load::weigh(folder.path()).unwrap().first[0].bytes > 60);
        fs::remove_file(folder.path().join("config.toml")).unwrap();
        assert!(Load::weigh(folder.path()).is_err());
    }
}
