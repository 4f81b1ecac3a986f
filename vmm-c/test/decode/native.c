/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Compares emulation with the processor that this runs on: random instructions with random
 * registers and memory are emulated, and run natively in user mode; then general registers, status
 * flags and memory must be the same. 64-bit mode; everything but ports.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "makatea/emulate.h"
#include "native.h"
#include "random.h"

/** Instructions that are tried. */
#define TRIES 1000000
/** Where operands are: linear, and guest-physical too. */
#define DATA UINT64_C(0x20000000)
/** Bytes of it: two pages, so operands cross a page. */
#define DATA_BYTES 8192
/** Base of GS: far from everything, and not a multiple of anything. */
#define GS_BASE UINT64_C(0x01234567)
/** Flags that are compared when nothing is undefined. */
#define FLAGS MK_CPU_STATUS_FLAGS

/** What the emulation sees: the code, and its copy of the data. */
struct machine {
    uint8_t code[16];         /**< Bytes at #NATIVE_CODE + offset of the instruction. */
    uint64_t rip;             /**< Where that is. */
    uint8_t data[DATA_BYTES]; /**< Operands. */
    uint32_t outside;         /**< Accesses elsewhere. */
};

/** The state of now, for the signal handler. */
static struct machine *machine_now;

/** Reads code, data, or page tables that map everything to itself in pages of 1 GiB. */
static bool ram_read(void *context, uint64_t gpa, void *to, uint32_t bytes)
{
    struct machine *m = context;
    if (gpa - m->rip < sizeof(m->code) && bytes <= sizeof(m->code) - (gpa - m->rip)) {
        memcpy(to, m->code + (gpa - m->rip), bytes);
    } else if (gpa - DATA < DATA_BYTES && bytes <= DATA_BYTES - (gpa - DATA)) {
        memcpy(to, m->data + (gpa - DATA), bytes);
    } else if (gpa >= 0x1000 && gpa < 0x2000) {
        uint64_t entry = 0x2027; /* PML4: table at 0x2000, user, writable, accessed */
        memcpy(to, &entry, bytes);
    } else if (gpa >= 0x2000 && gpa < 0x3000) {
        uint64_t entry = (gpa - 0x2000) / 8 << 30 | 0xe7; /* a page of 1 GiB, dirty */
        memcpy(to, &entry, bytes);
    } else {
        return false;
    }
    return true;
}

/** Writes data. */
static bool ram_write(void *context, uint64_t gpa, const void *from, uint32_t bytes)
{
    struct machine *m = context;
    if (gpa - DATA >= DATA_BYTES || bytes > DATA_BYTES - (gpa - DATA)) {
        return false;
    }
    memcpy(m->data + (gpa - DATA), from, bytes);
    return true;
}

/** There are no devices. */
static uint64_t mmio_read(void *context, uint64_t gpa, uint32_t bytes)
{
    (void)gpa;
    (void)bytes;
    ((struct machine *)context)->outside++;
    return 0;
}

/** There are no devices. */
static void mmio_write(void *context, uint64_t gpa, uint32_t bytes, uint64_t value)
{
    (void)gpa;
    (void)bytes;
    (void)value;
    ((struct machine *)context)->outside++;
}

/** Prints the instruction that the processor did not like. */
static void on_signal(int number)
{
    printf("native: signal %d at:", number);
    for (size_t i = 0; i < sizeof(machine_now->code); i++) {
        printf(" %02x", machine_now->code[i]);
    }
    printf("\n");
    fflush(stdout);
    _exit(1);
}

/** Catches what the processor may not like; on a stack of its own, for RSP is anything. */
static void catch_signals(void)
{
    static char room[65536];
    stack_t stack = {.ss_sp = room, .ss_size = sizeof(room)};
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, NULL);
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
}

/**
 * Makes an instruction of a kind that we know; displacement and immediate are random.
 * @param in receives it
 * @return where its last opcode byte is
 */
static uint32_t make_instruction(struct mk_instruction *in)
{
    static const uint8_t
        opcodes[] = {0x00, 0x01, 0x02, 0x03, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13,
                     0x18, 0x19, 0x1a, 0x1b, 0x20, 0x21, 0x22, 0x23, 0x28, 0x29, 0x2a, 0x2b,
                     0x30, 0x31, 0x32, 0x33, 0x38, 0x39, 0x3a, 0x3b, 0x63, 0x80, 0x81, 0x83,
                     0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0xa0, 0xa1, 0xa2, 0xa3,
                     0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf, 0xc6, 0xc7,
                     0xf6, 0xf7, 0xfe, 0xff, 0xb6, 0xb7, 0xbe, 0xbf}; /* the last four behind 0F */
    static const uint8_t prefixes[] = {0x66, 0x67, 0x65, 0x2e, 0x36, 0xf2, 0xf3, 0xf0};
    uint64_t words[2] = {next_random(), next_random()};
    uint32_t at = 0;
    uint64_t choice = next_random() >> 8;
    memcpy(in->bytes, words, sizeof(in->bytes));
    in->fetched = MK_INSTRUCTION_BYTES;
    for (uint32_t i = 0; i < 3; i++, choice >>= 5) {
        if ((choice & 3) == 0) {
            in->bytes[at++] = prefixes[choice >> 2 & 7];
        }
    }
    if ((choice & 1) != 0) {
        in->bytes[at++] = (uint8_t)(0x40 | (choice >> 1 & 0xf));
    }
    uint64_t row = (choice >> 8) % sizeof(opcodes);
    if (row >= sizeof(opcodes) - 4) {
        in->bytes[at++] = 0x0f;
    }
    in->bytes[at] = opcodes[row];
    return at;
}

