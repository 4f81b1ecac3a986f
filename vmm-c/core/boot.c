/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Linux' 64-bit boot protocol (Linux, Documentation/arch/x86/boot): the kernel, the initial RAM
 * disk, the command line, the zero page with the memory table, a GDT and an identity map. Where
 * each of them goes is the plan's matter. The image was checked when the system was composed; here
 * it is checked again, because what is copied must be what was checked.
 */
#include "makatea/boot.h"

#include "makatea/acpi.h"
#include "makatea/guest_memory.h"
#include "makatea/long_mode.h"
#include "makatea/power.h"

/* Offsets in an image, and in the zero page too. */
#define SETUP_HEADER 0x1f1    /**< First byte of the setup header. */
#define HEADER_END_BYTE 0x201 /**< Holds the end of the setup header, from 0x202 on. */
#define HEADER_START 0x202    /**< Where the jump before it counts from. */
#define MAGIC 0x202           /**< "HdrS". */
#define VERSION 0x206         /**< Version of the protocol. */
#define XLOADFLAGS 0x236      /**< What the kernel offers to loaders. */

/* Members of the zero page (Linux, Documentation/arch/x86/zero-page). */
#define RSDP_ADDRESS 0x070     /**< Address of ACPI's root pointer. */
#define EXT_RAMDISK 0x0c0      /**< Upper half of the RAM disk's address. */
#define EXT_RAMDISK_SIZE 0x0c4 /**< Upper half of its size. */
#define EXT_CMDLINE 0x0c8      /**< Upper half of the command line's address. */
#define E820_COUNT 0x1e8       /**< Rows of the memory table. */
#define LOADER_TYPE 0x210      /**< Who loads. */
#define RAMDISK 0x218          /**< Address of the RAM disk. */
#define RAMDISK_SIZE 0x21c     /**< Its size. */
#define CMDLINE 0x228          /**< Address of the command line. */
#define E820_TABLE 0x2d0       /**< Memory table. */
#define E820_ROW 20            /**< Bytes of a row: address, size, type. */

#define MAGIC_VALUE UINT64_C(0x53726448)       /**< "HdrS". */
#define OLDEST UINT64_C(0x020c)                /**< 2.12, the first with a 64-bit entry. */
#define HAS_64BIT_ENTRY UINT64_C(1)            /**< XLF_KERNEL_64. */
#define UNKNOWN_LOADER UINT64_C(0xff)          /**< A loader without a number of its own. */
#define ENTRY_OFFSET UINT64_C(0x200)           /**< The 64-bit entry, in the loaded kernel. */
#define FLAT_CODE UINT64_C(0x00af9b000000ffff) /**< 64-bit code (SDM 3, 3.4.5). */
#define FLAT_DATA UINT64_C(0x00cf93000000ffff) /**< Writable data. */

#define LOAD_STEP UINT64_C(0x10000) /**< Bytes of an image that are loaded at once. */

/** Where a jump to FFFF:0000 leads, which starts a PC's firmware again. */
#define RESET_VECTOR UINT64_C(0xffff0)
/**
 * What stands there, in 16-bit code: mov dx, register; mov al, value; out dx, al; hlt; jmp to hlt.
 * It writes the reset register. There is no firmware, but with hardware-reduced ACPI and without
 * EFI Linux reboots by that jump and in no other way (Linux, efi_reboot_required()).
 */
static const uint8_t reset_code[] = {0xba,
                                     (MK_POWER_PORT + MK_POWER_RESET) & 0xff,
                                     MK_POWER_PORT >> 8,
                                     0xb0,
                                     MK_POWER_RESET_VALUE,
                                     0xee,
                                     0xf4,
                                     0xeb,
                                     0xfd};

/**
 * Reads a little-endian number.
 * @param from its first byte
 * @param bytes size, at most 8
 * @return the number
 */
static uint64_t get(const uint8_t *from, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = 0; i < bytes; i++) {
        value |= (uint64_t)from[i] << (8 * i);
    }
    return value;
}

/**
 * Writes a little-endian number.
 * @param to its first byte
 * @param bytes size, at most 8
 * @param value the number
 */
static void put(uint8_t *to, uint32_t bytes, uint64_t value)
{
    for (uint32_t i = 0; i < bytes; i++) {
        to[i] = (uint8_t)(value >> (8 * i));
    }
}

const char *mk_boot_check(const struct mk_boot *boot, const uint8_t *image, uint64_t bytes)
{
    if (image == (const uint8_t *)0 || bytes < XLOADFLAGS + 2) {
        return "the kernel's image is missing or too short";
    }
    if (get(image + MAGIC, 4) != MAGIC_VALUE || get(image + VERSION, 2) < OLDEST ||
        (get(image + XLOADFLAGS, 2) & HAS_64BIT_ENTRY) == 0) {
        return "the kernel has no 64-bit entry";
    }
    uint64_t end = HEADER_START + get(image + HEADER_END_BYTE, 1);
    if (end > bytes || boot->kernel_offset < end || boot->kernel_offset >= bytes ||
        bytes - boot->kernel_offset > boot->kernel_bytes) {
        return "the kernel's size is not as planned";
    }
    return (const char *)0;
}

