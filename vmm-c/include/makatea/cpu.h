/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A guest's processor as instruction emulation and the page walk see it: registers in, registers
 * out, and functions through which guest memory, devices and ports are reached.
 */
#ifndef MAKATEA_CPU_H
#define MAKATEA_CPU_H

#include <stdbool.h>
#include <stdint.h>

/** Segment registers, in the order of their encoding (SDM 2, table 2-1), which is the VMCS' too. */
enum mk_segment_name {
    MK_ES,      /**< ES. */
    MK_CS,      /**< CS. */
    MK_SS,      /**< SS. */
    MK_DS,      /**< DS. */
    MK_FS,      /**< FS. */
    MK_GS,      /**< GS. */
    MK_SEGMENTS /**< Number of segment registers. */
};

/** General registers with a meaning of their own, by encoding (SDM 2, table 2-2). */
enum mk_gpr {
    MK_GPR_RAX = 0, /**< RAX: accumulator. */
    MK_GPR_RCX = 1, /**< RCX: count. */
    MK_GPR_RDX = 2, /**< RDX: port. */
    MK_GPR_RBX = 3, /**< RBX. */
    MK_GPR_RSP = 4, /**< RSP. */
    MK_GPR_RBP = 5, /**< RBP. */
    MK_GPR_RSI = 6, /**< RSI: source of strings. */
    MK_GPR_RDI = 7, /**< RDI: destination of strings. */
    MK_GPRS = 16    /**< Number of general registers. */
};

/** Bits of control registers, EFER and RFLAGS that the units look at (SDM 3, 2.5, 2.3, 2.2.1). */
enum mk_cpu_bit {
    MK_CPU_CR0_PE = 1 << 0,       /**< CR0: protected mode. */
    MK_CPU_CR0_WP = 1 << 16,      /**< CR0: write protection binds the supervisor too. */
    MK_CPU_CR0_AM = 1 << 18,      /**< CR0: alignment check. */
    MK_CPU_CR4_PSE = 1 << 4,      /**< CR4: 4 MiB pages. */
    MK_CPU_CR4_PAE = 1 << 5,      /**< CR4: 64-bit table entries. */
    MK_CPU_CR4_LA57 = 1 << 12,    /**< CR4: five levels. */
    MK_CPU_CR4_SMEP = 1 << 20,    /**< CR4: the supervisor fetches nothing from user pages. */
    MK_CPU_CR4_SMAP = 1 << 21,    /**< CR4: the supervisor accesses no user pages. */
    MK_CPU_EFER_LMA = 1 << 10,    /**< EFER: IA-32e mode. */
    MK_CPU_EFER_NXE = 1 << 11,    /**< EFER: execute-disable bit. */
    MK_CPU_FLAG_CF = 1 << 0,      /**< RFLAGS: carry. */
    MK_CPU_FLAG_PF = 1 << 2,      /**< RFLAGS: parity. */
    MK_CPU_FLAG_AF = 1 << 4,      /**< RFLAGS: auxiliary carry. */
    MK_CPU_FLAG_ZF = 1 << 6,      /**< RFLAGS: zero. */
    MK_CPU_FLAG_SF = 1 << 7,      /**< RFLAGS: sign. */
    MK_CPU_FLAG_TF = 1 << 8,      /**< RFLAGS: single step. */
    MK_CPU_FLAG_DF = 1 << 10,     /**< RFLAGS: strings go down. */
    MK_CPU_FLAG_OF = 1 << 11,     /**< RFLAGS: overflow. */
    MK_CPU_FLAG_IOPL = 3 << 12,   /**< RFLAGS: I/O privilege level. */
    MK_CPU_FLAG_IOPL_SHIFT = 12,  /**< Where that begins. */
    MK_CPU_FLAG_RF = 1 << 16,     /**< RFLAGS: no instruction breakpoint. */
    MK_CPU_FLAG_VM = 1 << 17,     /**< RFLAGS: virtual-8086 mode. */
    MK_CPU_FLAG_AC = 1 << 18,     /**< RFLAGS: alignment check, or SMAP is off. */
    MK_CPU_STATUS_FLAGS = 0x08d5, /**< CF, PF, AF, ZF, SF, OF. */
};

/** CR0: paging. Not an enumerator, which would not fit an int. */
#define MK_CPU_CR0_PG UINT64_C(0x80000000)

