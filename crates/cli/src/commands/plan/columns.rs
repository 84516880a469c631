//! The columns of a plan, which programs read: names that do not change, and what they mean.

/// Names and meanings, in order.
pub(crate) const COLUMNS: [(&str, &str); 7] = [
    (
        "rank",
        "Place by value, 1 the most valuable: misses that the fetch saves over what it costs. It is not the order of loading.",
    ),
    ("key", "The key. Those of a synthetic workload are called by their rank in popularity, from 1 on."),
    (
        "not_before_s",
        "When its turn comes, in seconds from the beginning, at the pace that the origin stands. Empty where nothing is known of \
         the origin.",
    ),
    (
        "expected_hits",
        "Requests that the copy answers before it expires or is evicted, counted up to the time after which a cache filled by \
         misses is as warm. Empty where a time to live slides, for which there is no closed form.",
    ),
    (
        "expected_use_probability",
        "Probability that the copy is asked for before it is gone. Where misses fill the cache this is the number of misses \
         that the fetch saves: behind its first request the key would be there in any case.",
    ),
    ("fetch_cost_ms", "Time of the fetch at the origin. Empty where it is not known."),
    ("bytes", "Size. Empty where it is not known."),
];

/// How to read a plan, one paragraph each.
pub(crate) const READING: [&str; 3] = [
    "Rows stand in the order of loading: a warmer takes them from the top and waits for not_before_s. Where misses evict, the \
     coldest are loaded first and rank 1 last, for what was loaded last is evicted last; with the hottest first, some of them \
     would be gone before their first request. Else the hottest are first, so that a warm-up cut short has what counts \
     most. --first chooses.",
    "How many: the knee is where the next fetch saves less than the average of all that fit (the point of the curve of savings \
     that is farthest from the straight line between its ends; below a distance of 5 % there is none). --keys chooses.",
    "How fast: in each hour a share of the origin's cap (--utilization) less the misses that the traffic sends it.",
];
