/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Devices of the machine: which memory and ports of them the guest reaches. Everything is found and
 * mapped once, before the monitor seals itself.
 */
#include "makatea/passthrough.h"
#include "makatea/passthrough_parts.h"

/** A frame of device memory, log2, where the MSI-X table is kept. */
#define PAGE_BITS 12
/** A frame of device memory where the MSI-X table is kept. */
#define PAGE_BYTES (UINT64_C(1) << PAGE_BITS)

/**
 * Shows or hides part of a BAR's memory.
 * @param vm the VM
 * @param bar the plan's BAR
 * @param part the frames
 * @param on whether the guest is to reach them
 * @return whether it is so now
 */
static bool show_part(struct mk_vm *vm, const struct mk_bar *bar, struct mk_device_part part,
                      bool on)
{
    if (part.count == 0) {
        return true;
    }
    if (!on) {
        vm->devices->hide(vm->platform, part);
        return true;
    }
    return vm->devices->show(vm->platform, part,
                             bar->gpa + ((uint64_t)part.first << part.frames->frame_bits));
}

/**
 * Shows or hides a BAR's memory, but for the pages that the monitor keeps.
 * @param vm the VM
 * @param row row of the function
 * @param bar row of its BAR
 * @param on whether the guest is to reach it
 * @return whether it is so now
 */
static bool show_memory(struct mk_vm *vm, uint32_t row, uint32_t bar, bool on)
{
    const struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_bar *plan = &vm->config->pci.functions[row].bars[bar];
    const struct mk_device_frames *frames =
        &vm->config->resources.device_frames[passed->bars[bar].row];
    uint32_t all = frames->frames.count;
    bool keeps = passed->kept != 0 && plan->index == passed->found.table.bar;
    uint32_t before = keeps ? passed->kept_first : all;
    uint32_t after = keeps ? passed->kept_first + passed->kept : all;
    const struct mk_device_part low = {frames, 0, before};
    const struct mk_device_part high = {frames, after, all - after};
    bool good = show_part(vm, plan, low, on) && show_part(vm, plan, high, on);
    if (on && !good) { /* nothing or all of it */
        show_part(vm, plan, low, false);
        show_part(vm, plan, high, false);
    }
    return good;
}

bool mk_passthrough_show(struct mk_vm *vm, uint32_t row, uint32_t bar, bool on)
{
    struct mk_passed_bar *state = &vm->storage->passed[row].bars[bar];
    const struct mk_bar *plan = &vm->config->pci.functions[row].bars[bar];
    if (state->shown == on) {
        return true;
    }
    bool good =
        plan->type == MK_BAR_IO
            ? vm->devices->ports(vm->platform, &vm->config->resources.io_ports[state->row], on)
            : show_memory(vm, row, bar, on);
    state->shown = on && good;
    if (!good) {
        mk_passthrough_say(vm, row, "a base address register could not be mapped");
    }
    return good;
}

/**
 * Finds a BAR among what the plan gives the monitor.
 * @param r what the monitor is given
 * @param bar the BAR
 * @return row of mk_resources::device_frames or io_ports, or MK_NONE
 */
static uint32_t row_of(const struct mk_resources *r, const struct mk_bar *bar)
{
    if (bar->type == MK_BAR_IO) {
        for (uint32_t i = 0; i < r->io_port_count; i++) {
            if (r->io_ports[i].first == bar->gpa) {
                return i;
            }
        }
        return MK_NONE;
    }
    for (uint32_t i = 0; i < r->device_frame_count; i++) {
        const struct mk_device_frames *f = &r->device_frames[i];
        if (f->paddr == bar->paddr && (uint64_t)f->frames.count << f->frame_bits >= bar->bytes &&
            bar->gpa % (UINT64_C(1) << f->frame_bits) == 0) {
            return i;
        }
    }
    return MK_NONE;
}

/**
 * Keeps the pages of the MSI-X table for the monitor.
 * @param vm the VM
 * @param row row of the function
 * @param bar row of the BAR with the table
 * @return whether it could
 */
static bool keep_table(struct mk_vm *vm, uint32_t row, uint32_t bar)
{
    struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_pci_place *table = &passed->found.table;
    const struct mk_device_frames *frames =
        &vm->config->resources.device_frames[passed->bars[bar].row];
    uint64_t end = table->offset + table->bytes;
    if (frames->frame_bits != PAGE_BITS || end > vm->config->pci.functions[row].bars[bar].bytes) {
        return false;
    }
    passed->kept_first = (uint32_t)(table->offset >> PAGE_BITS);
    passed->kept = (uint32_t)((end + PAGE_BYTES - 1) >> PAGE_BITS) - passed->kept_first;
    const struct mk_device_part part = {frames, passed->kept_first, passed->kept};
    volatile uint8_t *seen = vm->devices->see(vm->platform, part);
    passed->table = seen == NULL ? NULL : seen + table->offset % PAGE_BYTES;
    return seen != NULL;
}

