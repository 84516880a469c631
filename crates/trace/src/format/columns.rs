//! Where each field stands: the columns of a header, or of the first record where there is none.

use crate::fault::Wrong;
use crate::format::clock::Told;
use crate::format::field::{Field, alike};
use crate::format::map::{Map, Wish, find, listed};
use crate::format::quote::quoted;
use crate::format::unit::Unit;

/// Where a field stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Counted from 0.
    pub(super) index: usize,
    pub(super) name: String,
    unit: Option<Unit>,
    /// Whether the user gave the unit.
    insisted: bool,
}

/// Where the fields stand.
#[derive(Debug, Default)]
pub(super) struct Columns {
    of: [Option<Column>; Field::COUNT],
    /// Column of the query string, where the key is a path without it.
    pub(super) query: Option<usize>,
    /// What was assumed.
    pub(super) notes: Vec<String>,
}

impl Columns {
    /// Finds fields by the names of columns.
    ///
    /// # Errors
    /// Where there is no key, or a column that the user names is not there.
    pub(super) fn named(names: &[String], map: &Map) -> Result<Self, Wrong> {
        let mut columns = Self::wished(names, map)?;
        for field in Field::ALL.into_iter().filter(|field| map.wish(*field) == Wish::Open) {
            columns.guess(field, names);
        }
        if columns.of[Field::Key as usize].is_none() {
            return Err(Wrong::new(
                "no column is known to be the key",
                format!("`--map key=COLUMN` names it; {}", listed("key", names)),
            ));
        }
        columns.find_query(names, map);
        columns.note_sources();
        columns.settle_units();
        Ok(columns)
    }

    /// Takes the fields of columns without names as `assumed`, but for those that the user places elsewhere.
    ///
    /// # Errors
    /// Where a column that the user names is not there.
    pub(super) fn unnamed(width: usize, map: &Map, assumed: &[Field]) -> Result<Self, Wrong> {
        let names: Vec<String> = (1..=width).map(|number| number.to_string()).collect();
        let mut columns = Self::wished(&names, map)?;
        let mut told = vec![];
        for (index, field) in assumed.iter().enumerate().filter(|(_, field)| map.wish(**field) == Wish::Open)
        {
            if columns.field_at(index).is_none() {
                let name = names[index].clone();
                told.push(format!("column {name} is the {}", field.name()));
                columns.of[*field as usize] = Some(Column { index, name, unit: None, insisted: false });
            }
        }
        if columns.of[Field::Key as usize].is_none() {
            return Err(Wrong::new("no column is the key", "`--map key=NUMBER` names it, counted from 1"));
        }
        if !told.is_empty() {
            let told = told.join(", ");
            columns.notes.push(format!("there is no header: {told}; `--map` says otherwise"));
        }
        columns.settle_units();
        Ok(columns)
    }

    /// The columns that the user names.
    fn wished(names: &[String], map: &Map) -> Result<Self, Wrong> {
        let mut columns = Self::default();
        for field in Field::ALL {
            if let Wish::Column(wish) = map.wish(field) {
                let (index, unit) = find(field, wish, names)?;
                let stated = unit.or_else(|| field.fits(&names[index]).and_then(|(_, unit)| unit));
                let name = names[index].clone();
                if let Some(other) = columns.field_at(index) {
                    return Err(Wrong::new(
                        format!(
                            "`--map`: column {} cannot be both {} and {}",
                            quoted(name.as_bytes()),
                            other.name(),
                            field.name()
                        ),
                        listed(wish, names),
                    ));
                }
                columns.of[field as usize] =
                    Some(Column { index, name, unit: stated, insisted: unit.is_some() });
            }
        }
        Ok(columns)
    }

    /// Takes the column whose name fits best, if there is one that no other field has.
    fn guess(&mut self, field: Field, names: &[String]) {
        let fits = |(index, name): (usize, &String)| field.fits(name).map(|(rank, unit)| (rank, index, unit));
        let mut fitting: Vec<_> = names.iter().enumerate().filter_map(fits).collect();
        fitting.retain(|(_, index, _)| self.field_at(*index).is_none());
        fitting.sort_by_key(|(rank, index, _)| (*rank, *index));
        let [(_, index, unit), others @ ..] = &fitting[..] else { return };
        let name = names[*index].clone();
        if !others.is_empty() {
            let others: Vec<String> = others.iter().map(|(_, at, _)| quoted(names[*at].as_bytes())).collect();
            self.notes.push(format!(
                "{} is taken as the {what}, and {} left aside; `--map {what}=COLUMN` takes another",
                quoted(name.as_bytes()),
                others.join(", "),
                what = field.name(),
            ));
        }
        self.of[field as usize] = Some(Column { index: *index, name, unit: *unit, insisted: false });
    }

