// SPDX-License-Identifier: BSD-2-Clause
// What is read from a kernel's source. The pieces are written for the tests in the forms in which seL4 had them.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { oneVm } from '../../src/diagnostics/examples.js';
import { functionBody, withoutComments } from '../../src/workspace/c-source.js';
import { readKernel, type KernelFacts } from '../../src/workspace/kernel.js';
import { unverified, VERIFIED } from '../../src/workspace/revisions.js';
import { kernelFindings, sourceTree } from '../support/workspace.js';
import { kernelOf } from './fakes.js';

const ENTRY = 'kernel/src/arch/x86/64/c_traps.c';
const PROCESSORS = 'kernel/src/arch/x86/kernel/smp_sys.c';

function read(files: Record<string, string>): KernelFacts {
  return readKernel(sourceTree({ ...kernelOf('MK0706', 'passes'), ...files }));
}

/** A restore_vmx with these operands and instructions. */
function entry(operands: string, instructions = '"leaq vmlaunch_failed(%%rip), %%rax\\n"'): string {
  return `static void NORETURN restore_vmx(tcb_t *t, vcpu_t *vcpu)
{
    if (t) { restoreVMCS(); }
    asm volatile(
        "vmresume\\n" // if it fails
        ${instructions}
        "jmp *%%rax\\n"
        :
        : ${operands}
        : "memory");
}
`;
}

const HOST = '[host_msr]"r"(&vcpu->host_msr_registers[n_vcpu_msr_register])';

describe('the escape', () => {
  test.each([
    ['yes', 'in a register', `[failed]"r"(vmlaunch_failed), ${HOST}`],
    ['yes', 'in a register, by its address', `[failed] "r" (&vmlaunch_failed), ${HOST}`],
    ['yes', 'in a register or in memory', `[failed]"rm"(vmlaunch_failed), ${HOST}`],
    [
      'yes',
      'in a register with 64-bit guests only',
      `${HOST},\n#ifdef CONFIG_X86_64_VTX_64BIT_GUESTS\n[failed]"r"(vmlaunch_failed)\n#else\n[failed]"i"(&vmlaunch_failed)\n#endif\n`,
    ],
    ['no', 'in the instruction', `[failed]"i"(&vmlaunch_failed), ${HOST}`],
    ['no', 'relative to RIP', HOST],
    ['no', 'in a register, in a comment', `${HOST} /* "r"(vmlaunch_failed) */`],
  ])('is there: %s, when the address is %s', (escape, _, operands) => {
    const instructions = operands.includes('[failed]') ? '"movq %[failed], %%rax\\n"' : undefined;
    expect(read({ [ENTRY]: entry(operands, instructions) }).escape).toBe(escape);
  });

  test('can not be told when the source has another form', () => {
    expect(read({ [ENTRY]: entry(HOST, '"hlt"') }).escape).toBe('unknown');
    expect(read({ [ENTRY]: 'void other(void) {}' }).escape).toBe('unknown');
    expect(read({ [ENTRY]: '' }).escape).toBe('unknown');
  });
});

describe('the segments of the host', () => {
  test.each([
    ['yes', '&vcpu->host_msr_registers[n_vcpu_msr_register]'],
    ['yes', 'vcpu->host_msr_registers + n_vcpu_msr_register'],
    ['no', 'vcpu->host_msr_registers'],
    ['no', '&vcpu->host_msr_registers[VCPU_GS]'],
    ['unknown', 'host_stack(vcpu)'],
  ])('are kept: %s, when they are pushed to %s', (kept, place) => {
    expect(read({ [ENTRY]: entry(`[host_msr]"r"(${place})`) }).hostSegments).toBe(kept);
  });

  test.each([
    ['yes', '"leaq 24(%[host_msr]), %%rsp\\n"'],
    ['yes', '"movq %[host_msr], %%rsp\\n" // host_gs\n"addq $0x18, %%rsp\\n"'],
    ['no', '"leaq 8(%[host_msr]), %%rsp\\n"'],
    ['no', '"movq %[host_msr], %%rsp\\n" "pushq %%r13\\n" "addq $0x18, %%rsp\\n"'],
  ])('are kept: %s, when the place is reached by %s', (kept, instructions) => {
    const text = entry(
      '[host_msr]"r"(vcpu->host_msr_registers)',
      `${instructions} "leaq vmlaunch_failed(%%rip), %%rax\\n"`,
    );
    expect(read({ [ENTRY]: text }).hostSegments).toBe(kept);
  });
});

