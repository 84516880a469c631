//! Parts put together: every point and strategy once, or an error that says what is amiss.

use std::ops::Range;
use std::path::{Path, PathBuf};

use frames::Table;

use super::parts::Parts;
use crate::failure::Failure;

impl Parts {
    /// The part of every block, in order.
    ///
    /// # Errors
    /// Where one is missing, or there more than once, the same or another.
    pub(crate) fn complete(&self) -> Result<Vec<(Range<usize>, PathBuf)>, Failure> {
        let found = self.found()?;
        for pair in found.windows(2) {
            let [(point, one), (other, again)] = pair else { continue };
            if point == other {
                return Err(self.twice(*point, one, again));
            }
        }
        let mut found = found.into_iter().peekable();
        let (mut complete, mut missing) = (vec![], vec![]);
        for points in self.manifest.blocks().all() {
            if let Some((point, path)) = found.next_if(|(point, _)| *point < points.start as u64) {
                return Err(self.broken(&path, &format!("no part begins with point {point}")));
            }
            match found.next_if(|(point, _)| *point == points.start as u64) {
                Some((_, path)) => complete.push((points, path)),
                None => missing.push(points),
            }
        }
        if let Some((point, path)) = found.next() {
            return Err(self.broken(&path, &format!("no part begins with point {point}")));
        }
        if let Some(first) = missing.first() {
            let count: usize = missing.iter().map(Range::len).sum();
            let (of, from) = (self.manifest.points, first.start);
            let message = format!("{count} of {of} points are missing, from point {from} on");
            return Err(Failure::usage(
                &message,
                "run the shard that broke off again, with the same -o; it goes on",
            ));
        }
        Ok(complete)
    }

    fn twice(&self, point: u64, one: &Path, other: &Path) -> Failure {
        let same =
            std::fs::read(one).ok().zip(std::fs::read(other).ok()).is_some_and(|(one, other)| one == other);
        let (one, other) = (one.display(), other.display());
        if same {
            let message = format!("point {point} is there twice: in {one} and in {other}");
            Failure::usage(&message, "delete one of them")
        } else {
            let message = format!("{one} and {other} differ, and both begin with point {point}");
            Failure::usage(&message, "delete both, and run their shard again")
        }
    }

    /// The rows of a part, each point and strategy once.
    pub(crate) fn sound(&self, points: &Range<usize>, path: &Path) -> Result<Table, Failure> {
        let table = self.table(path)?;
        let strategies = &self.manifest.strategies;
        let (numbers, names) = match (table.get("point"), table.get("strategy")) {
            (Some(numbers), Some(names)) => (numbers, names),
            _ => return Err(self.broken(path, "it has no points or no strategies")),
        };
        for (nth, point) in points.clone().enumerate() {
            let mut seen = vec![false; strategies.len()];
            for row in nth * strategies.len()..(nth + 1) * strategies.len() {
                let line = row + 2;
                if row >= table.rows() {
                    return Err(self.broken(path, &format!("it ends before point {}", points.end - 1)));
                }
                if numbers.count(row) != Some(point as u64) {
                    return Err(self.broken(path, &format!("line {line} should be of point {point}")));
                }
                let name = names.text(row).unwrap_or_default();
                let place = strategies.iter().position(|known| known == name);
                match place.map(|place| std::mem::replace(&mut seen[place], true)) {
                    Some(false) => {}
                    Some(true) => {
                        return Err(
                            self.broken(path, &format!("line {line}: point {point} has `{name}` twice"))
                        );
                    }
                    None => {
                        return Err(self.broken(path, &format!("line {line}: there is no strategy `{name}`")));
                    }
                }
            }
        }
        match table.rows() == points.len() * strategies.len() {
            true => Ok(table),
            false => Err(self.broken(path, &format!("it goes on behind point {}", points.end - 1))),
        }
    }
}
