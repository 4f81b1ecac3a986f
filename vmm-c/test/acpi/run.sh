#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Checks the ACPI tables of configurations with ACPICA's tools: the disassembler understands each table, the compiler finds
# nothing in the DSDT and makes the same bytes of it, and the interpreter gets what the plan says out of it.
# Usage: run.sh BUILD CONFIGURATION-DIRECTORIES...
set -eu
build=$1/acpi
shift
bad=0
complain() {
    echo "acpi: $*" >&2
    bad=1
}

# interpret FILL COMMANDS: runs the interpreter's commands, one a line; I/O ports read as FILL. Its answers go to `answers`, one a
# line, each with the command's name and all that was said.
interpret() {
    timeout 60 acpiexec -fv "$1" -b "$(printf '%s' "$2" | tr '\n' ';')" FACP.dat DSDT.dat >log 2>&1 || complain "$name: acpiexec failed"
    tr -s ' \n' ' ' <log | sed 's/Evaluating \\_/\n&/g; s/Device: \\_/\n&/g' >answers
    ! grep -E 'Excess|Warning|Error|Exception' log || complain "$name: acpiexec complains"
}

# answers NAME TEXT: the interpreter said TEXT of NAME.
answers() {
    grep -F -e "Evaluating $1 " -e "Device: $1 " answers | grep -qF -- "$2" || complain "$name: $1: no \"$2\""
}

root=$(pwd)
for config in "$@"; do
    name=$(echo "${config%/}" | sed 's,.*/golden/,,; s,/include/,-,; s,.*/,,')
    rm -rf "$build/$name"
    mkdir -p "$build/$name"
    # shellcheck disable=SC2046
    gcc -std=c11 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -I. -I"$config" \
        -o "$build/$name/dump" test/acpi/dump.c $(ls acpi/*.c)
    "$build/$name/dump" "$build/$name"
    cd "$build/$name"
    for table in XSDT DSDT FACP APIC MCFG; do
        iasl -d "$table.dat" >log 2>&1 || complain "$name: $table: $(tail -n 3 log)"
        ! grep -iE 'error|warning|invalid|incorrect' log "$table.dsl" || complain "$name: $table is not understood"
    done
    iasl -p recompiled DSDT.dsl >log 2>&1 || complain "$name: $(tail -n 20 log)"
    grep -q '0 Errors, 0 Warnings, 0 Remarks' log || complain "$name: $(cat log)"
    # The header has the compiler's name; all that follows must be the same.
    tail -c +37 DSDT.dat >ours
    tail -c +37 recompiled.aml >theirs
    cmp ours theirs || complain "$name: recompiled, the DSDT has other bytes"

    # Support and control fields as Linux has them: what is asked for beyond the capability structure is denied (status 0x10).
    osc='evaluate \_SB.PCI0._OSC'
    uuid='(5B 4D DB 33 F7 1F 1C 40 96 57 74 41 C0 3D D7 66)'
    interpret 1 "evaluate \\_S5
evaluate \\_SB.PCI0._BBN
$osc $uuid 1 3 (00 00 00 00 1F 00 00 00 1F 01 00 00)
$osc $uuid 1 3 (00 00 00 00 1F 00 00 00 10 00 00 00)
$osc $uuid 2 3 (00 00 00 00 1F 00 00 00 10 00 00 00)
$osc (00 4D) 1 3 (00 00 00 00 1F 00 00 00 10 00 00 00)
resources \\_SB.GED
resources \\_SB.RTC0
resources \\_SB.MB00
resources \\_SB.PCI0
evaluate \\_SB.GED._EVT 9"
    answers '\_S5' 'Contains 4 Elements: [Integer] = 0000000000000005'
    answers '\_SB.PCI0._BBN' '[Integer] = 0000000000000000'
    answers '\_SB.PCI0._OSC' '0000: 10 00 00 00 1F 00 00 00 10 00 00 00'
    answers '\_SB.PCI0._OSC' '0000: 00 00 00 00 1F 00 00 00 10 00 00 00'
    answers '\_SB.PCI0._OSC' '0000: 08 00 00 00 1F 00 00 00 10 00 00 00'
    answers '\_SB.PCI0._OSC' '0000: 04 00 00 00 1F 00 00 00 10 00 00 00'
    answers '\_SB.GED' 'Triggering : Edge Polarity : ActiveHigh'
    answers '\_SB.RTC0' 'Address Minimum : 0070'
    answers '\_SB.MB00' 'Address Minimum : 0600'
    answers '\_SB.PCI0' 'Address Minimum : 0CF8'
    answers '\_SB.GED._EVT' 'Device Notify on [PWRB]'
    interpret 2 'evaluate \_SB.GED._EVT 9'
    ! grep -q Notify answers || complain "$name: a button that nobody pressed"
    if [ "$name" = large ]; then
        interpret 0 'resources \_SB.UR03
resources \_SB.G02F
resources \_SB.PCI0
evaluate \_SB.PCI0._PRT
evaluate \_SB.PCI0.P1E7._ADR
evaluate \_SB.PCI0.P1E0._PRT
evaluate \_SB.C103._UID'
        answers '\_SB.UR03' 'Address Minimum : 02E8'
        answers '\_SB.G02F' 'Triggering : Level Polarity : ActiveLow'
        answers '\_SB.PCI0' 'Address Minimum : 0000000180000000'
        answers '\_SB.PCI0._PRT' '= 000000000008FFFF [Integer] = 0000000000000000 [Integer] = 0000000000000000 [Integer] = 0000000000000017'
        answers '\_SB.PCI0.P1E7._ADR' '[Integer] = 00000000001E0007'
        answers '\_SB.PCI0.P1E0._PRT' '[Integer] = 0000000000000003 [Integer] = 0000000000000000 [Integer] = 0000000000000013'
        answers '\_SB.C103._UID' '[Integer] = 0000000000000103'
    fi
    # Functions of the machine stay where they are: function 5 is 0; other functions and other UUIDs have no answer.
    if grep -q MK_PCI_PASSTHROUGH "$root/$config"/*.h; then
        dsm='evaluate \_SB.PCI0._DSM'
        uuid='(D0 37 C9 E5 53 35 7A 4D 91 17 EA 4D 19 C3 43 4D)'
        interpret 0 "$dsm $uuid 1 0 [0]"
        answers '\_SB.PCI0._DSM' '[Buffer] Length 01 = 0000: 21'
        interpret 0 "$dsm $uuid 1 5 [0]"
        answers '\_SB.PCI0._DSM' '[Integer] = 0000000000000000'
        interpret 0 "$dsm $uuid 1 6 [0]"
        answers '\_SB.PCI0._DSM' '[Buffer] Length 01 = 0000: 00'
        interpret 0 "$dsm (D1 37) 1 5 [0]"
        answers '\_SB.PCI0._DSM' '[Buffer] Length 01 = 0000: 00'
    else
        ! grep -q _DSM DSDT.dsl || complain "$name: _DSM without a function of the machine"
    fi
    cd "$root"
done
exit $bad
