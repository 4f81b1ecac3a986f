/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * The part of libsel4's interface that a monitor uses, as the bench offers it: the same names,
 * argument orders and error values as in seL4 16.0 (seL4 manual, chapter 10). Written for the
 * bench; nothing of libsel4 is in it.
 */
#ifndef MAKATEA_BENCH_SEL4_H
#define MAKATEA_BENCH_SEL4_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t seL4_Word;     /**< Machine word. */
typedef seL4_Word seL4_CPtr;    /**< Address of a slot. */
typedef seL4_Word seL4_SlotPos; /**< Number of a slot. */
/** Rights. */
typedef struct {
    seL4_Word words[1]; /**< Bit 0: write, bit 1: read. */
} seL4_CapRights_t;

/** Error values. */
typedef enum {
    seL4_NoError,           /**< None. */
    seL4_InvalidArgument,   /**< An argument makes no sense. */
    seL4_InvalidCapability, /**< A capability is not of the right kind. */
    seL4_IllegalOperation,  /**< The object can not do that. */
    seL4_RangeError,        /**< A number is out of range. */
    seL4_AlignmentError,    /**< An address is not aligned. */
    seL4_FailedLookup,      /**< Something on the way is missing. */
    seL4_TruncatedMessage,  /**< Too few arguments. */
    seL4_DeleteFirst,       /**< Something is there already. */
    seL4_RevokeFirst,       /**< Somebody has it already. */
    seL4_NotEnoughMemory    /**< The untyped memory is too small. */
} seL4_Error;

/** Types of objects. */
enum {
    seL4_UntypedObject,           /**< Untyped memory. */
    seL4_TCBObject,               /**< Thread: not to be made here. */
    seL4_EndpointObject,          /**< Endpoint: not to be made here. */
    seL4_NotificationObject,      /**< Notification. */
    seL4_CapTableObject,          /**< CNode: not to be made here. */
    seL4_X86_PDPTObject,          /**< Page-directory-pointer table. */
    seL4_X64_PML4Object,          /**< Address space: not to be made here. */
    seL4_X64_HugePageObject,      /**< 1 GiB frame: not to be made here. */
    seL4_X86_4K,                  /**< 4 KiB frame. */
    seL4_X86_LargePageObject,     /**< 2 MiB frame. */
    seL4_X86_PageTableObject,     /**< Page table. */
    seL4_X86_PageDirectoryObject, /**< Page directory. */
    seL4_X86_VCPUObject,          /**< VCPU. */
    seL4_X86_EPTPML4Object,       /**< EPT: root. */
    seL4_X86_EPTPDPTObject,       /**< EPT: page-directory-pointer table. */
    seL4_X86_EPTPDObject,         /**< EPT: page directory. */
    seL4_X86_EPTPTObject,         /**< EPT: page table. */
    seL4_ObjectTypeCount          /**< Number of types. */
};

/** Initial capabilities. */
enum {
    seL4_CapNull,               /**< Nothing. */
    seL4_CapInitThreadTCB,      /**< The thread. */
    seL4_CapInitThreadCNode,    /**< Its CNode. */
    seL4_CapInitThreadVSpace,   /**< Its address space. */
    seL4_CapIRQControl,         /**< Right to make interrupt handlers. */
    seL4_CapASIDControl,        /**< Not used. */
    seL4_CapInitThreadASIDPool, /**< ASID pool. */
    seL4_CapIOPortControl       /**< Right to make rights to ports. */
};

/** All rights. */
#define seL4_AllRights ((seL4_CapRights_t){{15}})
/** Reading only. */
#define seL4_CanRead ((seL4_CapRights_t){{2}})
/** Write-back memory. */
#define seL4_X86_Default_VMAttributes 0
/** Write-back memory in an EPT. */
#define seL4_X86_EPT_Default_VMAttributes 6

/** Neighbouring slots. */
typedef struct {
    seL4_SlotPos start; /**< First. */
    seL4_SlotPos end;   /**< One past the last. */
} seL4_SlotRegion;

