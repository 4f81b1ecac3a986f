/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * IO spaces on real seL4: what a device reaches by DMA, and what it does not; then its interrupts.
 * A root task that maps with the monitor's own code; README.md tells how it is run.
 *
 * Each line begins with a bar. Between them the kernel's own lines tell of the faults.
 */
#include "dma.h"
#include "platform/sel4/io_space.h"
#include "platform/sel4/root.h"

/** Size of a frame, log2. */
#define FRAME_BITS 12
/** Size of a frame. */
#define FRAME_BYTES 4096
/** Bytes that the device copies: half a frame. */
#define PART 2048
/** Least size of the untyped memory that is used, log2. */
#define UNTYPED_BITS 20
/** Where frames and registers are mapped, in the first large page that is free. */
#define WINDOW UINT64_C(0x8000000000)
/** Where the device sees what it may read and write. */
#define OPEN UINT64_C(0x1230000)
/** Where it sees what it may only read: another table of the lowest level. */
#define READ_ONLY UINT64_C(0x4560000)
/** Number of the IO space for the kernel; 0 would be no domain. */
#define DOMAIN 5
/** What memory is filled with before the device writes. */
#define EMPTY 0x55

/** A frame. */
struct frame {
    seL4_CPtr slot;         /**< Its slot. */
    uint64_t paddr;         /**< Its physical address. */
    volatile uint8_t *data; /**< Where it is seen. */
};

/**
 * Puts a character on the kernel's debug output.
 * @param context not used
 * @param byte the character
 */
static void put(void *context, char byte)
{
    (void)context;
    seL4_DebugPutChar(byte);
}

void dma_result(struct dma *d, const char *what, bool good)
{
    mk_text_string(&d->log, "| ");
    mk_text_string(&d->log, what);
    mk_text_string(&d->log, good ? ": yes\n" : ": NO\n");
}

/**
 * Maps a frame where the program sees it, with the tables that are missing.
 * @param d the program
 * @param slot the frame
 * @param attributes attributes
 * @return where it is seen; a null pointer when it could not be mapped
 */
static volatile uint8_t *map(struct dma *d, seL4_CPtr slot, seL4_X86_VMAttributes attributes)
{
    static const seL4_Word types[] = {seL4_X86_PDPTObject, seL4_X86_PageDirectoryObject,
                                      seL4_X86_PageTableObject};
    seL4_Error (*const map_table[])(seL4_CPtr, seL4_CPtr, seL4_Word, seL4_X86_VMAttributes) = {
        seL4_X86_PDPT_Map, seL4_X86_PageDirectory_Map, seL4_X86_PageTable_Map};
    uint64_t address = d->next_address;
    for (uint32_t i = 0; d->table == 0 && i < 3; i++) {
        seL4_CPtr table;
        if (mk_sel4_make(&d->p, types[i], &table) != MK_OK ||
            map_table[i](table, d->p.vspace, address, seL4_X86_Default_VMAttributes) !=
                seL4_NoError) {
            return (volatile uint8_t *)0;
        }
        d->table = i == 2 ? table : 0;
    }
    d->next_address += FRAME_BYTES;
    return seL4_X86_Page_Map(slot, d->p.vspace, address, seL4_AllRights, attributes) == seL4_NoError
               ? (volatile uint8_t *)address
               : (volatile uint8_t *)0;
}

/**
 * Makes a frame of memory that the program sees.
 * @param d the program
 * @param frame receives it
 * @return whether it worked
 */
static bool make_frame(struct dma *d, struct frame *frame)
{
    if (mk_sel4_make(&d->p, seL4_X86_4K, &frame->slot) != MK_OK) {
        return false;
    }
    frame->paddr = seL4_X86_Page_GetAddress(frame->slot).paddr;
    frame->data = map(d, frame->slot, seL4_X86_Default_VMAttributes);
    return frame->data != (volatile uint8_t *)0;
}

/**
 * Maps the device's registers: its untyped memory is halved until a frame is left.
 * @param d the program, with the device found
 * @param info boot information
 * @return whether it worked
 */
static bool map_registers(struct dma *d, const seL4_BootInfo *info)
{
    const seL4_UntypedDesc *entry = info->untypedList;
    const seL4_UntypedDesc *end = entry + (info->untyped.end - info->untyped.start);
    while (entry < end && (!entry->isDevice || d->edu.bar < entry->paddr ||
                           d->edu.bar - entry->paddr >= UINT64_C(1) << entry->sizeBits)) {
        entry++;
    }
    if (entry == end) {
        return false;
    }
    seL4_CPtr untyped = info->untyped.start + (seL4_CPtr)(entry - info->untypedList);
    uint64_t paddr = entry->paddr;
    for (seL4_Word bits = entry->sizeBits; bits-- > FRAME_BITS;) {
        if (seL4_Untyped_Retype(untyped, seL4_UntypedObject, bits, d->p.cnode, 0, 0, d->p.next,
                                2) != seL4_NoError) {
            return false;
        }
        bool upper = d->edu.bar - paddr >= UINT64_C(1) << bits;
        untyped = d->p.next + (upper ? 1 : 0);
        paddr += upper ? UINT64_C(1) << bits : 0;
        d->p.next += 2;
    }
    seL4_CPtr frame = d->p.next++;
    if (seL4_Untyped_Retype(untyped, seL4_X86_4K, 0, d->p.cnode, 0, 0, frame, 1) != seL4_NoError) {
        return false;
    }
    d->edu.place = map(d, frame, seL4_X86_CacheDisabled);
    return d->edu.place != (volatile uint8_t *)0;
}

/**
 * Fills memory.
 * @param to first byte
 * @param bytes how many
 * @param seed 0: with #EMPTY, else with a pattern
 */
