/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Names for what the processor calls by number in VMX operation. Each block names the clause of
 * the Intel SDM (volume 3, or appendix) that it is from.
 */
#ifndef MAKATEA_VMX_H
#define MAKATEA_VMX_H

#include <stdint.h>

/** Fields of the VMCS (SDM 3, appendix B). Only those that the monitor or the bench uses. */
enum mk_vmcs_field {
    MK_VMCS_VPID = 0x0000,                   /**< Virtual processor identifier. */
    MK_VMCS_GUEST_ES_SELECTOR = 0x0800,      /**< ES; the others follow in steps of 2. */
    MK_VMCS_GUEST_CS_SELECTOR = 0x0802,      /**< CS. */
    MK_VMCS_GUEST_SS_SELECTOR = 0x0804,      /**< SS. */
    MK_VMCS_GUEST_DS_SELECTOR = 0x0806,      /**< DS. */
    MK_VMCS_GUEST_FS_SELECTOR = 0x0808,      /**< FS. */
    MK_VMCS_GUEST_GS_SELECTOR = 0x080a,      /**< GS. */
    MK_VMCS_GUEST_LDTR_SELECTOR = 0x080c,    /**< LDTR. */
    MK_VMCS_GUEST_TR_SELECTOR = 0x080e,      /**< TR. */
    MK_VMCS_HOST_ES_SELECTOR = 0x0c00,       /**< Host's ES; in steps of 2 to GS, then TR. */
    MK_VMCS_HOST_CS_SELECTOR = 0x0c02,       /**< Host's CS. */
    MK_VMCS_HOST_SS_SELECTOR = 0x0c04,       /**< Host's SS. */
    MK_VMCS_HOST_DS_SELECTOR = 0x0c06,       /**< Host's DS. */
    MK_VMCS_HOST_FS_SELECTOR = 0x0c08,       /**< Host's FS. */
    MK_VMCS_HOST_GS_SELECTOR = 0x0c0a,       /**< Host's GS. */
    MK_VMCS_HOST_TR_SELECTOR = 0x0c0c,       /**< Host's TR. */
    MK_VMCS_IO_BITMAP_A = 0x2000,            /**< Ports 0 to 0x7fff. */
    MK_VMCS_IO_BITMAP_B = 0x2002,            /**< Ports 0x8000 to 0xffff. */
    MK_VMCS_MSR_BITMAP = 0x2004,             /**< Which MSR accesses exit. */
    MK_VMCS_TSC_OFFSET = 0x2010,             /**< Added to the TSC in the guest. */
    MK_VMCS_EPT_POINTER = 0x201a,            /**< Root of the EPT. */
    MK_VMCS_GUEST_PHYSICAL = 0x2400,         /**< Guest-physical address of an EPT exit. */
    MK_VMCS_LINK_POINTER = 0x2800,           /**< Shadow VMCS; all ones for none. */
    MK_VMCS_GUEST_PAT = 0x2804,              /**< IA32_PAT. */
    MK_VMCS_GUEST_EFER = 0x2806,             /**< IA32_EFER. */
    MK_VMCS_GUEST_PDPTE0 = 0x280a,           /**< First of four PAE entries, in steps of 2. */
    MK_VMCS_HOST_PAT = 0x2c00,               /**< Host's IA32_PAT. */
    MK_VMCS_HOST_EFER = 0x2c02,              /**< Host's IA32_EFER. */
    MK_VMCS_HOST_PERF_GLOBAL = 0x2c04,       /**< Host's IA32_PERF_GLOBAL_CTRL. */
    MK_VMCS_PIN_CONTROLS = 0x4000,           /**< Pin-based controls. */
    MK_VMCS_PRIMARY_CONTROLS = 0x4002,       /**< Primary processor-based controls. */
    MK_VMCS_EXCEPTION_BITMAP = 0x4004,       /**< Exceptions that exit. */
    MK_VMCS_EXIT_CONTROLS = 0x400c,          /**< VM-exit controls. */
    MK_VMCS_ENTRY_CONTROLS = 0x4012,         /**< VM-entry controls. */
    MK_VMCS_ENTRY_EVENT = 0x4016,            /**< VM-entry interruption information. */
    MK_VMCS_ENTRY_ERROR_CODE = 0x4018,       /**< Error code that is injected with it. */
    MK_VMCS_ENTRY_LENGTH = 0x401a,           /**< VM-entry instruction length. */
    MK_VMCS_SECONDARY_CONTROLS = 0x401e,     /**< Secondary processor-based controls. */
    MK_VMCS_INSTRUCTION_ERROR = 0x4400,      /**< Why a VMX instruction failed. */
    MK_VMCS_EXIT_REASON = 0x4402,            /**< Exit reason. */
    MK_VMCS_EXIT_EVENT = 0x4404,             /**< VM-exit interruption information. */
    MK_VMCS_EXIT_ERROR_CODE = 0x4406,        /**< Its error code. */
    MK_VMCS_IDT_VECTORING = 0x4408,          /**< Event that was being delivered at the exit. */
    MK_VMCS_IDT_VECTORING_ERROR = 0x440a,    /**< Its error code. */
    MK_VMCS_EXIT_LENGTH = 0x440c,            /**< VM-exit instruction length. */
    MK_VMCS_EXIT_INFORMATION = 0x440e,       /**< VM-exit instruction information. */
    MK_VMCS_GUEST_ES_LIMIT = 0x4800,         /**< ES; the others follow in steps of 2. */
    MK_VMCS_GUEST_CS_LIMIT = 0x4802,         /**< CS. */
    MK_VMCS_GUEST_LDTR_LIMIT = 0x480c,       /**< LDTR. */
    MK_VMCS_GUEST_TR_LIMIT = 0x480e,         /**< TR. */
    MK_VMCS_GUEST_GDTR_LIMIT = 0x4810,       /**< GDTR. */
    MK_VMCS_GUEST_IDTR_LIMIT = 0x4812,       /**< IDTR. */
    MK_VMCS_GUEST_ES_RIGHTS = 0x4814,        /**< ES; the others follow in steps of 2. */
    MK_VMCS_GUEST_CS_RIGHTS = 0x4816,        /**< CS. */
    MK_VMCS_GUEST_LDTR_RIGHTS = 0x4820,      /**< LDTR. */
    MK_VMCS_GUEST_TR_RIGHTS = 0x4822,        /**< TR. */
    MK_VMCS_GUEST_INTERRUPTIBILITY = 0x4824, /**< Blocking by STI, MOV SS, SMI, NMI. */
    MK_VMCS_GUEST_ACTIVITY = 0x4826,         /**< Active, HLT, shutdown, wait for SIPI. */
    MK_VMCS_GUEST_SYSENTER_CS = 0x482a,      /**< IA32_SYSENTER_CS. */
    MK_VMCS_PREEMPTION_TIMER = 0x482e,       /**< Value of the preemption timer. */
    MK_VMCS_HOST_SYSENTER_CS = 0x4c00,       /**< Host's IA32_SYSENTER_CS. */
    MK_VMCS_CR0_MASK = 0x6000,               /**< Bits of CR0 that the host owns. */
    MK_VMCS_CR4_MASK = 0x6002,               /**< Bits of CR4 that the host owns. */
    MK_VMCS_CR0_SHADOW = 0x6004,             /**< What the guest reads of them. */
    MK_VMCS_CR4_SHADOW = 0x6006,             /**< What the guest reads of them. */
    MK_VMCS_QUALIFICATION = 0x6400,          /**< Exit qualification. */
    MK_VMCS_GUEST_LINEAR = 0x640a,           /**< Guest-linear address. */
    MK_VMCS_GUEST_CR0 = 0x6800,              /**< CR0. */
    MK_VMCS_GUEST_CR3 = 0x6802,              /**< CR3. */
    MK_VMCS_GUEST_CR4 = 0x6804,              /**< CR4. */
    MK_VMCS_GUEST_ES_BASE = 0x6806,          /**< ES; the others follow in steps of 2. */
    MK_VMCS_GUEST_LDTR_BASE = 0x6812,        /**< LDTR. */
    MK_VMCS_GUEST_TR_BASE = 0x6814,          /**< TR. */
    MK_VMCS_GUEST_GDTR_BASE = 0x6816,        /**< GDTR. */
    MK_VMCS_GUEST_IDTR_BASE = 0x6818,        /**< IDTR. */
    MK_VMCS_GUEST_DR7 = 0x681a,              /**< DR7. */
    MK_VMCS_GUEST_RSP = 0x681c,              /**< RSP. */
    MK_VMCS_GUEST_RIP = 0x681e,              /**< RIP. */
    MK_VMCS_GUEST_RFLAGS = 0x6820,           /**< RFLAGS. */
    MK_VMCS_HOST_CR0 = 0x6c00,               /**< Host's CR0. */
    MK_VMCS_HOST_CR3 = 0x6c02,               /**< Host's CR3. */
    MK_VMCS_HOST_CR4 = 0x6c04,               /**< Host's CR4. */
    MK_VMCS_HOST_FS_BASE = 0x6c06,           /**< Host's FS base. */
    MK_VMCS_HOST_GS_BASE = 0x6c08,           /**< Host's GS base. */
    MK_VMCS_HOST_TR_BASE = 0x6c0a,           /**< Host's TR base. */
    MK_VMCS_HOST_GDTR_BASE = 0x6c0c,         /**< Host's GDTR base. */
    MK_VMCS_HOST_IDTR_BASE = 0x6c0e,         /**< Host's IDTR base. */
    MK_VMCS_HOST_RSP = 0x6c14,               /**< Stack of a VM exit. */
    MK_VMCS_HOST_RIP = 0x6c16                /**< Entry point of a VM exit. */
};

