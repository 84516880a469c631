//! What is to happen, in order of time; ties by what it is, then by who came first.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use trace::synthetic::Nanos;

/// Something that happens at an instant. At one instant the first of these goes first; keys expire before any of them,
/// and requests arrive after all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// An interval of the time series ends, and the next begins.
    Mark,
    /// A rail stops the warmer, or lets it go on.
    Signal(Signal),
    /// The cache loses everything.
    Restart,
    /// The cache loses contents, and nothing restarts.
    Flush(u32),
    /// A warm operation's fetch is done.
    WarmDone(u32),
    /// A demand's fetch is done.
    DemandDone(u32),
    /// Whoever waits for a fetch gives up.
    Timeout(u32),
    /// The origin may begin another fetch.
    Origin,
    /// A warm operation is tried again.
    Retry(u32),
    /// The warmer may start another operation.
    Warmer,
    /// A job plans.
    Job(u32),
    /// The window opens in which a job fetches a copy anew.
    Refresh {
        /// Which of the jobs that do so.
        nth: u32,
        /// The copy's id.
        key: u32,
    },
}

/// What stops the warmer, or lets it go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// The memory pressure is another.
    Pressure(u32),
    /// The warmer breaks down.
    Down,
    /// It is back.
    Up,
    /// The time of a stop for latency is over, of that number.
    Resume(u32),
    /// The circuit breaker lets a probe through.
    Probe,
    /// A plan's time is over.
    Deadline,
}

/// Events to come.
#[derive(Debug, Default)]
pub(crate) struct Events {
    queue: BinaryHeap<Reverse<Entry>>,
    pushed: u64,
}

/// An event in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    /// Its instant, and behind that its place among those of the same: one number, so that to compare takes no branch.
    turn: i128,
    event: Event,
}

impl Entry {
    fn at(&self) -> Nanos {
        (self.turn >> 64) as Nanos
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.turn.cmp(&other.turn)
    }
}

impl Events {
    pub(crate) fn push(&mut self, at: Nanos, event: Event) {
        self.pushed += 1;
        // In eight bits and 56, which no run uses up.
        let place = u64::from(rank(event)) << 56 | self.pushed;
        let turn = i128::from(at) << 64 | i128::from(place);
        self.queue.push(Reverse(Entry { turn, event }));
    }

    /// When the next one is due.
    pub(crate) fn due(&self) -> Nanos {
        self.queue.peek().map_or(Nanos::MAX, |Reverse(next)| next.at())
    }

    pub(crate) fn pop(&mut self) -> Option<(Nanos, Event)> {
        self.queue.pop().map(|Reverse(next)| (next.at(), next.event))
    }
}

/// Place of an event among those of the same instant.
fn rank(event: Event) -> u8 {
    match event {
        Event::Mark => 0,
        Event::Signal(_) => 1,
        Event::Restart => 2,
        Event::Flush(_) => 3,
        Event::WarmDone(_) => 4,
        Event::DemandDone(_) => 5,
        Event::Timeout(_) => 6,
        Event::Origin => 7,
        Event::Retry(_) => 8,
        Event::Warmer => 9,
        Event::Job(_) => 10,
        Event::Refresh { .. } => 11,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_are_decided_by_kind_and_then_by_order_of_arrival() {
        let mut events = Events::default();
        let pushed = [
            (5, Event::Mark),
            (5, Event::DemandDone(9)),
            (5, Event::DemandDone(2)),
            (5, Event::WarmDone(7)),
            (4, Event::Job(1)),
            (5, Event::Restart),
        ];
        pushed.into_iter().for_each(|(at, event)| events.push(at, event));
        assert_eq!(events.due(), 4);
        let order: Vec<_> = std::iter::from_fn(|| events.pop()).map(|(_, event)| event).collect();
        let expected = [
            Event::Job(1),
            Event::Mark,
            Event::Restart,
            Event::WarmDone(7),
            Event::DemandDone(9),
            Event::DemandDone(2),
        ];
        assert_eq!(order, expected);
        assert_eq!(events.due(), Nanos::MAX);
    }
}