/** Untyped memory. */
typedef struct {
    seL4_Word paddr;  /**< Physical address. */
    uint8_t sizeBits; /**< Size, log2. */
    uint8_t isDevice; /**< Device memory. */
} seL4_UntypedDesc;

/** What a program is told at start. */
typedef struct {
    seL4_Word numIOPTLevels;          /**< Levels of the IOMMU's tables: 0, there is none. */
    seL4_SlotRegion empty;            /**< Empty slots. */
    seL4_SlotRegion untyped;          /**< Slots of untyped memory. */
    seL4_UntypedDesc untypedList[64]; /**< What is in them. */
} seL4_BootInfo;

/** General registers of a guest. */
typedef struct {
    seL4_Word eax; /**< RAX. */
    seL4_Word ebx; /**< RBX. */
    seL4_Word ecx; /**< RCX. */
    seL4_Word edx; /**< RDX. */
    seL4_Word esi; /**< RSI. */
    seL4_Word edi; /**< RDI. */
    seL4_Word ebp; /**< RBP. */
    seL4_Word r8;  /**< R8. */
    seL4_Word r9;  /**< R9. */
    seL4_Word r10; /**< R10. */
    seL4_Word r11; /**< R11. */
    seL4_Word r12; /**< R12. */
    seL4_Word r13; /**< R13. */
    seL4_Word r14; /**< R14. */
    seL4_Word r15; /**< R15. */
} seL4_VCPUContext;

/** Result of seL4_X86_VCPU_ReadVMCS. */
typedef struct {
    int error;       /**< Error value. */
    seL4_Word value; /**< Value. */
} seL4_X86_VCPU_ReadVMCS_t;
/** Result of seL4_X86_VCPU_WriteVMCS. */
typedef struct {
    int error;         /**< Error value. */
    seL4_Word written; /**< Value. */
} seL4_X86_VCPU_WriteVMCS_t;
/** Result of seL4_X86_VCPU_ReadMSR. */
typedef struct {
    int error;       /**< Error value. */
    seL4_Word value; /**< Value. */
} seL4_X86_VCPU_ReadMSR_t;
/** Result of seL4_X86_VCPU_WriteMSR. */
typedef struct {
    int error;         /**< Error value. */
    seL4_Word written; /**< Value. */
} seL4_X86_VCPU_WriteMSR_t;
/** Result of seL4_X86_IOPort_In8. */
typedef struct {
    int error;      /**< Error value. */
    uint8_t result; /**< Value. */
} seL4_X86_IOPort_In8_t;
/** Result of seL4_X86_IOPort_In16. */
typedef struct {
    int error;       /**< Error value. */
    uint16_t result; /**< Value. */
} seL4_X86_IOPort_In16_t;
/** Result of seL4_X86_IOPort_In32. */
typedef struct {
    int error;       /**< Error value. */
    uint32_t result; /**< Value. */
} seL4_X86_IOPort_In32_t;
/** Makes objects. @param untyped from what @param type what @param bits size of those without a
 * fixed one @param root CNode @param index 0 @param depth 0 @param offset first slot @param count
 * how many @return error value */
seL4_Error seL4_Untyped_Retype(seL4_CPtr untyped, seL4_Word type, seL4_Word bits, seL4_CPtr root,
                               seL4_Word index, seL4_Word depth, seL4_Word offset, seL4_Word count);
/** Copies a capability. @param root CNode @param index slot @param depth depth of the slot's
 * address @param from_root CNode @param from from which slot @param from_depth depth of its
 * address @param rights rights to keep @return error value */
seL4_Error seL4_CNode_Copy(seL4_CPtr root, seL4_Word index, uint8_t depth, seL4_CPtr from_root,
                           seL4_Word from, uint8_t from_depth, seL4_CapRights_t rights);
