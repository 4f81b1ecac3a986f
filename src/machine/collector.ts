// SPDX-License-Identifier: BSD-2-Clause

/**
 * The script that `makatea machine collector` prints: it captures what `probe` reads, on a machine without Node. It runs
 * on any POSIX shell with cat, mkdir, rm, wc, id, grep, dd and dmesg, busybox's included, and only reads: no driver is
 * loaded, no device enabled, no register written. Serial numbers are left where they are.
 *
 * Files keep their paths. What the kernel shows as links and directories becomes plain files, so that an archive of the
 * capture can be unpacked anywhere. What could not be read is listed in the file `unreadable`.
 */
export const COLLECTOR = String.raw`#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Captures the hardware inventory of this Linux for "makatea machine probe".
# Usage: sh collect.sh [DIR]      (as root: ACPI tables and PCI capabilities are for root only)
# It only reads. Nothing on this machine is changed, and no serial number is taken.
set -u
out=$PWD/makatea-inventory
case "$#:$*" in
0:*) ;;
1:-*) echo "usage: sh $0 [DIR]" >&2; exit 2 ;;
1:/*) out=$1 ;;
1:?*) out=$PWD/$1 ;;
*) echo "usage: sh $0 [DIR]" >&2; exit 2 ;;
esac
if [ -e "$out" ]; then
  echo "$out exists already; name another directory" >&2
  exit 2
fi
umask 022
mkdir -p "$out" || exit 1
: >"$out/unreadable"
lost=0

lose() {
  echo "$1" >>"$out/unreadable"
  lost=$((lost + 1))
}

# copy FILE...: each to the same path below the capture; what does not exist is passed over
copy() {
  for file in "$@"; do
    [ -f "$file" ] || continue
    mkdir -p "$out$(dirname "$file")"
    cat "$file" >"$out$file" 2>/dev/null && continue
    rm -f "$out$file"
    lose "$file"
  done
}

# mark PATH: there is something of this name
mark() {
  mkdir -p "$out$(dirname "$1")"
  : >"$out$1"
}

copy /proc/cpuinfo /proc/ioports /proc/iomem
for item in sys_vendor product_name bios_vendor bios_version bios_date; do
  copy /sys/class/dmi/id/$item
done
for table in APIC DMAR MCFG; do copy /sys/firmware/acpi/tables/$table; done
for range in /sys/firmware/memmap/*; do copy "$range/start" "$range/end" "$range/type"; done

for dev in /sys/bus/pci/devices/*; do
  [ -d "$dev" ] || continue
  copy "$dev/config" "$dev/resource" "$dev/vendor" "$dev/device" "$dev/class" "$dev/irq" \
    "$dev/enable" "$dev/reset_method"
  # Without root rights the kernel shows the first 64 bytes only.
  if [ -f "$out$dev/config" ] && [ "$(wc -c <"$out$dev/config")" -lt 256 ]; then lose "$dev/config"; fi
  [ -e "$dev/physfn" ] && mark "$dev/physfn"
  irq=
  [ -f "$dev/irq" ] && read -r irq <"$dev/irq"
  [ "$irq" != "" ] && [ "$irq" != 0 ] || continue
  [ -e "$dev/msi_irqs/$irq" ] && mark "$dev/msi_irqs/$irq"
  copy "/sys/kernel/irq/$irq/chip_name" "/sys/kernel/irq/$irq/hwirq" "/sys/kernel/irq/$irq/type"
done

for member in /sys/kernel/iommu_groups/*/devices/*; do [ -e "$member" ] && mark "$member"; done
for unit in /sys/class/iommu/*/intel-iommu; do
  copy "$unit/address" "$unit/cap" "$unit/ecap" "$unit/version"
done
for tty in /sys/class/tty/ttyS*; do
  copy "$tty/type" "$tty/port" "$tty/irq" "$tty/io_type" "$tty/iomem_base"
done

# IA32_FEATURE_CONTROL and the VMX capabilities (Intel SDM volume 4, table 2-2), if the msr driver is loaded.
msr=/dev/cpu/0/msr
if [ -e $msr ]; then
  for number in 058:3a 1152:480 1153:481 1154:482 1157:485 1163:48b 1164:48c 1165:48d 1166:48e; do
    name=$out/dev/cpu/0/msr-$(echo $number | cut -d: -f2)
    mkdir -p "$out/dev/cpu/0"
    dd if=$msr of="$name" bs=8 count=1 iflag=skip_bytes skip="$(echo $number | cut -d: -f1)" 2>/dev/null ||
      rm -f "$name"
    if [ -f "$name" ] && [ "$(wc -c <"$name")" -ne 8 ]; then rm -f "$name"; fi
  done
fi

# The measured frequency of the time stamp counter, and how many inputs an I/O APIC has, stand nowhere else.
dmesg 2>/dev/null | grep -E 'tsc: |IOAPIC\[' >"$out/kernel-log" || rm -f "$out/kernel-log"

if [ "$lost" -gt 0 ]; then
  echo "$lost files could not be read; they are listed in $out/unreadable" >&2
  [ "$(id -u)" = 0 ] || echo "run it as root: sudo sh $0" >&2
fi
echo "captured in $out" >&2
echo "next: makatea machine probe $(basename "$out"), where Makatea is" >&2
`;
