/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Numbers of PCI: registers of the configuration space and their bits. The sections are those of
 * the PCI Express Base Specification 5.0.
 */
#ifndef MAKATEA_PCI_REGISTERS_H
#define MAKATEA_PCI_REGISTERS_H

/** Devices of a bus. */
#define MK_PCI_DEVICES 32
/** Functions of a device. */
#define MK_PCI_FUNCTIONS 8
/** Interrupt pins of a device. */
#define MK_PCI_PINS 4
/** Interrupt pin of a function, 0 for A: the functions of a device go round. */
#define MK_PCI_PIN(function) ((function) % MK_PCI_PINS)

/** First port of configuration mechanism 1 (PCI 3.0, 3.2.2.3.2). */
#define MK_PCI_PORT 0xcf8
/** Its ports: address and data. */
#define MK_PCI_PORTS 8

/** Registers of the configuration header (7.5.1). */
enum mk_pci_register {
    PCI_VENDOR = 0x00,           /**< Vendor ID. */
    PCI_DEVICE = 0x02,           /**< Device ID. */
    PCI_COMMAND = 0x04,          /**< Command. */
    PCI_STATUS = 0x06,           /**< Status. */
    PCI_REVISION = 0x08,         /**< Revision ID. */
    PCI_CLASS = 0x09,            /**< Class code, three bytes. */
    PCI_CACHE_LINE = 0x0c,       /**< Cache line size. */
    PCI_HEADER_TYPE = 0x0e,      /**< Header type. */
    PCI_BAR = 0x10,              /**< First base address register. */
    PCI_PRIMARY_BUS = 0x18,      /**< Bridge: bus above. */
    PCI_SECONDARY_BUS = 0x19,    /**< Bridge: bus below. */
    PCI_SUBORDINATE_BUS = 0x1a,  /**< Bridge: last bus below. */
    PCI_SECONDARY_STATUS = 0x1e, /**< Bridge: status of the bus below. */
    PCI_MEMORY_BASE = 0x20,      /**< Bridge: beginning of the memory window. */
    PCI_MEMORY_LIMIT = 0x22,     /**< Bridge: end of the memory window. */
    PCI_SUBSYSTEM_VENDOR = 0x2c, /**< Subsystem vendor ID. */
    PCI_SUBSYSTEM = 0x2e,        /**< Subsystem ID. */
    PCI_CAPABILITIES = 0x34,     /**< First capability. */
    PCI_INTERRUPT_LINE = 0x3c,   /**< Interrupt line, for the guest's use. */
    PCI_INTERRUPT_PIN = 0x3d,    /**< Interrupt pin, 1 for A. */
    PCI_BRIDGE_CONTROL = 0x3e,   /**< Bridge control. */
    PCI_HEADER_BYTES = 0x40      /**< End of the header: capabilities follow. */
};

/** Bits of the command register (7.5.1.1.3). */
enum mk_pci_command {
    PCI_COMMAND_IO = 1 << 0,           /**< I/O ports are decoded. */
    PCI_COMMAND_MEMORY = 1 << 1,       /**< Memory is decoded. */
    PCI_COMMAND_MASTER = 1 << 2,       /**< May write and read memory, so send messages. */
    PCI_COMMAND_PARITY = 1 << 6,       /**< Parity error response. */
    PCI_COMMAND_SERR = 1 << 8,         /**< SERR# enable. */
    PCI_COMMAND_INTX_DISABLE = 1 << 10 /**< Interrupt pin is not used. */
};

/** Bits of the status register (7.5.1.1.4). */
enum mk_pci_status {
    PCI_STATUS_INTERRUPT = 1 << 3,    /**< An interrupt is pending at the pin. */
    PCI_STATUS_CAPABILITIES = 1 << 4, /**< There are capabilities. */
    PCI_STATUS_ERRORS = 0xf900        /**< Errors; writing ones clears them. */
};

/** Bit of the header type register: the device has more functions (7.5.1.1.9). */
#define PCI_MULTI_FUNCTION 0x80
/** Bit of bridge control: resets what is behind (7.5.1.3.13). */
#define PCI_BRIDGE_RESET 0x40

/** Capability IDs (PCI Code and ID Assignment 1.11, 2). */
enum mk_pci_capability {
    PCI_CAP_MSI = 0x05,     /**< Message signalled interrupts. */
    PCI_CAP_VENDOR = 0x09,  /**< Vendor-specific. */
    PCI_CAP_PCIE = 0x10,    /**< PCI Express. */
    PCI_CAP_MSIX = 0x11,    /**< MSI-X. */
    PCI_CAP_ADVANCED = 0x13 /**< Advanced Features of conventional PCI. */
};

/** MSI, 64-bit addresses and masking (7.7.1): registers by their offset in the capability. */
enum mk_pci_msi {
    PCI_MSI_CONTROL = 0x02,        /**< Message control. */
    PCI_MSI_ADDRESS = 0x04,        /**< Message address, lower half; the upper one follows. */
    PCI_MSI_DATA = 0x0c,           /**< Message data. */
    PCI_MSI_MASK = 0x10,           /**< Mask bits. */
    PCI_MSI_PENDING = 0x14,        /**< Pending bits. */
    PCI_MSI_BYTES = 0x18,          /**< Size. */
    PCI_MSI_ENABLE = 1 << 0,       /**< Bit of message control: in use. */
    PCI_MSI_FORM = 1 << 7 | 1 << 8 /**< Bits of message control: 64-bit addresses, masking. */
};

/** MSI-X (7.7.2): registers by their offset in the capability. */
enum mk_pci_msix {
    PCI_MSIX_CONTROL = 0x02,   /**< Message control. */
    PCI_MSIX_TABLE = 0x04,     /**< Where the table is: BAR in bits 2:0, offset above. */
    PCI_MSIX_PBA = 0x08,       /**< Where the pending bits are. */
    PCI_MSIX_BYTES = 0x0c,     /**< Size. */
    PCI_MSIX_MASK = 1 << 14,   /**< Bit of message control: all vectors are masked. */
    PCI_MSIX_ENABLE = 1 << 15, /**< Bit of message control: in use. */
    PCI_MSIX_VECTORS = 2048    /**< Most vectors. */
};

/** PCI Express capability, version 2 (7.5.3): registers by their offset. */
enum mk_pci_express {
    PCIE_CAPABILITIES = 0x02,   /**< Version and kind of function. */
    PCIE_DEVICE_CAP = 0x04,     /**< Device capabilities. */
    PCIE_DEVICE_CONTROL = 0x08, /**< Device control. */
    PCIE_DEVICE_STATUS = 0x0a,  /**< Device status. */
    PCIE_LINK_CAP = 0x0c,       /**< Link capabilities. */
    PCIE_LINK_CONTROL = 0x10,   /**< Link control. */
    PCIE_LINK_STATUS = 0x12,    /**< Link status. */
    PCIE_LINK_CONTROL_2 = 0x30, /**< Link control 2. */
    PCIE_BYTES = 0x3c           /**< Size. */
};

#endif
