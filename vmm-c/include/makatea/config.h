/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What a virtual machine monitor is told about its guest.
 *
 * The composer writes `makatea_config.h` for each VM, which defines one constant
 * `mk_vm_config` of type struct mk_vm_config. All numbers of the guest's machine are decided
 * there: the monitor decides none, so what the composer checked and what runs are the same.
 *
 * GPA is a guest-physical address. GSI is a global system interrupt (ACPI 6.5, 5.2.13): an input
 * of one of the guest's I/O APICs, numbered through all of them.
 */
#ifndef MAKATEA_CONFIG_H
#define MAKATEA_CONFIG_H

#include "makatea/config_common.h"

/** Entries of the memory table in the zero page (Linux: E820_MAX_ENTRIES_ZEROPAGE). */
#define MK_E820_MAX 128

/** Base address registers of a PCI function (PCI 3.0, 6.2.5.1). */
#define MK_BAR_MAX 6

/** Bytes of an Ethernet address. */
#define MK_MAC_BYTES 6

/** Bytes of the zero page, `struct boot_params` (Linux, Documentation/arch/x86/zero-page). */
#define MK_BOOT_PARAMS_BYTES 4096

/** Bytes of the boot GDT: two empty descriptors, code at 0x10, data at 0x18 (boot protocol). */
#define MK_BOOT_GDT_BYTES 32

/** Bytes of the boot page tables: one PML4, one PDPT, four page directories of 2 MiB pages. */
#define MK_BOOT_PAGE_TABLE_BYTES 24576

/** Size of a bus in the memory-mapped configuration space (PCIe 5.0, 7.2.2). */
#define MK_ECAM_BUS_BYTES 1048576

/** A run of guest RAM that is backed by consecutive frames of mk_resources::memory. */
struct mk_ram_bank {
    uint64_t gpa;         /**< GPA of the first frame. */
    uint64_t first_frame; /**< Number of the first frame. */
    uint64_t frames;      /**< Number of frames. */
};

/** What is at a range of guest-physical memory. */
enum mk_region_kind {
    MK_REGION_RAM,      /**< Memory that the guest may use. */
    MK_REGION_RESERVED, /**< Not for use; may be backed by RAM. */
    MK_REGION_ACPI,     /**< ACPI tables, in RAM; free for use once they are read. */
    MK_REGION_MMIO32,   /**< Window for BARs below 4 GiB. */
    MK_REGION_ECAM,     /**< PCI Express configuration space. */
    MK_REGION_IOAPIC,   /**< Registers of an I/O APIC. */
    MK_REGION_LAPIC,    /**< Registers of the local APIC. */
    MK_REGION_DEVICE,   /**< Device memory that is passed through at the machine's address. */
    MK_REGION_MMIO64    /**< Window for BARs above RAM. */
};

/** A range of guest-physical memory. */
struct mk_region {
    uint64_t gpa;             /**< First GPA. */
    uint64_t bytes;           /**< Size. */
    enum mk_region_kind kind; /**< What is there. */
    const char *name;         /**< Name, for people. */
};

/** Address range types of the firmware's memory table (ACPI 6.5, 15). */
enum mk_e820_type {
    MK_E820_RAM = 1,      /**< AddressRangeMemory. */
    MK_E820_RESERVED = 2, /**< AddressRangeReserved. */
    MK_E820_ACPI = 3      /**< AddressRangeACPI: tables, RAM once they are read. */
};

/** A row of the memory table that Linux gets in the zero page. */
struct mk_e820 {
    uint64_t gpa;           /**< First GPA. */
    uint64_t bytes;         /**< Size. */
    enum mk_e820_type type; /**< Type. */
};

/** An I/O APIC of the guest. */
struct mk_ioapic {
    uint64_t gpa;      /**< GPA of its registers. */
    uint32_t gsi_base; /**< GSI of its first input. */
    uint32_t pins;     /**< Number of inputs. */
    uint8_t id;        /**< APIC id. */
};

/** How a GSI is used. */
struct mk_gsi {
    uint32_t gsi;     /**< Number. */
    bool level;       /**< Level-triggered, else edge-triggered. */
    bool active_low;  /**< Active low, else active high. */
    const char *name; /**< User, for people. */
};

/** A guest image, mapped read-only. Its address comes from CAMkES' side, by the row's index. */
struct mk_image {
    const char *id;      /**< Name in the output, derived from the content. */
    uint64_t bytes;      /**< Size of the image; what follows in the last frame is zero. */
    uint64_t frames;     /**< Frames that hold it. */
    uint32_t frame_bits; /**< Log2 of the size of one frame. */
};

/**
 * Where the monitor puts what Linux needs to start: the 64-bit boot protocol (Linux,
 * Documentation/arch/x86/boot).
 */
