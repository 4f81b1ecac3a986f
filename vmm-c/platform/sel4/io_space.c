/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * IO spaces. A device's first table is the root of its space; from then on each table goes where
 * the walk for the address ends, so tables are put in until the frame fits (seL4 manual, 10.5).
 */
#include "platform/sel4/io_space.h"

#ifdef CONFIG_IOMMU

/** Depth of a slot's address. */
#define DEPTH 64
/** Levels of tables, at most: five (VT-d 3.3, 9.8, second-level paging). */
#define LEVELS 5

enum mk_status mk_sel4_map_io(struct mk_platform *p, seL4_CPtr space, seL4_CPtr frame,
                              uint64_t address, seL4_CapRights_t rights)
{
    if (p->next >= p->last || seL4_CNode_Copy(p->cnode, p->next, DEPTH, p->cnode, frame, DEPTH,
                                              seL4_AllRights) != seL4_NoError) {
        return MK_NO_MEMORY;
    }
    seL4_CPtr copy = p->next++;
    for (int i = 0; i <= LEVELS; i++) {
        seL4_CPtr table;
        seL4_Error error = seL4_X86_Page_MapIO(copy, space, rights, address);
        if (error != seL4_FailedLookup) {
            return error == seL4_NoError ? MK_OK : MK_DENIED;
        }
        enum mk_status status = mk_sel4_make(p, seL4_X86_IOPageTableObject, &table);
        if (status != MK_OK) {
            return status;
        }
        if (seL4_X86_IOPageTable_Map(table, space, address) != seL4_NoError) {
            return MK_DENIED;
        }
    }
    return MK_BROKEN;
}

#else

enum mk_status mk_sel4_map_io(struct mk_platform *p, seL4_CPtr space, seL4_CPtr frame,
                              uint64_t address, seL4_CapRights_t rights)
{
    (void)p;
    (void)space;
    (void)frame;
    (void)address;
    (void)rights;
    return MK_DENIED; /* the kernel was built without VT-d */
}

#endif

/** A frame, log2. */
#define FRAME_BITS 12

enum mk_status mk_sel4_map_dma(struct mk_platform *p, const struct mk_vm_config *config)
{
    for (uint32_t i = 0; i < config->io_space_count; i++) {
        for (uint32_t j = 0; j < config->ram_bank_count; j++) {
            const struct mk_ram_bank *bank = &config->ram_banks[j];
            for (uint64_t k = 0; k < bank->frames; k++) {
                enum mk_status status =
                    mk_sel4_map_io(p, config->io_spaces[i].slot, p->frames + bank->first_frame + k,
                                   bank->gpa + (k << FRAME_BITS), seL4_AllRights);
                if (status != MK_OK) {
                    return status;
                }
            }
        }
    }
    return MK_OK;
}
