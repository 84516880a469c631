//! Rows of delimited text, with quotes as RFC 4180 has them.

/// How a row ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Where it should.
    Whole,
    /// Inside a quote.
    Open,
    /// Text stands behind a closing quote, from this byte on.
    Stray(usize),
}

/// The texts of a row: one behind the other, without their quotes.
#[derive(Debug, Default)]
pub(super) struct Texts {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Texts {
    /// Splits a row. A quote counts at the beginning of a field alone; inside, two stand for one.
    pub(super) fn split(&mut self, row: &[u8], delimiter: u8) -> End {
        self.text.clear();
        self.ends.clear();
        let mut at = 0;
        loop {
            if row.get(at) == Some(&b'"') {
                at = match self.unquote(row, at + 1) {
                    Some(end) => end,
                    None => return End::Open,
                };
            } else {
                let length = memchr::memchr(delimiter, &row[at..]).unwrap_or(row.len() - at);
                self.text.extend_from_slice(&row[at..at + length]);
                at += length;
            }
            self.ends.push(self.text.len());
            match row.get(at) {
                None => return End::Whole,
                Some(byte) if *byte == delimiter => at += 1,
                Some(_) => return End::Stray(at),
            }
        }
    }

    /// Takes a quoted text that begins at `at`; where its closing quote ends.
    fn unquote(&mut self, row: &[u8], mut at: usize) -> Option<usize> {
        loop {
            let length = memchr::memchr(b'"', &row[at..])?;
            self.text.extend_from_slice(&row[at..at + length]);
            at += length + 1;
            if row.get(at) != Some(&b'"') {
                return Some(at);
            }
            self.text.push(b'"');
            at += 1;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(&0).chain(&self.ends);
        begins.zip(&self.ends).map(|(begin, end)| &self.text[*begin..*end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(row: &str) -> (End, Vec<String>) {
        let mut texts = Texts::default();
        let end = texts.split(row.as_bytes(), b',');
        assert_eq!(texts.len(), texts.iter().count());
        (end, texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect())
    }

    #[test]
    fn quotes_hold_delimiters_breaks_and_doubled_quotes() {
        assert_eq!(split(r#"1,"a,b",3"#), (End::Whole, vec!["1".into(), "a,b".into(), "3".into()]));
        assert_eq!(split("\"a\nb\",2"), (End::Whole, vec!["a\nb".into(), "2".into()]));
        assert_eq!(split(r#""say ""x""","""#), (End::Whole, vec!["say \"x\"".into(), String::new()]));
        assert_eq!(split(r#"1,"open"#), (End::Open, vec!["1".into()]));
        assert_eq!(split(r#""","""""#), (End::Whole, vec![String::new(), "\"".into()]));
    }

    #[test]
    fn a_quote_within_a_field_is_a_letter() {
        assert_eq!(split(r#"5" disk,x"y"#), (End::Whole, vec!["5\" disk".into(), "x\"y".into()]));
    }

    #[test]
    fn empty_fields_are_fields() {
        assert_eq!(split(",,"), (End::Whole, vec![String::new(); 3]));
        assert_eq!(split(""), (End::Whole, vec![String::new()]));
    }

    #[test]
    fn text_behind_a_closing_quote_is_noticed() {
        assert_eq!(split(r#"1,"a"b,2"#).0, End::Stray(5));
    }
}
