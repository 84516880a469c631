#!/usr/bin/env python3
"""Replay against libCacheSim, in one run on one machine: same trace, same misses, then requests a second.

    pip install numpy libcachesim==0.3.5
    python3 benches/against_libcachesim.py [ROUNDS]

The trace is made here from a seed: 10 million requests, one million keys, Zipf 1.0, oracleGeneral. `in memory` compares
requests a second of `libcachesim`'s process_trace with ours once the trace is loaded, one thread each, the two in turn;
the ratio is that of each round, its median and its worst are printed. Then whole processes from file to result, for keys
that count from 1 and for keys spread over all 64 bits, their memory, and eight capacities at once on two threads beside
eight calls of process_trace in a row.
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


def make_trace(path, spread):
    """Keys count from 1, or are spread over all 64 bits."""
    random = numpy.random.default_rng(SEED)
    shares = numpy.cumsum(1 / numpy.arange(1, KEYS + 1))
    ranks = numpy.searchsorted(shares / shares[-1], random.random(REQUESTS))
    keys = random.permutation(KEYS)[ranks].astype(numpy.uint64) + 1
    following = numpy.full(REQUESTS, -1, numpy.int64)
    order = numpy.argsort(keys, kind="stable")
    again = keys[order][:-1] == keys[order][1:]
    following[order[:-1][again]] = order[1:][again] + 1
    records = numpy.zeros(REQUESTS, RECORD)
    # An odd factor keeps keys apart.
    named = keys * numpy.uint64(0x9E3779B97F4A7C15) if spread else keys
    records["time"], records["key"], records["next"] = numpy.arange(REQUESTS) // 1000, named, following
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


def replay(target, path, policy, capacities):
    """Our command."""
    capacities = ",".join(map(str, capacities))
    command = [target / "warmcast", "replay", path, "--policies", policy, "--capacities", capacities]
    return [*command, "--quiet", "--format", "csv"]


def ratios(theirs, mine):
    each = [a / b for a, b in zip(theirs, mine)]
    return statistics.median(each), min(each)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    subprocess.run(["cargo", "build", "--release"], cwd=ROOT, check=True)
    subprocess.run(["cargo", "build", "--release", "-p", "warmcast-sim", "--example", "replay_rate"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
    path, spread = (pathlib.Path(tempfile.gettempdir()) / f"zipf1-{SEED}{name}.oracleGeneral" for name in ("", "-spread"))
    for each in (path, spread):
        if not each.exists():
            make_trace(each, each == spread)

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
    print("\nwhole process, LRU, from file to result; ratios to process_trace alone and to a process that calls it\n")
    print("| keys | capacity | process_trace s | its process s | warmcast s | one thread s | ratio | worst | to process | one thread |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for name, trace, capacity in [(n, t, c) for n, t in (("close", path), ("spread", spread)) for c in CAPACITIES]:
        code = f"""
import libcachesim
ignore = libcachesim.ReaderInitParam(ignore_obj_size=True)
reader = libcachesim.TraceReader({str(trace)!r}, libcachesim.TraceType.ORACLE_GENERAL_TRACE, ignore)
print(libcachesim.LRU(cache_size={capacity}).process_trace(reader))
"""
        calls, theirs, mine, single = [], [], [], []
        command = replay(target, trace, "lru", [capacity])
        for _ in range(rounds):
            calls.append(peer(trace, "lru", capacity)[1])
            theirs.append(process([sys.executable, "-c", code]))
            mine.append(process(command))
            single.append(process([*command, "--threads", "1"]))
        seconds = [f"{statistics.median(each):.3f}" for each in (calls, theirs, mine, single)]
        (ratio, worst), (whole, _), (alone, _) = ratios(calls, mine), ratios(theirs, mine), ratios(calls, single)
        shown = [f"{each:.1f}" for each in (ratio, worst, whole, alone)]
        print(f"| {name} | {capacity} | {' | '.join(seconds + shown)} |", flush=True)

    print(f"\npeak memory, LRU, for each of {asked_for} keys\n")
    print("| keys | capacity | bytes a key, streamed | loaded, beyond 4 bytes a request |\n|---|--:|--:|--:|")
    for name, trace, capacity in [(n, t, c) for n, t in (("close", path), ("spread", spread)) for c in CAPACITIES]:
        command = replay(target, trace, "lru", [capacity])
        streamed, loaded = peak(command), peak([*command, "--load"]) - 4 * REQUESTS
        print(f"| {name} | {capacity} | {streamed / asked_for:.0f} | {loaded / asked_for:.0f} |", flush=True)

    print("\neight capacities, two threads against eight calls in a row\n")
    print("| policy | libCacheSim s | warmcast s | ratio |\n|---|--:|--:|--:|")
    for policy in PEERS:
        theirs = sum(peer(path, policy, capacity)[1] for capacity in EIGHT)
        mine = process([*replay(target, path, policy, EIGHT), "--threads", "2"])
        print(f"| {policy} | {theirs:.2f} | {mine:.3f} | {theirs / mine:.1f} |", flush=True)


if __name__ == "__main__":
    main()
