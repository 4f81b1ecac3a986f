/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Bench: programs as stackful threads, notifications.
 */
#include "bench.h"
#include "bench_programs.h"

/** All programs. */
static struct thread *threads;
/** How many there are. */
static size_t count;
/** No program can run; the last one to do so waits for an interrupt in bench_schedule(). */
static bool idle;

bool bench_urgent;
struct thread *bench_current;

/**
 * Goes on with another thread (boot.S).
 * @param save receives the stack pointer of this one
 * @param stack stack pointer of the other one
 */
void bench_switch(uint64_t *save, uint64_t stack);

/** First instructions of a thread (boot.S). */
void bench_thread_entry(void);

void bench_main(const uint32_t *multiboot);

/**
 * Finds who runs next: the most urgent one, after the current one in turn.
 * @return the program, or a null pointer
 */
static struct thread *choose(void)
{
    struct thread *next = NULL;
    size_t at = (size_t)(bench_current - threads);
    for (size_t i = 1; i <= count; i++) {
        struct thread *t = &threads[(at + i) % count];
        if (!t->blocked && (next == NULL || t->priority > next->priority)) {
            next = t;
        }
    }
    return next;
}

void bench_schedule(void)
{
    struct thread *from = bench_current;
    struct thread *to;
    while ((to = choose()) == NULL) {
        idle = true;
        __asm__ volatile("sti; hlt; cli" ::: "memory");
        idle = false;
    }
    bench_urgent = false;
    bench_current = to;
    if (to != from) {
        bench_switch(&from->stack, to->stack);
    }
}

void bench_preempt(void)
{
    /* A tick that ends the wait above must not begin another one on the same stack. */
    if (!idle) {
        bench_schedule();
    }
}

void bench_signal(struct notification *n, uint64_t badge)
{
    n->badge |= badge;
    n->active = true;
    if (n->waiter != NULL) {
        n->waiter->blocked = false;
        bench_urgent = bench_urgent || n->waiter->priority > bench_current->priority;
        n->waiter = NULL;
    }
}

/**
 * Takes what was signalled.
 * @param n notification
 * @return badges
 */
static uint64_t take(struct notification *n)
{
    uint64_t badge = n->badge;
    n->active = false;
    n->badge = 0;
    return badge;
}

void seL4_Signal(seL4_CPtr notification)
{
    const struct cap *cap = bench_slot(notification);
    if (cap->type == CAP_NOTIFICATION && !cap->read_only) {
        bench_lock();
        bench_signal((struct notification *)cap->object, cap->extra);
        if (bench_urgent) {
            bench_schedule();
        }
        bench_unlock();
    }
}

void seL4_Wait(seL4_CPtr notification, seL4_Word *badge)
{
    const struct cap *cap = bench_slot(notification);
    if (cap->type != CAP_NOTIFICATION) {
        return;
    }
    struct notification *n = (struct notification *)cap->object;
    bench_lock();
    while (!n->active) {
        n->waiter = bench_current;
        bench_current->blocked = true;
        bench_schedule();
    }
    uint64_t value = take(n);
    bench_unlock();
    if (badge != NULL) {
        *badge = value;
    }
}

void seL4_Poll(seL4_CPtr notification, seL4_Word *badge)
{
    const struct cap *cap = bench_slot(notification);
    if (cap->type != CAP_NOTIFICATION) {
        return;
    }
    bench_lock();
    uint64_t value = take((struct notification *)cap->object);
    bench_unlock();
    if (badge != NULL) {
        *badge = value;
    }
}

void seL4_Yield(void)
{
    bench_lock();
    bench_schedule();
    bench_unlock();
}

/** Tells the emulator to end, when the serial port has sent everything. */
static void end_machine(void)
{
    while ((bench_in(0x3fd) & 0x40) == 0) {
        /* Waits. */
    }
    for (const char *text = "Shutdown"; *text != '\0'; text++) {
        bench_out(0x8900, (uint8_t)*text);
    }
}