/** Basic exit reasons (SDM 3, appendix C). */
enum mk_exit_reason {
    MK_EXIT_EXCEPTION = 0,          /**< Exception or NMI. */
    MK_EXIT_EXTERNAL_INTERRUPT = 1, /**< External interrupt: kept by the kernel. */
    MK_EXIT_TRIPLE_FAULT = 2,       /**< Triple fault. */
    MK_EXIT_INTERRUPT_WINDOW = 7,   /**< The guest can take an interrupt now. */
    MK_EXIT_NMI_WINDOW = 8,         /**< The guest can take an NMI now. */
    MK_EXIT_TASK_SWITCH = 9,        /**< Task switch. */
    MK_EXIT_CPUID = 10,             /**< CPUID. */
    MK_EXIT_HLT = 12,               /**< HLT. */
    MK_EXIT_INVD = 13,              /**< INVD. */
    MK_EXIT_RDPMC = 15,             /**< RDPMC. */
    MK_EXIT_VMCALL = 18,            /**< VMCALL; other VMX instructions follow to 27. */
    MK_EXIT_VMXON = 27,             /**< VMXON, the last of them. */
    MK_EXIT_CR_ACCESS = 28,         /**< Access to a control register. */
    MK_EXIT_DR_ACCESS = 29,         /**< MOV to or from a debug register. */
    MK_EXIT_IO = 30,                /**< IN, OUT, INS, OUTS. */
    MK_EXIT_RDMSR = 31,             /**< RDMSR. */
    MK_EXIT_WRMSR = 32,             /**< WRMSR. */
    MK_EXIT_BAD_GUEST_STATE = 33,   /**< Entry failed: invalid guest state. */
    MK_EXIT_MWAIT = 36,             /**< MWAIT. */
    MK_EXIT_MONITOR = 39,           /**< MONITOR. */
    MK_EXIT_EPT_VIOLATION = 48,     /**< EPT violation. */
    MK_EXIT_EPT_MISCONFIGURED = 49, /**< EPT misconfiguration. */
    MK_EXIT_INVEPT = 50,            /**< INVEPT. */
    MK_EXIT_PREEMPTION_TIMER = 52,  /**< The preemption timer ran out. */
    MK_EXIT_INVVPID = 53,           /**< INVVPID. */
    MK_EXIT_WBINVD = 54,            /**< WBINVD. */
    MK_EXIT_XSETBV = 55,            /**< XSETBV. */
    MK_EXIT_REASONS = 70            /**< One past the last reason that has a name. */
};

