/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the lines that leave a machine by its console device: who speaks on them, and what is
 * left of them.
 */
#include <string.h>

#include "devices/virtio/console.h"
#include "makatea/machine_virtio.h"
#include "unit.h"

/** Configuration space, and BAR 0 of the console device. */
#define ECAM UINT64_C(0xe0000000)
#define BAR UINT64_C(0xc0000000)
/** Bytes of each region. */
#define REGION 4096
/** What must not be found again. */
#define CANARY "secret of an earlier life"

/** Channels: behind the ports of the device. */
enum { CONSOLE, CABLE, CONTROL, CHANNELS };

static const struct mk_pci_function functions[] = {
    {.name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE, .channel = MK_NONE},
    {.name = "console",
     .kind = MK_PCI_CONSOLE,
     .device = 1,
     .msix_vectors = 8,
     .intx_gsi = 17,
     .channel = MK_NONE,
     .bar_count = 2,
     .bars = {{.index = 0, .type = MK_BAR_MMIO32, .gpa = BAR, .bytes = 0x4000},
              {.index = 4, .type = MK_BAR_MMIO32, .gpa = BAR + 0x4000, .bytes = 0x1000}}},
};
static const struct mk_region regions[] = {
    {BAR, 0x10000000, MK_REGION_MMIO32, "window"},
    {ECAM, 0x100000, MK_REGION_ECAM, "configuration space"},
};
static const struct mk_gsi gsis[] = {{17, true, true, "console"}};
static const struct mk_terminal terminals[] = {{"shell", CONSOLE, true, 0, 0},
                                               {"cable", CABLE, false, 0, 0},
                                               {"makatea.lifecycle", CONTROL, false, 0, 0}};
static const struct mk_channel channels[] = {{.kind = MK_CHANNEL_CONSOLE, .event = 3},
                                             {.kind = MK_CHANNEL_SERIAL, .event = 4},
                                             {.kind = MK_CHANNEL_LIFECYCLE, .event = 5}};

/** Regions of the VM and of its peers. */
static _Alignas(64) uint8_t ours[CHANNELS][REGION];
static _Alignas(64) uint8_t theirs[CHANNELS][REGION];
/** The peers' ends; that of the lifecycle manager is its text. */
static struct mk_link peers[CHANNELS];

static void nothing(void *context)
{
    (void)context;
}

/** A VM whose only ports are those of a console device. */
static bool start(struct mk_vm *vm)
{
    static struct mk_vm_config config;
    static struct mk_port ports[CHANNELS];
    config = *vm->config;
    config.regions = regions;
    config.region_count = MK_COUNT(regions);
    config.gsis = gsis;
    config.gsi_count = MK_COUNT(gsis);
    config.serial = (const struct mk_serial *)0;
    config.serial_count = 0;
    config.terminals = terminals;
    config.terminal_count = MK_COUNT(terminals);
    config.pci = (struct mk_pci){.ecam_gpa = ECAM,
                                 .ecam_bytes = 0x100000,
                                 .buses = 1,
                                 .functions = functions,
                                 .function_count = MK_COUNT(functions)};
    config.resources.channels = channels;
    config.resources.channel_count = CHANNELS;
    memset(theirs, 0, sizeof(theirs));
    for (uint32_t i = 0; i < CHANNELS; i++) {
        ports[i] = (struct mk_port){ours[i], theirs[i], REGION, REGION, nothing, vm};
        const struct mk_port other = {theirs[i], ours[i], REGION, REGION, nothing, vm};
        const struct mk_port text = mk_port_part(&other, MK_CONTROL_TEXT, REGION - MK_CONTROL_TEXT);
        memset(ours[i], 0xaa, REGION);
        mk_link_start(&peers[i], i == CONTROL ? &text : &other);
    }
    vm->platform->ports = ports;
    vm->platform->port_count = CHANNELS;
    vm->config = &config;
    const struct mk_port text =
        mk_port_part(&ports[CONTROL], MK_CONTROL_TEXT, REGION - MK_CONTROL_TEXT);
    mk_machine_connect(vm);
    mk_line_start(&vm->control.text, &text);
    return mk_vm_start(vm, 0x10000) == MK_OK;
}