struct mk_boot {
    uint32_t kernel_image;  /**< Row of mk_vm_config::images. */
    uint32_t initrd_image;  /**< Row of mk_vm_config::images, or #MK_NONE. */
    uint64_t kernel_offset; /**< Offset of the protected-mode kernel in its image. */
    uint64_t kernel_gpa;    /**< GPA of the protected-mode kernel; 64-bit entry is 0x200 past it. */
    uint64_t kernel_bytes;  /**< Memory that the kernel needs there (`init_size`). */
    uint64_t initrd_gpa;    /**< GPA of the initial RAM disk; 0 for none. */
    uint64_t initrd_bytes;  /**< Its size; 0 for none. */
    uint64_t boot_params_gpa; /**< GPA of the zero page, #MK_BOOT_PARAMS_BYTES long. */
    uint64_t gdt_gpa;         /**< GPA of the boot GDT, #MK_BOOT_GDT_BYTES long. */
    uint64_t page_table_gpa;  /**< GPA of the identity map, #MK_BOOT_PAGE_TABLE_BYTES long. */
    uint64_t acpi_gpa;        /**< GPA of the ACPI tables. */
    uint64_t acpi_bytes;      /**< Room for them. */
    uint64_t cmdline_gpa;     /**< GPA of the command line. */
    const char *cmdline;      /**< Command line, with a zero byte at its end. */
    uint32_t cmdline_bytes;   /**< Its length without the zero byte. */
};

/** A 16550 serial port of the guest. */
struct mk_serial {
    const char *name; /**< `com1` to `com4`. */
    uint16_t first;   /**< First of its eight I/O ports. */
    uint32_t gsi;     /**< GSI of its interrupt. */
    uint32_t channel; /**< Channel that carries its bytes. */
};

/** A port of the guest's console device (VirtIO 1.2, 5.3). */
struct mk_terminal {
    const char *name; /**< What the guest is told as its name. */
    uint32_t channel; /**< Channel that carries its bytes; of a lifecycle channel its text half. */
    bool console;     /**< The guest is told that somebody reads and types there. */
    uint16_t columns; /**< Its width in characters; 0: it is not known. */
    uint16_t rows;    /**< Its height; 0: it is not known. */
};

/** Kind of a base address register. */
enum mk_bar_type {
    MK_BAR_IO,     /**< I/O ports. */
    MK_BAR_MMIO32, /**< Memory, 32-bit address. */
    MK_BAR_MMIO64  /**< Memory, 64-bit address: the next register holds the upper half. */
};

/** A base address register (BAR). */
struct mk_bar {
    uint64_t gpa;          /**< Address at start: a GPA, or a port for #MK_BAR_IO. */
    uint64_t bytes;        /**< Size, a power of two. */
    uint64_t paddr;        /**< Machine's address of a passed-through one; 0 otherwise. */
    enum mk_bar_type type; /**< Kind. */
    uint8_t index;         /**< Number of the register, 0 to 5. */
    bool prefetchable;     /**< Reads have no side effect. */
};

/** What a PCI function is; it selects the member of mk_pci_function's union. */
enum mk_pci_kind {
    MK_PCI_HOST_BRIDGE, /**< The root complex' own function. */
    MK_PCI_ROOT_PORT,   /**< PCI Express root port: mk_pci_function::root_port. */
    MK_PCI_NET,         /**< VirtIO network device: mk_pci_function::net. */
    MK_PCI_VSOCK,       /**< VirtIO socket device: mk_pci_function::vsock. */
    MK_PCI_BLOCK,       /**< VirtIO block device: mk_pci_function::block. */
    MK_PCI_CONSOLE,     /**< VirtIO console device: mk_vm_config::terminals are its ports. */
    MK_PCI_PASSTHROUGH  /**< Function of the machine: mk_pci_function::passthrough. */
};

/** A root port. */
struct mk_root_port {
    uint8_t secondary_bus; /**< Bus behind it. */
    uint64_t window_gpa;   /**< First GPA of its 32-bit memory window. */
    uint64_t window_bytes; /**< Size of that window; 0 for none. */
};

/** A network device. Its frames go through mk_pci_function::channel. */
struct mk_net {
    uint8_t mac[MK_MAC_BYTES]; /**< Ethernet address. */
    uint16_t mtu;              /**< Largest packet, without the Ethernet header. */
};

/** A VM that a socket device reaches. */
struct mk_vsock_peer {
    uint64_t cid;     /**< Its context id. */
    uint32_t channel; /**< Channel that leads there. */
};

/** A socket device (VirtIO 1.2, 5.10). */
struct mk_vsock {
    uint64_t cid;                      /**< The guest's own context id. */
    const struct mk_vsock_peer *peers; /**< Whom it reaches; packets to others are refused. */
    uint32_t peer_count;               /**< Rows of `peers`. */
};

/** A block device. Its requests go through mk_pci_function::channel. */
struct mk_block {
    uint64_t sectors; /**< Capacity in sectors of 512 bytes. */
    bool readonly;    /**< Writes are refused. */
};

/** A function of the machine that is passed through. */
struct mk_passthrough {
    struct mk_bdf host; /**< Its address in the machine. */
    uint32_t number;    /**< Number by which the PCI configuration component knows it. */
};

