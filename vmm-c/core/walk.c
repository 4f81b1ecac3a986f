/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Page walk. All modes are one loop over levels; a table says how the modes differ.
 */
#include "makatea/walk.h"

/** Flags of a table entry (SDM 3, tables 4-4 to 4-20). */
enum entry_bit {
    ENTRY_PRESENT = 1 << 0,  /**< P. */
    ENTRY_WRITE = 1 << 1,    /**< R/W. */
    ENTRY_USER = 1 << 2,     /**< U/S. */
    ENTRY_ACCESSED = 1 << 5, /**< A. */
    ENTRY_DIRTY = 1 << 6,    /**< D. */
    ENTRY_LARGE = 1 << 7,    /**< PS. */
};
/** XD. */
#define ENTRY_NX (UINT64_C(1) << 63)

/** Bits of a page fault's error code (SDM 3, 4.7). */
enum code_bit {
    CODE_PRESENT = 1 << 0,  /**< Not for want of a present entry. */
    CODE_WRITE = 1 << 1,    /**< Write. */
    CODE_USER = 1 << 2,     /**< User-mode access. */
    CODE_RESERVED = 1 << 3, /**< A reserved bit is set. */
    CODE_FETCH = 1 << 4,    /**< Instruction fetch. */
};

/** Bits first to last. */
#define BITS(first, last) ((UINT64_MAX >> (63 - (last))) & (UINT64_MAX << (first)))

/** What all entries of a mode have in common. */
struct mode {
    uint32_t levels;      /**< Tables. */
    uint32_t index_bits;  /**< Bits of the linear address that choose an entry. */
    uint32_t entry_bytes; /**< Size of an entry. */
    uint32_t large_level; /**< Highest level with large pages, 0 for none; the lowest is 0. */
    uint64_t reserved;    /**< Reserved bits of all entries. */
};

/** A walk under way. */
struct walker {
    const struct mk_cpu *cpu; /**< The processor. */
    struct mode mode;         /**< Paging mode. */
    uint64_t linear;          /**< Linear address. */
    uint32_t access;          /**< What is to be done. */
    uint64_t rights;          /**< R/W and U/S of all entries so far, and XD turned round. */
};

/**
 * Whether the access is a user-mode one (SDM 3, 4.6).
 * @param w the walk
 * @return whether
 */
static bool is_user(const struct walker *w)
{
    return w->cpu->cpl == 3 && (w->access & MK_ACCESS_IMPLICIT) == 0;
}

/**
 * Bits that an address in an entry must not have.
 * @param cpu the processor
 * @return bits from MAXPHYADDR to 51
 */
static uint64_t beyond_physical(const struct mk_cpu *cpu)
{
    return cpu->physical_bits >= 52 || cpu->physical_bits < 32 ? 0 : BITS(cpu->physical_bits, 51);
}

/**
 * Finds the paging mode (SDM 3, 4.1.1).
 * @param cpu the processor, with paging on
 * @return the mode; no levels when there is none of that kind
 */
static struct mode find_mode(const struct mk_cpu *cpu)
{
    uint64_t no_nx = (cpu->efer & MK_CPU_EFER_NXE) != 0 ? 0 : ENTRY_NX;
    if ((cpu->efer & MK_CPU_EFER_LMA) != 0) {
        uint32_t levels =
            (cpu->cr4 & MK_CPU_CR4_LA57) != 0 || (cpu->cr4 & MK_CPU_CR4_PAE) == 0 ? 0 : 4;
        return (struct mode){levels, 9, 8, 2, beyond_physical(cpu) | no_nx};
    }
    if ((cpu->cr4 & MK_CPU_CR4_PAE) != 0) {
        return (struct mode){3, 9, 8, 1, beyond_physical(cpu) | BITS(52, 62) | no_nx};
    }
    return (struct mode){2, 10, 4, (cpu->cr4 & MK_CPU_CR4_PSE) != 0 ? 1 : 0, 0};
}

/**
 * Makes a page fault.
 * @param w the walk
 * @param code CODE_PRESENT and CODE_RESERVED, or none
 * @param fault receives it
 * @return #MK_WALK_FAULT
 */
