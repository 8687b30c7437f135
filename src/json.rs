//! JSON text: how a [`Field`] is written.

use crate::process::Field;

/// Writes a part and all that is in it, without a space.
pub fn push(out: &mut String, field: &Field) {
    match field {
        Field::Number(number) => out.push_str(&number.to_string()),
        Field::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Field::Text(text) => push_text(out, text),
        Field::List(list) => push_all(out, ['[', ']'], list, push),
        Field::Parts(parts) => push_all(out, ['{', '}'], parts, |out, (name, part)| {
            push_text(out, name);
            out.push(':');
            push(out, part);
        }),
        Field::Pairs(pairs) => push_all(out, ['{', '}'], pairs, |out, (name, text)| {
            push_text(out, name);
            out.push(':');
            push_text(out, text);
        }),
        Field::Nothing => out.push_str("null"),
    }
}

fn push_all<T>(out: &mut String, [begin, end]: [char; 2], items: &[T], push_item: impl Fn(&mut String, &T)) {
    out.push(begin);
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        push_item(out, item);
    }
    out.push(end);
}

/// Writes a string: what must be escaped is, and nothing else.
pub fn push_text(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\0'..='\u{1f}' => {
                let code = letter as usize;
                out.push_str("\\u00");
                out.push(char::from(HEX[code / 16]));
                out.push(char::from(HEX[code % 16]));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_serde_json_writes_it() {
        let all: String = (0..0x300).filter_map(char::from_u32).chain(['\u{2028}', '😀', '\u{202e}']).collect();
        let field = Field::Parts(vec![
            ("text", all.clone().into()),
            ("list", Field::List(vec![1_u64.into(), u64::MAX.into(), true.into(), Field::Nothing])),
            ("pairs", Field::Pairs(vec![(all, "x".to_owned()), (String::new(), "\"".to_owned())])),
            ("empty", Field::List(vec![])),
            ("none", Field::Parts(vec![])),
        ]);
        let mut text = String::new();
        push(&mut text, &field);
        assert_eq!(text, serde_json::to_string(&field).expect("it can be written"));
    }
}
