/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The guest's machine without its processor: interrupt controllers, devices, and the two buses that
 * lead to them. Everything is made from the plan; what is not in the plan does not exist.
 */
#ifndef MAKATEA_MACHINE_H
#define MAKATEA_MACHINE_H

#include "link/pci_words.h"
#include "makatea/bus.h"
#include "makatea/irqchip.h"
#include "makatea/kvmclock.h"
#include "makatea/line.h"
#include "makatea/pci.h"
#include "makatea/power.h"
#include "makatea/rtc.h"
#include "makatea/uart16550.h"

/** Most serial ports of a PC. */
#define MK_MACHINE_SERIAL 4

/** Ranges of I/O ports: those of the serial ports, of clock, power, keyboard and PCI. */
#define MK_MACHINE_PORT_RANGES (MK_MACHINE_SERIAL + 4)

struct mk_vm;

/** How a VM has ended. */
enum mk_end {
    MK_END_NOT,    /**< It has not. */
    MK_END_OFF,    /**< The guest turned its machine off. */
    MK_END_RESET,  /**< The guest asked for a reset. */
    MK_END_CRASH,  /**< It can not go on; there was a report. */
    MK_END_STOPPED /**< The lifecycle manager wants it stopped. */
};

/** PCI Express. */
struct mk_machine_pci {
    struct mk_pci_root root;   /**< The hierarchy. */
    struct mk_pci_ports ports; /**< Configuration by ports. */
    bool connected;            /**< There is a channel to the machine's configuration space. */
    struct mk_pci_asker asker; /**< That channel. */
    uint64_t patience;         /**< TSC value until which its answer is waited for. */
};

/** The machine. What the plan has any number of is in mk_vm::storage. */
struct mk_machine {
    struct mk_bus memory;                     /**< Devices in guest-physical memory. */
    struct mk_bus ports;                      /**< Devices at I/O ports. */
    struct mk_irqchip chip;                   /**< Local APIC and I/O APICs. */
    struct mk_uart serial[MK_MACHINE_SERIAL]; /**< Serial ports, by row of the plan. */
    struct mk_line lines[MK_MACHINE_SERIAL];  /**< What is behind them. */
    struct mk_rtc rtc;                        /**< Real-time clock. */
    struct mk_power power;                    /**< Power, reset and events. */
    struct mk_machine_pci pci;                /**< PCI Express. */
    struct mk_kvmclock clock;                 /**< Paravirtual clock. */
    bool busy; /**< A VirtIO device has more work than one round does. */
    /** Room of #ports. */
    struct mk_bus_range port_ranges[MK_MACHINE_PORT_RANGES];
};

/**
 * Makes the machine of a VM, in the state after power-up.
 * @param vm the VM
 * @return whether the plan could be carried out
 */
bool mk_machine_init(struct mk_vm *vm);

/**
 * Connects the channels of the machine's devices anew: nothing of what was sent before is left.
 * To be called before a boot, but not with each mk_machine_init(), so that the monitor can speak
 * before it makes the machine.
 * @param vm the VM
 */
void mk_machine_connect(struct mk_vm *vm);

/**
 * The guest is gone: peers see that nobody is there, own regions are filled with zeros. The line to
 * the console stays, for the monitor has something to say.
 * @param vm the VM
 */
void mk_machine_disconnect(struct mk_vm *vm);

/**
 * Finds a channel of the plan.
 * @param vm the VM
 * @param number the channel's number, or MK_NONE
 * @return the channel; a null pointer when the plan has none of that number
 */
const struct mk_channel *mk_machine_channel(const struct mk_vm *vm, uint32_t number);

/**
 * Finds the line to the VM's console: that of its first serial port that has one, or else of the
 * first such port of its console device.
 * @param vm the VM
 * @return the line, or a null pointer
 */
struct mk_line *mk_machine_console(struct mk_vm *vm);

/**
 * Lets time pass: timers that are due fire, and what came by channels reaches its devices.
 * @param vm the VM
 */
void mk_machine_tick(struct mk_vm *vm);

/**
 * Tells consoles of characters that they were not told of yet. To be called when the guest halts or
 * ends, and at the end of its turn: a key's echo is on its way in 4 ms also where the guest spins.
 * @param vm the VM
 */
void mk_machine_tell(struct mk_vm *vm);

/**
 * When the machine wants to be looked at again.
 * @param machine the machine
 * @return TSC value, 0 for never
 */
uint64_t mk_machine_deadline(const struct mk_machine *machine);

/**
 * Whether an interrupt waits that ends a HLT.
 * @param machine the machine
 * @return whether
 */
bool mk_machine_interrupts(const struct mk_machine *machine);

/**
 * Whether the guest has turned its machine off or reset it.
 * @param machine the machine
 * @return #MK_END_NOT, #MK_END_OFF or #MK_END_RESET
 */
enum mk_end mk_machine_end(const struct mk_machine *machine);

#endif
