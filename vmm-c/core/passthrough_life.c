/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine around each life of the guest: they are silent before and after it.
 * Sections are those of PCIe 5.0.
 */
#include "makatea/passthrough.h"
#include "makatea/passthrough_parts.h"

/** After a reset nothing is asked of a function for 100 ms, a tenth of a second (6.6.2). */
#define RESET_HZ UINT64_C(10)
/** Then it answers within a second (6.6.1). */
#define RESET_TRIES 10
/** Masks a vector of the MSI-X table (7.7.2.8). */
#define MASKED 1
/** No function of the machine. */
#define NOBODY 0xffff

/**
 * Asks for something that has no answer but whether it was done.
 * @param vm the VM
 * @param row row of the function
 * @param verb what
 * @return whether it was done
 */
static bool command(struct mk_vm *vm, uint32_t row, enum mk_pci_verb verb)
{
    const struct mk_pci_request request = {verb, vm->config->pci.functions[row].passthrough.number,
                                           0, 0, 0};
    struct mk_pci_answer answer;
    return mk_passthrough_ask(vm, &request, &answer);
}

void mk_passthrough_table_write(const struct mk_passed *passed, uint32_t vector, uint32_t word,
                                uint32_t value)
{
    *(volatile uint32_t *)(volatile void *)(passed->table + 16 * (size_t)vector +
                                            4 * (size_t)word) = value;
}

/**
 * Leaves functions alone that are being reset.
 * @param vm the VM
 */
static void wait_for_reset(struct mk_vm *vm)
{
    uint64_t moment = mk_platform_tsc_hz(vm->platform) / RESET_HZ;
    uint64_t until = mk_platform_now(vm->platform) + moment;
    while (mk_passthrough_wait(vm, until)) {
        /* Something else was told. */
    }
}

void mk_passthrough_stop(struct mk_vm *vm)
{
    const struct mk_pci *pci = &vm->config->pci;
    bool reset = false;
    for (uint32_t i = 0; vm->devices != NULL && i < pci->function_count; i++) {
        struct mk_passed *passed = &vm->storage->passed[i];
        for (uint32_t b = 0; mk_is_passed(vm, i) && b < pci->functions[i].bar_count; b++) {
            mk_passthrough_show(vm, i, b, false);
        }
        if (mk_is_passed(vm, i)) {
            passed->silent = true;
            reset = command(vm, i, MK_PCI_RESET) || reset;
        }
    }
    if (reset) {
        wait_for_reset(vm);
    }
}

/**
 * Writes the plan's messages into the machine's MSI-X table, every vector masked: what a guest or
 * the firmware left there is gone.
 * @param vm the VM
 * @param row row of the function
 * @return whether the plan's messages are known
 */
static bool fill_table(struct mk_vm *vm, uint32_t row)
{
    const struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_pci_function *plan = &vm->config->pci.functions[row];
    for (uint32_t v = 0; passed->kept != 0 && v < passed->found.vectors; v++) {
        const struct mk_pci_request request = {MK_PCI_MESSAGE, plan->passthrough.number, v, 0, 0};
        struct mk_pci_answer message = {0, 0};
        mk_passthrough_table_write(passed, v, 3, MASKED);
        if (v < plan->msix_vectors && !mk_passthrough_ask(vm, &request, &message)) {
            return false;
        }
        mk_passthrough_table_write(passed, v, 0, message.value);
        mk_passthrough_table_write(passed, v, 1, 0);
        mk_passthrough_table_write(passed, v, 2, message.data);
    }
    return true;
}

/**
 * Waits until a function answers after its reset.
 * @param vm the VM
 * @param row row of the function
 * @return whether it is the one that was looked at before
 */
static bool comes_back(struct mk_vm *vm, uint32_t row)
{
    const struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_pci_host host = mk_passthrough_host(vm);
    struct mk_pci_found found;
    uint32_t number = vm->config->pci.functions[row].passthrough.number;
    for (int i = 0; i < RESET_TRIES && host.read != NULL; i++) {
        if ((host.read(vm, number, PCI_VENDOR, 2) & NOBODY) != NOBODY) {
            return mk_pci_look(&host, number, &found) && found.msi == passed->found.msi &&
                   found.msix == passed->found.msix && found.vectors == passed->found.vectors &&
                   found.table.bar == passed->found.table.bar &&
                   found.table.offset == passed->found.table.offset;
        }
        wait_for_reset(vm);
    }
    return false;
}

/**
 * Makes a function ready: nothing is in use, its memory and ports are decoded.
 * @param vm the VM
 * @param row row of the function
 * @return a null pointer, or what is wrong
 */
static const char *start_function(struct mk_vm *vm, uint32_t row)
{
    struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_pci_function *plan = &vm->config->pci.functions[row];
    const uint32_t off[][2] = {
        {passed->found.msi, (uint32_t)PCI_MSI_CONTROL},
        {passed->found.msix, (uint32_t)PCI_MSIX_CONTROL},
    };
    if (!comes_back(vm, row)) {
        return "it does not come back after its reset";
    }
    if (!command(vm, row, MK_PCI_RESTORE)) {
        return "its base address registers could not be put back";
    }
    struct mk_pci_request request = {MK_PCI_WRITE, plan->passthrough.number, 0, 2, 0};
    struct mk_pci_answer answer;
    bool good = true;
    for (uint32_t i = 0; i < MK_COUNT(off); i++) {
        request.offset = off[i][0] + off[i][1];
        good = (off[i][0] == 0 || mk_passthrough_ask(vm, &request, &answer)) && good;
    }
    passed->msi = 0;
    passed->msix = 0;
    passed->command = mk_passthrough_command(plan, 0);
    request.offset = PCI_COMMAND;
    request.value = passed->command;
    good = mk_passthrough_ask(vm, &request, &answer) && good;
    if (!good) {
        return "a register could not be written";
    }
    passed->broken = false;
    return fill_table(vm, row) ? NULL : "the messages of its interrupts are not known";
}

bool mk_passthrough_start(struct mk_vm *vm)
{
    const struct mk_resources *r = &vm->config->resources;
    const char *why = NULL;
    for (uint32_t i = 0; vm->devices != NULL && i < r->irq_count; i++) {
        if (r->irqs[i].kind == MK_IRQ_IOAPIC) {
            vm->devices->acknowledge(vm->platform, &r->irqs[i]);
        }
    }
    for (uint32_t i = 0; vm->devices != NULL && i < vm->config->pci.function_count; i++) {
        why = mk_is_passed(vm, i) ? start_function(vm, i) : NULL;
        if (why != NULL) {
            mk_passthrough_say(vm, i, why);
            return false;
        }
        vm->storage->passed[i].silent = false;
    }
    return true;
}