/** A PCI function of the guest. */
struct mk_pci_function {
    const char *name;               /**< The description's entry that it stems from. */
    enum mk_pci_kind kind;          /**< What it is. */
    uint8_t bus;                    /**< Bus. */
    uint8_t device;                 /**< Device, 0 to 31. */
    uint8_t function;               /**< Function, 0 to 7. */
    bool multifunction;             /**< More functions follow at this device. */
    bool msi;                       /**< Has the MSI capability. */
    uint16_t msix_vectors;          /**< Vectors of its MSI-X table; 0 for none. */
    uint32_t intx_gsi;              /**< GSI of interrupt pin A, or #MK_NONE. */
    uint32_t channel;               /**< Channel of its backend, or #MK_NONE. */
    uint32_t bar_count;             /**< Rows of `bars` that are used. */
    struct mk_bar bars[MK_BAR_MAX]; /**< Base address registers that it has. */
    /** What depends on `kind`. */
    union {
        struct mk_root_port root_port;     /**< #MK_PCI_ROOT_PORT. */
        struct mk_net net;                 /**< #MK_PCI_NET. */
        struct mk_vsock vsock;             /**< #MK_PCI_VSOCK. */
        struct mk_block block;             /**< #MK_PCI_BLOCK. */
        struct mk_passthrough passthrough; /**< #MK_PCI_PASSTHROUGH. */
    };
};

/** The guest's PCI Express hierarchy. */
struct mk_pci {
    uint64_t ecam_gpa;                       /**< GPA of the configuration space (ECAM). */
    uint64_t ecam_bytes;                     /**< Its size, #MK_ECAM_BUS_BYTES for each bus. */
    uint32_t buses;                          /**< Number of buses. */
    uint32_t function_count;                 /**< Rows of `functions`. */
    const struct mk_pci_function *functions; /**< All functions, by address. */
};

/** An IO space (VT-d): what one passed-through function reaches by DMA. */
struct mk_io_space {
    const char *name;   /**< The description's entry that it stems from. */
    struct mk_bdf host; /**< The function, as the machine addresses it. */
    uint32_t slot;      /**< Slot of the right to map into it. */
};

/** When a VM starts. */
enum mk_start {
    MK_START_AUTO,  /**< With the system. */
    MK_START_MANUAL /**< When a controller says so. */
};

/** When a VM starts again by itself. */
enum mk_restart {
    MK_RESTART_NEVER,    /**< Never. */
    MK_RESTART_ON_CRASH, /**< After a crash, not after a shutdown. */
    MK_RESTART_ALWAYS    /**< Whenever it ends. */
};

/** The paravirtual interface that the guest is offered. */
enum mk_paravirt {
    MK_PARAVIRT_NONE, /**< None. */
    MK_PARAVIRT_KVM   /**< KVM's: signature, clock and feature bits. */
};

/** Everything that a monitor is told about its guest. */
struct mk_vm_config {
    const char *name;              /**< Name of the VM. */
    struct mk_resources resources; /**< What the monitor itself is given. */
    enum mk_paravirt paravirt;     /**< Paravirtual interface. */

    const uint32_t *vcpu_cores; /**< Core of the machine that each virtual CPU runs on. */
    uint32_t vcpu_count;        /**< Rows of `vcpu_cores`. */
    bool budgeted;              /**< With MCS: the monitor has a budget of its own. */

    uint64_t ram_bytes;                  /**< Guest RAM. */
    const struct mk_ram_bank *ram_banks; /**< Where it stands, by GPA. */
    uint32_t ram_bank_count;             /**< Rows of `ram_banks`. */

    const struct mk_region *regions; /**< Guest-physical memory map, by GPA, without overlap. */
    uint32_t region_count;           /**< Rows of `regions`. */

    const struct mk_e820 *e820; /**< Memory table for the zero page, by GPA. */
    uint32_t e820_count;        /**< Rows of `e820`. */

    const struct mk_ioapic *ioapics; /**< I/O APICs, by GSI. */
    uint32_t ioapic_count;           /**< Rows of `ioapics`. */

    const struct mk_gsi *gsis; /**< Interrupts in use, by GSI. */
    uint32_t gsi_count;        /**< Rows of `gsis`. */

    const struct mk_image *images; /**< Images that are mapped into the monitor. */
    uint32_t image_count;          /**< Rows of `images`. */
    struct mk_boot boot;           /**< Boot layout. */

    const struct mk_serial *serial; /**< Serial ports. */
    uint32_t serial_count;          /**< Rows of `serial`. */

    const struct mk_terminal *terminals; /**< Ports of the console device, by number. */
    uint32_t terminal_count;             /**< Rows of `terminals`; 0: there is no such device. */

    struct mk_pci pci; /**< PCI Express. */

    const struct mk_io_space *io_spaces; /**< DMA authority, to be filled with all guest RAM. */
    uint32_t io_space_count;             /**< Rows of `io_spaces`. */

    enum mk_start start;     /**< When the VM starts. */
    enum mk_restart restart; /**< When it starts again by itself. */
};

#endif