void mk_boot_zero_page(const struct mk_vm_config *config, const uint8_t *image, uint8_t *page)
{
    const struct mk_boot *boot = &config->boot;
    uint64_t end = HEADER_START + get(image + HEADER_END_BYTE, 1);
    for (uint32_t i = 0; i < MK_BOOT_PARAMS_BYTES; i++) {
        page[i] = i >= SETUP_HEADER && i < end ? image[i] : 0;
    }
    put(page + RSDP_ADDRESS, 8, boot->acpi_gpa);
    put(page + LOADER_TYPE, 1, UNKNOWN_LOADER);
    put(page + RAMDISK, 4, boot->initrd_gpa & UINT32_MAX);
    put(page + EXT_RAMDISK, 4, boot->initrd_gpa >> 32);
    put(page + RAMDISK_SIZE, 4, boot->initrd_bytes & UINT32_MAX);
    put(page + EXT_RAMDISK_SIZE, 4, boot->initrd_bytes >> 32);
    put(page + CMDLINE, 4, boot->cmdline_gpa & UINT32_MAX);
    put(page + EXT_CMDLINE, 4, boot->cmdline_gpa >> 32);
    uint32_t rows = config->e820_count < MK_E820_MAX ? config->e820_count : MK_E820_MAX;
    put(page + E820_COUNT, 1, rows);
    for (uint32_t i = 0; i < rows; i++) {
        uint8_t *row = page + E820_TABLE + (uint64_t)i * E820_ROW;
        put(row, 8, config->e820[i].gpa);
        put(row + 8, 8, config->e820[i].bytes);
        put(row + 16, 4, (uint64_t)config->e820[i].type);
    }
}

/**
 * Puts an image into guest memory, piece by piece, so that others have the processor in between.
 * @param vm the VM
 * @param gpa where to
 * @param image first byte
 * @param bytes size
 * @return #MK_OK or #MK_BAD_RANGE
 */
static enum mk_status load_image(struct mk_vm *vm, uint64_t gpa, const uint8_t *image,
                                 uint64_t bytes)
{
    enum mk_status status = mk_guest_is_ram(vm, gpa, bytes) ? MK_OK : MK_BAD_RANGE;
    for (uint64_t done = 0; done < bytes && status == MK_OK; done += LOAD_STEP) {
        uint64_t left = bytes - done;
        status = mk_guest_write(vm, gpa + done, image + done, left < LOAD_STEP ? left : LOAD_STEP);
        mk_turn_pause(vm);
    }
    return status;
}

/**
 * Puts the two images into guest memory.
 * @param vm the VM
 * @param kernel the kernel's image
 * @param kernel_bytes its size
 * @return a null pointer, or what is wrong
 */
static const char *load_images(struct mk_vm *vm, const uint8_t *kernel, uint64_t kernel_bytes)
{
    const struct mk_boot *boot = &vm->config->boot;
    uint64_t bytes = 0;
    if (load_image(vm, boot->kernel_gpa, kernel + boot->kernel_offset,
                   kernel_bytes - boot->kernel_offset) != MK_OK) {
        return "the kernel does not fit into memory";
    }
    if (boot->initrd_image == MK_NONE) {
        return (const char *)0;
    }
    const uint8_t *initrd = mk_platform_image(vm->platform, boot->initrd_image, &bytes);
    if (initrd == (const uint8_t *)0 || bytes != boot->initrd_bytes) {
        return "the initial RAM disk is not as planned";
    }
    return load_image(vm, boot->initrd_gpa, initrd, bytes) == MK_OK
               ? (const char *)0
               : "the initial RAM disk does not fit into memory";
}

/**
 * Puts the ACPI tables into guest memory.
 * @param vm the VM
 * @return a null pointer, or what is wrong
 */
static const char *load_acpi(struct mk_vm *vm)
{
    const struct mk_boot *boot = &vm->config->boot;
    uint8_t *tables = vm->storage->acpi;
    uint64_t room =
        boot->acpi_bytes < vm->storage->acpi_room ? boot->acpi_bytes : vm->storage->acpi_room;
    uint64_t used = 0;
    if (mk_acpi_build(vm->config, tables, room, boot->acpi_gpa, &used) != MK_OK) {
        return "its ACPI tables can not be built";
    }
    return mk_guest_write(vm, boot->acpi_gpa, tables, used) == MK_OK
               ? (const char *)0
               : "its ACPI tables do not fit into memory";
}

const char *mk_boot_load(struct mk_vm *vm)
{
    static const uint64_t gdt[MK_BOOT_GDT_BYTES / 8] = {0, 0, FLAT_CODE, FLAT_DATA};
    const struct mk_boot *boot = &vm->config->boot;
    uint8_t page[MK_BOOT_PARAMS_BYTES];
    uint64_t bytes = 0;
    const uint8_t *kernel = mk_platform_image(vm->platform, boot->kernel_image, &bytes);
    const char *why = mk_boot_check(boot, kernel, bytes);
    if (why == (const char *)0) {
        why = load_images(vm, kernel, bytes);
    }
    if (why == (const char *)0) {
        why = load_acpi(vm);
    }
    if (why != (const char *)0) {
        return why;
    }
    mk_boot_zero_page(vm->config, kernel, page);
    if (mk_guest_write(vm, boot->boot_params_gpa, page, sizeof(page)) != MK_OK ||
        mk_guest_write(vm, boot->gdt_gpa, gdt, sizeof(gdt)) != MK_OK ||
        mk_guest_write(vm, RESET_VECTOR, reset_code, sizeof(reset_code)) != MK_OK ||
        mk_guest_write(vm, boot->cmdline_gpa, boot->cmdline, (uint64_t)boot->cmdline_bytes + 1) !=
            MK_OK) {
        return "the boot layout is not in memory";
    }
    mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_GDTR_BASE, boot->gdt_gpa, (uint64_t *)0);
    mk_platform_vmcs_write(vm->platform, MK_VMCS_GUEST_GDTR_LIMIT, sizeof(gdt) - 1, (uint64_t *)0);
    vm->registers[MK_RSI] = boot->boot_params_gpa;
    vm->rip = boot->kernel_gpa + ENTRY_OFFSET;
    return (const char *)0;
}
