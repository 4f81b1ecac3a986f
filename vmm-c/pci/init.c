/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Making the hierarchy from the plan, and finding functions in it.
 */
#include "pci/internal.h"

/**
 * Bus, device and function as one number.
 * @param plan a function
 * @return the number
 */
static uint32_t key(const struct mk_pci_function *plan)
{
    return (uint32_t)plan->bus << 8 | (uint32_t)plan->device << 3 | plan->function;
}

/**
 * Finds the root port that leads to a bus of the plan.
 * @param plan the hierarchy
 * @param bus the bus
 * @return row of the root port, or MK_NONE
 */
static uint32_t port_above(const struct mk_pci *plan, uint32_t bus)
{
    for (uint32_t i = 0; i < plan->function_count && plan->functions[i].bus == 0; i++) {
        const struct mk_pci_function *fn = &plan->functions[i];
        if (fn->kind == MK_PCI_ROOT_PORT && fn->root_port.secondary_bus == bus) {
            return i;
        }
    }
    return MK_NONE;
}

/**
 * Says whether a function stands where one can stand: in order, no two at one place, root ports on
 * bus 0, each with a bus of its own, and behind a port device 0 only (PCIe 5.0, 7.3.1).
 * @param plan the hierarchy
 * @param i row of the function
 * @return whether
 */
static bool placed_well(const struct mk_pci *plan, uint32_t i)
{
    const struct mk_pci_function *fn = &plan->functions[i];
    if (fn->device >= MK_PCI_DEVICES || fn->function >= MK_PCI_FUNCTIONS ||
        fn->kind > MK_PCI_PASSTHROUGH || (i > 0 && key(fn) <= key(fn - 1))) {
        return false;
    }
    if (fn->bus > 0 && (fn->device != 0 || port_above(plan, fn->bus) == MK_NONE)) {
        return false;
    }
    return fn->kind != MK_PCI_ROOT_PORT || (fn->bus == 0 && fn->root_port.secondary_bus > 0 &&
                                            port_above(plan, fn->root_port.secondary_bus) == i);
}

/**
 * Says whether something of a BAR is in it.
 * @param fn the function
 * @param place where it is to be
 * @return whether
 */
static bool in_bar(const struct mk_pci_fn *fn, const struct mk_pci_place *place)
{
    uint64_t bytes = place->bar < MK_BAR_MAX ? fn->bars[place->bar].bytes : 0;
    return bytes > 0 && fn->bars[place->bar].type != MK_BAR_IO && place->offset % 8 == 0 &&
           place->offset <= bytes && place->bytes <= bytes - place->offset;
}

/**
 * Says whether MSI-X table and pending bits are in BARs, and apart.
 * @param fn the function
 * @return whether
 */
static bool msix_is_sound(const struct mk_pci_fn *fn)
{
    const struct mk_pci_place *a = &fn->table;
    const struct mk_pci_place *b = &fn->pba;
    return in_bar(fn, a) && in_bar(fn, b) &&
           (a->bar != b->bar || a->offset + a->bytes <= b->offset ||
            b->offset + b->bytes <= a->offset);
}

/**
 * Makes a function.
 * @param root the hierarchy
 * @param i its row
 * @param vectors room for its vectors; NULL when it has none
 * @return whether its plan is sound
 */
