/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The component that reaches the machine's PCI configuration space. Sections are those of PCIe 5.0.
 */
#include <string.h>

#include "cable.h"
#include "components/pci_config.h"
#include "makatea/pci_registers.h"
#include "platform/host/host_component.h"
#include "unit.h"

/** Functions of the machine: two of the monitor's, one of somebody else. */
#define FUNCTIONS 3
/** Where the capabilities of function 0 are. */
enum { MSI = 0x50, MSIX = 0x70, EXPRESS = 0x90 };

/** The functions' addresses. */
static const struct mk_bdf bdfs[FUNCTIONS] = {{0, 3, 0, 0}, {0, 3, 0, 1}, {0, 0, 31, 7}};
/** Address register for each, register 0. */
static const uint32_t selectors[FUNCTIONS] = {0x80030000, 0x80030100, 0x8000ff00};
/** The machine. */
static struct {
    uint8_t space[FUNCTIONS][256]; /**< Configuration spaces. */
    uint32_t address;              /**< Address register. */
    uint32_t writes;               /**< Data written, how often. */
    bool elsewhere;                /**< Somebody reached past these functions. */
} machine;

static const struct mk_pci_message messages[] = {{0, 0, 7}, {0, 3, 9}};
static struct mk_pci_client plans[2];
static struct mk_resources resources;
static struct mk_pci_server_config config;
static struct host_component host;
static struct mk_component component;
static struct mk_pci_server server;
static struct mk_pci_server_client clients[2];
static struct mk_pci_server_function functions[FUNCTIONS];
static struct cable cables[2];
static struct mk_port ports[2];
static struct mk_pci_asker asker;

/** The selected function's bytes at a data port; a null pointer for none. */
static uint8_t *selected(uint32_t port)
{
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        if ((machine.address & 0xffffff00) == selectors[i]) {
            return &machine.space[i][(machine.address & 0xfc) + port - 0xcfc];
        }
    }
    machine.elsewhere = true;
    return NULL;
}

static uint32_t port_in(struct host_component *h, uint32_t port)
{
    uint32_t value = UINT32_MAX;
    const uint8_t *from = selected(port);
    UNIT_CHECK(port >= 0xcfc && port + h->last_bytes <= 0xd00);
    if (from != NULL) {
        memcpy(&value, from, h->last_bytes);
    }
    return value;
}

static void port_out(struct host_component *h, uint32_t port, uint32_t value)
{
    if (port == 0xcf8) {
        UNIT_CHECK(h->last_bytes == 4);
        machine.address = value;
        return;
    }
    uint8_t *to = selected(port);
    UNIT_CHECK(port >= 0xcfc && port + h->last_bytes <= 0xd00);
    machine.writes++;
    if (to != NULL) {
        memcpy(to, &value, h->last_bytes);
    }
}

/** A register of the machine. */
static uint32_t reg(uint32_t function, uint32_t offset, uint32_t bytes)
{
    uint32_t value = 0;
    memcpy(&value, &machine.space[function][offset], bytes);
    return value;
}

static void set(uint32_t function, uint32_t offset, uint32_t bytes, uint32_t value)
{
    memcpy(&machine.space[function][offset], &value, bytes);
}

/** The machine as the firmware leaves it: everything is switched on. */
static void make_machine(void)
{
    memset(&machine, 0, sizeof(machine));
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        set(i, PCI_VENDOR, 4, 0x10d38086 + i);
        set(i, PCI_COMMAND, 2, 0x0147);
        set(i, PCI_BAR, 4, 0xfb200000 + (i << 20));
    }
    set(0, PCI_STATUS, 2, PCI_STATUS_CAPABILITIES);
    set(0, PCI_CAPABILITIES, 1, MSI);
    set(0, MSI, 4, PCI_CAP_MSI | MSIX << 8 | 0x00f1U << 16); /* on, 64 bits, 8 messages */
    set(0, MSIX, 4, PCI_CAP_MSIX | EXPRESS << 8 | 0x8003U << 16);
    set(0, EXPRESS, 4, PCI_CAP_PCIE | 0x0002U << 16);
    set(0, EXPRESS + PCIE_DEVICE_CAP, 4, UINT32_C(1) << 28);
    set(0, EXPRESS + PCIE_DEVICE_CONTROL, 4, 0x000f2810);
}

/** Lets the server work; what a monitor's wait does. */
static bool serve(void *context)
{
    (void)context;
    mk_pci_server_round(&server);
    return true;
}

