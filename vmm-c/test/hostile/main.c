/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A hostile guest beside a healthy one. The first program's VM works until it is told to stop; the
 * second one's is started anew for each attack, and it is judged how that VM ends and how much the
 * healthy one got done meanwhile.
 */
#include "bench.h"
#include "bench_programs.h"
#include "layout.h"
#include "makatea/guest_memory.h"
#include "platform/sel4/platform.h"
#include "platform/sel4/root.h"

/** Memory of each program. */
#define MEMORY (UINT64_C(64) << 20)
/** Frames of a guest's memory. */
#define FRAMES (GUEST_RAM >> 21)
/** Most pieces of memory of a program. */
#define PIECES 64
/** Bytes of a report that are kept. */
#define REPORT 4096
/** Most ticks of a round of the healthy guest beside one that computes: it has 25,000 instructions,
 * and Bochs counts an instruction as a tick. */
#define ROUND_TICKS UINT64_C(100000)
/** Most ticks by which the healthy guest may wake late: its neighbour's turn of 4 ms, which may be
 * put off by half as much (core/turn.c), and the same again. */
#define LATEST UINT64_C(600000)
/** Ticks from which on the share of the healthy VM is judged: 50 of the host's. */
#define JUDGED (50 * UINT64_C(100000))

/** The guests' image. */
extern const uint8_t mk_hostile_guest[];
/** Its end. */
extern const uint8_t mk_hostile_guest_end[];

/** What an attack is called, and how its VM must end. */
struct attack {
    const char *name; /**< Name. */
    const char *end;  /**< End. */
};

/** Attacks by number. */
static const struct attack attacks[GUEST_NUMBERS] = {
#define ATTACK(function, how) [GUEST_##function] = {#function, how},
#include "attacks.h"
#undef ATTACK
};

static const struct mk_ram_bank bank = {.gpa = 0, .first_frame = 0, .frames = FRAMES};
static const struct mk_serial serial = {.name = "com1", .first = 0x3f8, .gsi = 4, .channel = 0};
static const struct mk_ioapic ioapic = {.gpa = 0xfec00000, .gsi_base = 0, .pins = 24, .id = 1};
static const struct mk_gsi gsi = {.gsi = 4, .level = true, .name = "com1"};
static const struct mk_region region = {0xc0000000, 0x1000000, MK_REGION_MMIO32, "BARs"};
static const struct mk_pci_function functions[] = {
    {.name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE},
    {.name = "net",
     .kind = MK_PCI_NET,
     .device = 1,
     .msix_vectors = 3,
     .intx_gsi = 17,
     .bar_count = 2,
     .bars = {{.index = 0, .type = MK_BAR_MMIO32, .gpa = 0xc0000000, .bytes = 0x4000},
              {.index = 4, .type = MK_BAR_MMIO32, .gpa = 0xc0004000, .bytes = 0x1000}}},
};

/** The plan of both. */
static const struct mk_vm_config config = {.name = "guest",
                                           .paravirt = MK_PARAVIRT_KVM,
                                           .ram_banks = &bank,
                                           .ram_bank_count = 1,
                                           .regions = &region,
                                           .region_count = 1,
                                           .ioapics = &ioapic,
                                           .ioapic_count = 1,
                                           .gsis = &gsi,
                                           .gsi_count = 1,
                                           .serial = &serial,
                                           .serial_count = 1,
                                           .pci = {.ecam_gpa = 0xb0000000,
                                                   .ecam_bytes = 0x100000,
                                                   .buses = 1,
                                                   .function_count = 2,
                                                   .functions = functions},
                                           .boot = {.page_table_gpa = GUEST_TABLES}};

/** Storage of the healthy one's VM: what answers in memory are local and I/O APIC, ECAM and BARs.
 */
MK_STORAGE(healthy_storage, 2, 3, 1, 4, 0, 0);
/** Of the hostile one's. */
MK_STORAGE(hostile_storage, 2, 3, 1, 4, 0, 0);

/** What a monitor of this test is. Too big for a stack. */
struct monitor {
    struct mk_platform platform;    /**< The system below. */
    struct mk_sel4_devices devices; /**< The healthy one's. */
    seL4_CPtr untyped[PIECES];      /**< Its memory. */
    struct mk_vm vm;                /**< Its VM. */
    char report[REPORT];            /**< What the monitor wrote about its VM. */
    uint32_t report_bytes;          /**< How much. */
};