/**
 * Finds the BARs of a function, its MSI-X table, and makes the mappings once.
 * @param vm the VM
 * @param row row of the function
 * @return a null pointer, or what is wrong
 */
static const char *prepare_function(struct mk_vm *vm, uint32_t row)
{
    struct mk_passed *passed = &vm->storage->passed[row];
    const struct mk_pci_function *plan = &vm->config->pci.functions[row];
    const struct mk_pci_host host = mk_passthrough_host(vm);
    *passed = (struct mk_passed){.silent = true};
    if (host.read == NULL) {
        return "there is no way to the configuration space of its devices";
    }
    if (!mk_pci_look(&host, plan->passthrough.number, &passed->found)) {
        return "a device that is passed through is not there";
    }
    for (uint32_t i = 0; i < plan->bar_count; i++) {
        passed->bars[i].row = row_of(&vm->config->resources, &plan->bars[i]);
        if (passed->bars[i].row == MK_NONE) {
            return "a device's memory or ports are not what was given";
        }
        if (plan->msix_vectors > 0 && plan->bars[i].type != MK_BAR_IO &&
            plan->bars[i].index == passed->found.table.bar && !keep_table(vm, row, i)) {
            return "a device's MSI-X table can not be kept from the guest";
        }
    }
    if (plan->msix_vectors > passed->found.vectors ||
        (plan->msix_vectors > 0 && passed->kept == 0)) {
        return "a device has fewer MSI-X vectors than planned";
    }
    for (uint32_t i = 0; i < plan->bar_count; i++) {
        if (!mk_passthrough_show(vm, row, i, true)) {
            return "a device's memory or ports could not be mapped";
        }
        mk_passthrough_show(vm, row, i, false);
    }
    return NULL;
}

/**
 * Says whether a port range or device memory belongs to a function that is passed through.
 * @param vm the VM
 * @param row row of mk_resources::device_frames or io_ports
 * @param io whether it is ports
 * @return whether
 */
static bool is_of_function(const struct mk_vm *vm, uint32_t row, bool io)
{
    const struct mk_pci *pci = &vm->config->pci;
    for (uint32_t i = 0; i < pci->function_count; i++) {
        for (uint32_t b = 0; mk_is_passed(vm, i) && b < pci->functions[i].bar_count; b++) {
            if ((pci->functions[i].bars[b].type == MK_BAR_IO) == io &&
                vm->storage->passed[i].bars[b].row == row) {
                return true;
            }
        }
    }
    return false;
}

/**
 * Gives the guest memory and ports that the plan gives by themselves, for good: at the machine's
 * addresses and numbers.
 * @param vm the VM
 * @return a null pointer, or what is wrong
 */
static const char *prepare_ranges(struct mk_vm *vm)
{
    const struct mk_resources *r = &vm->config->resources;
    for (uint32_t i = 0; i < r->device_frame_count; i++) {
        const struct mk_device_frames *frames = &r->device_frames[i];
        const struct mk_device_part part = {frames, 0, frames->frames.count};
        if (!is_of_function(vm, i, false) &&
            !vm->devices->show(vm->platform, part, frames->paddr)) {
            return "device memory could not be mapped";
        }
    }
    for (uint32_t i = 0; i < r->io_port_count; i++) {
        if (!is_of_function(vm, i, true) &&
            !vm->devices->ports(vm->platform, &r->io_ports[i], true)) {
            return "ports could not be given to it";
        }
    }
    return NULL;
}

const char *mk_passthrough_prepare(struct mk_vm *vm)
{
    const struct mk_pci *pci = &vm->config->pci;
    const char *why = NULL;
    for (uint32_t i = 0; why == NULL && i < pci->function_count; i++) {
        why = mk_is_passed(vm, i) ? prepare_function(vm, i) : NULL;
    }
    if (why == NULL) {
        why = prepare_ranges(vm);
    }
    if (why == NULL && !vm->devices->dma(vm->platform, vm->config)) {
        why = "its memory could not be mapped for its devices";
    }
    if (why == NULL) {
        mk_passthrough_stop(vm); /* as they are after a life */
    }
    return why;
}
