/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A virtual machine: all of its state, and what can be done with it.
 */
#ifndef MAKATEA_VM_H
#define MAKATEA_VM_H

#include "makatea/config.h"
#include "makatea/host_devices.h"
#include "makatea/life.h"
#include "makatea/machine.h"
#include "makatea/platform.h"
#include "makatea/storage.h"
#include "makatea/text.h"
#include "makatea/turn.h"
#include "makatea/vmx.h"

/** Debug registers, DR0 to DR7. */
#define MK_DEBUG_REGISTERS 8

/** State of a VM. Everything that the monitor knows about its guest is in here. */
struct mk_vm {
    struct mk_platform *platform;          /**< The system below. */
    const struct mk_vm_config *config;     /**< The plan. */
    const struct mk_storage *storage;      /**< Memory as the plan asks for it. */
    const struct mk_host_devices *devices; /**< The machine's, where the plan has any. */
    struct mk_text console;                /**< Where the monitor writes. */
    struct mk_machine machine;             /**< Devices and interrupt controllers. */
    struct mk_control control;             /**< Channel to the lifecycle manager. */
    struct mk_turn turn;                   /**< Its turn on the processor. */
    uint64_t events;                       /**< Bits of notifications that nobody looked at yet. */
    bool console_lost;                     /**< The console took nothing for long. */
    bool mapped;                           /**< Guest memory is mapped. */
    bool clean;                            /**< It is full of zeros. */
    uint64_t now;                          /**< TSC value at the last return. */
    uint64_t rip;                          /**< Where the guest goes on. */
    uint64_t registers[MK_REGISTERS];     /**< General registers, valid while an exit is handled. */
    bool registers_changed;               /**< They must be written before the next entry. */
    uint64_t debug[MK_DEBUG_REGISTERS];   /**< What the guest wrote into debug registers. */
    uint32_t event;                       /**< Event for the next entry. */
    uint32_t error_code;                  /**< Its error code. */
    bool halted;                          /**< The guest waits for an interrupt. */
    uint64_t rflags;                      /**< RFLAGS at the last exit. */
    uint64_t interruptibility;            /**< Interruptibility at the last exit. */
    bool window_known;                    /**< The two above are those of now. */
    uint32_t timer_rate;                  /**< The preemption timer counts TSC >> this. */
    uint64_t timer_until;                 /**< TSC value that it was last set for. */
    uint64_t timer_set;                   /**< TSC value at which it was. */
    uint64_t tsc_hz;                      /**< Ticks of the TSC in a second. */
    enum mk_end end;                      /**< Whether and how the VM has ended. */
    uint64_t exits[MK_EXIT_REASONS];      /**< How often each exit came. */
    uint64_t exit_ticks[MK_EXIT_REASONS]; /**< Ticks that the monitor spent on them. */
    uint64_t notifications;               /**< How often the guest was left for a notification. */
    uint64_t entered;                     /**< TSC value of the first entry; 0 before. */
    uint64_t guest_ticks;                 /**< Ticks from entries to returns, since then. */
    uint64_t halted_ticks;                /**< Ticks that a halted guest has waited, since then. */
};

/**
 * Checks that processor and kernel have what the monitor needs. Prints each thing that is missing.
 * @param vm the VM
 * @return whether the VM can run
 */
bool mk_cpu_check(struct mk_vm *vm);

/**
 * Sets the VM up for its first entry, in 64-bit mode: memory, controls, machine. Memory is full of
 * zeros but for the page tables, also when the VM ran before.
 * @param vm the VM, with platform, config, storage and console
 * @param entry where the guest starts
 * @return #MK_OK, or what is wrong
 */
enum mk_status mk_vm_start(struct mk_vm *vm, uint64_t entry);

/**
 * Sets the VM up and loads its guest. What is wrong is said on the console.
 * @param vm the VM, with platform, config, storage and console
 * @return #MK_OK, or what is wrong
 */
enum mk_status mk_vm_boot(struct mk_vm *vm);

/**
 * Runs the VM until it ends.
 * @param vm the VM
 */
void mk_vm_run(struct mk_vm *vm);

