#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Line coverage of the core by the unit tests; fails below 85 %. Usage: coverage.sh BUILD
set -eu
root=$(pwd)
rm -rf "$1/coverage"
mkdir -p "$1/coverage"
cd "$1/coverage"
gcc -std=c11 -O0 -g --coverage -I"$root/include" -I"$root" -I"$root/test/unit" -o unit \
    "$root"/test/unit/*.c "$root"/platform/host/*.c "$root"/core/*.c
./unit >unit.log
for file in "$root"/core/*.c; do
    gcov -n "unit-$(basename "$file" .c).gcno" 2>/dev/null | grep -A 1 "^File '$root/core/$(basename "$file")'"
done | awk -F'[:% ]+' '/^Lines/ { covered += $3 * $5 / 100; lines += $5 }
    END { printf "coverage: %.1f %% of %d lines of core/\n", 100 * covered / lines, lines
          exit covered < 0.85 * lines }'
