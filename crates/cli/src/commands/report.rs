//! `warmcast report`: a page, its pictures and its data, in a folder for each scenario.

use std::path::PathBuf;

use evaluation::Engine;
use frames::Table;
use plots::Chart;
use report::judge::Judgement;
use report::render::{Figure, Style, index, page, renderer, tidy_table};
use report::{Asked, Report, Section};
use sim::warming::Inputs;

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, answer};
use crate::args::{Common, ReportArgs};
use crate::charts::{Mapped, Named, charts, over_time, table, winner_maps};
use crate::failure::Failure;
use crate::files::{csv, extension, print, write_all_whole};
use crate::load::{Variants, folder_name, load, load_memo};
use crate::playing::play_all;
use crate::sensing::{Around, Sampling, chart, sheet, stated};
use crate::series::{self, Track};
use crate::source::Source;
use crate::sweeping::Played;

/// How far inputs may be off, and how many points are asked around a scenario.
const OFF_BY: f64 = 0.2;
/// Requests that are played although nobody said how often.
const PLAYED_UNASKED: f64 = 50e6;
const SAMPLING: Sampling = Sampling { rows: 128, ways: 10 };

pub(crate) fn run(args: &ReportArgs, common: &Common) -> Result<Outcome, Failure> {
    let input = match args.scenarios.is_empty() {
        true => load_memo(common)?,
        false => load(&in_folders(&args.scenarios)?, common, Variants::First)?,
    };
    let question = Question {
        command: "report",
        engine: None,
        objective: args.objective.rank_by,
        plays: false,
        options: args.replications.map(|count| format!("--replications {count}")).into_iter().collect(),
    };
    let usual: Vec<bool> = input.scenarios.iter().map(|one| one.usual).collect();
    let sources: Vec<Source> = input.scenarios.iter().map(Source::of).collect();
    let inputs: Vec<Inputs> = input.scenarios.iter().map(|one| one.inputs.clone()).collect();
    let mut report = answer(input, &question, common)?;
    let played: Vec<Vec<Track>> = report
        .sections
        .iter_mut()
        .zip(&inputs)
        .map(|(section, inputs)| played(section, inputs, args, common))
        .collect::<Result<_, _>>()?;
    report.judgement = Some(Judgement::of(&report, None, false));
    let folder = |(section, usual): (&Section, bool)| args.output.join(folder_name(&section.scenario, usual));
    let folders: Vec<_> = report.sections.iter().zip(usual).map(folder).collect();
    if let Some((_, twice)) = folders.iter().enumerate().find(|(nth, one)| folders[..*nth].contains(one)) {
        let message = format!("two scenarios would write to {}", twice.display());
        return Err(Failure::usage(&message, "give one of them another name, or write to two directories"));
    }

    let mut drawn = vec![];
    for (nth, source) in sources.iter().enumerate() {
        let (sheet, around) = around(&report, nth, source, common)?;
        let section = &mut report.sections[nth];
        section.sensitivity = sheet;
        let mut charts = charts(section);
        charts.splice(1..1, over_time(section, &played[nth]));
        charts.extend(around);
        drawn.push(charts);
    }

    // Everything is made before anything is written.
    let mut files = vec![];
    for (nth, folder) in folders.iter().enumerate() {
        files.extend(
            artifacts(&report, nth, &drawn[nth], &played[nth])?
                .into_iter()
                .map(|(name, bytes)| (folder.join(name), bytes)),
        );
    }
    if folders.len() > 1 {
        let names: Vec<String> = folders
            .iter()
            .filter_map(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()))
            .collect();
        let html = index(&report, &names)
            .map_err(|error| Failure::usage(&format!("cannot make the page: {error}"), ""))?;
        files.insert(0, (args.output.join("index.html"), html.into_bytes()));
    }
    write_all_whole(&files)?;

    let format = common.format_for(None)?;
    let for_people = format.name == "table";
    let shown = if for_people { brief(&report) } else { report };
    let mut answer = rendered(&shown, format, common, false);
    if for_people {
        answer.push_str("\nWritten:\n");
        for (path, _) in &files {
            answer.push_str(&format!("  {}\n", path.display()));
        }
    }
    print(&answer)?;
    Ok(Outcome::Answered)
}

/// The scenario files in folders, and those that are named.
fn in_folders(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = vec![];
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| Failure::read(path, error))?;
        let mut inside: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        inside.retain(|path| path.is_file() && extension(path) == "toml");
        inside.sort();
        if inside.is_empty() {
            let message = format!("there is no scenario in {}", path.display());
            return Err(Failure::usage(&message, "name a folder with .toml files, or a file"));
        }
        files.extend(inside);
    }
    Ok(files)
}

