/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: the invocations of a VCPU. What seL4 refuses is refused here.
 */
#include "vcpu.h"

/** Which fields may be read and written, a bit for each index and access type (seL4 16.0,
 * decodeReadVMCS and decodeWriteVMCS). Groups without a row: none. */
static const struct {
    uint32_t group; /**< Encoding with index 0. */
    uint64_t read;  /**< May be read. */
    uint64_t write; /**< May be written. */
} allowed[] = {
    {0x0800, 0x5555, 0x5555},                 /* selectors, but not the interrupt status */
    {0x2400, 0x1, 0},                         /* guest-physical address */
    {0x2800, 0x15554, 0x15554},               /* DEBUGCTL to PDPTE3, but not the link pointer */
    {0x4000, 0x40441015, 0x41441015},         /* control words; the error code is write-only */
    {0x4400, 0x5551, 0},                      /* exit information, but not the reason */
    {0x4800, 0x455555555555, 0x455555555555}, /* limits, rights, state */
    {0x6000, 0x55, 0x55},                     /* masks and shadows */
    {0x6400, 0x554, 0},                       /* exit information, but not the qualification */
    {0x6800, 0x5555555555, 0x5555555555},     /* control registers, bases, RSP, RIP, ... */
};

/**
 * Looks a VCPU up.
 * @param slot slot
 * @param error receives the error value, when it is none
 * @return the VCPU, or a null pointer
 */
static struct vcpu *find(seL4_CPtr slot, int *error)
{
    const struct cap *cap = bench_slot(slot);
    *error = cap->type == CAP_VCPU ? 0 : (int)bench_wrong(cap);
    return cap->type == CAP_VCPU ? (struct vcpu *)cap->object : NULL;
}

/**
 * Whether seL4 lets a monitor use a field.
 * @param field encoding
 * @param write to write it
 * @return whether
 */
static bool field_allowed(seL4_Word field, bool write)
{
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        if (field - allowed[i].group < 64) {
            return ((write ? allowed[i].write : allowed[i].read) >> (field - allowed[i].group) &
                    1) != 0;
        }
    }
    return false;
}

seL4_X86_VCPU_ReadVMCS_t seL4_X86_VCPU_ReadVMCS(seL4_CPtr vcpu, seL4_Word field)
{
    seL4_X86_VCPU_ReadVMCS_t r = {0, 0};
    struct vcpu *v = find(vcpu, &r.error);
    if (r.error == 0 && !field_allowed(field, false)) {
        r.error = seL4_IllegalOperation;
    }
    if (r.error == 0 && bench_vmx_usable) {
        bench_lock();
        bench_load(v);
        r.value = vmread(field);
        bench_unlock();
    }
    return r;
}

seL4_X86_VCPU_WriteVMCS_t seL4_X86_VCPU_WriteVMCS(seL4_CPtr vcpu, seL4_Word field, seL4_Word value)
{
    seL4_X86_VCPU_WriteVMCS_t r = {0, 0};
    struct vcpu *v = find(vcpu, &r.error);
    if (r.error == 0 && !field_allowed(field, true)) {
        r.error = seL4_IllegalOperation;
    }
    if (r.error != 0) {
        return r;
    }
    r.written = value;
    for (size_t i = 0; i < CONTROLS; i++) {
        if (bench_controls[i].field == field) {
            r.written = bench_apply(&bench_controls[i], value);
        }
    }
    if (bench_vmx_usable) {
        bench_lock();
        bench_load(v);
        vmwrite(field, r.written);
        bench_unlock();
    }
    return r;
}

/**
 * Where a VCPU keeps an MSR.
 * @param v VCPU
 * @param msr number
 * @return the place; a null pointer when seL4 has none
 */
static uint64_t *find_msr(struct vcpu *v, seL4_Word msr)
{
    static const uint32_t numbers[] = {MK_MSR_LSTAR, MK_MSR_STAR, MK_MSR_CSTAR, MK_MSR_FMASK};
    for (size_t i = 0; i < 4; i++) {
        if (numbers[i] == msr) {
            return &v->msrs[i];
        }
    }
    return NULL;
}

seL4_X86_VCPU_ReadMSR_t seL4_X86_VCPU_ReadMSR(seL4_CPtr vcpu, seL4_Word msr)
{
    seL4_X86_VCPU_ReadMSR_t r = {0, 0};
    struct vcpu *v = find(vcpu, &r.error);
    const uint64_t *place = v == NULL ? NULL : find_msr(v, msr);
    if (place != NULL) {
        r.value = *place;
    } else if (v != NULL && msr == MK_MSR_VMX_MISC && bench_vmx_usable) {
        r.value = bench_rdmsr(MK_MSR_VMX_MISC);
    } else if (v != NULL) {
        r.error = seL4_IllegalOperation;
    }
    return r;
}

seL4_X86_VCPU_WriteMSR_t seL4_X86_VCPU_WriteMSR(seL4_CPtr vcpu, seL4_Word msr, seL4_Word value)
{
    seL4_X86_VCPU_WriteMSR_t r = {0, value};
    struct vcpu *v = find(vcpu, &r.error);
    uint64_t *place = v == NULL ? NULL : find_msr(v, msr);
    if (place != NULL) {
        *place = value;
    } else if (v != NULL) {
        r.error = seL4_IllegalOperation;
    }
    return r;
}

seL4_Error seL4_X86_VCPU_WriteRegisters(seL4_CPtr vcpu, seL4_VCPUContext *registers)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    for (size_t i = 0; v != NULL && i < 15; i++) {
        v->registers[i] = (&registers->eax)[i];
    }
    return (seL4_Error)error;
}

seL4_Error seL4_X86_VCPU_SetTCB(seL4_CPtr vcpu, seL4_CPtr tcb)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    if (v != NULL && bench_slot(tcb)->type != CAP_TCB) {
        return seL4_IllegalOperation;
    }
    if (v != NULL) {
        v->thread = bench_current;
        bench_current->vcpu = v;
    }
    return (seL4_Error)error;
}

void bench_vcpu_forget(struct vcpu *vcpu)
{
    if (vcpu->thread != NULL && vcpu->thread->vcpu == vcpu) {
        vcpu->thread->vcpu = NULL;
    }
}

seL4_Error seL4_X86_VCPU_DisableIOPort(seL4_CPtr vcpu, seL4_Word first, seL4_Word last)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    for (seL4_Word port = first; v != NULL && port <= (last & 0xffff); port++) {
        v->io[port / 8] |= (uint8_t)(1 << port % 8);
    }
    return (seL4_Error)error;
}

seL4_Error seL4_X86_VCPU_EnableIOPort(seL4_CPtr vcpu, seL4_CPtr ports, seL4_Word first,
                                      seL4_Word last)
{
    int error;
    struct vcpu *v = find(vcpu, &error);
    const struct cap *cap = bench_slot(ports);
    if (v == NULL) {
        return (seL4_Error)error;
    }
    if (cap->type != CAP_PORTS) {
        return seL4_IllegalOperation;
    }
    if (first < cap->object || last > cap->extra) {
        return seL4_InvalidArgument;
    }
    for (seL4_Word port = first; port <= last; port++) {
        v->io[port / 8] &= (uint8_t) ~(1 << port % 8);
    }
    return seL4_NoError;
}
