//! The tree of a TOML text against the one that the crate `toml` makes of it: the same entries at the same places, the
//! same errors.
#![cfg(not(target_arch = "wasm32"))]

use raft_kv::document::{self, DeTable, DeValue, Spanned};
use raft_kv::generator::Generator;

/// Both trees, in words.
fn trees(text: &str) -> (Result<String, String>, Result<String, String>) {
    let place = |span: Option<std::ops::Range<usize>>| span.map_or("nowhere".to_owned(), |span| format!("{span:?}"));
    let ours = DeTable::parse(text).map(|table| ours(&DeValue::Table(table.get_ref().clone())));
    let theirs = toml::de::DeTable::parse(text).map(|table| theirs(&toml::de::DeValue::Table(table.get_ref().clone())));
    (
        ours.map_err(|error: document::Error| format!("{} at {}", error.message(), place(error.span()))),
        theirs.map_err(|error| format!("{} at {}", error.message(), place(error.span()))),
    )
}

fn ours(value: &DeValue<'_>) -> String {
    let item = |item: &Spanned<DeValue<'_>>| format!("{} at {:?}", ours(item.get_ref()), item.span());
    match value {
        DeValue::String(text) => format!("string {text:?}"),
        DeValue::Integer(integer) => format!("integer {} of {}", integer.as_str(), integer.radix()),
        DeValue::Float(text) => format!("float {text}"),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(_) => "date or time".to_owned(),
        DeValue::Array(items) => format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", ")),
        DeValue::Table(table) => {
            let entry = |(key, value): (&Spanned<document::DeString<'_>>, &Spanned<DeValue<'_>>)| {
                format!("{} at {:?} = {}", key.get_ref(), key.span(), item(value))
            };
            let mut entries: Vec<String> = table.iter().map(entry).collect();
            assert_eq!((entries.len(), entries.is_empty()), (table.len(), table.is_empty()));
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

fn theirs(value: &toml::de::DeValue<'_>) -> String {
    use toml::de::DeValue;
    let item = |item: &toml::Spanned<DeValue<'_>>| format!("{} at {:?}", theirs(item.get_ref()), item.span());
    match value {
        DeValue::String(text) => format!("string {text:?}"),
        DeValue::Integer(integer) => format!("integer {} of {}", integer.as_str(), integer.radix()),
        DeValue::Float(float) => format!("float {}", float.as_str()),
        DeValue::Boolean(flag) => format!("{flag}"),
        DeValue::Datetime(_) => "date or time".to_owned(),
        DeValue::Array(items) => format!("[{}]", items.iter().map(item).collect::<Vec<_>>().join(", ")),
        DeValue::Table(table) => {
            let entry = |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
                format!("{} at {:?} = {}", key.get_ref(), key.span(), item(value))
            };
            let mut entries: Vec<String> = table.iter().map(entry).collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
    }
}

#[track_caller]
fn assert_same(text: &str) {
    let (ours, theirs) = trees(text);
    assert_eq!(ours, theirs, "of the text\n{text}");
}

#[test]
fn every_kind_of_value_and_key_is_read() {
    for text in [
        "",
        "# nothing\n\n",
        include_str!("../config.toml"),
        "a = 1\nb = -12\n",
        "a = [1, 0x1F, 0o17, 0b11, +5, -0, 1_000, 99999999999999999999999]\n",
        "a = [1.5, -1e9, 1_0.0, inf, -inf, nan]\nb = [true, false]\n",
        "a = [1979-05-27T07:32:00Z, 1979-05-27 07:32:00.5, 1979-05-27, 07:32:00]\n",
        "a = \"\\\"\\u00e9\\\\ \\t\"\nb = 'C:\\x'\nc = \"\"\"\nx\\\n   y\"\"\"\nd = '''\n'x'\n'''\n",
        "\"\" = 1\n'a b' = 2\n\"\\u00e9\" = 3\n1 = 4\na-b_c = 5\n\" é\" = '日本'\r\n",
        "a.b.c = 1\na.b.d = 2\na . 'e' = 3\n",
        "[a]\nx = 1\n[a.b.c]\ny = 2\n[a.b]\nz = 3\n[ d . \"e\" ]\n",
        "[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2\n[[a.c]]\nz = 3\n[[a.c]]\n",
        "a = {}\nb = { x = 1, y.z = 2, y.w = [ { v = 3 }, {} ] }\n",
        "a = [\n  1, # one\n  2,\n]\nb = [[], [[]]]\nc = {\n  x = 1, # one\n}\n",
    ] {
        assert!(trees(text).0.is_ok(), "{:?} of the text\n{text}", trees(text).0);
        assert_same(text);
    }
}

#[test]
fn what_contradicts_itself_is_told() {
    for (text, said) in [
        ("a = 1\na = 2\n", "duplicate key at 6..7"),
        ("a = { x = 1, x = 2 }\n", "duplicate key at 13..14"),
        ("[a]\n[a]\n", "duplicate key at 5..6"),
        ("[a]\n[[a]]\n", "duplicate key at 6..7"),
        ("[[a]]\n[a]\n", "duplicate key at 7..8"),
        ("a = []\n[[a]]\n", "duplicate key at 9..10"),
        ("a = [{}]\n[[a]]\n", "duplicate key at 11..12"),
        ("a.b = 1\n[a]\n", "duplicate key at 9..10"),
        ("[a]\nb.c = 1\n[a.b]\n", "duplicate key at 15..16"),
        ("a = 1\na.b = 2\n", "cannot extend value of type integer with a dotted key at 6..7"),
        ("a = 'x'\n[a.b]\n", "cannot extend value of type string with a dotted key at 9..10"),
        ("a = []\na.b = 2\n", "cannot extend value of type array with a dotted key at 7..8"),
        ("a = {}\na.b = 2\n", "cannot extend value of type inline table with a dotted key at 7..8"),
        ("a = { b = 1 }\n[a.c]\n", "cannot extend value of type inline table with a dotted key at 15..16"),
        ("a = { b.c = 1 }\n[a.b.d]\n", "cannot extend value of type inline table with a dotted key at 17..18"),
    ] {
        let ours = trees(text).0;
        assert_eq!(ours.as_ref().map_err(String::as_str), Err(said), "of the text\n{text}");
        assert_same(text);
    }
}

#[test]
fn what_is_badly_written_is_told() {
    for text in [
        "a",
        "a =",
        "a = \n",
        "a = b\n",
        "= 1\n",
        "a = 1 b = 2\n",
        "a = [1\n",
        "a = [1 2]\n",
        "a = [,]\n",
        "a = { x = 1\n",
        "a = { x }\n",
        "a = 'x\n",
        "a = \"x\n",
        "a = \"\\q\"\n",
        "a = \"\\u12\"\n",
        "a = 01\n",
        "a = 1__0\n",
        "a = 1.\n",
        "a = tru\n",
        "[a\n",
        "[[a]\n",
        "[]\n",
        "[a.]\n",
        ".a = 1\n",
        "a..b = 1\n",
        "a = 1\u{0}\n",
        "# \u{1}\n",
        "a = \"\"\"x\n",
        "'''a''' = 1\n",
        "\"\"\"a\"\"\" = 1\n",
        "é = 1\n",
        "a = 1\rb = 2\n",
        "a = \"\\ud800\"\n",
        "a = +0x1\n",
    ] {
        assert!(trees(text).0.is_err(), "it is read:\n{text}");
        assert_same(text);
    }
    for deep in [78, 79, 80, 81, 2000] {
        assert_same(&format!("a = {}{}\n", "[".repeat(deep), "]".repeat(deep)));
        assert_same(&format!("{}b = 1\n", "a.".repeat(deep)));
        assert_same(&format!("[{}b]\n", "a.".repeat(deep)));
    }
}

/// Many times a few lines that get into each other's way.
#[test]
fn texts_of_all_sorts_make_the_same_tree() {
    let lines = [
        "[a]",
        "[a.b]",
        "[b]",
        "[a.b.c]",
        "[[a]]",
        "[[b]]",
        "[[a.b]]",
        "[[b.c]]",
        "a = 1",
        "b = 'x'",
        "c = [1, {}]",
        "a.b = 2",
        "a.c = 3",
        "b.c.a = 4",
        "c.a.b = 5",
        "a = {}",
        "b = { a = 1 }",
        "c = { a.b = 1, a.c = [], b = {} }",
        "a = []",
        "b = [[1], [\n2]]",
        "# é",
        "",
        "c = \"\"\"\n\"\"\"",
    ];
    let mut generator = Generator::new(7);
    let (mut good, mut bad) = (0, 0);
    for _ in 0..20_000 {
        let count = 1 + generator.below(6);
        let mut line = || lines[generator.below(lines.len() as u32) as usize];
        let text: String = (0..count).flat_map(|_| [line(), "\n"]).collect();
        // Of two errors, `toml` meets that of a `[[name]]` when its table is over.
        if !text.contains("[[") || trees(&text).0.is_ok() {
            assert_same(&text);
        } else {
            let (ours, theirs) = (DeTable::parse(&text).unwrap_err(), toml::de::DeTable::parse(&text).unwrap_err());
            assert!(
                ours.span().unwrap().start <= theirs.span().unwrap().start,
                "{ours:?}, {theirs:?} of the text\n{text}"
            );
        }
        *if trees(&text).0.is_ok() { &mut good } else { &mut bad } += 1;
    }
    assert!(good > 2_000 && bad > 2_000, "{good} texts are read, {bad} are not");
}