/// Asks around the scenario of a section: which strategy is best where, and which input decides; nothing of the latter where
/// no engine has an answer everywhere around it.
fn around(
    report: &Report,
    nth: usize,
    source: &Source,
    common: &Common,
) -> Result<(Option<Asked>, Vec<Named>), Failure> {
    let section = &report.sections[nth];
    let scenario = &section.scenario;
    let quiet = Common { quiet: true, ..common.clone() };
    source.read(&quiet, |document, inputs, _| {
        let uncertain = stated(document, OFF_BY);
        let played = Played { inputs: inputs.clone(), seed: common.seed, replications: None };
        let mut charts =
            winner_maps(section, &Mapped { document, played: &played, objective: report.objective });
        let ask = |engine: Engine| {
            let around = Around {
                document,
                engine,
                metric: report.objective,
                played: played.clone(),
                common: &quiet,
                least_distance: scenario.thresholds.min_flip_distance.get(),
            };
            around.look(uncertain.clone(), [None, None], SAMPLING)
        };
        // The engine that assumes least, of those that have an answer everywhere around the scenario.
        let mut silent = vec![];
        for engine in Engine::CLOSED_FORMS.iter().rev().filter(|_| !uncertain.is_empty()) {
            match ask(*engine) {
                Ok(found) => {
                    charts.extend(chart(&scenario.name, &found).map(tornado_of));
                    let mut sheet = sheet(&scenario.name, &found);
                    sheet.notes.extend(silent);
                    let strategy = found.decision.strategy().to_owned();
                    return Ok((Some(Asked { strategy, sheet }), charts));
                }
                Err(failure) => {
                    silent.push(format!("{engine} does not tell it: {}.", failure.message()));
                }
            }
        }
        Ok((None, charts))
    })
}

fn tornado_of(chart: Chart) -> Named {
    let caption = "Bars begin at the scenario's own values; each input goes to the ends of its range, all others as they are.";
    Named {
        name: "sensitivity".to_owned(),
        caption: caption.to_owned(),
        chart,
        data: Some("sensitivity.csv"),
    }
}

/// What a simulation shows over time; nothing where none is wanted.
fn played(
    section: &mut Section,
    inputs: &Inputs,
    args: &ReportArgs,
    common: &Common,
) -> Result<Vec<Track>, Failure> {
    if args.replications == Some(0) {
        return Ok(vec![]);
    }
    play_all(section, inputs, args.objective.rank_by, args.replications, PLAYED_UNASKED, common)
}

/// The files of one section, by name.
fn artifacts(
    report: &Report,
    nth: usize,
    charts: &[Named],
    tracks: &[Track],
) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let section = &report.sections[nth];
    let alone = only(report, nth);
    let text = |format: &str| {
        let renderer = renderer(format).unwrap_or_else(|| unreachable!("{format} is a format"));
        (renderer.render)(&alone, Style::default()).into_bytes()
    };
    let mut data = vec![
        ("report.md".to_owned(), text("markdown")),
        ("results.csv".to_owned(), text("csv")),
        ("results.json".to_owned(), text("json")),
    ];
    if let Some(bytes) = parquet(&tidy_table(&alone))? {
        data.push(("results.parquet".to_owned(), bytes));
    }
    if let Some(Asked { sheet, .. }) = &section.sensitivity {
        let csv = sheet.render("csv", "inputs", &report.provenance, Style::default());
        data.push(("sensitivity.csv".to_owned(), csv.into_bytes()));
    }
    if !tracks.is_empty() {
        let csv = series::sheet(tracks).render("csv", "series", &report.provenance, Style::default());
        data.push(("series.csv".to_owned(), csv.into_bytes()));
    }
    let mut figures = vec![];
    for Named { name, caption, chart, data: saved } in charts {
        let failed = |error: plots::PlotError| Failure::usage(&format!("cannot draw {name}: {error}"), "");
        data.push((format!("{name}.svg"), plots::svg(chart).map_err(failed)?.into_bytes()));
        data.push((format!("{name}.png"), plots::png(chart).map_err(failed)?));
        let svg = plots::inline_svg(chart).map_err(failed)?;
        let own = format!("{name}.csv");
        if saved.is_none() {
            data.push((own.clone(), csv(name, &table(chart))?));
        }
        let saved = saved.map_or(own, str::to_owned);
        figures.push(Figure { name: name.clone(), caption: caption.clone(), svg, data: saved });
    }
    let names: Vec<String> = data.iter().map(|(name, _)| name.clone()).collect();
    let html = page(report, nth, &figures, &names)
        .map_err(|error| Failure::usage(&format!("cannot make the page: {error}"), ""))?;
    data.insert(0, ("index.html".to_owned(), html.into_bytes()));
    Ok(data)
}

/// The report with one of its sections only.
fn only(report: &Report, nth: usize) -> Report {
    let sections: Vec<Section> = vec![report.sections[nth].clone()];
    let judgement = report
        .judgement
        .as_ref()
        .map(|judgement| Judgement { sections: vec![judgement.sections[nth].clone()], ..judgement.clone() });
    Report { sections, judgement, ..report.clone() }
}

/// The table as Parquet, where the build has it.
#[cfg(feature = "frames")]
fn parquet(table: &Table) -> Result<Option<Vec<u8>>, Failure> {
    use frames::{ParquetSink, Sink};
    let mut bytes = vec![];
    let mut sink = Box::new(ParquetSink::new(&mut bytes));
    let written = sink.write(table).and_then(|()| sink.finish());
    written.map_err(|error| Failure::usage(&format!("cannot make Parquet: {error}"), ""))?;
    Ok(Some(bytes))
}

#[cfg(not(feature = "frames"))]
fn parquet(_: &Table) -> Result<Option<Vec<u8>>, Failure> {
    Ok(None)
}

/// What a terminal has room for: the tables and the verdicts, without what the page says at length.
fn brief(report: &Report) -> Report {
    let mut brief = report.clone();
    brief.judgement = None;
    for section in &mut brief.sections {
        section.break_evens.clear();
        section.notes.clear();
        section.sensitivity = None;
        section.scenario.assumptions.clear();
    }
    brief
}
