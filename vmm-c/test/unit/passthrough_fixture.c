/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A played function of the machine.
 */
#include "passthrough_fixture.h"

#include <string.h>

#include "cable.h"
#include "makatea/pci_registers.h"
#include "platform/host/host_component.h"

/** A reset takes a tenth of a second (PCIe 5.0, 6.6.2). */
#define RESET_TICKS UINT64_C(200000000)
/** How often the slow component is waited for. */
#define SLOW 3
/** Where the function stands in the machine, as the address register has it. */
#define SELECTED 0x80030000

struct passed_machine passed_machine;
struct mk_vm_config passed_config;
struct mk_pci_function passed_functions[2];
struct mk_device_frames passed_frames[2];
struct mk_irq passed_irqs[6];

static const struct mk_port_range ports = {"uplink_bar2", PASSED_PORT, PASSED_PORT + 31, 60};
static const struct mk_channel channel = {.kind = MK_CHANNEL_PCI_CONFIG, .event = 2};
static const struct mk_region regions[] = {
    {PASSED_GPA, 0x10000000, MK_REGION_MMIO32, "window"},
    {0xe0000000, 0x100000, MK_REGION_ECAM, "configuration space"},
};
static const struct mk_gsi gsis[] = {{4, false, false, "com1"},
                                     {PASSED_PIN_GSI, true, true, "uplink"},
                                     {PASSED_EDGE_GSI, false, false, "edge"},
                                     {PASSED_LEVEL_GSI, true, false, "level"}};
static const struct mk_bdf bdf = {0, 3, 0, 0};
static const struct mk_pci_message messages[] = {{0, 0, 2}, {0, 1, 3}, {0, 2, 4}};
static const struct mk_pci_client client_plan = {.vm = "unit",
                                                 .functions = &bdf,
                                                 .function_count = 1,
                                                 .messages = messages,
                                                 .message_count = MK_COUNT(messages)};
static const struct mk_port_range config_ports = {"pci_config", 0xcf8, 0xcff, 0};
static const struct mk_resources server_resources = {.io_ports = &config_ports, .io_port_count = 1};
static const struct mk_pci_server_config server_config = {.clients = &client_plan,
                                                          .client_count = 1};
static struct host_component host;
static struct mk_component component;
static struct mk_pci_server server;
static struct mk_pci_server_client clients[1];
static struct mk_pci_server_function server_functions[1];
static struct cable cable;
static struct mk_port ends[2];
static struct mk_words liar;
static struct mk_vm *the_vm;

uint32_t passed_register(uint32_t offset, uint32_t bytes)
{
    uint32_t value = 0;
    memcpy(&value, passed_machine.space + offset, bytes);
    return value;
}

void passed_set(uint32_t offset, uint32_t bytes, uint32_t value)
{
    memcpy(passed_machine.space + offset, &value, bytes);
}

/** Notes who does not wait for the end of a reset. */
static void look_at_the_clock(void)
{
    struct passed_machine *m = &passed_machine;
    m->early = m->early || the_vm->platform->now < m->busy;
}

static uint32_t port_in(struct host_component *h, uint32_t port)
{
    uint32_t at = (passed_machine.address & 0xfc) + port - 0xcfc;
    look_at_the_clock();
    if ((passed_machine.address & 0xffffff00) != SELECTED || passed_machine.gone) {
        return UINT32_MAX;
    }
    return passed_register(at, h->last_bytes);
}

/** What a reset does (PCIe 5.0, 6.6.2). */
static void reset(void)
{
    passed_machine.resets++;
    passed_machine.busy = the_vm->platform->now + RESET_TICKS;
    memset(passed_machine.space + PCI_BAR, 0, 24);
    passed_set(PCI_COMMAND, 2, 0);
    passed_set(PASSED_MSI + PCI_MSI_CONTROL, 2, 0x80);
    passed_set(PASSED_MSIX + PCI_MSIX_CONTROL, 2, PASSED_REAL_VECTORS - 1);
    memset(passed_machine.table, 0, sizeof(passed_machine.table));
}

