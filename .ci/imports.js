// SPDX-License-Identifier: BSD-2-Clause
// Who may import whom, for dependency-cruiser. Imports of types count like all others.

/** Folders of src/ in the order in which data moves: each imports from those before it. */
const stages = [
  ...['source', 'schema', 'facts', 'machine', 'model', 'rules', 'plan', 'emit'],
  ...['verify', 'output', 'init', 'workspace', 'pipeline', 'guest', 'run', 'build'],
  ...['diagram', 'lsp', 'cli'],
];

/** Used by all stages; in this order, too, each imports from those before it. `render` shows diagnostics, `capdl` is a format. */
const base = ['generated', 'util', 'diagnostics', 'render', 'capdl'];

const layers = [...base, ...stages];

const upwards = layers.slice(0, -1).map((layer, index) => ({
  name: `${layer}-knows-only-what-is-left-of-it`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${layers.slice(index + 1).join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circular-imports',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...upwards,
    {
      name: 'emitters-do-not-know-each-other',
      comment: 'What two of them need lies directly in src/emit/.',
      severity: 'error',
      from: { path: '^src/emit/([^/]+)/' },
      to: { path: '^src/emit/[^/]+/', pathNot: '^src/emit/$1/' },
    },
    {
      name: 'the-program-does-not-use-build-tools',
      severity: 'error',
      from: { pathNot: '^src/tools/' },
      to: { path: '^src/tools/' },
    },
    {
      name: 'every-folder-has-its-place',
      comment: 'A new folder of src/ is added to the list in .ci/imports.js.',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(${layers.join('|')}|tools)/` },
      to: {},
    },
    {
      name: 'imports-exist',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'require', 'default'],
    },
  },
};