static enum mk_walk_result page_fault(const struct walker *w, uint32_t code, struct mk_fault *fault)
{
    bool nx = (w->cpu->cr4 & MK_CPU_CR4_PAE) != 0 && (w->cpu->efer & MK_CPU_EFER_NXE) != 0;
    bool smep = (w->cpu->cr4 & MK_CPU_CR4_SMEP) != 0;
    code |= (w->access & MK_ACCESS_WRITE) != 0 ? CODE_WRITE : 0;
    code |= is_user(w) ? CODE_USER : 0;
    code |= (w->access & MK_ACCESS_FETCH) != 0 && (nx || smep) ? CODE_FETCH : 0;
    *fault = (struct mk_fault){
        .vector = MK_EXCEPTION_PF, .has_code = true, .code = code, .address = w->linear};
    return MK_WALK_FAULT;
}

/**
 * Whether all rights together allow the access (SDM 3, 4.6.1).
 * @param w the walk, at its end
 * @return whether
 */
static bool is_allowed(const struct walker *w)
{
    bool user_page = (w->rights & ENTRY_USER) != 0;
    bool writable = (w->rights & ENTRY_WRITE) != 0;
    if ((w->access & MK_ACCESS_FETCH) != 0) {
        bool executable = (w->rights & ENTRY_NX) != 0;
        bool smep = (w->cpu->cr4 & MK_CPU_CR4_SMEP) != 0;
        return executable && (is_user(w) ? user_page : !(user_page && smep));
    }
    if (is_user(w)) {
        return user_page && (writable || (w->access & MK_ACCESS_WRITE) == 0);
    }
    bool explicit_allowed =
        (w->cpu->rflags & MK_CPU_FLAG_AC) != 0 && (w->access & MK_ACCESS_IMPLICIT) == 0;
    if (user_page && (w->cpu->cr4 & MK_CPU_CR4_SMAP) != 0 && !explicit_allowed) {
        return false;
    }
    return writable || (w->access & MK_ACCESS_WRITE) == 0 || (w->cpu->cr0 & MK_CPU_CR0_WP) == 0;
}

/**
 * The offset in a page that ends the walk.
 * @param w the walk
 * @param level level of its entry
 * @return how many bits of the linear address it has
 */
static uint32_t offset_bits(const struct walker *w, uint32_t level)
{
    return 12 + level * w->mode.index_bits;
}

/**
 * Reserved bits of an entry that maps a page.
 * @param w the walk
 * @param level level of the entry
 * @return the bits
 */
static uint64_t reserved_in_page(const struct walker *w, uint32_t level)
{
    if (level == 0) {
        return 0;
    }
    if (w->mode.entry_bytes == 4) {
        /* PSE-36: bits 20:13 are bits 39:32 of the address (SDM 3, table 4-4). */
        uint32_t bits = w->cpu->physical_bits > 40 ? 40 : w->cpu->physical_bits;
        uint32_t first = bits < 32 ? 13 : bits - 32 + 13;
        return BITS(first, 21);
    }
    return BITS(13, offset_bits(w, level) - 1);
}

/**
 * The address of the page that an entry maps.
 * @param w the walk
 * @param entry the entry
 * @param level its level
 * @return guest-physical address of the byte
 */
static uint64_t page_address(const struct walker *w, uint64_t entry, uint32_t level)
{
    uint32_t bits = offset_bits(w, level);
    uint64_t offset = w->linear & BITS(0, bits - 1);
    uint64_t page = entry & BITS(bits, 51);
    if (w->mode.entry_bytes == 4 && level == 1) {
        page |= (entry & BITS(13, 20)) << 19;
    }
    return page | offset;
}

/**
 * Goes one level down.
 * @param w the walk
 * @param ops how memory is reached
 * @param level level
 * @param table guest-physical address of the table; receives the next one, or the page's byte
 * @param walk receives what is to be written back
 * @param fault receives a page fault
 * @param last receives whether the walk has ended
 * @return what came of it
 */
