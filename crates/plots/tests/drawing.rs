//! What holds for every chart, in every format.

#![allow(clippy::unwrap_used, reason = "a chart that does not draw fails the test")]

use warmcast_plots::{
    Bars, Chart, DARK, LIGHT, Lines, Map, Mark, Panel, PlotError, Points, Series, css_variables, inline_svg,
    png, svg,
};

fn bars() -> Bars {
    Bars {
        title: "Latency by strategy".into(),
        categories: vec!["predictive".into(), "static".into()],
        panels: vec![Panel { label: "latency, ms".into(), values: vec![59.1, 72.0], decimals: 1 }],
    }
}

fn lines() -> Lines {
    Lines {
        title: "Latency against precision".into(),
        x_label: "precision".into(),
        y_label: "latency, ms".into(),
        log_x: false,
        series: vec![
            Series { name: "predictive".into(), points: vec![(0.0, 59.6), (1.0, 59.0)] },
            Series { name: "static".into(), points: vec![(0.0, 72.0), (1.0, 72.0)] },
        ],
        marks: vec![Mark { x: 0.82, label: "scenario 0.82".into() }],
        shades: vec![],
    }
}

fn map() -> Map {
    Map {
        title: "Best strategy".into(),
        x_label: "precision".into(),
        y_label: "churn, per hour".into(),
        xs: vec![0.0, 0.5, 1.0],
        ys: vec![0.0, 1.0],
        cells: vec![0, 1, 1, 0, 0, 1],
        categories: vec!["static".into(), "predictive".into(), "hybrid".into()],
        point: Some((0.82, 0.2, "this scenario".into())),
    }
}

fn points() -> Points {
    let series = |name: &str, points: &[(f64, f64)]| Series { name: name.into(), points: points.to_vec() };
    Points {
        title: "Formula against simulation".into(),
        x_label: "hit ratio".into(),
        y_label: "error".into(),
        series: vec![series("demand", &[(0.7, 0.01), (0.2, -0.02)]), series("static", &[(0.5, 0.0)])],
    }
}

fn charts() -> [Chart; 4] {
    [Chart::Bars(bars()), Chart::Lines(lines()), Chart::Map(map()), Chart::Points(points())]
}

#[test]
fn every_chart_names_what_it_shows() {
    let expected: [&[&str]; 4] = [
        &["Latency by strategy", "predictive", "static", "latency, ms", "59.1", "72.0"],
        &["Latency against precision", "predictive", "static", ">precision<", "latency, ms", "scenario 0.82"],
        &["Best strategy", ">static<", ">predictive<", "churn, per hour", "this scenario"],
        &["Formula against simulation", ">demand<", ">static<", "hit ratio", ">error<"],
    ];
    for (chart, words) in charts().iter().zip(expected) {
        for drawing in [svg(chart).unwrap(), inline_svg(chart).unwrap()] {
            for word in words {
                assert!(drawing.contains(word), "{word} is missing in\n{drawing}");
            }
        }
    }
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    for chart in charts() {
        assert_eq!(svg(&chart).unwrap(), svg(&chart).unwrap());
        assert_eq!(inline_svg(&chart).unwrap(), inline_svg(&chart).unwrap());
        assert_eq!(png(&chart).unwrap(), png(&chart).unwrap());
    }
}

#[test]
fn a_png_has_two_pixels_for_each_unit_of_the_svg() {
    for chart in charts() {
        let bytes = png(&chart).unwrap();
        assert_eq!(bytes[..8], *b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        let drawing = svg(&chart).unwrap();
        let height: f64 = attribute(&drawing, "height").parse().unwrap();
        assert_eq!(attribute(&drawing, "width"), "640");
        assert_eq!((number(16), number(20)), (1280, (height * 2.0).ceil() as u32));
    }
}

fn attribute<'a>(drawing: &'a str, name: &str) -> &'a str {
    let start = drawing.find(&format!(" {name}=\"")).unwrap() + name.len() + 3;
    drawing[start..].split('"').next().unwrap()
}

#[test]
fn an_inline_svg_takes_size_and_colours_from_its_page() {
    for chart in charts() {
        let drawing = inline_svg(&chart).unwrap();
        let open = drawing.split('>').next().unwrap();
        assert!(open.contains("class=\"chart\"") && open.contains("viewBox=\"0 0 640 "));
        assert!(open.contains("role=\"img\"") && open.contains("aria-label=\""));
        assert!(!open.contains(" width=") && !open.contains(" height="));
        assert!(!drawing.contains('#'), "a fixed colour in\n{drawing}");
        assert!(!drawing.contains("style="), "inline styles, which many pages forbid, in\n{drawing}");
    }
}

#[test]
fn every_variable_in_use_is_declared() {
    for palette in [LIGHT, DARK] {
        let css = css_variables(&palette);
        for chart in charts() {
            let drawing = inline_svg(&chart).unwrap();
            for used in drawing.split("var(").skip(1).filter_map(|rest| rest.split(')').next()) {
                assert!(css.contains(&format!("{used}: #")), "{used} is not in {css}");
            }
        }
    }
}

