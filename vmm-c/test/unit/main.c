/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The test runner.
 */
#include <stdio.h>
#include <string.h>

#include "unit.h"

/** Checks that failed. */
static unsigned int failures;
/** Checks that were made. */
static unsigned int checks;
/** The scripted guest. It is too big for a stack. */
static struct mk_platform platform;

void unit_check(bool good, const char *text, const char *file, int line)
{
    checks++;
    if (!good) {
        failures++;
        printf("%s:%d: does not hold: %s\n", file, line, text);
    }
}

/**
 * Puts a character on the console.
 * @param context the VM
 * @param byte the character
 */
static void put(void *context, char byte)
{
    const struct mk_vm *vm = context;
    mk_platform_console(vm->platform, (uint8_t)byte);
}

void unit_script(struct mk_vm *vm, const struct mk_exit *script, uint32_t count)
{
    vm->platform->script = script;
    vm->platform->script_length = count;
    for (uint32_t i = 0; i < count && !vm->stopped; i++) {
        mk_vm_step(vm);
    }
}

bool unit_console_has(const struct mk_vm *vm, const char *text)
{
    return strstr(vm->platform->console, text) != NULL;
}

/**
 * Runs a table of tests.
 * @param tests the table
 * @param count rows
 */
static void run_all(const struct unit_test *tests, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct mk_vm vm = {.platform = &platform, .name = "unit", .frames = HOST_FRAMES};
        unsigned int before = failures;
        host_reset(&platform);
        vm.console = (struct mk_text){.put = put, .context = &vm};
        UNIT_CHECK(mk_vm_start(&vm, 0x10000, 0x1000) == MK_OK);
        tests[i].run(&vm);
        printf("%s %s\n", failures == before ? "ok  " : "FAIL", tests[i].name);
    }
}

/**
 * Runs all tests.
 * @return 0 when all checks hold
 */
int main(void)
{
    run_all(unit_exits, unit_exits_count);
    run_all(unit_events, unit_events_count);
    run_all(unit_tables, unit_tables_count);
    printf("%u checks, %u failed\n", checks, failures);
    return failures == 0 ? 0 : 1;
}
