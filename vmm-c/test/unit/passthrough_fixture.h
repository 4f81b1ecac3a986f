/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A VM with a function of the machine, which is played: its configuration space behind the real
 * component that has it, its memory, its MSI-X table. What the system below was asked is noted.
 */
#ifndef MAKATEA_TEST_UNIT_PASSTHROUGH_FIXTURE_H
#define MAKATEA_TEST_UNIT_PASSTHROUGH_FIXTURE_H

#include "components/pci_config.h"
#include "makatea/passthrough.h"
#include "unit.h"

/** Row of the function, and its number in its list of registers. */
#define PASSED_ROW 1
/** Where the function's capabilities are in the machine. */
enum {
    PASSED_PM = 0x40,
    PASSED_MSI = 0x50,
    PASSED_MSIX = 0x70,
    PASSED_EXPRESS = 0x90,
    PASSED_ADVANCED = 0xd0
};
/** The machine's address of BAR 0: four pages. */
#define PASSED_PADDR 0xfb200000U
/** The machine's address of BAR 4: four pages, the MSI-X table in page 1. */
#define PASSED_TABLE_PADDR 0xfb280000U
/** BAR 2: ports. */
#define PASSED_PORT 0xe000
/** Where the guest has BAR 0. */
#define PASSED_GPA 0xc0000000U
/** Where the guest has BAR 4. */
#define PASSED_TABLE_GPA 0xc0004000U
/** Vectors that the machine's table has, and those that are planned. */
enum { PASSED_REAL_VECTORS = 5, PASSED_VECTORS = 3 };
/** Event bits: vectors 0 to 2 from here; the pin; an edge that is given by itself. */
enum { PASSED_EVENT = 5, PASSED_PIN_EVENT = 8, PASSED_EDGE_EVENT = 9, PASSED_LEVEL_EVENT = 10 };
/** The guest's inputs: pin, and edge. */
enum { PASSED_PIN_GSI = 17, PASSED_EDGE_GSI = 20, PASSED_LEVEL_GSI = 21 };
/** Frames of all its memory. */
#define PASSED_FRAMES 8

/** How the component behaves. */
enum passed_mood {
    PASSED_PROMPT, /**< Answers at once. */
    PASSED_SLOW,   /**< Answers after some waiting. */
    PASSED_SILENT, /**< Does not answer. */
    PASSED_LYING   /**< Answers at once, with wild values. */
};

/** The function and what happened to it. */
struct passed_machine {
    uint8_t space[256];                      /**< Configuration space. */
    uint32_t table[PASSED_REAL_VECTORS * 4]; /**< MSI-X table. */
    uint32_t address;                        /**< Address register of the ports. */
    bool mapped[PASSED_FRAMES];              /**< Frames that the guest reaches. */
    uint64_t gpa[PASSED_FRAMES];             /**< Where. */
    bool seen[PASSED_FRAMES];                /**< Frames that the monitor sees. */
    bool ports;                              /**< The guest has the ports. */
    bool dma;                                /**< Its memory was mapped for devices. */
    uint32_t acks[8];                        /**< How often each interrupt was let through. */
    uint32_t resets;                         /**< How often it was reset. */
    uint64_t busy;                           /**< TSC value until which it is being reset. */
    bool early;                              /**< It was asked something meanwhile. */
    bool gone;                               /**< Nobody answers. */
    bool refuses;                            /**< Mappings fail. */
    enum passed_mood mood;                   /**< How the component behaves. */
    uint32_t waits;                          /**< How often the slow component was waited for. */
    uint32_t lie;                            /**< The next wild value. */
};

/** The machine. */
extern struct passed_machine passed_machine;
/** The VM's plan; tests may change it before they start. */
extern struct mk_vm_config passed_config;
/** Its functions. */
extern struct mk_pci_function passed_functions[2];
/** Device memory that its monitor has. */
extern struct mk_device_frames passed_frames[2];
/** Interrupts of the machine. */
extern struct mk_irq passed_irqs[6];

/**
 * Makes machine and plan: MSI-X in use.
 * @param vm the VM
 */
void passed_make(struct mk_vm *vm);

/**
 * Starts component and monitor: connects, prepares, boots.
 * @param vm the VM
 * @return a null pointer, or what the preparation said
 */
const char *passed_start(struct mk_vm *vm);

/**
 * A register of the machine's function.
 * @param offset register
 * @param bytes size
 * @return value
 */
uint32_t passed_register(uint32_t offset, uint32_t bytes);

/**
 * Sets a register of the machine's function.
 * @param offset register
 * @param bytes size
 * @param value value
 */
void passed_set(uint32_t offset, uint32_t bytes, uint32_t value);

/**
 * Writes a register as the guest does.
 * @param vm the VM
 * @param offset register
 * @param bytes size
 * @param value value
 */
void passed_write(struct mk_vm *vm, uint32_t offset, uint32_t bytes, uint32_t value);

/**
 * Reads a register as the guest does.
 * @param vm the VM
 * @param offset register
 * @param bytes size
 * @return value
 */
uint32_t passed_read(struct mk_vm *vm, uint32_t offset, uint32_t bytes);

/**
 * Finds a capability as the guest does.
 * @param vm the VM
 * @param id capability ID
 * @return its offset, or 0
 */
uint32_t passed_capability(struct mk_vm *vm, uint32_t id);

/**
 * Lets the machine interrupt.
 * @param vm the VM
 * @param event bit
 */
void passed_interrupt(struct mk_vm *vm, uint32_t event);

/**
 * Turns the guest's local APIC on.
 * @param vm the VM
 */
void passed_apic_on(struct mk_vm *vm);

/**
 * Says whether the guest's local APIC has a vector to deliver.
 * @param vm the VM
 * @param vector vector
 * @return whether
 */
bool passed_requested(const struct mk_vm *vm, uint8_t vector);

#endif
