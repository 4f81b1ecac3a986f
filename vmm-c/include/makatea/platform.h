/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The narrow waist: all that the monitor asks of the system below it.
 *
 * Three implementations: `platform/sel4` on libsel4 (the kernel's or the bench's), `platform/host`
 * with a scripted guest for tests. The rules below hold for each of them; where a rule says
 * "seL4", the contract program (test/contract) shows it.
 *
 * **Entering.** mk_platform_enter() runs the guest until it exits or until this thread's bound
 * notification is signalled; a signal that came earlier returns at once, without running the
 * guest. RIP, primary controls and event are inputs and outputs. Whether an event reached the
 * guest is told by its valid bit afterwards: still set means not delivered, so it must be handed
 * over again or kept. After a notification the registers are not reported: they stay in the VCPU,
 * and writing old ones back would corrupt the guest.
 *
 * **Registers.** mk_platform_set_registers() sets all 15 (not RSP, a VMCS field). They stay until
 * the guest changes them or they are set again.
 *
 * **Never enter with invalid controls or an event of an unknown type.** A processor that refuses
 * an entry for its controls leaves seL4 16.0.0 unable to go on. Invalid *guest state* is safe and
 * gives exit 33.
 *
 * **Preemption timer.** It counts TSC >> rate (IA32_VMX_MISC, bits 4:0) in the guest only. The
 * kernel may leave and re-enter the guest without telling; the timer then starts anew unless the
 * exit control #MK_EXIT_CTL_SAVE_TIMER is set. A value of 0 exits before the first instruction.
 *
 * **Badges.** A notification's badge has the plan's event bits (struct mk_event): which channels
 * and interrupts to look at. An alarm has no bit of its own. A plain root task without channels
 * gets bits without a meaning for the core.
 *
 * **Time.** The guest's TSC is the host's: there is no offset.
 */
#ifndef MAKATEA_PLATFORM_H
#define MAKATEA_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "makatea/channel.h"

/** State of an implementation; one for each VM. */
struct mk_platform;

/** What came of a request. */
enum mk_status {
    MK_OK,        /**< Done. */
    MK_DENIED,    /**< The system below does not allow it. */
    MK_BAD_RANGE, /**< No such frame, register or address. */
    MK_NO_MEMORY, /**< The memory that was planned for is used up. */
    MK_BROKEN     /**< The system below broke a rule of this file. */
};

/** General registers, in the order in which the VCPU keeps them. RSP is a VMCS field. */
enum mk_register {
    MK_RAX,                  /**< RAX. */
    MK_RBX,                  /**< RBX. */
    MK_RCX,                  /**< RCX. */
    MK_RDX,                  /**< RDX. */
    MK_RSI,                  /**< RSI. */
    MK_RDI,                  /**< RDI. */
    MK_RBP,                  /**< RBP. */
    MK_R8,                   /**< R8; R9 to R15 follow. */
    MK_REGISTERS = MK_R8 + 8 /**< Number of registers. */
};

/** What is handed over at an entry. */
struct mk_entry {
    uint64_t rip;     /**< Where the guest goes on. */
    uint32_t primary; /**< Primary controls; the system below adds and removes bits. */
    uint32_t event;   /**< Entry interruption information (SDM 3, 25.8.3). */
};

/** Why the guest does not run any more. */
enum mk_return {
    MK_RETURN_EXIT,     /**< A VM exit. */
    MK_RETURN_NOTIFIED, /**< A notification: mk_exit::badge, rip, primary and event are valid. */
    MK_RETURN_FAILED    /**< The entry failed. */
};

/** What is told at a return. */
struct mk_exit {
    enum mk_return kind;              /**< What happened. */
    uint64_t badge;                   /**< Badges of the notification. */
    uint64_t rip;                     /**< RIP. */
    uint32_t primary;                 /**< Primary controls in force. */
    uint32_t event;                   /**< Event, valid bit set: not delivered. */
    uint32_t reason;                  /**< Basic exit reason. */
    uint32_t length;                  /**< Instruction length, where the exit has one. */
    uint64_t qualification;           /**< Exit qualification; 0 for exits 45 and 56. */
    uint64_t gpa;                     /**< Guest-physical address of an EPT exit. */
    uint64_t rflags;                  /**< RFLAGS. */
    uint64_t interruptibility;        /**< Interruptibility state. */
    uint64_t cr3;                     /**< CR3. */
    uint64_t registers[MK_REGISTERS]; /**< General registers. */
};

/** What CPUID returns. */
struct mk_cpuid {
    uint32_t eax; /**< EAX. */
    uint32_t ebx; /**< EBX. */
    uint32_t ecx; /**< ECX. */
    uint32_t edx; /**< EDX. */
};

/**
 * Runs the guest until an exit or a notification.
 * @param platform the system below
 * @param entry what to hand over
 * @param exit receives what happened
 */
void mk_platform_enter(struct mk_platform *platform, const struct mk_entry *entry,
                       struct mk_exit *exit);