/**
 * Sets registers, or the displacement, so that the operand lies in the data.
 * @param in the instruction
 * @param cpu the processor
 * @return whether it was possible
 */
static bool aim(const struct mk_instruction *in, struct mk_cpu *cpu)
{
    uint64_t base = in->segment == MK_GS ? GS_BASE : 0;
    uint64_t target = DATA + 64 + next_random() % (DATA_BYTES - 128) - base;
    if ((next_random() & 0x700) == 0) {
        target = DATA + 4096 - next_random() % 8 - base; /* across the page boundary */
    }
    if (in->is_locked || in->operation == MK_OP_XCHG) {
        /* Split locks are slow, or forbidden. */
        target = ((target + base) & ~UINT64_C(7)) - base;
    }
    /* Above 32 bits the addresses of a 67 prefix do not count. */
    uint64_t high = in->bytes_of_address == 4 ? next_random() << 32 : 0;
    if (in->form == MK_FORM_STRING) {
        bool far = in->repeat != MK_REPEAT_NONE;
        cpu->gpr[MK_GPR_RSI] = (far ? DATA + 3000 + next_random() % 1024 - base : target) | high;
        cpu->gpr[MK_GPR_RDI] = (DATA + 3500 + next_random() % 1024) | high;
        cpu->gpr[MK_GPR_RCX] = next_random() % 40 | high;
        /* With ECX 0, processors differ in whether they clear the upper halves of registers. */
        return !far || in->bytes_of_address == 8 || (uint32_t)cpu->gpr[MK_GPR_RCX] != 0;
    }
    if (!in->has_memory) {
        return true;
    }
    if (in->base >= MK_GPRS && in->index >= MK_GPRS) {
        return false; /* an absolute address: see patch() */
    }
    if (in->base >= MK_GPRS) {
        return false;
    }
    uint64_t index = 0;
    if (in->index < MK_GPRS && in->index != in->base) {
        cpu->gpr[in->index] = next_random() >> 8;
        index = cpu->gpr[in->index] << in->scale;
    } else if (in->index == in->base) {
        /* base * (1 + scale) + displacement: near the target is enough if all of it fits. */
        uint64_t factor = 1 + (UINT64_C(1) << in->scale);
        uint64_t wanted = target - in->displacement;
        cpu->gpr[in->base] = wanted / factor;
        uint64_t got = cpu->gpr[in->base] * factor;
        bool split = (in->is_locked || in->operation == MK_OP_XCHG) && got != wanted;
        return in->bytes_of_address == 8 && wanted < UINT64_C(0x7fffffffffff) && !split;
    }
    cpu->gpr[in->base] = target - index - in->displacement;
    cpu->gpr[in->base] += in->bytes_of_address == 4 ? high : 0;
    return true;
}

/**
 * Puts an absolute, or RIP-relative, address into the instruction.
 * @param in the instruction, decoded
 * @param opcode_at where its last opcode byte is
 * @param rip where it will be
 * @return whether it has one
 */
static bool patch(struct mk_instruction *in, uint32_t opcode_at, uint64_t rip)
{
    bool by_offset = in->form == MK_FORM_ACC_OFF || in->form == MK_FORM_OFF_ACC;
    if (!in->has_memory || in->base < MK_GPRS || in->index < MK_GPRS) {
        return false;
    }
    uint32_t bytes = by_offset ? in->bytes_of_address : 4;
    uint32_t has_sib = !by_offset && (in->bytes[opcode_at + 1] & 7) == 4 ? 1 : 0;
    uint32_t at = opcode_at + (by_offset ? 1 : 2) + has_sib;
    uint64_t target = DATA + 8 * (next_random() % 1000);
    target -= in->segment == MK_GS ? GS_BASE : 0;
    target -= in->base == MK_BASE_RIP ? rip + in->length : 0;
    memcpy(in->bytes + at, &target, bytes);
    return mk_decode(in, MK_CODE_64) == MK_DECODE_GOOD;
}

