//! Draws charts of each kind into a directory, as SVG, as PNG and on a page in both themes: one with everyday data,
//! one with data that is hard to lay out.
//!
//! `cargo run -p warmcast-plots --example gallery -- target/gallery`

#![allow(
    clippy::disallowed_methods,
    reason = "an example is a program of its own, and this one writes files"
)]

use std::error::Error;
use std::path::PathBuf;

use warmcast_plots::{Bars, Chart, DARK, LIGHT, Lines, Map, Mark, Panel, Series, css_variables};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("name a directory to write to")?);
    std::fs::create_dir_all(&directory)?;

    let mut figures = String::new();
    for (name, chart) in [
        ("bars", bars()),
        ("lines", lines()),
        ("map", map()),
        ("bars-hard", hard_bars()),
        ("lines-hard", hard_lines()),
        ("map-single", single_map()),
    ] {
        std::fs::write(directory.join(format!("{name}.svg")), warmcast_plots::svg(&chart)?)?;
        std::fs::write(directory.join(format!("{name}.png")), warmcast_plots::png(&chart)?)?;
        figures.push_str(&format!("<figure>{}</figure>\n", warmcast_plots::inline_svg(&chart)?));
    }

    let (light, dark) = (css_variables(&LIGHT), css_variables(&DARK));
    let automatic =
        format!(":root {{ {light} }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}");
    std::fs::write(directory.join("index.html"), page(&automatic, &figures))?;
    std::fs::write(directory.join("dark.html"), page(&format!(":root {{ {dark} }}"), &figures))?;
    Ok(())
}

fn page(variables: &str, figures: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Charts</title>\n\
         <style>{variables} body {{ margin: 0; background: var(--paper); }} \
         figure {{ margin: 1rem auto; max-width: 44rem; }} .chart {{ display: block; width: 100%; }}</style>\n\
         {figures}</html>\n"
    )
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

fn panel(label: &str, decimals: usize, values: &[f64]) -> Panel {
    Panel { label: label.into(), values: values.to_vec(), decimals }
}

fn bars() -> Chart {
    Chart::Bars(Bars {
        title: "Latency and ops load by strategy".into(),
        categories: strings(&["predictive", "hybrid", "static", "demand"]),
        panels: vec![
            panel("expected latency, ms", 1, &[59.1, 59.1, 72.0, 80.4]),
            panel("ops load, per minute", 2, &[5.30, 5.30, 0.29, 0.02]),
        ],
    })
}

fn hard_bars() -> Chart {
    Chart::Bars(Bars {
        title: "Change against the strategy in production, with names that are long and values on both sides of zero"
            .into(),
        categories: strings(&["memory-conservative", "predictive-with-fallback", "static"]),
        panels: vec![
            panel("latency, ms", 1, &[-12.9, -3.0, 0.0]),
            panel("load, per minute", 0, &[12345.0, -2000.0, 0.0]),
            panel("memory of the 99th percentile of all replications, MB", 0, &[3.0, 800.0, 1200.0]),
        ],
    })
}

fn sampled(name: &str, value: impl Fn(f64) -> f64) -> Series {
    let point = |index: u32| (f64::from(index) / 200.0, value(f64::from(index) / 200.0));
    Series { name: name.into(), points: (0..=200).map(point).collect() }
}

fn predictive(precision: f64) -> f64 {
    59.6 - 0.6 * precision.sqrt()
}

fn lines() -> Chart {
    Chart::Lines(Lines {
        title: "Latency against precision of the prediction".into(),
        x_label: "precision".into(),
        y_label: "expected latency, ms".into(),
        log_x: false,
        series: vec![
            sampled("predictive", predictive),
            sampled("static", |_| 72.0),
            sampled("hybrid", |precision| match precision {
                below if below < 0.75 => 72.0,
                between if between < 0.78 => 65.6,
                above => predictive(above),
            }),
            sampled("demand", |_| 80.4),
        ],
        marks: vec![
            Mark { x: 0.192, label: "break-even by score 0.192".into() },
            Mark { x: 0.82, label: "scenario 0.82".into() },
        ],
        shades: vec![],
    })
}

fn hard_lines() -> Chart {
    let names = [
        "memory-conservative",
        "predictive-with-fallback",
        "static",
        "hybrid",
        "demand",
        "clairvoyant",
        "random",
    ];
    let series = names.iter().enumerate().map(|(index, name)| {
        let index = index as f64;
        sampled(name, move |x| 12_000.0 * (1.0 + index) / (1.0 + 3.0 * x + index * x * x))
    });
    Chart::Lines(Lines {
        title: "Seven lines with long names, and marks that stand close together".into(),
        x_label: "share of all requests that the predictor sees before they are made, from 0 to 1".into(),
        y_label: "requests to the origin, per hour".into(),
        log_x: false,
        series: series.collect(),
        marks: vec![
            Mark { x: 0.90, label: "break-even by score".into() },
            Mark { x: 0.93, label: "break-even by simulation".into() },
            Mark { x: 0.97, label: "scenario".into() },
        ],
        shades: vec![],
    })
}

fn map_of(title: &str, category: impl Fn(f64, f64) -> usize) -> Chart {
    let xs: Vec<f64> = (0..=100).map(|index| f64::from(index) / 100.0).collect();
    let ys: Vec<f64> = (0..=60).map(|index| f64::from(index) / 60.0).collect();
    let cells = ys.iter().flat_map(|y| xs.iter().map(|x| category(*x, *y))).collect();
    Chart::Map(Map {
        title: title.into(),
        x_label: "precision".into(),
        y_label: "churn, share of items per hour".into(),
        xs,
        ys,
        cells,
        categories: strings(&["predictive", "static", "hybrid", "demand"]),
        point: Some((0.82, 0.2, "this scenario".into())),
    })
}

fn map() -> Chart {
    map_of("Best strategy by precision and churn", |precision, churn| {
        let threshold = 0.2 + 0.75 * churn * churn;
        if precision < threshold {
            1
        } else if precision < threshold + 0.12 + 0.2 * churn {
            2
        } else {
            0
        }
    })
}

fn single_map() -> Chart {
    map_of("One strategy is best everywhere", |_, _| 1)
}
