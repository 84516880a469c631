//! From keys to what is true, for the strategies of a scenario.

use crate::check::Check;
use crate::file::ScenarioFile;
use crate::physics::{Job, Schedule, Selector};
use crate::strategy::{Preset, Strategy};

/// The strategies of the file; of a file without any, every preset that it has the numbers for.
pub(crate) fn resolve_strategies(check: &mut Check<'_>, file: &ScenarioFile) -> Vec<Strategy> {
    let predictor = file.predictor.precision.is_some() || file.predictor.recall.is_some();
    if file.strategy.is_empty() {
        let order = [Preset::Static, Preset::Predictive, Preset::Demand, Preset::Hybrid];
        return order.into_iter().filter(|p| predictor || !p.predicts()).map(Strategy::preset).collect();
    }
    let mut strategies: Vec<Strategy> = vec![];
    for (nth, keys) in file.strategy.iter().enumerate() {
        let Some(preset) = keys.preset else {
            check.at(&format!("strategy.{nth}"), "this strategy has no `preset`".to_owned(), &presets());
            continue;
        };
        let name = keys.name.clone().unwrap_or_else(|| preset.name().to_owned());
        if strategies.iter().any(|other| other.name == name) {
            let message = format!("two strategies are called `{name}`");
            check.at(&format!("strategy.{nth}"), message, "give one of them another `name`");
        }
        check.printable(&format!("strategy.{nth}.name"), Some(&name));
        if preset.predicts() && !predictor {
            let message = format!("strategy `{name}` predicts, but the scenario has no [predictor]");
            check.at(&format!("strategy.{nth}"), message, "add [predictor] with precision and recall");
        }
        let budget = check.budget(nth, &keys.budget, preset, file.workload.mean_object_bytes.is_some());
        let rails = check.rails(nth, file, preset, &budget);
        let own = keys
            .job
            .iter()
            .enumerate()
            .filter_map(|(at, job)| check.job(&format!("strategy.{nth}.job.{at}"), job));
        let own: Vec<Job> = own.collect();
        happens(check, &format!("strategy.{nth}"), &own, file);
        let known = |tenant: &str| file.workload.tenant.iter().any(|one| one.name.as_deref() == Some(tenant));
        for (at, job) in keys.job.iter().enumerate().filter(|_| file.workload.trace.is_none()) {
            if let Some(tenant) = job.tenant.as_deref().filter(|tenant| !known(tenant)) {
                let message = format!("there is no tenant `{tenant}`");
                let names = file.workload.tenant.iter().filter_map(|one| one.name.as_deref());
                let help = crate::problem::suggest(tenant, names.collect::<Vec<_>>());
                check.at(&format!("strategy.{nth}.job.{at}.tenant"), message, &help);
            }
        }
        if preset == Preset::Custom && keys.job.is_empty() {
            let message = format!("strategy `{name}` is custom and has no jobs");
            check.at(&format!("strategy.{nth}"), message, "add [[strategy.job]], or write another preset");
        }
        if preset != Preset::Custom && !keys.job.is_empty() {
            let message = format!("strategy `{name}` has jobs of its own, and a preset");
            check.at(&format!("strategy.{nth}"), message, "write preset = \"custom\", or remove the jobs");
        }
        if own.iter().any(|job| job.selector == Selector::Oracle) && !predictor {
            let message = format!("strategy `{name}` predicts, but the scenario has no [predictor]");
            check.at(&format!("strategy.{nth}"), message, "add [predictor] with precision and recall");
        }
        let jobs = if own.is_empty() { preset.jobs() } else { own };
        let renews = jobs.iter().any(|job| matches!(job.schedule, Schedule::RefreshAhead { .. }));
        if renews && file.cache.ttl_s.is_none() {
            let message = format!("strategy `{name}` fetches copies anew before they expire, and none does");
            check.at(&format!("strategy.{nth}"), message, "add cache.ttl_s");
        }
        strategies.push(Strategy { name, preset, rails, budget, jobs });
    }
    strategies
}

/// What jobs wait for has to happen: writes, and promotions that somebody knows of.
fn happens(check: &mut Check<'_>, here: &str, jobs: &[Job], file: &ScenarioFile) {
    let workload = &file.workload;
    let written =
        workload.trace.is_some() || workload.updates_per_minute.is_some_and(|rate| rate.get() > 0.0);
    let known = workload.crowd.iter().any(|crowd| crowd.known_ahead_s.is_some());
    for job in jobs {
        match job.schedule {
            Schedule::OnWrite if !written => {
                let help = "add workload.updates_per_minute";
                check.at(here, "a job warms what is written, and nothing is".to_owned(), help);
            }
            Schedule::OnPromotion if !known => {
                let message = "a job warms what is promoted, and nobody knows of a promotion".to_owned();
                check.at(here, message, "add [[workload.crowd]] with known_ahead_s");
            }
            _ => {}
        }
    }
}

fn presets() -> String {
    let names: Vec<_> = Preset::ALL.iter().map(|preset| preset.name()).collect();
    format!("write preset = one of {}", names.join(", "))
}
