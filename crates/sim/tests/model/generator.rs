//! Small random traces, by whole-number arithmetic alone so that any language regenerates them.
//!
//! The head of `tests/data/peer_misses.csv` states the same rules.

use super::Request;

/// Splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// Three nested draws: small numbers come far more often, about as under Zipf's law.
    fn skewed(&mut self, bound: u64) -> u64 {
        let outer = self.below(bound) + 1;
        let inner = self.below(outer) + 1;
        self.below(inner)
    }
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

/// The size that a key has in the trace of this seed: mostly 4, often up to 16, at times up to 64 or 400.
fn size(seed: u64, key: u64) -> u64 {
    let draw = mix(seed.wrapping_mul(1_000_003).wrapping_add(key + 1));
    let (class, rest) = (draw % 32, draw / 32);
    match class {
        0..16 => 4,
        16..28 => 1 + rest % 16,
        28..31 => 1 + rest % 64,
        _ => 1 + rest % 400,
    }
}

/// A trace of `keys` keys and `requests` requests; shapes are `uniform`, `skewed`, `loop`, `scan`, `drift` and
/// `resized`, which is `skewed` with another size at each request.
pub fn trace(seed: u64, keys: u32, requests: u32, shape: &str) -> Vec<Request> {
    let keys = u64::from(keys);
    let mut random = Random(seed);
    let mut scanned = 0;
    let mut scanning = false;
    let request = |index: u64| {
        let key = match shape {
            "uniform" => random.below(keys),
            "skewed" | "resized" => random.skewed(keys),
            // Around and around, one request in eight elsewhere.
            "loop" => {
                if random.below(8) == 0 {
                    random.skewed(keys)
                } else {
                    index % keys
                }
            }
            // Stretches of 32 requests; a third of them go on with one long scan.
            "scan" => {
                if index.is_multiple_of(32) {
                    scanning = random.below(3) == 0;
                }
                if scanning {
                    scanned += 1;
                    scanned % keys
                } else {
                    random.skewed(keys)
                }
            }
            // What is popular moves on by one key in 16 requests.
            "drift" => (random.skewed(keys) + index / 16) % keys,
            other => panic!("no shape `{other}`"),
        };
        let size = if shape == "resized" { size(seed.wrapping_add(index % 5), key) } else { size(seed, key) };
        Request { key: u32::try_from(key).expect("keys are 32 bits wide"), size }
    };
    (0..u64::from(requests)).map(request).collect()
}

/// The same trace in item mode.
pub fn items(trace: &[Request]) -> Vec<Request> {
    trace.iter().map(|request| Request { size: 1, ..*request }).collect()
}
