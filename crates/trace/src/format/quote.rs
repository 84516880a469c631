//! Bytes of a trace as a message shows them.

/// Characters that are shown of a value.
const LONGEST: usize = 60;

/// The bytes in backticks: shortened, control characters and what is no UTF-8 escaped.
pub(super) fn quoted(bytes: &[u8]) -> String {
    let mut out = String::from("`");
    let mut shown = 0;
    for chunk in bytes.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if shown == LONGEST {
                return out + "…`";
            }
            shown += 1;
            match letter {
                letter if letter.is_control() => out.extend(letter.escape_default()),
                letter => out.push(letter),
            }
        }
        for byte in chunk.invalid() {
            if shown == LONGEST {
                return out + "…`";
            }
            shown += 1;
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out + "`"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_broken_text_are_escaped() {
        assert_eq!(quoted("a\tµ\u{1b}".as_bytes()), "`a\\tµ\\u{1b}`");
        assert_eq!(quoted(b"a\xffb"), "`a\\xffb`");
        assert_eq!(quoted(b""), "``");
    }

    #[test]
    fn long_values_are_shortened() {
        assert_eq!(quoted(&[b'x'; 60]), format!("`{}`", "x".repeat(60)));
        assert_eq!(quoted(&[b'x'; 61]), format!("`{}…`", "x".repeat(60)));
        assert_eq!(quoted(&[0xff; 100]), format!("`{}…`", "\\xff".repeat(60)));
    }
}
