//! `warmcast merge`: the shards of a sweep as one file.

use std::path::Path;

use evaluation::Metric;

use crate::Outcome;
use crate::args::{Common, MergeArgs};
use crate::failure::Failure;
use crate::files::is_stdout;
use crate::progress::Progress;
use crate::sweeping::{Output, Parts, Seen};

pub(crate) fn run(args: &MergeArgs, common: &Common) -> Result<Outcome, Failure> {
    common.refuse_scenario_keys("merge")?;
    common.refuse_format("merge")?;
    let output = args.output.as_deref().filter(|path| !is_stdout(path));
    Output::check(output)?;
    let parts = Parts::read(&args.directory)?;
    let objective = Metric::named(&parts.manifest.rank_by).unwrap_or(Metric::ExpectedLatency);
    let mut seen = Seen::nothing(&parts.manifest.strategies, objective, &args.found)?;
    join(&parts, output, &mut seen, common)?;
    seen.tell(output, &parts.manifest.command, &args.found)?;
    Ok(Outcome::Answered)
}

/// Writes all parts in order, each point and strategy once.
pub(super) fn join(
    parts: &Parts,
    output: Option<&Path>,
    seen: &mut Seen,
    common: &Common,
) -> Result<(), Failure> {
    let complete = parts.complete()?;
    let progress = Progress::points(common, parts.manifest.points as u64);
    Output::whole(output, |out| {
        for (points, path) in &complete {
            let table = parts.sound(points, path)?;
            seen.see(&table);
            out.write(table)?;
            progress.at(points.end as u64);
        }
        Ok(())
    })
}
