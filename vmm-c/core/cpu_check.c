/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What processor and kernel must have. A monitor is not privileged: it sees CPUID, and what is
 * left of a control word of which it asks for all bits (SDM 3, A.3). Whether VT-d is in use the
 * system below has to tell; only a VM with devices of the machine needs it.
 */
#include "makatea/vm.h"

/** VMCS field of the virtual-APIC page (SDM 3, B.2.1). */
#define FIELD_VIRTUAL_APIC UINT32_C(0x2012)

/** Who lacks most of it. */
#define PROCESSOR "this processor lacks "

/** A feature that CPUID tells. */
struct cpuid_feature {
    const char *name; /**< Name. */
    uint32_t leaf;    /**< Leaf. */
    bool ecx;         /**< In ECX, else in EDX. */
    uint32_t bit;     /**< Bit. */
};

/** Features by CPUID (SDM 2, CPUID). */
static const struct cpuid_feature by_cpuid[] = {
    {"VT-x", 0x1, true, 5},
    {"64-bit mode", 0x80000001, false, 29},
};

/** A feature that a control word tells. */
struct control_feature {
    const char *name; /**< Name. */
    uint32_t field;   /**< Control word. */
    uint32_t bits;    /**< Its bit. */
};

/** Features by control word. */
static const struct control_feature by_control[] = {
    {"EPT", MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_EPT},
    {"unrestricted guest", MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_UNRESTRICTED},
    {"VPID", MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_VPID},
    {"APICv: APIC-register virtualisation", MK_VMCS_SECONDARY_CONTROLS,
     MK_SECONDARY_APIC_REGISTERS},
    {"APICv: virtual-interrupt delivery", MK_VMCS_SECONDARY_CONTROLS, MK_SECONDARY_INTERRUPTS},
    {"preemption timer", MK_VMCS_PIN_CONTROLS, MK_PIN_PREEMPTION_TIMER},
    {"saving the preemption timer", MK_VMCS_EXIT_CONTROLS, MK_EXIT_CTL_SAVE_TIMER},
    {"64-bit guests", MK_VMCS_ENTRY_CONTROLS, MK_ENTRY_CTL_LONG_MODE},
};

/**
 * Says that something is missing.
 * @param vm the VM
 * @param who who lacks it
 * @param what what
 */
static void missing(struct mk_vm *vm, const char *who, const char *what)
{
    mk_text_string(&vm->console, "makatea: ");
    mk_text_string(&vm->console, vm->config->name);
    mk_text_string(&vm->console, " refused: ");
    mk_text_string(&vm->console, who);
    mk_text_string(&vm->console, what);
    mk_text_string(&vm->console, "\n");
}

/**
 * Whether CPUID tells a feature.
 * @param vm the VM
 * @param f the feature
 * @return whether
 */
static bool has_cpuid(struct mk_vm *vm, const struct cpuid_feature *f)
{
    if (mk_platform_cpuid(vm->platform, f->leaf & 0x80000000, 0).eax < f->leaf) {
        return false;
    }
    struct mk_cpuid answer = mk_platform_cpuid(vm->platform, f->leaf, 0);
    return ((f->ecx ? answer.ecx : answer.edx) >> f->bit & 1) != 0;
}

/**
 * Whether a control word has a bit. The word is left as it was.
 * @param vm the VM
 * @param f the feature
 * @return whether
 */
static bool has_control(struct mk_vm *vm, const struct control_feature *f)
{
    uint64_t before = 0;
    uint64_t most = 0;
    mk_platform_vmcs_read(vm->platform, f->field, &before);
    if (mk_platform_vmcs_write(vm->platform, f->field, UINT32_MAX, &most) != MK_OK) {
        return false;
    }
    mk_platform_vmcs_write(vm->platform, f->field, before, (uint64_t *)0);
    return (most & f->bits) == f->bits;
}

/**
 * Whether there is VT-d, when the plan has devices whose DMA it must confine (REQ-201).
 * @param vm the VM
 * @return whether; what is missing has been said
 */
static bool check_dma(struct mk_vm *vm)
{
    if (vm->config->io_space_count == 0 || mk_platform_iommu(vm->platform)) {
        return true;
    }
    missing(vm, "a device is passed through, and this machine lacks ",
            "VT-d, or the kernel does not use it");
    return false;
}

bool mk_cpu_check(struct mk_vm *vm)
{
    bool good = check_dma(vm);
    for (uint32_t i = 0; i < sizeof(by_cpuid) / sizeof(by_cpuid[0]); i++) {
        if (!has_cpuid(vm, &by_cpuid[i])) {
            missing(vm, PROCESSOR, by_cpuid[i].name);
            good = false;
        }
    }
    if (!good) {
        return false;
    }
    for (uint32_t i = 0; i < sizeof(by_control) / sizeof(by_control[0]); i++) {
        if (!has_control(vm, &by_control[i])) {
            missing(vm, PROCESSOR, by_control[i].name);
            good = false;
        }
    }
    if (good &&
        mk_platform_vmcs_write(vm->platform, FIELD_VIRTUAL_APIC, 0, (uint64_t *)0) != MK_OK) {
        mk_text_string(&vm->console, "makatea: notice: the kernel has no way to use APICv; "
                                     "interrupts are delivered by injection\n");
    }
    return good;
}
