//! Validity notes are printed where they apply, and nowhere else.

use scenario::{MEMO, Preset, Scenario, Strategy};
use warmcast_model::screening::{inputs, notes};

/// Numbers of the notes on the memo scenario with some values replaced and only these presets.
fn numbers(replace: &[(&str, &str)], presets: &[Preset]) -> Vec<u8> {
    let text = replace.iter().fold(MEMO.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    });
    let mut scenario = Scenario::from_toml("memo", &text).unwrap_or_else(|problems| panic!("{problems}"));
    scenario.strategies = presets.iter().copied().map(Strategy::preset).collect();
    let numbers = inputs(&scenario).expect("in range");
    notes(&scenario, &numbers).iter().map(|note| note.number).filter(|number| *number > 0).collect()
}

const ALL: [Preset; 4] = [Preset::Static, Preset::Predictive, Preset::Demand, Preset::Hybrid];

#[test]
fn the_memos_own_inputs_meet_all_weaknesses_but_the_disagreement_of_thresholds() {
    assert_eq!(numbers(&[], &ALL), [1, 2, 3, 5, 6, 7, 8]);
    assert_eq!(numbers(&[("precision = 0.82", "precision = 0.76")], &ALL), [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn what_no_strategy_does_is_not_criticised() {
    assert_eq!(numbers(&[], &[Preset::Static]), [5, 7]);
    assert_eq!(numbers(&[], &[Preset::Demand]), [1, 5, 7]);
    // A hybrid that its rail has stopped predicts nothing.
    assert_eq!(numbers(&[("precision = 0.82", "precision = 0.5")], &[Preset::Hybrid]), [5, 7]);
    // Perfect precision wastes nothing and charges nothing.
    assert_eq!(numbers(&[("precision = 0.82", "precision = 1")], &[Preset::Predictive]), [2, 3, 5, 7]);
    // Without free capacity recall and precision act on flags alone, here in favour of none.
    assert_eq!(
        numbers(&[("capacity_fraction = 0.55", "capacity_fraction = 0.42")], &[Preset::Predictive]),
        [5, 7]
    );
    // Without requests nothing scales with them.
    let idle = [("request_rate_per_minute = 210", "request_rate_per_minute = 0")];
    assert_eq!(numbers(&idle, &[Preset::Static]), [5]);
    assert_eq!(numbers(&idle, &[Preset::Demand]), [1, 5, 7]);
}
