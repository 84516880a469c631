"""A sweep from start to file against the same formulas in NumPy, written by PyArrow, in one run.

Needs Rust, Python 3, NumPy and PyArrow (pip install numpy pyarrow). Run from the project's root:

    python3 benches/sweep_against_numpy.py

Both are processes that compute a grid of 100 x 100 x 100 points of precision, recall and churn on the memo's scenario, four
strategies each, and write a Parquet file with a tidy row for each point and strategy, best first. Rounds alternate; times are
of the whole process. PyArrow takes its defaults (Snappy, dictionaries) and, in a second column, Zstandard as warmcast
does; texts are handed to it as dictionaries, which it writes fastest. In the end all numbers of both files are compared.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5
SIDE = 100
SCENARIO = "scenarios/weatherops_product.toml"
METRICS = [
    "expected_latency_ms",
    "ops_load_per_minute",
    "warm_coverage",
    "hit_ratio",
    "origin_load_per_minute",
    "score",
    "risk_flag_count",
]
STRATEGIES = ["static", "predictive", "demand", "hybrid"]
FLAGS = [
    "prefetch-precision-low",
    "insufficient-recall-for-tail-traffic",
    "prefetch-load-heavy",
    "churn-spikes-increase-prewarm-cost",
    "low-steady-hit-rate",
    "churn-causes-frequent-cold-bursts",
]


def peer(path, compression):
    """The same in NumPy and PyArrow."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    values = np.arange(1, SIDE + 1) / SIDE
    precision, recall, churn = (one.ravel() for one in np.meshgrid(values, values, values, indexing="ij"))
    rate, hotset, capacity, hit, miss, warm = 210.0, 0.42, 0.55, 14.0, 100.0, 4.0
    minute = churn / 60.0
    hot = min(hotset, capacity)
    no = np.zeros(len(precision), dtype=bool)

    def answer(coverage, overfetch, ops, flags):
        latency = coverage * hit + (1.0 - coverage) * (hit + miss) + overfetch * warm
        count = sum(flag.astype(float) for flag in flags)
        mask = sum(flag.astype(np.uint8) << bit for bit, flag in enumerate(flags))
        load = (1.0 - coverage) * rate + ops
        score = latency + 0.5 * ops + 1.5 * count
        return [latency, ops, coverage, coverage, load, score, count], mask

    def predicting(added):
        coverage, overfetch = hot + added, added * np.maximum(0.0, 1.0 - precision)
        ops = coverage * rate * minute + overfetch * rate
        flags = [precision < 0.75, recall < 0.6, ops > 0.4 * rate, no, no, no]
        return answer(coverage, overfetch, ops, flags)

    spiky = minute > 0.2 / 60.0
    base = np.full(len(precision), hot)
    added = np.minimum(max(0.0, capacity - hot), (1.0 - hot) * recall)
    kept = hot * np.maximum(0.0, 1.0 - churn)
    low = (kept < 0.5 * hot) | (kept < 0.35)
    stopped = precision < 0.75
    clamped = (precision < 0.78) | (churn > 0.3)
    railed = predicting(np.where(clamped, 0.5, 1.0) * added)
    still = answer(base, 0.0, base * rate * minute, [no, no, no, spiky, no, no])
    with_flag = answer(base, 0.0, base * rate * minute, [~no, no, no, spiky, no, no])
    answers = [
        still,
        predicting(added),
        answer(kept, 0.0, 0.05 * kept, [no, no, no, no, low, minute > 0.3 / 60.0]),
        (
            [np.where(stopped, one, other) for one, other in zip(with_flag[0], railed[0])],
            np.where(stopped, with_flag[1], railed[1]),
        ),
    ]
    order = np.argsort(np.stack([one[0][0] for one in answers], axis=1), axis=1, kind="stable")

    def rows(columns):
        return np.take_along_axis(np.stack(columns, axis=1), order, axis=1).ravel()

    count, each = len(precision), len(STRATEGIES)
    masks = rows([one[1] for one in answers]).astype(np.int32)
    names = [";".join(name for bit, name in enumerate(FLAGS) if mask >> bit & 1) for mask in range(64)]
    columns = {
        "point": np.repeat(np.arange(count, dtype=np.uint64), each),
        "predictor.precision": np.repeat(precision, each),
        "predictor.recall": np.repeat(recall, each),
        "workload.churn_per_hour": np.repeat(churn, each),
        "strategy": pa.DictionaryArray.from_arrays(order.ravel().astype(np.int32), STRATEGIES),
        "engine": pa.DictionaryArray.from_arrays(np.zeros(count * each, dtype=np.int32), ["screening"]),
        "rank": np.tile(np.arange(1, each + 1, dtype=np.uint64), count),
    }
    columns |= {name: rows([one[0][nth] for one in answers]) for nth, name in enumerate(METRICS)}
    columns["risk_flags"] = pa.DictionaryArray.from_arrays(masks, names)
    pq.write_table(pa.table(columns), path, compression=compression)