    /// Finds what stands behind the `?` of a key that is a path alone.
    fn find_query(&mut self, names: &[String], map: &Map) {
        const PATHS: [&str; 5] = ["uri", "cs_uri_stem", "document_uri", "path", "request_path"];
        const QUERIES: [&str; 4] = ["args", "query_string", "cs_uri_query", "query"];
        let Some(key) = self.of(Field::Key).filter(|_| map.wish(Field::Key) == Wish::Open) else { return };
        if PATHS.iter().any(|path| alike(path, &key.name)) {
            let query = |name: &String| QUERIES.iter().any(|query| alike(query, name));
            self.query = names.iter().position(query).filter(|at| self.field_at(*at).is_none());
        }
        if let (Some(query), Some(key)) = (self.query, self.of(Field::Key)) {
            let (path, query) = (quoted(key.name.as_bytes()), quoted(names[query].as_bytes()));
            self.notes.push(format!("keys are {path} with the query string of {query}"));
        }
    }

    /// Says which columns are read, where their names do not.
    fn note_sources(&mut self) {
        let renamed = |field: &Field| self.of(*field).filter(|column| !field.is_plain(&column.name));
        let told: Vec<String> = Field::ALL
            .iter()
            .filter_map(|field| renamed(field).map(|column| (field, column)))
            .map(|(field, column)| format!("{} from {}", field.name(), quoted(column.name.as_bytes())))
            .collect();
        if !told.is_empty() {
            self.notes.push(format!("columns read: {}", told.join(", ")));
        }
    }

    /// Gives times to live and latencies the unit that is usual where none is stated.
    fn settle_units(&mut self) {
        for (field, unit, what) in
            [(Field::Ttl, Unit::Seconds, "times to live"), (Field::Latency, Unit::Millis, "latencies")]
        {
            if let Some(column) = self.of[field as usize].as_mut().filter(|column| column.unit.is_none()) {
                column.unit = Some(unit);
                let name = quoted(column.name.as_bytes());
                self.notes.push(format!("{what} are read as {}: {name} names no unit", unit.plural()));
            }
        }
    }

    /// Where a field stands, if anywhere.
    pub(super) fn of(&self, field: Field) -> Option<&Column> {
        self.of[field as usize].as_ref()
    }

    /// The unit of a field.
    pub(super) fn unit(&self, field: Field) -> Option<Unit> {
        self.of(field).and_then(|column| column.unit)
    }

    /// What is known of the unit of times.
    pub(super) fn told(&self) -> Told {
        match self.of(Field::Time) {
            Some(Column { unit: Some(unit), insisted: true, .. }) => Told::Surely(*unit),
            Some(Column { unit: Some(unit), .. }) => Told::ByName(*unit),
            _ => Told::Nowhere,
        }
    }