static enum mk_walk_result step(struct walker *w, const struct mk_cpu_ops *ops, uint32_t level,
                                uint64_t *table, struct mk_walk *walk, struct mk_fault *fault,
                                bool *last)
{
    bool pae_top = w->mode.levels == 3 && level == 2;
    uint32_t shift = offset_bits(w, level);
    uint64_t index = (w->linear >> shift) & BITS(0, w->mode.index_bits - 1);
    uint64_t gpa = *table + (pae_top ? index & 3 : index) * w->mode.entry_bytes;
    uint64_t entry = 0;
    /* An entry of 4 bytes fills the low half: the processor is little-endian. */
    if (!ops->ram_read(ops->context, gpa, &entry, w->mode.entry_bytes)) {
        return MK_WALK_BROKEN;
    }
    if ((entry & ENTRY_PRESENT) == 0) {
        return page_fault(w, 0, fault);
    }
    if (pae_top) {
        /* No rights, no accessed flag; reserved bits were MOV to CR3's matter (SDM 3, 4.4.1). */
        *table = entry & BITS(12, 51) & ~beyond_physical(w->cpu);
        *last = false;
        return MK_WALK_GOOD;
    }
    bool has_large_bit = level > 0 && (entry & ENTRY_LARGE) != 0;
    *last = level == 0 || (has_large_bit && level <= w->mode.large_level);
    uint64_t reserved = w->mode.reserved | (*last ? reserved_in_page(w, level) : 0);
    /* Where there is no large page the bit is reserved; in 32-bit paging it is ignored. */
    bool misplaced = has_large_bit && !*last && w->mode.entry_bytes == 8;
    if ((entry & reserved) != 0 || misplaced) {
        return page_fault(w, CODE_PRESENT | CODE_RESERVED, fault);
    }
    w->rights &= entry ^ ENTRY_NX;
    uint64_t flags = ENTRY_ACCESSED;
    flags |= *last && (w->access & MK_ACCESS_WRITE) != 0 ? ENTRY_DIRTY : 0;
    if ((entry & flags) != flags) {
        walk->update[walk->updates++] = (struct mk_walk_update){gpa, entry | flags};
    }
    *table = *last ? page_address(w, entry, level) : entry & BITS(12, 51);
    return MK_WALK_GOOD;
}

enum mk_walk_result mk_walk(const struct mk_cpu *cpu, const struct mk_cpu_ops *ops, uint64_t linear,
                            uint32_t access, struct mk_walk *walk, struct mk_fault *fault)
{
    struct walker w = {cpu, {0, 0, 0, 0, 0}, linear, access, ENTRY_WRITE | ENTRY_USER | ENTRY_NX};
    *walk = (struct mk_walk){.gpa = linear};
    if ((cpu->cr0 & MK_CPU_CR0_PG) == 0) {
        return MK_WALK_GOOD;
    }
    w.mode = find_mode(cpu);
    if (w.mode.levels == 0) {
        return MK_WALK_BROKEN;
    }
    walk->entry_bytes = w.mode.entry_bytes;
    uint64_t table = w.mode.levels == 4   ? cpu->cr3 & BITS(12, 51)
                     : w.mode.levels == 3 ? cpu->cr3 & BITS(5, 31)
                                          : cpu->cr3 & BITS(12, 31);
    bool last = false;
    for (uint32_t level = w.mode.levels; level > 0 && !last; level--) {
        enum mk_walk_result result = step(&w, ops, level - 1, &table, walk, fault, &last);
        if (result != MK_WALK_GOOD) {
            return result;
        }
    }
    walk->gpa = table;
    return is_allowed(&w) ? MK_WALK_GOOD : page_fault(&w, CODE_PRESENT, fault);
}

bool mk_walk_commit(const struct mk_cpu_ops *ops, const struct mk_walk *walk)
{
    for (uint32_t i = 0; i < walk->updates; i++) {
        const struct mk_walk_update *update = &walk->update[i];
        if (!ops->ram_write(ops->context, update->gpa, &update->value, walk->entry_bytes)) {
            return false;
        }
    }
    return true;
}