static void port_out(struct host_component *h, uint32_t port, uint32_t value)
{
    if (port == 0xcf8) {
        passed_machine.address = value;
        return;
    }
    uint32_t at = (passed_machine.address & 0xfc) + port - 0xcfc;
    look_at_the_clock();
    if ((passed_machine.address & 0xffffff00) == SELECTED && !passed_machine.gone) {
        passed_set(at, h->last_bytes, value);
    }
    if (at == PASSED_EXPRESS + PCIE_DEVICE_CONTROL && (value & 0x8000) != 0) {
        passed_set(at, 2, value & 0x7fff);
        reset();
    }
    if (at == PASSED_ADVANCED + 4 && passed_register(PASSED_ADVANCED, 1) == PCI_CAP_ADVANCED &&
        (value & 1) != 0) {
        passed_set(at, 1, 0);
        reset();
    }
}

/** An answer that nobody should believe. */
static void lie(void)
{
    static const uint32_t lies[] = {UINT32_MAX, 0, 0x11, 0xfc, 0x7fffffff, 0x10, 0x1011, 0xc5};
    mk_words_update(&liar);
    uint32_t value = lies[passed_machine.lie % MK_COUNT(lies)] ^ passed_machine.lie / 64;
    passed_machine.lie++;
    const uint64_t out[MK_WORDS] = {[MK_PCI_ANSWER_NUMBER] = liar.in[MK_PCI_REQUEST_NUMBER],
                                    [MK_PCI_ANSWER_GOOD] = passed_machine.lie % 13 != 0 ? 1 : 2,
                                    [MK_PCI_ANSWER_VALUE] = UINT64_C(0xffff00000000) | value,
                                    [MK_PCI_ANSWER_DATA] = ~(uint64_t)value,
                                    [MK_WORDS - 1] = UINT64_MAX};
    mk_words_write(&liar, out);
}

static void asked(void *context)
{
    (void)context;
    if (passed_machine.mood == PASSED_PROMPT) {
        mk_pci_server_round(&server);
    } else if (passed_machine.mood == PASSED_LYING) {
        lie();
    }
}

static void told(void *context)
{
    (void)context;
}

/** While the monitor waits somebody signals it: most often the component. */
static void wait_for_signal(struct mk_platform *p)
{
    struct passed_machine *m = &passed_machine;
    if (m->mood == PASSED_SILENT) {
        return; /* only the alarm comes */
    }
    if (m->mood == PASSED_LYING) {
        lie();
    } else if (m->mood == PASSED_PROMPT || ++m->waits % SLOW == 0) {
        mk_pci_server_round(&server);
    }
    p->now += p->alarm > p->now + 1000000 ? 1000000 : p->alarm - p->now;
    p->alarm = 0;
}

static bool show(struct mk_platform *platform, struct mk_device_part part, uint64_t gpa)
{
    (void)platform;
    for (uint32_t i = 0; i < part.count; i++) {
        uint32_t frame = part.frames->frames.first + part.first + i;
        UNIT_CHECK(frame < PASSED_FRAMES && !passed_machine.mapped[frame] &&
                   !passed_machine.seen[frame]);
        passed_machine.mapped[frame] = true;
        passed_machine.gpa[frame] = gpa + 0x1000 * i;
    }
    return !passed_machine.refuses;
}

static void hide(struct mk_platform *platform, struct mk_device_part part)
{
    (void)platform;
    for (uint32_t i = 0; i < part.count; i++) {
        passed_machine.mapped[part.frames->frames.first + part.first + i] = false;
    }
}

static volatile uint8_t *see(struct mk_platform *platform, struct mk_device_part part)
{
    (void)platform;
    for (uint32_t i = 0; i < part.count; i++) {
        passed_machine.seen[part.frames->frames.first + part.first + i] = true;
    }
    return (volatile uint8_t *)passed_machine.table;
}

static bool let_use(struct mk_platform *platform, const struct mk_port_range *range, bool on)
{
    (void)platform;
    UNIT_CHECK(range == &ports && passed_machine.ports != on);
    passed_machine.ports = on;
    return true;
}

static void acknowledge(struct mk_platform *platform, const struct mk_irq *irq)
{
    (void)platform;
    passed_machine.acks[irq - passed_irqs]++;
}

