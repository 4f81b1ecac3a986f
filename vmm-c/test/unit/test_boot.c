/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Tests of the boot protocol (Linux, Documentation/arch/x86/boot and zero-page).
 */
#include <string.h>

#include "bootable.h"
#include "makatea/boot.h"
#include "makatea/guest_memory.h"
#include "unit.h"

/**
 * Reads a number of guest memory.
 * @param vm the VM
 * @param gpa address
 * @param bytes size
 * @return the number
 */
static uint64_t peek(struct mk_vm *vm, uint64_t gpa, uint64_t bytes)
{
    uint64_t value = 0;
    UNIT_CHECK(mk_guest_read(vm, gpa, &value, bytes) == MK_OK);
    return value;
}

static void linux_boot_enters_0x200_past_the_kernel_with_the_zero_page_in_rsi(struct mk_vm *vm)
{
    struct mk_vm_config config;
    bootable(vm, &config);
    UNIT_CHECK(mk_vm_boot(vm) == MK_OK);
    UNIT_CHECK(vm->rip == 0x100200 && vm->registers[MK_RSI] == 0x10000);
    UNIT_CHECK(peek(vm, 0x100000, 1) == 0x5a &&
               peek(vm, 0x100000 + BOOTABLE_BYTES - BOOTABLE_BODY, 1) == 0);
    UNIT_CHECK(peek(vm, 0x200000, 5) == UINT64_C(0x3037303730));
    UNIT_CHECK(peek(vm, 0x20000, 8) == UINT64_C(0x3d656c6f736e6f63));
}

static void linux_reboots_by_the_reset_vector_which_writes_the_reset_register(struct mk_vm *vm)
{
    struct mk_vm_config config;
    bootable(vm, &config);
    UNIT_CHECK(mk_vm_boot(vm) == MK_OK);
    /* mov dx, 0x602; mov al, 6; out dx, al; hlt; jmp to the hlt */
    UNIT_CHECK(peek(vm, 0xffff0, 8) == UINT64_C(0xebf4ee06b00602ba) &&
               peek(vm, 0xffff8, 1) == 0xfd);
    struct mk_exit e = {.kind = MK_RETURN_EXIT,
                        .reason = MK_EXIT_IO,
                        .qualification = UINT64_C(0x602) << 16,
                        .length = 1,
                        .rflags = 2,
                        .registers = {[MK_RAX] = 6, [MK_RDX] = 0x602}};
    unit_script(vm, &e, 1);
    UNIT_CHECK(vm->end == MK_END_RESET);
}

static void linux_boot_selectors_are_0x10_and_0x18_and_4_gib_are_mapped(struct mk_vm *vm)
{
    struct mk_vm_config config;
    bootable(vm, &config);
    UNIT_CHECK(mk_vm_boot(vm) == MK_OK);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_CS_SELECTOR] == 0x10);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_DS_SELECTOR] == 0x18);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_GDTR_BASE] == 0x11000);
    UNIT_CHECK(vm->platform->fields[MK_VMCS_GUEST_CR3] == 0x1000);
    UNIT_CHECK(peek(vm, 0x11010, 8) == UINT64_C(0x00af9b000000ffff));
    /* last entry of the last page directory: 4 GiB - 2 MiB */
    UNIT_CHECK(peek(vm, 0x1000 + 6 * 4096 - 8, 8) == UINT64_C(0xffe00083));
}

static void linux_zero_page_has_header_rsdp_cmdline_ramdisk_and_e820(struct mk_vm *vm)
{
    struct mk_vm_config config;
    bootable(vm, &config);
    UNIT_CHECK(mk_vm_boot(vm) == MK_OK);
    UNIT_CHECK(peek(vm, 0x10070, 8) == 0xe0000);
    UNIT_CHECK(peek(vm, 0x10202, 4) == 0x53726448 && peek(vm, 0x10210, 1) == 0xff);
    UNIT_CHECK(peek(vm, 0x10218, 4) == 0x200000 && peek(vm, 0x1021c, 4) == 5);
    UNIT_CHECK(peek(vm, 0x10228, 4) == 0x20000 && peek(vm, 0x100c8, 4) == 0);
    UNIT_CHECK(peek(vm, 0x101e8, 1) == 2 && peek(vm, 0x102d0 + 16, 4) == 1);
    UNIT_CHECK(peek(vm, 0x102d0 + 20, 8) == UINT64_C(0x100000000));
    UNIT_CHECK(peek(vm, 0x102d0 + 28, 8) == UINT64_C(0x123456789000));
    /* outside the setup header and what the loader sets, all is zero */
    UNIT_CHECK(peek(vm, 0x101f0, 1) == 0 && peek(vm, 0x1026c, 1) == 0);
}

