//! The renewal engine: a cache that forgets what is not asked for, keys that come and go, copies that expire, and a warmer.

mod answer;
mod flags;
mod forecast;
mod forecast_key;
mod latency;
mod lives;
mod notes;
mod quadrature;
mod question;
mod ranks;
mod steady;
mod swapped;
mod swaps;
mod transient;

pub use answer::{Answer, Outcome, evaluate, of, outcome, time_to_share};
pub use forecast::{Forecast, Forecasts};
pub use lives::{Life, Lives, Refresh, When};
pub use notes::notes;
pub use question::{FetchTime, NoClosedForm, Warming, answerable, cache, fetch_time, warming};
pub use ranks::{Rank, ranks};
pub use steady::{Cache, Steady};
pub use swaps::{Absent, Fetched, LEFT_ALONE, Left, Mixing, Swaps};
pub use transient::Cold;