/**
 * Makes the next step of a VM: at most one entry, at most one exit.
 * @param vm the VM
 */
void mk_vm_step(struct mk_vm *vm);

/**
 * Ends the VM after a crash and says why.
 * @param vm the VM
 * @param exit last exit, for the report
 * @param why reason, for people
 */
void mk_vm_stop(struct mk_vm *vm, const struct mk_exit *exit, const char *why);

/**
 * Begins a line about a VM on its console.
 * @param vm the VM
 * @param text what follows its name
 */
void mk_vm_begin_line(const struct mk_vm *vm, const char *text);

/**
 * Reports where a VM's time since its first entry went: all of it, what the monitor needed, and
 * what the halted guest waited; then its exits by reason, with what the monitor spent on them. In
 * ticks of the TSC.
 * @param vm the VM
 */
void mk_vm_report(struct mk_vm *vm);

/**
 * Deals with an exit.
 * @param vm the VM, with the exit's registers in it
 * @param exit the exit
 */
void mk_exit_dispatch(struct mk_vm *vm, const struct mk_exit *exit);

/**
 * Names an exit.
 * @param reason basic exit reason
 * @return its name, for people
 */
const char *mk_exit_name(uint32_t reason);

/**
 * Answers CPUID.
 * @param vm the VM
 * @param leaf EAX
 * @param subleaf ECX
 * @return what the guest sees
 */
struct mk_cpuid mk_cpuid_answer(struct mk_vm *vm, uint32_t leaf, uint32_t subleaf);

/**
 * Reads an MSR for the guest.
 * @param vm the VM
 * @param msr number
 * @param value receives the value
 * @return whether the guest may; otherwise it gets a general protection fault
 */
bool mk_msr_read(struct mk_vm *vm, uint32_t msr, uint64_t *value);

/**
 * Writes an MSR for the guest.
 * @param vm the VM
 * @param msr number
 * @param value value
 * @return whether the guest may; otherwise it gets a general protection fault
 */
bool mk_msr_write(struct mk_vm *vm, uint32_t msr, uint64_t value);

/**
 * Raises an exception in the guest at its next entry.
 * @param vm the VM
 * @param vector vector
 * @param with_code whether it has an error code
 * @param code error code
 */
void mk_event_exception(struct mk_vm *vm, uint8_t vector, bool with_code, uint32_t code);

/**
 * Whether an exit can have come in the middle of the delivery of an event (SDM 3, 28.2.4). The
 * clause names accesses to the APIC page, full page-modification logs and sub-page permissions,
 * too; they are not in use, and such an exit ends the VM. All others interrupt no delivery, so what
 * was interrupted is not read: that were an invocation of the kernel at each exit.
 * @param reason basic exit reason
 * @return whether
 */
bool mk_event_can_be_interrupted(uint32_t reason);

/**
 * Says what is to be injected because an exit interrupted the delivery of an event.
 * @param vectoring IDT-vectoring information
 * @return event for the next entry, 0 for none
 */
uint32_t mk_event_interrupted(uint32_t vectoring);

/**
 * Makes an event one that the processor accepts (SDM 3, 26.2.1.3). An entry that is refused for its
 * event is not survived by the kernel, so this is the last gate before every entry. It may change
 * mk_vm::error_code.
 * @param vm the VM
 * @param event any value
 * @return the event, or 0 when there is no way to make it right
 */
uint32_t mk_event_legal(struct mk_vm *vm, uint32_t event);

/**
 * Chooses the event of the next entry.
 * @param vm the VM
 * @param entry receives event and primary controls
 */
void mk_event_choose(struct mk_vm *vm, struct mk_entry *entry);

/**
 * Looks at the clock: has the deadline passed?
 * @param vm the VM
 */
void mk_time_update(struct mk_vm *vm);

/**
 * Sets the preemption timer for the next entry, unless it stands right.
 * @param vm the VM
 */
void mk_time_arm(struct mk_vm *vm);

/**
 * Lets time pass while the guest waits for an interrupt.
 * @param vm the VM
 */
void mk_time_wait(struct mk_vm *vm);

#endif
