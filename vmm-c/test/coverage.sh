#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Line coverage of the core by the unit tests; fails below 85 %. Usage: coverage.sh BUILD
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)/coverage
rm -rf "$out"
sources=$(find core irq acpi pci devices link components -name '*.c' | sort)

objects=
for file in $sources test/unit/*.c platform/host/*.c; do
    object=$out/${file%.c}.o
    mkdir -p "$(dirname "$object")"
    case $file in
    test/* | platform/*) measure= ;;
    *) measure=--coverage ;;
    esac
    gcc -std=c11 -O0 -g $measure -Iinclude -I. -Itest/unit -c -o "$object" "$file"
    objects="$objects $object"
done
# shellcheck disable=SC2086
gcc --coverage -pthread -Wl,--wrap=mk_guest_read -o "$out/unit" $objects
"$out/unit" >"$out/unit.log"

for file in $sources; do
    echo "File $file"
    gcov -n -o "$out/${file%.c}.o" "$file" 2>/dev/null | grep -A 1 "^File '$file'" | grep ^Lines
done | awk -F'[:% ]+' '
    /^File/ { name = $2; files++ }
    /^Lines/ { covered += $3 * $5 / 100; lines += $5; measured++
               if ($3 < 85) printf "coverage: %5.1f %% of %s\n", $3, name }
    END { printf "coverage: %.1f %% of %d lines in %d files of core/ irq/ acpi/ pci/ devices/ link/ components/\n",
                 100 * covered / lines, lines, measured
          exit covered < 0.85 * lines || measured == 0 }'
