//! Which column tells what, as far as the user says: `--map time=when:ms`, `--map key=3`, `--map size=-`.

use crate::fault::Wrong;
use crate::format::field::{Field, alike};
use crate::format::quote::quoted;
use crate::format::unit::Unit;
use crate::reader::Options;

/// What the user says of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish<'a> {
    /// Nothing.
    Open,
    /// It is to be left out.
    Left,
    /// It is in this column, with a unit perhaps.
    Column(&'a str),
}

/// What the user says of every field.
#[derive(Debug)]
pub(super) struct Map<'a>([Wish<'a>; Field::COUNT]);

impl<'a> Map<'a> {
    /// Reads the options.
    ///
    /// # Errors
    /// Where a field is unknown, or the key is to be left out.
    pub(super) fn of(options: &'a Options) -> Result<Self, Wrong> {
        let mut wishes = [Wish::Open; Field::COUNT];
        for (name, column) in &options.map {
            let Some(field) = Field::ALL.into_iter().find(|field| field.name() == name) else {
                let mut known = Field::ALL.map(Field::name);
                known.sort_by(|a, b| likeness(name, b).total_cmp(&likeness(name, a)));
                return Err(Wrong::new(
                    format!("`--map`: there is no field {}", quoted(name.as_bytes())),
                    format!("fields are, the closest first: {}", known.join(", ")),
                ));
            };
            wishes[field as usize] = match column.as_str() {
                "-" if field == Field::Key => {
                    return Err(Wrong::new(
                        "`--map`: the key cannot be left out",
                        "a request is one for a key",
                    ));
                }
                "-" => Wish::Left,
                column => Wish::Column(column),
            };
        }
        Ok(Self(wishes))
    }

    /// Reads the options of a format whose columns are fixed: fields can be left out, and nothing else.
    ///
    /// # Errors
    /// Where more is asked for.
    pub(super) fn of_fixed(options: &'a Options, format: &str) -> Result<Self, Wrong> {
        let map = Self::of(options)?;
        let named = Field::ALL.into_iter().find(|field| matches!(map.wish(*field), Wish::Column(_)));
        match named {
            None => Ok(map),
            Some(field) => Err(Wrong::new(
                format!("`--map {}`: the columns of {format} are fixed", field.name()),
                format!("`--map {}=-` leaves it out; `csv:FILE` reads columns of one's own", field.name()),
            )),
        }
    }

    pub(super) fn wish(&self, field: Field) -> Wish<'a> {
        self.0[field as usize]
    }

    /// Whether a field is to be left out.
    pub(super) fn leaves(&self, field: Field) -> bool {
        self.wish(field) == Wish::Left
    }

    /// Columns that are named, without their units.
    pub(super) fn named(&self) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(|wish| match wish {
            Wish::Column(column) => Some(split_unit(column).map_or(*column, |(name, _)| name)),
            _ => None,
        })
    }
}

/// A column as the user names it, found among those there are: by name, else by number from 1.
///
/// # Errors
/// Where it is not there, or its unit is none.
pub(super) fn find(field: Field, wish: &str, names: &[String]) -> Result<(usize, Option<Unit>), Wrong> {
    if let Some(at) = position(wish, names) {
        return Ok((at, None));
    }
    let missing = || missing(wish, names);
    let (column, unit) = split_unit(wish).ok_or_else(missing)?;
    let at = position(column, names).ok_or_else(missing)?;
    if !field.has_unit() {
        return Err(Wrong::new(
            format!("`--map {}={wish}`: this field has no unit", field.name()),
            "units are for time, ttl and latency",
        ));
    }
    match Unit::named(unit) {
        Some(unit) => Ok((at, Some(unit))),
        None => Err(Wrong::new(
            format!("`--map {}={wish}`: {} is no unit", field.name(), quoted(unit.as_bytes())),
            "units are s, ms, us and ns",
        )),
    }
}