#[test]
fn special_characters_do_not_break_the_svg() {
    let chart = Chart::Bars(Bars { title: "a < b & \"c\" > 'd'".into(), ..bars() });
    for drawing in [svg(&chart).unwrap(), inline_svg(&chart).unwrap()] {
        assert!(drawing.contains("aria-label=\"a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;\""));
        assert!(drawing.contains(">a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;</text>"));
    }
}

#[test]
fn the_legend_of_a_map_lists_only_what_occurs() {
    assert!(!svg(&Chart::Map(map())).unwrap().contains("hybrid"));
    let single = Chart::Map(Map { cells: vec![2; 6], ..map() });
    let drawing = svg(&single).unwrap();
    assert!(drawing.contains("hybrid throughout"));
    assert!(!drawing.contains(">static<"));
}

/// Of 1, 10 and 100 the second lies in the middle.
#[test]
fn a_map_of_even_factors_goes_by_the_logarithm() {
    assert!(Map::takes(&[1.0, 10.0, 100.0]) && Map::takes(&[0.0, 0.5, 1.0]) && Map::takes(&[3.0, 4.0]));
    assert!(!Map::takes(&[0.0, 1.0, 10.0]) && !Map::takes(&[1.0, 2.0, 4.0, 9.0]) && !Map::takes(&[1.0]));
    let map = Map { xs: vec![1.0, 10.0, 100.0], point: Some((10.0, 0.5, "here".into())), ..map() };
    let drawing = svg(&Chart::Map(map)).unwrap();
    let number = |text: &str| text.split('"').next().and_then(|number| number.parse::<f64>().ok()).unwrap();
    let ring = number(drawing.split("<circle cx=\"").nth(1).unwrap());
    let tick = |label: &str| {
        let before = drawing.split(&format!(">{label}</text>")).next().unwrap();
        number(before.rsplit("<text x=\"").next().unwrap())
    };
    assert!((tick("10") - ring).abs() < 0.1);
    assert!((tick("1") + tick("100") - 2.0 * ring).abs() < 0.2);
}

#[test]
fn even_a_map_of_scattered_cells_stays_small() {
    let mut state = 1u32;
    let mut scattered = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as usize % 3
    };
    let map = Map {
        xs: (0..101).map(f64::from).collect(),
        ys: (0..61).map(f64::from).collect(),
        cells: (0..101 * 61).map(|_| scattered()).collect(),
        point: None,
        ..map()
    };
    let size = svg(&Chart::Map(map)).unwrap().len();
    assert!(size < 60_000, "{size} bytes");
}

#[test]
fn a_long_line_keeps_only_the_points_that_show() {
    let points = (0..=10_000).map(|x| (f64::from(x), f64::from(x).sqrt())).collect();
    let series = vec![Series { name: "root".into(), points }];
    let chart = Chart::Lines(Lines { series, marks: Vec::new(), ..lines() });
    assert!(svg(&chart).unwrap().len() < 6_000);
}

#[test]
fn extreme_but_finite_data_draws() {
    for values in [[0.0, 0.0], [-1.0, -2.0], [1e15, -1e15], [1e-300, 0.0]] {
        let panel = Panel { label: "p".into(), values: values.to_vec(), decimals: 12 };
        assert!(svg(&Chart::Bars(Bars { panels: vec![panel; 7], ..bars() })).is_ok(), "{values:?}");
        let series = vec![Series { name: "s".into(), points: vec![(-1e15, values[0]), (1e15, values[1])] }];
        assert!(svg(&Chart::Lines(Lines { series, ..lines() })).is_ok(), "{values:?}");
    }
}

#[test]
fn words_that_do_not_fit_are_cut_rather_than_drawn_outside() {
    let long = "w".repeat(300);
    let mut bars = bars();
    bars.categories[0].clone_from(&long);
    bars.panels[0].label.clone_from(&long);
    let mut lines = lines();
    lines.series[0].name.clone_from(&long);
    lines.marks = vec![Mark { x: 0.5, label: long.clone() }; 9];
    let mut map = map();
    map.categories[0].clone_from(&long);
    map.point = Some((0.5, 1.0, long.clone()));
    for chart in [Chart::Bars(bars), Chart::Lines(lines), Chart::Map(map)] {
        let drawing = svg(&chart).unwrap();
        assert!(drawing.contains("w…") && !drawing.contains(&long));
        assert!(png(&chart).is_ok());
    }
}

#[test]
fn axes_may_go_without_names() {
    let blank = Lines { x_label: String::new(), y_label: String::new(), marks: vec![], ..lines() };
    assert!(svg(&Chart::Lines(blank)).is_ok());
}

fn refused(chart: Chart) -> String {
    let errors = [svg(&chart).err(), inline_svg(&chart).err(), png(&chart).err()];
    let [Some(one), Some(two), Some(three)] = errors else { panic!("drawn: {chart:?}") };
    assert_eq!(one.to_string(), two.to_string());
    assert_eq!(one.to_string(), three.to_string());
    one.to_string()
}

