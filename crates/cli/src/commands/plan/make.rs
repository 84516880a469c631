//! From keys, a cache and an origin to a plan.

use model::plan::{Candidate, Pace, Ranking, Worth, knee, rank};
use model::residency::hit_ratio;
use report::sheet::{counted, grouped};

use super::facts::{Facts, share};
use super::subject::Subject;
use super::text::{figure, span};
use crate::args::{First, PlanArgs};
use crate::failure::Failure;

/// A plan.
pub(crate) struct Plan {
    pub(crate) ranking: Ranking,
    pub(crate) candidates: Vec<Candidate>,
    /// Misses that each key that fits saves, the most valuable first and loaded last, where no time passes meanwhile.
    pub(crate) saved: Vec<f64>,
    pub(crate) knee: Option<usize>,
    /// Keys that are planned, the most valuable of the ranking.
    pub(crate) keys: usize,
    pub(crate) first: First,
    pub(crate) paced: Option<Paced>,
    /// What each planned key is worth when its turn has come and the warm-up is over, by rank.
    pub(crate) worths: Vec<Worth>,
    /// Misses saved in all, and with the other order of loading.
    pub(crate) total: f64,
    pub(crate) otherwise: f64,
    pub(crate) notes: Vec<String>,
}

/// A pace that the origin stands.
pub(crate) struct Paced {
    pub(crate) pace: Pace,
    /// One a day, or one an hour.
    pub(crate) hours: Vec<Hour>,
    /// What limits the origin, in words.
    pub(crate) limit: String,
    pub(crate) utilization: f64,
    /// Hour of the day in which it begins.
    pub(crate) begins: u8,
}

/// What happens in an hour of the day.
#[derive(Clone, Copy)]
pub(crate) struct Hour {
    pub(crate) requests: f64,
    pub(crate) hit_ratio: f64,
    pub(crate) pace: f64,
}

impl Hour {
    pub(crate) fn misses(&self) -> f64 {
        self.requests * (1.0 - self.hit_ratio)
    }
}

impl Plan {
    pub(crate) fn make(subject: &Subject, facts: &Facts, args: &PlanArgs) -> Result<Self, Failure> {
        let candidates = candidates(subject, facts)?;
        let ranking = rank(&candidates, facts.life).map_err(|_| endless(subject, facts))?;
        if ranking.order.is_empty() {
            let message = format!("no key of {} fits into the cache", subject.name);
            return Err(Failure::usage(&message, "give the cache more room"));
        }
        let worth_at = |nth: usize, until: f64, waited: f64| {
            ranking.worth(&candidates[ranking.order[nth] as usize], until, waited)
        };
        let saved: Vec<f64> = ranking
            .until_evicted
            .iter()
            .enumerate()
            .map(|(nth, until)| ranking.saved(&worth_at(nth, *until, 0.0)))
            .collect();
        let knee = knee(&saved);
        let wanted = wanted(args, saved.len(), knee)?;
        let paced = paced(subject, facts, args, &ranking)?;
        let mut notes = vec![];
        let keys = match (&paced, facts.life.ttl) {
            (Some(paced), Some(ttl)) => {
                let fits = paced.pace.within(wanted, ttl);
                limited(args, wanted, fits, ttl, &mut notes)?
            }
            _ => wanted,
        };
        let binds = ranking.characteristic.is_finite();
        let first = args.first.unwrap_or(if binds { First::Coldest } else { First::Hottest });
        let worths = |first: First| -> Vec<Worth> {
            let until = match first {
                First::Coldest => ranking.until_evicted[..keys].to_vec(),
                First::Hottest => {
                    let loaded: Vec<u32> = ranking.order[..keys].iter().rev().copied().collect();
                    let mut until = ranking.evicted(&loaded);
                    until.reverse();
                    until
                }
            };
            let begins = |place: usize| paced.as_ref().map_or(0.0, |paced| paced.pace.after(place as f64));
            let ends = begins(keys - 1);
            let place = |nth: usize| if first == First::Coldest { keys - 1 - nth } else { nth };
            (0..keys).map(|nth| worth_at(nth, until[nth], ends - begins(place(nth)))).collect()
        };
        let total = |worths: &[Worth]| worths.iter().map(|worth| ranking.saved(worth)).sum();
        let other = if first == First::Coldest { First::Hottest } else { First::Coldest };
        let (worths, otherwise) = (worths(first), total(&worths(other)));
        let total = total(&worths);
        Ok(Self { saved, knee, keys, first, paced, worths, total, otherwise, notes, ranking, candidates })
    }

