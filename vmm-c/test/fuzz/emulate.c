/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Fuzz target: emulation with the page walk. The input is the state of a processor, patches of its
 * memory (page tables, segments' contents, TSS), and code. Every byte that is read changes, so what
 * is judged twice is seen twice. What must hold whatever the guest does is checked here.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "platform/host/host_cpu.h"

/** Ends the run when something does not hold. */
#define MUST(condition) ((condition) ? (void)0 : __builtin_trap())

/** What is left of the input. */
struct input {
    const uint8_t *at; /**< Next byte. */
    size_t left;       /**< How many. */
};

/** Takes a number; zeros when the input has ended. */
static uint64_t take(struct input *in, size_t bytes)
{
    uint64_t value = 0;
    size_t count = bytes < in->left ? bytes : in->left;
    memcpy(&value, in->at, count);
    in->at += count;
    in->left -= count;
    return value;
}

/** Takes an address: mostly one that leads somewhere. */
static uint64_t take_address(struct input *in)
{
    static const uint64_t bases[8] = {0,
                                      HOST_CPU_DATA,
                                      HOST_CPU_DEVICE,
                                      HOST_CPU_DEVICE - 4,
                                      HOST_CPU_RAM - 8,
                                      HOST_CPU_TABLES,
                                      UINT64_C(0x7ffffffffff0),
                                      0xfffffff0};
    uint8_t kind = (uint8_t)take(in, 1);
    return (kind & 8) != 0 ? take(in, 8) : bases[kind & 7] + (take(in, 2) & 0xfff);
}

/** Sets the processor up. */
static void set_state(struct host_cpu *h, struct input *in)
{
    uint8_t mode = (uint8_t)take(in, 1);
    struct mk_cpu *cpu = &h->cpu;
    (mode & 3) == 0 ? host_cpu_real(h) : (mode & 3) == 1 ? host_cpu_flat(h) : host_cpu_reset(h);
    cpu->cpl = (mode & 4) != 0 ? 3 : 0;
    cpu->rflags ^= take(in, 3) & 0x77fd5;
    cpu->cr0 ^= (mode & 8) != 0 ? take(in, 4) : 0;
    cpu->cr4 ^= (mode & 16) != 0 ? take(in, 3) : 0;
    cpu->efer ^= (mode & 32) != 0 ? take(in, 2) : 0;
    cpu->physical_bits = (mode & 64) != 0 ? (uint8_t)take(in, 1) : 39;
    for (uint32_t i = 0; i < 9; i++) {
        cpu->gpr[i] = take_address(in);
    }
    for (uint32_t i = 0; i <= MK_SEGMENTS && (mode & 128) != 0; i++) {
        struct mk_segment *s = i < MK_SEGMENTS ? &cpu->segment[i] : &cpu->tr;
        uint8_t change = (uint8_t)take(in, 1);
        s->base = (change & 1) != 0 ? take_address(in) : s->base;
        s->limit = (change & 2) != 0 ? (uint32_t)take(in, 4) : s->limit;
        s->rights = (change & 4) != 0 ? (uint32_t)take(in, 3) : s->rights;
    }
    for (uint32_t patches = (uint32_t)take(in, 1) & 7; patches > 0; patches--) {
        uint64_t at = (take(in, 1) & 1) != 0 ? HOST_CPU_TABLES + (take(in, 2) & 0x3fff)
                                             : take(in, 3) % HOST_CPU_RAM;
        uint64_t value = take(in, 8);
        host_cpu_poke(h, at & ~UINT64_C(7), value, 8);
    }
    cpu->rip = HOST_CPU_CODE + (take(in, 1) & 1) * 0xff8;
}

/** Checks what reached devices and ports. */
static void check_accesses(const struct host_cpu *h)
{
    for (uint32_t i = 0; i < h->accesses && i < HOST_CPU_LOG; i++) {
        const struct host_cpu_access *a = &h->log[i];
        MUST(a->bytes == 1 || a->bytes == 2 || a->bytes == 4 || (a->bytes == 8 && !a->is_port));
        MUST(!a->is_write || a->bytes == 8 || a->value >> (8 * a->bytes) == 0);
        MUST(!a->is_port || a->address <= 0xffff);
        MUST((a->address & 0xfff) + a->bytes <= 0x1000 || a->is_port);
    }
    /* 64 rounds; in each two operands of at most 8 bytes, of which each may be asked for. */
    MUST(h->accesses <= MK_EMULATE_ROUNDS * 16);
}

/** Checks an exception. */
static void check_fault(const struct host_cpu *h, const struct mk_cpu *before)
{
    const struct mk_fault *f = &h->fault;
    bool is_string = h->seen.length != 0 && h->seen.form == MK_FORM_STRING;
    MUST(f->vector == MK_EXCEPTION_UD || f->vector == MK_EXCEPTION_SS ||
         f->vector == MK_EXCEPTION_GP || f->vector == MK_EXCEPTION_PF ||
         f->vector == MK_EXCEPTION_AC);
    MUST(f->has_code == (f->vector != MK_EXCEPTION_UD && (before->cr0 & MK_CPU_CR0_PE) != 0) ||
         f->vector == MK_EXCEPTION_PF);
    MUST(f->code == 0 || f->vector == MK_EXCEPTION_PF);
    MUST(!f->is_single_step);
    /* What faults has done nothing, but for finished rounds of a REP. */
    if (!is_string || h->seen.repeat == MK_REPEAT_NONE) {
        MUST(memcmp(before, &h->cpu, sizeof(*before)) == 0);
        MUST(h->ram_writes == 0 || (before->cr0 & MK_CPU_CR0_PG) != 0);
        MUST(h->accesses == 0 || is_string); /* a TSS may lie in a device */
    }
}

/** Entry point of the fuzzer. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct host_cpu h;
    struct input in = {data, size};
    set_state(&h, &in);
    h.device_value = take(&in, 8);
    for (uint32_t i = 0; i < MK_INSTRUCTION_BYTES; i++) {
        h.ram[(h.cpu.rip + i) % HOST_CPU_RAM] = (uint8_t)take(&in, 1);
    }
    struct mk_cpu before = h.cpu;
    enum mk_emulate_result result = mk_emulate(&h.cpu, &h.ops, &h.fault, &h.seen);
    MUST(h.seen.fetched <= MK_INSTRUCTION_BYTES && h.seen.length <= h.seen.fetched);
    check_accesses(&h);
    /* Nothing but general registers, RIP and flags ever changes. */
    MUST(h.cpu.cr0 == before.cr0 && h.cpu.cr3 == before.cr3 && h.cpu.cr4 == before.cr4 &&
         h.cpu.efer == before.efer && h.cpu.cpl == before.cpl);
    MUST(memcmp(h.cpu.segment, before.segment, sizeof(before.segment)) == 0);
    MUST(((h.cpu.rflags ^ before.rflags) & ~(uint64_t)(MK_CPU_STATUS_FLAGS | MK_CPU_FLAG_RF)) == 0);
    if (result == MK_EMULATED) {
        MUST(h.cpu.rip - before.rip == h.seen.length && h.seen.length > 0);
        MUST((h.cpu.rflags & MK_CPU_FLAG_RF) == 0);
    } else {
        MUST(h.cpu.rip == before.rip);
    }
    if (result == MK_EMULATE_AGAIN) {
        MUST(h.seen.form == MK_FORM_STRING && h.seen.repeat != MK_REPEAT_NONE);
        MUST(h.cpu.gpr[MK_GPR_RCX] != before.gpr[MK_GPR_RCX]);
    }
    if (result == MK_EMULATE_UNKNOWN && h.seen.repeat == MK_REPEAT_NONE) {
        MUST(memcmp(&before, &h.cpu, sizeof(before)) == 0);
    }
    if (result == MK_EMULATE_FAULT) {
        check_fault(&h, &before);
    }
    return 0;
}