#[test]
fn bars_without_sound_data_are_refused() {
    let panel = |values: &[f64], decimals| {
        let panel = Panel { label: "load".into(), values: values.to_vec(), decimals };
        refused(Chart::Bars(Bars { panels: vec![panel], ..bars() }))
    };
    assert_eq!(panel(&[1.0], 1), "panel \"load\" has 1 values, expected 2");
    assert_eq!(
        panel(&[1.0, f64::NAN], 1),
        "\"static\" in panel \"load\" is NaN; only numbers between -1e15 and 1e15 can be drawn"
    );
    assert!(panel(&[1.0, f64::NEG_INFINITY], 1).contains("is -inf"));
    assert!(panel(&[1.0, 1e16], 1).contains("1e15"));
    assert!(panel(&[1.0, 2.0], 13).contains("13 digits"));
    let empty = "the list of panels is empty; a chart needs at least one";
    assert_eq!(refused(Chart::Bars(Bars { panels: vec![], ..bars() })), empty);
    assert!(refused(Chart::Bars(Bars { categories: vec![], ..bars() })).contains("categories"));
    assert!(refused(Chart::Bars(Bars { title: " ".into(), ..bars() })).contains("title"));
}

#[test]
fn lines_without_sound_data_are_refused() {
    let points = |points: &[(f64, f64)]| {
        let series = vec![Series { name: "s".into(), points: points.to_vec() }];
        refused(Chart::Lines(Lines { series, marks: vec![], ..lines() }))
    };
    assert!(points(&[]).contains("series \"s\" has 0 of at least 2 values"));
    assert!(points(&[(0.0, 1.0)]).contains("1 of at least 2"));
    assert!(points(&[(0.0, 1.0), (1.0, f64::INFINITY)]).contains("y of point 1 of series \"s\" is inf"));
    assert!(points(&[(f64::NAN, 1.0), (1.0, 1.0)]).contains("x of point 0"));
    assert_eq!(points(&[(1.0, 1.0), (0.5, 1.0)]), "x of series \"s\" must ascend, but 0.5 follows 1");
    assert!(points(&[(1.0, 1.0), (1.0, 2.0)]).contains("all points have x = 1"));
    assert!(refused(Chart::Lines(Lines { series: vec![], ..lines() })).contains("series"));
    let marked = |x| refused(Chart::Lines(Lines { marks: vec![Mark { x, label: "m".into() }], ..lines() }));
    assert_eq!(marked(1.5), "mark \"m\" is at 1.5, outside the axis from 0 to 1");
    assert!(marked(f64::NAN).contains("mark \"m\" is NaN"));
}

#[test]
fn points_without_sound_data_are_refused() {
    let with = |points: &[(f64, f64)]| {
        let series = vec![Series { name: "s".into(), points: points.to_vec() }];
        refused(Chart::Points(Points { series, ..self::points() }))
    };
    assert!(with(&[]).contains("series \"s\" is empty"));
    assert!(with(&[(0.0, 1.0), (1.0, f64::NAN)]).contains("y of point 1 of series \"s\" is NaN"));
    assert!(with(&[(2.0, 1.0), (2.0, 3.0)]).contains("all points have x = 2"));
    assert!(refused(Chart::Points(Points { series: vec![], ..points() })).contains("series"));
}

#[test]
fn maps_without_sound_data_are_refused() {
    let refused = |map| refused(Chart::Map(map));
    assert!(refused(Map { xs: vec![0.0], ..map() }).contains("the columns (xs) has 1 of at least 2"));
    assert!(refused(Map { ys: vec![], ..map() }).contains("the rows (ys)"));
    assert!(refused(Map { xs: vec![0.0, 1.0, 0.5], ..map() }).contains("must ascend, but 0.5 follows 1"));
    assert!(refused(Map { xs: vec![0.0, 1.0, 3.0], ..map() }).contains("evenly spaced"));
    assert!(refused(Map { xs: vec![0.0, 0.5, f64::NAN], ..map() }).contains("NaN"));
    assert!(refused(Map { cells: vec![0; 5], ..map() }).contains("has 5 values, expected 6"));
    assert!(refused(Map { categories: vec![], ..map() }).contains("categories"));
    assert_eq!(
        refused(Map { cells: vec![0, 0, 0, 0, 3, 0], ..map() }),
        "cell 4 has category 3, but there are only 3, counted from 0"
    );
    assert!(
        refused(Map { point: Some((2.0, 0.5, "p".into())), ..map() }).contains("x of point \"p\" is at 2")
    );
    assert!(refused(Map { point: Some((0.5, f64::NAN, "p".into())), ..map() }).contains("y of point \"p\""));
}

#[test]
fn an_error_can_be_matched() {
    let error = svg(&Chart::Bars(Bars { categories: vec![], ..bars() })).unwrap_err();
    assert!(matches!(error, PlotError::Empty { .. }));
}