    /// The place in the order of loading of a key with this place in the ranking.
    pub(crate) fn place(&self, nth: usize) -> usize {
        if self.first == First::Coldest { self.keys - 1 - nth } else { nth }
    }

    /// When the turn of the key at this place comes.
    pub(crate) fn begins(&self, place: usize) -> Option<f64> {
        self.paced.as_ref().map(|paced| paced.pace.after(place as f64))
    }
}

fn candidates(subject: &Subject, facts: &Facts) -> Result<Vec<Candidate>, Failure> {
    let all: f64 = subject.counts.iter().rev().sum();
    if all <= 0.0 {
        return Err(Failure::usage(
            &format!("no key of {} is asked for", subject.name),
            "name another source, or a longer --max-age",
        ));
    }
    if subject.rate.is_none() {
        let in_seconds = [
            ("a time to live", facts.life.ttl.is_some()),
            ("--horizon", facts.life.horizon.is_some()),
            ("a pace beside the traffic", !facts.limits.is_empty()),
        ];
        if let Some((what, _)) = in_seconds.into_iter().find(|(_, given)| *given) {
            let message = format!("{what} needs the rate of requests, which {} does not tell", subject.name);
            return Err(Failure::usage(
                &message,
                "add --request-rate 300/s, or for a snapshot --window 1h, the time in which it was counted",
            ));
        }
    }
    let missing = |list: &[Option<u64>]| {
        let asked = |nth: usize| subject.counts[nth] > 0.0;
        (0..subject.counts.len())
            .filter(|nth| asked(*nth) && list.get(*nth).copied().flatten().is_none())
            .count()
    };
    if facts.bytes {
        match missing(&subject.sizes) {
            0 => {}
            unsized_keys => {
                let message = format!(
                    "--capacity is in bytes, and {} has {} without a size",
                    subject.name,
                    counted(unsized_keys as u64, "key")
                );
                return Err(Failure::usage(&message, "write it in objects, such as --capacity 1000"));
            }
        }
    }
    let rate = subject.rate.unwrap_or(1.0);
    let (hot, leaves) = subject.churn.unwrap_or_default();
    // A fetch that takes no time costs what any other does.
    let usual = facts.fetch_ms.filter(|cost| *cost > 0.0);
    let candidate = |(nth, count): (usize, &f64)| {
        let own = subject.fetch_ms.get(nth).copied().flatten();
        let cost = match own.or(usual) {
            Some(cost) => cost,
            None if subject.fetch_ms.is_empty() || *count == 0.0 => 1.0,
            None => {
                return Err(Failure::usage(
                    &format!("some keys of {} have a fetch_ms and others have none", subject.name),
                    "add --fetch 5ms, which the others take",
                ));
            }
        };
        Ok(Candidate {
            rate: count / all * rate,
            leaves: if nth < hot { leaves } else { 0.0 },
            cost,
            weight: if facts.bytes { subject.sizes[nth].unwrap_or(0) as f64 } else { 1.0 },
        })
    };
    subject.counts.iter().enumerate().map(candidate).collect()
}

/// Nothing ends the life of a copy.
fn endless(subject: &Subject, facts: &Facts) -> Failure {
    let asked = subject.counts.iter().filter(|count| **count > 0.0).count();
    let keys = counted(asked as u64, "key");
    let room = match facts.life.room {
        Some(room) if facts.life.fills => {
            format!("the {keys} asked for fit into a cache of {}", grouped(room as u64))
        }
        Some(_) => "misses evict nothing".to_owned(),
        None => "no capacity is given".to_owned(),
    };
    let message = format!(
        "nothing says how long a warmed copy is of use: {} has no time to live, and {room}",
        if facts.life.room.is_some() { "it" } else { "the cache" }
    );
    Failure::usage(
        &message,
        "add --horizon 1h, beyond which uses do not count, or a smaller capacity or a time to live, which end it",
    )
}

/// How many keys are asked for.
fn wanted(args: &PlanArgs, fit: usize, knee: Option<usize>) -> Result<usize, Failure> {
    let Some(text) = args.keys.as_deref() else { return Ok(knee.unwrap_or(fit)) };
    if text == "all" {
        return Ok(fit);
    }
    let wrong = |message: &str| {
        Failure::usage(&format!("--keys {text}: {message}"), "write a number, or `all` that fit")
    };
    match text.parse::<usize>() {
        Ok(0) => Err(wrong("that plans nothing")),
        Ok(keys) if keys > fit => {
            Err(wrong(&format!("there are {} that are asked for and fit", grouped(fit as u64))))
        }
        Ok(keys) => Ok(keys),
        Err(_) => Err(wrong("that is no number of keys")),
    }
}