/** Pin-based controls (SDM 3, 25.6.1). */
enum mk_pin_control {
    MK_PIN_EXTERNAL_INTERRUPT = 1 << 0, /**< External interrupts exit. */
    MK_PIN_NMI = 1 << 3,                /**< NMIs exit. */
    MK_PIN_VIRTUAL_NMI = 1 << 5,        /**< NMI blocking is the guest's. */
    MK_PIN_PREEMPTION_TIMER = 1 << 6    /**< The preemption timer runs. */
};

/** Primary processor-based controls (SDM 3, 25.6.2). */
#define MK_PRIMARY_INTERRUPT_WINDOW UINT32_C(0x00000004) /**< Exit when it is open. */
#define MK_PRIMARY_HLT UINT32_C(0x00000080)              /**< HLT exits. */
#define MK_PRIMARY_INVLPG UINT32_C(0x00000200)           /**< INVLPG exits. */
#define MK_PRIMARY_MWAIT UINT32_C(0x00000400)            /**< MWAIT exits. */
#define MK_PRIMARY_RDPMC UINT32_C(0x00000800)            /**< RDPMC exits. */
#define MK_PRIMARY_RDTSC UINT32_C(0x00001000)            /**< RDTSC exits. */
#define MK_PRIMARY_CR3_LOAD UINT32_C(0x00008000)         /**< MOV to CR3 exits. */
#define MK_PRIMARY_CR3_STORE UINT32_C(0x00010000)        /**< MOV from CR3 exits. */
#define MK_PRIMARY_CR8_LOAD UINT32_C(0x00080000)         /**< MOV to CR8 exits. */
#define MK_PRIMARY_CR8_STORE UINT32_C(0x00100000)        /**< MOV from CR8 exits. */
#define MK_PRIMARY_NMI_WINDOW UINT32_C(0x00400000)       /**< Exit when it is open. */
#define MK_PRIMARY_MOV_DR UINT32_C(0x00800000)           /**< MOV DR exits. */
#define MK_PRIMARY_IO UINT32_C(0x01000000)               /**< All port accesses exit. */
#define MK_PRIMARY_IO_BITMAPS UINT32_C(0x02000000)       /**< Use the I/O bitmaps. */
#define MK_PRIMARY_MSR_BITMAPS UINT32_C(0x10000000)      /**< Use the MSR bitmaps. */
#define MK_PRIMARY_MONITOR UINT32_C(0x20000000)          /**< MONITOR exits. */
#define MK_PRIMARY_PAUSE UINT32_C(0x40000000)            /**< PAUSE exits. */
#define MK_PRIMARY_SECONDARY UINT32_C(0x80000000)        /**< Use the secondary controls. */