/** Starts server and monitor on the machine as it is. */
static void start(void)
{
    plans[0] = (struct mk_pci_client){"a", 0, bdfs, 2, messages, MK_COUNT(messages)};
    plans[1] = (struct mk_pci_client){"b", 1, bdfs + 2, 1, NULL, 0};
    static const struct mk_port_range range = {"pci_config", 0xcf8, 0xcff, 1};
    resources = (struct mk_resources){.io_ports = &range, .io_port_count = 1};
    config = (struct mk_pci_server_config){resources, plans, 2};
    host = (struct host_component){.in = port_in, .out = port_out};
    for (uint32_t i = 0; i < 2; i++) {
        cable_lay(&cables[i]);
        ports[i] = cables[i].ports[0];
    }
    component = (struct mk_component){.resources = &resources, .ports = ports, .context = &host};
    mk_pci_server_start(&server, &component, &config, clients, functions);
    asker = (struct mk_pci_asker){.wait = serve};
    mk_pci_asker_start(&asker, &cables[0].ports[1]);
}

/** Asks. */
static bool ask(enum mk_pci_verb verb, uint32_t function, uint32_t offset, uint32_t bytes,
                uint32_t value, struct mk_pci_answer *answer)
{
    const struct mk_pci_request request = {verb, function, offset, bytes, value};
    return mk_pci_ask(&asker, &request, answer);
}

static bool put(uint32_t function, uint32_t offset, uint32_t bytes, uint32_t value)
{
    struct mk_pci_answer answer;
    return ask(MK_PCI_WRITE, function, offset, bytes, value, &answer);
}

/** Whatever was left on by the firmware is off, and nothing else has changed. */
static void functions_are_silent_at_start(struct mk_vm *vm)
{
    (void)vm;
    make_machine();
    start();
    for (uint32_t i = 0; i < FUNCTIONS; i++) {
        UNIT_CHECK(reg(i, PCI_COMMAND, 2) == 0x0540);
        UNIT_CHECK(reg(i, PCI_BAR, 4) == 0xfb200000 + (i << 20));
    }
    UNIT_CHECK(reg(0, MSI + PCI_MSI_CONTROL, 2) == 0x00f0);
    UNIT_CHECK(reg(0, MSIX + PCI_MSIX_CONTROL, 2) == 0x0003);
    UNIT_CHECK(!machine.elsewhere);
}

/** A monitor reads its own functions; by any other number it reaches nothing. */
static void monitor_reaches_its_own_functions_only(struct mk_vm *vm)
{
    struct mk_pci_answer answer;
    (void)vm;
    make_machine();
    start();
    UNIT_CHECK(ask(MK_PCI_READ, 0, PCI_VENDOR, 4, 0, &answer) && answer.value == 0x10d38086);
    UNIT_CHECK(ask(MK_PCI_READ, 1, PCI_VENDOR, 4, 0, &answer) && answer.value == 0x10d38087);
    UNIT_CHECK(ask(MK_PCI_READ, 1, PCI_DEVICE, 2, 0, &answer) && answer.value == 0x10d3);
    UNIT_CHECK(ask(MK_PCI_READ, 1, PCI_VENDOR + 1, 1, 0, &answer) && answer.value == 0x80);
    machine.address = 0;
    for (uint32_t i = 2; i != 0; i <<= 1) {
        for (uint32_t verb = MK_PCI_READ; verb <= MK_PCI_RESTORE; verb++) {
            UNIT_CHECK(!ask((enum mk_pci_verb)verb, i, PCI_COMMAND, 2, 7, &answer));
            UNIT_CHECK(answer.value == 0 && answer.data == 0);
        }
    }
    UNIT_CHECK(machine.address == 0 && !machine.elsewhere);
}

/** Decoding, bus mastering and the interrupt pin can be changed, nothing else (7.5.1.1.3). */
static void pcie_7_5_1_1_3_harmless_command_bits_only(struct mk_vm *vm)
{
    (void)vm;
    make_machine();
    start();
    UNIT_CHECK(put(0, PCI_COMMAND, 2, 0xffff) && reg(0, PCI_COMMAND, 2) == 0x0547);
    UNIT_CHECK(put(0, PCI_COMMAND, 2, 0x0000) && reg(0, PCI_COMMAND, 2) == 0x0140);
    UNIT_CHECK(put(0, PCI_STATUS, 2, 0xffff) && reg(0, PCI_STATUS, 2) == PCI_STATUS_ERRORS);
    UNIT_CHECK(put(0, EXPRESS + PCIE_DEVICE_STATUS, 2, 0xffff));
    UNIT_CHECK(reg(0, EXPRESS + PCIE_DEVICE_STATUS, 2) == 0xf);
}

