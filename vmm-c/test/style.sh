#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Rules of CODING.md that a script can check. Usage: style.sh BUILD CORE-FILES...
set -eu
build=$1
shift
bad=0
complain() {
    echo "style: $*" >&2
    bad=1
}

files=$(find include bench core platform system test irq acpi pci devices link components \
    -name '*.[chS]' 2>/dev/null | sort)
for file in $files; do
    case $(head -n 1 "$file") in
    *"SPDX-License-Identifier: BSD-2-Clause"*) ;;
    *) complain "$file: first line is not the licence" ;;
    esac
    lines=$(wc -l <"$file")
    [ "$lines" -le 400 ] || complain "$file: $lines lines, at most 400"
done

# The core: no writable globals, no seL4, no C library.
for file in "$@"; do
    for compiler in gcc clang; do
        found=$(nm "$build/$compiler/$file.o" | grep -E ' [BbDdCcSsGg] ' || true)
        [ -z "$found" ] || complain "$file ($compiler): writable globals: $found"
    done
    if grep -nE '#include <(sel4|stdio|stdlib|string)' "$file"; then
        complain "$file: the core sees platform.h only"
    fi
done

# Faults of others: each test in the table exists, and each test of such a fault is in the table.
table=$(sed -n '/^## What went wrong elsewhere/,/^## Found/p' ../docs/security.md | grep '^|')
for name in $(echo "$table" | sed 's/.*| \(.*\) |$/\1/' | grep -o '`[a-z0-9_]*`' | tr -d '`'); do
    grep -qF "UNIT_TEST($name)" test/unit/*.c || complain "docs/security.md: there is no test $name"
done
for name in $(sed -n 's/.*UNIT_TEST(\(cve_[a-z0-9_]*\)).*/\1/p' test/unit/*.c); do
    echo "$table" | grep -qF "\`$name\`" || complain "docs/security.md: $name is not in the table"
done

# Statements of a specification: each test that shows one exists.
for name in $(grep -o '`[a-z0-9_]*`' ../docs/virtio-conformance.md | tr -d '`' | grep -E '_.*_.*_'); do
    grep -qF "UNIT_TEST($name)" test/unit/*.c || complain "docs/virtio-conformance.md: there is no test $name"
done

# The bench: at most 2,000 lines that are neither blank nor comment only.
code=$(cat bench/*.[chS] bench/*.lds bench/include/sel4/*.h bench/include/sel4/arch/*.h |
    grep -cvE '^[[:space:]]*(/?\*|//|$)')
echo "style: the bench has $code lines of code"
[ "$code" -le 2000 ] || complain "the bench has $code lines of code, at most 2000"

if command -v clang-format >/dev/null; then
    # shellcheck disable=SC2086
    clang-format --dry-run -Werror $(echo "$files" | grep -v '\.S$' | grep -v include/makatea/config) || bad=1
else
    echo "style: no clang-format here: layout not checked"
fi
exit $bad