void bench_finish(uint64_t ticks)
{
    uint64_t quiet = __builtin_ia32_rdtsc();
    while (__builtin_ia32_rdtsc() - quiet < ticks) {
        quiet = (bench_in(0x3fd) & 0x40) == 0 ? __builtin_ia32_rdtsc() : quiet;
    }
    bench_lock();
    end_machine();
}

/** Ends the current thread, and the machine with the last one. */
static void stop(void)
{
    bool all = true;
    bench_current->blocked = true;
    bench_current->ended = true;
    for (size_t i = 0; i < count; i++) {
        all = all && threads[i].ended;
    }
    if (all) {
        end_machine();
    }
    bench_schedule();
}

seL4_Error seL4_TCB_Suspend(seL4_CPtr tcb)
{
    if (bench_slot(tcb)->type != CAP_TCB) {
        return bench_wrong(bench_slot(tcb));
    }
    bench_lock();
    stop();
    return seL4_NoError;
}

seL4_Error seL4_TCB_BindNotification(seL4_CPtr tcb, seL4_CPtr notification)
{
    const struct cap *cap = bench_slot(notification);
    if (bench_slot(tcb)->type != CAP_TCB) {
        return bench_wrong(bench_slot(tcb));
    }
    if (bench_current->bound != NULL || cap->type != CAP_NOTIFICATION) {
        return seL4_IllegalOperation;
    }
    bench_current->bound = (struct notification *)cap->object;
    return seL4_NoError;
}

void seL4_SetMR(int number, seL4_Word value)
{
    bench_current->message[number % BENCH_MESSAGE] = value;
}

seL4_Word seL4_GetMR(int number)
{
    return bench_current->message[number % BENCH_MESSAGE];
}

/** A thread's whole life. */
static void run_program(void)
{
    bench_program_run((size_t)(bench_current - threads), &bench_current->info);
    bench_lock();
    stop();
}

/**
 * Makes a thread.
 * @param index its number
 */
static void make_thread(size_t index)
{
    struct thread *t = &threads[index];
    uint64_t *stack = (uint64_t *)(t->bytes + BENCH_STACK - 16);
    *--stack = (uint64_t)bench_thread_entry;
    *--stack = (uint64_t)run_program;
    stack -= 5;
    t->stack = (uint64_t)stack;
    t->priority = bench_program_priority(index);
    t->slots[seL4_CapInitThreadTCB].type = CAP_TCB;
    t->slots[seL4_CapInitThreadCNode].type = CAP_CNODE;
    t->slots[seL4_CapInitThreadVSpace] = (struct cap){
        .type = CAP_TABLE, .bits = 4, .object = (uint64_t)bench_pml4, .root = (uint64_t)bench_pml4};
    t->slots[seL4_CapIRQControl].type = CAP_IRQ_CONTROL;
    t->slots[seL4_CapInitThreadASIDPool].type = CAP_ASID_POOL;
    t->slots[seL4_CapIOPortControl].type = CAP_PORT_CONTROL;
    for (size_t i = 0; i < count; i++) {
        t->slots[BENCH_PEER_SLOT + i] =
            (struct cap){.type = CAP_NOTIFICATION, .object = (uint64_t)&threads[i].own};
    }
    t->info.empty = (seL4_SlotRegion){BENCH_PEER_SLOT + count, BENCH_SLOTS};
    if (!bench_memory_give(t, bench_program_memory(index))) {
        bench_say("bench: too little memory for program ", index);
    }
}

/**
 * First C function.
 * @param multiboot information from the boot loader
 */
void bench_main(const uint32_t *multiboot)
{
    uint64_t unused;
    bench_cpu_init();
    bench_memory_init(multiboot);
    bench_vmx_init();
    count = bench_program_count();
    threads = bench_memory_take(count * sizeof(*threads));
    if (threads == NULL) {
        bench_say("bench: too little memory for all programs: ", count);
        end_machine();
    }
    for (size_t i = 0; i < count; i++) {
        make_thread(i);
    }
    bench_current = &threads[0];
    bench_switch(&unused, threads[0].stack);
}