fn split_unit(wish: &str) -> Option<(&str, &str)> {
    wish.rsplit_once(':').filter(|(column, _)| !column.is_empty())
}

fn position(wish: &str, names: &[String]) -> Option<usize> {
    let exact = names.iter().position(|name| name == wish);
    let similar = || names.iter().position(|name| alike(name, wish));
    let numbered =
        || wish.parse::<usize>().ok().filter(|number| (1..=names.len()).contains(number)).map(|n| n - 1);
    exact.or_else(similar).or_else(numbered)
}

fn missing(wish: &str, names: &[String]) -> Wrong {
    Wrong::new(format!("`--map`: there is no column {}", quoted(wish.as_bytes())), listed(wish, names))
}

/// The columns there are, those first that are most like `wish`.
pub(super) fn listed(wish: &str, names: &[String]) -> String {
    const SHOWN: usize = 20;
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_by(|a, b| likeness(wish, b).total_cmp(&likeness(wish, a)));
    let shown: Vec<String> = sorted.iter().take(SHOWN).map(|name| quoted(name.as_bytes())).collect();
    let more = if names.len() > SHOWN { format!(" and {} more", names.len() - SHOWN) } else { String::new() };
    format!("there are, the closest first: {}{more}; or a number from 1 to {}", shown.join(", "), names.len())
}

fn likeness(one: &str, other: &str) -> f64 {
    strsim::jaro_winkler(&one.to_lowercase(), &other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(pairs: &[(&str, &str)]) -> Options {
        let map = pairs.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned()));
        Options { map: map.collect(), log_format: None }
    }

    fn names() -> Vec<String> {
        ["when", "what", "a:b", "2"].map(str::to_owned).to_vec()
    }

    #[test]
    fn columns_are_found_by_name_and_by_number_with_a_unit_or_without() {
        for (wish, at, unit) in [
            ("when", 0, None),
            ("When", 0, None),
            ("when:ms", 0, Some(Unit::Millis)),
            ("1", 0, None),
            ("1:us", 0, Some(Unit::Micros)),
            ("2", 3, None),
            ("a:b", 2, None),
            ("a:b:ns", 2, Some(Unit::Nanos)),
        ] {
            assert_eq!(find(Field::Time, wish, &names()), Ok((at, unit)), "{wish}");
        }
    }

    #[test]
    fn a_column_that_is_not_there_is_refused_with_those_that_are() {
        let wrong = find(Field::Time, "whn", &names()).expect_err("is refused");
        assert_eq!(wrong.message, "`--map`: there is no column `whn`");
        assert_eq!(
            wrong.help,
            "there are, the closest first: `when`, `what`, `a:b`, `2`; or a number from 1 to 4"
        );
        for wish in ["5", "0", "", ":ms", "whn:ms"] {
            assert!(find(Field::Time, wish, &names()).is_err(), "{wish}");
        }
    }

    #[test]
    fn units_are_checked() {
        let wrong = find(Field::Time, "when:min", &names()).expect_err("is refused");
        assert_eq!(wrong.message, "`--map time=when:min`: `min` is no unit");
        assert!(find(Field::Size, "when:ms", &names()).is_err());
    }

    #[test]
    fn fields_are_checked() {
        let wrong = Map::of(&options(&[("tme", "1")])).expect_err("is refused");
        assert_eq!(wrong.message, "`--map`: there is no field `tme`");
        assert!(wrong.help.starts_with("fields are, the closest first: time, "));
        assert!(Map::of(&options(&[("key", "-")])).is_err());
        assert!(Map::of(&options(&[("time", "-")])).expect("is fine").leaves(Field::Time));
    }

    #[test]
    fn fixed_columns_can_only_be_left_out() {
        assert!(Map::of_fixed(&options(&[("size", "-")]), "twitter").is_ok());
        let wrong = Map::of_fixed(&options(&[("size", "3")]), "twitter").expect_err("is refused");
        assert_eq!(wrong.message, "`--map size`: the columns of twitter are fixed");
    }
}