static void fill(volatile uint8_t *to, uint32_t bytes, uint8_t seed)
{
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = seed == 0 ? EMPTY : (uint8_t)(seed + 7 * i);
    }
}

/**
 * Says whether memory is what fill() made of it.
 * @param from first byte
 * @param bytes how many
 * @param seed see fill()
 * @return whether
 */
static bool is_filled(const volatile uint8_t *from, uint32_t bytes, uint8_t seed)
{
    for (uint32_t i = 0; i < bytes; i++) {
        if (from[i] != (seed == 0 ? EMPTY : (uint8_t)(seed + 7 * i))) {
            return false;
        }
    }
    return true;
}

/**
 * Tries what the device reaches.
 * @param d the program, with the device and its IO space
 * @param open frame that it will be given
 * @param read_only frame that it may only read
 * @param canary frame that it must not reach
 */
static void try_all(struct dma *d, const struct frame *open, const struct frame *read_only,
                    const struct frame *canary)
{
    const struct edu *edu = &d->edu;
    fill(open->data, PART, 1);
    fill(open->data + PART, PART, 0);
    fill(read_only->data, FRAME_BYTES, 0);
    fill(canary->data, FRAME_BYTES, 0);
    edu_copy(edu, open->paddr + PART, PART, true);
    dma_result(d, "before a mapping nothing is reached", is_filled(open->data + PART, PART, 0));
    dma_result(d, "a frame is mapped",
               mk_sel4_map_io(&d->p, d->space, open->slot, OPEN, seL4_AllRights) == MK_OK);
    seL4_CPtr copy = d->p.next; /* a mapping begins with a copy of the capability */
    dma_result(d, "another one is mapped for reading",
               mk_sel4_map_io(&d->p, d->space, read_only->slot, READ_ONLY, seL4_CanRead) == MK_OK);
    edu_copy(edu, OPEN, PART, false);
    edu_copy(edu, OPEN + PART, PART, true);
    dma_result(d, "what the device read and wrote there has arrived",
               is_filled(open->data + PART, PART, 1));
    edu_copy(edu, READ_ONLY, PART, true);
    dma_result(d, "what may only be read stays", is_filled(read_only->data, FRAME_BYTES, 0));
    edu_copy(edu, READ_ONLY, PART, false);
    edu_copy(edu, OPEN, PART, true);
    dma_result(d, "and is read", is_filled(open->data, PART, 0));
    edu_copy(edu, canary->paddr, PART, true);
    edu_copy(edu, OPEN + FRAME_BYTES, PART, true);
    dma_result(d, "outside of the mapping the canary lives",
               is_filled(canary->data, FRAME_BYTES, 0));
    fill(read_only->data, PART, 3);
    seL4_CNode_Delete(d->p.cnode, copy, DEPTH);
    edu_copy(edu, READ_ONLY, PART, false);
    edu_copy(edu, OPEN + PART, PART, true);
    dma_result(d, "a frame whose capability is gone is not read any more",
               !is_filled(open->data + PART, PART, 3));
    dma_result(d, "the canary is mapped",
               mk_sel4_map_io(&d->p, d->space, canary->slot, canary->paddr, seL4_AllRights) ==
                   MK_OK);
    fill(open->data, PART, 5);
    edu_copy(edu, OPEN, PART, false);
    edu_copy(edu, canary->paddr, PART, true);
    dma_result(d, "and then it dies, so this test could have seen it",
               is_filled(canary->data, PART, 5));
}

/**
 * Gets memory, device and IO space.
 * @param d the program
 * @param info boot information
 * @return whether it worked
 */
static bool get_rights(struct dma *d, const seL4_BootInfo *info)
{
    d->edu.ports = d->p.next++;
    d->space = d->p.next++;
    dma_result(d, "the device is there",
               seL4_X86_IOPortControl_Issue(seL4_CapIOPortControl, 0xcf8, 0xcff, d->p.cnode,
                                            d->edu.ports, DEPTH) == seL4_NoError &&
                   edu_find(&d->edu));
    dma_result(d, "its registers are mapped", map_registers(d, info));
    /* The badge: domain, then bus, device and function (seL4 manual, 10.5). */
    bool good = seL4_CNode_Mint(d->p.cnode, d->space, DEPTH, d->p.cnode, seL4_CapIOSpace, DEPTH,
                                seL4_AllRights,
                                DOMAIN << 16 | (seL4_Word)d->edu.device << 3) == seL4_NoError;
    dma_result(d, "it has an IO space", good);
    return good && d->edu.place != (volatile uint8_t *)0;
}

void mk_root_main(const seL4_BootInfo *info)
{
    struct frame open;
    struct frame read_only;
    struct frame canary;
    seL4_CPtr untyped = 0;
    static struct dma d;
    for (seL4_SlotPos i = 0; i < info->untyped.end - info->untyped.start && untyped == 0; i++) {
        if (!info->untypedList[i].isDevice && info->untypedList[i].sizeBits >= UNTYPED_BITS) {
            untyped = info->untyped.start + i;
        }
    }
    d.log = (struct mk_text){.put = put};
    d.next_address = WINDOW;
    d.p = (struct mk_platform){.cnode = seL4_CapInitThreadCNode,
                               .vspace = seL4_CapInitThreadVSpace,
                               .untyped = &untyped,
                               .untyped_count = 1,
                               .next = info->empty.start,
                               .last = info->empty.end};
    mk_text_string(&d.log, "\n| makatea dma 1\n");
    if (get_rights(&d, info) && make_frame(&d, &open) && make_frame(&d, &read_only) &&
        make_frame(&d, &canary)) {
        try_all(&d, &open, &read_only, &canary);
        dma_try_messages(&d, open.data, OPEN);
    }
    mk_text_string(&d.log, "| end\n");
}