static bool dma(struct mk_platform *platform, const struct mk_vm_config *config)
{
    (void)platform;
    (void)config;
    passed_machine.dma = true;
    return true;
}

static const struct mk_host_devices devices = {show, hide, see, let_use, acknowledge, dma};

/** The function as the firmware leaves it: everything is switched on. */
static void make_machine(void)
{
    memset(&passed_machine, 0, sizeof(passed_machine));
    passed_set(PCI_VENDOR, 4, 0x15338086);
    passed_set(PCI_COMMAND, 2, 0x0147);
    passed_set(PCI_STATUS, 2, PCI_STATUS_CAPABILITIES);
    passed_set(PCI_REVISION, 4, 0x02000003);
    passed_set(PCI_BAR, 4, PASSED_PADDR);
    passed_set(PCI_BAR + 8, 4, PASSED_PORT | 1);
    passed_set(PCI_BAR + 16, 4, PASSED_TABLE_PADDR);
    passed_set(PCI_CAPABILITIES, 1, PASSED_PM);
    passed_set(PASSED_PM, 4, 0x01 | PASSED_MSI << 8);
    passed_set(PASSED_MSI, 4, PCI_CAP_MSI | PASSED_MSIX << 8 | 0x81U << 16);
    passed_set(PASSED_MSIX, 4,
               PCI_CAP_MSIX | PASSED_EXPRESS << 8 | (0x8000U | (PASSED_REAL_VECTORS - 1)) << 16);
    passed_set(PASSED_MSIX + PCI_MSIX_TABLE, 4, 0x1000 | 4);
    passed_set(PASSED_MSIX + PCI_MSIX_PBA, 4, 0x2000 | 4);
    passed_set(PASSED_EXPRESS, 4, PCI_CAP_PCIE | 0x0002U << 16);
    passed_set(PASSED_EXPRESS + PCIE_DEVICE_CAP, 4, UINT32_C(1) << 28);
    passed_set(PASSED_EXPRESS + PCIE_DEVICE_CONTROL, 2, 0x2830);
    memset(passed_machine.table, 0x5a, sizeof(passed_machine.table));
}

void passed_make(struct mk_vm *vm)
{
    static const struct mk_pci_function functions[2] = {
        {.name = "host bridge",
         .kind = MK_PCI_HOST_BRIDGE,
         .intx_gsi = MK_NONE,
         .channel = MK_NONE},
        {.name = "uplink",
         .kind = MK_PCI_PASSTHROUGH,
         .device = 1,
         .msix_vectors = PASSED_VECTORS,
         .intx_gsi = MK_NONE,
         .channel = MK_NONE,
         .bar_count = 3,
         .bars = {{.index = 0,
                   .type = MK_BAR_MMIO32,
                   .gpa = PASSED_GPA,
                   .bytes = 0x4000,
                   .paddr = PASSED_PADDR},
                  {.index = 2,
                   .type = MK_BAR_IO,
                   .gpa = PASSED_PORT,
                   .bytes = 32,
                   .paddr = PASSED_PORT},
                  {.index = 4,
                   .type = MK_BAR_MMIO32,
                   .gpa = PASSED_TABLE_GPA,
                   .bytes = 0x4000,
                   .paddr = PASSED_TABLE_PADDR}}},
    };
    static const struct mk_irq irqs[6] = {
        {"msi0", MK_IRQ_MSI, 50, PASSED_EVENT, MK_NONE, PASSED_ROW, 0},
        {"msi1", MK_IRQ_MSI, 51, PASSED_EVENT + 1, MK_NONE, PASSED_ROW, 1},
        {"msi2", MK_IRQ_MSI, 52, PASSED_EVENT + 2, MK_NONE, PASSED_ROW, 2},
        {"pin", MK_IRQ_IOAPIC, 53, PASSED_PIN_EVENT, PASSED_PIN_GSI, PASSED_ROW, 0},
        {"edge", MK_IRQ_IOAPIC, 54, PASSED_EDGE_EVENT, PASSED_EDGE_GSI, MK_NONE, 0},
        {"level", MK_IRQ_IOAPIC, 55, PASSED_LEVEL_EVENT, PASSED_LEVEL_GSI, MK_NONE, 0}};
    static const struct mk_device_frames frames[2] = {{"bar0", PASSED_PADDR, 12, {0, 4}},
                                                      {"bar4", PASSED_TABLE_PADDR, 12, {4, 4}}};
    the_vm = vm;
    make_machine();
    memcpy(passed_functions, functions, sizeof(functions));
    memcpy(passed_irqs, irqs, sizeof(irqs));
    memcpy(passed_frames, frames, sizeof(frames));
    passed_config = *vm->config;
    passed_config.serial_count = 0; /* its channel is ours here */
    passed_config.regions = regions;
    passed_config.region_count = MK_COUNT(regions);
    passed_config.gsis = gsis;
    passed_config.gsi_count = MK_COUNT(gsis);
    passed_config.pci = (struct mk_pci){.ecam_gpa = 0xe0000000,
                                        .ecam_bytes = 0x100000,
                                        .buses = 1,
                                        .function_count = 2,
                                        .functions = passed_functions};
    passed_config.resources = (struct mk_resources){.channels = &channel,
                                                    .channel_count = 1,
                                                    .irqs = passed_irqs,
                                                    .irq_count = MK_COUNT(passed_irqs),
                                                    .io_ports = &ports,
                                                    .io_port_count = 1,
                                                    .device_frames = passed_frames,
                                                    .device_frame_count = MK_COUNT(passed_frames)};
    vm->config = &passed_config;
    vm->devices = &devices;
}