static void an_image_that_is_not_the_plans_is_refused(struct mk_vm *vm)
{
    struct mk_vm_config config;
    bootable(vm, &config);
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, sizeof(bootable_image)) == NULL);
    UNIT_CHECK(mk_boot_check(&config.boot, NULL, sizeof(bootable_image)) != NULL);
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, 0x237) != NULL);
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, BOOTABLE_BODY) != NULL);
    bootable_image[0x236] = 0;
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, sizeof(bootable_image)) != NULL);
    bootable_image[0x236] = 1;
    bootable_image[0x206] = 0x0b;
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, sizeof(bootable_image)) != NULL);
    bootable_image[0x206] = 0x0c;
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, sizeof(bootable_image)) == NULL);
    config.boot.kernel_bytes = BOOTABLE_BYTES - BOOTABLE_BODY - 1;
    UNIT_CHECK(mk_boot_check(&config.boot, bootable_image, sizeof(bootable_image)) != NULL);
    UNIT_CHECK(mk_vm_boot(vm) != MK_OK &&
               unit_console_has(vm, "unit does not start: the kernel's"));
}

static void a_layout_outside_memory_is_refused(struct mk_vm *vm)
{
    struct mk_vm_config config;
    bootable(vm, &config);
    config.boot.initrd_gpa = UINT64_MAX - 2;
    UNIT_CHECK(mk_vm_boot(vm) != MK_OK);
    config.boot.initrd_gpa = 0x200000;
    config.boot.initrd_bytes = 4;
    UNIT_CHECK(mk_vm_boot(vm) != MK_OK);
    config.boot.initrd_image = MK_NONE;
    UNIT_CHECK(mk_vm_boot(vm) == MK_OK);
    config.boot.cmdline_gpa = (uint64_t)HOST_FRAMES * HOST_FRAME_BYTES - 5;
    UNIT_CHECK(mk_vm_boot(vm) != MK_OK);
}

static void a_second_start_finds_zeroed_memory_and_first_state(struct mk_vm *vm)
{
    struct mk_vm_config config;
    const uint64_t canary = UINT64_C(0xc0ffee);
    bootable(vm, &config);
    UNIT_CHECK(mk_guest_write(vm, 0x3ffff8, &canary, 8) == MK_OK);
    vm->debug[0] = 1;
    vm->registers[MK_RAX] = 1;
    vm->event = MK_EVENT_VALID | 3;
    vm->end = MK_END_RESET;
    UNIT_CHECK(mk_vm_boot(vm) == MK_OK);
    UNIT_CHECK(peek(vm, 0x3ffff8, 8) == 0 && vm->debug[0] == 0 && vm->registers[MK_RAX] == 0);
    UNIT_CHECK(vm->event == 0 && vm->end == MK_END_NOT);
}

const struct unit_test unit_boot[] = {
    UNIT_TEST(linux_boot_enters_0x200_past_the_kernel_with_the_zero_page_in_rsi),
    UNIT_TEST(linux_reboots_by_the_reset_vector_which_writes_the_reset_register),
    UNIT_TEST(linux_boot_selectors_are_0x10_and_0x18_and_4_gib_are_mapped),
    UNIT_TEST(linux_zero_page_has_header_rsdp_cmdline_ramdisk_and_e820),
    UNIT_TEST(an_image_that_is_not_the_plans_is_refused),
    UNIT_TEST(a_layout_outside_memory_is_refused),
    UNIT_TEST(a_second_start_finds_zeroed_memory_and_first_state),
    {NULL, NULL},
};
