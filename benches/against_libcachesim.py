#!/usr/bin/env python3
"""Replay against libCacheSim, in one run on one machine: same trace, same misses, then requests a second.

    pip install numpy libcachesim==0.3.5
    python3 benches/against_libcachesim.py [ROUNDS]

The trace is made here from a seed: 10 million requests, one million keys, Zipf 1.0, oracleGeneral. `in memory` compares
requests a second of `libcachesim`'s process_trace with ours once the trace is loaded, one thread each, the two in turn;
the ratio is that of each round, its median and its worst are printed. `process` compares whole processes from file to
result, `eight` eight capacities at once on two threads with eight calls of process_trace in a row.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import libcachesim
import numpy

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUESTS, KEYS, SEED = 10_000_000, 1_000_000, 42
CAPACITIES = [10_000, 100_000]
PEERS = {"lru": "LRU", "fifo": "FIFO", "sieve": "Sieve", "s3-fifo:fill=main": "S3FIFO"}
RECORD = numpy.dtype([("time", "<u4"), ("key", "<u8"), ("size", "<u4"), ("next", "<i8")])
EIGHT = [5_000, 10_000, 20_000, 40_000, 80_000, 120_000, 160_000, 200_000]


def make_trace(path):
    random = numpy.random.default_rng(SEED)
    shares = numpy.cumsum(1 / numpy.arange(1, KEYS + 1))
    ranks = numpy.searchsorted(shares / shares[-1], random.random(REQUESTS))
    keys = random.permutation(KEYS)[ranks].astype(numpy.uint64) + 1
    following = numpy.full(REQUESTS, -1, numpy.int64)
    order = numpy.argsort(keys, kind="stable")
    again = keys[order][:-1] == keys[order][1:]
    following[order[:-1][again]] = order[1:][again] + 1
    records = numpy.zeros(REQUESTS, RECORD)
    records["time"], records["key"], records["next"] = numpy.arange(REQUESTS) // 1000, keys, following
    records["size"] = 1 + keys * 2654435761 % 65521
    records.tofile(path)


def peer(path, policy, capacity, hashpower=24):
    """Misses and seconds of one process_trace; its hash table has 2^hashpower buckets, 24 by default."""
    ignore_sizes = libcachesim.ReaderInitParam(ignore_obj_size=True)
    reader = libcachesim.TraceReader(str(path), libcachesim.TraceType.ORACLE_GENERAL_TRACE, ignore_sizes)
    cache = getattr(libcachesim, PEERS[policy])(cache_size=capacity, hashpower=hashpower)
    begun = time.perf_counter()
    ratio, _ = cache.process_trace(reader)
    return round(ratio * REQUESTS), time.perf_counter() - begun


def ours(example, path, rounds, cells):
    """Misses and seconds of each round of each cell, the trace loaded once."""
    command = [example, str(path), str(rounds), *(f"{policy}@{capacity}" for policy, capacity in cells)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    rows = [line.split(",") for line in lines[1:]]
    return [(int(row[2]), [float(seconds) for seconds in row[3:]]) for row in rows]


def process(command):
    """Wall seconds of a whole process."""
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def peak(command):
    """Peak resident bytes of a process, started by a small one: a child begins with the peak of what forks it."""
    code = "import os, sys; p = os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]); print(os.wait4(p, 0)[2].ru_maxrss)"
    starter = [sys.executable, "-S", "-c", code, *map(str, command)]
    return int(subprocess.run(starter, check=True, capture_output=True, text=True).stdout.split()[-1]) * 1024


def ratios(theirs, mine):
    each = [a / b for a, b in zip(theirs, mine)]
    return statistics.median(each), min(each)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    subprocess.run(["cargo", "build", "--release", "-p", "warmcast-sim", "--example", "replay_rate"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    path = pathlib.Path(tempfile.gettempdir()) / f"zipf1-{REQUESTS}-{KEYS}-{SEED}.oracleGeneral"
    if not path.exists():
        make_trace(path)

    print(f"in memory, one thread, {rounds} rounds\n")
    print("| policy | capacity | libCacheSim M/s | its table sized by hand | warmcast M/s | ratio | worst round |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for policy in PEERS:
        for capacity in CAPACITIES:
            theirs, tuned, mine = [], [], []
            for _ in range(rounds):
                misses, seconds = peer(path, policy, capacity)
                tuned.append(peer(path, policy, capacity, capacity.bit_length() + 1)[1])
                [(ours_misses, ours_seconds)] = ours(target / "examples/replay_rate", path, 1, [(policy, capacity)])
                assert misses == ours_misses, (policy, capacity, misses, ours_misses)
                theirs.append(seconds)
                mine.extend(ours_seconds)
            ratio, worst = ratios(theirs, mine)
            rates = [REQUESTS / 1e6 / statistics.median(seconds) for seconds in (theirs, tuned, mine)]
            print(
                f"| {policy} | {capacity} | {rates[0]:.1f} | {rates[1]:.1f} | {rates[2]:.0f} | {ratio:.1f} | {worst:.1f} |",
                flush=True,
            )

    asked_for = len(numpy.unique(numpy.memmap(path, RECORD, "r")["key"]))
    print(f"\nwhole process, LRU, file to result; memory beyond 4 bytes a request, for each of {asked_for} keys\n")
    print("| capacity | process_trace s | its process s | warmcast s | ratio | worst | to process_trace | B a key |")
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")
    for capacity in CAPACITIES:
        calls, theirs, mine, peaks = [], [], [], []
        code = f"""
import libcachesim
ignore = libcachesim.ReaderInitParam(ignore_obj_size=True)
reader = libcachesim.TraceReader({str(path)!r}, libcachesim.TraceType.ORACLE_GENERAL_TRACE, ignore)
print(libcachesim.LRU(cache_size={capacity}).process_trace(reader))
"""
        command = [target / "warmcast", "replay", path, "--policies", "lru", "--capacities", str(capacity)]
        command += ["--quiet", "--format", "csv"]
        for _ in range(rounds):
            calls.append(peer(path, "lru", capacity)[1])
            theirs.append(process([sys.executable, "-c", code]))
            mine.append(process(command))
            peaks.append((peak(command) - 4 * REQUESTS) / asked_for)
        ratio, worst = ratios(theirs, mine)
        medians = [statistics.median(seconds) for seconds in (calls, theirs, mine)]
        to_call, _ = ratios(calls, mine)
        figures = [f"{seconds:.3f}" for seconds in medians] + [f"{ratio:.1f}", f"{worst:.1f}", f"{to_call:.1f}"]
        print(f"| {capacity} | {' | '.join(figures)} | {statistics.median(peaks):.0f} |", flush=True)

    print("\neight capacities, two threads against eight calls in a row\n")
    print("| policy | libCacheSim s | warmcast s | ratio |\n|---|--:|--:|--:|")
    for policy in PEERS:
        theirs = sum(peer(path, policy, capacity)[1] for capacity in EIGHT)
        capacities = ",".join(map(str, EIGHT))
        command = [target / "warmcast", "replay", path, "--policies", policy, "--capacities", capacities]
        mine = process([*command, "--threads", "2", "--quiet", "--format", "csv"])
        print(f"| {policy} | {theirs:.2f} | {mine:.3f} | {theirs / mine:.1f} |", flush=True)


if __name__ == "__main__":
    main()
