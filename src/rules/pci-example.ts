// SPDX-License-Identifier: BSD-2-Clause
import { ACCEPT, oneVm } from '../diagnostics/examples.js';

export const passes = oneVm({
  top: 'machine: box.yaml',
  web: `pci: { uplink: { bdf: "0000:03:00.0", ${ACCEPT} } }`,
});
