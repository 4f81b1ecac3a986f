/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist on libsel4: the VCPU.
 */
#include "makatea/vmx.h"
#include "platform/sel4/platform.h"

/** seL4 reports as many registers as the waist has. */
_Static_assert(SEL4_VMENTER_NUM_FAULT_MSGS - SEL4_VMENTER_FAULT_EAX == MK_REGISTERS,
               "seL4 reports as many registers as the waist has");
/** seL4 takes as many registers as the waist has. */
_Static_assert(sizeof(seL4_VCPUContext) == MK_REGISTERS * sizeof(uint64_t),
               "seL4 takes as many registers as the waist has");

/**
 * Reads the message of an exit.
 * @param exit receives it
 */
static void read_exit(struct mk_exit *exit)
{
    exit->reason = (uint32_t)seL4_GetMR(SEL4_VMENTER_FAULT_REASON_MR);
    exit->qualification = seL4_GetMR(SEL4_VMENTER_FAULT_QUALIFICATION_MR);
    exit->length = (uint32_t)seL4_GetMR(SEL4_VMENTER_FAULT_INSTRUCTION_LEN_MR);
    exit->gpa = seL4_GetMR(SEL4_VMENTER_FAULT_GUEST_PHYSICAL_MR);
    exit->rflags = seL4_GetMR(SEL4_VMENTER_FAULT_RFLAGS_MR);
    exit->interruptibility = seL4_GetMR(SEL4_VMENTER_FAULT_GUEST_INT_MR);
    exit->cr3 = seL4_GetMR(SEL4_VMENTER_FAULT_CR3_MR);
    for (int i = 0; i < MK_REGISTERS; i++) {
        exit->registers[i] = seL4_GetMR(SEL4_VMENTER_FAULT_EAX + i);
    }
    exit->kind = exit->reason == UINT32_MAX ? MK_RETURN_FAILED : MK_RETURN_EXIT;
}

void mk_platform_enter(struct mk_platform *platform, const struct mk_entry *entry,
                       struct mk_exit *exit)
{
    seL4_Word badge = 0;
    *exit = (struct mk_exit){.kind = MK_RETURN_NOTIFIED};
    seL4_SetMR(SEL4_VMENTER_CALL_EIP_MR, entry->rip);
    seL4_SetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR, entry->primary);
    seL4_SetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR, entry->event);
    seL4_Word result = seL4_VMEnter(&badge);
    exit->rip = seL4_GetMR(SEL4_VMENTER_CALL_EIP_MR);
    exit->primary = (uint32_t)seL4_GetMR(SEL4_VMENTER_CALL_CONTROL_PPC_MR);
    exit->event = (uint32_t)seL4_GetMR(SEL4_VMENTER_CALL_INTERRUPT_INFO_MR);
    exit->badge = badge;
    if (result == SEL4_VMENTER_RESULT_FAULT) {
        read_exit(exit);
    } else {
        mk_sel4_notified(platform);
    }
}

enum mk_status mk_platform_vmcs_read(struct mk_platform *platform, uint32_t field, uint64_t *value)
{
    seL4_X86_VCPU_ReadVMCS_t r = seL4_X86_VCPU_ReadVMCS(platform->vcpu, field);
    *value = r.error == seL4_NoError ? r.value : 0;
    return r.error == seL4_NoError ? MK_OK : MK_DENIED;
}

enum mk_status mk_platform_vmcs_write(struct mk_platform *platform, uint32_t field, uint64_t value,
                                      uint64_t *written)
{
    seL4_X86_VCPU_WriteVMCS_t r = seL4_X86_VCPU_WriteVMCS(platform->vcpu, field, value);
    if (written != (uint64_t *)0) {
        *written = r.error == seL4_NoError ? r.written : 0;
    }
    return r.error == seL4_NoError ? MK_OK : MK_DENIED;
}

enum mk_status mk_platform_set_registers(struct mk_platform *platform, const uint64_t *registers)
{
    seL4_VCPUContext context = {.eax = registers[MK_RAX],
                                .ebx = registers[MK_RBX],
                                .ecx = registers[MK_RCX],
                                .edx = registers[MK_RDX],
                                .esi = registers[MK_RSI],
                                .edi = registers[MK_RDI],
                                .ebp = registers[MK_RBP],
                                .r8 = registers[MK_R8],
                                .r9 = registers[MK_R8 + 1],
                                .r10 = registers[MK_R8 + 2],
                                .r11 = registers[MK_R8 + 3],
                                .r12 = registers[MK_R8 + 4],
                                .r13 = registers[MK_R8 + 5],
                                .r14 = registers[MK_R8 + 6],
                                .r15 = registers[MK_R8 + 7]};
    return seL4_X86_VCPU_WriteRegisters(platform->vcpu, &context) == seL4_NoError ? MK_OK
                                                                                  : MK_DENIED;
}

enum mk_status mk_platform_msr_read(struct mk_platform *platform, uint32_t msr, uint64_t *value)
{
    seL4_X86_VCPU_ReadMSR_t r = seL4_X86_VCPU_ReadMSR(platform->vcpu, msr);
    *value = r.error == seL4_NoError ? r.value : 0;
    return r.error == seL4_NoError ? MK_OK : MK_DENIED;
}

enum mk_status mk_platform_msr_write(struct mk_platform *platform, uint32_t msr, uint64_t value)
{
    return seL4_X86_VCPU_WriteMSR(platform->vcpu, msr, value).error == seL4_NoError ? MK_OK
                                                                                    : MK_DENIED;
}

struct mk_cpuid mk_platform_cpuid(struct mk_platform *platform, uint32_t leaf, uint32_t subleaf)
{
    struct mk_cpuid r;
    (void)platform;
    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(subleaf));
    return r;
}
