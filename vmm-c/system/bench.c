/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The image for the bench: a program for each component of the plan.
 */
#include "bench_programs.h"
#include "system/system.h"

/** Memory of a monitor for all objects that are not frames: VCPU, tables of EPT and window. */
#define OBJECT_BYTES (UINT64_C(2) << 20)
/** The machine ends when the serial port was quiet for 1/20 s. */
#define QUIET_HZ 20

size_t bench_program_count(void)
{
    return mk_system_program_count;
}

uint64_t bench_program_memory(size_t program)
{
    const struct mk_system_program *p = &mk_system_programs[program];
    const struct mk_memory *memory = &p->resources->memory;
    return p->config == NULL
               ? 0
               : ((uint64_t)memory->frames.count << memory->frame_bits) + OBJECT_BYTES;
}

uint8_t bench_program_priority(size_t program)
{
    return mk_system_programs[program].priority;
}

void bench_program_run(size_t program, const seL4_BootInfo *info)
{
    const struct mk_system_program *p = &mk_system_programs[program];
    seL4_CPtr next = info->empty.start;
    struct mk_component c = {.resources = p->resources, .ports = p->ports};
    if (!mk_system_rights(p, program, &next)) {
        return;
    }
    if (p->config != NULL) {
        mk_system_monitor(p, info, next);
    } else {
        p->run(&c);
    }
}

void mk_system_lifecycle(struct mk_component *c, const struct mk_lifecycle_config *config,
                         struct mk_lifecycle_state *vms, struct mk_lifecycle_asker *askers)
{
    struct mk_lifecycle l;
    mk_lifecycle_start(&l, c, config, vms, askers);
    do {
        while (mk_lifecycle_round(&l)) {
            /* There is more to do. */
        }
    } while (!mk_lifecycle_at_rest(&l) && mk_component_wait(c) != 0);
    bench_finish(mk_alarm_hz(&l.alarm) / QUIET_HZ);
}
