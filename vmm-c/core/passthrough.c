/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine while the guest runs: what its registers ask for is asked of the machine,
 * and what the machine's interrupts tell is handed on. Sections are those of PCIe 5.0.
 */
#include "makatea/passthrough.h"

#include "makatea/passthrough_parts.h"

/**
 * Writes a register of the machine's function. A refusal is told once: the device then does less
 * than the guest wants, never more.
 * @param vm the VM
 * @param row row of the function
 * @param offset register
 * @param value value of two bytes
 */
static void ask_for(struct mk_vm *vm, uint32_t row, uint32_t offset, uint32_t value)
{
    struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_pci_request request = {
        MK_PCI_WRITE, vm->config->pci.functions[row].passthrough.number, offset, 2, value};
    struct mk_pci_answer answer;
    if (!mk_passthrough_ask(vm, &request, &answer) && !passed->broken) {
        passed->broken = true;
        mk_passthrough_say(vm, row, "a register could not be written");
    }
}

uint32_t mk_passthrough_command(const struct mk_pci_function *plan, uint32_t guest)
{
    uint32_t pin = plan->intx_gsi == MK_NONE ? (uint32_t)PCI_COMMAND_INTX_DISABLE : 0;
    return PCI_COMMAND_IO | PCI_COMMAND_MEMORY | pin |
           (guest & (PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE));
}

/**
 * The bits of a capability's message control that the guest has set.
 * @param fn the function, as the guest has it
 * @param at the guest's capability, or 0
 * @param bits which bits
 * @return their values
 */
static uint32_t control_of(const struct mk_pci_fn *fn, uint32_t at, uint32_t bits)
{
    return at == 0 ? 0 : fn->value[at / 4] >> 16 & bits;
}

/**
 * Masks vectors of the machine's MSI-X table as the guest's are (7.7.2.8).
 * @param passed the function
 * @param fn the same, as the guest has it
 */
static void set_masks(const struct mk_passed *passed, struct mk_pci_fn *fn)
{
    for (uint32_t v = 0; passed->kept != 0 && v < fn->vector_count; v++) {
        bool open = (fn->vectors[v].word[3] & 1) == 0;
        if (open != fn->vectors[v].open) {
            fn->vectors[v].open = open;
            mk_passthrough_table_write(passed, v, 3, open ? 0 : 1);
        }
    }
}

void mk_passthrough_changed(void *context, uint32_t function)
{
    struct mk_vm *vm = context;
    struct mk_passed *passed = &vm->storage->passed[function];
    struct mk_pci_fn *fn = &vm->machine.pci.root.fns[function];
    uint32_t command = mk_passthrough_command(fn->plan, fn->value[PCI_COMMAND / 4]);
    uint32_t msi = control_of(fn, fn->msi, PCI_MSI_ENABLE);
    uint32_t msix = control_of(fn, fn->msix, PCI_MSIX_ENABLE | PCI_MSIX_MASK);
    if (passed->silent) {
        return; /* before and after a life */
    }
    set_masks(passed, fn);
    if (msi != passed->msi && passed->found.msi != 0) {
        passed->msi = msi;
        ask_for(vm, function, passed->found.msi + (uint32_t)PCI_MSI_CONTROL, msi);
    }
    if (msix != passed->msix && passed->found.msix != 0) {
        passed->msix = msix;
        ask_for(vm, function, passed->found.msix + (uint32_t)PCI_MSIX_CONTROL, msix);
    }
    if (command != passed->command) {
        passed->command = command;
        ask_for(vm, function, PCI_COMMAND, command);
    }
}

void mk_passthrough_decode(void *context, uint32_t function)
{
    struct mk_vm *vm = context;
    const struct mk_pci_function *plan = &vm->config->pci.functions[function];
    for (uint32_t i = 0; mk_is_passed(vm, function) && i < plan->bar_count; i++) {
        uint64_t gpa = 0;
        bool here = mk_pci_bar_gpa(&vm->machine.pci.root, function, plan->bars[i].index, &gpa) &&
                    gpa == plan->bars[i].gpa;
        mk_passthrough_show(vm, function, i, here);
    }
}

/**
 * Sets the line of an interrupt that came by a wire.
 * @param vm the VM
 * @param irq the interrupt
 * @param asserted whether it is asserted
 */
static void set_line(struct mk_vm *vm, const struct mk_irq *irq, bool asserted)
{
    struct mk_pci_root *root = &vm->machine.pci.root;
    if (irq->function != MK_NONE) {
        mk_pci_intx(root, irq->function, asserted);
    } else {
        const struct mk_irq_out out = mk_irqchip_out(&vm->machine.chip);
        out.line(out.chip, irq->gsi, asserted);
    }
}

/**
 * Says whether an input of the guest is level-triggered.
 * @param config the plan
 * @param gsi its number
 * @return whether
 */
static bool is_level(const struct mk_vm_config *config, uint32_t gsi)
{
    for (uint32_t i = 0; i < config->gsi_count; i++) {
        if (config->gsis[i].gsi == gsi) {
            return config->gsis[i].level;
        }
    }
    return false;
}

/**
 * Hands an interrupt on.
 * @param vm the VM
 * @param irq the interrupt
 */
static void hand_on(struct mk_vm *vm, const struct mk_irq *irq)
{
    const struct mk_pci *pci = &vm->config->pci;
    if (irq->kind == MK_IRQ_MSI) {
        if (irq->function < pci->function_count && pci->functions[irq->function].msi) {
            mk_pci_msi_raise(&vm->machine.pci.root, irq->function);
        } else {
            mk_pci_msix_raise(&vm->machine.pci.root, irq->function, irq->handle);
        }
        return;
    }
    set_line(vm, irq, true);
    if (!is_level(vm->config, irq->gsi)) {
        set_line(vm, irq, false);
        vm->devices->acknowledge(vm->platform, irq);
    }
}

void mk_passthrough_serve(struct mk_vm *vm, uint64_t events)
{
    const struct mk_resources *r = &vm->config->resources;
    for (uint32_t i = 0; vm->devices != NULL && i < r->irq_count; i++) {
        if ((events >> r->irqs[i].event & 1) != 0) {
            hand_on(vm, &r->irqs[i]);
        }
    }
}

void mk_passthrough_served(void *context, uint32_t gsi)
{
    struct mk_vm *vm = context;
    const struct mk_resources *r = &vm->config->resources;
    for (uint32_t i = 0; vm->devices != NULL && i < r->irq_count; i++) {
        const struct mk_irq *irq = &r->irqs[i];
        if (irq->kind == MK_IRQ_IOAPIC && irq->gsi == gsi) {
            set_line(vm, irq, false);
            vm->devices->acknowledge(vm->platform, irq);
        }
    }
}
