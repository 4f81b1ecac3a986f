#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Line coverage of the core by the unit tests; fails below 85 %. Usage: coverage.sh BUILD
set -eu
root=$(pwd)
rm -rf "$1/coverage"
mkdir -p "$1/coverage"
cd "$1/coverage"
sources=$(find "$root"/core "$root"/irq "$root"/acpi "$root"/pci "$root"/devices -name '*.c' 2>/dev/null | sort)
# shellcheck disable=SC2086
gcc -std=c11 -O0 -g --coverage -I"$root/include" -I"$root" -I"$root/test/unit" -o unit \
    "$root"/test/unit/*.c "$root"/platform/host/*.c $sources
./unit >unit.log
for file in $sources; do
    gcov -n "unit-$(basename "$file" .c).gcno" 2>/dev/null | grep -A 1 "^File '$file'"
done | awk -F'[:% ]+' -v root="$root/" '
    /^File/ { name = $0; sub(".*" root, "", name); sub("\047.*", "", name) }
    /^Lines/ { covered += $3 * $5 / 100; lines += $5
               if ($3 < 85) printf "coverage: %5.1f %% of %s\n", $3, name }
    END { printf "coverage: %.1f %% of %d lines of core/ irq/ acpi/ pci/ devices/\n", 100 * covered / lines, lines
          exit covered < 0.85 * lines }'