/**
 * Says which flags an instruction leaves undefined.
 * @param in the instruction
 * @return those
 */
static uint64_t undefined_flags(const struct mk_instruction *in)
{
    bool logic = in->operation == MK_OP_OR || in->operation == MK_OP_AND ||
                 in->operation == MK_OP_XOR || in->operation == MK_OP_TEST;
    return logic ? MK_CPU_FLAG_AF : 0;
}

/**
 * Tries an instruction.
 * @param m memory of the emulation
 * @return 0 when it was no use, 1 when both agree, -1 when not
 */
static int try_one(struct machine *m)
{
    struct mk_cpu_ops ops = {.context = m,
                             .ram_read = ram_read,
                             .ram_write = ram_write,
                             .mmio_read = mmio_read,
                             .mmio_write = mmio_write};
    struct mk_cpu cpu = {.cr0 = MK_CPU_CR0_PG | MK_CPU_CR0_PE, .cr3 = 0x1000, .cpl = 3};
    struct mk_instruction in = {.fetched = 0};
    struct mk_fault fault;
    struct native_state *native = (struct native_state *)NATIVE_STATE;
    uint32_t opcode_at = make_instruction(&in);
    m->rip = NATIVE_CODE + native_offset();
    for (uint32_t i = 0; i < MK_GPRS; i++) {
        cpu.gpr[i] = next_random() ^ next_random() << 17;
    }
    if (mk_decode(&in, MK_CODE_64) != MK_DECODE_GOOD ||
        !(patch(&in, opcode_at, m->rip) || aim(&in, &cpu))) {
        return 0;
    }
    cpu.rflags = 0x202 | (next_random() >> 7 & FLAGS);
    cpu.rflags |= in.form == MK_FORM_STRING ? next_random() >> 5 & MK_CPU_FLAG_DF : 0;
    cpu.rip = m->rip;
    cpu.cr4 = MK_CPU_CR4_PAE;
    cpu.efer = MK_CPU_EFER_LMA;
    cpu.physical_bits = 48;
    cpu.segment[MK_CS].rights = MK_RIGHTS_LONG;
    cpu.segment[MK_GS].base = GS_BASE;
    for (uint32_t i = 0; i < DATA_BYTES / 8; i++) {
        /* Few different bytes, so that comparisons find equal ones. */
        uint64_t word = (next_random() & UINT64_C(0x0101)) * UINT64_C(0x80000001);
        memcpy(m->data + 8 * i, &word, 8);
    }
    memcpy((void *)DATA, m->data, DATA_BYTES);
    memset(m->code, 0x90, sizeof(m->code));
    memcpy(m->code, in.bytes, in.length);
    native_load(&cpu, m->code, in.length);
    m->outside = 0;
    enum mk_emulate_result result = mk_emulate(&cpu, &ops, &fault, &in);
    if (result != MK_EMULATED || m->outside != 0) {
        return in.base == in.index ? 0 : -1;
    }
    native_run();
    uint64_t defined = (FLAGS | MK_CPU_FLAG_DF) & ~undefined_flags(&in);
    bool same = ((native->rflags ^ cpu.rflags) & defined) == 0 &&
                memcmp(native->gpr, cpu.gpr, sizeof(cpu.gpr)) == 0 &&
                memcmp((void *)DATA, m->data, DATA_BYTES) == 0 && cpu.rip == m->rip + in.length;
    if (!same) {
        printf("flags %lx, native %lx\n", cpu.rflags & FLAGS, native->rflags & FLAGS);
        for (uint32_t i = 0; i < MK_GPRS; i++) {
            if (cpu.gpr[i] != native->gpr[i]) {
                printf("register %u: %lx, native %lx\n", i, cpu.gpr[i], native->gpr[i]);
            }
        }
    }
    return same ? 1 : -1;
}

/**
 * Tries many.
 * @return 0 when all agree
 */
int main(void)
{
    static struct machine machine;
    unsigned long compared = 0;
    unsigned long wrong = 0;
    machine_now = &machine;
    catch_signals();
    void *data = mmap((void *)DATA, DATA_BYTES, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (data != (void *)DATA || !native_prepare() ||
        syscall(SYS_arch_prctl, ARCH_SET_GS, GS_BASE) != 0) {
        printf("native: no memory where it is wanted\n");
        return 1;
    }
    for (uint32_t i = 0; i < TRIES; i++) {
        int result = try_one(&machine);
        compared += result != 0 ? 1 : 0;
        if (result < 0 && wrong++ < 20) {
            printf("native: differs:");
            for (size_t j = 0; j < sizeof(machine.code); j++) {
                printf(" %02x", machine.code[j]);
            }
            printf("\n");
        }
    }
    printf("native: %lu instructions compared, %lu wrong\n", compared, wrong);
    return wrong == 0 && compared > TRIES / 4 ? 0 : 1;
}
