/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Guest memory that changes.
 */
#include "reads.h"

#include "makatea/guest_memory.h"
#include "platform/host/host.h"

enum mk_status __real_mk_guest_read(struct mk_vm *vm, uint64_t gpa, volatile void *to,
                                    uint64_t bytes);
enum mk_status __wrap_mk_guest_read(struct mk_vm *vm, uint64_t gpa, volatile void *to,
                                    uint64_t bytes);

/** Whose memory changes. */
static struct mk_vm *watched;
/** Where its reads are kept. */
static struct reads *kept;

void reads_watch(struct mk_vm *vm, struct reads *reads)
{
    watched = vm;
    kept = reads;
    if (reads != NULL) {
        reads->count = 0;
    }
}

enum mk_status __wrap_mk_guest_read(struct mk_vm *vm, uint64_t gpa, volatile void *to,
                                    uint64_t bytes)
{
    enum mk_status status = __real_mk_guest_read(vm, gpa, to, bytes);
    if (vm != watched || status != MK_OK) {
        return status;
    }
    if (kept->count < READS_LOG) {
        kept->log[kept->count] = (struct reads_row){gpa, bytes};
    }
    kept->count++;
    for (uint64_t i = gpa; i < gpa + bytes; i++) {
        if (i < READS_TABLES || i >= READS_TABLES_END) {
            vm->platform->ram[i / HOST_FRAME_BYTES][i % HOST_FRAME_BYTES] ^= 0xff;
        }
    }
    return status;
}
