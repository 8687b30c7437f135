//! What every file of the page keeps to: small enough to be read in one go, scripts whose types are checked, and nothing
//! by which a text could become markup or a script.

use std::fs;
use std::path::Path;

/// So many lines a file has at most.
const LINES: usize = 400;

/// What makes markup or code of a text, in a script. A text enters the page as a text.
const IN_SCRIPTS: [&str; 10] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "setHTMLUnsafe",
    "createContextualFragment",
    "document.write",
    "srcdoc",
    "eval(",
    "new Function",
    "javascript:",
];

#[test]
fn each_file_of_the_page_keeps_the_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository");
    let mut problems = Vec::new();
    let files = look_at_all(&root.join("www"), &mut problems);
    look_at_all(&root.join("xtask/src/standalone"), &mut problems);
    assert!(files > 10, "the page has more than {files} files");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Looks at all files of the page below a folder. Returns how many there are.
fn look_at_all(folder: &Path, problems: &mut Vec<String>) -> usize {
    let mut files = 0;
    for entry in folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("a folder can be listed").path();
        if path.is_dir() {
            files += look_at_all(&path, problems);
        } else if let Some(kind @ ("js" | "css" | "html")) = path.extension().and_then(|kind| kind.to_str()) {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            problems.extend(look_at(kind, &text).into_iter().map(|problem| format!("{}: {problem}", path.display())));
            files += 1;
        }
    }
    files
}

/// What is wrong with a file of this kind.
fn look_at(kind: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let lines = text.lines().count();
    if lines > LINES {
        problems.push(format!("{lines} lines, more than {LINES}: two nouns may deserve two files"));
    }
    match kind {
        "js" => look_at_script(text, &mut problems),
        "html" => look_at_markup(text, &mut problems),
        _ => {}
    }
    problems
}

fn look_at_script(text: &str, problems: &mut Vec<String>) {
    if !text.starts_with("// @ts-check\n") {
        problems.push("does not begin with `// @ts-check`, so that an editor would not check its types".to_owned());
    }
    for (number, line) in (1..).zip(text.lines()) {
        let is_comment = ["//", "/*", "*"].iter().any(|start| line.trim_start().starts_with(start));
        let found = IN_SCRIPTS.iter().filter(|word| !is_comment && line.contains(*word));
        problems.extend(found.map(|word| format!("line {number}: `{word}` can make a script of a text")));
    }
}

/// Tags that run or look different by what stands in them would need holes in the page's policy.
fn look_at_markup(text: &str, problems: &mut Vec<String>) {
    if !text.contains("http-equiv=\"Content-Security-Policy\"") {
        problems.push("has no Content-Security-Policy".to_owned());
    }
    for tag in text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name = tag.split_whitespace().next().unwrap_or("");
        let attributes = attributes(tag);
        if name == "style" || (name == "script" && !attributes.contains(&"src".to_owned())) {
            problems.push(format!("<{tag}> holds what belongs into a file of its own"));
        }
        let inline = attributes.iter().filter(|name| name.starts_with("on") || *name == "style");
        problems.extend(inline.map(|attribute| format!("<{tag}> has an inline {attribute}")));
        if tag.to_lowercase().contains("javascript:") {
            problems.push(format!("<{tag}> has a script for an address"));
        }
    }
}

/// The names of a tag's attributes: what stands outside of quotes.
fn attributes(tag: &str) -> Vec<String> {
    let outside: Vec<&str> = tag.split('"').step_by(2).collect();
    let words = outside.iter().flat_map(|part| part.split_whitespace());
    words.skip(1).map(|word| word.trim_end_matches('=').to_lowercase()).collect()
}

#[test]
fn what_breaks_a_rule_is_found() {
    let script = |rest: &str| look_at("js", &format!("// @ts-check\n{rest}"));
    assert!(script("// no innerHTML here\nelement.textContent = text;\n").is_empty());
    for bad in ["a.innerHTML = b;", "a.insertAdjacentHTML(\"beforeend\", b);", "eval(b)", "document.write(b)"] {
        assert_eq!(script(bad).len(), 1, "{bad}");
    }
    assert_eq!(look_at("js", "let unchecked;\n").len(), 1);
    assert_eq!(look_at("css", &"a {}\n".repeat(LINES)).len(), 0);
    assert_eq!(look_at("css", &"a {}\n".repeat(LINES + 1)).len(), 1);

    let page = |rest: &str| look_at("html", &format!("<meta http-equiv=\"Content-Security-Policy\">\n{rest}"));
    let good =
        "<script src=\"a.js\" defer></script><p title=\"style=red onclick=x\" id=once>1 &lt; 2</p><option hidden>";
    assert!(page(good).is_empty(), "{:?}", page(good));
    for bad in [
        "<p onclick=\"x()\">",
        "<p style=\"color: red\">",
        "<p\n  hidden\n  ONLOAD = \"x\">",
        "<style>",
        "<script>x</script>",
        "<a href=\"javascript:x\">",
    ] {
        assert_eq!(page(bad).len(), 1, "{bad}: {:?}", page(bad));
    }
    assert_eq!(look_at("html", "<p>").len(), 1);
}
