// SPDX-License-Identifier: BSD-2-Clause
// What the schema calls a default is what resolving fills in: writing it down changes nothing.
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import machineSchema from '../../schema/machine.schema.json' with { type: 'json' };
import systemSchema from '../../schema/system.schema.json' with { type: 'json' };
import { resolveMachine } from '../../src/model/machine.js';
import { resolve } from '../../src/model/resolve.js';
import { checkMachineShape, checkSystemShape } from '../../src/schema/check.js';
import { deref, type SchemaNode } from '../../src/schema/lookup.js';
import { parse } from '../../src/source/parse.js';

type Data = Record<string, unknown>;

/** A node with the keywords that a walk over data needs. */
interface Walked extends SchemaNode {
  readonly default?: unknown;
  readonly additionalProperties?: SchemaNode | false;
  readonly items?: SchemaNode;
}

/** Something of everything that has defaults, with what is required and no more. */
const SYSTEM: Data = {
  makatea: 1,
  name: 'all',
  sel4: {},
  consoles: { front: {} },
  backends: { store: { camkes: 'a.camkes', component: 'A' } },
  vms: {
    web: {
      memory: '64MiB',
      boot: { type: 'linux', kernel: 'k' },
      efi: {},
      lifecycle: {},
      pci: { nic: { bdf: '0000:03:00.0', interrupts: { type: 'msix' } } },
      irqs: { gpio: { pin: 10 } },
      disks: { data: { backend: 'ramdisk' } },
      nics: { net: { backend: 'store' } },
    },
    db: { memory: '64MiB', boot: { type: 'efi', firmware: 'f' } },
  },
  links: {
    a: { type: 'net', ends: { web: {}, db: {} } },
    b: { type: 'vsock', ends: { web: {}, db: {} } },
    c: { type: 'serial', ends: { web: { port: 'com1' }, db: { port: 'com1' } } },
  },
};

const MACHINE: Data = {
  makatea_machine: 1,
  name: 'all',
  cpu: {},
  reserved: [{ address: 0, size: '4KiB' }],
  interrupt_overrides: [{ irq: 0, gsi: 2 }],
  iommu: {
    units: [{ address: 0, scopes: [{ type: 'endpoint', bus: 0, path: ['00.0'] }] }],
    rmrrs: [{ address: 0, size: '4KiB' }],
  },
  ecam: [{ address: 0, first_bus: 0, last_bus: 255 }],
  pci: {
    nic: {
      bdf: '0000:03:00.0',
      bars: { 0: { type: 'io', address: 0, size: '32B' } },
      intx: { gsi: 16 },
    },
  },
};

/** A place in the data where a default can be written, and the schema's place that says so. */
interface Gap {
  readonly pointer: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

const isMap = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Walks schema and data together; `pointer` is the schema's place, with references followed. */
function gaps(
  root: unknown,
  schema: SchemaNode,
  data: unknown,
  pointer: string,
  path: readonly string[],
): Gap[] {
  const at = schema.$ref ?? pointer;
  const { oneOf, properties = {}, additionalProperties, items }: Walked = deref(root, schema);
  if (Array.isArray(data) && items !== undefined) {
    return data.flatMap((item: unknown, index) =>
      gaps(root, items, item, `${at}/items`, [...path, String(index)]),
    );
  }
  if (!isMap(data)) return [];
  const branch = oneOf?.find((b) => deref(root, b).properties?.['type']?.const === data['type']);
  if (branch !== undefined) return gaps(root, branch, data, at, path);
  const named = Object.entries<Walked>(properties).flatMap(([key, node]): Gap[] => {
    const value = data[key];
    const here = `${at}/properties/${key}`;
    const { default: fallback } = deref(root, node) as Walked;
    const own =
      fallback === undefined ? [] : [{ pointer: here, path: [...path, key], value: fallback }];
    return [...own, ...gaps(root, node, value, here, [...path, key])];
  });
  const entries = Object.entries(data).filter(
    ([key]) => additionalProperties && !(key in properties),
  );
  const inside = entries.flatMap(([key, value]) =>
    gaps(
      root,
      (additionalProperties as SchemaNode | undefined) ?? {},
      value,
      `${at}/additionalProperties`,
      [...path, key],
    ),
  );
  return [...named, ...inside];
}

/** All properties of a schema that have a default. */
function defaults(root: unknown, node: unknown, pointer = '#'): string[] {
  if (!isMap(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const here = `${pointer}/${key}`;
    if (key !== 'properties' || !isMap(value))
      return ['default', 'examples'].includes(key) ? [] : defaults(root, value, here);
    return Object.entries(value).flatMap(([name, property]) => {
      const has = (deref(root, property as SchemaNode) as Walked).default !== undefined;
      return [...(has ? [`${here}/${name}`] : []), ...defaults(root, property, `${here}/${name}`)];
    });
  });
}

/** The data with a value at a path, or without one there. */
function changed(data: Data, path: readonly string[], value?: unknown): Data {
  const copy = structuredClone(data);
  let node = copy;
  for (const step of path.slice(0, -1)) node = node[step] as Data;
  const last = path.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(node, last);
  else node[last] = value;
  return copy;
}

/** Without places, which do change. */
function bare(value: unknown): unknown {
  const text = JSON.stringify(value, (key, part: unknown) =>
    key === 'node' ? undefined : part instanceof Map ? [...part] : part,
  );
  return JSON.parse(text);
}

function rootOf(data: Data) {
  const { root } = parse(0, stringify(data, { defaultStringType: 'QUOTE_DOUBLE' }));
  return root ?? expect.fail('nothing to read');
}

function resolvedSystem(data: Data): unknown {
  const root = rootOf(data);
  const { raw, diagnostics } = checkSystemShape(root);
  expect(diagnostics).toEqual([]);
  return bare(resolve(raw ?? expect.fail('refused'), root, false).system);
}

function resolvedMachine(data: Data): unknown {
  const root = rootOf(data);
  const { raw, diagnostics } = checkMachineShape(root);
  expect(diagnostics).toEqual([]);
  return bare(resolveMachine(raw ?? expect.fail('refused'), root));
}

describe.each([
  ['system', systemSchema as SchemaNode, SYSTEM, resolvedSystem],
  ['machine', machineSchema as SchemaNode, MACHINE, resolvedMachine],
] as const)('the defaults of the %s schema', (_, schema, data, resolved) => {
  const found = gaps(schema, schema, data, '#', []);

  test('are all looked at here', () => {
    expect([...new Set(found.map(({ pointer }) => pointer))].sort()).toEqual(
      defaults(schema, schema).sort(),
    );
  });

  test.each(found.map((gap) => [gap.path.join('.'), gap] as const))('%s', (__, { path, value }) => {
    expect(resolved(changed(data, path, value))).toEqual(resolved(changed(data, path)));
  });
});
