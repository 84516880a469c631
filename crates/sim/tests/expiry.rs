//! Time to live against a slow and obvious model.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trace::Sizes;
use warmcast_sim::eviction::Chosen;
use warmcast_sim::{Counted, Replay, Setup, Start, Stretch, Ttl};

/// A request: key, instant, and the time to live that it asks for.
type Asked = (u32, i64, Option<i64>);

fn replayed(requests: &[Asked], policy: &str, capacity: u64, ttl: Ttl) -> Counted {
    let keys: Vec<u32> = requests.iter().map(|request| request.0).collect();
    let times: Vec<i64> = requests.iter().map(|request| request.1).collect();
    let ttls: Vec<Option<i64>> = requests.iter().map(|request| request.2).collect();
    let setup = Setup { capacity, bytes: false, ttl: Some(ttl), seed: 1, express: true };
    let policy = Chosen::parse(policy).expect("is known");
    let mut replay = Replay::new(&policy, setup, Start::Warm, None);
    replay.reserve(50);
    replay.begin(None, None);
    let all = Stretch { keys: &keys, first: 0, sizes: &Sizes::None, times: &times, ttls: &ttls, next: &[] };
    replay.measure(&all);
    replay.finish().expect("is sound")
}

/// LRU or FIFO with a life for each key: what is over is gone before the request of that instant is served.
fn modelled(requests: &[Asked], renews: bool, capacity: usize, ttl: Ttl) -> (u64, u64) {
    let (mut order, mut ends): (Vec<u32>, BTreeMap<u32, Option<i64>>) = (vec![], BTreeMap::new());
    let (mut misses, mut expired) = (0, 0);
    for (key, now, asks) in requests {
        let over: Vec<u32> =
            ends.iter().filter(|(_, end)| end.is_some_and(|end| end <= *now)).map(|(key, _)| *key).collect();
        for gone in &over {
            ends.remove(gone);
            order.retain(|one| one != gone);
            expired += 1;
        }
        let end = asks.or(ttl.lives).map(|lives| now + lives);
        if order.contains(key) {
            if renews {
                order.retain(|one| one != key);
                order.push(*key);
            }
            if ttl.sliding && ends[key].is_some() {
                ends.insert(*key, end);
            }
            continue;
        }
        misses += 1;
        if order.len() == capacity {
            let victim = order.remove(0);
            ends.remove(&victim);
        }
        order.push(*key);
        ends.insert(*key, end);
    }
    (misses, expired)
}

fn requests() -> impl Strategy<Value = Vec<Asked>> {
    let step = prop_oneof![3 => Just(0i64), 3 => 1..4i64, 1 => 1..30i64];
    let request = (0..20u32, step, prop::option::of(1..25i64));
    prop::collection::vec(request, 1..300).prop_map(|requests| {
        let mut now = 0;
        requests
            .into_iter()
            .map(|(key, step, asks)| {
                now += step;
                (key, now, asks)
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn keys_live_as_long_as_the_model_says(
        requests in requests(),
        capacity in 1..25usize,
        lives in prop::option::of(1..40i64),
        sliding in prop::bool::ANY,
    ) {
        let ttl = Ttl { lives, sliding };
        for (policy, renews) in [("lru", true), ("fifo", false)] {
            let found = replayed(&requests, policy, capacity as u64, ttl);
            let wanted = modelled(&requests, renews, capacity, ttl);
            prop_assert_eq!((found.total.misses, found.total.expired), wanted, "{}", policy);
        }
    }
}

#[test]
fn a_key_is_gone_at_the_very_instant_of_its_expiry() {
    let ttl = Ttl { lives: Some(10), sliding: false };
    let misses = |times: &[i64]| {
        let requests: Vec<Asked> = times.iter().map(|time| (1, *time, None)).collect();
        replayed(&requests, "lru", 5, ttl).total.misses
    };
    assert_eq!(misses(&[0, 9]), 1);
    assert_eq!(misses(&[0, 10]), 2);
    assert_eq!(misses(&[0, 5, 10]), 2, "a hit does not renew a fixed life");
}
