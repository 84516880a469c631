//! Records that come as named columns from elsewhere, such as Parquet.

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::columns::Columns;
use crate::format::field::{Field, alike};
use crate::format::key_text::KeyText;
use crate::format::map::Map;
use crate::format::rows::{EMPTY, QUERY, Rows};
use crate::reader::{Options, Taken};

/// Makes requests of rows with named columns, found by the same names as those of CSV.
pub struct Columnar {
    /// The columns that are read, and the slot of each.
    slots: Vec<(usize, usize)>,
    rows: Rows,
}

impl Columnar {
    /// Finds the columns among these names.
    ///
    /// # Errors
    /// Where there is no key among them, or the options name columns that do not exist.
    pub fn new(names: &[String], options: &Options) -> Result<Self, Wrong> {
        let columns = Columns::named(names, &Map::of(options)?)?;
        let request_line = columns.of(Field::Key).is_some_and(|key| alike(&key.name, "request"));
        let slot = |index: usize| match columns.field_at(index) {
            None => (columns.query == Some(index)).then_some(QUERY),
            field => field.map(|field| field as usize),
        };
        let slots = (0..names.len()).filter_map(|index| slot(index).map(|slot| (index, slot))).collect();
        let key = KeyText::new(request_line, false, columns.query.is_some());
        Ok(Self { slots, rows: Rows::new(&columns, key) })
    }

    /// The columns that are read.
    pub fn wanted(&self) -> impl Iterator<Item = usize> + '_ {
        self.slots.iter().map(|(index, _)| *index)
    }

    /// Adds the request of a row, given the texts of the columns that are read, empty where there is no value.
    ///
    /// # Errors
    /// Where one of them cannot be read, or a time, key or size is missing.
    pub fn add<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a [u8]>,
        block: &mut Block,
    ) -> Result<Taken, Wrong> {
        let mut cells = EMPTY;
        for ((_, slot), text) in self.slots.iter().zip(texts) {
            cells[*slot] = text;
        }
        self.rows.add(cells, block)
    }

    /// What was found out.
    pub fn found(&self) -> Vec<String> {
        self.rows.found()
    }
}