static bool make_function(struct mk_pci_root *root, uint32_t i, struct mk_pci_vector *vectors)
{
    const struct mk_pci_function *plan = &root->plan->functions[i];
    struct mk_pci_fn *fn = &root->fns[i];
    uint32_t count = plan->msix_vectors;
    *fn = (struct mk_pci_fn){.plan = plan, .port = MK_NONE};
    fn->port = plan->bus == 0 ? MK_NONE : port_above(root->plan, plan->bus);
    if (!mk_pci_make_header(fn) || count > PCI_MSIX_VECTORS || (vectors == NULL) != (count == 0)) {
        return false;
    }
    if (count > 0) {
        fn->vectors = vectors;
        fn->vector_count = count;
        fn->table = (struct mk_pci_place){MK_PCI_VIRTIO_MSIX_BAR, 0, 16 * (uint64_t)count};
        /* Pending bits are whole quad words (7.7.2.6). */
        fn->pba = (struct mk_pci_place){MK_PCI_VIRTIO_MSIX_BAR, MK_PCI_VIRTIO_PBA,
                                        (count + 63) / 64 * UINT64_C(8)};
        for (uint32_t v = 0; v < count; v++) {
            vectors[v] = (struct mk_pci_vector){.word = {0, 0, 0, 1}};
        }
    }
    if (plan->kind == MK_PCI_PASSTHROUGH && !mk_pci_ask_host(root, fn)) {
        return false;
    }
    return (count == 0 || msix_is_sound(fn)) && mk_pci_make_capabilities(fn);
}

enum mk_status mk_pci_init(struct mk_pci_root *root, const struct mk_pci_parts *parts)
{
    const struct mk_pci *plan = parts->plan;
    uint64_t vectors = 0;
    *root = (struct mk_pci_root){
        .plan = plan, .irq = parts->irq, .host = parts->host, .events = parts->events};
    root->fns = parts->fns;
    if (plan->function_count > parts->fn_room) {
        return MK_NO_MEMORY;
    }
    for (uint32_t i = 0; i < plan->function_count; i++) {
        const struct mk_pci_function *fn = &plan->functions[i];
        if (!placed_well(plan, i)) {
            return MK_BAD_RANGE;
        }
        if (fn->kind == MK_PCI_PASSTHROUGH && parts->host.read == NULL) {
            return MK_DENIED;
        }
        if (vectors + fn->msix_vectors > parts->vector_room) {
            return MK_NO_MEMORY;
        }
        if (!make_function(root, i, fn->msix_vectors > 0 ? parts->vectors + vectors : NULL)) {
            return MK_BAD_RANGE;
        }
        vectors += fn->msix_vectors;
    }
    root->fn_count = plan->function_count;
    mk_pci_route(root);
    return MK_OK;
}

void mk_pci_route(struct mk_pci_root *root)
{
    for (uint32_t bus = 0; bus < MK_PCI_BUSES; bus++) {
        root->ports[bus] = MK_NONE;
    }
    for (uint32_t i = root->fn_count; i > 0; i--) {
        const struct mk_pci_fn *fn = &root->fns[i - 1];
        if (fn->plan->kind == MK_PCI_ROOT_PORT) {
            uint32_t secondary = mk_pci_get(fn, PCI_SECONDARY_BUS, 1);
            /* Of two ports with one number the first has it. Row 0 is never asked for: bus 0 is
             * the root's own. */
            if (secondary <= mk_pci_get(fn, PCI_SUBORDINATE_BUS, 1)) {
                root->ports[secondary] = i - 1;
            }
        }
    }
}

uint32_t mk_pci_find(const struct mk_pci_root *root, uint32_t bus, uint32_t device,
                     uint32_t function)
{
    if (bus >= MK_PCI_BUSES || device >= MK_PCI_DEVICES || function >= MK_PCI_FUNCTIONS) {
        return MK_NONE;
    }
    uint32_t wanted = device << 3 | function;
    if (bus > 0) {
        if (root->ports[bus] == MK_NONE) {
            return MK_NONE;
        }
        wanted |= (uint32_t)root->fns[root->ports[bus]].plan->root_port.secondary_bus << 8;
    }
    uint32_t low = 0;
    uint32_t high = root->fn_count;
    while (low < high) { /* The plan is in order. */
        uint32_t middle = low + (high - low) / 2;
        uint32_t k = key(root->fns[middle].plan);
        if (k == wanted) {
            return middle;
        }
        if (k < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return MK_NONE;
}
