// SPDX-License-Identifier: BSD-2-Clause
import { badCmdline } from './bad-cmdline.js';
import { bootDoesNotFit } from './boot-does-not-fit.js';
import { budgetNeedsMcs } from './budget-needs-mcs.js';
import { budgetTooLarge } from './budget-size.js';
import { cidTwice } from './cid-twice.js';
import { coreOutOfRange } from './core-out-of-range.js';
import { forgedInterrupts } from './forged-interrupts.js';
import { idleVsock } from './idle-vsock.js';
import { imageMissing } from './image-missing.js';
import { inputEmulated } from './ioapic-input-emulated.js';
import { inputTwice } from './ioapic-input-twice.js';
import { inputUnknown } from './ioapic-input-unknown.js';
import { portsEmulated } from './ioports-emulated.js';
import { portsOverlap } from './ioports-twice.js';
import { machineMemory } from './machine-memory.js';
import { macTwice } from './mac-twice.js';
import { machineCores } from './machine-cores.js';
import { manyComponents } from './many-components.js';
import { memorySize } from './memory-size.js';
import { mmioPlace } from './mmio-place.js';
import { mmioOverlap } from './mmio-twice.js';
import { nameClash } from './name-clash.js';
import { neverStarted } from './never-started.js';
import { noIommu } from './no-iommu.js';
import { notAKernel } from './not-a-kernel.js';
import { notDriven } from './not-driven.js';
import { notYet } from './not-yet.js';
import { ownController } from './own-controller.js';
import { pciInterruptsMissing } from './pci-interrupts.js';
import { pciNeedsMachine } from './pci-needs-machine.js';
import { pciTwice } from './pci-twice.js';
import { pciUnknown } from './pci-unknown.js';
import { ramdiskSize } from './ramdisk-size.js';
import { ringSize } from './ring-size.js';
import { portTwice } from './serial-port-twice.js';
import { slotTwice } from './slot-twice.js';
import { uartTwice } from './uart-twice.js';
import { unpackable } from './unpackable.js';
import { unusedConsole } from './unused-console.js';
import { barPage } from './bar-page.js';
import { barShape } from './bar-shape.js';
import { functionTwice, gsiTwice } from './machine-twice.js';
import { mmioInMemory } from './mmio-in-memory.js';
import { vsockTwice } from './vsock-twice.js';
import { pageFaultsMixed } from './page-faults-mixed.js';
import { pciBridge } from './pci-bridge.js';
import { groupSplit } from './group-split.js';
import { groupRest } from './group-rest.js';
import { acsOff } from './acs-off.js';
import { lineShared } from './line-shared.js';
import { msixTablePage } from './msix-table-page.js';
import { noReset } from './no-reset.js';
import { rmrrOwner } from './rmrr-owner.js';
import { iommuDropped } from './iommu-dropped.js';
import { iommuUncovered } from './iommu-uncovered.js';
import { processorLacks } from './processor-lacks.js';
import { functionBypassed } from './function-bypassed.js';
import { mmioOfHost } from './mmio-of-host.js';
import { portsOfHost } from './ports-of-host.js';
import { portsOfMainboard } from './ports-of-mainboard.js';
import { vectorsExhausted } from './vectors-exhausted.js';
import { domainsExhausted } from './domains-exhausted.js';
import { lineUnknown } from './line-unknown.js';
import type { Rule } from './rule.js';

/** All rules, by code. */
export const rules: readonly Rule[] = [
  badCmdline,
  bootDoesNotFit,
  budgetNeedsMcs,
  budgetTooLarge,
  cidTwice,
  coreOutOfRange,
  forgedInterrupts,
  idleVsock,
  imageMissing,
  inputEmulated,
  inputTwice,
  inputUnknown,
  portsEmulated,
  portsOverlap,
  machineMemory,
  macTwice,
  machineCores,
  manyComponents,
  memorySize,
  mmioPlace,
  mmioOverlap,
  nameClash,
  neverStarted,
  noIommu,
  notAKernel,
  notDriven,
  notYet,
  ownController,
  pciInterruptsMissing,
  pciNeedsMachine,
  pciTwice,
  pciUnknown,
  ramdiskSize,
  ringSize,
  portTwice,
  slotTwice,
  uartTwice,
  unpackable,
  unusedConsole,
  barPage,
  barShape,
  functionTwice,
  gsiTwice,
  mmioInMemory,
  vsockTwice,
  pageFaultsMixed,
  pciBridge,
  groupSplit,
  groupRest,
  acsOff,
  lineShared,
  msixTablePage,
  noReset,
  rmrrOwner,
  iommuDropped,
  iommuUncovered,
  processorLacks,
  functionBypassed,
  mmioOfHost,
  portsOfHost,
  portsOfMainboard,
  vectorsExhausted,
  domainsExhausted,
  lineUnknown,
].sort((a, b) => (a.code < b.code ? -1 : 1));