/** Copies a capability and gives it a badge. @param root CNode @param index slot @param depth
 * depth of the slot's address @param from_root CNode @param from from which slot @param
 * from_depth depth of its address @param rights rights to keep @param badge badge @return error
 * value */
seL4_Error seL4_CNode_Mint(seL4_CPtr root, seL4_Word index, uint8_t depth, seL4_CPtr from_root,
                           seL4_Word from, uint8_t from_depth, seL4_CapRights_t rights,
                           seL4_Word badge);
/** Empties a slot. @param root CNode @param index slot @param depth depth of the slot's address
 * @return error value */
seL4_Error seL4_CNode_Delete(seL4_CPtr root, seL4_Word index, uint8_t depth);
/** Binds a notification. @param tcb thread @param notification notification @return error value */
seL4_Error seL4_TCB_BindNotification(seL4_CPtr tcb, seL4_CPtr notification);
/** Sets the EPT of a thread. @param tcb thread @param root root of the EPT @return error value */
seL4_Error seL4_TCB_SetEPTRoot(seL4_CPtr tcb, seL4_CPtr root);
/** Stops a thread for good. @param tcb the calling thread @return error value */
seL4_Error seL4_TCB_Suspend(seL4_CPtr tcb);
/** Signals. @param notification notification */
void seL4_Signal(seL4_CPtr notification);
/** Waits for a signal. @param notification notification @param badge receives the badge */
void seL4_Wait(seL4_CPtr notification, seL4_Word *badge);
/** Takes a signal if there is one. @param notification notification @param badge receives the
 * badge, or 0 */
void seL4_Poll(seL4_CPtr notification, seL4_Word *badge);
/** What a message is. */
typedef struct {
    seL4_Word words[1]; /**< Label and length. */
} seL4_MessageInfo_t;
/** Begin of a part of the extended boot information. */
typedef struct {
    seL4_Word id;  /**< What it is. */
    seL4_Word len; /**< How long, with this. */
} seL4_BootInfoHeader;
/** The part about the speed of the TSC. */
#define SEL4_BOOTINFO_HEADER_X86_TSC_FREQ 5
/** Waits for a message, or for the bound notification. Nothing on the bench sends messages, so it
 * is only declared: what is for real seL4 alone is compiled, but not linked.
 * @param endpoint endpoint @param badge receives the badge @return label and length */
seL4_MessageInfo_t seL4_Recv(seL4_CPtr endpoint, seL4_Word *badge);
/** Reads the label of a message. @param info label and length @return the label */
seL4_Word seL4_MessageInfo_get_label(seL4_MessageInfo_t info);
/* IO spaces are not on the bench either. The kernel has these when it is built with CONFIG_IOMMU.
 */
/** IO page table, as an object's type. */
#define seL4_X86_IOPageTableObject 0xffffff
/** Initial capability: right to make IO spaces. */
#define seL4_CapIOSpace 8
/** Attribute of a mapping: not cached. */
#define seL4_X86_CacheDisabled 2
/** Attributes of a mapping. */
typedef seL4_Word seL4_X86_VMAttributes;
/** Result of seL4_X86_Page_GetAddress. */
typedef struct {
    int error;       /**< Error value. */
    seL4_Word paddr; /**< Physical address. */
} seL4_X86_Page_GetAddress_t;
/** Says where a frame is. @param frame frame @return error value and physical address */
seL4_X86_Page_GetAddress_t seL4_X86_Page_GetAddress(seL4_CPtr frame);
/** Maps a frame into an IO space. @param frame frame of 4 KiB @param space IO space @param rights
 * rights @param address address, as the device sees it @return error value */
seL4_Error seL4_X86_Page_MapIO(seL4_CPtr frame, seL4_CPtr space, seL4_CapRights_t rights,
                               seL4_Word address);
/** Maps a table of an IO space. @param table table @param space IO space @param address address, as
 * the device sees it @return error value */