describe('the time after INIT', () => {
  const start = (between: string): string =>
    `static void start_cpu(cpu_id_t id) { apic_send_init_ipi(id);${between} apic_send_startup_ipi(id, 1); }`;
  const init = (more: string): string =>
    `void apic_send_init_ipi(cpu_id_t id) { write(id);${more} }`;
  const apics = (more: string): Record<string, string> => ({
    'kernel/src/arch/x86/kernel/xapic.c': init(more),
    'kernel/src/arch/x86/kernel/x2apic.c': init(more),
  });

  test.each([
    ['no', '', ''],
    ['no', ' /* 10 ms */', ''],
    ['yes', ' wait_ms(10);', ''],
    ['yes', ' pit_init(); pit_wait_wraparound();', ''],
    ['unknown', ' x86_mfence();', ''],
    ['yes', ' for (int i = 0; i < 100000; i++) asm("pause");', ''],
    ['yes', '', ' while (pending()) {}'],
  ])('is there: %s, with "%s" between and "%s" at the end of INIT', (there, between, more) => {
    const files = { [PROCESSORS]: start(between), ...apics(more) };
    expect(read(files).startupDelay).toBe(there);
  });

  test('can not be told when the source has another form', () => {
    expect(read({ [PROCESSORS]: 'void start_cpu(void) { go(); }' }).startupDelay).toBe('unknown');
    expect(read({ [PROCESSORS]: start('') }).startupDelay).toBe('unknown');
  });
});

describe('is judged', () => {
  const yaml = (files: Record<string, string>): string => JSON.stringify(files);
  const good = kernelOf('MK0706', 'passes');
  const cores = oneVm({ top: 'sel4: { cores: 4 }' });

  test('for several cores only when both are right; what can not be told is refused', () => {
    expect(kernelFindings(yaml(good), cores)).toEqual([]);
    const [found] = kernelFindings(
      yaml({ ...good, [ENTRY]: entry('[host_msr]"r"(end(vcpu))') }),
      cores,
    );
    expect(found).toMatchObject({ code: 'MK0707', severity: 'error' });
    expect(found?.message).toMatch(/4 cores: its source does not tell whether FS and GS outlast/);
    expect(cores.slice(found?.span.start, found?.span.end)).toBe('4');
  });

  test('with every fault at once', () => {
    const old = {
      [ENTRY]: entry(`[failed]"r"(vmlaunch_failed), ${HOST}`, '"movq %[failed], %%rax\\n"'),
      'kernel/src/arch/x86/config.cmake': 'config_option(KernelVTX VTX "VTX support")',
      'kernel/src/arch/x86/object/vcpu.c': 'int decodeWriteVMCS(int f) { return 0; }',
    };
    const found = kernelFindings(yaml(old), oneVm());
    expect(found.map(({ code }) => code)).toEqual(['MK0708', 'MK0706', 'MK0709']);
    const strict = kernelFindings(yaml(old), oneVm(), true);
    expect(strict.map(({ severity }) => severity)).toEqual(['error', 'error', 'error']);
  });
});

describe('C source', () => {
  test('loses its comments, but not what looks like one in a string', () => {
    expect(withoutComments('a // b\n"//c" /* d\n */ \'"\' e')).toBe('a  \n"//c"   \'"\' e');
  });

  test('has functions by name, with nested braces', () => {
    const text = 'void f(int a); void g(void) { h(); } void f(int a) { if (a) { b(); } c(); } d';
    expect(functionBody(text, 'f')).toBe('{ if (a) { b(); } c(); }');
    expect(functionBody(text, 'h')).toBeUndefined();
    expect(functionBody('void f(void) { {', 'f')).toBeUndefined();
  });
});

describe('the commits that were verified', () => {
  test('are those of docs/verification.md', () => {
    const page = readFileSync(
      path.resolve(import.meta.dirname, '../../docs/verification.md'),
      'utf8',
    );
    for (const commit of Object.values(VERIFIED)) expect(page).toContain(commit);
  });

  test('are compared with those of a tree', () => {
    const parts = Object.keys(VERIFIED).map((repository) => ({ repository, folder: repository }));
    expect(unverified(parts, (folder) => `${VERIFIED[folder] ?? ''}ffff`)).toEqual([]);
    const others = unverified(parts, (folder) =>
      folder === 'capdl' ? '00112233445566' : folder === 'camkes' ? undefined : VERIFIED[folder],
    );
    expect(others).toEqual([
      'capdl is 001122334, 01b3bd48d was verified',
      'camkes is of an unknown commit, e2e5e8d16 was verified',
    ]);
  });
});
