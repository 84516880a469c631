//! The renewal engine: formulas for an LRU or FIFO cache that demand fills and a warmer that helps.
//!
//! # What is asked
//! For every rank of popularity: with which probability has its key no copy? A request finds one with the rest. Keys of hot
//! ranks change places with others ([`Mixing`]), copies expire or are fetched anew ([`Lives`]), and what nobody asks for,
//! or was fetched first ([`Evicts`]), is evicted at one age, at which the copies fill the cache ([`Cache::steady`]). A warmer
//! follows the hot set, or warms what is forecast again and again ([`Forecasts`]). An empty cache fills without evicting
//! anything ([`Cold`]), with what a warmer brings at its start ([`Start`]). Where the answer flips is told by asking again
//! ([`break_evens`], [`Cache::capacity_for`]).
//!
//! # Assumptions
//! Requests are independent (Poisson, one law of popularity at an instant), objects of one size, the policy is LRU or FIFO,
//! fetches for one key are shared. Everything else is refused by name ([`answerable`], [`warming`]): a number is given only
//! where there is a formula for it.
//!
//! # Accuracy
//! `warmcast validate` measures it against simulation; `reports/validation.md` has the figures. Ages of eviction vary in small
//! caches, of which the first order is corrected ([`Cache::spread`]): held to exact hit ratios, those of five copies and more
//! are off by less than 0.003, of twenty by 0.0003; of fewer than five by up to 0.02. Where the oldest is evicted: 0.0005 from
//! five copies on, 0.007 from two, 0.05 with one. Where lives end just as the cache is full, more is lost to chance than that: of
//! 113 copies hit ratios of 0.573 are told where 0.567 is simulated.
//!
//! # Source
//! Che, Tung & Wang, *Hierarchical Web caching systems: modeling, design and experimental results*, IEEE JSAC 20(7), 2002,
//! for the age of eviction; swaps, expiry with eviction and forecasts are derived for this project.

mod answer;
mod break_even;
mod budget;
mod deploy;
mod flags;
mod forecast;
mod forecast_key;
mod forecast_round;
mod latency;
mod lives;
mod notes;
mod question;
mod queue;
mod ranks;
mod sizing;
mod spread;
mod start;
mod steady;
mod swapped;
mod swaps;
mod transient;

pub use answer::{Answer, METRICS, Outcome, evaluate, of, outcome, time_to_share};
pub use break_even::break_evens;
pub use deploy::{Deploy, WARM};
pub use forecast::{Forecast, Forecasts};
pub use lives::{Life, Lives, Refresh, When};
pub use notes::notes;
pub use question::{FetchTime, NoClosedForm, Warming, answerable, cache, fetch_time, warming};
pub use ranks::{Rank, ranks};
pub use start::{Beginning, List, Pace, Start, Steps, Turns};
pub use steady::{Cache, Evicts, Steady};
pub use swaps::{Absent, Fetched, LEFT_ALONE, Left, Mixing, Swaps};
pub use transient::{Cold, Moment};
