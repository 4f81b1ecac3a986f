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

/** Its memory. */
static const struct mk_ram_bank bank = {.gpa = 0, .first_frame = 0, .frames = HOST_FRAMES};
/** Its serial port. */
static const struct mk_serial serial = {.name = "com1", .first = 0x3f8, .gsi = 4, .channel = 0};
/** Its interrupt. */
static const struct mk_gsi gsi = {.gsi = 4, .level = false, .active_low = false, .name = "com1"};
/** Its I/O APIC. */
static const struct mk_ioapic ioapic = {.gpa = 0xfec00000, .gsi_base = 0, .pins = 24, .id = 1};
/** Its plan. */
static const struct mk_vm_config config = {.name = "unit",
                                           .paravirt = MK_PARAVIRT_KVM,
                                           .ram_banks = &bank,
                                           .ram_bank_count = 1,
                                           .ioapics = &ioapic,
                                           .ioapic_count = 1,
                                           .gsis = &gsi,
                                           .gsi_count = 1,
                                           .serial = &serial,
                                           .serial_count = 1,
                                           .boot = {.page_table_gpa = 0x1000}};
/** Storage for that plan, and for somewhat larger ones. */
MK_STORAGE(unit_storage, 4, 8, 2, 8, 0x20000, 3);

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
    vm->platform->scripted = 0;
    for (uint32_t i = 0; i < count && vm->end == MK_END_NOT; i++) {
        mk_vm_step(vm);
    }
}

void unit_deadline(struct mk_vm *vm, uint64_t deadline)
{
    const uint64_t writes[][2] = {{MK_MSR_APIC_BASE, 0xfee00d00},
                                  {0x80f, 0x1ff},
                                  {0x832, 0x40000 | UNIT_TIMER},
                                  {MK_MSR_TSC_DEADLINE, deadline}};
    for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++) {
        UNIT_CHECK(mk_msr_write(vm, (uint32_t)writes[i][0], writes[i][1]));
    }
}

void unit_interrupt(struct mk_vm *vm)
{
    unit_deadline(vm, 0);
    UNIT_CHECK(mk_msr_write(vm, 0x80b, 0)); /* end of an earlier one */
    UNIT_CHECK(mk_msr_write(vm, 0x83f, UNIT_TIMER));
}

bool unit_console_has(const struct mk_vm *vm, const char *text)
{
    return strstr(vm->platform->console, text) != NULL;
}

/**
 * Runs a suite.
 * @param tests its tests
 */
static void run_all(const struct unit_test *tests)
{
    for (size_t i = 0; tests[i].name != NULL; i++) {
        static struct mk_vm vm;
        vm = (struct mk_vm){.platform = &platform, .config = &config, .storage = &unit_storage};
        unsigned int before = failures;
        host_reset(&platform);
        vm.console = (struct mk_text){.put = put, .context = &vm};
        UNIT_CHECK(mk_vm_start(&vm, 0x10000) == MK_OK);
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
    static const struct unit_test *const suites[] = {
#define UNIT_SUITE(suite) suite,
#include "suites.h"
    };
    for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
        run_all(suites[i]);
    }
    printf("%u checks, %u failed\n", checks, failures);
    return failures == 0 ? 0 : 1;
}
