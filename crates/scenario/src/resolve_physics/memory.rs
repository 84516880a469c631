//! How short memory is over time.

use crate::check::Check;
use crate::file::ScenarioFile;
use crate::physics::Memory;
use crate::units::{Percent, Seconds};

impl Check<'_> {
    pub(crate) fn memory(&mut self, file: &ScenarioFile) -> Memory {
        let mut pressure: Vec<(Seconds, Percent)> = vec![];
        for (nth, keys) in file.pressure.iter().enumerate() {
            let here = format!("pressure.{nth}");
            let (Some(from), Some(percent)) = (keys.from_s, keys.percent) else {
                let message = "a pressure needs from_s and percent".to_owned();
                self.at(&here, message, "write from_s = 600 and percent = 85, for example");
                continue;
            };
            if pressure.last().is_some_and(|(before, _)| before.get() >= from.get()) {
                let message = format!("{} s does not come behind the one before", from.get());
                self.at(&format!("{here}.from_s"), message, "write the pressures in order of time");
            }
            pressure.push((from, percent));
        }
        let usual = Memory::default();
        let levels = match file.pressure_levels.as_deref() {
            None => usual.levels,
            Some([moderate, high, critical])
                if moderate.get() <= high.get() && high.get() <= critical.get() =>
            {
                [*moderate, *high, *critical]
            }
            Some(_) => {
                let message = "these are no levels of pressure".to_owned();
                self.at(
                    "pressure_levels",
                    message,
                    "write three, such as [70, 80, 90], each at least the one before",
                );
                usual.levels
            }
        };
        Memory { pressure, levels }
    }
}
