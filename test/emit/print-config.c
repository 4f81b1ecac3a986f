/* SPDX-License-Identifier: BSD-2-Clause */
/* Prints a VM's configuration by the names of its members, for a test to compare with the plan. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "makatea_config.h"

#define NUMBER(label, value) printf(" " label "=%" PRIu64, (uint64_t)(value))
#define SLOTS(label, run) printf(" " label "=%" PRIu32 "+%" PRIu32, (run).first, (run).count)
#define EACH(row, table, count) for (uint32_t row = 0; row < (table).count; row++)

static void bytes(const char *label, const void *data, size_t size)
{
    const unsigned char *byte = data;
    printf(" %s=", label);
    for (size_t i = 0; i < size; i++) {
        printf("%02x", byte[i]);
    }
}

static void string(const char *label, const char *text) { bytes(label, text, strlen(text)); }

static void bdf(const char *label, struct mk_bdf bdf)
{
    printf(" %s=%04x:%02x:%02x.%x", label, bdf.segment, bdf.bus, bdf.device, bdf.function);
}

static void print_memory(const struct mk_vm_config *c)
{
    EACH(i, *c, ram_bank_count) {
        printf("bank");
        NUMBER("gpa", c->ram_banks[i].gpa);
        NUMBER("first_frame", c->ram_banks[i].first_frame);
        NUMBER("frames", c->ram_banks[i].frames);
        puts("");
    }
    EACH(i, *c, region_count) {
        printf("region");
        NUMBER("gpa", c->regions[i].gpa);
        NUMBER("bytes", c->regions[i].bytes);
        NUMBER("kind", c->regions[i].kind);
        string("name", c->regions[i].name);
        puts("");
    }
    EACH(i, *c, e820_count) {
        printf("e820");
        NUMBER("gpa", c->e820[i].gpa);
        NUMBER("bytes", c->e820[i].bytes);
        NUMBER("type", c->e820[i].type);
        puts("");
    }
    EACH(i, *c, ioapic_count) {
        printf("ioapic");
        NUMBER("gpa", c->ioapics[i].gpa);
        NUMBER("gsi_base", c->ioapics[i].gsi_base);
        NUMBER("pins", c->ioapics[i].pins);
        NUMBER("id", c->ioapics[i].id);
        puts("");
    }
    EACH(i, *c, gsi_count) {
        printf("gsi");
        NUMBER("gsi", c->gsis[i].gsi);
        NUMBER("level", c->gsis[i].level);
        NUMBER("active_low", c->gsis[i].active_low);
        string("name", c->gsis[i].name);
        puts("");
    }
}

static void print_boot(const struct mk_vm_config *c)
{
    EACH(i, *c, image_count) {
        printf("image");
        string("id", c->images[i].id);
        NUMBER("bytes", c->images[i].bytes);
        NUMBER("frames", c->images[i].frames);
        NUMBER("frame_bits", c->images[i].frame_bits);
        puts("");
    }
    const struct mk_boot *b = &c->boot;
    printf("boot");
    NUMBER("kernel_image", b->kernel_image);
    NUMBER("initrd_image", b->initrd_image);
    NUMBER("kernel_offset", b->kernel_offset);
    NUMBER("kernel_gpa", b->kernel_gpa);
    NUMBER("kernel_bytes", b->kernel_bytes);
    NUMBER("initrd_gpa", b->initrd_gpa);
    NUMBER("initrd_bytes", b->initrd_bytes);
    NUMBER("boot_params_gpa", b->boot_params_gpa);
    NUMBER("gdt_gpa", b->gdt_gpa);
    NUMBER("page_table_gpa", b->page_table_gpa);
    NUMBER("acpi_gpa", b->acpi_gpa);
    NUMBER("acpi_bytes", b->acpi_bytes);
    NUMBER("cmdline_gpa", b->cmdline_gpa);
    bytes("cmdline", b->cmdline, b->cmdline_bytes);
    NUMBER("end", b->cmdline[b->cmdline_bytes]);
    puts("");
}

static void print_function(const struct mk_pci_function *f)
{
    printf("function");
    string("name", f->name);
    NUMBER("kind", f->kind);
    NUMBER("bus", f->bus);
    NUMBER("device", f->device);
    NUMBER("function", f->function);
    NUMBER("multifunction", f->multifunction);
    NUMBER("msi", f->msi);
    NUMBER("msix_vectors", f->msix_vectors);
    NUMBER("intx_gsi", f->intx_gsi);
    NUMBER("channel", f->channel);
    puts("");
    EACH(i, *f, bar_count) {
        printf("bar");
        NUMBER("gpa", f->bars[i].gpa);
        NUMBER("bytes", f->bars[i].bytes);
        NUMBER("paddr", f->bars[i].paddr);
        NUMBER("type", f->bars[i].type);
        NUMBER("index", f->bars[i].index);
        NUMBER("prefetchable", f->bars[i].prefetchable);
        puts("");
    }
}

static void print_member(const struct mk_pci_function *f)
{
    printf("member");
    switch (f->kind) {
    case MK_PCI_HOST_BRIDGE:
    case MK_PCI_CONSOLE:
        break;
    case MK_PCI_ROOT_PORT:
        NUMBER("secondary_bus", f->root_port.secondary_bus);
        NUMBER("window_gpa", f->root_port.window_gpa);
        NUMBER("window_bytes", f->root_port.window_bytes);
        break;
    case MK_PCI_NET:
        bytes("mac", f->net.mac, sizeof(f->net.mac));
        NUMBER("mtu", f->net.mtu);
        break;
    case MK_PCI_VSOCK:
        NUMBER("cid", f->vsock.cid);
        EACH(i, f->vsock, peer_count) {
            NUMBER("peer", f->vsock.peers[i].cid);
            NUMBER("channel", f->vsock.peers[i].channel);
        }
        break;
    case MK_PCI_BLOCK:
        NUMBER("sectors", f->block.sectors);
        NUMBER("readonly", f->block.readonly);
        break;
    case MK_PCI_PASSTHROUGH:
        bdf("host", f->passthrough.host);
        NUMBER("number", f->passthrough.number);
        break;
    }
    puts("");
}

static void print_devices(const struct mk_vm_config *c)
{
    EACH(i, *c, serial_count) {
        printf("serial");
        string("name", c->serial[i].name);
        NUMBER("first", c->serial[i].first);
        NUMBER("gsi", c->serial[i].gsi);
        NUMBER("channel", c->serial[i].channel);
        puts("");
    }
    EACH(i, *c, terminal_count) {
        printf("terminal");
        string("name", c->terminals[i].name);
        NUMBER("channel", c->terminals[i].channel);
        NUMBER("console", c->terminals[i].console);
        NUMBER("columns", c->terminals[i].columns);
        NUMBER("rows", c->terminals[i].rows);
        puts("");
    }
    printf("pci");
    NUMBER("ecam_gpa", c->pci.ecam_gpa);
    NUMBER("ecam_bytes", c->pci.ecam_bytes);
    NUMBER("buses", c->pci.buses);
    puts("");
    EACH(i, c->pci, function_count) {
        print_function(&c->pci.functions[i]);
        print_member(&c->pci.functions[i]);
    }
    EACH(i, *c, io_space_count) {
        printf("io_space");
        string("name", c->io_spaces[i].name);
        bdf("host", c->io_spaces[i].host);
        NUMBER("slot", c->io_spaces[i].slot);
        puts("");
    }
}

static void print_own(const struct mk_resources *r)
{
    printf("resources");
    string("component", r->component);
    NUMBER("cnode_bits", r->cnode_bits);
    NUMBER("event_mask", r->event_mask);
    NUMBER("frame_bits", r->memory.frame_bits);
    SLOTS("frames", r->memory.frames);
    puts("");
    printf("own");
    NUMBER("tcb", r->own.tcb);
    NUMBER("cnode", r->own.cnode);
    NUMBER("vspace", r->own.vspace);
    NUMBER("notification", r->own.notification);
    NUMBER("faults", r->own.faults);
    NUMBER("reply", r->own.reply);
    NUMBER("asid_pool", r->own.asid_pool);
    SLOTS("untyped", r->own.untyped);
    SLOTS("free", r->own.free);
    bytes("untyped_bits", r->untyped_bits, r->untyped_count);
    puts("");
}

static void print_resources(const struct mk_resources *r)
{
    EACH(i, *r, channel_count) {
        printf("channel");
        string("port", r->channels[i].port);
        string("peer", r->channels[i].peer);
        NUMBER("kind", r->channels[i].kind);
        NUMBER("event", r->channels[i].event);
        NUMBER("signal", r->channels[i].signal);
        NUMBER("tx_bytes", r->channels[i].tx_bytes);
        NUMBER("rx_bytes", r->channels[i].rx_bytes);
        SLOTS("tx", r->channels[i].tx);
        SLOTS("rx", r->channels[i].rx);
        puts("");
    }
    EACH(i, *r, irq_count) {
        printf("irq");
        string("name", r->irqs[i].name);
        NUMBER("kind", r->irqs[i].kind);
        NUMBER("slot", r->irqs[i].slot);
        NUMBER("event", r->irqs[i].event);
        NUMBER("gsi", r->irqs[i].gsi);
        NUMBER("function", r->irqs[i].function);
        NUMBER("handle", r->irqs[i].handle);
        puts("");
    }
    EACH(i, *r, event_count) {
        printf("event");
        NUMBER("bit", r->events[i].bit);
        NUMBER("source", r->events[i].source);
        NUMBER("index", r->events[i].index);
        puts("");
    }
    EACH(i, *r, io_port_count) {
        printf("ports");
        string("name", r->io_ports[i].name);
        NUMBER("first", r->io_ports[i].first);
        NUMBER("last", r->io_ports[i].last);
        NUMBER("slot", r->io_ports[i].slot);
        puts("");
    }
    EACH(i, *r, device_frame_count) {
        printf("device");
        string("name", r->device_frames[i].name);
        NUMBER("paddr", r->device_frames[i].paddr);
        NUMBER("frame_bits", r->device_frames[i].frame_bits);
        SLOTS("frames", r->device_frames[i].frames);
        puts("");
    }
}

int main(void)
{
    const struct mk_vm_config *c = &mk_vm_config;
    printf("vm");
    string("name", c->name);
    NUMBER("paravirt", c->paravirt);
    NUMBER("ram_bytes", c->ram_bytes);
    NUMBER("start", c->start);
    NUMBER("restart", c->restart);
    NUMBER("budgeted", c->budgeted);
    EACH(i, *c, vcpu_count) { NUMBER("core", c->vcpu_cores[i]); }
    puts("");
    print_memory(c);
    print_boot(c);
    print_devices(c);
    print_own(&c->resources);
    print_resources(&c->resources);
    return 0;
}
