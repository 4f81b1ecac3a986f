/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Interrupts by message on real seL4. The component's own code switches them on, so what is shown
 * is that its message is the plan's interrupt.
 */
#include "components/pci_parts.h"
#include "dma.h"
#include "makatea/pci_registers.h"

/** Numbers of two interrupts, from seL4's first user interrupt. */
enum { FIRST = 5, SECOND = 6 };
/** Badges of the two. */
enum { FIRST_BADGE = 1, SECOND_BADGE = 2 };
/** Where messages go: said again here, as a device that forges knows it. */
#define LOCAL_APIC UINT64_C(0xfee00000)
/** Vector of seL4's first user interrupt; the same. */
#define USER_VECTORS 0x30
/** So often a signal is looked for. */
#define PATIENCE 100000

/**
 * Makes a handler for an interrupt by message, which signals a notification.
 * @param d the program
 * @param ntfn the notification
 * @param vector number of the interrupt
 * @param badge badge of its signals
 * @return whether it worked
 */
static bool hear(struct dma *d, seL4_CPtr ntfn, seL4_Word vector, seL4_Word badge)
{
    seL4_CPtr handler = d->p.next++;
    seL4_CPtr badged = d->p.next++;
    return seL4_IRQControl_GetMSI(seL4_CapIRQControl, d->p.cnode, handler, DEPTH, 0, d->edu.device,
                                  0, 0, vector) == seL4_NoError &&
           seL4_CNode_Mint(d->p.cnode, badged, DEPTH, d->p.cnode, ntfn, DEPTH, seL4_AllRights,
                           badge) == seL4_NoError &&
           seL4_IRQHandler_SetNotification(handler, badged) == seL4_NoError;
}

/**
 * Waits for a signal, not for ever.
 * @param ntfn the notification
 * @return badges; 0 when none came
 */
static seL4_Word heard(seL4_CPtr ntfn)
{
    seL4_Word badge = 0;
    for (uint32_t i = 0; i < PATIENCE && badge == 0; i++) {
        seL4_Poll(ntfn, &badge);
    }
    return badge;
}

/**
 * Lets the device interrupt.
 * @param d the program
 * @param ntfn the notification
 * @return badges of what came
 */
static seL4_Word interrupt(const struct dma *d, seL4_CPtr ntfn)
{
    edu_interrupt(&d->edu, true);
    seL4_Word badge = heard(ntfn);
    edu_interrupt(&d->edu, false);
    return badge;
}

/**
 * Lets the component switch MSI on or off, as a monitor asks for it.
 * @param d the program
 * @param vector what the plan has for the function
 * @param on on or off
 * @return whether it was done
 */
static bool switch_msi(const struct dma *d, uint32_t vector, bool on)
{
    const struct mk_port_range range = {"pci_config", 0xcf8, 0xcff, (uint32_t)d->edu.ports};
    const struct mk_resources resources = {.io_ports = &range, .io_port_count = 1};
    const struct mk_bdf bdf = {0, 0, d->edu.device, 0};
    const struct mk_pci_message message = {0, 0, vector};
    const struct mk_pci_client plan = {"dma", 0, &bdf, 1, &message, 1};
    const struct mk_pci_server_config config = {resources, &plan, 1};
    struct mk_component component = {.resources = &resources};
    struct mk_pci_server server = {.c = &component, .config = &config};
    struct mk_pci_server_function function = {.bdf = &bdf};
    const struct mk_pci_server_client client = {.plan = &plan, .functions = &function};
    mk_pci_server_take(&server, &function);
    const uint64_t master[] = {[MK_PCI_REQUEST_VERB] = MK_PCI_WRITE,
                               [MK_PCI_REQUEST_OFFSET] = PCI_COMMAND,
                               [MK_PCI_REQUEST_BYTES] = 2,
                               [MK_PCI_REQUEST_VALUE] = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER |
                                                        PCI_COMMAND_INTX_DISABLE};
    const uint64_t msi[] = {[MK_PCI_REQUEST_VERB] = MK_PCI_WRITE,
                            [MK_PCI_REQUEST_OFFSET] = function.msi + (uint64_t)PCI_MSI_CONTROL,
                            [MK_PCI_REQUEST_BYTES] = 2,
                            [MK_PCI_REQUEST_VALUE] = on ? PCI_MSI_ENABLE : 0};
    struct mk_pci_answer answer;
    return function.msi != 0 && mk_pci_server_do(&server, &client, master, &answer) &&
           mk_pci_server_do(&server, &client, msi, &answer);
}

void dma_try_messages(struct dma *d, volatile uint8_t *memory, uint64_t address)
{
    seL4_CPtr ntfn = 0;
    bool good = mk_sel4_make(&d->p, seL4_NotificationObject, &ntfn) == MK_OK &&
                hear(d, ntfn, FIRST, FIRST_BADGE) && hear(d, ntfn, SECOND, SECOND_BADGE);
    dma_result(d, "two interrupts by message have handlers", good);
    if (!good) {
        return;
    }
    good = switch_msi(d, FIRST, false);
    dma_result(d, "with MSI off nothing comes", good && interrupt(d, ntfn) == 0);
    good = switch_msi(d, FIRST, true);
    dma_result(d, "the component's message is the plan's interrupt",
               good && interrupt(d, ntfn) == FIRST_BADGE);
    dma_result(d, "it comes again though nobody has let it through",
               interrupt(d, ntfn) == FIRST_BADGE);
    good = switch_msi(d, SECOND, true);
    dma_result(d, "another number in the plan is another interrupt",
               good && interrupt(d, ntfn) == SECOND_BADGE);
    *(volatile uint32_t *)memory = USER_VECTORS + FIRST;
    edu_copy(&d->edu, address, 4, false);
    edu_copy(&d->edu, LOCAL_APIC, 4, true);
    dma_result(d, "by DMA the device forges an interrupt that is not its own",
               heard(ntfn) == FIRST_BADGE);
}