    /// The field that stands in a column.
    pub(super) fn field_at(&self, index: usize) -> Option<Field> {
        Field::ALL.into_iter().find(|field| self.of(*field).is_some_and(|column| column.index == index))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Options;

    fn options(map: &[(&str, &str)]) -> Options {
        let map = map.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned()));
        Options { map: map.collect(), log_format: None }
    }

    fn named(header: &str, map: &[(&str, &str)]) -> Result<Columns, Wrong> {
        let names: Vec<String> = header.split(',').map(str::to_owned).collect();
        Columns::named(&names, &Map::of(&options(map))?)
    }

    fn places(columns: &Columns) -> Vec<(&'static str, usize)> {
        let place = |field: Field| columns.of(field).map(|column| (field.name(), column.index));
        Field::ALL.into_iter().filter_map(place).collect()
    }

    #[test]
    fn headers_of_known_systems_are_understood() {
        for (header, want) in [
            ("timestamp_s,key,size", &[("time", 0), ("key", 1), ("size", 2)][..]),
            (
                "ts,key,size,ttl,op,hit,latency_ms,cost",
                &[
                    ("time", 0),
                    ("key", 1),
                    ("size", 2),
                    ("ttl", 3),
                    ("op", 4),
                    ("hit", 5),
                    ("latency", 6),
                    ("cost", 7),
                ],
            ),
            (
                "EdgeStartTimestamp,ClientRequestURI,CacheCacheStatus,EdgeResponseBytes,OriginResponseDurationMs",
                &[("time", 0), ("key", 1), ("size", 3), ("hit", 2), ("latency", 4)],
            ),
            ("ts,key,result,duration_ms", &[("time", 0), ("key", 1), ("latency", 3)]),
            ("Key", &[("key", 0)]),
        ] {
            assert_eq!(places(&named(header, &[]).expect("has a key")), want, "{header}");
        }
    }

    #[test]
    fn of_two_columns_for_a_field_the_likelier_is_taken_and_the_other_named() {
        let columns = named("date,ts,url,id", &[]).expect("has a key");
        assert_eq!(places(&columns), [("time", 1), ("key", 2)]);
        assert_eq!(
            columns.notes,
            [
                "`ts` is taken as the time, and `date` left aside; `--map time=COLUMN` takes another",
                "`url` is taken as the key, and `id` left aside; `--map key=COLUMN` takes another",
                "columns read: key from `url`",
            ]
        );
    }

    #[test]
    fn a_map_comes_first_and_its_column_serves_nothing_else() {
        let columns = named("ts,id,bytes", &[("key", "3"), ("time", "ts:ms")]).expect("has a key");
        assert_eq!(places(&columns), [("time", 0), ("key", 2)]);
        assert_eq!(columns.told(), Told::Surely(Unit::Millis));
        assert_eq!(places(&named("ts,id", &[("time", "-")]).expect("has a key")), [("key", 1)]);
    }

    #[test]
    fn one_column_does_not_serve_two_fields() {
        let wrong = named("ts,id", &[("time", "1"), ("key", "ts")]).expect_err("is refused");
        assert_eq!(wrong.message, "`--map`: column `ts` cannot be both time and key");
    }

    #[test]
    fn without_a_key_the_columns_are_listed() {
        let wrong = named("Time,Value", &[]).expect_err("has no key");
        assert_eq!(wrong.message, "no column is known to be the key");
        assert!(
            wrong.help.contains("`Value`, `Time`") || wrong.help.contains("`Time`, `Value`"),
            "{}",
            wrong.help
        );
    }

    #[test]
    fn assumptions_give_way_to_the_user() {
        let assumed = [Field::Time, Field::Key, Field::Size];
        let unnamed = |map: &[(&str, &str)]| {
            let options = options(map);
            Columns::unnamed(4, &Map::of(&options).expect("is fine"), &assumed)
                .map(|columns| places(&columns))
        };
        assert_eq!(unnamed(&[]), Ok(vec![("time", 0), ("key", 1), ("size", 2)]));
        assert_eq!(unnamed(&[("key", "3")]), Ok(vec![("time", 0), ("key", 2)]));
        assert_eq!(unnamed(&[("size", "-"), ("ttl", "4")]), Ok(vec![("time", 0), ("key", 1), ("ttl", 3)]));
        assert!(unnamed(&[("time", "2")]).is_err());
    }

    #[test]
    fn usual_units_are_said_to_be_assumed() {
        let columns = named("key,ttl,latency", &[]).expect("has a key");
        assert_eq!(columns.unit(Field::Ttl), Some(Unit::Seconds));
        assert_eq!(columns.unit(Field::Latency), Some(Unit::Millis));
        assert_eq!(
            columns.notes,
            [
                "times to live are read as seconds: `ttl` names no unit",
                "latencies are read as milliseconds: `latency` names no unit",
            ]
        );
    }

    #[test]
    fn a_path_has_its_query_string_beside_it() {
        assert_eq!(named("time,uri,args", &[]).expect("has a key").query, Some(2));
        assert_eq!(named("time,url,args", &[]).expect("has a key").query, None);
        assert_eq!(named("time,uri,args", &[("key", "uri")]).expect("has a key").query, None);
    }
}