def timed(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def peak_mb(command):
    """Most memory of a process, asked of a shell that runs nothing else."""
    code = "import resource,subprocess,sys; subprocess.run(sys.argv[1:],check=True,capture_output=True);"
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    return int(subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True).stdout) / 1024


def differences(ours, theirs):
    import numpy as np
    import pyarrow.parquet as pq

    one, other = pq.read_table(ours), pq.read_table(theirs)
    assert one.column_names == other.column_names, (one.column_names, other.column_names)
    worst = 0.0
    for name in one.column_names:
        a, b = one[name].to_numpy(), other[name].to_numpy()
        if name in METRICS or "." in name:
            worst = max(worst, float(np.max(np.abs(a - b) / np.maximum(1e-300, np.abs(b) + (b == 0)))))
        else:
            same = int(np.count_nonzero(a.astype(str) != b.astype(str)))
            assert same == 0, (name, same)
    return len(one), worst


def main():
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "warmcast"], check=True)
    program = os.path.join(os.environ.get("CARGO_TARGET_DIR", "target"), "release", "warmcast")
    with tempfile.TemporaryDirectory() as directory:
        ours = os.path.join(directory, "ours.parquet")
        theirs = os.path.join(directory, "theirs.parquet")
        step = f"{1 / SIDE}"
        keys = ["predictor.precision", "predictor.recall", "workload.churn_per_hour"]
        vary = [word for key in keys for word in ("--vary", f"{key}={step}:1:{step}")]
        sweep = [program, "sweep", SCENARIO, *vary, "-o", ours]
        commands = {
            "warmcast": sweep,
            "snappy": [sys.executable, __file__, "--peer", theirs, "snappy"],
            "zstd": [sys.executable, __file__, "--peer", theirs, "zstd"],
        }
        times = {name: [] for name in commands}
        sizes, peaks = {}, {}
        for nth in range(ROUNDS + 1):
            for name, command in commands.items():
                found = timed(command)
                # The first round warms the caches of the machine.
                if nth > 0:
                    times[name].append(found)
        for name, command in commands.items():
            peaks[name] = peak_mb(command)
            sizes[name] = os.path.getsize(ours if name == "warmcast" else theirs) / 1e6
        rows, worst = differences(ours, theirs)
    print(f"{SIDE**3:,} points, {rows:,} rows, largest relative difference {worst:.1e}")
    for name, found in times.items():
        wall, cpu = (statistics.median(one) for one in zip(*found))
        ratios = sorted(their[0] / our[0] for their, our in zip(found, times["warmcast"]))
        print(
            f"{name:8} {wall:6.2f} s, {cpu:6.2f} s of processors, {peaks[name]:6.0f} MB of memory, file {sizes[name]:6.1f} MB, "
            f"ratio {statistics.median(ratios):5.2f} (worst round {ratios[0]:.2f}, best {ratios[-1]:.2f})"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--peer"]:
        peer(*sys.argv[2:4])
    else:
        main()
