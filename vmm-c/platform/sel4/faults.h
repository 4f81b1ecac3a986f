/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Hearing of others' faults, on real seL4: the bench has neither endpoints nor threads that fault.
 */
#ifndef MAKATEA_PLATFORM_SEL4_FAULTS_H
#define MAKATEA_PLATFORM_SEL4_FAULTS_H

#include "components/component.h"

/**
 * Waits for events and faults. Nobody who faulted is ever answered, so that it never runs again.
 * @param c the component, with the endpoint in the plan's slot and its notification bound
 * @return events, or #MK_COMPONENT_FAULT with a number; mk_component::fault then tells more
 */
uint64_t mk_sel4_hear(struct mk_component *c);

#endif
