#!/bin/sh
# Shares a sweep among processes with GNU parallel, and joins them.
#
#   deploy/parallel.sh SHARDS DIR FILE SCENARIO [OPTIONS OF warmcast sweep]
#
# JOBS: how many at once [default: one per core]
set -eu
if [ $# -lt 4 ]; then
    sed -n '4p' "$0" >&2
    exit 2
fi
shards=$1 directory=$2 file=$3
shift 3
seq "$shards" | parallel -q --jobs "${JOBS:-100%}" --retries 3 \
    warmcast sweep "$@" --quiet --threads 1 --shard "{}/$shards" -o "$directory"
warmcast merge "$directory" -o "$file"