/** Secondary processor-based controls (SDM 3, 25.6.2). */
#define MK_SECONDARY_APIC_ACCESSES UINT32_C(0x00000001)    /**< Virtualise APIC accesses. */
#define MK_SECONDARY_EPT UINT32_C(0x00000002)              /**< Use EPT. */
#define MK_SECONDARY_DESCRIPTOR_TABLE UINT32_C(0x00000004) /**< LGDT, SIDT, LTR, ... exit. */
#define MK_SECONDARY_RDTSCP UINT32_C(0x00000008)           /**< RDTSCP exists. */
#define MK_SECONDARY_VPID UINT32_C(0x00000020)             /**< Use VPIDs. */
#define MK_SECONDARY_WBINVD UINT32_C(0x00000040)           /**< WBINVD exits. */
#define MK_SECONDARY_UNRESTRICTED UINT32_C(0x00000080)     /**< CR0.PE and PG may be 0. */
#define MK_SECONDARY_APIC_REGISTERS UINT32_C(0x00000100)   /**< APIC-register virtualisation. */
#define MK_SECONDARY_INTERRUPTS UINT32_C(0x00000200)       /**< Virtual-interrupt delivery. */
#define MK_SECONDARY_RDRAND UINT32_C(0x00000800)           /**< RDRAND exits. */
#define MK_SECONDARY_INVPCID UINT32_C(0x00001000)          /**< INVPCID exists. */
#define MK_SECONDARY_RDSEED UINT32_C(0x00010000)           /**< RDSEED exits. */

/** VM-exit and VM-entry controls (SDM 3, 25.7.1 and 25.8.1). */
#define MK_EXIT_CTL_SAVE_TIMER UINT32_C(0x00400000) /**< Keep the preemption timer's rest. */
#define MK_ENTRY_CTL_LONG_MODE UINT32_C(0x00000200) /**< The guest is in IA-32e mode. */
#define MK_ENTRY_CTL_LOAD_PAT UINT32_C(0x00004000)  /**< Load IA32_PAT. */
#define MK_ENTRY_CTL_LOAD_EFER UINT32_C(0x00008000) /**< Load IA32_EFER. */

/** Interruption information (SDM 3, 25.8.3). */
#define MK_EVENT_VALID UINT32_C(0x80000000)         /**< There is an event. */
#define MK_EVENT_ERROR_CODE UINT32_C(0x00000800)    /**< It has an error code. */
#define MK_EVENT_EXTERNAL UINT32_C(0x00000000)      /**< Type 0: external interrupt. */
#define MK_EVENT_NMI UINT32_C(0x00000200)           /**< Type 2: NMI. */
#define MK_EVENT_EXCEPTION UINT32_C(0x00000300)     /**< Type 3: hardware exception. */
#define MK_EVENT_PRIVILEGED UINT32_C(0x00000500)    /**< Type 5: INT1. */
#define MK_EVENT_NMI_UNBLOCKED UINT32_C(0x00001000) /**< At an exit: IRET had allowed NMIs. */
#define MK_EVENT_TYPE_MASK UINT32_C(0x00000700)     /**< The type. */
#define MK_EVENT_VECTOR_MASK UINT32_C(0x000000ff)   /**< The vector. */

