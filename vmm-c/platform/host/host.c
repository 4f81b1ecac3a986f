/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The waist for tests.
 */
#include "platform/host/host.h"

#include <string.h>

#include "makatea/vmx.h"

void host_reset(struct mk_platform *p)
{
    memset(p, 0, sizeof(*p));
    memset(p->allowed, 0xff, sizeof(p->allowed));
    p->msr_numbers[0] = MK_MSR_STAR;
    p->msr_numbers[1] = MK_MSR_LSTAR;
    p->msr_numbers[2] = MK_MSR_CSTAR;
    p->msr_numbers[3] = MK_MSR_FMASK;
    p->msr_numbers[4] = MK_MSR_VMX_MISC;
    p->msr_values[4] = 5;
    p->answer = (struct mk_cpuid){UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    p->delivers = true;
}

void mk_platform_enter(struct mk_platform *platform, const struct mk_entry *entry,
                       struct mk_exit *exit)
{
    platform->last_entry = *entry;
    if (platform->scripted < platform->script_length) {
        *exit = platform->script[platform->scripted++];
    } else {
        *exit = (struct mk_exit){.kind = MK_RETURN_EXIT, .reason = MK_EXIT_TRIPLE_FAULT};
    }
    exit->primary = entry->primary;
    exit->event = platform->delivers ? entry->event & ~MK_EVENT_VALID : entry->event;
    platform->entries++;
    platform->now += platform->entry_ticks;
}

enum mk_status mk_platform_vmcs_read(struct mk_platform *platform, uint32_t field, uint64_t *value)
{
    *value = 0;
    platform->vmcs_reads++;
    if (field >= HOST_FIELDS || platform->denied[field]) {
        return MK_DENIED;
    }
    *value = platform->fields[field];
    return MK_OK;
}

enum mk_status mk_platform_vmcs_write(struct mk_platform *platform, uint32_t field, uint64_t value,
                                      uint64_t *written)
{
    platform->vmcs_writes++;
    if (field >= HOST_FIELDS || platform->denied[field]) {
        return MK_DENIED;
    }
    platform->fields[field] = value & platform->allowed[field];
    if (written != NULL) {
        *written = platform->fields[field];
    }
    return MK_OK;
}

enum mk_status mk_platform_set_registers(struct mk_platform *platform, const uint64_t *registers)
{
    memcpy(platform->registers, registers, sizeof(platform->registers));
    platform->registers_set++;
    return MK_OK;
}

/**
 * Finds an MSR.
 * @param p the state
 * @param msr number
 * @return its value, or a null pointer
 */
static uint64_t *find_msr(struct mk_platform *p, uint32_t msr)
{
    for (int i = 0; i < HOST_MSRS; i++) {
        if (msr != 0 && p->msr_numbers[i] == msr) {
            return &p->msr_values[i];
        }
    }
    return NULL;
}

enum mk_status mk_platform_msr_read(struct mk_platform *platform, uint32_t msr, uint64_t *value)
{
    const uint64_t *place = find_msr(platform, msr);
    *value = place == NULL ? 0 : *place;
    return place == NULL ? MK_DENIED : MK_OK;
}

enum mk_status mk_platform_msr_write(struct mk_platform *platform, uint32_t msr, uint64_t value)
{
    uint64_t *place = find_msr(platform, msr);
    if (place == NULL) {
        return MK_DENIED;
    }
    *place = value;
    return MK_OK;
}

enum mk_status mk_platform_map_ram(struct mk_platform *platform, uint32_t frame, uint64_t gpa)
{
    if (frame >= HOST_FRAMES || gpa % HOST_FRAME_BYTES != 0) {
        return MK_BAD_RANGE;
    }
    platform->mapped[frame] = true;
    return MK_OK;
}

volatile uint8_t *mk_platform_ram(struct mk_platform *platform, uint32_t frame)
{
    return frame < HOST_FRAMES && platform->mapped[frame] ? platform->ram[frame] : NULL;
}

enum mk_status mk_platform_alarm(struct mk_platform *platform, uint64_t deadline)
{
    platform->alarm = deadline;
    return MK_OK;
}

uint64_t mk_platform_wait(struct mk_platform *platform)
{
    platform->waits++;
    if (platform->on_wait != NULL) {
        platform->on_wait(platform);
    }
    platform->now = platform->alarm > platform->now ? platform->alarm : platform->now;
    uint64_t badge = platform->badge;
    platform->badge = 0;
    return badge;
}

void mk_platform_yield(struct mk_platform *platform)
{
    platform->yields++;
}

uint64_t mk_platform_now(struct mk_platform *platform)
{
    return platform->now;
}

uint64_t mk_platform_tsc_hz(struct mk_platform *platform)
{
    (void)platform;
    return 2000000000;
}

struct mk_cpuid mk_platform_cpuid(struct mk_platform *platform, uint32_t leaf, uint32_t subleaf)
{
    (void)subleaf;
    for (int i = 0; i < HOST_LEAVES; i++) {
        if (leaf != 0 && platform->leaves[i] == leaf) {
            return platform->answers[i];
        }
    }
    return platform->answer;
}

void mk_platform_console(struct mk_platform *platform, uint8_t byte)
{
    if (platform->console_length < HOST_CONSOLE - 1) {
        platform->console[platform->console_length++] = (char)byte;
    }
}

int32_t mk_platform_console_read(struct mk_platform *platform)
{
    if (platform->typed == NULL || *platform->typed == '\0') {
        return -1;
    }
    return (uint8_t)*platform->typed++;
}

const uint8_t *mk_platform_image(struct mk_platform *platform, uint32_t row, uint64_t *bytes)
{
    *bytes = row < HOST_IMAGES ? platform->image_bytes[row] : 0;
    return row < HOST_IMAGES ? platform->images[row] : NULL;
}

bool mk_platform_iommu(struct mk_platform *platform)
{
    return platform->iommu;
}

uint64_t mk_platform_unix_time(struct mk_platform *platform)
{
    return platform->unix_time;
}

const struct mk_port *mk_platform_port(struct mk_platform *platform, uint32_t channel)
{
    return channel < platform->port_count ? &platform->ports[channel] : NULL;
}
