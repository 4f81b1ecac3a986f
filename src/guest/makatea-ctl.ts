// SPDX-License-Identifier: BSD-2-Clause
/**
 * The program by which a guest that is a controller starts and stops other VMs (docs/console.md). It runs in any Linux with a shell
 * and the driver for VirtIO consoles.
 */
export const MAKATEA_CTL = `#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# makatea-ctl [status [VM] | start VM | stop VM | restart VM]
# Asks Makatea's lifecycle manager, on the port of the VirtIO console that has this name. Ends with 0 when the request was
# accepted, with 1 when it was refused, with 2 when there is nobody to ask.
name=makatea.lifecycle
device=
for port in /sys/class/virtio-ports/*; do
  [ "$(cat "$port/name" 2>/dev/null)" = "$name" ] && device=/dev/\${port##*/}
done
if [ -z "$device" ]; then
  echo "makatea-ctl: there is no port $name: this VM is nobody's controller, or the driver virtio_console is missing" >&2
  exit 2
fi
# One opening is one conversation: what is asked and what is answered go over the same descriptor.
exec 3<>"$device" || exit 2
[ $# -gt 0 ] || set -- status
printf '%s\\n' "$*" >&3
while read -r line <&3; do
  case $line in
  ok) exit 0 ;;
  error:*)
    echo "makatea-ctl: \${line#error: }" >&2
    exit 1
    ;;
  *) printf '%s\\n' "$line" ;;
  esac
done
echo 'makatea-ctl: the lifecycle manager does not answer' >&2
exit 2
`;