/** Vectors of exceptions (SDM 3, table 6-1). */
#define MK_VECTOR_DB UINT8_C(1)  /**< Debug exception. */
#define MK_VECTOR_NMI UINT8_C(2) /**< NMI. */
#define MK_VECTOR_UD UINT8_C(6)  /**< Invalid opcode. */
#define MK_VECTOR_GP UINT8_C(13) /**< General protection. */
#define MK_VECTOR_PF UINT8_C(14) /**< Page fault. */
#define MK_VECTOR_AC UINT8_C(17) /**< Alignment check. */

/** Interruptibility state (SDM 3, 25.4.2). */
#define MK_BLOCKED_BY_STI UINT32_C(0x00000001)    /**< After STI. */
#define MK_BLOCKED_BY_MOV_SS UINT32_C(0x00000002) /**< After MOV SS or POP SS. */
#define MK_BLOCKED_BY_NMI UINT32_C(0x00000008)    /**< In an NMI handler. */

/** Bits of architectural registers (SDM 3, 2.5; SDM 1, 3.4.3; SDM 3, 2.2.1). */
#define MK_CR0_PE UINT64_C(0x00000001)     /**< Protection. */
#define MK_CR0_ET UINT64_C(0x00000010)     /**< Always 1. */
#define MK_CR0_NE UINT64_C(0x00000020)     /**< Numeric errors by an exception. */
#define MK_CR0_WP UINT64_C(0x00010000)     /**< Write protection in ring 0. */
#define MK_CR0_PG UINT64_C(0x80000000)     /**< Paging. */
#define MK_CR4_PAE UINT64_C(0x00000020)    /**< 64-bit table entries. */
#define MK_CR4_VMXE UINT64_C(0x00002000)   /**< VMX may be used. */
#define MK_EFER_SCE UINT64_C(0x00000001)   /**< SYSCALL exists. */
#define MK_EFER_LME UINT64_C(0x00000100)   /**< Long mode wanted. */
#define MK_EFER_LMA UINT64_C(0x00000400)   /**< Long mode active. */
#define MK_RFLAGS_ONE UINT64_C(0x00000002) /**< Always 1. */
#define MK_RFLAGS_TF UINT64_C(0x00000100)  /**< Single step. */
#define MK_RFLAGS_IF UINT64_C(0x00000200)  /**< Interrupts are allowed. */

/** Model-specific registers (SDM 4, 2.1). */
#define MK_MSR_TSC UINT32_C(0x00000010)             /**< IA32_TIME_STAMP_COUNTER. */
#define MK_MSR_MISC_ENABLE UINT32_C(0x000001a0)     /**< IA32_MISC_ENABLE. */
#define MK_MSR_BIOS_SIGN_ID UINT32_C(0x0000008b)    /**< IA32_BIOS_SIGN_ID. */
#define MK_MSR_X2APIC UINT32_C(0x00000800)          /**< First register of the x2APIC. */
#define MK_MSR_X2APIC_LAST UINT32_C(0x000008ff)     /**< Its last register. */
#define MK_MSR_APIC_BASE UINT32_C(0x0000001b)       /**< IA32_APIC_BASE. */
#define MK_MSR_FEATURE_CONTROL UINT32_C(0x0000003a) /**< IA32_FEATURE_CONTROL. */
#define MK_MSR_PAT UINT32_C(0x00000277)             /**< IA32_PAT. */
#define MK_MSR_VMX_BASIC UINT32_C(0x00000480)       /**< IA32_VMX_BASIC. */
#define MK_MSR_VMX_MISC UINT32_C(0x00000485)        /**< IA32_VMX_MISC. */
#define MK_MSR_TSC_DEADLINE UINT32_C(0x000006e0)    /**< IA32_TSC_DEADLINE. */
#define MK_MSR_EFER UINT32_C(0xc0000080)            /**< IA32_EFER. */
#define MK_MSR_STAR UINT32_C(0xc0000081)            /**< IA32_STAR. */
#define MK_MSR_LSTAR UINT32_C(0xc0000082)           /**< IA32_LSTAR. */
#define MK_MSR_CSTAR UINT32_C(0xc0000083)           /**< IA32_CSTAR. */
#define MK_MSR_FMASK UINT32_C(0xc0000084)           /**< IA32_FMASK. */

#endif