/** Both. */
static struct monitor monitors[2];
/** Speed of the TSC, once the healthy guest is about to run. */
static volatile uint64_t tsc_hz;
/** The objects of the hostile guest are made. */
static volatile bool prepared;

/** Keeps what the monitor writes. */
static void keep(void *context, char byte)
{
    struct monitor *m = context;
    if (m->report_bytes < REPORT - 1) {
        m->report[m->report_bytes++] = byte;
    }
}

/** Prints. Lines do not mix: the healthy one's monitor prints when the other one has ended. */
static void print(void *context, char byte)
{
    (void)context;
    while ((bench_in(0x3fd) & 0x20) == 0) {
        seL4_Yield(); /* printing is not to be the neighbour's delay */
    }
    bench_out(0x3f8, (uint8_t)byte);
}

static const struct mk_text out = {.put = print};

/** Whether the report has a text. */
static bool reported(const struct monitor *m, const char *text)
{
    for (uint32_t i = 0; i < m->report_bytes; i++) {
        uint32_t j = 0;
        while (text[j] != '\0' && i + j < m->report_bytes && m->report[i + j] == text[j]) {
            j++;
        }
        if (text[j] == '\0') {
            return true;
        }
    }
    return false;
}

/** Makes a monitor's platform. */
static bool prepare(struct monitor *m, const seL4_BootInfo *info, uint64_t window)
{
    uint32_t pieces = 0;
    for (seL4_CPtr i = info->untyped.start; i < info->untyped.end && pieces < PIECES; i++) {
        m->untyped[pieces++] = i;
    }
    m->platform = mk_root_platform(info);
    m->platform.untyped = m->untyped;
    m->platform.untyped_count = pieces;
    m->platform.window = window;
    m->vm.platform = &m->platform;
    m->vm.config = &config;
    m->vm.storage = m == &monitors[0] ? &healthy_storage : &hostile_storage;
    m->vm.console = (struct mk_text){.put = keep, .context = m};
    return mk_sel4_make_frames(&m->platform, FRAMES) == MK_OK &&
           mk_sel4_make(&m->platform, seL4_NotificationObject, &m->platform.notification) ==
               MK_OK &&
           seL4_TCB_BindNotification(m->platform.tcb, m->platform.notification) == seL4_NoError;
}

/** Whether memory is full of zeros but for the page tables that a start puts there. */
static bool is_clean(struct mk_vm *vm)
{
    uint64_t words[512];
    for (uint64_t gpa = 0; gpa < GUEST_RAM; gpa += sizeof(words)) {
        bool table = gpa >= GUEST_TABLES && gpa < GUEST_TABLES + MK_BOOT_PAGE_TABLE_BYTES;
        if (mk_guest_read(vm, gpa, words, sizeof(words)) != MK_OK) {
            return false;
        }
        for (uint32_t i = 0; i < 512 && !table; i++) {
            if (words[i] != 0) {
                return false;
            }
        }
        mk_turn_pause(vm);
    }
    return true;
}

/** Starts a guest, in a VM without a past. */
static bool start(struct monitor *m, uint32_t number)
{
    struct mk_vm *vm = &m->vm;
    m->report_bytes = 0;
    if (mk_vm_start(vm, GUEST_ENTRY) != MK_OK || !is_clean(vm) ||
        mk_guest_write(vm, GUEST_ENTRY, mk_hostile_guest,
                       (uint64_t)(mk_hostile_guest_end - mk_hostile_guest)) != MK_OK) {
        return false;
    }
    vm->registers[MK_RDI] = number;
    return true;
}

/** Says how a VM has ended. */
static bool ended(const struct monitor *m, const char *end)
{
    bool sound = m->vm.end == MK_END_CRASH && reported(m, "stopped: triple fault") &&
                 m->vm.registers[MK_RBX] == GUEST_SOUND;
    switch (m->vm.end) {
    case MK_END_RESET:
        return end[0] == 'r';
    case MK_END_OFF:
        return end[0] == 'o';
    default:
        return sound ? end[0] == 's'
                     : end[0] != 's' && reported(m, "stopped: ") && reported(m, end);
    }
}

/** Reads what the healthy guest has done. */
static struct guest_progress look(void)
{
    struct guest_progress progress = {.rounds = 0};
    mk_guest_read(&monitors[0].vm, GUEST_PROGRESS, &progress, sizeof(progress));
    return progress;
}

