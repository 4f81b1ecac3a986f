/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Start of a plain root task on seL4: thread-local storage, the IPC buffer, then the program. Only
 * real seL4 needs it; under CAMkES the runtime does this, on the bench there is nothing to do.
 */
#include "platform/sel4/root.h"

/** Room for thread-local variables: libsel4 has one, the IPC buffer's address. */
#define TLS_BYTES 64

/** Thread-local storage: variables below, the thread pointer above (ELF TLS, variant II). */
static struct {
    uint8_t variables[TLS_BYTES]; /**< The variables. */
    void *self;                   /**< The thread pointer points here and to itself. */
} tls __attribute__((aligned(64)));

void mk_root_start(seL4_BootInfo *info);

/**
 * First C function of the root task.
 * @param info seL4's boot information
 */
void mk_root_start(seL4_BootInfo *info)
{
    tls.self = &tls.self;
    seL4_TCB_SetTLSBase(seL4_CapInitThreadTCB, (seL4_Word)&tls.self);
    seL4_SetIPCBuffer(info->ipcBuffer);
    mk_root_main(info);
    seL4_TCB_Suspend(seL4_CapInitThreadTCB);
    for (;;) {
        seL4_Yield();
    }
}
