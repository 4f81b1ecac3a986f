// SPDX-License-Identifier: BSD-2-Clause

/** The parts of a JSON schema that messages are made of. */
export interface SchemaNode {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly propertyNames?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}

/** The node at a JSON pointer fragment such as `#/$defs/vm/properties/memory`. */
export function schemaAt(root: unknown, pointer: string): SchemaNode {
  let node: unknown = root;
  for (const step of pointer.replace(/^#\/?/, '').split('/')) {
    if (step === '') continue;
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    node = typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : {};
  }
  return node ?? {};
}

/** A node with what its reference adds; words at the place of use win over those of the definition. */
export function deref(root: unknown, node: SchemaNode): SchemaNode {
  return node.$ref === undefined ? node : { ...schemaAt(root, node.$ref), ...node };
}

/** The values of the `type` constant of each branch of a `oneOf`. */
export function branchTypes(root: unknown, node: SchemaNode): string[] {
  return (node.oneOf ?? []).flatMap((branch) => {
    const type = deref(root, branch).properties?.['type']?.const;
    return typeof type === 'string' ? type : [];
  });
}
