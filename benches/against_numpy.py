"""The closed form against the same formulas vectorised in NumPy, on one core, in one run.

Needs Rust, Python 3 and NumPy (pip install numpy). Run from the project's root:

    python3 benches/against_numpy.py

Both evaluate a million points for three strategies: latency, ops load, coverage, score and flags (a bit mask),
from the same inputs; rounds alternate, and the ratio is the median of the rounds' ratios. Checksums show that both
computed the same. `columns` keeps every answer in memory, which is what limits it; `blocks` hands the answers on in
blocks that stay in the processor's cache (NumPy in the block size that suits it best of those tried).
"""

import json
import math
import os
import statistics
import subprocess
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np

POINTS = 1_000_000
ROUNDS = 7
NUMPY_BLOCK = 8192
RANGES = [5000, 1, 1, 1, 50, 500, 50, 1, 1]


def column(nth, high):
    step = math.sqrt(nth + 2) % 1.0
    return high * ((0.5 + step * np.arange(POINTS)) % 1.0)


def outcome(inputs, coverage, overfetch, ops, flags):
    _, _, _, _, hit, miss, warm, _, _ = inputs
    latency = coverage * hit + (1.0 - coverage) * (hit + miss) + overfetch * warm
    mask = np.zeros(len(hit), dtype=np.uint8)
    count = np.zeros(len(hit))
    for bit, raised in flags:
        mask |= raised.astype(np.uint8) << bit
        count += raised
    return latency, ops, coverage, latency + 0.5 * ops + 1.5 * count, mask


def evaluate(inputs):
    rate, hotset, capacity, churn, _, _, _, recall, precision = inputs
    hot = np.minimum(hotset, capacity)
    minute = churn / 60.0
    short = capacity + 1e-6 < hotset
    static = outcome(
        inputs, hot, 0.0, hot * rate * minute, [(4, short), (5, minute > 0.2 / 60.0)]
    )
    added = np.minimum(np.maximum(0.0, capacity - hot), (1.0 - hot) * recall)
    coverage = hot + added
    overfetch = added * np.maximum(0.0, 1.0 - precision)
    ops = coverage * rate * minute + overfetch * rate
    predictive = outcome(
        inputs,
        coverage,
        overfetch,
        ops,
        [(0, precision < 0.75), (1, recall < 0.6), (2, short & (recall < 0.8)), (3, ops > 0.4 * rate)],
    )
    kept = hot * np.maximum(0.0, 1.0 - churn)
    low = (kept < 0.5 * hot) | (kept < 0.35)
    demand = outcome(inputs, kept, 0.0, 0.05 * kept, [(6, low), (7, minute > 0.3 / 60.0)])
    return static, predictive, demand


def main():
    subprocess.run(
        ["cargo", "build", "--release", "--quiet", "-p", "warmcast-model", "--example", "screening_rate"], check=True
    )
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    program = os.path.join(target, "release", "examples", "screening_rate")
    inputs = [column(nth, high) for nth, high in enumerate(RANGES)]
    numpy_s, rust_s, numpy_blocked, rust_blocked = [], [], [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answers = evaluate(inputs)
        numpy_s.append(time.perf_counter() - start)
        start = time.perf_counter()
        for at in range(0, POINTS, NUMPY_BLOCK):
            evaluate([one[at : at + NUMPY_BLOCK] for one in inputs])
        numpy_blocked.append(time.perf_counter() - start)
        rust = json.loads(subprocess.run([program], check=True, capture_output=True).stdout)
        rust_s.append(rust["median_s"])
        rust_blocked.append(rust["blocked_s"])
    for name, column_nth in [("score", 3), ("coverage", 2)]:
        ours, theirs = rust[name], sum(float(one[column_nth].sum()) for one in answers)
        assert math.isclose(ours, theirs, rel_tol=1e-9), (name, ours, theirs)
    flags = sum(int(np.unpackbits(one[4]).sum()) for one in answers)
    assert flags == rust["flags"], (flags, rust["flags"])

    def rate(seconds):
        return 3 * POINTS / statistics.median(seconds) / 1e6

    print(f"million strategy evaluations/s, NumPy {np.__version__}")
    for name, theirs, ours in [("columns", numpy_s, rust_s), ("blocks", numpy_blocked, rust_blocked)]:
        ratios = sorted(n / r for n, r in zip(theirs, ours))
        print(
            f"{name:8} NumPy {rate(theirs):7.1f}  warmcast {rate(ours):7.1f}  "
            f"ratio {statistics.median(ratios):5.1f} (worst round {ratios[0]:.1f}, best {ratios[-1]:.1f})"
        )


if __name__ == "__main__":
    main()