/** All other registers stay as they are, in whatever size they are written. */
static void all_other_registers_stay(struct mk_vm *vm)
{
    uint8_t before[256];
    (void)vm;
    make_machine();
    start();
    memcpy(before, machine.space[0], sizeof(before));
    machine.writes = 0;
    for (uint32_t offset = 0; offset < 256; offset++) {
        for (uint32_t bytes = 1; bytes <= 4; bytes *= 2) {
            bool open =
                bytes == 2 &&
                (offset == PCI_COMMAND || offset == PCI_STATUS || offset == MSI + PCI_MSI_CONTROL ||
                 offset == MSIX + PCI_MSIX_CONTROL || offset == EXPRESS + PCIE_DEVICE_STATUS);
            UNIT_CHECK(open || !put(0, offset, bytes, 0xa5a5a5a5));
        }
    }
    UNIT_CHECK(machine.writes == 0);
    UNIT_CHECK(memcmp(before, machine.space[0], sizeof(before)) == 0);
}

/** The message is the plan's, one, and stands there before MSI is on (7.7.1). */
static void pcie_7_7_1_message_is_the_plans(struct mk_vm *vm)
{
    (void)vm;
    make_machine();
    set(0, MSI + PCI_MSI_ADDRESS, 4, 0xfee01000);
    set(0, MSI + PCI_MSI_DATA, 2, 0x4141);
    start();
    UNIT_CHECK(put(0, MSI + PCI_MSI_CONTROL, 2, 0x0071));
    UNIT_CHECK(reg(0, MSI + PCI_MSI_CONTROL, 2) == 0x0081);
    UNIT_CHECK(reg(0, MSI + PCI_MSI_ADDRESS, 4) == 0xfee00000);
    UNIT_CHECK(reg(0, MSI + PCI_MSI_ADDRESS + 4, 4) == 0);
    UNIT_CHECK(reg(0, MSI + PCI_MSI_DATA, 2) == 0x30 + 7);
    UNIT_CHECK(put(0, MSI + PCI_MSI_CONTROL, 2, 0));
    UNIT_CHECK(reg(0, MSI + PCI_MSI_CONTROL, 2) == 0x0080);
}

/** With an address of 32 bits data stands four bytes earlier, and what follows stays. */
static void pcie_7_7_1_short_addresses(struct mk_vm *vm)
{
    (void)vm;
    make_machine();
    set(0, MSI + PCI_MSI_CONTROL, 2, 0x0000);
    set(0, MSI + PCI_MSI_DATA, 4, 0x12345678);
    start();
    UNIT_CHECK(put(0, MSI + PCI_MSI_CONTROL, 2, 1));
    UNIT_CHECK(reg(0, MSI + 8, 2) == 0x30 + 7);
    UNIT_CHECK(reg(0, MSI + PCI_MSI_DATA, 4) == 0x12345678);
}

/** MSI without a message in the plan can not be switched on. */
static void message_without_a_plan_is_refused(struct mk_vm *vm)
{
    struct mk_pci_answer answer;
    (void)vm;
    make_machine();
    memcpy(machine.space[1], machine.space[0], 256);
    start();
    UNIT_CHECK(!put(1, MSI + PCI_MSI_CONTROL, 2, 1));
    UNIT_CHECK((reg(1, MSI + PCI_MSI_CONTROL, 2) & PCI_MSI_ENABLE) == 0);
    UNIT_CHECK(ask(MK_PCI_MESSAGE, 0, 3, 0, 0, &answer));
    UNIT_CHECK(answer.value == 0xfee00000 && answer.data == 0x30 + 9);
    UNIT_CHECK(!ask(MK_PCI_MESSAGE, 0, 1, 0, 0, &answer));
    UNIT_CHECK(!ask(MK_PCI_MESSAGE, 1, 0, 0, 0, &answer));
}

/** MSI-X is switched on and off, and masked (7.7.2.2). */
static void pcie_7_7_2_2_msix_is_switched(struct mk_vm *vm)
{
    (void)vm;
    make_machine();
    start();
    UNIT_CHECK(put(0, MSIX + PCI_MSIX_CONTROL, 2, 0xffff));
    UNIT_CHECK(reg(0, MSIX + PCI_MSIX_CONTROL, 2) == 0xc003);
}

/** A function is reset where it can be, and its base address registers come back (6.6.2). */
static void pcie_6_6_2_reset_and_restore(struct mk_vm *vm)
{
    struct mk_pci_answer answer;
    (void)vm;
    make_machine();
    start();
    UNIT_CHECK(put(0, PCI_COMMAND, 2, 7));
    UNIT_CHECK(ask(MK_PCI_RESET, 0, 0, 0, 0, &answer));
    UNIT_CHECK(reg(0, EXPRESS + PCIE_DEVICE_CONTROL, 2) == 0xa810);
    UNIT_CHECK((reg(0, PCI_COMMAND, 2) & PCI_COMMAND_MASTER) == 0);
    set(0, PCI_BAR, 4, 0);
    UNIT_CHECK(ask(MK_PCI_RESTORE, 0, 0, 0, 0, &answer));
    UNIT_CHECK(reg(0, PCI_BAR, 4) == 0xfb200000);
    UNIT_CHECK(put(1, PCI_COMMAND, 2, 7));
    UNIT_CHECK(!ask(MK_PCI_RESET, 1, 0, 0, 0, &answer));
    UNIT_CHECK((reg(1, PCI_COMMAND, 2) & PCI_COMMAND_MASTER) == 0);
}