/**
 * Reads a VMCS field.
 * @param platform the system below
 * @param field encoding
 * @param value receives the value; 0 when it is denied
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_platform_vmcs_read(struct mk_platform *platform, uint32_t field, uint64_t *value);

/**
 * Writes a VMCS field. Control words and CR0, CR4 are adjusted to what processor and kernel want.
 * @param platform the system below
 * @param field encoding
 * @param value value
 * @param written receives what was written; may be a null pointer
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_platform_vmcs_write(struct mk_platform *platform, uint32_t field, uint64_t value,
                                      uint64_t *written);

/**
 * Sets the general registers.
 * @param platform the system below
 * @param registers #MK_REGISTERS values
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_platform_set_registers(struct mk_platform *platform, const uint64_t *registers);

/**
 * Reads an MSR that is switched with the guest: STAR, LSTAR, CSTAR, FMASK, or IA32_VMX_MISC.
 * @param platform the system below
 * @param msr number
 * @param value receives the value; 0 when it is denied
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_platform_msr_read(struct mk_platform *platform, uint32_t msr, uint64_t *value);

/**
 * Writes such an MSR.
 * @param platform the system below
 * @param msr number
 * @param value value
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_platform_msr_write(struct mk_platform *platform, uint32_t msr, uint64_t value);

/**
 * Puts a frame of the VM's memory, of the plan's size, at a guest-physical address and into the
 * monitor's view. Frames are mapped in the order of their numbers, from 0, each once.
 * @param platform the system below
 * @param frame number of the frame
 * @param gpa guest-physical address, a multiple of that size
 * @return #MK_OK, #MK_BAD_RANGE, #MK_NO_MEMORY or #MK_BROKEN
 */
enum mk_status mk_platform_map_ram(struct mk_platform *platform, uint32_t frame, uint64_t gpa);

/**
 * Says where the monitor sees a frame that was mapped.
 * @param platform the system below
 * @param frame number of the frame
 * @return its first byte; a null pointer when it is not mapped. The guest writes there too.
 */
volatile uint8_t *mk_platform_ram(struct mk_platform *platform, uint32_t frame);

/**
 * Asks for a notification when a time has come. One alarm exists: a later request replaces it.
 * It may come early, by the reach of the time source; then ask again.
 * @param platform the system below
 * @param deadline TSC value
 * @return #MK_OK or #MK_DENIED
 */
enum mk_status mk_platform_alarm(struct mk_platform *platform, uint64_t deadline);

/**
 * Waits for a notification.
 * @param platform the system below
 * @return badges
 */
uint64_t mk_platform_wait(struct mk_platform *platform);

/**
 * Lets another thread of the same priority run, if one can, and comes back when it is this one's
 * turn. A thread with a budget of its own goes on at once.
 * @param platform the system below
 */
void mk_platform_yield(struct mk_platform *platform);

/**
 * Reads the time-stamp counter.
 * @param platform the system below
 * @return its value
 */
uint64_t mk_platform_now(struct mk_platform *platform);

/**
 * Says how fast the time-stamp counter counts.
 * @param platform the system below
 * @return ticks in a second
 */
uint64_t mk_platform_tsc_hz(struct mk_platform *platform);

/**
 * Asks the machine's processor.
 * @param platform the system below
 * @param leaf leaf
 * @param subleaf subleaf
 * @return what CPUID returns
 */
struct mk_cpuid mk_platform_cpuid(struct mk_platform *platform, uint32_t leaf, uint32_t subleaf);

/**
 * Says whether the system below has an IOMMU (VT-d) and uses it: without one a device that is
 * passed through would reach all of the machine's memory.
 * @param platform the system below
 * @return whether
 */
bool mk_platform_iommu(struct mk_platform *platform);

/**
 * Says what time it was when the system started, by the machine's clock.
 * @param platform the system below
 * @return seconds since 1970-01-01 00:00 UTC; 0 when there is no clock
 */
uint64_t mk_platform_unix_time(struct mk_platform *platform);

/**
 * Finds a channel of the plan.
 * @param platform the system below
 * @param channel its number; any other number is none of them
 * @return its port, which stays; a null pointer when there is none, as in a plain root task
 */
const struct mk_port *mk_platform_port(struct mk_platform *platform, uint32_t channel);

/**
 * Puts a byte on the console of a plain root task, or where the system below has its debug output.
 * A console that takes nothing for long loses the byte.
 * @param platform the system below
 * @param byte the byte
 */
void mk_platform_console(struct mk_platform *platform, uint8_t byte);

/**
 * Takes the next byte that was typed for a plain root task. After a notification, read until there
 * is none, or read on later: another one comes only for what is typed after that.
 * @param platform the system below
 * @return the byte, or -1 when there is none
 */
int32_t mk_platform_console_read(struct mk_platform *platform);

/**
 * Finds an image of the plan.
 * @param platform the system below
 * @param row row of mk_vm_config::images
 * @param bytes receives its size, 0 when there is no such image
 * @return its first byte, or a null pointer. It stays and does not change.
 */
const uint8_t *mk_platform_image(struct mk_platform *platform, uint32_t row, uint64_t *bytes);

#endif
