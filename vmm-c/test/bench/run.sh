#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs the bench's images in Bochs and judges them by their serial output. Usage: run.sh BUILD
set -eu
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
failed=0

# boot NAME IMAGE MODEL [SECONDS]: serial output to $build/NAME.serial. Bochs always ends with status 1.
boot() {
    cat >"$build/$1.bochsrc" <<RC
display_library: rfb, options="timeout=0"
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
cpu: model=$3, count=1, ips=50000000, reset_on_triple_fault=0
megs: 512
clock: sync=none, time0=946681200
speaker: enabled=0
sound: waveoutdrv=dummy
ata0-master: type=cdrom, path=$build/$2.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$build/$1.serial
log: $build/$1.bochs.log
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
RC
    echo continue >"$build/bochs.rc"
    rm -f "$build/$1.serial"
    timeout "${4:-60}" bochs-bin -q -f "$build/$1.bochsrc" -rc "$build/bochs.rc" \
        </dev/null >"$build/$1.bochs.out" 2>&1 || true
    [ -f "$build/$1.serial" ] || : >"$build/$1.serial"
}

# expect NAME TEXT: a line of the serial output contains the text.
expect() {
    if grep -aqF -- "$2" "$build/$1.serial"; then
        echo "ok   $1: $2"
    else
        echo "FAIL $1: no line with: $2"
        failed=1
    fi
}

# refuse NAME TEXT: no line contains the text.
refuse() {
    if grep -aqF -- "$2" "$build/$1.serial"; then
        echo "FAIL $1: there is a line with: $2"
        failed=1
    else
        echo "ok   $1: nothing of: $2"
    fi
}

# The contract: what the bench does is what seL4 did, but for the listed lines.
boot contract contract corei7_skylake_x
grep -a '^|' "$build/contract.serial" >"$build/contract.log" || true
grep -vE '^(#|$)' "$here/../contract/differences.txt" >"$build/differences" || true
grep -vFx -f "$build/differences" "$here/../contract/sel4-16.0.0.log" >"$build/contract.want"
grep -vFx -f "$build/differences" "$build/contract.log" >"$build/contract.have" || true
if diff "$build/contract.want" "$build/contract.have"; then
    echo "ok   contract: $(wc -l <"$build/contract.have") lines as on seL4 16.0.0," \
        "$(grep -c . "$build/differences" || true) listed differences"
else
    echo "FAIL contract: the bench differs from seL4"
    failed=1
fi

# A guest: prints, sleeps, is woken in time, ends with a report.
boot hlt hlt corei7_skylake_x
expect hlt "guest: in 64-bit mode"
expect hlt "guest: KVM signature"
expect hlt "guest: hypervisor bit"
expect hlt "guest: unknown leaf is zero"
expect hlt "guest: unknown MSR gives #GP"
expect hlt "guest: sleeps.........."
expect hlt "guest: woken after the deadline"
expect hlt "makatea: hlt stopped: triple fault"
expect hlt "notifications:10"
expect hlt "makatea: notice: the kernel has no way to use APICv"

# Two monitors share the processor: each guest keeps its registers, both come to their end.
boot pair pair corei7_skylake_x
expect pair "makatea: passing refused: a device is passed through, and this machine lacks VT-d"
expect pair "guest: sleeps.........."
expect pair "guest: woken after the deadline"
expect pair "makatea: hlt stopped: triple fault"
expect pair "second: ended with rbx 000000000000600d"
expect pair "second: CPUID exits 0000000000000190"
# The second one has given up its rights before (seL4's error 2: invalid capability).
for what in retype copy map; do
    expect pair "second: sealed: $what 0000000000000002"
done

# Two guests that take page faults: neither finds the other's address in CR2, which is not switched, and both
# had their turns.
boot faults faults corei7_skylake_x
for number in "taken 0000000000061a80" "with another address in CR2 0000000000000000"; do
    if [ "$(grep -acF "faults: $number" "$build/faults.serial")" = 2 ]; then
        echo "ok   faults: $number, twice"
    else
        echo "FAIL faults: not twice: $number"
        failed=1
    fi
done
if [ "$(grep -ac 'faults: turns 0*[1-9a-f][0-9a-f]$' "$build/faults.serial")" = 2 ]; then
    echo "ok   faults: both had more than 15 turns"
else
    echo "FAIL faults: too few turns"
    failed=1
fi

# A hostile guest beside a healthy one: each attack ends as it must, the healthy guest has its share of the
# processor all the time, keeps its registers and comes to its end.
boot hostile hostile corei7_skylake_x 300
for name in $(sed -n 's/^ATTACK(\([a-z0-9_]*\),.*/\1/p' "$here/../hostile/attacks.h"); do
    expect hostile "hostile: good: $name; ticks"
done
refuse hostile "UNFAIR"
expect hostile "healthy: sound; mistakes=0x0"

# Processors that must be refused, and why.
for row in "core2_penryn_t9600:EPT" "core2_penryn_t9600:unrestricted guest" \
    "corei7_ivy_bridge_3770k:APICv: APIC-register virtualisation" \
    "corei7_ivy_bridge_3770k:APICv: virtual-interrupt delivery" "ryzen:VT-x"; do
    model=${row%%:*}
    [ -f "$build/$model.serial.new" ] || boot "$model" hlt "$model"
    : >"$build/$model.serial.new"
    expect "$model" "makatea: hlt refused: this processor lacks ${row#*:}"
    refuse "$model" "guest:"
done
rm -f "$build"/*.serial.new
exit $failed