/** Makes one attack, and judges it. */
static void attack(uint32_t number)
{
    static uint64_t calm_rounds;
    static uint64_t calm_ticks;
    struct monitor *m = &monitors[1];
    bool started = start(m, number);
    uint64_t before = look().rounds;
    uint64_t ticks = mk_sel4_tsc();
    if (started) {
        mk_vm_run(&m->vm);
    }
    ticks = mk_sel4_tsc() - ticks;
    uint64_t rounds = look().rounds - before;
    if (number == GUEST_calm) {
        calm_rounds = rounds;
        calm_ticks = ticks;
    }
    bool good = started && ended(m, attacks[number].end);
    /* at least half of what it gets done beside a neighbour that only computes */
    if (number == GUEST_calm) {
        good = good && rounds >= ticks / ROUND_TICKS && rounds != 0;
    }
    bool fair = ticks < JUDGED || (rounds != 0 && rounds * calm_ticks >= calm_rounds * ticks / 2);
    mk_text_string(&out, good ? "hostile: good: " : "hostile: BAD: ");
    mk_text_string(&out, attacks[number].name);
    mk_text_string(&out, fair ? "; ticks " : "; UNFAIR; ticks ");
    mk_text_decimal(&out, ticks);
    mk_text_string(&out, ", rounds of the healthy guest ");
    mk_text_decimal(&out, rounds);
    mk_text_string(&out, "\n");
    for (uint32_t i = 0; !good && i < m->report_bytes; i++) {
        print(NULL, m->report[i]);
    }
}

/** The hostile guest's monitor. */
static void hostile(const seL4_BootInfo *info)
{
    struct monitor *m = &monitors[1];
    const uint64_t one = 1;
    bool made = prepare(m, info, UINT64_C(0x9000000000)) && mk_sel4_start(&m->platform) == MK_OK;
    prepared = true;
    while (tsc_hz == 0 || look().rounds == 0) {
        seL4_Yield();
    }
    if (made && mk_cpu_check(&m->vm)) {
        m->platform.tsc_hz = tsc_hz;
        for (uint32_t i = GUEST_HEALTHY + 1; i < GUEST_NUMBERS; i++) {
            attack(i);
        }
    }
    mk_guest_write(&monitors[0].vm, GUEST_PROGRESS + offsetof(struct guest_progress, stop), &one,
                   sizeof(one));
}

/** The healthy guest's monitor. */
static void healthy(const seL4_BootInfo *info)
{
    struct monitor *m = &monitors[0];
    while (!prepared) {
        seL4_Yield(); /* making objects takes long, and is not what is judged */
    }
    if (!prepare(m, info, UINT64_C(0x8000000000))) {
        bench_say("healthy: could not be prepared ", 0);
        return;
    }
    m->devices.notification = m->platform.notification;
    if (mk_sel4_devices_start(&m->devices, m->platform.cnode, &m->platform.next) != MK_OK) {
        return;
    }
    m->platform.devices = &m->devices;
    mk_sel4_time_start(&m->platform, MK_NONE);
    if (mk_sel4_start(&m->platform) == MK_OK && mk_cpu_check(&m->vm) && start(m, GUEST_HEALTHY)) {
        tsc_hz = m->platform.tsc_hz;
        mk_vm_run(&m->vm);
    }
    struct guest_progress done = look();
    mk_text_string(&out, ended(m, "survived") && done.latest < LATEST ? "healthy: sound; "
                                                                      : "healthy: BAD; ");
    mk_text_pair(&out, "mistakes", done.mistakes);
    mk_text_pair(&out, "rounds", done.rounds);
    mk_text_pair(&out, "sleeps", done.sleeps);
    mk_text_pair(&out, "latest", done.latest);
    mk_text_string(&out, "\n");
    for (uint32_t i = 0; done.mistakes != 0 && i < m->report_bytes; i++) {
        print(NULL, m->report[i]);
    }
}

size_t bench_program_count(void)
{
    return 2;
}

uint64_t bench_program_memory(size_t program)
{
    (void)program;
    return MEMORY;
}

uint8_t bench_program_priority(size_t program)
{
    (void)program;
    return 0;
}

void bench_program_run(size_t program, const seL4_BootInfo *info)
{
    if (program == 0) {
        healthy(info);
    } else {
        hostile(info);
    }
}