/** Sizes and registers that do not exist are refused before anything is reached. */
static void hostile_sizes_and_registers_are_refused(struct mk_vm *vm)
{
    static const uint64_t bad[][2] = {{0, 0},
                                      {0, 3},
                                      {0, 8},
                                      {1, 2},
                                      {2, 4},
                                      {256, 4},
                                      {255, 2},
                                      {UINT64_C(1) << 32, 4},
                                      {0, 4 + (UINT64_C(1) << 32)},
                                      {UINT64_MAX, 1}};
    (void)vm;
    make_machine();
    start();
    machine.address = 0;
    for (uint32_t i = 0; i < MK_COUNT(bad); i++) {
        for (uint64_t verb = MK_PCI_READ; verb <= MK_PCI_WRITE; verb++) {
            const uint64_t out[MK_WORDS] = {++asker.number, verb, 0, bad[i][0], bad[i][1], 0};
            mk_words_write(&asker.words, out);
            mk_pci_server_round(&server);
            mk_words_update(&asker.words);
            UNIT_CHECK(asker.words.in[MK_PCI_ANSWER_NUMBER] == asker.number);
            UNIT_CHECK(asker.words.in[MK_PCI_ANSWER_GOOD] == 0);
        }
    }
    UNIT_CHECK(
        !ask((enum mk_pci_verb)(MK_PCI_RESTORE + 1), 0, 0, 4, 0, &(struct mk_pci_answer){0}));
    UNIT_CHECK(machine.address == 0);
}

/** A request is done once; a monitor that starts anew is heard again. */
static void requests_are_done_once(struct mk_vm *vm)
{
    (void)vm;
    make_machine();
    start();
    UNIT_CHECK(put(0, PCI_COMMAND, 2, 6));
    machine.writes = 0;
    mk_pci_server_round(&server);
    mk_pci_server_round(&server);
    UNIT_CHECK(machine.writes == 0);
    mk_pci_asker_start(&asker, &cables[0].ports[1]);
    UNIT_CHECK(put(0, PCI_COMMAND, 2, 0) && reg(0, PCI_COMMAND, 2) == 0x0140);
}

/** A list of capabilities that leads in a circle, or into the header, ends. */
static void broken_list_of_capabilities_ends(struct mk_vm *vm)
{
    struct mk_pci_answer answer;
    (void)vm;
    make_machine();
    set(0, MSIX + 1, 1, MSI);
    set(1, PCI_STATUS, 2, PCI_STATUS_CAPABILITIES);
    set(1, PCI_CAPABILITIES, 1, 0xfc);
    set(1, 0xfc, 2, PCI_CAP_MSI | 0x04 << 8);
    start();
    UNIT_CHECK(!put(1, 0xfe, 2, 1));
    UNIT_CHECK(ask(MK_PCI_READ, 1, 0xfc, 4, 0, &answer) && answer.value == 0x0405);
}

/** A function of another segment is not reached, and does not become one of segment 0. */
static void segments_past_the_first_are_refused(struct mk_vm *vm)
{
    static const struct mk_bdf far = {1, 3, 0, 0};
    struct mk_pci_answer answer;
    (void)vm;
    make_machine();
    start();
    plans[0].functions = &far;
    plans[0].function_count = 1;
    mk_pci_server_start(&server, &component, &config, clients, functions);
    machine.address = 0;
    UNIT_CHECK(!ask(MK_PCI_READ, 0, PCI_VENDOR, 4, 0, &answer));
    UNIT_CHECK(!put(0, PCI_COMMAND, 2, 7));
    UNIT_CHECK(machine.address == 0);
}

const struct unit_test unit_pci_server[] = {
    UNIT_TEST(functions_are_silent_at_start),
    UNIT_TEST(monitor_reaches_its_own_functions_only),
    UNIT_TEST(pcie_7_5_1_1_3_harmless_command_bits_only),
    UNIT_TEST(all_other_registers_stay),
    UNIT_TEST(pcie_7_7_1_message_is_the_plans),
    UNIT_TEST(pcie_7_7_1_short_addresses),
    UNIT_TEST(message_without_a_plan_is_refused),
    UNIT_TEST(pcie_7_7_2_2_msix_is_switched),
    UNIT_TEST(pcie_6_6_2_reset_and_restore),
    UNIT_TEST(hostile_sizes_and_registers_are_refused),
    UNIT_TEST(requests_are_done_once),
    UNIT_TEST(broken_list_of_capabilities_ends),
    UNIT_TEST(segments_past_the_first_are_refused),
    {NULL, NULL},
};
