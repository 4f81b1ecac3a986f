// SPDX-License-Identifier: BSD-2-Clause
import type { Plan, PlanComponent } from '../generated/plan.js';
import { HEAD } from './source-head.js';

/** What the C file of a component is made of. */
interface Source {
  readonly header: string;
  /** Its state, and the call that runs it. */
  readonly state: readonly string[];
  readonly call: string;
}

/** Components whose C code exists, but for the monitors: those are run by the image's own program. */
const SOURCES: Partial<
  Record<PlanComponent['role'], (component: PlanComponent, plan: Plan) => Source>
> = {
  time: (component, plan) => ({
    header: 'components/time.h',
    state: [`static struct mk_time_client clients[${channelsOf(component, plan)}];`],
    call: 'mk_time_server_run(c, clients)',
  }),
  console: (component, plan) => ({
    header: 'components/console.h',
    state: [
      'static struct mk_console console;',
      `static struct mk_console_vm vms[${portsOf(component, plan)}];`,
    ],
    call: 'mk_console_run(&console, c, &mk_console_config, vms)',
  }),
  lifecycle: (component, plan) => ({
    header: 'system/system.h',
    state: [
      `static struct mk_lifecycle_state vms[${plan.vms.length}];`,
      `static struct mk_lifecycle_asker askers[${channelsOf(component, plan)}];`,
    ],
    call: 'mk_system_lifecycle(c, &mk_lifecycle_config, vms, askers)',
  }),
};

/** Whether a component is a program of an image for the bench. */
export function isProgram({ role }: PlanComponent): boolean {
  return role === 'vmm' || SOURCES[role] !== undefined;
}

/** The type of a component's configuration, which is also the name of the constant in its header. */
export function configType({ role }: PlanComponent): string {
  return role === 'vmm' ? 'mk_vm_config' : `mk_${role}_config`;
}

/**
 * The C file of a component: its configuration under a name of its own, and what runs it. The tables of a header are
 * static: two headers have the same names, and meet in no compilation.
 */
export function programSource(component: PlanComponent, plan: Plan): string {
  const { id, role } = component;
  const type = configType(component);
  const source = SOURCES[role]?.(component, plan);
  const alias = `extern const struct ${type} mk_config_${id} __attribute__((alias("${type}")));
`;
  if (source === undefined) {
    return `${HEAD}#include "makatea_config.h"
#include "makatea/storage.h"

${alias}
/* What its monitor keeps of as many devices as the configuration has. */
MK_STORAGE_OF_PLAN(mk_storage_${id});
`;
  }
  const { header, state, call } = source;
  return `${HEAD}#include "makatea_config.h"
#include "${header}"

${alias}
${state.join('\n')}

void mk_program_${id}(struct mk_component *c);
void mk_program_${id}(struct mk_component *c)
{
    ${call};
}
`;
}

/** How many channels a component has; C has no empty arrays. */
function channelsOf({ id }: PlanComponent, { channels }: Plan): number {
  const own = channels.filter(({ ends }) => ends.some(({ component }) => component === id));
  return Math.max(1, own.length);
}

function portsOf({ id }: PlanComponent, { consoles }: Plan): number {
  const console = consoles.find(({ component }) => component === id);
  return Math.max(1, console?.ports.length ?? 0);
}
