/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * A VM that can be booted.
 */
#include "bootable.h"

#include <string.h>

/** The image; the host's platform hands it out as row 0. */
uint8_t bootable_image[BOOTABLE_BYTES];
/** The initial RAM disk, row 1. */
static const uint8_t initrd[BOOTABLE_INITRD_BYTES] = {'0', '7', '0', '7', '0'};

/** Memory table. */
static const struct mk_e820 e820[] = {
    {0, 0x9f000, MK_E820_RAM}, {UINT64_C(0x100000000), UINT64_C(0x123456789000), MK_E820_RAM}};

/** The only PCI function. */
static const struct mk_pci_function bridge = {
    .name = "host bridge", .kind = MK_PCI_HOST_BRIDGE, .intx_gsi = MK_NONE, .channel = MK_NONE};

/** The boot layout of the tests. */
static const struct mk_boot layout = {.kernel_image = 0,
                                      .initrd_image = 1,
                                      .kernel_offset = BOOTABLE_BODY,
                                      .kernel_gpa = 0x100000,
                                      .kernel_bytes = 0x10000,
                                      .initrd_gpa = 0x200000,
                                      .initrd_bytes = sizeof(initrd),
                                      .boot_params_gpa = 0x10000,
                                      .gdt_gpa = 0x11000,
                                      .page_table_gpa = 0x1000,
                                      .acpi_gpa = 0xe0000,
                                      .acpi_bytes = 0x20000,
                                      .cmdline_gpa = 0x20000,
                                      .cmdline = "console=ttyS0",
                                      .cmdline_bytes = 13};

void bootable(struct mk_vm *vm, struct mk_vm_config *config)
{
    memset(bootable_image, 0x5a, sizeof(bootable_image));
    memcpy(bootable_image + 0x202, "HdrS", 4);
    bootable_image[0x201] = 0x6a; /* the header ends at 0x26c */
    bootable_image[0x206] = 0x0f; /* 2.15 */
    bootable_image[0x207] = 0x02;
    bootable_image[0x236] = 0x01; /* XLF_KERNEL_64 */
    bootable_image[0x237] = 0x00;
    *config = *vm->config;
    config->boot = layout;
    config->e820 = e820;
    config->e820_count = 2;
    config->vcpu_count = 1;
    config->pci.buses = 1;
    config->pci.functions = &bridge;
    config->pci.function_count = 1;
    config->pci.ecam_gpa = 0xe0000000;
    config->pci.ecam_bytes = MK_ECAM_BUS_BYTES;
    vm->config = config;
    vm->platform->images[0] = bootable_image;
    vm->platform->image_bytes[0] = sizeof(bootable_image);
    vm->platform->images[1] = initrd;
    vm->platform->image_bytes[1] = sizeof(initrd);
}