/// No more keys than can be warmed before the first of them expires.
fn limited(
    args: &PlanArgs,
    wanted: usize,
    fits: usize,
    ttl: f64,
    notes: &mut Vec<String>,
) -> Result<usize, Failure> {
    if fits >= wanted {
        return Ok(wanted);
    }
    let told = format!(
        "at this pace {} can be warmed within one time to live of {}",
        counted(fits as u64, "key"),
        span(ttl)
    );
    if args.keys.as_deref().is_some_and(|keys| keys != "all") {
        let message = format!("--keys {wanted}: {told}; the first would have expired when the last is in");
        return Err(Failure::usage(&message, &format!("write {fits} or fewer, or raise the origin's cap")));
    }
    notes.push(format!(
        "Cut from {}: {told}, and more would expire before the last is in.",
        counted(wanted as u64, "key")
    ));
    Ok(fits)
}

/// The pace that the origin stands by the hour; none where nothing is known of the origin.
fn paced(
    subject: &Subject,
    facts: &Facts,
    args: &PlanArgs,
    ranking: &Ranking,
) -> Result<Option<Paced>, Failure> {
    let utilization = share("--utilization", &args.utilization)?;
    let stated = args.hit_ratio.as_deref().map(|text| share("--hit-ratio", text)).transpose()?;
    let Some(rate) = subject.rate.filter(|_| !facts.limits.is_empty()) else {
        return match stated.is_some() && facts.limits.is_empty() {
            true => Err(Failure::usage(
                "--hit-ratio is for the pace, and nothing limits the origin",
                "add --origin-cap 100/s, or in a scenario origin.cap_per_minute",
            )),
            false => Ok(None),
        };
    };
    let factors = subject.hourly.unwrap_or([1.0; 24]);
    let mean = factors.iter().sum::<f64>() / 24.0;
    let life = &facts.life;
    let hour = |factor: f64| {
        let factor = factor / mean;
        // Rates that are so many times as high make a time to live as many times as long.
        let ratio = || match life.fills {
            true => {
                let ttl = life.ttl.map(|ttl| ttl * factor);
                hit_ratio(ranking.population(), ranking.characteristic, ttl, life.sliding)
            }
            false => 0.0,
        };
        let mut hour = Hour { requests: rate * factor, hit_ratio: stated.unwrap_or_else(ratio), pace: 0.0 };
        let paces = facts.limits.iter().map(|limit| limit.headroom.pace(utilization, hour.misses()));
        hour.pace = paces.fold(f64::INFINITY, f64::min);
        hour
    };
    let hours: Vec<Hour> = match subject.hourly {
        Some(hours) => hours.into_iter().map(hour).collect(),
        None => vec![hour(1.0)],
    };
    let per_second = std::array::from_fn(|nth| hours[nth % hours.len()].pace);
    let tightest = |hour: &Hour| {
        let paces = facts.limits.iter().enumerate();
        paces
            .min_by(|a, b| {
                let pace = |limit: &super::facts::Limit| limit.headroom.pace(utilization, hour.misses());
                pace(a.1).total_cmp(&pace(b.1))
            })
            .map_or(0, |(nth, _)| nth)
    };
    let limit = &facts.limits[tightest(&hours[usize::from(args.from_hour) % hours.len()])];
    let Some(pace) = Pace::new(per_second, usize::from(args.from_hour)) else {
        let least = hours.iter().map(Hour::misses).fold(f64::INFINITY, f64::min);
        let message = format!(
            "there is no room for warming: the traffic alone sends the origin {} misses/s, and of {} {} % may be used",
            figure(least),
            limit.what,
            figure(utilization * 100.0)
        );
        let help = match life.fills {
            true => "raise the cap, allow more with --utilization, or state the --hit-ratio of the traffic",
            false => {
                "misses fill nothing here, so that all of it misses: state the --hit-ratio of the traffic"
            }
        };
        return Err(Failure::at(limit.place.clone(), &message, help));
    };
    Ok(Some(Paced { pace, hours, limit: limit.what.clone(), utilization, begins: args.from_hour }))
}
