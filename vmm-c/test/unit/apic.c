/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What tests of the interrupt controllers share.
 */
#include "apic.h"

static void noted(void *context, uint8_t vector)
{
    struct apic_fixture *f = context;
    f->eois++;
    f->eoi_vector = vector;
}

void apic_start(struct apic_fixture *f)
{
    *f = (struct apic_fixture){.eois = 0};
    mk_lapic_init(&f->lapic, APIC_TEST_ID, APIC_HZ, (struct mk_lapic_eoi){f, noted});
    apic_write(f, MK_LAPIC_SVR, 0x1ff);
}

void apic_start_x2(struct apic_fixture *f)
{
    apic_start(f);
    UNIT_CHECK(apic_wrmsr(f, MK_MSR_APIC_BASE, 0xfee00d00));
}

uint32_t apic_read(struct apic_fixture *f, uint32_t offset)
{
    return (uint32_t)mk_lapic_ops.read(&f->lapic, 0, offset, 4);
}

void apic_write(struct apic_fixture *f, uint32_t offset, uint32_t value)
{
    mk_lapic_ops.write(&f->lapic, 0, offset, 4, value);
}

uint64_t apic_rdmsr(struct apic_fixture *f, uint32_t msr)
{
    uint64_t value;
    UNIT_CHECK(mk_lapic_msr_read(&f->lapic, 0, msr, &value));
    return value;
}

bool apic_wrmsr(struct apic_fixture *f, uint32_t msr, uint64_t value)
{
    return mk_lapic_msr_write(&f->lapic, 0, msr, value);
}

bool apic_message(struct apic_fixture *f, uint8_t vector, bool level)
{
    struct mk_irq_message m = {MK_IRQ_BROADCAST, false, MK_IRQ_FIXED, vector, level};
    return mk_lapic_receive(&f->lapic, &m);
}

int apic_take(struct apic_fixture *f)
{
    int vector = mk_lapic_next(&f->lapic);
    if (vector >= 0) {
        mk_lapic_accept(&f->lapic, (uint8_t)vector);
    }
    return vector;
}
