// SPDX-License-Identifier: BSD-2-Clause
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SPDX = '// SPDX-License-Identifier: BSD-2-Clause';

/** Every file says its licence in its first line (after a `#!`). */
const spdx = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    return {
      Program(node) {
        const [first, second] = context.sourceCode.lines;
        if ((first.startsWith('#!') ? second : first) !== SPDX) {
          context.report({ node, message: `the first line must be: ${SPDX}` });
        }
      },
    };
  },
};

export default defineConfig(
  globalIgnores(['dist/', 'vmm-c/build/', 'coverage/', '.cache/', 'src/generated/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.js', '.ci/*.js'] } },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { makatea: { rules: { spdx } } },
    rules: {
      'makatea/spdx': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A function fits a screen, a file has one purpose.
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // A `describe` is one function, and may be as long as its list of cases.
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    files: ['**/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
);
