// SPDX-License-Identifier: BSD-2-Clause
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Compilers, CMake and npm are run by tests, on machines as small as two cores.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/boot/**'] },
      },
      // Guests under an emulator: one for each processor, and nothing beside them.
      {
        extends: true,
        test: { name: 'boot', include: ['test/boot/*.test.ts'], maxConcurrency: 2 },
      },
    ],
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/generated/**', 'src/tools/**'],
      reporter: ['text', 'json-summary'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
      thresholds: { lines: 90 },
    },
  },
});
