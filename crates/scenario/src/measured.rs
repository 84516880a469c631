//! A popularity law from a file: keys and how often each was asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::Check;
use crate::key_list::KeyList;
use crate::popularity::Ranked;

/// Keys by how often they were asked for, the most first; those of one count in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// How often each was asked for.
    pub counts: Arc<Ranked>,
    /// What each is called.
    pub names: Arc<[Box<str>]>,
}

impl Measured {
    /// Ranks the keys of a list; those that nobody asked for are left out.
    ///
    /// # Errors
    /// What is wrong with the list, and what to do.
    pub fn of(list: &KeyList) -> Result<Self, (String, &'static str)> {
        let source = &list.source;
        let mut rows: Vec<(f64, &str)> = vec![];
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (nth, row) in list.rows.iter().enumerate() {
            let Some(count) = row.count else {
                let help = "write a header such as key,count, and how often each key was asked for";
                return Err((format!("{source} does not say how often `{}` was asked for", row.key), help));
            };
            if let Some(first) = places.insert(&row.key, nth) {
                let (first, second) = (first + 1, nth + 1);
                let message =
                    format!("{source} counts `{}` twice, as its keys {first} and {second}", row.key);
                return Err((message, "add the counts up in one row"));
            }
            if count > 0.0 {
                rows.push((count, &row.key));
            }
        }
        if rows.is_empty() {
            return Err((format!("nobody asked for any key of {source}"), "write a count above 0"));
        }
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        let counts = Arc::new(Ranked::of(rows.iter().map(|row| row.0)));
        Ok(Self { counts, names: rows.iter().map(|row| Box::from(row.1)).collect() })
    }
}

impl Check<'_> {
    /// The law in the file that a key names; `None` has said why.
    pub(crate) fn measured(&mut self, key: &str, path: &str) -> Option<Measured> {
        let list = self.key_list(key, Some(path))?;
        match Measured::of(&list) {
            Ok(measured) => Some(measured),
            Err((message, help)) => {
                self.at(key, message, help);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Measured, (String, &'static str)> {
        Measured::of(&KeyList::parse("counts.csv", text).expect("reads"))
    }

    #[test]
    fn keys_are_ranked_by_count_and_then_by_their_order() {
        let found = of("count,key\n2,b\n0,nobody\n7,a\n2,c\n").expect("ranks");
        assert_eq!(found.counts.counts(), [7.0, 2.0, 2.0]);
        assert_eq!(found.names.iter().map(|name| &**name).collect::<Vec<_>>(), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_no_law_is_told() {
        let told = |text| of(text).expect_err("is no law").0;
        assert_eq!(told("a\nb\n"), "counts.csv does not say how often `a` was asked for");
        assert_eq!(told("key,count\na,1\nb,2\na,3\n"), "counts.csv counts `a` twice, as its keys 1 and 3");
        assert_eq!(told("key,count\na,0\n"), "nobody asked for any key of counts.csv");
    }
}