seL4_Error seL4_X86_IOPageTable_Map(seL4_CPtr table, seL4_CPtr space, seL4_Word address);
/** Writes to the kernel's debug output. @param byte character */
void seL4_DebugPutChar(char byte);
/** Lets others run. */
void seL4_Yield(void);
/** Sets a message register. @param number which @param value value */
void seL4_SetMR(int number, seL4_Word value);
/** Reads a message register. @param number which @return see above */
seL4_Word seL4_GetMR(int number);
/** Runs the guest until an exit or a notification. @param badge receives the badge of a
 * notification @return see above */
seL4_Word seL4_VMEnter(seL4_Word *badge);
/** Gives an address space an ASID. @param pool pool @param root root of an EPT @return error value
 */
seL4_Error seL4_X86_ASIDPool_Assign(seL4_CPtr pool, seL4_CPtr root);
/** Maps a table of an EPT. @param table table @param root root of the EPT @param address guest-
 * physical address @param attributes attributes @return error value */
seL4_Error seL4_X86_EPTPDPT_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,
                                seL4_Word attributes);
/** Maps a table of an EPT. @param table table @param root root of the EPT @param address guest-
 * physical address @param attributes attributes @return error value */
seL4_Error seL4_X86_EPTPD_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,
                              seL4_Word attributes);
/** Maps a table of an EPT. @param table table @param root root of the EPT @param address guest-
 * physical address @param attributes attributes @return error value */
seL4_Error seL4_X86_EPTPT_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,
                              seL4_Word attributes);
/** Maps a table of an address space. @param table table @param root address space @param address
 * address @param attributes attributes @return error value */
seL4_Error seL4_X86_PDPT_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,
                             seL4_Word attributes);
/** Maps a table of an address space. @param table table @param root address space @param address
 * address @param attributes attributes @return error value */
seL4_Error seL4_X86_PageDirectory_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,
                                      seL4_Word attributes);
/** Maps a table of an address space. @param table table @param root address space @param address
 * address @param attributes attributes @return error value */
seL4_Error seL4_X86_PageTable_Map(seL4_CPtr table, seL4_CPtr root, seL4_Word address,
                                  seL4_Word attributes);
/** Maps a frame into an EPT. @param slot frame @param root_slot root of the EPT @param address
 * guest-physical address @param rights rights @param attributes attributes @return error value */
seL4_Error seL4_X86_Page_MapEPT(seL4_CPtr slot, seL4_CPtr root_slot, seL4_Word address,
                                seL4_CapRights_t rights, seL4_Word attributes);
/** Maps a frame into an address space. @param slot frame @param root_slot address space
 * @param address address @param rights rights @param attributes attributes @return error value */
seL4_Error seL4_X86_Page_Map(seL4_CPtr slot, seL4_CPtr root_slot, seL4_Word address,
                             seL4_CapRights_t rights, seL4_Word attributes);
/** Removes a mapping. @param slot frame @return error value */
seL4_Error seL4_X86_Page_Unmap(seL4_CPtr slot);
/** Gives a VCPU to a thread. @param vcpu VCPU @param tcb thread @return error value */
seL4_Error seL4_X86_VCPU_SetTCB(seL4_CPtr vcpu, seL4_CPtr tcb);
/** Reads a field. @param vcpu VCPU @param field encoding @return error value and result */
seL4_X86_VCPU_ReadVMCS_t seL4_X86_VCPU_ReadVMCS(seL4_CPtr vcpu, seL4_Word field);
/** Writes a field. @param vcpu VCPU @param field encoding @param value value @return error value
 * and result */
seL4_X86_VCPU_WriteVMCS_t seL4_X86_VCPU_WriteVMCS(seL4_CPtr vcpu, seL4_Word field, seL4_Word value);
/** Reads an MSR of the guest. @param vcpu VCPU @param msr number @return error value and result */
seL4_X86_VCPU_ReadMSR_t seL4_X86_VCPU_ReadMSR(seL4_CPtr vcpu, seL4_Word msr);
/** Writes an MSR of the guest. @param vcpu VCPU @param msr number @param value value @return error
 * value and result */