/** Bits of a segment's access rights in the VMCS' format (SDM 3, 25.4.1, table 25-2). */
enum mk_rights_bit {
    MK_RIGHTS_ACCESSED = 1 << 0, /**< Type: accessed. */
    MK_RIGHTS_WRITE = 1 << 1,    /**< Type: data is writable, code is readable. */
    MK_RIGHTS_DOWN = 1 << 2,     /**< Type: data expands down. */
    MK_RIGHTS_CODE = 1 << 3,     /**< Type: code. */
    MK_RIGHTS_LONG = 1 << 13,    /**< Code: 64-bit. */
    MK_RIGHTS_BIG = 1 << 14,     /**< Code: 32-bit; data: upper bound is 4 GiB. */
    MK_RIGHTS_UNUSABLE = 1 << 16 /**< Not usable. */
};

/** Exceptions that the units raise (SDM 3, table 6-1). */
enum mk_exception {
    MK_EXCEPTION_UD = 6,  /**< Invalid opcode. */
    MK_EXCEPTION_SS = 12, /**< Stack segment. */
    MK_EXCEPTION_GP = 13, /**< General protection. */
    MK_EXCEPTION_PF = 14, /**< Page. */
    MK_EXCEPTION_AC = 17  /**< Alignment. */
};

/** Hidden part of a segment register. */
struct mk_segment {
    uint64_t base;   /**< Base. */
    uint32_t limit;  /**< Limit in bytes. */
    uint32_t rights; /**< Access rights, see enum mk_rights_bit. */
};

/** State of a processor. */
struct mk_cpu {
    uint64_t gpr[MK_GPRS];                  /**< General registers, by encoding. */
    uint64_t rip;                           /**< RIP. */
    uint64_t rflags;                        /**< RFLAGS. */
    uint64_t cr0;                           /**< CR0. */
    uint64_t cr3;                           /**< CR3. */
    uint64_t cr4;                           /**< CR4. */
    uint64_t efer;                          /**< EFER. */
    struct mk_segment segment[MK_SEGMENTS]; /**< Segment registers. */
    struct mk_segment tr;                   /**< Task register. */
    uint8_t cpl;                            /**< Current privilege level. */
    uint8_t physical_bits;                  /**< MAXPHYADDR, 32 to 52. */
};

/** An exception for the guest. */
struct mk_fault {
    uint8_t vector;      /**< Vector. */
    bool has_code;       /**< It has an error code. */
    uint32_t code;       /**< The error code. */
    uint64_t address;    /**< What CR2 becomes; for page faults only. */
    bool is_single_step; /**< No fault: a single-step trap (RFLAGS.TF) is due. */
};

/** How memory, devices and ports are reached. Sizes for devices are 1, 2, 4 or 8; ports: to 4. */
struct mk_cpu_ops {
    void *context; /**< For the functions. */
    /**
     * Reads guest memory, each byte once.
     * @param context context
     * @param gpa guest-physical address
     * @param to room for the bytes
     * @param bytes how many
     * @return false when not all of it is memory; nothing was read then
     */
    bool (*ram_read)(void *context, uint64_t gpa, void *to, uint32_t bytes);
    /**
     * Writes guest memory.
     * @param context context
     * @param gpa guest-physical address
     * @param from the bytes
     * @param bytes how many
     * @return false when not all of it is memory that the guest may write; nothing was written then
     */
    bool (*ram_write)(void *context, uint64_t gpa, const void *from, uint32_t bytes);
    /**
     * Reads from a device in memory space.
     * @param context context
     * @param gpa guest-physical address
     * @param bytes size
     * @return value; bits above the size are ignored
     */
    uint64_t (*mmio_read)(void *context, uint64_t gpa, uint32_t bytes);
    /**
     * Writes to a device in memory space.
     * @param context context
     * @param gpa guest-physical address
     * @param bytes size
     * @param value value; bits above the size are zero
     */
    void (*mmio_write)(void *context, uint64_t gpa, uint32_t bytes, uint64_t value);
    /**
     * Reads a port.
     * @param context context
     * @param port port
     * @param bytes size
     * @return value; bits above the size are ignored
     */
    uint64_t (*port_read)(void *context, uint16_t port, uint32_t bytes);
    /**
     * Writes a port.
     * @param context context
     * @param port port
     * @param bytes size
     * @param value value; bits above the size are zero
     */
    void (*port_write)(void *context, uint16_t port, uint32_t bytes, uint64_t value);
};

#endif
