// SPDX-License-Identifier: BSD-2-Clause
import nunjucks from 'nunjucks/browser/nunjucks-slim.js';
import { templates } from '../generated/templates.js';
import { filters } from './filters.js';

type Compiled = (
  env: unknown,
  context: unknown,
  frame: unknown,
  runtime: unknown,
  done: unknown,
) => void;

const { runtime } = nunjucks;

/**
 * Nunjucks refuses to print an undefined value, but takes it for an empty list or for false
 * elsewhere. A name that a template spells wrong must not go unnoticed there either.
 */
const strict = {
  ...runtime,
  memberLookup: (object: unknown, key: unknown) =>
    defined(runtime.memberLookup(object, key), String(key)),
  contextOrFrameLookup: (context: unknown, frame: unknown, name: string) =>
    defined(runtime.contextOrFrameLookup(context, frame, name), name),
};

function defined(value: unknown, name: string): unknown {
  if (value === undefined) throw new Error(`'${name}' is undefined`);
  return value;
}

const loader = {
  getSource(name: string) {
    const template = templates[name];
    if (!template) throw new Error(`there is no template '${name}'`);
    return { src: { type: 'code' as const, obj: withStrictRuntime(template) }, path: name };
  },
};

/** A compiled template is a record of functions: its body and its blocks. */
function withStrictRuntime(template: Record<string, Compiled>): object {
  const entries = Object.entries(template).map(([name, run]): [string, Compiled] => [
    name,
    (env, context, frame, _runtime, done) => {
      run(env, context, frame, strict, done);
    },
  ]);
  return Object.fromEntries(entries);
}

const environment = new nunjucks.Environment([loader], { autoescape: false });
for (const [name, filter] of Object.entries(filters)) environment.addFilter(name, filter);

/**
 * The text that a template makes of a context. The template's name is its path below templates/
 * without the ending `.njk`. Throws when the template uses a value that the context does not have.
 */
export function render(templateName: string, context: object): string {
  return environment.render(templateName, context);
}