/** Whether a text stands anywhere in a region. */
static bool holds(const uint8_t *region, const char *text)
{
    uint64_t bytes = strlen(text);
    for (uint64_t i = 0; i + bytes <= REGION; i++) {
        if (memcmp(region + i, text, bytes) == 0) {
            return true;
        }
    }
    return false;
}

/** Whether a region holds nothing but its header. */
static bool is_empty(const uint8_t *region)
{
    for (uint32_t i = MK_LINK_HEADER_BYTES; i < REGION; i++) {
        if (region[i] != 0) {
            return false;
        }
    }
    return true;
}

static void the_monitor_speaks_on_a_console_port_where_there_is_no_serial_one(struct mk_vm *vm)
{
    UNIT_CHECK(start(vm));
    UNIT_CHECK(mk_machine_console(vm) == &vm->storage->terminals[0].own);
    UNIT_CHECK(vm->storage->terminals[2].line == &vm->control.text);
    UNIT_CHECK(vm->storage->terminals[2].session && !vm->storage->terminals[1].session);
    UNIT_CHECK(vm->storage->virtio[1].events == (UINT64_C(7) << 3));
}

static void nothing_of_an_earlier_life_is_left_in_the_lines_of_a_console_device(struct mk_vm *vm)
{
    UNIT_CHECK(start(vm));
    UNIT_CHECK(is_empty(ours[CONSOLE]) && is_empty(ours[CABLE])); /* what was there before */
    for (uint32_t i = 0; i < CHANNELS; i++) {
        struct mk_console_unit *unit = &vm->storage->terminals[i];
        mk_console_set_open(unit, true);
        mk_link_update(&peers[i]);
        UNIT_CHECK(mk_line_write(unit->line, (const uint8_t *)CANARY, sizeof(CANARY)) ==
                   sizeof(CANARY));
        UNIT_CHECK(holds(ours[i], CANARY));
    }
    mk_machine_disconnect(vm);
    /* The line to the console stays while the monitor has something to say. */
    UNIT_CHECK(holds(ours[CONSOLE], CANARY) && !holds(ours[CABLE], CANARY) &&
               !holds(ours[CONTROL], CANARY));
    UNIT_CHECK(is_empty(ours[CABLE]) && !mk_link_update(&peers[CABLE]));
    mk_machine_connect(vm); /* the next life */
    UNIT_CHECK(is_empty(ours[CONSOLE]) && is_empty(ours[CABLE]));
    UNIT_CHECK(!vm->storage->terminals[2].open);
}

static void count(void *context)
{
    uint32_t *signals = context;
    (*signals)++;
}

/** Single characters are held back on a line to a console, and groups are not. */
static void what_a_console_device_sends_is_told_at_once(struct mk_vm *vm)
{
    static uint32_t signals;
    UNIT_CHECK(start(vm));
    struct mk_line *line = &vm->storage->terminals[CONSOLE].own;
    UNIT_CHECK(line->link.holds && !vm->storage->terminals[CABLE].own.link.holds);
    line->link.port.signal = count;
    line->link.port.context = &signals;
    signals = 0;
    UNIT_CHECK(mk_link_update(&peers[CONSOLE]) && mk_link_update(&line->link));
    UNIT_CHECK(mk_line_write(line, (const uint8_t *)"~ # ", 4) == 4 && signals == 1);
}

const struct unit_test unit_machine_lines[] = {
    UNIT_TEST(the_monitor_speaks_on_a_console_port_where_there_is_no_serial_one),
    UNIT_TEST(nothing_of_an_earlier_life_is_left_in_the_lines_of_a_console_device),
    UNIT_TEST(what_a_console_device_sends_is_told_at_once),
    {NULL, NULL},
};
