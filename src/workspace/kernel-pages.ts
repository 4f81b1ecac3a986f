// SPDX-License-Identifier: BSD-2-Clause
import { oneVm } from '../diagnostics/examples.js';
import type { Page } from '../diagnostics/page.js';

/** The pieces of a kernel's source that are looked at, in the form in which nothing is to be found. */
const GOOD = {
  options: 'config_option(KernelX86_64VTX64BitGuests X86_64_VTX_64BIT_GUESTS "64-bit guests")',
  write: 'case VMX_CONTROL_ENTRY_CONTROLS: break;',
  read: 'case IA32_VMX_MISC_MSR: break;',
  failed: '"lea vmlaunch_failed(%%rip), %%rax"',
  operands: '[host_msr]"r"(&vcpu->host_msr_registers[n_vcpu_msr_register])',
  between: 'wait_ms(10);',
};

/** A tree as YAML, files by path. */
function kernelTree(parts: Partial<typeof GOOD>): string {
  const { options, write, read, failed, operands, between } = { ...GOOD, ...parts };
  return `kernel/src/arch/x86/config.cmake: |
  ${options}
kernel/src/arch/x86/object/vcpu.c: |
  exception_t decodeWriteVMCS(word_t f) { switch (f) { ${write} } }
  exception_t decodeVCPUReadMSR(word_t f) { switch (f) { ${read} } }
kernel/src/arch/x86/64/c_traps.c: |
  void restore_vmx(vcpu_t *vcpu) {
    asm volatile("vmresume" ${failed} "jmp *%%rax" : : ${operands});
  }
kernel/src/arch/x86/kernel/smp_sys.c: |
  void start_cpu(cpu_id_t cpu) {
    apic_send_init_ipi(cpu); ${between} apic_send_startup_ipi(cpu);
  }
`;
}

const twoCores = { 'system.yaml': oneVm({ top: 'sel4: { cores: 2 }' }) };

export const kernelEscape: Page = {
  kind: 'kernel',
  code: 'MK0706',
  severity: 'warning',
  title: "seL4's source has the restore_vmx escape from a VM",
  text: `When a VM entry fails, this kernel jumps to an address in a register that it has just filled with the guest's: who makes an
entry fail runs code in ring 0. seL4 13.0 to 15.0 have the fault with 64-bit guests, and so has the project tree of August 2025;
"x86_64/c_traps.c: patch Virtual Machine escape" of May 2026 mended it, and 16.0 has that. The source is read, not the version.
Check out another commit below \`kernel/\`. Such a system keeps no VM from another, so do not use it. It is a warning, because a
description can be right while the tree that somebody builds it with is old; with \`--strict\` it is an error. It can not be
accepted: the next tree is another one.`,
  fails: kernelTree({
    failed: '"mov %[failed], %%rax"',
    operands: `[failed]"r"(vmlaunch_failed), ${GOOD.operands}`,
  }),
  passes: kernelTree({}),
};

export const kernelCores: Page = {
  kind: 'kernel',
  code: 'MK0707',
  severity: 'error',
  title: "seL4's source lacks what VMs on several cores need",
  text: `Two faults of seL4 show on several cores only, and 16.0.0 has both. After a VM exit FS and GS of the host are not what they
were before the entry, because \`restore_vmx\` pushes them below the array that they are loaded from: the kernel then takes whatever GS
points at for its own data. And the startup message follows INIT at once, without the 10 ms in between (SDM 3, 9.4.4.1): where a processor
drops it, the boot waits for ever. Take a kernel in which both are mended, or \`cores: 1\`. The source is read, not the version; what can not be
recognised is refused too.`,
  fails: kernelTree({ operands: '[host_msr]"r"(vcpu->host_msr_registers)', between: '' }),
  passes: kernelTree({}),
  files: twoCores,
};

export const kernelTooOld: Page = {
  kind: 'kernel',
  code: 'MK0708',
  severity: 'error',
  title: 'seL4 is too old for the monitor',
  text: `The monitor runs 64-bit guests, which seL4 can since 13.0 (\`KernelX86_64VTX64BitGuests\`). It chooses the guest's mode by the
VM-entry controls and computes deadlines with the preemption timer's rate; seL4 lets it since March and May 2026. On a kernel without
them the system is built, and no guest starts. Check out 16.0 or newer below \`kernel/\`.`,
  fails: kernelTree({ write: 'case VMX_CONTROL_EXIT_CONTROLS: break;' }),
  passes: kernelTree({}),
};

export const kernelUntold: Page = {
  kind: 'kernel',
  code: 'MK0709',
  severity: 'warning',
  title: "seL4's source does not tell whether it has a known fault",
  text: `Faults of the kernel are recognised in its source. Here a file or a function is not where it was, or looks otherwise than any
version that is known, so nothing can be said. Look into the kernel's history for the fault that the message names. With \`--strict\`
it is an error.`,
  fails: kernelTree({ failed: '"mov fail_handler, %%rax"' }),
  passes: kernelTree({}),
};

export const kernelPages: readonly Page[] = [kernelEscape, kernelCores, kernelTooOld, kernelUntold];