const char *passed_start(struct mk_vm *vm)
{
    cable_lay(&cable);
    ends[0] = cable.ports[0];
    ends[1] = cable.ports[1];
    ends[0].signal = asked;
    ends[1].signal = told;
    vm->platform->ports = &ends[0];
    vm->platform->port_count = 1;
    vm->platform->on_wait = wait_for_signal;
    host = (struct host_component){.in = port_in, .out = port_out};
    component =
        (struct mk_component){.resources = &server_resources, .ports = &ends[1], .context = &host};
    mk_pci_server_start(&server, &component, &server_config, clients, server_functions);
    if (passed_machine.mood == PASSED_LYING) {
        mk_words_start(&liar, &ends[1]);
    }
    mk_machine_connect(vm);
    const char *why = mk_passthrough_prepare(vm);
    if (why == NULL) {
        why = mk_vm_start(vm, 0x10000) == MK_OK ? NULL : "does not start";
    }
    return why;
}

void passed_write(struct mk_vm *vm, uint32_t offset, uint32_t bytes, uint32_t value)
{
    mk_pci_config_write(&vm->machine.pci.root, PASSED_ROW, offset, bytes, value);
}

uint32_t passed_read(struct mk_vm *vm, uint32_t offset, uint32_t bytes)
{
    return mk_pci_config_read(&vm->machine.pci.root, PASSED_ROW, offset, bytes);
}

uint32_t passed_capability(struct mk_vm *vm, uint32_t id)
{
    uint32_t at = passed_read(vm, PCI_CAPABILITIES, 1);
    for (uint32_t i = 0; i < 48 && at != 0; i++) {
        if (passed_read(vm, at, 1) == id) {
            return at;
        }
        at = passed_read(vm, at + 1, 1);
    }
    return 0;
}

void passed_interrupt(struct mk_vm *vm, uint32_t event)
{
    vm->events |= UINT64_C(1) << event;
    mk_machine_tick(vm);
}

void passed_apic_on(struct mk_vm *vm)
{
    UNIT_CHECK(mk_msr_write(vm, MK_MSR_APIC_BASE, 0xfee00d00));
    UNIT_CHECK(mk_msr_write(vm, 0x80f, 0x1ff));
    vm->events = 0;
}

bool passed_requested(const struct mk_vm *vm, uint8_t vector)
{
    uint64_t irr = 0;
    /* x2APIC: IRR, 32 vectors each (SDM 3, 11.12.1.2). */
    return mk_msr_read((struct mk_vm *)(uintptr_t)vm, 0x820U + vector / 32, &irr) &&
           (irr >> vector % 32 & 1) != 0;
}
