// SPDX-License-Identifier: BSD-2-Clause
import { placeholderKernel } from './placeholder.js';

const SYSTEM = `# yaml-language-server: $schema=./schema/system.schema.json
#
# A Makatea system description. Check it with
#   makatea lint system.yaml
# and turn it into a CAMkES application with
#   makatea compose system.yaml -o build/starter

makatea: 1
name: starter

# Physical serial ports that VMs share. ctrl-a, then a key, switches between them.
consoles:
  front: { uart: com1, escape: ctrl-a, output: prefix }

vms:
  web:
    memory: 128MiB
    boot:
      type: linux
      # A placeholder that prints a line and halts. Put a real 64-bit bzImage (vmlinuz) here.
      kernel: images/placeholder.bzimage
      cmdline: "console=ttyS0"
    serial: { com1: { console: front } }

  db:
    memory: 128MiB
    boot: { type: linux, kernel: images/placeholder.bzimage, cmdline: "console=ttyS0" }
    serial: { com1: { console: front } }
    # A disk in memory, empty at each start:
    # disks: { data: { backend: ramdisk, size: 16MiB } }

# VMs reach each other over links, and in no other way.
links:
  private: { type: net, ends: { web: {}, db: {} } }

# Hardware of your own needs an inventory of the machine:
# machine: machine.yaml
# and then, in a VM:  pci: { uplink: { bdf: "0000:03:00.0" } }
`;

/** The files of a fresh project, by path. \`schema\` is the text of the system schema, for editors. */
export function starterFiles(schema: string): Map<string, string | Uint8Array> {
  return new Map<string, string | Uint8Array>([
    ['system.yaml', SYSTEM],
    ['schema/system.schema.json', schema],
    ['images/placeholder.bzimage', placeholderKernel()],
  ]);
}