seL4_X86_VCPU_WriteMSR_t seL4_X86_VCPU_WriteMSR(seL4_CPtr vcpu, seL4_Word msr, seL4_Word value);
/** Sets the general registers. @param vcpu VCPU @param registers values @return error value */
seL4_Error seL4_X86_VCPU_WriteRegisters(seL4_CPtr vcpu, seL4_VCPUContext *registers);
/** Lets the guest use ports. @param vcpu VCPU @param ports right to them @param first first @param
 * last last @return error value */
seL4_Error seL4_X86_VCPU_EnableIOPort(seL4_CPtr vcpu, seL4_CPtr ports, seL4_Word first,
                                      seL4_Word last);
/** Takes ports back. @param vcpu VCPU @param first first @param last last @return error value */
seL4_Error seL4_X86_VCPU_DisableIOPort(seL4_CPtr vcpu, seL4_Word first, seL4_Word last);
/** Makes the right to use ports. @param control control capability @param first first @param last
 * last @param root CNode @param index slot @param depth depth of the slot's address @return error
 * value */
seL4_Error seL4_X86_IOPortControl_Issue(seL4_CPtr control, seL4_Word first, seL4_Word last,
                                        seL4_CPtr root, seL4_Word index, uint8_t depth);
/** Reads a port. @param ports right @param port port @return error value and result */
seL4_X86_IOPort_In8_t seL4_X86_IOPort_In8(seL4_CPtr ports, uint16_t port);
/** Writes a port. @param ports right @param port port @param value value @return error value */
seL4_Error seL4_X86_IOPort_Out8(seL4_CPtr ports, seL4_Word port, seL4_Word value);
/** Reads a port. @param ports right @param port port @return error value and result */
seL4_X86_IOPort_In16_t seL4_X86_IOPort_In16(seL4_CPtr ports, uint16_t port);
/** Writes a port. @param ports right @param port port @param value value @return error value */
seL4_Error seL4_X86_IOPort_Out16(seL4_CPtr ports, seL4_Word port, seL4_Word value);
/** Reads a port. @param ports right @param port port @return error value and result */
seL4_X86_IOPort_In32_t seL4_X86_IOPort_In32(seL4_CPtr ports, uint16_t port);
/** Writes a port. @param ports right @param port port @param value value @return error value */
seL4_Error seL4_X86_IOPort_Out32(seL4_CPtr ports, seL4_Word port, seL4_Word value);
/** Makes an interrupt handler. @param control control capability @param root CNode @param index
 * slot @param depth depth of the slot's address @param ioapic I/O APIC @param pin its input
 * @param level 1: level-triggered @param polarity 1: active low @param vector number, from 0
 * @return error value */
seL4_Error seL4_IRQControl_GetIOAPIC(seL4_CPtr control, seL4_CPtr root, seL4_Word index,
                                     uint8_t depth, seL4_Word ioapic, seL4_Word pin,
                                     seL4_Word level, seL4_Word polarity, seL4_Word vector);
/** Makes the right to an interrupt by message. @param control control capability @param root CNode
 * @param index slot @param depth depth of the slot's address @param bus its bus @param device its
 * device @param function its function @param handle the device's number of it @param vector number
 * of the interrupt @return error value */
seL4_Error seL4_IRQControl_GetMSI(seL4_CPtr control, seL4_CPtr root, seL4_Word index, uint8_t depth,
                                  seL4_Word bus, seL4_Word device, seL4_Word function,
                                  seL4_Word handle, seL4_Word vector);
/** Says what an interrupt signals. @param handler handler @param notification notification @return
 * error value */
seL4_Error seL4_IRQHandler_SetNotification(seL4_CPtr handler, seL4_CPtr notification);
/** Lets the interrupt come again. @param handler handler @return error value */
seL4_Error seL4_IRQHandler_Ack(seL4_CPtr handler);

#endif
