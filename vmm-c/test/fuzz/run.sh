#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs fuzz targets, two at a time: first the corpus, then for some seconds more. Usage: run.sh BUILD SECONDS TARGETS...
# What is new and interesting stays in BUILD; a target that fails leaves its input there.
set -eu
build=$1
seconds=$2
shift 2
if [ $# -gt 1 ]; then
    printf '%s\n' "$@" | xargs -n 1 -P 2 sh "$0" "$build" "$seconds"
    exit
fi
target=$1
mkdir -p "$build/corpus-$target" "test/fuzz/$target"
log=$build/fuzz-$target.log
if ! "$build/fuzz-$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 \
    -artifact_prefix="$build/fuzz-$target-" "$build/corpus-$target" "test/fuzz/$target" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    exit 1
fi
echo "fuzz: $target: $(grep -o 'Done [0-9]* runs' "$log" | tail -n 1)"
